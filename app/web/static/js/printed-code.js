// Printed codes and the list of what ended, taken apart: the formats of app/copies/codes.py and app/copies/ended.py.
import { isSigned } from "./ed25519.js";
import { Sha256 } from "./sha256.js";

const STATUSES = ["current", "superseded", "coming", "void", "not_released", "unconfirmed"];
const SECTIONS = ["superseded", "void", "slips"];
const HEAD = 12;
const SIGNATURE = 64;
const utf8 = new TextEncoder();
const hexOf = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const uint32 = (bytes, at) => new DataView(bytes.buffer, bytes.byteOffset).getUint32(at);

function joined(...parts) {
  const bytes = parts.map((part) => (typeof part === "string" ? utf8.encode(part) : part));
  const whole = new Uint8Array(bytes.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of bytes) { whole.set(part, at); at += part.length; }
  return whole;
}

/**
 * @typedef {{code: string, hash: string, isSigned: false}} PlainCode
 * @typedef {{code: string, hash: string, isSigned: true, keyId: string, issuedAt: Date, status: string, slips: number,
 *   number: string, label: string, message: Uint8Array, signature: Uint8Array}} SignedCode
 */

/**
 * What a code says; nothing of it is to be believed before its signature was checked.
 * @param {string} text
 * @returns {PlainCode | SignedCode | null} null: not a code of a drawing
 */
export function readCode(text) {
  const found = /\/v\/([0-9a-z]{10})(?:\?h=([0-9a-f]{8,64}))?(?:#(\d{1,400}))?\s*$/u.exec(text.trim());
  if (!found) return null;
  const [, code, hash = "", digits] = found;
  const plain = { code, hash, isSigned: false };
  if (!digits) return plain;
  const hex = BigInt(digits).toString(16);
  const data = Uint8Array.from((hex.length % 2 ? `0${hex}` : hex).match(/../gu), (pair) => Number.parseInt(pair, 16));
  const body = data.subarray(0, -SIGNATURE);
  const status = STATUSES[body[9]];
  if (body.length < HEAD || body[0] !== 1 || !status || HEAD + body[11] > body.length) return plain;
  const words = HEAD + body[11];
  const text8 = new TextDecoder("utf-8", { fatal: true });
  try {
    return {
      code, hash, isSigned: true,
      keyId: hexOf(body.subarray(1, 5)),
      issuedAt: new Date(uint32(body, 5) * 1000),
      status,
      slips: body[10],
      number: text8.decode(body.subarray(HEAD, words)),
      label: text8.decode(body.subarray(words)),
      message: joined("OneSet code 1\0", code, "\0", hash, "\0", body),
      signature: data.slice(-SIGNATURE),
    };
  } catch { return plain; }
}

/**
 * The list, taken apart; it counts only when its signature is right.
 * @param {Uint8Array} data
 * @returns {{keyId: string, madeAt: Date, message: Uint8Array, signature: Uint8Array, superseded: Map<number, number>,
 *   void: Map<number, number>, slips: Map<number, number>}}
 */
export function readList(data) {
  if (data.length < HEAD + SIGNATURE || new TextDecoder().decode(data.subarray(0, 4)) !== "OSL1") throw new Error("not a list");
  const told = data.subarray(0, -SIGNATURE);
  const list = { keyId: hexOf(told.subarray(4, 8)), madeAt: new Date(uint32(told, 8) * 1000), message: joined("OneSet list 1\0", told), signature: data.slice(-SIGNATURE) };
  let at = HEAD;
  for (const section of SECTIONS) {
    const entries = new Map();
    const count = uint32(told, at);
    at += 4;
    for (let n = 0, entry = 0; n < count; n += 1) {
      let scale = 1;
      for (;; scale *= 128) {
        if (at >= told.length) throw new Error("cut off");
        const byte = told[at];
        at += 1;
        entry += (byte & 127) * scale; // 40 bits: exact in a number, not in a shift
        if (byte < 128) break;
      }
      entries.set(entry, section === "slips" ? told[at++] : 1);
    }
    list[section] = entries;
  }
  return list;
}

/** How the list names a code. */
export const entryOf = (code) => Number.parseInt(new Sha256().update(utf8.encode(`OneSet list 1\0${code}`)).hex().slice(0, 10), 16);

/**
 * What is known here of keys and ended codes: from the server, or what was kept of its last answer.
 * @returns {Promise<{keys: Map<string, object>, list: ReturnType<typeof readList> | null, isListForged: boolean}>}
 */
export async function loadKnown() {
  const ask = async (path) => { const answer = await fetch(path); if (!answer.ok) throw new Error(`${answer.status}`); return answer; };
  const data = await ask("/check/list").then((answer) => answer.arrayBuffer()).catch(() => null);
  const told = await ask("/check/keys.json").then((answer) => answer.json()).catch(() => ({ keys: [] }));
  const keys = new Map(told.keys.map((key) => [key.id, key]));
  if (!data) return { keys, list: null, isListForged: false };
  try {
    const list = readList(new Uint8Array(data));
    const key = keys.get(list.keyId);
    const isRight = key && !key.withdrawn_at && (await isSigned(key.public, list.message, list.signature));
    return { keys, list: isRight ? list : null, isListForged: !isRight };
  } catch { return { keys, list: null, isListForged: true }; }
}

/**
 * What may be said of a code with what is known here. Never that it is in force: that only the server knows (law 8).
 * @returns {Promise<{verdict: string, code?: PlainCode | SignedCode, listedSlips?: number}>}
 */
export async function judge(text, { keys, list }) {
  const code = readCode(text);
  if (!code) return { verdict: "foreign" };
  const entry = entryOf(code.code);
  if (!code.isSigned) return { verdict: ended(entry, list) ?? "unsigned", code };
  const key = keys.get(code.keyId);
  if (!key) return { verdict: "unknown-key", code };
  if (!(await isSigned(key.public, code.message, code.signature))) return { verdict: "forged", code };
  const isLate = key.retired_at && code.issuedAt > new Date(key.retired_at);
  if (key.withdrawn_at || isLate) return { verdict: "withdrawn-key", code };
  const listedSlips = list?.slips.get(entry) ?? 0;
  const verdict = ended(entry, list) ?? { superseded: "superseded-then", void: "void-then" }[code.status];
  if (verdict) return { verdict, code };
  if (code.status !== "current") return { verdict: "not-released-then", code };
  return { verdict: list ? "none-newer" : "no-list", code, listedSlips };
}

function ended(entry, list) {
  if (list?.void.has(entry)) return "void";
  return list?.superseded.has(entry) ? "superseded" : null;
}
