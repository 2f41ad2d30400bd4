// The intake page: uploads come in, the table fills, the clerk corrects, teaches, reconciles and accepts.
import { Refusal, answerOf, ask, csrfToken, reach, sayRefusal, toast } from "./frame.js";
import { AcceptDialog } from "./intake-accept.js";
import { BulkDialog } from "./intake-bulk.js";
import { Fields } from "./intake-fields.js";
import { FilesPanel, bytes } from "./intake-files.js";
import { IntakeGrid } from "./intake-grid.js";
import { HistoryDialog } from "./intake-history.js";
import { BlockPanel, CheckPanel, element } from "./intake-panel.js";
import { IntakeSaver } from "./intake-saver.js";
import { UndoStack } from "./intake-undo.js";
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
  #loading = Promise.resolve();
  #fields = new Fields(setup, texts);
  #columns = this.#fields.columns();
  #saver = new IntakeSaver({ intake: setup.intake, rowOf: (id) => this.#byId.get(id) });
  #queue = new UploadQueue({ intake: setup.intake, maxBytes: setup.maxBytes, texts });
  #grid;
  #block;
  #check;
  #files;
  #accept;
  #bulk;
  #undo = new UndoStack();
  /** Undoes the last second reading; null when none is on offer. */
  #unteach = null;
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
    const common = { intake: setup.intake, texts, afterwards: () => this.#load(), onRow: (id, key = "number") => this.#goTo(id, key), onDone: (cells) => this.#remember(cells) };
    const isHistory = setup.purpose === "history";
    this.#accept = new AcceptDialog({ ...common, isHistory, doubtsOf: (row) => this.#doubts(row), missingOf: () => (this.#grid.selection().length ? 0 : this.#data.check.missing.length) });
    this.#bulk = new BulkDialog({ ...common, fields: this.#fields, columns: this.#columns, saver: this.#saver });
    if (isHistory) new HistoryDialog({ ...common, fields: setup.fields, buildings: setup.buildings });
    this.#saver.addEventListener("change", () => this.#saveState());
    this.#saver.addEventListener("saved", (event) => this.#saved(event.detail));
    this.#queue.addEventListener("change", () => this.#uploads());
    this.#queue.addEventListener("arrived", () => this.#load());
    this.#wire();
    await this.#load();
    this.#saver.restore();
    this.#uploads();
    if (this.#queue.interrupted.length) this.#openTab("files");
    this.#takeKeyboard();
    this.#poll();
  }

  #wire() {
    if (setup.mayEdit) dropAnywhere((files) => this.#take(files), place("veil"));
    for (const id of ["pick-files", "pick-folder", "welcome-files", "welcome-folder"]) place(id)?.addEventListener("change", (event) => { this.#take(filesOfInput(event.target)); event.target.value = ""; });
    const tabs = [...document.querySelectorAll("[role=tab]")];
    for (const [index, tab] of tabs.entries()) {
      // A mouse only looks; the keyboard stays in the table.
      tab.addEventListener("click", (event) => { this.#openTab(tab.dataset.tab); if (event.detail) this.#grid.focus(); });
      tab.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        const next = tabs[(index + step + tabs.length) % tabs.length];
        this.#openTab(next.dataset.tab);
        next.focus();
      });
    }
    place("filter").addEventListener("change", (event) => { this.#filter = event.target.value; this.#rows(); });
    place("accept")?.addEventListener("click", () => this.#openAccept());
    place("leave-out")?.addEventListener("click", () => this.#move("leave-out"));
    place("take-back")?.addEventListener("click", () => this.#move("take-back"));
    place("next-doubt").addEventListener("click", () => this.#nextDoubtful());
    place("close-batch")?.addEventListener("click", async () => {
      if (!confirm(texts.closeSentence)) return;
      try { await ask(`/intakes/${setup.intake}/close`, { method: "POST", body: {} }); location.reload(); } catch (error) { sayRefusal(error); }
    });
    for (const dialog of document.querySelectorAll("dialog")) dialog.addEventListener("close", () => this.#takeKeyboard());
    place("set-many")?.addEventListener("click", () => this.#bulk.open(this.#grid.selection()));
    place("keys").addEventListener("click", () => place("keys-dialog").showModal());
  }

  /** The keyboard belongs to the table, or to the first act of an empty batch; not on a phone, where it would pop up. */
  #takeKeyboard() {
    if (!matchMedia("(min-width: 761px)").matches) return;
    if (place("empty").hidden) this.#grid.focus();
    else place("welcome-files")?.focus();
  }

  // -- data --------------------------------------------------------------------------------------------------------

  /** One after the other: who asks after an act gets what is true after it, though a poll was on its way. */
  #load() {
    const next = () => this.#fetch();
    this.#loading = this.#loading.then(next, next);
    return this.#loading;
  }

  async #fetch() {
    const response = await reach(`/intakes/${setup.intake}.json`, { headers: { Accept: "application/json", "X-CSRF-Token": csrfToken() } });
    const etag = response.headers.get("ETag");
    if (response.ok && etag && etag === this.#etag) return;
    const data = await answerOf(response);
    this.#etag = etag;
    this.#data = data;
    this.#byId = new Map(data.rows.map((row) => [row.id, row]));
    this.#rows();
    this.#uploads();
    this.#differences();
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
    const isBegun = !isEmpty || files.length > 0 || this.#queue.transfers.length > 0 || this.#queue.interrupted.length > 0;
    place("empty").hidden = isBegun;
    place("workbench").hidden = !isBegun;
    const isFirst = place("grid").hidden && !isEmpty;
    place("grid").hidden = isEmpty;
    place("grid-note").hidden = !isEmpty;
    place("grid-note").textContent = this.#queue.isBusy ? texts.sendingNote : this.#data.intake.waiting ? texts.readingNote : files.length ? texts.nothingRead : texts.nothingSent;
    this.#grid.rows = shown;
    if (isFirst && document.activeElement === document.body) this.#takeKeyboard();
    this.#acts();
    this.#showBlock();
  }

  #doubts(row) {
    return this.#columns.filter((c) => c.edit && (this.#saver.errorOf(row.id, c.key) || this.#saver.conflictOf(row.id, c.key) || ["doubtful", "missing"].includes(this.#fields.sureness(row, c.key, this.#saver.valueOf(row, c.key), this.#saver.isUnsaved(row.id, c.key)))));
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
    const refused = this.#saver.refused;
    const [meaning, text] = conflicts ? ["attention", texts.conflicts.replace("{n}", conflicts)] : refused ? ["stop", texts.refusedCells.replace("{n}", refused)] : this.#saver.isOffline ? ["attention", texts.unsaved.replace("{n}", this.#saver.count)] : this.#saver.count ? ["waiting", texts.saving] : ["history", texts.saved];
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

  #edit(edits) {
    this.#undo.remember(edits.map(({ row, field }) => ({ id: row.id, field, value: this.#saver.valueOf(row, field) })));
    this.#saver.add(edits);
  }

  /** Cells that a dialog wrote: what the server held of them before can come back with Ctrl+Z. */
  #remember(cells) {
    this.#undo.remember(cells.filter(({ id }) => this.#byId.has(id)).map(({ id, field }) => ({ id, field, value: this.#saver.serverValue(this.#byId.get(id), field) })));
  }

  #takeBack() {
    if (this.#unteach) { this.#unteach(); return; }
    const cells = this.#undo.take();
    if (!cells.length) { toast(texts.nothingToUndo); return; }
    const edits = cells.map(({ id, field, value }) => ({ row: this.#byId.get(id), field, value })).filter(({ row }) => row?.state === "proposed");
    this.#saver.add(edits);
    toast(texts.undone.replace("{n}", edits.length));
    if (edits.length) this.#grid.goTo(edits[0].row.id, edits[0].field);
  }

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
    this.#unteach = async () => {
      this.#unteach = null;
      place("taught").hidden = true;
      this.#grid.focus();
      try {
        const told = await ask(`/intakes/${setup.intake}/learn`, { method: "POST", body: { forget: field } });
        const back = await this.#readAgain(told.remaining);
        toast(texts.untaught.replace("{n}", back).replace("{field}", setup.fields[field]));
      } catch (error) { sayRefusal(error); }
    };
    undo.title = "Ctrl+Z";
    undo.addEventListener("click", () => this.#unteach?.());
    done.addEventListener("click", () => { this.#unteach = null; place("taught").hidden = true; this.#grid.focus(); });
    place("taught").replaceChildren(texts.reread.replace("{n}", changed).replace("{field}", setup.fields[field]), " ", undo, " ", done);
    place("taught").hidden = false;
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
    if (this.#saver.count || this.#saver.conflictRows.length || this.#saver.refused) { toast(texts.saveFirst, { isBad: true }); return; }
    this.#accept.open(chosen.length ? chosen : this.#data.rows);
  }

  #key(event) {
    const isCommand = event.ctrlKey || event.metaKey;
    if (event.key === "f" && !isCommand && !event.altKey) { this.#nextDoubtful(); return true; }
    if (event.altKey && ["1", "2", "3"].includes(event.key)) { this.#openTab(["block", "files", "check"][Number(event.key) - 1]); return true; }
    if (event.key === "Enter" && isCommand) { if (this.#data.intake.mayEdit && !event.repeat) this.#openAccept(); return true; }
    if (!isCommand || !this.#data.intake.mayEdit) return false;
    if (event.key.toLowerCase() === "z" && !event.shiftKey) { this.#takeBack(); return true; }
    if (event.key.toLowerCase() === "b") { this.#bulk.open(this.#grid.selection()); return true; }
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
