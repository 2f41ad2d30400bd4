/** @import {Camera} from "../camera.js" */
/** @import {Box, PageSize} from "../sheet-space.js" */

/**
 * Looks at another sheet, upright, so that it lies in step with what a camera shows. Not held to its page, unlike that
 * camera: the other sheet may be elsewhere.
 */
export class SisterCamera {
  width = 0;
  height = 0;
  pixelRatio = 1;
  pxPerUm = 1;
  #page;
  #x = 0;
  #y = 0;

  /** @param {PageSize} page */
  constructor(page) {
    this.#page = page;
  }

  get page() {
    return this.#page;
  }

  /**
   * @param {Camera} camera
   * @param {{width: number, height: number}} size CSS px of its own canvas
   * @param {[number, number]} centre on its own sheet, um
   * @param {number} scale px of the camera's sheet for one of this
   */
  follow(camera, { width, height }, [x, y], scale) {
    Object.assign(this, { width, height, pixelRatio: camera.pixelRatio, pxPerUm: camera.pxPerUm * scale });
    this.#x = x;
    this.#y = y;
  }

  /** @returns {Box} */
  get box() {
    const [across, up] = [this.width / 2 / this.pxPerUm, this.height / 2 / this.pxPerUm];
    return { x0: this.#x - across, y0: this.#y - up, x1: this.#x + across, y1: this.#y + up };
  }

  /** @param {number} x @param {number} y */
  toView(x, y) {
    return {
      px: (x - this.#x) * this.pxPerUm + this.width / 2,
      py: this.height / 2 - (y - this.#y) * this.pxPerUm,
    };
  }
}
