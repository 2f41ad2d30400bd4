/** @typedef {{px: number, py: number}} ViewPoint */
/**
 * What gestures do to a view.
 * @typedef {object} GestureTarget
 * @property {(at: ViewPoint) => {x_um: number, y_um: number}} toSheet
 * @property {() => number} scale
 * @property {(anchor: {x_um: number, y_um: number}, at: ViewPoint, scale: number) => void} hold
 *   put a sheet point under a view point, at once
 * @property {() => void} stop end any movement under way
 * @property {(at: ViewPoint, pointer: "mouse" | "pen" | "touch") => void} tap
 * @property {(at: ViewPoint, isTouch: boolean) => void} doubleTap
 */

/** A press that moves farther is a drag, CSS px. */
const TAP_SLOP = { mouse: 3, pen: 6, touch: 10 };
const DOUBLE_TAP_MS = 300;
const DOUBLE_TAP_PX = 32;

/**
 * Pan with one pointer, pinch with two, tap and double tap. Every move is computed from where the gesture began, so
 * the sheet point under a finger stays under it exactly; there is no inertia.
 */
export class PointerGestures {
  #surface;
  #target;
  /** @type {Map<number, ViewPoint>} */
  #pointers = new Map();
  /** Sheet point held, and for a pinch the distance and scale it began with. */
  #grip = { anchor: { x_um: 0, y_um: 0 }, distance: 0, scale: 1 };
  /** Where the press began while it may still be a tap. @type {ViewPoint | null} */
  #pressed = null;
  #lastTap = { px: 0, py: 0, time: -Infinity };

  /**
   * @param {HTMLElement} surface
   * @param {GestureTarget} target
   * @param {AbortSignal} signal
   */
  constructor(surface, target, signal) {
    this.#surface = surface;
    this.#target = target;
    const options = { signal };
    surface.addEventListener("pointerdown", (event) => this.#down(event), options);
    surface.addEventListener("pointermove", (event) => this.#move(event), options);
    surface.addEventListener("pointerup", (event) => this.#up(event), options);
    surface.addEventListener("pointercancel", (event) => this.#release(event.pointerId), options);
    surface.addEventListener("lostpointercapture", (event) => this.#release(event.pointerId), options);
  }

  /** @param {PointerEvent} event */
  #down(event) {
    const isPan = event.pointerType !== "mouse" || event.button === 0 || event.button === 1;
    const isOnText = event.button === 0 && event.target instanceof SVGTextContentElement;
    if (!isPan || isOnText || this.#pointers.size >= 2) return;
    if (event.button === 1) event.preventDefault(); // else the browser's own scrolling starts
    this.#surface.setPointerCapture(event.pointerId);
    this.#target.stop();
    this.#pointers.set(event.pointerId, this.#pointOf(event));
    this.#pressed = this.#pointers.size === 1 && event.button === 0 ? this.#pointOf(event) : null;
    this.#takeGrip();
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (!this.#pointers.has(event.pointerId)) return;
    const point = this.#pointOf(event);
    this.#pointers.set(event.pointerId, point);
    if (this.#pressed) {
      const slop = TAP_SLOP[/** @type {"mouse"} */ (event.pointerType)] ?? TAP_SLOP.mouse;
      if (distanceOf(this.#pressed, point) <= slop) return;
      this.#pressed = null;
      this.#surface.dataset.dragging = "";
    }
    const { centre, distance } = this.#shape();
    const ratio = this.#pointers.size === 2 && this.#grip.distance > 0 ? distance / this.#grip.distance : 1;
    this.#target.hold(this.#grip.anchor, centre, this.#grip.scale * ratio);
  }

  /** @param {PointerEvent} event */
  #up(event) {
    const wasTap = this.#pointers.has(event.pointerId) && this.#pressed !== null;
    this.#release(event.pointerId);
    if (!wasTap) return;
    const at = this.#pointOf(event);
    const last = this.#lastTap;
    const isDouble = event.timeStamp - last.time < DOUBLE_TAP_MS && distanceOf(last, at) < DOUBLE_TAP_PX;
    this.#lastTap = { ...at, time: isDouble ? -Infinity : event.timeStamp };
    if (isDouble) this.#target.doubleTap(at, event.pointerType === "touch");
    else this.#target.tap(at, /** @type {"mouse"} */ (event.pointerType));
  }

  /** @param {number} id */
  #release(id) {
    if (!this.#pointers.delete(id)) return;
    this.#pressed = null;
    if (this.#pointers.size === 0) delete this.#surface.dataset.dragging;
    else this.#takeGrip();
  }

  #takeGrip() {
    const { centre, distance } = this.#shape();
    this.#grip = { anchor: this.#target.toSheet(centre), distance, scale: this.#target.scale() };
  }

  #shape() {
    const [a, b = a] = [...this.#pointers.values()];
    return { centre: { px: (a.px + b.px) / 2, py: (a.py + b.py) / 2 }, distance: distanceOf(a, b) };
  }

  /** @param {PointerEvent} event @returns {ViewPoint} */
  #pointOf(event) {
    const { left, top } = this.#surface.getBoundingClientRect();
    return { px: event.clientX - left, py: event.clientY - top };
  }
}

/** @param {ViewPoint} a @param {ViewPoint} b */
function distanceOf(a, b) {
  return Math.hypot(a.px - b.px, a.py - b.py);
}
