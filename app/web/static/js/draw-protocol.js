// What a draw computes, a second time and in the browser: the twin of app/review/draws/protocol.py, format 1.
import { Sha256 } from "./sha256.js";

const encoder = new TextEncoder();

/** SHA-256 of a text in UTF-8, in hex. */
export const sha = (text) => new Sha256().update(encoder.encode(text)).hex();

/**
 * What somebody commits to.
 * @param {string} announcement digest of the announcement
 * @param {string} person
 * @param {string} secret
 */
export const commitmentOf = (announcement, person, secret) =>
  sha(`OneSet draw contribution, format 1\nannouncement: ${announcement}\nperson: ${person}\nsecret: ${secret}\n`);

/** The lines of an announcement as [name, value], the first line left out. */
function linesOf(text) {
  const lines = text.split("\n").slice(1, -1);
  return lines.map((line) => { const at = line.indexOf(": "); return [line.slice(0, at), line.slice(at + 2)]; });
}

const byScore = (one, other) => (one[0] < other[0] ? -1 : one[0] > other[0] ? 1 : 0);

/**
 * The result that follows; its text is what the server must have written.
 * @param {string} text the announcement
 * @param {string} value the public value
 * @param {{person: string, commitment: string, secret: string | null}[]} shares in their order
 */
export function draw(text, value, shares) {
  const lines = linesOf(text);
  const one = Object.fromEntries(lines.filter(([name]) => !["item", "inspector", "conflict"].includes(name)));
  const all = (name) => lines.filter(([found]) => found === name).map(([, said]) => said);
  const digest = sha(text);
  const revealed = shares.map((s, n) => (s.secret === null ? "" : `contribution: ${n + 1} ${s.person} ${s.secret}\n`)).join("");
  const seed = sha(`OneSet draw seed, format 1\nannouncement: ${digest}\npublic-value: ${value}\n${revealed}`);
  const stops = new Map(all("conflict").map((said) => { const [person, project, ...reason] = said.split(" "); return [`${person} ${project}`, reason.join(" ")]; }));
  const out = ["OneSet draw result, format 1", `announcement: ${digest}`, `public-value: ${value}`];
  shares.forEach((s, n) => out.push(`contribution: ${n + 1} ${s.person} ${s.commitment} ${s.secret === null ? "left-out -" : `revealed ${s.secret}`}`));
  out.push(`seed: ${seed}`);
  const ranked = all("item").map((said) => [sha(`${seed}\nitem: ${said}\n`), said]).sort(byScore).slice(0, Number(one.take));
  const drawn = [];
  ranked.forEach(([score, said], n) => {
    const [kind, id, project] = said.split(" ");
    out.push(`drawn: ${n + 1} ${kind} ${id} ${score}`);
    const order = all("inspector").map((person) => [sha(`${seed}\nitem: ${said}\ninspector: ${person}\n`), person]).sort(byScore);
    const chosen = [];
    const passed = [];
    for (const [, person] of order) {
      if (chosen.length < Number(one["inspectors-per-item"])) (stops.has(`${person} ${project}`) ? passed : chosen).push(person);
    }
    for (const person of chosen) out.push(`inspector: ${n + 1} ${person}`);
    for (const person of passed) out.push(`passed-over: ${n + 1} ${person} ${stops.get(`${person} ${project}`)}`);
    drawn.push({ rank: n + 1, id, inspectors: chosen });
  });
  return { digest, seed, drawn, items: all("item").length, text: out.map((line) => `${line}\n`).join("") };
}

const bytesOf = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));

/** The leaf of a ledger entry (RFC 6962, 2.1). */
export const leafOf = (entry) => new Sha256().update(Uint8Array.of(0)).update(encoder.encode(entry)).hex();

/**
 * Whether a leaf is at its place in a tree with this root (RFC 9162, 2.1.3.2).
 * @param {string} leaf
 * @param {{index: number, size: number, root: string, path: string[]}} proof
 */
export function isInTree(leaf, { index, size, root, path }) {
  const join = (left, right) => new Sha256().update(Uint8Array.of(1)).update(bytesOf(left)).update(bytesOf(right)).hex();
  let [place, last, hash] = [index, size - 1, leaf];
  if (place > last) return false;
  for (const sister of path) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      hash = join(sister, hash);
      while (place % 2 === 0 && place !== 0) { place = Math.floor(place / 2); last = Math.floor(last / 2); }
    } else hash = join(hash, sister);
    place = Math.floor(place / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && hash === root;
}
