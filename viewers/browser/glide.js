/** @import {ViewState} from "./sheet-space.js" */

/** A short eased way from one view to another on which a zoom keeps its fixed point fixed. */
export class Glide {
  #from;
  #to;
  #startedAt;
  #duration;

  /**
   * @param {ViewState} from
   * @param {ViewState} to
   * @param {number} now milliseconds
   * @param {number} duration milliseconds
   */
  constructor(from, to, now, duration) {
    this.#from = from;
    this.#to = to;
    this.#startedAt = now;
    this.#duration = duration;
  }

  /** Where it ends. */
  get target() {
    return this.#to;
  }

  /** @param {number} now */
  isOver(now) {
    return now >= this.#startedAt + this.#duration;
  }

  /** @param {number} now @returns {ViewState} */
  at(now) {
    if (this.isOver(now)) return this.#to;
    const t = Math.max(0, (now - this.#startedAt) / this.#duration);
    const eased = 1 - (1 - t) ** 3;
    const [a, b] = [this.#from, this.#to];
    const scale = a.scale * (b.scale / a.scale) ** eased;
    // About a fixed point the centre moves linearly in 1/scale, not in time.
    const isZoom = Math.abs(b.scale / a.scale - 1) > 1e-6;
    const way = isZoom ? (1 / scale - 1 / a.scale) / (1 / b.scale - 1 / a.scale) : eased;
    return { x_um: a.x_um + (b.x_um - a.x_um) * way, y_um: a.y_um + (b.y_um - a.y_um) * way, scale };
  }
}
