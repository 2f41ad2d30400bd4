import { clamp } from "./sheet-space.js";

/** @import {Camera} from "./camera.js" */

const SIDE_PX = 168;

/** The whole page small, with a frame around what is in view; press or drag to look elsewhere. For pointers only. */
export class MiniMap {
  #element = document.createElement("div");
  #frame = document.createElement("div");
  #image = document.createElement("img");
  #thumbUrl;
  #page;
  #pxPerUm;

  /**
   * @param {import("./sheet-space.js").PageSize} page
   * @param {string} thumbUrl
   * @param {(x_um: number, y_um: number) => void} onMove
   * @param {AbortSignal} signal
   */
  constructor(page, thumbUrl, onMove, signal) {
    this.#page = page;
    this.#thumbUrl = thumbUrl;
    this.#pxPerUm = SIDE_PX / Math.max(page.width_um, page.height_um);
    this.#element.className = "sheet-mini-map";
    this.#element.setAttribute("aria-hidden", "true"); // everything it does, keys do
    this.#element.style.width = `${page.width_um * this.#pxPerUm}px`;
    this.#element.style.height = `${page.height_um * this.#pxPerUm}px`;
    this.#element.hidden = true;
    this.#image.alt = "";
    this.#image.draggable = false;
    this.#frame.className = "sheet-mini-frame";
    this.#element.append(this.#image, this.#frame);
    const look = (/** @type {PointerEvent} */ event) => {
      const { left, top } = this.#element.getBoundingClientRect();
      const [px, py] = [event.clientX - left - this.#element.clientLeft, event.clientY - top - this.#element.clientTop];
      onMove(px / this.#pxPerUm, page.height_um - py / this.#pxPerUm);
    };
    this.#element.addEventListener("pointerdown", (event) => {
      this.#element.setPointerCapture(event.pointerId);
      look(event);
    }, { signal });
    this.#element.addEventListener("pointermove", (event) => {
      if (this.#element.hasPointerCapture(event.pointerId)) look(event);
    }, { signal });
  }

  get element() {
    return this.#element;
  }

  get isShown() {
    return !this.#element.hidden;
  }

  set isShown(isShown) {
    this.#element.hidden = !isShown;
    if (isShown && !this.#image.src) this.#image.src = this.#thumbUrl;
  }

  /** @param {Camera} camera */
  follow(camera) {
    if (this.#element.hidden) return;
    const { box } = camera;
    const { width_um, height_um } = this.#page;
    const [x0, x1] = [box.x0, box.x1].map((x) => clamp(x, 0, width_um) * this.#pxPerUm);
    const [y0, y1] = [box.y1, box.y0].map((y) => (height_um - clamp(y, 0, height_um)) * this.#pxPerUm);
    const { style } = this.#frame;
    style.transform = `translate(${x0}px, ${y0}px)`;
    style.width = `${Math.max(4, x1 - x0)}px`;
    style.height = `${Math.max(4, y1 - y0)}px`;
  }
}
