// The page that checks a printed code, with or without a network. The answer is never "in force": only the server knows that.
import { hasCamera, readPicture, scan } from "./code-scanner.js";
import { judge, loadKnown } from "./printed-code.js";

const at = (id) => document.getElementById(id);
const OLD_DAYS = 7;
let known = loadKnown();
/** @type {AbortController | null} */
let scanning = null;

/** In the zone in which the server's page behind a code tells its times. */
const clock = new Intl.DateTimeFormat("sv-SE", { timeZone: at("answer").dataset.zone, dateStyle: "short", timeStyle: "short" });
const timeOf = (date) => clock.format(date);

async function showKnown() {
  const { keys, list, isListForged } = await known;
  at("list-time").textContent = list ? timeOf(list.madeAt) : "—";
  at("list-size").textContent = list ? String(list.superseded.size + list.void.size) : "—";
  at("list-forged").hidden = !isListForged;
  const days = list ? Math.floor((Date.now() - list.madeAt) / 86_400_000) : 0;
  at("list-old").hidden = days < OLD_DAYS;
  for (const slot of at("list-old").querySelectorAll("[data-slot=days]")) slot.textContent = String(days);
  const current = [...keys.values()].find((key) => !key.retired_at);
  at("fingerprint").textContent = current ? current.fingerprint.match(/.{8}/gu).join(" ") : "—";
}

async function check(text) {
  scanning?.abort();
  const knowledge = await known;
  const { verdict, code, listedSlips = 0 } = await judge(text, knowledge);
  const shown = at(`verdict-${verdict}`).content.cloneNode(true);
  const slips = Math.max(listedSlips, code?.slips ?? 0);
  const values = { time: knowledge.list ? timeOf(knowledge.list.madeAt) : "—", printed: code?.issuedAt ? timeOf(code.issuedAt) : "—", slips: String(slips) };
  for (const slot of shown.querySelectorAll("[data-slot]")) slot.textContent = values[slot.dataset.slot];
  const answer = at("answer");
  answer.replaceChildren(shown);
  answer.hidden = false;
  const isRight = code?.isSigned && !["forged", "unknown-key", "withdrawn-key"].includes(verdict);
  at("slips").hidden = !(isRight && slips && verdict === "none-newer");
  for (const slot of at("slips").querySelectorAll("[data-slot]")) slot.textContent = values[slot.dataset.slot];
  at("facts").hidden = !isRight;
  if (isRight) {
    at("number").textContent = code.number || "—";
    at("label").textContent = code.label || "—";
    at("no-words").hidden = Boolean(code.number);
    at("hash").textContent = code.hash.slice(0, 8);
    at("printed").textContent = timeOf(code.issuedAt);
    at("key").textContent = code.keyId;
  }
  at("ask").hidden = !code;
  if (code) at("ask-link").href = `/v/${code.code}${code.hash ? `?h=${code.hash}` : ""}`;
  scrollTo(0, 0);
  answer.focus({ preventScroll: true });
}

async function look() {
  at("problem").hidden = true;
  at("camera").hidden = true;
  at("viewfinder").hidden = false;
  scanning = new AbortController();
  try {
    const text = await scan(at("video"), scanning.signal);
    if (text) await check(text);
  } catch { at("problem").hidden = false; } finally {
    at("viewfinder").hidden = true;
    at("camera").hidden = false;
  }
}

async function picture(input) {
  const [file] = input.files;
  if (!file) return;
  const text = await readPicture(file).catch(() => "");
  input.value = "";
  at("nothing-found").hidden = Boolean(text);
  if (text) await check(text);
}

at("camera").hidden = !hasCamera();
at("camera").addEventListener("click", look);
at("stop").addEventListener("click", () => scanning?.abort());
at("picture").addEventListener("change", (event) => picture(event.target));
at("typed").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = at("text").value.trim();
  if (text) check(text);
});
addEventListener("online", () => { known = loadKnown(); showKnown(); });

const canKeep = "serviceWorker" in navigator && isSecureContext;
at("kept-no").hidden = canKeep;
if (canKeep) {
  await navigator.serviceWorker.register("/service-worker.js").catch(() => {});
  navigator.serviceWorker.ready.then(() => { at("kept-yes").hidden = false; });
}
await showKnown();
if (location.pathname.startsWith("/v/")) await check(location.href); // shown by the worker in place of the server's answer
