// Takes a pack along: sheet after sheet, with progress; stopped, it goes on later where it was.
import { allOf, change, changeMany, drop, forgetSheet, forgetSheets, oneOf, whenCleared } from "./device-store.js";
import { LineCut, Refusal } from "./frame.js";
import { NoRoom, keepSheet } from "./keep-sheet.js";
import { contact, notePack } from "./offline.js";

/** One at a time: two would only share the line. @type {Map<string, PackTaking>} */
const running = new Map();

/** Events: `progress` while it runs, `end` at its end. */
export class PackTaking extends EventTarget {
  #id;
  #stop = new AbortController();
  bytes = 0;
  done = 0;
  total = 0;
  problem = "";

  /** @param {string} id */
  constructor(id) {
    super();
    this.#id = id;
  }

  /** The one that runs, or a new one that does. @param {string} id */
  static of(id) { return running.get(id); }

  static begin(id) {
    const taking = running.get(id) ?? new PackTaking(id);
    if (!running.has(id)) { running.set(id, taking); taking.finished = taking.#run().finally(() => running.delete(id)); }
    return taking;
  }

  stop() { this.#stop.abort(); }

  async #run() {
    const cleared = whenCleared(() => this.stop());
    await navigator.storage?.persist?.().catch(() => false);
    try {
      await notePack(this.#id, { state: "running", problem: "" });
      await contact({ always: true });
      await this.#sheets();
      await notePack(this.#id, { state: "whole", updatedAt: Date.now() });
    } catch (error) {
      const problem = problemOf(error, this.#stop.signal.aborted);
      this.problem = problem;
      if (problem === "unknown") console.warn(error);
      if (await oneOf("packs", this.#id)) await notePack(this.#id, { state: "stopped", problem }).catch(() => {}); // full to the last byte
    }
    cleared.close();
    this.dispatchEvent(new Event("end"));
  }

  async #sheets() {
    const pack = await oneOf("packs", this.#id);
    this.total = pack.sheets.length;
    for (const id of pack.sheets) {
      const known = await oneOf("sheets", id);
      if (known?.isWhole && !known.changed) {
        if (!known.packs.includes(this.#id)) await change("sheets", id, (sheet) => ({ ...sheet, packs: [...sheet.packs, this.#id] }));
      } else await this.#one(id);
      this.done += 1;
      this.#tell();
    }
    await leaveOut(this.#id, new Set(pack.sheets));
  }

  /** A sheet that may no longer be seen is no reason to stop. */
  async #one(id) {
    try {
      await keepSheet(id, { pack: this.#id, signal: this.#stop.signal, onBytes: (bytes) => { this.bytes += bytes; this.#tell(); } });
    } catch (error) {
      if (!(error instanceof Refusal) || ![403, 404].includes(error.status)) throw error;
      await forgetSheet(id);
    }
  }

  #tell() { this.dispatchEvent(new Event("progress")); }
}

function problemOf(error, isStopped) {
  if (error instanceof NoRoom || error?.name === "QuotaExceededError") return "room";
  if (isStopped) return "stopped";
  return error instanceof LineCut || error instanceof TypeError || error?.status === 401 || error?.status >= 500 ? "line" : "unknown";
}

/** What belongs to the pack no more; what nothing else holds goes. */
async function leaveOut(pack, sheets) {
  const left = (await allOf("sheets")).filter((sheet) => sheet.packs.includes(pack) && !sheets.has(sheet.sheet));
  const isHeld = (sheet) => sheet.opened || sheet.packs.some((other) => other !== pack);
  const ids = (some) => some.map(({ sheet }) => sheet);
  await changeMany("sheets", ids(left.filter(isHeld)), (record) => ({ ...record, packs: record.packs.filter((other) => other !== pack) }));
  await forgetSheets(ids(left.filter((sheet) => !isHeld(sheet))));
}

/** Nothing is fetched any more. */
export async function stopAll() {
  for (const taking of [...running.values()]) {
    taking.stop();
    await taking.finished;
  }
}

/** Delete a pack and every sheet that only it holds. */
export async function deletePack(id) {
  const taking = running.get(id);
  taking?.stop();
  await taking?.finished;
  await leaveOut(id, new Set());
  await drop("packs", id);
}
