// Marks of one revision: what the server has, and what it does not have yet. Nothing typed or drawn is lost on a cut line.
import { LineCut, Refusal, answerOf, ask, csrfToken, reach } from "./frame.js";

const EVERY_MS = 3_000;

/** Events: `change` after anything changed, `trouble` (detail: error) when a save failed. */
export class MarkStore extends EventTarget {
  #path;
  #place;
  #etag = "";
  #known = new Map();
  #waiting = new Map();
  #timer = 0;
  /** When the marks were the server's, if they come from the device. @type {string | null} */
  keptAt = null;
  isReady = false;
  mayDraw = false;
  people = [];
  offers = 0;
  /** Photos that wait with their marks; they live as long as the page. */
  files = new Map();

  constructor(revision, words) {
    super();
    this.words = words;
    this.#path = `/revisions/${revision}`;
    this.#place = `marks:${revision}`;
    for (const item of this.#kept()) this.#waiting.set(item.key, { ...item, state: "failed" });
    document.addEventListener("visibilitychange", () => this.#ask());
    addEventListener("online", () => this.retryAll());
    this.#ask();
  }

  /** Everything to show: the server's marks, with what waits laid over them. */
  get marks() {
    const shown = [...this.#known.values()].map((mark) => {
      const wait = this.#waiting.get(mark.id);
      return { ...mark, ...(wait?.content ?? {}), key: mark.id, clientKey: mark.key, wait };
    });
    for (const [key, wait] of this.#waiting) if (wait.op === "draw") shown.push({ ...NEW, ...wait.content, key, wait });
    return shown;
  }

  get(key) { return this.marks.find((mark) => mark.key === key) ?? null; }

  /** Draw a mark; kept here until the server has it. Answers its identifier, or null while it is unsaved. */
  async draw(content, key = newKey()) {
    return this.#send({ op: "draw", key, content });
  }

  async edit(id, content) {
    return this.#send({ op: "edit", key: id, content });
  }

  /** Keep an unfinished mark, e.g. while its text is typed. */
  hold(key, content, op = "draw") {
    this.#wait({ op, key, content, state: "draft" });
  }

  forget(key) {
    this.#waiting.delete(key);
    this.#keep();
    this.#tell();
  }

  retry(key) {
    const item = this.#waiting.get(key);
    return item ? this.#send(item) : null;
  }

  retryAll() {
    for (const item of this.#waiting.values()) if (item.state === "failed" && item.isCut) this.#send(item);
  }

  /** An act on a mark that the server has: `take-back`, `comments`, `status`, `assignee`. */
  async act(id, verb, body = {}) {
    const { mark } = await ask(`/marks/${id}/${verb}`, { method: "POST", body });
    this.#take(mark);
    return mark;
  }

  carries() { return ask(`${this.#path}/carries`); }

  async carry(marks, decision) {
    const report = await ask(`${this.#path}/carries`, { method: "POST", body: { marks, decision } });
    await this.refresh();
    return report;
  }

  async refresh() {
    this.#etag = "";
    await this.#ask();
  }

  async #send(item) {
    this.#wait({ ...item, state: "sending" });
    const { op, key, content } = item;
    try {
      const isNew = op === "draw";
      const version = this.#known.get(key)?.version;
      const body = isNew ? { ...content, key } : { ...pick(content), version };
      const { mark } = isNew && content.kind === "photo" ? await this.#sendPhoto(key, content) : await ask(isNew ? `${this.#path}/marks` : `/marks/${key}`, { method: isNew ? "POST" : "PATCH", body });
      this.#waiting.delete(key);
      this.files.delete(key);
      this.#keep();
      this.#take(mark);
      return mark.id;
    } catch (error) {
      if (!(error instanceof LineCut) && !(error instanceof Refusal)) throw error;
      this.#wait({ ...item, state: "failed", isCut: error instanceof LineCut || error.status >= 500, why: error instanceof Refusal ? `${error.message} ${error.wayOut}` : "" });
      this.dispatchEvent(new CustomEvent("trouble", { detail: error }));
      if (error instanceof Refusal && error.code === "stale-version") this.refresh(); // the retry goes over the newer version, seen by eye
      return null;
    }
  }

  /** A photo goes with its bytes; under the same key it is placed once. */
  async #sendPhoto(key, { shape, text, colour, audience }) {
    const file = this.files.get(key);
    if (!file) throw new Refusal({ code: "photo-gone", message: this.words.photoGone, way_out: this.words.photoAgain }, 422);
    const [[[x, y]]] = shape.paths;
    const query = new URLSearchParams({ x, y, text, colour, audience, key, name: file.name });
    return answerOf(await reach(`${this.#path}/photos?${query}`, { method: "POST", headers: { Accept: "application/json", "X-CSRF-Token": csrfToken(), "Content-Type": "application/octet-stream" }, body: file }));
  }

  /** What the annotations of a PDF are, or, with `more`, bring them in. */
  async annotations(file, verb = "", more = {}) {
    const query = new URLSearchParams({ name: file.name, ...more });
    const answer = await answerOf(await reach(`${this.#path}/annotations${verb}?${query}`, { method: "POST", headers: { Accept: "application/json", "X-CSRF-Token": csrfToken(), "Content-Type": "application/octet-stream" }, body: file }));
    if (verb) await this.refresh();
    return answer;
  }

  #wait(item) {
    this.#waiting.set(item.key, item);
    this.#keep();
    this.#tell();
  }

