// Saves cells as they are typed: many in one request, in order, kept in this browser until the server has them.
import { Refusal, ask } from "./frame.js";

const PAUSES = [1000, 2000, 4000, 8000, 15000];

export class IntakeSaver extends EventTarget {
  #key;
  #path;
  #rowOf;
  /** row id → field → {value, base}; base is what stood there when it was typed */
  #unsaved = new Map();
  /** row id → field → {mine, theirs} */
  #conflicts = new Map();
  /** row id → field → sentence of the refusal */
  #errors = new Map();
  #isSending = false;
  #tries = 0;
  #timer = 0;
  isOffline = false;

  /** @param {{intake: string, rowOf: (id: string) => object | undefined}} options */
  constructor({ intake, rowOf }) {
    super();
    this.#path = `/intakes/${intake}/rows`;
    this.#key = `oneset.intake.${intake}.unsaved`;
    this.#rowOf = rowOf;
    addEventListener("beforeunload", (event) => { if (this.count) event.preventDefault(); });
    addEventListener("online", () => { this.#tries = 0; this.#soon(0); });
  }

  /** Cells not saved yet. */
  get count() { return [...this.#unsaved.values()].reduce((sum, fields) => sum + fields.size, 0); }
  /** Cells whose value the server refused; they keep what was typed, and are not saved. */
  get refused() { return [...this.#errors.values()].reduce((sum, fields) => sum + fields.size, 0); }
  get isSending() { return this.#isSending; }

  /** What a cell holds now: typed and not saved or refused, else as the server said. */
  valueOf(row, field) { return this.#unsaved.get(row.id)?.get(field)?.value ?? this.#errors.get(row.id)?.get(field)?.value ?? this.serverValue(row, field); }
  serverValue(row, field) { return (field === "building" ? row.building : row.values[field]) ?? ""; }
  isUnsaved(id, field) { return this.#unsaved.get(id)?.has(field) ?? false; }
  conflictOf(id, field) { return this.#conflicts.get(id)?.get(field); }
  errorOf(id, field) { return this.#errors.get(id)?.get(field); }
  conflictsOf(id) { return this.#conflicts.get(id) ?? new Map(); }
  get conflictRows() { return [...this.#conflicts.keys()]; }

  /** Take up what an earlier visit could not save; a cell that others changed meanwhile becomes a conflict. */
  restore() {
    let kept = [];
    try { kept = JSON.parse(localStorage.getItem(this.#key) ?? "[]"); } catch { /* unreadable: nothing to restore */ }
    for (const [id, field, value, base] of kept) {
      const row = this.#rowOf(id);
      if (!row || row.state !== "proposed") continue;
      const now = this.serverValue(row, field);
      if (now === value) continue;
      if (now !== base) this.#put(this.#conflicts, id, field, { mine: value, theirs: now });
      else this.#put(this.#unsaved, id, field, { value, base });
    }
    this.#keep();
    if (this.count) this.#soon(0);
    this.#tell();
    return kept.length;
  }

  /** @param {{row: object, field: string, value: string}[]} edits */
  add(edits) {
    for (const { row, field, value } of edits) {
      this.#errors.get(row.id)?.delete(field);
      this.#drop(this.#conflicts, row.id, field);
      const base = this.#unsaved.get(row.id)?.get(field)?.base ?? this.serverValue(row, field);
      this.#put(this.#unsaved, row.id, field, { value, base });
    }
    this.#keep();
    this.#tell();
    this.#soon(30);
  }

  /** The clerk chose between two values of a cell. */
  resolve(row, field, isMine) {
    const found = this.conflictOf(row.id, field);
    this.#drop(this.#conflicts, row.id, field);
    if (found && isMine) this.add([{ row, field, value: found.mine }]);
    this.#keep();
    this.#tell();
  }

  #soon(milliseconds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#send(), milliseconds);
  }

  async #send() {
    if (this.#isSending || !this.count) return;
    this.#isSending = true;
    this.#tell();
    const sent = [...this.#unsaved].filter(([id]) => this.#rowOf(id)).map(([id, fields]) => [id, new Map(fields)]);
    try {
      const answer = await ask(this.#path, { method: "PATCH", body: { rows: sent.map(([id, fields]) => this.#body(id, fields)) } });
      this.isOffline = false;
      this.#tries = 0;
      this.#settle(sent, answer);
      this.#isSending = false;
      if (this.count) this.#soon(0);
    } catch (error) {
      this.#isSending = false;
      if (error instanceof Refusal && error.status < 500) this.#refuseAll(sent, error);
      else {
        this.isOffline = true;
        this.#soon(PAUSES[Math.min(this.#tries, PAUSES.length - 1)]);
        this.#tries += 1;
      }
    }
    this.#keep();
    this.#tell();
  }

  #body(id, fields) {
    const values = {};
    const body = { id, version: this.#rowOf(id).version, values };
    for (const [field, { value }] of fields) {
      if (field === "building") body.building_id = value || null;
      else values[field] = value;
    }
    return body;
  }

  #settle(sent, answer) {
    const fresh = new Map(answer.rows.map((row) => [row.id, row]));
    const done = new Set(answer.done);
    for (const [id, fields] of sent) {
      const refusal = answer.refused[id];
      for (const [field, { value }] of fields) {
        if (done.has(id)) { if (this.#unsaved.get(id)?.get(field)?.value === value) this.#drop(this.#unsaved, id, field); }
        else if (refusal?.code === "stale-version" && fresh.has(id)) this.#compare(id, field, fresh.get(id));
        else { this.#drop(this.#unsaved, id, field); this.#put(this.#errors, id, field, { value, text: `${refusal?.message ?? ""} ${refusal?.way_out ?? ""}` }); }
      }
    }
    const edits = sent.flatMap(([id, fields]) => (done.has(id) ? [...fields].map(([field, { value }]) => ({ id, field, value })) : []));
    this.dispatchEvent(new CustomEvent("saved", { detail: { ...answer, edits } }));
  }

  /** Somebody changed the row: where they left our cell alone it is sent again, else both values are shown. */
  #compare(id, field, row) {
    const mine = this.#unsaved.get(id)?.get(field);
    const theirs = this.serverValue(row, field);
    if (!mine || theirs === mine.base) return;
    this.#drop(this.#unsaved, id, field);
    if (theirs !== mine.value) this.#put(this.#conflicts, id, field, { mine: mine.value, theirs });
  }

  #refuseAll(sent, error) {
    for (const [id, fields] of sent) for (const [field, { value }] of fields) {
      this.#drop(this.#unsaved, id, field);
      this.#put(this.#errors, id, field, { value, text: `${error.message} ${error.wayOut}` });
    }
  }

  #put(place, id, field, value) { if (!place.has(id)) place.set(id, new Map()); place.get(id).set(field, value); }
  #drop(place, id, field) { const fields = place.get(id); fields?.delete(field); if (fields && !fields.size) place.delete(id); }
  #tell() { this.dispatchEvent(new Event("change")); }

  #keep() {
    const unsaved = [...this.#unsaved].flatMap(([id, fields]) => [...fields].map(([field, { value, base }]) => [id, field, value, base]));
    const open = [...this.#conflicts].flatMap(([id, fields]) => [...fields].map(([field, { mine }]) => [id, field, mine, null]));
    try {
      if (unsaved.length + open.length) localStorage.setItem(this.#key, JSON.stringify([...unsaved, ...open]));
      else localStorage.removeItem(this.#key);
    } catch { /* without storage the cells live only as long as the page, and leaving it is warned of */ }
  }
}
