import { svgElement } from "./sheet-overlay.js";
import { UM_PER_MM } from "./sheet-space.js";

/** @import {Box} from "./sheet-space.js" */
/** @import {Camera} from "./camera.js" */
/** @import {ViewPoint} from "./pointer-gestures.js" */
/** @typedef {{box: Box, isDangling?: boolean}} SheetLink */

/** How far beside a link one may point, CSS px. */
const SLACK_PX = { mouse: 2, pen: 6, touch: 14 };

/** Places of the drawing that lead elsewhere. What lies behind them only the page knows; keys reach it by its list. */
export class SheetLinks {
  #group;
  #surface;
  #camera;
  /** @type {SheetLink[]} */
  #items = [];

  /**
   * @param {SVGGElement} group
   * @param {HTMLElement} surface
   * @param {() => Camera} camera
   * @param {AbortSignal} signal
   */
  constructor(group, surface, camera, signal) {
    this.#group = group;
    this.#surface = surface;
    this.#camera = camera;
    surface.addEventListener("pointermove", (event) => {
      if (event.pointerType === "touch" || !this.#items.length) return;
      const { left, top } = surface.getBoundingClientRect();
      const at = { px: event.clientX - left, py: event.clientY - top };
      this.#surface.toggleAttribute("data-over-link", this.at(at, "mouse") >= 0);
    }, { signal });
  }

  /** @param {SheetLink[]} items */
  set items(items) {
    this.#items = items;
    this.#group.replaceChildren(...items.map(({ box, isDangling }) => svgElement("rect", {
      class: isDangling ? "sheet-link is-dangling" : "sheet-link",
      x: String(box.x0 / UM_PER_MM),
      y: String(box.y0 / UM_PER_MM),
      width: String((box.x1 - box.x0) / UM_PER_MM),
      height: String((box.y1 - box.y0) / UM_PER_MM),
      "vector-effect": "non-scaling-stroke",
    })));
  }

  get items() {
    return this.#items;
  }

  /** Index of the link there, the smallest of several; -1 when there is none. @param {ViewPoint} at @param {"mouse" | "pen" | "touch"} pointer */
  at({ px, py }, pointer) {
    const camera = this.#camera();
    const { x_um, y_um } = camera.toSheet(px, py);
    const slack = SLACK_PX[pointer] / camera.pxPerUm;
    let found = -1;
    let least = Infinity;
    this.#items.forEach(({ box }, index) => {
      const isIn = x_um >= box.x0 - slack && x_um <= box.x1 + slack && y_um >= box.y0 - slack && y_um <= box.y1 + slack;
      const area = (box.x1 - box.x0) * (box.y1 - box.y0);
      if (isIn && area < least) [found, least] = [index, area];
    });
    return found;
  }
}
