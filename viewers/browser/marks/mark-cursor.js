import { svgElement } from "../sheet-overlay.js";
import { CSS_PX_PER_UM, UM_PER_MM, clamp } from "../sheet-space.js";

/** @import {Point} from "./mark-shapes.js" */

/** One press of an arrow, CSS px; with Shift, with Alt. */
const STEP_PX = 12;
const LEAP_PX = 60;
const NUDGE_PX = 1;
const ARM_PX = 14;
/** Nearer to the edge of the view than this, the view comes along, CSS px. */
const EDGE_PX = 30;
/** @type {Record<string, [number, number]>} */
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** A cross over the drawing that arrows move, so that marks can be drawn without a pointer. Holds no words. */
export class MarkCursor {
  #view;
  #surface;
  #cross = svgElement("path", { class: "mark-cursor", "vector-effect": "non-scaling-stroke", "aria-hidden": "true" });
  /** @type {Point | null} */
  #at = null;

  /** @param {import("../sheet-view.js").SheetView} view @param {HTMLElement} surface the element that the view fills */
  constructor(view, surface) {
    this.#view = view;
    this.#surface = surface;
    view.overlay.append(this.#cross);
    view.addEventListener("view", () => this.#draw());
  }

  /** Where it is, um; null: not shown. */
  get at() {
    return this.#at;
  }

  /** Show it in the middle of the view, unless it is shown. */
  show() {
    const { x_um, y_um } = this.#view.state;
    this.#at ??= [Math.round(x_um), Math.round(y_um)];
    this.#draw();
  }

  hide() {
    this.#at = null;
    this.#draw();
  }

  /** Move by a key; false when it is no key of ours. @param {KeyboardEvent} event */
  move(event) {
    const way = WAYS[event.key];
    if (!way || event.ctrlKey || event.metaKey) return false;
    this.show();
    const step = (event.shiftKey ? LEAP_PX : event.altKey ? NUDGE_PX : STEP_PX) / this.#pxPerUm;
    const { width_um, height_um } = this.#view.page;
    const [x, y] = /** @type {Point} */ (this.#at);
    this.#at = [Math.round(clamp(x + way[0] * step, 0, width_um)), Math.round(clamp(y + way[1] * step, 0, height_um))];
    this.#comeAlong();
    this.#draw();
    return true;
  }

  get #pxPerUm() {
    return this.#view.state.scale * CSS_PX_PER_UM;
  }

  /** Keep the cross in view. */
  #comeAlong() {
    const [x, y] = /** @type {Point} */ (this.#at);
    const { width, height } = this.#surface.getBoundingClientRect();
    const { x_um, y_um, scale } = this.#view.state;
    const [wide, high] = [(width / 2 - EDGE_PX) / this.#pxPerUm, (height / 2 - EDGE_PX) / this.#pxPerUm];
    const [dx, dy] = [x - clamp(x, x_um - wide, x_um + wide), y - clamp(y, y_um - high, y_um + high)];
    if (dx || dy) this.#view.openHash(`${x_um + dx},${y_um + dy},${scale}`);
  }

  #draw() {
    this.#cross.toggleAttribute("hidden", this.#at === null);
    if (!this.#at) { this.#cross.setAttribute("d", ""); return; }
    const arm = ARM_PX / this.#pxPerUm / UM_PER_MM;
    const [x, y] = this.#at.map((um) => um / UM_PER_MM);
    this.#cross.setAttribute("d", `M${x - arm} ${y}H${x + arm}M${x} ${y - arm}V${y + arm}`);
  }
}
