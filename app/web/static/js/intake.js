// The intake page: uploads come in, the table fills, the clerk corrects, teaches, reconciles and accepts.
import { Refusal, ask, csrfToken, sayRefusal, toast } from "./frame.js";
import { AcceptDialog } from "./intake-accept.js";
import { Fields } from "./intake-fields.js";
import { FilesPanel, bytes } from "./intake-files.js";
import { IntakeGrid } from "./intake-grid.js";
import { HistoryDialog } from "./intake-history.js";
import { BlockPanel, CheckPanel, element } from "./intake-panel.js";
import { IntakeSaver } from "./intake-saver.js";
import { dropAnywhere, filesOfInput } from "./upload-drop.js";
import { UploadQueue } from "./upload-queue.js";

const setup = JSON.parse(document.getElementById("setup").textContent);
const texts = JSON.parse(document.getElementById("texts").textContent);
const place = (id) => document.getElementById(id);
const TAUGHT = new Set(["number", "title", "scale", "date", "revision"]);
const POLL_MS = 1500;
const ACCOUNT_MS = 15_000;

class IntakePage {
  #data = { intake: { mayEdit: setup.mayEdit }, files: [], rows: [], check: { listed: 0, missing: [], extra: [], duplicates: [], titles: [] } };
  #byId = new Map();
  #etag = "";
  #filter = "open";
  #isLoading = false;
  #fields = new Fields(setup, texts);
  #columns = this.#fields.columns();
  #saver = new IntakeSaver({ intake: setup.intake, rowOf: (id) => this.#byId.get(id) });
  #queue = new UploadQueue({ intake: setup.intake, maxBytes: setup.maxBytes, texts });
  #grid;
  #block;
  #check;
  #files;
  #accept;
  #isDue = false;

