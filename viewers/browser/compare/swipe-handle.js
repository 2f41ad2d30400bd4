import { clamp } from "../sheet-space.js";

const STEP = 0.02;
const LEAP = 0.1;

/** The handle between two sheets that lie upon each other: dragged, or moved by arrow keys. */
export class SwipeHandle {
  #element = document.createElement("div");
  #part = 0.5;
  #onMove;

  /** @param {string} label @param {(part: number) => void} onMove from 0 (left) to 1 @param {AbortSignal} signal */
  constructor(label, onMove, signal) {
    this.#onMove = onMove;
    const element = this.#element;
    element.className = "compare-handle";
    element.tabIndex = 0;
    element.append(document.createElement("span"));
    for (const [name, value] of Object.entries({ role: "slider", "aria-label": label, "aria-valuemin": "0", "aria-valuemax": "100" })) {
      element.setAttribute(name, value);
    }
    element.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      element.setPointerCapture(event.pointerId);
      event.stopPropagation();
    }, { signal });
    element.addEventListener("pointermove", (event) => {
      if (element.hasPointerCapture(event.pointerId)) this.#drag(event);
    }, { signal });
    element.addEventListener("keydown", (event) => this.#key(event), { signal });
    this.part = 0.5;
  }

  get element() {
    return this.#element;
  }

  get part() {
    return this.#part;
  }

  /** @param {number} part */
  set part(part) {
    this.#part = clamp(part, 0, 1);
    this.#element.style.left = `${this.#part * 100}%`;
    this.#element.setAttribute("aria-valuenow", String(Math.round(this.#part * 100)));
    this.#onMove(this.#part);
  }

  /** @param {PointerEvent} event */
  #drag(event) {
    const { left, width } = this.#element.parentElement.getBoundingClientRect();
    this.part = (event.clientX - left) / width;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = event.shiftKey ? LEAP : STEP;
    const to = { ArrowLeft: this.#part - step, ArrowDown: this.#part - step, ArrowRight: this.#part + step, ArrowUp: this.#part + step, Home: 0, End: 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.part = to;
  }
}
