/** @typedef {[number, number, number, number]} Segment x0, y0, x1, y1, um; a point when both ends are one */
/** @typedef {{x: number, y: number, kind: "end" | "crossing"}} SnapPoint */
/** @import {Box} from "./sheet-space.js" */

/** Segments near a pointer that are crossed with one another, at most. */
const MOST_CROSSED = 60;

/** The lines of a region, and the point of them that is meant by pointing near it. */
export class SnapField {
  #url;
  #signal;
  /** @type {Segment[]} */
  #segments = [];
  /** @type {Box | null} */
  #box = null;
  #isCut = false;
  #wanted = "";

  /** @param {((box: Box) => string) | undefined} url @param {AbortSignal} signal */
  constructor(url, signal) {
    this.#url = url;
    this.#signal = signal;
  }

  /**
   * Know the lines of a region; the ones of before are used until they are here.
   * @param {Box} view what is looked at
   * @param {{width_um: number, height_um: number}} page
   */
  async load(view, page) {
    if (!this.#url) return;
    const box = this.#around(view, page);
    if (!box || this.#covers(view, page, box)) return;
    const url = this.#url(box);
    if (url === this.#wanted) return;
    this.#wanted = url;
    try {
      const response = await fetch(url, { signal: this.#signal });
      if (!response.ok) throw new Error(`${response.status}`);
      const { segments, is_cut } = await response.json();
      if (this.#wanted !== url) return;
      this.#segments = segments;
      this.#isCut = is_cut;
      this.#box = box;
    } catch (error) {
      if (this.#wanted === url) this.#wanted = ""; // may be asked for again
      if (!this.#signal.aborted) throw error;
    }
  }

  /** How many segments it holds. */
  get size() {
    return this.#segments.length;
  }

  /**
   * The end of a line or the crossing of two nearest to a point; ends come first.
   * @param {number} x @param {number} y @param {number} radius um
   * @returns {SnapPoint | null}
   */
  nearest(x, y, radius) {
    const near = this.#segments.filter((segment) => distanceTo(segment, x, y) <= radius);
    let best = null;
    let least = radius;
    for (const [x0, y0, x1, y1] of near) {
      for (const [ex, ey] of [[x0, y0], [x1, y1]]) {
        const distance = Math.hypot(ex - x, ey - y);
        if (distance <= least) [best, least] = [{ x: ex, y: ey, kind: /** @type {const} */ ("end") }, distance];
      }
    }
    return best ?? this.#crossing(near.slice(0, MOST_CROSSED), x, y, radius);
  }

  /** @param {Segment[]} near @param {number} x @param {number} y @param {number} radius @returns {SnapPoint | null} */
  #crossing(near, x, y, radius) {
    let best = null;
    let least = radius;
    for (let i = 0; i < near.length; i += 1) {
      for (let j = i + 1; j < near.length; j += 1) {
        const point = crossingOf(near[i], near[j]);
        if (!point) continue;
        const distance = Math.hypot(point.x - x, point.y - y);
        if (distance <= least) [best, least] = [{ ...point, kind: /** @type {const} */ ("crossing") }, distance];
      }
    }
    return best;
  }

  /** The view on a coarse raster, so that small moves ask for nothing new. @returns {Box | null} */
  #around(view, { width_um, height_um }) {
    const step = 2 ** Math.ceil(Math.log2(Math.max(1_000, (view.x1 - view.x0) / 4)));
    const box = {
      x0: Math.max(0, Math.floor(view.x0 / step) * step),
      y0: Math.max(0, Math.floor(view.y0 / step) * step),
      x1: Math.min(width_um, Math.ceil(view.x1 / step) * step),
      y1: Math.min(height_um, Math.ceil(view.y1 / step) * step),
    };
    return box.x0 < box.x1 && box.y0 < box.y1 ? box : null;
  }

  /** Whether what is known is as good as what could be asked for. */
  #covers(view, page, asked) {
    const held = this.#box;
    if (!held) return false;
    const isWithin = held.x0 <= Math.max(0, view.x0) && held.y0 <= Math.max(0, view.y0) &&
      held.x1 >= Math.min(page.width_um, view.x1) && held.y1 >= Math.min(page.height_um, view.y1);
    return isWithin && (!this.#isCut || (asked.x1 - asked.x0) * 1.5 > held.x1 - held.x0);
  }
}

/** @param {Segment} segment @param {number} x @param {number} y */
function distanceTo([x0, y0, x1, y1], x, y) {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const square = dx * dx + dy * dy;
  const t = square ? Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / square)) : 0;
  return Math.hypot(x0 + t * dx - x, y0 + t * dy - y);
}

/** Where two segments cross; null where they do not, or lie along one another. @param {Segment} a @param {Segment} b */
function crossingOf([ax, ay, bx, by], [cx, cy, dx, dy]) {
  const [ux, uy, vx, vy] = [bx - ax, by - ay, dx - cx, dy - cy];
  const cross = ux * vy - uy * vx;
  if (Math.abs(cross) < 1e-3 * Math.hypot(ux, uy) * Math.hypot(vx, vy) || cross === 0) return null;
  const t = ((cx - ax) * vy - (cy - ay) * vx) / cross;
  const s = ((cx - ax) * uy - (cy - ay) * ux) / cross;
  return t >= 0 && t <= 1 && s >= 0 && s <= 1 ? { x: ax + t * ux, y: ay + t * uy } : null;
}
