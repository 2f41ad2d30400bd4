import { iconButton } from "./icons.js";
import { FloatPanel, wordButton } from "./float-panel.js";

/** @import {Layer} from "./layer-set.js" */

/**
 * @typedef {object} LayerLabels
 * @property {string} layers
 * @property {string} layersFind
 * @property {string} layersAll
 * @property {string} layersNone
 * @property {string} layersReset
 * @property {string} layersOnly
 * @property {string} panelClose
 */

/** The layers of a sheet: find, show and hide, one alone. Names are the drawing's, and only ever text. */
export class LayerPanel {
  #panel;
  #layers;
  #labels;
  #onChange;
  #signal;
  #list = document.createElement("ul");
  #field = document.createElement("input");
  /** @type {{item: HTMLLIElement, box: HTMLInputElement}[]} */
  #rows = [];
  /** @type {boolean[]} */
  #shown;

  /**
   * @param {Layer[]} layers
   * @param {LayerLabels} labels
   * @param {{change: (shown: boolean[]) => void, close: () => void}} target
   * @param {AbortSignal} signal
   */
  constructor(layers, labels, target, signal) {
    this.#layers = layers;
    this.#labels = labels;
    this.#onChange = target.change;
    this.#signal = signal;
    this.#shown = layers.map((layer) => layer.is_on);
    this.#panel = new FloatPanel("layers", labels.layers, labels.panelClose, target.close, signal);
    this.#field.type = "search";
    this.#field.className = "sheet-panel-field";
    this.#field.placeholder = labels.layersFind;
    this.#field.setAttribute("aria-label", labels.layersFind);
    this.#field.addEventListener("input", () => this.#filter(), { signal });
    const acts = document.createElement("div");
    acts.className = "sheet-panel-acts";
    acts.append(
      wordButton("layersAll", labels.layersAll, () => this.#setListed(true), signal),
      wordButton("layersNone", labels.layersNone, () => this.#setListed(false), signal),
      wordButton("layersReset", labels.layersReset, () => this.#set(layers.map((layer) => layer.is_on)), signal),
    );
    this.#list.className = "sheet-layer-list";
    this.#panel.body.append(this.#field, acts, this.#list);
  }

  get element() {
    return this.#panel.element;
  }

  get isOpen() {
    return this.#panel.isOpen;
  }

  open() {
    if (!this.#rows.length) this.#build();
    this.#panel.open();
    this.#field.focus({ preventScroll: true });
  }

  close() {
    this.#panel.close();
  }

  /** Show which layers are drawn. @param {boolean[]} shown */
  set shown(shown) {
    this.#shown = [...shown];
    this.#rows.forEach(({ box }, index) => (box.checked = shown[index]));
    this.#panel.note.value = `${shown.filter(Boolean).length} / ${shown.length}`;
  }

  #build() {
    this.#rows = this.#layers.map((layer, index) => this.#row(layer.name, index));
    this.#list.replaceChildren(...this.#rows.map(({ item }) => item));
    this.shown = this.#shown;
  }

  /** @param {string} name @param {number} index */
  #row(name, index) {
    const item = document.createElement("li");
    const label = document.createElement("label");
    const box = document.createElement("input");
    const words = document.createElement("span");
    box.type = "checkbox";
    words.textContent = words.title = name;
    words.dir = "auto";
    label.append(box, words);
    box.addEventListener("change", () => {
      this.#set(this.#shown.map((isShown, at) => (at === index ? box.checked : isShown)));
    }, { signal: this.#signal });
    const only = iconButton("only", `${this.#labels.layersOnly}: ${name}`, () => {
      this.#set(this.#layers.map((_, at) => at === index));
    }, this.#signal);
    item.append(label, only);
    return { item, box };
  }

  /** Those that are listed now. @param {boolean} isShown */
  #setListed(isShown) {
    this.#set(this.#shown.map((was, index) => (this.#rows[index].item.hidden ? was : isShown)));
  }

  /** @param {boolean[]} shown */
  #set(shown) {
    this.shown = shown;
    this.#onChange(shown);
  }

  #filter() {
    const sought = this.#field.value.normalize("NFKC").toLowerCase().trim();
    this.#layers.forEach(({ name }, index) => {
      this.#rows[index].item.hidden = !name.normalize("NFKC").toLowerCase().includes(sought);
    });
  }
}
