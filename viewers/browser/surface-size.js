/**
 * Watches how large an element is, in CSS px and in device px.
 *
 * Device px as the observer tells them count where they agree with the pixel ratio: only it knows how edges are
 * rounded, but in emulated phones, and in Safari, it does not know the ratio.
 */
export class SurfaceSize {
  #observer;

  /**
   * @param {HTMLElement} element
   * @param {(size: {width: number, height: number, deviceWidth: number, deviceHeight: number}) => void} onChange
   *   called at first and after each change; never with an empty size
   */
  constructor(element, onChange) {
    this.#observer = new ResizeObserver((entries) => {
      const { contentRect, devicePixelContentBoxSize } = entries[entries.length - 1];
      const { width, height } = contentRect;
      if (!width || !height) return;
      const exact = devicePixelContentBoxSize?.[0];
      const deviceWidth = deviceLength(width, exact?.inlineSize);
      onChange({ width, height, deviceWidth, deviceHeight: deviceLength(height, exact?.blockSize) });
    });
    try {
      this.#observer.observe(element, { box: "device-pixel-content-box" });
    } catch {
      this.#observer.observe(element);
    }
  }

  disconnect() {
    this.#observer.disconnect();
  }
}

/** @param {number} length CSS px @param {number | undefined} observed device px */
function deviceLength(length, observed) {
  const computed = length * devicePixelRatio;
  return observed !== undefined && Math.abs(observed - computed) < 2 ? observed : Math.round(computed);
}
