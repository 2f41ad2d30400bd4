/** @typedef {{px: number, py: number}} ViewPoint */

/** A pause that ends one movement of wheel or trackpad, ms. */
const PAUSE_MS = 250;
/** A notch of a wheel moves at least this far, px; a trackpad begins with less. */
const NOTCH_PX = 50;
const LINE_PX = 40;
/** Wheel px that double the scale: three notches. */
const PX_PER_OCTAVE = 300;
/** The same for a pinch on a trackpad, whose steps are small. */
const PX_PER_OCTAVE_PINCH = 70;

/**
 * A wheel zooms about the pointer. A trackpad pans with two fingers and zooms with a pinch (which browsers report as
 * a wheel with Ctrl). What a movement comes from is decided by its first step and kept until a pause.
 */
export class WheelGestures {
  #isWheel = true;
  #lastAt = -Infinity;

  /**
   * @param {HTMLElement} surface
   * @param {{zoomBy: (factor: number, at: ViewPoint, isSmooth: boolean) => void, panBy: (dx: number, dy: number) => void}} target
   * @param {AbortSignal} signal
   */
  constructor(surface, target, signal) {
    const listener = (/** @type {WheelEvent} */ event) => {
      event.preventDefault();
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : LINE_PX;
      const [dx, dy] = [event.deltaX * unit, event.deltaY * unit];
      if (event.timeStamp - this.#lastAt > PAUSE_MS) {
        this.#isWheel = event.deltaMode !== WheelEvent.DOM_DELTA_PIXEL || (dx === 0 && Math.abs(dy) >= NOTCH_PX);
      }
      this.#lastAt = event.timeStamp;
      const { left, top } = surface.getBoundingClientRect();
      const at = { px: event.clientX - left, py: event.clientY - top };
      if (event.ctrlKey || event.metaKey) {
        const isNotch = Math.abs(dy) >= NOTCH_PX;
        target.zoomBy(2 ** (-dy / (isNotch ? PX_PER_OCTAVE : PX_PER_OCTAVE_PINCH)), at, isNotch);
      } else if (event.shiftKey) {
        target.panBy(dx || dy, 0);
      } else if (this.#isWheel) {
        target.zoomBy(2 ** (-dy / PX_PER_OCTAVE), at, true);
      } else {
        target.panBy(dx, dy);
      }
    };
    surface.addEventListener("wheel", listener, { passive: false, signal });
  }
}
