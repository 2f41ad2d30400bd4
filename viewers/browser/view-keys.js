/** One press of an arrow moves the view by this, CSS px; with Shift by the second. */
const STEP_PX = 80;
const LEAP_PX = 320;
const ZOOM_STEP = 1.25;

/**
 * The keys of a view: arrows pan, + and - zoom, 0 fits the page, 1 shows its true size. Ctrl+F opens the search,
 * because the browser's own cannot see a drawing. PageUp and PageDown are left to the page around the view.
 */
export class ViewKeys {
  /**
   * @param {HTMLElement} element
   * @param {{zoomBy: (factor: number) => void, panBy: (dx: number, dy: number) => void, fit: () => void, trueSize: () => void, openSearch: () => void}} target
   * @param {AbortSignal} signal
   */
  constructor(element, target, signal) {
    const pan = (/** @type {number} */ x, /** @type {number} */ y) => (/** @type {KeyboardEvent} */ event) => {
      const step = event.shiftKey ? LEAP_PX : STEP_PX;
      target.panBy(x * step, y * step);
    };
    /** @type {Record<string, (event: KeyboardEvent) => void>} */
    const keys = {
      ArrowLeft: pan(-1, 0),
      ArrowRight: pan(1, 0),
      ArrowUp: pan(0, -1),
      ArrowDown: pan(0, 1),
      "+": () => target.zoomBy(ZOOM_STEP),
      "=": () => target.zoomBy(ZOOM_STEP),
      "-": () => target.zoomBy(1 / ZOOM_STEP),
      _: () => target.zoomBy(1 / ZOOM_STEP),
      0: target.fit,
      1: target.trueSize,
    };
    const listener = (/** @type {KeyboardEvent} */ event) => {
      const isSearch = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "f";
      if (!isSearch && (event.ctrlKey || event.metaKey || event.altKey)) return;
      if (!isSearch && event.target instanceof HTMLInputElement) return;
      const act = isSearch ? target.openSearch : keys[event.key];
      if (!act) return;
      event.preventDefault();
      act(event);
    };
    element.addEventListener("keydown", listener, { signal });
  }
}
