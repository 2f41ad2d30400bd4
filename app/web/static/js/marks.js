// Marks on the sheet page: tools over the drawing, the tab beside it, and the store between them and the server.
import { sayRefusal, toast } from "./frame.js";
import { anchorOf, onSheet, onText } from "./marks-anchors.js";
import { CarryPanel } from "./marks-carry.js";
import { EntityMarks } from "./marks-entities.js";
import { ImportPanel } from "./marks-import.js";
import { showTab } from "./panel-tabs.js";
import { MarkList, make } from "./marks-list.js";
import { MarkStore, newKey, pick } from "./marks-store.js";
import { MarkCursor } from "/viewer/marks/mark-cursor.js";
import { MarkDrawing } from "/viewer/marks/mark-drawing.js";
import { MarkLayer } from "/viewer/marks/mark-layer.js";
import { MarkNudge } from "/viewer/marks/mark-nudge.js";
import { boxOf } from "/viewer/marks/mark-shapes.js";
import { UndoStack } from "/viewer/marks/undo-stack.js";

/** Where the panel is a sheet at the foot, a thread would lie below the list and out of sight. */
const NARROW = matchMedia("(max-width: 760px)");
/** How long the words about a moved mark stay, ms. */
const SAID_MS = 6_000;
/** Marks on a thing are for saying something about it. */
const WORDY_ANCHORS = new Set(["text", "entity"]);
/** Anchors that stay when the drawing about them is moved: they name a thing, not a place. */
const NAMING_ANCHORS = new Set(["sheet", "entity"]);
const NEEDS_WORDS = new Set(["text", "photo", "markup_strike", "markup_cross", "markup_ring"]);

/** @param {import("/viewer/sheet-view.js").SheetView} view @param {HTMLElement} stage @param {string} entitiesUrl entities of the page */
export function mountMarks(view, stage, entitiesUrl) {
  const place = document.getElementById("marks");
  if (place) new Marks(view, stage, place, JSON.parse(document.getElementById("marks-setup").textContent), entitiesUrl);
}

class Marks {
  #undo = new UndoStack();
  #selected = null;
  #moving = null;
  #kind = "";
  #editing = null;
  #saidTimer = 0;

