import { SearchBox } from "./search-box.js";
import { SheetText, sizeOf } from "./sheet-text.js";
import { TextLayer } from "./text-layer.js";
import { TextSearch } from "./text-search.js";

/** @import {ViewPoint} from "./pointer-gestures.js" */
/** @import {SheetOverlay} from "./sheet-overlay.js" */
/** @import {Run} from "./sheet-text.js" */
/** @import {ViewMotion} from "./view-motion.js" */

/** The text layer is brought up to date when the view has rested for this long. */
const REST_MS = 150;
/** Found text is shown at least this high, CSS px. */
const LEGIBLE_PX = 14;
/** How near to a run one must double-click, CSS px. */
const TEXT_SLACK_PX = 2;

/**
 * What reading needs of a view.
 * @typedef {object} ReadingHost
 * @property {string | undefined} textUrl
 * @property {Record<string, string>} labels
 * @property {ViewMotion} motion
 * @property {SheetOverlay} overlay
 * @property {HTMLElement} surface
 * @property {(layer: number) => string} hiddenLayer name of a layer that is not drawn; empty for one that is
 * @property {(layer: number) => void} showLayer
 * @property {(error: Error) => void} fail
 */

/**
 * The text of a sheet: found, walked through, selected and copied. Text of layers that are not drawn is found too,
 * after all that is drawn, and the box says so and offers to show it; it is never selected unseen.
 */
export class SheetReader {
  #host;
  #signal;
  #text;
  #found;
  #layer;
  #box;
  #isSelecting = false;
  #timer = 0;

  /** @param {ReadingHost} host @param {AbortSignal} signal */
  constructor(host, signal) {
    this.#host = host;
    this.#signal = signal;
    this.#text = new SheetText(host.textUrl, signal);
    this.#found = new TextSearch(this.#text);
    this.#layer = new TextLayer(host.overlay.texts, host.surface, signal);
    this.#box = new SearchBox(host.labels, {
      search: (text) => this.search(text),
      next: () => this.step(1),
      previous: () => this.step(-1),
      show: () => host.showLayer(this.#found.matches[this.#found.current].layer),
      close: () => this.#endSearch(),
    }, signal);
  }

  get box() {
    return this.#box;
  }

  /** Runs of text that are selected; in reading order. */
  get selected() {
    return this.#layer.selected;
  }

  get isSelecting() {
    return this.#isSelecting;
  }

  /** Let text be selected by dragging over it. @param {boolean} isOn */
  set isSelecting(isOn) {
    this.#isSelecting = isOn;
    this.#host.surface.toggleAttribute("data-selecting", isOn);
    if (isOn) this.#rested();
    else this.#layer.clear();
  }

  /** The view has moved. */
  follow() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#rested(), REST_MS);
  }

  /** Other layers are drawn. */
  layersChanged() {
    this.#tellMatch();
    this.#rested();
  }

  /** Find text, highlight it and look at the first match. @param {string} text @returns {Promise<Run[]>} drawn ones first, each in reading order */
  async search(text) {
    try {
      const isDrawn = (/** @type {Run} */ run) => !this.#host.hiddenLayer(run.layer);
      if (!(await this.#found.find(text, isDrawn)) || this.#signal.aborted) return [];
    } catch (error) {
      this.#host.fail(/** @type {Error} */ (error));
      return [];
    }
    this.#showMatch();
    if (!text.trim()) this.#box.showNothing();
    return this.#found.matches;
  }

  /** @param {number} by 1 or -1 */
  step(by) {
    if (this.#found.step(by)) this.#showMatch();
  }

  /** Nothing stays selected that is clicked away from. */
  clicked() {
    if (!this.#isSelecting) this.#layer.clear();
  }

  /** Select what is drawn at a point; false when there is no text. @param {ViewPoint} at @returns {Promise<boolean>} */
  async selectAt(at) {
    const { camera } = this.#host.motion;
    const { x_um, y_um } = camera.toSheet(at.px, at.py);
    const run = await this.#text.at(x_um, y_um, TEXT_SLACK_PX / camera.pxPerUm, (layer) => !this.#host.hiddenLayer(layer)).catch(() => null);
    if (run && !this.#signal.aborted) this.#layer.select(run);
    return run !== null;
  }

  destroy() {
    clearTimeout(this.#timer);
    this.#box.destroy();
  }

  async #rested() {
    if (!this.#isSelecting) return;
    try {
      const runs = await this.#text.runs();
      const drawn = runs.filter((run) => !this.#host.hiddenLayer(run.layer));
      if (this.#isSelecting && !this.#signal.aborted) this.#layer.show(drawn, this.#host.motion.camera);
    } catch (error) {
      this.#host.fail(/** @type {Error} */ (error));
    }
  }

  #showMatch() {
    this.#tellMatch();
    const { matches, current } = this.#found;
    if (current < 0) return;
    const { motion } = this.#host;
    const { box } = matches[current];
    const { state, pxPerUm } = motion.aim;
    const legible = (state.scale * LEGIBLE_PX) / Math.max(1, sizeOf(matches[current]).height * pxPerUm);
    const scale = Math.max(state.scale, legible);
    motion.go({ x_um: (box.x0 + box.x1) / 2, y_um: (box.y0 + box.y1) / 2, scale });
  }

  /** Ring every match, say which one is looked at, and on which hidden layer it lies. */
  #tellMatch() {
    const { matches, current, isAsked } = this.#found;
    if (!isAsked) return;
    const isUnseen = matches.map((match) => this.#host.hiddenLayer(match.layer) !== "");
    this.#host.overlay.highlight(matches.map((match) => match.box), current, isUnseen);
    this.#box.show(current, matches.length, current < 0 ? "" : this.#host.hiddenLayer(matches[current].layer));
  }

  #endSearch() {
    this.#found.clear();
    this.#host.overlay.highlight([]);
    this.#host.surface.focus({ preventScroll: true });
  }
}
