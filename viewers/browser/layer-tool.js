import { decodeLayers, encodeLayers } from "./layer-set.js";
import { LayerPanel } from "./layer-panel.js";

/** @import {Layer} from "./layer-set.js" */

/**
 * @typedef {object} LayerHost
 * @property {(code: string) => void} draw draw with this set; empty for the file's own
 * @property {() => void} closed
 */

/** Which layers are drawn, and the panel that switches them. */
export class LayerTool {
  #layers;
  #host;
  #panel;
  #own;
  /** @type {boolean[]} */
  #shown;

  /** @param {Layer[]} layers @param {Record<string, string>} labels @param {LayerHost} host @param {AbortSignal} signal */
  constructor(layers, labels, host, signal) {
    this.#layers = layers;
    this.#host = host;
    this.#shown = layers.map((layer) => layer.is_on);
    this.#own = encodeLayers(this.#shown);
    const target = { change: (/** @type {boolean[]} */ shown) => this.#show(shown), close: () => host.closed() };
    this.#panel = new LayerPanel(layers, /** @type {any} */ (labels), target, signal);
  }

  get panel() {
    return this.#panel;
  }

  /** The set that is drawn; empty for the file's own. */
  get code() {
    const code = encodeLayers(this.#shown);
    return code === this.#own ? "" : code;
  }

  /** @param {string} code of a set of this page; another is not taken */
  set code(code) {
    const shown = code ? decodeLayers(code, this.#layers.length) : this.#layers.map((layer) => layer.is_on);
    if (!shown || code === this.code) return;
    this.#panel.shown = shown;
    this.#show(shown);
  }

  /** The name of a layer that is not drawn; empty for one that is, and for what lies on none. @param {number} index */
  hidden(index) {
    return index in this.#shown && !this.#shown[index] ? this.#layers[index].name || String(index + 1) : "";
  }

  /** Draw this one too. @param {number} index */
  reveal(index) {
    const shown = this.#shown.map((isShown, at) => isShown || at === index);
    this.#panel.shown = shown;
    this.#show(shown);
  }

  /** The file's own set as if it were another, so that its tiles can be asked for to get the server ready. */
  get ownCode() {
    return this.#own;
  }

  /** @param {boolean[]} shown */
  #show(shown) {
    this.#shown = [...shown];
    this.#host.draw(this.code);
  }
}
