// Files waiting to be sent: three at a time, the rest in order; the sum of all for one line of progress.
import { Transfer, memory } from "./upload-transfer.js";

const AT_ONCE = 3;

export class UploadQueue extends EventTarget {
  transfers = [];
  #intake;
  #maxBytes;
  #texts;
  #running = 0;
  #isDue = false;

  /** @param {{intake: string, maxBytes: number, texts: Record<string, string>}} options */
  constructor({ intake, maxBytes, texts }) {
    super();
    this.#intake = intake;
    this.#maxBytes = maxBytes;
    this.#texts = texts;
    addEventListener("online", () => { for (const transfer of this.transfers) transfer.wake(); });
    addEventListener("beforeunload", (event) => { if (this.isBusy) event.preventDefault(); });
  }

  /** True while something is to be sent. */
  get isBusy() { return this.transfers.some((t) => t.state === "queued" || t.state === "sending" || t.state === "waiting"); }

  /** Files that a reload interrupted: they go on when the same files are given again. */
  get interrupted() {
    const known = new Set(this.transfers.map((t) => t.key));
    return Object.entries(memory.all()).filter(([key, entry]) => entry.intake === this.#intake && !known.has(key)).map(([, entry]) => entry);
  }

  /** Forget interrupted uploads; what the server holds of them is swept there. */
  forgetInterrupted() {
    for (const [key, entry] of Object.entries(memory.all())) if (entry.intake === this.#intake) memory.drop(key);
    this.#changed();
  }

  /** @param {{file: File, path: string}[]} files */
  add(files) {
    const known = new Map(this.transfers.map((t) => [t.key, t]));
    const inOrder = [...files].sort((a, b) => a.path.localeCompare(b.path, "zh", { numeric: true }));
    for (const { file, path } of inOrder) {
      const transfer = new Transfer(file, path, this.#intake);
      const same = known.get(transfer.key);
      if (same && same.state !== "failed") continue;
      if (same) this.transfers.splice(this.transfers.indexOf(same), 1);
      known.set(transfer.key, transfer);
      if (file.size > this.#maxBytes) {
        transfer.state = "failed";
        transfer.refusal = { message: this.#texts.tooLarge, wayOut: this.#texts.tooLargeWay, code: "upload-too-large" };
      }
      transfer.addEventListener("change", () => this.#changed());
      this.transfers.push(transfer);
    }
    this.#changed();
    this.#fill();
  }

  cancel(transfer) {
    transfer.cancel();
    this.transfers.splice(this.transfers.indexOf(transfer), 1);
    this.#changed();
  }

  /** Remove what is done from the list. */
  clearDone() { this.transfers = this.transfers.filter((t) => t.state !== "done"); this.#changed(); }

  /** One line for all: files, bytes, speed. */
  get sum() {
    const live = this.transfers.filter((t) => t.state !== "failed");
    const total = live.reduce((sum, t) => sum + t.size, 0);
    return {
      files: live.length,
      done: live.filter((t) => t.state === "done").length,
      waiting: live.filter((t) => t.state === "waiting").length,
      failed: this.transfers.length - live.length,
      bytes: live.reduce((sum, t) => sum + t.sent, 0),
      total,
      speed: live.reduce((sum, t) => sum + (t.state === "sending" ? t.speed : 0), 0),
    };
  }

  #fill() {
    while (this.#running < AT_ONCE) {
      const next = this.transfers.find((t) => t.state === "queued");
      if (!next) return;
      this.#running += 1;
      next.run().finally(() => {
        this.#running -= 1;
        if (next.state === "done") this.dispatchEvent(new CustomEvent("arrived", { detail: next }));
        this.#fill();
        this.#changed();
      });
    }
  }

  #changed() {
    if (this.#isDue) return;
    this.#isDue = true;
    setTimeout(() => { this.#isDue = false; this.dispatchEvent(new Event("change")); }, 100);
  }
}