  constructor(view, stage, place, setup, entitiesUrl) {
    Object.assign(this, { view, stage, place, setup, words: setup.words });
    this.store = new MarkStore(setup.revision, this.words);
    this.layer = new MarkLayer(view, stage);
    const { signal } = new AbortController();
    this.drawing = new MarkDrawing(stage, this.layer, {
      drawn: (kind, shape) => this.#drawn(kind, shape),
      moving: (mark, shape) => { this.#moving = { key: mark.key, shape }; this.#show(); },
      reshaped: (mark, shape) => { this.#moving = null; this.#reshape(mark.key, shape); },
      selected: (mark) => this.choose(mark?.key ?? null, { isQuiet: true }),
    }, signal);
    this.nudge = new MarkNudge(view, this.layer, {
      moving: (mark, shape) => { this.#moving = { key: mark.key, shape }; this.#show(); },
      reshaped: (mark, shape) => this.#reshape(mark.key, shape),
      told: (what, at, point) => this.#told(what, at, point),
    });
    this.list = new MarkList(place, this.words, this, setup.me);
    this.cursor = new MarkCursor(view, stage);
    this.importing = new ImportPanel(place.querySelector(".marks-import"), this.words, this.store, this);
    this.carrying = new CarryPanel(place.querySelector(".marks-carrying"), this.words, this.store, this);
    this.bar = document.getElementById("mark-tools");
    this.editor = document.getElementById("mark-editor");
    this.said = make("output", { className: "stage-said mark-said-keys", hidden: true, attributes: { "aria-live": "polite" } });
    stage.append(this.bar, this.editor, this.said);
    this.entities = new EntityMarks({ view, stage, layer: this.layer, bar: this.bar, words: this.words, url: entitiesUrl }, {
      begin: (content) => this.#begin(content),
      starting: () => { this.#use(""); this.#picking(true); },
      stopped: () => this.#picking(false),
    }, signal);
    this.#listen();
    this.store.addEventListener("change", () => { this.#moving = null; this.#show(); });
    this.store.addEventListener("trouble", (event) => sayRefusal(event.detail));
    this.#show();
  }

  // -- what the list asks ------------------------------------------------------------------------------------------

  people() { return this.store.people; }
  refilter() { this.#show(); }
  retry(key) { const mark = this.store.get(key); mark?.wait?.state === "draft" || (mark?.kind === "photo" && !mark.wait?.isCut) ? this.#edit(this.store.get(key)) : this.store.retry(key); }
  discard(key) { this.store.forget(key); }
  edit(mark) { this.#edit(mark); }
  get page() { return this.view.page; }

  /** The field of the sheet's grid in which a mark lies: of its middle. */
  gridOf(mark) {
    if (mark.anchor?.type === "sheet") return this.words.wholeSheet;
    const { x0, y0, x1, y1 } = boxOf(mark.shape);
    return this.view.gridReferenceAt((x0 + x1) / 2, (y0 + y1) / 2);
  }

  /** Show where a mark would lie; null: no longer. */
  preview(mark) {
    const shown = mark && this.drawable({ ...mark, key: "" });
    this.layer.showDraft(shown);
    if (shown) this.layer.lookAt(shown);
  }

  choose(key, { isQuiet = false } = {}) {
    if (key !== this.#selected) this.nudge.release();
    this.#selected = key;
    this.layer.select(key);
    if (key) this.#openTab();
    if (key && !isQuiet && this.layer.selected) this.layer.lookAt(this.layer.selected);
    this.#show();
    if (key && isQuiet) this.place.querySelector(`[data-key="${key}"]`)?.scrollIntoView({ block: "nearest" });
    else if (key && NARROW.matches) this.place.querySelector(".marks-thread").scrollIntoView({ block: "start" });
  }

  async move(mark, event, comment) {
    if (await this.#try(() => this.store.act(mark.id, "status", { event, comment }))) this.list.used(mark.key);
    this.#show();
  }

  async comment(mark, text, mention) {
    this.#commentKeys ??= new Map();
    const name = `${mark.id} ${text}`;
    if (!this.#commentKeys.has(name)) this.#commentKeys.set(name, newKey()); // sent again after a cut line, it exists once
    const done = await this.#try(() => this.store.act(mark.id, "comments", { text, mentions: mention ? [mention] : [], key: this.#commentKeys.get(name) }));
    if (done) this.#commentKeys.delete(name);
    return done;
  }

  #commentKeys;

  assign(mark, person) { return this.#try(() => this.store.act(mark.id, "assignee", { person })); }

  takeBack(mark) { return this.#undo.after(this.#takeBack(mark)); }

  async #takeBack(mark) {
    const [there, back] = mark.taken_back_at ? ["put-back", "take-back"] : ["take-back", "put-back"];
    if (await this.#try(() => this.store.act(mark.id, there))) this.#undo.push(() => this.store.act(mark.id, back), () => this.store.act(mark.id, there));
    this.#show();
  }

  // -- drawing -----------------------------------------------------------------------------------------------------

  #drawn(kind, shape) {
    const look = new FormData(this.bar);
    const content = { kind, anchor: anchorOf(shape), shape, colour: look.get("colour"), text: "", basis: {}, audience: look.get("audience") };
    this.#use("");
    this.#begin(content);
  }

  async #begin(content) {
    const key = newKey();
    this.store.hold(key, content);
    if (NEEDS_WORDS.has(content.kind) || WORDY_ANCHORS.has(content.anchor.type)) this.#edit(this.store.get(key));
    else await this.#save(key, content);
  }

  /** While an entity is pointed at, nothing else is drawn or taken hold of. */
  #picking(isOn) {
    this.drawing.isResting = isOn;
    this.stage.classList.toggle("is-marking", isOn);
    this.cursor.hide();
    this.bar.querySelector(".mark-hint").hidden = !isOn;
    for (const part of this.bar.querySelectorAll("[data-for]")) part.hidden = !(isOn && part.dataset.for === "entity");
  }

  /** A mark that hangs on selected text, or on the whole sheet. */
  #hang(kind, { anchor, shape }) {
    const look = new FormData(this.bar);
    this.#begin({ kind, anchor, shape, colour: look.get("colour"), text: "", basis: {}, audience: look.get("audience") });
  }

  #save(key, content) { return this.#undo.after(this.#saving(key, content)); }

  async #saving(key, content) {
    const ids = { id: await this.store.draw(content, key) };
    this.choose(ids.id ?? key, { isQuiet: true });
    this.#undo.push(
      async () => { ids.id ??= this.store.marks.find((m) => m.clientKey === key)?.id; if (ids.id) await this.store.act(ids.id, "take-back"); else this.store.forget(key); },
      async () => { if (ids.id) await this.store.act(ids.id, "put-back"); else ids.id = await this.store.draw(content, key); },
    );
    this.#show();
  }

  #reshape(key, shape) {
    const anchor = this.store.get(key)?.anchor;
    return this.#change(key, { shape, anchor: NAMING_ANCHORS.has(anchor?.type) ? anchor : anchorOf(shape) });
  }

  #change(key, change) { return this.#undo.after(this.#changing(key, change)); }

  async #changing(key, change) {
    const mark = this.store.get(key);
    if (!mark) return;
    if (!mark.id) { this.store.hold(key, { ...mark.wait.content, ...change }); return; }
    const [before, after] = [pick(mark), { ...pick(mark), ...change }];
    await this.store.edit(mark.id, after);
    this.#undo.push(() => this.store.edit(mark.id, before), () => this.store.edit(mark.id, after));
    this.#show();
  }

  #use(kind) {
    this.entities.stop();
    this.#kind = kind;
    const look = new FormData(this.bar);
    const more = kind === "text" ? { size: 5_000 } : kind === "stamp" ? { stamp: look.get("stamp") } : kind === "measurement" ? { measure: look.get("measure"), scale: Math.max(1, Math.min(100_000, Math.round(Number(look.get("scale"))) || 1)) } : {};
    const ink = this.setup.inks[look.get("colour")];
    this.drawing.use(kind ? { kind, more, look: { ink, stampText: this.words.stamps[more.stamp] ?? "" } } : null);
    this.stage.classList.toggle("is-marking", kind !== "");
    this.cursor.hide();
    this.bar.querySelector(".mark-hint").hidden = kind === "";
    for (const button of this.bar.querySelectorAll("[data-kind]")) button.setAttribute("aria-pressed", String(button.dataset.kind === kind));
    for (const part of this.bar.querySelectorAll("[data-for]")) part.hidden = part.dataset.for !== kind;
  }

  // -- the small form for words --------------------------------------------------------------------------------------

  #edit(mark) {
    this.#editing = mark.key;
    const { editor } = this;
    editor.hidden = false;
    editor.elements.text.value = mark.text;
    editor.elements.colour.value = mark.colour;
    editor.elements.audience.value = mark.audience;
    const isBuilt = mark.kind.startsWith("markup_");
    const needsPhoto = mark.kind === "photo" && !mark.id;
    editor.querySelector(".mark-photo").hidden = !needsPhoto;
    editor.querySelector(".mark-photo output").textContent = this.store.files.get(mark.key)?.name ?? "";
    editor.querySelector(".mark-basis").hidden = !isBuilt;
    for (const name of Object.keys(this.words.basis)) { editor.elements[name].value = mark.basis?.[name] ?? ""; }
    editor.elements.name.required = isBuilt;
    editor.elements.text.required = mark.kind === "text";
    (isBuilt ? editor.elements.name : needsPhoto ? editor.querySelector(".mark-photo label input") : editor.elements.text).focus();
  }

  #closeEditor() {
    this.#editing = null;
    this.editor.hidden = true;
    this.stage.querySelector(".sheet-surface")?.focus({ preventScroll: true });
  }

  #submit(event) {
    event.preventDefault();
    const mark = this.store.get(this.#editing);
    if (!mark) { this.#closeEditor(); return; }
    if (mark.kind === "photo" && !mark.id && !this.store.files.has(mark.key)) { toast(this.words.photoFirst, { isBad: true }); return; }
    const sent = new FormData(this.editor);
    const basis = mark.kind.startsWith("markup_") ? Object.fromEntries(Object.keys(this.words.basis).map((name) => [name, sent.get(name)])) : {};
    const change = { text: sent.get("text"), colour: sent.get("colour"), audience: sent.get("audience"), basis };
    this.#closeEditor();
    if (mark.id) this.#change(mark.key, change);
    else this.#save(mark.key, { ...mark.wait.content, ...change });
  }

  // -- keys, buttons, tab ------------------------------------------------------------------------------------------

  #listen() {
    this.bar.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button?.dataset.kind) {
        this.#use(button.dataset.kind === this.#kind ? "" : button.dataset.kind);
        if (this.#kind && event.detail === 0) this.#byKeyboard();
      }
      if (button?.dataset.text) this.#hang(button.dataset.text, onText(this.view.selectedRuns, button.dataset.text));
      if (button?.dataset.act === "sheet") this.#hang("text", onSheet(this.page));
      if (button?.dataset.act === "entity" && this.entities.isOn && event.detail === 0) this.#byKeyboard();
      if (button?.dataset.act === "undo") this.#step("undo");
      if (button?.dataset.act === "redo") this.#step("redo");
      if (button?.dataset.act === "finish") this.drawing.finish();
      if (button?.dataset.act === "open") this.bar.classList.toggle("is-open");
    });
    this.bar.addEventListener("change", () => { if (this.#kind) this.#use(this.#kind); });
    this.bar.addEventListener("submit", (event) => event.preventDefault());
    this.editor.addEventListener("submit", (event) => this.#submit(event));
    this.editor.querySelector("[data-act=cancel]").addEventListener("click", () => this.#cancelEditor());
    document.addEventListener("keydown", (event) => this.#key(event), true);
    addEventListener("pagehide", () => this.nudge.save());
    document.addEventListener("selectionchange", () => this.#offerText());
    for (const input of this.editor.querySelectorAll(".mark-photo input")) input.addEventListener("change", () => this.#photoChosen(input));
    const bring = this.place.querySelector("[data-act=import]");
    bring?.addEventListener("click", () => this.importing.choose());
    if (bring) bring.disabled = false; // a press before this would have been lost
    this.place.querySelector(".marks-carry").addEventListener("click", () => this.carrying.toggle());
  }

  /** Chosen by keyboard: drawn by keyboard. */
  #byKeyboard() {
    this.stage.querySelector(".sheet-surface").focus({ preventScroll: true });
    this.cursor.show();
  }

  /** The buttons for selected text are there while text is selected. */
  #offerText() {
    const has = this.store.mayDraw && this.view.selectedRuns.length > 0;
    for (const button of this.bar.querySelectorAll("[data-text]")) button.hidden = !has;
    if (has) this.bar.classList.add("has-text");
    else this.bar.classList.remove("has-text");
  }

  #photoChosen(input) {
    const [file] = input.files;
    if (!file || !this.#editing) return;
    this.store.files.set(this.#editing, file);
    this.editor.querySelector(".mark-photo output").textContent = file.name;
    input.value = "";
  }

  #cancelEditor() {
    const mark = this.store.get(this.#editing);
    if (mark && !mark.id && mark.wait?.state === "draft") { this.store.forget(mark.key); this.store.files.delete(mark.key); }
    this.#closeEditor();
  }

  #key(event) {
    const isOnSheet = event.target.closest?.(".sheet-surface") !== null && event.target instanceof Element;
    if (isOnSheet && !this.#kind && !this.entities.isOn && !this.#editing && this.nudge.key(event)) { event.preventDefault(); event.stopPropagation(); return; }
    if (event.key === "Escape") {
      if (event.target.closest?.(".marks-thread")) return; // back to the list first: see marks-list.js
      if (this.#editing) this.#cancelEditor();
      else if (this.drawing.cancel()) return;
      else if (this.entities.isOn) this.entities.stop();
      else if (this.#kind) this.#use("");
      else if (this.#selected) this.choose(null);
      return;
    }
    if (event.target instanceof HTMLElement && event.target.closest("input, textarea, select, dialog")) return;
    if ((this.#kind || this.entities.isOn) && event.target.closest?.(".sheet-surface") && this.#draws(event)) { event.preventDefault(); event.stopPropagation(); return; }
    const isCommand = event.ctrlKey || event.metaKey;
    if (isCommand && event.key.toLowerCase() === "z") { event.preventDefault(); this.#step(event.shiftKey ? "redo" : "undo"); }
    else if (isCommand && event.key.toLowerCase() === "y") { event.preventDefault(); this.#step("redo"); }
    else if (event.key === "Enter" && this.#kind === "measurement") this.drawing.finish();
    else if (event.key === "Delete" && this.#selected && !isCommand) {
      const mark = this.store.get(this.#selected);
      if (mark && !mark.id) this.store.forget(mark.key);
      else if (mark?.may_take_back && !mark.taken_back_at) this.takeBack(mark);
    }
  }

  /** Drawing without a pointer: arrows move the cross, Enter sets points. */
  #draws(event) {
    const { cursor, drawing, entities } = this;
    if (cursor.move(event)) entities.isOn ? entities.follow(cursor.at) : drawing.follow(cursor.at);
    else if (event.key === "Enter" && cursor.at) entities.isOn ? entities.pick(cursor.at) : drawing.put(cursor.at);
    else return false;
    this.bar.querySelector(".mark-at").textContent = cursor.at ? `${this.view.gridReferenceAt(...cursor.at)} ${cursor.at.map((um) => (um / 1_000).toFixed(1)).join(", ")} mm` : "";
    return true;
  }

  /** What the keys did to the selected mark, for eyes and for ears. */
  #told(what, at, point) {
    const place = [this.view.gridReferenceAt(...at), at.map((um) => (um / 1_000).toFixed(1)).join(", "), "mm"].filter(Boolean).join(" ");
    this.said.textContent = this.words.nudge[what].replace("%n", point).replace("%p", place);
    this.said.hidden = false;
    clearTimeout(this.#saidTimer);
    this.#saidTimer = setTimeout(() => { this.said.hidden = true; }, SAID_MS);
  }

  #step(way) { return this.#try(() => this.#undo[way]()).then(() => this.#show()); }

  #openTab() { showTab("marks"); document.querySelector(".work").classList.remove("no-panel"); }

  async #try(work) {
    try { return (await work()) ?? true; } catch (error) { sayRefusal(error); return null; }
  }

  // -- showing -----------------------------------------------------------------------------------------------------

  #show() {
    const { store } = this;
    const marks = store.marks.map((mark) => (mark.key === this.#moving?.key ? { ...mark, shape: this.#moving.shape } : mark));
    if (this.#selected && !marks.some((m) => m.key === this.#selected)) this.#selected = marks.find((m) => m.id && store.get(m.id)?.key === this.#selected)?.key ?? null;
    this.layer.select(this.#selected);
    this.layer.show(this.list.filtered(marks).filter((mark) => !mark.taken_back_at || mark.key === this.#selected).map((mark) => this.drawable(mark)));
    this.list.show(marks, this.#selected);
    this.entities.show(marks.find((m) => m.key === this.#selected), this.place.querySelector(".mark-entity"));
    this.#sayKept();
    this.bar.hidden = !store.mayDraw;
    this.bar.querySelector("[data-act=undo]").disabled = !this.#undo.canUndo;
    this.bar.querySelector("[data-act=redo]").disabled = !this.#undo.canRedo;
    const open = marks.filter((m) => !m.taken_back_at && m.status !== "resolved").length;
    document.getElementById("marks-count").textContent = open ? ` ${open}` : "";
    const carry = this.place.querySelector(".marks-carry");
    carry.hidden = !store.offers;
    carry.querySelector("span").textContent = store.offers;
  }

  drawable(mark) {
    return { key: mark.key, kind: mark.kind, shape: mark.shape, text: mark.text, basis: mark.basis ?? {}, stampText: this.words.stamps[mark.shape.stamp] ?? "", ink: this.setup.inks[mark.colour], isMine: mark.may_edit, isUnsaved: Boolean(mark.wait), isGone: Boolean(mark.taken_back_at) };
  }

  /** Without a network the marks are those of then, and what is drawn waits in this window. */
  #sayKept() {
    const note = this.place.querySelector(".marks-kept");
    note.hidden = this.store.keptAt === null;
    if (this.store.keptAt) note.querySelector("time").textContent = timeText(this.store.keptAt);
  }
}

/** An instant as the server writes it: `2024-05-12 14:30` in the person's zone. */
function timeText(instant) {
  const timeZone = document.getElementById("offline-band")?.dataset.zone;
  return new Date(instant).toLocaleString("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" });
}