  async start() {
    this.#grid = new IntakeGrid(place("grid"), {
      columns: this.#columns,
      allWord: texts.all,
      drawLead: (row) => this.#lead(row),
      drawCell: (row, column) => this.#cell(row, column),
      valueOf: (row, column) => (column.edit ? this.#saver.valueOf(row, column.key) : ""),
      textOf: (row, column) => this.#text(row, column),
      parse: (column, text) => this.#fields.parse(column, text),
      mayEdit: (row) => this.#data.intake.mayEdit && row.state === "proposed",
      onEdit: (edits) => this.#edit(edits),
      onFocus: () => this.#showBlock(),
      onPoint: () => this.#openTab("block"),
      onSelect: () => this.#acts(),
      onKey: (event) => this.#key(event),
      onUnfit: (n) => toast(texts.unfit.replace("{n}", n), { isBad: true }),
    });
    this.#block = new BlockPanel(place("tab-block"), { fields: this.#fields, saver: this.#saver, columns: this.#columns, texts, onField: (key) => this.#grid.goTo(this.#grid.row.id, key) });
    this.#check = new CheckPanel(place("tab-check"), { texts, rowsOf: () => this.#data.rows, onRow: (id) => this.#goTo(id, "number") });
    this.#files = new FilesPanel(place("tab-files"), { queue: this.#queue, texts, onFile: (id) => { const row = this.#data.rows.find((r) => r.fileId === id); if (row) this.#goTo(row.id); } });
    this.#accept = new AcceptDialog({ intake: setup.intake, texts, afterwards: () => this.#load(), onRow: (id) => this.#goTo(id, "number") });
    if (setup.purpose === "history") new HistoryDialog({ intake: setup.intake, texts, fields: setup.fields, buildings: setup.buildings, afterwards: () => this.#load() });
    this.#saver.addEventListener("change", () => this.#saveState());
    this.#saver.addEventListener("saved", (event) => this.#saved(event.detail));
    this.#queue.addEventListener("change", () => this.#uploads());
    this.#queue.addEventListener("arrived", () => this.#load());
    this.#wire();
    await this.#load();
    this.#saver.restore();
    this.#uploads();
    if (matchMedia("(min-width: 761px)").matches) this.#grid.focus();
    this.#poll();
  }

  #wire() {
    if (setup.mayEdit) dropAnywhere((files) => this.#take(files), place("veil"));
    for (const id of ["pick-files", "pick-folder"]) place(id)?.addEventListener("change", (event) => { this.#take(filesOfInput(event.target)); event.target.value = ""; });
    for (const tab of document.querySelectorAll("[role=tab]")) tab.addEventListener("click", () => this.#openTab(tab.dataset.tab));
    place("filter").addEventListener("change", (event) => { this.#filter = event.target.value; this.#rows(); });
    place("accept")?.addEventListener("click", () => this.#openAccept());
    place("leave-out")?.addEventListener("click", () => this.#move("leave-out"));
    place("take-back")?.addEventListener("click", () => this.#move("take-back"));
    place("next-doubt").addEventListener("click", () => this.#nextDoubtful());
    place("close-batch")?.addEventListener("click", async () => {
      if (!confirm(texts.closeSentence)) return;
      try { await ask(`/intakes/${setup.intake}/close`, { method: "POST", body: {} }); location.reload(); } catch (error) { sayRefusal(error); }
    });
    for (const select of document.querySelectorAll("[data-bulk]")) select.addEventListener("change", () => { this.#bulk(select.dataset.bulk, select.value); select.value = "-"; });
    place("keys").addEventListener("click", () => place("keys-dialog").showModal());
  }

  // -- data --------------------------------------------------------------------------------------------------------

  async #load() {
    if (this.#isLoading) return;
    this.#isLoading = true;
    try {
      const response = await fetch(`/intakes/${setup.intake}.json`, { headers: { Accept: "application/json", "X-CSRF-Token": csrfToken() } });
      if (!response.ok) throw new Refusal(await response.json(), response.status);
      const etag = response.headers.get("ETag");
      if (etag && etag === this.#etag) return;
      const data = await response.json();
      this.#etag = etag;
      this.#data = data;
      this.#byId = new Map(data.rows.map((row) => [row.id, row]));
      this.#rows();
      this.#uploads();
      this.#differences();
    } finally { this.#isLoading = false; }
  }

  async #poll() {
    for (;;) {
      const isWaiting = this.#data.intake.waiting > 0 || this.#queue.isBusy;
      await new Promise((resolve) => setTimeout(resolve, isWaiting ? POLL_MS : ACCOUNT_MS));
      if (document.hidden && !isWaiting) continue;
      try { await this.#load(); } catch (error) { if (error instanceof Refusal && error.status === 401) { sayRefusal(error); return; } }
    }
  }

  #rows() {
    const { rows, files } = this.#data;
    const groups = {
      open: rows.filter((row) => row.state === "proposed"),
      doubtful: rows.filter((row) => row.state === "proposed" && this.#doubts(row).length),
      warned: rows.filter((row) => row.state === "proposed" && (row.warnings.length || row.problems.some((p) => p.severity !== "info"))),
      left_out: rows.filter((row) => row.state === "left_out"),
      accepted: rows.filter((row) => row.state === "accepted"),
      all: rows,
    };
    for (const option of place("filter").options) option.textContent = `${option.dataset.word} ${groups[option.value].length}`;
    const shown = this.#filter === "open" && !groups.open.length && rows.length ? groups.all : groups[this.#filter];
    const isEmpty = !rows.length;
    place("empty").hidden = !isEmpty;
    place("workbench").hidden = isEmpty && !files.length && !this.#queue.transfers.length;
    place("grid").hidden = isEmpty;
    place("reading").hidden = !(isEmpty && this.#data.intake.waiting);
    place("welcome").hidden = isEmpty && this.#data.intake.waiting > 0;
    this.#grid.rows = shown;
    this.#acts();
    this.#showBlock();
  }

  #doubts(row) {
    return this.#columns.filter((c) => c.edit && ["doubtful", "missing"].includes(this.#fields.sureness(row, c.key, this.#saver.valueOf(row, c.key), this.#saver.isUnsaved(row.id, c.key))));
  }

  // -- drawing -----------------------------------------------------------------------------------------------------

  #text(row, column) {
    if (column.key === "paper") return row.paper;
    if (column.key === "file") return row.page > 1 || this.#hasPages(row) ? `${row.file} · ${texts.pageOf.replace("{n}", row.page)}` : row.file;
    return this.#fields.word(column, this.#saver.valueOf(row, column.key));
  }

  #hasPages(row) { return (this.#data.files.find((f) => f.id === row.fileId)?.pages ?? 1) > 1; }

  #lead(row) {
    const box = element("span", "lead-box");
    const image = new Image(44, 30);
    Object.assign(image, { loading: "lazy", alt: "", src: `/intake-rows/${row.id}/thumb.webp`, draggable: false });
    box.append(image);
    if (row.state !== "proposed") {
      const mark = element("span", `flag flag-${row.state}`, row.state === "accepted" ? "✓" : "–");
      mark.title = texts.states[row.state];
      box.append(mark);
    } else if (row.warnings.length || row.problems.some((p) => p.severity !== "info")) {
      const isBad = row.problems.some((p) => p.severity === "error") || row.warnings.some((w) => w.code === "duplicate");
      const mark = element("span", `flag ${isBad ? "flag-stop" : "flag-attention"}`, isBad ? "✕" : "▲");
      mark.title = [...row.warnings, ...row.problems].map((w) => w.text).join("\n");
      mark.setAttribute("aria-label", mark.title);
      box.append(mark);
    }
    return box;
  }

  #cell(row, column) {
    const inside = element("span", "inside");
    const text = this.#text(row, column);
    if (column.edit && row.state === "proposed") {
      const isUnsaved = this.#saver.isUnsaved(row.id, column.key);
      const sureness = this.#saver.conflictOf(row.id, column.key) ? "conflict" : this.#saver.errorOf(row.id, column.key) ? "error" : this.#fields.sureness(row, column.key, this.#saver.valueOf(row, column.key), isUnsaved);
      const mark = element("span", `sure sure-${sureness}`);
      mark.title = this.#fields.sureWords(row, column.key, sureness);
      inside.append(mark);
      inside.classList.toggle("is-unsaved", isUnsaved);
      if (sureness === "missing") inside.append(element("span", "missing", texts.needed));
    }
    const value = element("span", column.isNumber ? "value sheet-no" : "value", text);
    value.title = column.key === "file" ? row.path : text;
    inside.append(value);
    return inside;
  }

  #showBlock() {
    const { row: index } = this.#grid.position;
    this.#block?.show(this.#grid.rows[index], this.#grid.column, this.#grid.rows[index + 1]);
  }

  #differences() {
    const count = this.#check.show(this.#data.check);
    const badge = place("check-count");
    badge.textContent = String(count);
    badge.hidden = !count;
  }

  #uploads() {
    const sum = this.#queue.sum;
    const { intake, files } = this.#data;
    this.#files?.show(files);
    const bad = files.filter((f) => f.state === "refused" || f.state === "stored_only").length + sum.failed;
    const badge = place("files-count");
    badge.textContent = bad ? `${files.length} · ▲${bad}` : String(files.length);
    const isBusy = this.#queue.isBusy;
    place("progress").hidden = !isBusy && !intake.waiting;
    if (isBusy) {
      place("progress-bar").value = sum.total ? sum.bytes / sum.total : 0;
      const speed = sum.speed ? ` · ${bytes(sum.speed)}/s` : "";
      place("progress-text").textContent = sum.waiting && !sum.speed ? texts.offline.replace("{n}", sum.waiting) : `${texts.uploading.replace("{done}", sum.done).replace("{all}", sum.files)} · ${bytes(sum.bytes)} / ${bytes(sum.total)}${speed}`;
    } else if (intake.waiting) {
      place("progress-bar").value = files.length ? (files.length - intake.waiting) / files.length : 0;
      place("progress-text").textContent = texts.readingN.replace("{n}", intake.waiting);
    }
    if (!this.#data.rows.length) this.#rowsSoon();
  }

  #rowsSoon() {
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => { this.#isDue = false; this.#rows(); });
  }

  #acts() {
    const chosen = this.#grid?.selection() ?? [];
    place("selected").textContent = chosen.length ? texts.selected.replace("{n}", chosen.length) : "";
    for (const one of document.querySelectorAll("[data-needs-selection]")) one.disabled = !chosen.length;
    const back = place("take-back");
    if (back) { back.hidden = !chosen.some((r) => r.state === "left_out"); place("leave-out").hidden = !back.hidden; }
    const open = this.#data.rows.filter((r) => r.state === "proposed").length;
    const accept = place("accept");
    if (accept) { accept.textContent = chosen.length ? texts.acceptSelected.replace("{n}", chosen.length) : texts.acceptAll.replace("{n}", open); accept.disabled = !open; }
  }

  #saveState() {
    const state = place("save-state");
    const conflicts = this.#saver.conflictRows.length;
    const [meaning, text] = conflicts ? ["attention", texts.conflicts.replace("{n}", conflicts)] : this.#saver.isOffline ? ["attention", texts.unsaved.replace("{n}", this.#saver.count)] : this.#saver.count ? ["waiting", texts.saving] : ["history", texts.saved];
    state.className = `mark mark-${meaning}`;
    state.textContent = text;
    this.#grid?.redraw();
    this.#showBlock();
  }

  // -- acts --------------------------------------------------------------------------------------------------------

  #take(files) {
    if (!files.length) { toast(texts.nothingDropped, { isBad: true }); return; }
    this.#queue.add(files);
    this.#openTab("files");
    this.#rows();
  }

  #edit(edits) { this.#saver.add(edits); }

  #saved(answer) {
    for (const row of answer.rows) {
      const known = this.#byId.get(row.id);
      if (known) Object.assign(known, row);
    }
    for (const row of this.#data.rows) if (answer.warnings[row.id]) row.warnings = answer.warnings[row.id];
    this.#data.check = answer.check;
    this.#differences();
    this.#grid.redraw();
    this.#showBlock();
    const taught = answer.edits.length === 1 && TAUGHT.has(answer.edits[0].field) && answer.edits[0].value ? answer.edits[0] : null;
    if (taught) this.#teach(taught.id, taught.field).catch(() => { /* teaching is a help; the correction itself is saved */ });
  }

  /** One correction helps the other rows: the server looks where the value stands and reads the same place there. */
  async #teach(id, field) {
    const row = this.#byId.get(id);
    if (!row || (row.read[field]?.[0] ?? "") === row.values[field]) return;
    const told = await ask(`/intakes/${setup.intake}/learn`, { method: "POST", body: { row: id, field } });
    if (!told.taught || !told.remaining.length) return;
    const changed = await this.#readAgain(told.remaining);
    if (changed) this.#sayTaught(field, changed);
  }

  async #readAgain(remaining) {
    let left = remaining;
    let changed = 0;
    while (left.length) {
      const told = await ask(`/intakes/${setup.intake}/learn`, { method: "POST", body: { rows: left } });
      changed += told.changed.length;
      left = told.remaining;
      place("taught").hidden = !left.length;
      place("taught").replaceChildren(texts.rereading.replace("{n}", left.length));
    }
    await this.#load();
    return changed;
  }

  #sayTaught(field, changed) {
    const undo = element("button", "link", texts.undo);
    const done = element("button", "link", texts.fine);
    undo.addEventListener("click", async () => {
      place("taught").hidden = true;
      try { const told = await ask(`/intakes/${setup.intake}/learn`, { method: "POST", body: { forget: field } }); await this.#readAgain(told.remaining); } catch (error) { sayRefusal(error); }
    });
    done.addEventListener("click", () => { place("taught").hidden = true; this.#grid.focus(); });
    place("taught").replaceChildren(texts.reread.replace("{n}", changed).replace("{field}", setup.fields[field]), " ", undo, " ", done);
    place("taught").hidden = false;
  }

  #bulk(field, value) {
    const rows = this.#grid.selection().filter((row) => row.state === "proposed");
    if (value === "-" || !rows.length) return;
    this.#edit(rows.map((row) => ({ row, field, value })));
    this.#grid.focus();
  }

  async #move(act) {
    const rows = this.#grid.selection().filter((row) => row.state === (act === "take-back" ? "left_out" : "proposed"));
    if (!rows.length) return;
    try {
      const { changed } = await ask(`/intakes/${setup.intake}/${act}`, { method: "POST", body: { rows: rows.map((row) => row.id) } });
      toast((act === "take-back" ? texts.tookBack : texts.leftOut).replace("{n}", changed));
      this.#grid.select([]);
      await this.#load();
    } catch (error) { sayRefusal(error); }
  }

  #openAccept() {
    const chosen = this.#grid.selection();
    if (this.#saver.count || this.#saver.conflictRows.length) { toast(texts.saveFirst, { isBad: true }); return; }
    this.#accept.open(chosen.length ? chosen : this.#data.rows);
  }

  #key(event) {
    const isCommand = event.ctrlKey || event.metaKey;
    if (event.key === "f" && !isCommand && !event.altKey) { this.#nextDoubtful(); return true; }
    if (event.key === "Enter" && isCommand) { if (this.#data.intake.mayEdit) this.#openAccept(); return true; }
    return false;
  }

  /** The next field that a person should look at, from the focus on, round and round. */
  #nextDoubtful() {
    const rows = this.#grid.rows;
    const { row: from, column } = this.#grid.position;
    for (let step = 0; step <= rows.length; step += 1) {
      const index = (from + step) % rows.length;
      const keys = rows[index]?.state === "proposed" ? this.#doubts(rows[index]).map((c) => this.#columns.indexOf(c)) : [];
      const found = keys.find((c) => step > 0 || c > column);
      if (found !== undefined) { this.#grid.go(index, found); return; }
    }
    toast(texts.noDoubt);
  }

  #goTo(id, key) {
    if (!this.#grid.rows.some((row) => row.id === id)) { this.#filter = "all"; place("filter").value = "all"; this.#rows(); }
    this.#grid.goTo(id, key);
    this.#openTab("block");
  }

  #openTab(name) {
    for (const tab of document.querySelectorAll("[role=tab]")) {
      const isOpen = tab.dataset.tab === name;
      tab.ariaSelected = String(isOpen);
      tab.tabIndex = isOpen ? 0 : -1;
      place(`tab-${tab.dataset.tab}`).classList.toggle("is-open", isOpen);
    }
  }
}

new IntakePage().start().catch((error) => { sayRefusal(error); });
