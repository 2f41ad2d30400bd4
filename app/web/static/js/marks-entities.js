// Marks on entities of a CAD sheet: point at one, see what it is, and draw about it. The mark keeps its handle.
import { sayRefusal, toast } from "./frame.js";
import { EntityTool } from "/viewer/marks/entity-tool.js";

const ROOM_UM = 1_500;
const LEAST_UM = 6_000;
/** Where an arrow begins, from the place it points to; um. */
const TAIL_UM = [18_000, 14_000];

/** The button, the words beside the pointer, and the entity of the mark that is looked at. */
export class EntityMarks {
  #words;
  #said = document.createElement("output");
  #tool;
  #button;
  #target;
  #shown = "";

  /** @param {{view: object, stage: HTMLElement, layer: object, bar: HTMLFormElement, words: object, url: string}} place @param {{begin: (content: object) => void, starting: () => void, stopped: () => void}} target @param {AbortSignal} signal */
  constructor({ view, stage, layer, bar, words, url }, target, signal) {
    Object.assign(this, { view, bar });
    this.#words = words;
    this.#target = target;
    this.#button = bar.querySelector("[data-act=entity]");
    this.#button.hidden = Object.keys(view.page.entities ?? {}).length === 0;
    this.#said.className = "stage-said entity-said";
    this.#said.hidden = true;
    stage.append(this.#said);
    this.#tool = new EntityTool(view, stage, layer, url, {
      hovered: (entity) => this.#say(entity),
      picked: (entity, at) => this.#picked(entity, at),
    }, signal);
    this.#button.addEventListener("click", () => (this.isOn ? this.stop() : this.#start()));
  }

  get isOn() { return this.#tool.isOn; }

  async #start() {
    this.#target.starting();
    this.#press(true);
    this.#said.hidden = false;
    this.#said.textContent = this.#words.entityReading;
    try {
      await this.#tool.start();
      if (this.isOn) this.#say(null);
    } catch (error) {
      this.stop();
      if (error.name === "AbortError") return;
      console.warn(error);
      toast(this.#words.entityFailed, { isBad: true });
    }
  }

  stop() {
    if (!this.isOn && this.#said.hidden) return;
    this.#tool.stop();
    this.#press(false);
    this.#said.hidden = true;
    this.#target.stopped();
  }

  /** The keyboard's cross moved; it picked. */
  follow(at) { this.#tool.follow(at); }
  pick(at) { if (!this.#tool.pick(at)) toast(this.#words.entityNone, { isBad: true }); }

  /** What an entity is, in words; by its handle alone until the file of entities is here. */
  wordsOf(entity) {
    return [this.#words.entityTypes[entity.type] ?? entity.type, entity.layer && `${this.#words.entityLayer} ${entity.layer}`, `${this.#words.entityHandle} ${entity.handle}`].filter(Boolean).join(" · ");
  }

  /** Ring the entity of a mark and say what it is into `place`; null: none. */
  async show(mark, place) {
    const handle = mark?.anchor?.type === "entity" ? mark.anchor.handle : "";
    this.#shown = handle;
    if (!handle || this.#button.hidden) { this.#tool.showChosen(null); return; } // this page is no CAD file
    try {
      const entity = await this.#tool.entity(handle);
      if (this.#shown !== handle) return;
      this.#tool.showChosen(entity && this.view.isDrawn(entity.index) ? entity : null);
      if (place) place.textContent = entity ? this.wordsOf(entity) : `${this.#words.entityHandle} ${handle} (${this.#words.entityGone})`;
    } catch { /* the handle stands there already */ }
  }

  #press(isOn) { this.#button.setAttribute("aria-pressed", String(isOn)); }

  #say(entity) {
    if (!this.isOn) return;
    const words = entity ? this.wordsOf(entity) : this.#words.entityHint;
    if (this.#said.textContent !== words) this.#said.textContent = words;
    this.#said.classList.toggle("has-entity", entity !== null);
  }

  #picked(entity, [x, y]) {
    const look = new FormData(this.bar);
    const kind = String(look.get("entity") || "cloud");
    this.stop();
    this.#target.begin({
      kind, anchor: { type: "entity", handle: entity.handle, x: Math.round(x), y: Math.round(y) }, shape: { paths: [pathAbout(kind, entity.box, [x, y])] },
      colour: look.get("colour"), text: "", basis: {}, audience: look.get("audience"),
    }).catch(sayRefusal);
  }
}

/** What is drawn about an entity: a cloud or a frame around it, or an arrow to where it was pointed at. */
function pathAbout(kind, box, [x, y]) {
  if (kind === "arrow") return [[x + TAIL_UM[0], y + TAIL_UM[1]], [x, y]].map((point) => point.map(Math.round));
  const grow = (low, high) => {
    const by = Math.max(ROOM_UM, (LEAST_UM - (high - low)) / 2);
    return [Math.round(low - by), Math.round(high + by)];
  };
  const [x0, x1] = grow(box.x0, box.x1);
  const [y0, y1] = grow(box.y0, box.y1);
  return kind === "cloud" ? [[x0, y0], [x1, y0], [x1, y1], [x0, y1]] : [[x0, y0], [x1, y1]];
}