  #take(mark) {
    this.#known.set(mark.id, mark);
    this.#etag = "";
    this.#tell();
  }

  async #ask() {
    clearTimeout(this.#timer);
    if (document.visibilityState !== "visible") return;
    try {
      const headers = { Accept: "application/json", "X-CSRF-Token": csrfToken(), ...(this.#etag && { "If-None-Match": this.#etag }) };
      const response = await reach(`${this.#path}/marks`, { headers, cache: "no-store" });
      if (response.status === 200) this.#read(await response.json(), response.headers.get("ETag") ?? "");
      const kept = response.headers.get("X-OneSet-Kept"); // from the device: the server was not reached
      if (kept !== this.keptAt) { this.keptAt = kept; this.#tell(); }
      if (kept === null && (response.ok || response.status === 304)) this.retryAll();
    } catch (error) {
      if (!(error instanceof LineCut)) throw error;
    } finally {
      this.#timer = setTimeout(() => this.#ask(), EVERY_MS);
    }
  }

  #read(data, etag) {
    this.#known = new Map(data.marks.map((mark) => [mark.id, mark]));
    for (const mark of data.marks) if (this.#waiting.get(mark.key)?.op === "draw") this.#waiting.delete(mark.key); // it had arrived after all
    Object.assign(this, { mayDraw: data.mayDraw, people: data.people, offers: data.offers, isReady: true });
    this.#etag = etag;
    this.#keep();
    this.#tell();
  }

  #kept() {
    try { return JSON.parse(sessionStorage.getItem(this.#place) ?? "[]"); } catch { return []; }
  }

  #keep() {
    const items = [...this.#waiting.values()];
    try { if (items.length) sessionStorage.setItem(this.#place, JSON.stringify(items)); else sessionStorage.removeItem(this.#place); } catch { /* full or forbidden: it stays on the page */ }
  }

  #tell() { this.dispatchEvent(new CustomEvent("change")); }
}

const NEW = { id: null, version: 0, status: "open", comments: [], events: [], may_edit: true, may_take_back: false, may_comment: false, author: null, assignee: null, taken_back_at: null, carried_from: null, measured: "", photo: null, origin: {} };
const CONTENT = ["anchor", "shape", "colour", "text", "basis", "audience"];

/** What an author may say of his mark. */
export const pick = (mark) => Object.fromEntries(CONTENT.map((name) => [name, mark[name]]));

export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (n) => n.toString(16).padStart(2, "0")).join("");
}
