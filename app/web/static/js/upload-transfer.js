// One file on its way: tus 1.0 (tus.io) in chunks. A cut connection, a reload or a killed server costs at most one chunk.
import { Refusal, csrfToken } from "./frame.js";

const CHUNK = 8 * 1024 * 1024;
const PAUSES = [500, 1000, 2000, 4000, 8000, 15000];
const STILL_MS = 45_000;
const MEMORY = "oneset.uploads";

/** Uploads begun in this browser and not finished: fingerprint → {url, intake, path, size}. */
export const memory = {
  all() { try { return JSON.parse(localStorage.getItem(MEMORY) ?? "{}"); } catch { return {}; } },
  put(key, entry) { write({ ...this.all(), [key]: entry }); },
  drop(key) { const all = this.all(); delete all[key]; write(all); },
};

/** A full or forbidden storage costs the resume after a reload, nothing else. */
function write(all) { try { localStorage.setItem(MEMORY, JSON.stringify(all)); } catch { /* see above */ } }

const encoded = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

export class Transfer extends EventTarget {
  state = "queued"; // queued, sending, waiting, done, failed
  sent = 0;
  speed = 0;
  refusal = null;
  #url = null;
  #request = null;
  #tries = 0;
  #wake = null;
  #isCancelled = false;
  #marks = [];

  /** @param {File} file @param {string} path  with the folders it was dropped in @param {string} intake */
  constructor(file, path, intake) {
    super();
    Object.assign(this, { file, path, intake, size: file.size });
    this.key = [intake, path, file.size, file.lastModified].join("|");
    this.#url = memory.all()[this.key]?.url ?? null;
  }

  /** Send until done, refused or cancelled; never throws. */
  async run() {
    while (!this.#isCancelled) {
      try {
        await this.#step();
        this.#set("done");
        memory.drop(this.key);
        return;
      } catch (error) {
        if (this.#isCancelled) return;
        if (error instanceof Refusal && !this.#isPassing(error.status)) {
          this.refusal = error;
          memory.drop(this.key);
          this.#set("failed");
          return;
        }
        await this.#pause();
      }
    }
  }

  /** Try at once instead of after the pause: the connection is back. */
  wake() { this.#tries = 0; this.#wake?.(); }

  /** Stop and forget. */
  cancel() {
    this.#isCancelled = true;
    this.#request?.abort();
    this.#wake?.();
    memory.drop(this.key);
    if (this.#url) this.#ask("DELETE", this.#url).catch(() => {});
  }

  async #step() {
    this.#set("sending");
    let offset = this.#url ? await this.#offset() : 0;
    if (!this.#url) { this.#url = await this.#begin(); this.#remember(); }
    this.#progress(offset);
    if (this.size === 0 || offset >= this.size) return;
    while (offset < this.size) {
      const answer = await this.#ask("PATCH", this.#url, { "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" }, this.file.slice(offset, offset + CHUNK), offset);
      offset = Number(answer.getResponseHeader("Upload-Offset"));
      this.#tries = 0;
      this.#progress(offset);
    }
  }

  async #begin() {
    const answer = await this.#ask("POST", "/uploads", { "Upload-Length": String(this.size), "Upload-Metadata": `intake ${encoded(this.intake)},filename ${encoded(this.path)}` });
    return new URL(answer.getResponseHeader("Location"), location.href).pathname;
  }

  /** Where to go on; an upload that the server no longer knows begins anew. */
  async #offset() {
    try {
      const answer = await this.#ask("HEAD", this.#url);
      return Number(answer.getResponseHeader("Upload-Offset"));
    } catch (error) {
      if (!(error instanceof Refusal) || (error.status !== 404 && error.status !== 410)) throw error;
      memory.drop(this.key);
      this.#url = null;
      return 0;
    }
  }

  #remember() { memory.put(this.key, { url: this.#url, intake: this.intake, path: this.path, size: this.size }); }

  #ask(method, url, headers = {}, body = null, base = 0) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      this.#request = request;
      request.open(method, url);
      request.timeout = body ? 0 : STILL_MS;
      for (const [name, value] of Object.entries({ "Tus-Resumable": "1.0.0", "X-CSRF-Token": csrfToken(), Accept: "application/json", ...headers })) request.setRequestHeader(name, value);
      // A connection that hangs without an error is cut here, so that it can be tried again.
      let watch = 0;
      const stir = () => { clearTimeout(watch); if (body) watch = setTimeout(() => request.abort(), STILL_MS); };
      stir();
      request.upload.onprogress = (event) => { stir(); this.#progress(base + event.loaded); };
      request.onerror = request.onabort = request.ontimeout = () => { clearTimeout(watch); reject(new Error("connection")); };
      request.onload = () => {
        clearTimeout(watch);
        if (request.status >= 200 && request.status < 300) resolve(request);
        else reject(this.#refusalOf(request));
      };
      request.send(body);
    });
  }

  #refusalOf(request) {
    let said = {};
    try { said = JSON.parse(request.responseText); } catch { /* an answer without words, e.g. to HEAD or from a proxy */ }
    return new Refusal({ code: said.code ?? `http-${request.status}`, message: said.message ?? `HTTP ${request.status}`, way_out: said.way_out ?? "", data: said.data }, request.status);
  }

  /** Answers that another try may change: wrong offset, busy, too many, and faults of servers and proxies. */
  #isPassing(status) { return status === 409 || status === 423 || status === 429 || status === 460 || status >= 500 || status === 0; }

  #pause() {
    const milliseconds = PAUSES[Math.min(this.#tries, PAUSES.length - 1)] * (0.8 + Math.random() * 0.4);
    this.#tries += 1;
    this.speed = 0;
    this.#marks = [];
    this.#set("waiting");
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => { clearTimeout(timer); resolve(); };
    });
  }

  #progress(sent) {
    const now = performance.now();
    this.sent = Math.min(sent, this.size);
    this.#marks = [...this.#marks.filter(([at]) => now - at < 4000), [now, sent]];
    const [at, from] = this.#marks[0];
    if (now - at > 300) this.speed = Math.max(0, ((sent - from) / (now - at)) * 1000);
    this.dispatchEvent(new Event("change"));
  }

  #set(state) {
    this.state = state;
    if (state === "done") this.sent = this.size;
    this.dispatchEvent(new Event("change"));
  }
}
