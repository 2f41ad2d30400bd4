/** @import {Box} from "../sheet-space.js" */
/** @import {Point} from "./mark-shapes.js" */
/**
 * One entity of a CAD file: `lines` are what it draws, empty where only its box is known; um. `layer` is its own,
 * `index` that of what it draws among the page's.
 * @typedef {{handle: string, type: string, layer: string, index: number, box: Box, lines: Point[][]}} Entity
 */

/** A box smaller than this is meant when one points into it, though a line passes nearby; um. */
const SMALL_UM = 15_000;

/** The entities of a page by handle, and the one that is meant by pointing near it. */
export class EntityField {
  #url;
  #signal;
  /** @type {Promise<Map<string, Entity>> | null} */
  #entities = null;

  /** @param {string} url @param {AbortSignal} signal */
  constructor(url, signal) {
    this.#url = url;
    this.#signal = signal;
  }

  /** Every entity, fetched when it is first asked for; rejects when it cannot be, and may be asked again. */
  all() {
    this.#entities ??= this.#fetch().catch((error) => {
      this.#entities = null;
      throw error;
    });
    return this.#entities;
  }

  async #fetch() {
    const response = await fetch(this.#url, { signal: this.#signal });
    if (!response.ok) throw new Error(`${response.status}`);
    const { unit, names, entities } = await response.json();
    return new Map(entities.map((/** @type {any[]} */ [handle, look, ...shape]) => {
      const [type, layer, index] = names[look];
      return [handle, { handle, type, layer, index, ...shapeOf(shape, unit) }];
    }));
  }
}

/**
 * The entity under a point: the smallest box that is small, else the nearest line, else the smallest box.
 * @param {Iterable<Entity>} entities @param {Point} at um @param {number} reach um
 * @param {(index: number) => boolean} isDrawn of a layer
 * @returns {Entity | null}
 */
export function entityAt(entities, [x, y], reach, isDrawn) {
  let best = null;
  let least = [Infinity, Infinity];
  for (const entity of entities) {
    const { box, lines, index } = entity;
    if (x < box.x0 - reach || x > box.x1 + reach || y < box.y0 - reach || y > box.y1 + reach || !isDrawn(index)) continue;
    const size = Math.max(box.x1 - box.x0, box.y1 - box.y0);
    const far = lines.length ? distanceTo(lines, x, y) : 0;
    if (far > reach) continue;
    const rank = lines.length ? [1, far] : [size <= SMALL_UM ? 0 : 2, size];
    if (rank[0] < least[0] || (rank[0] === least[0] && rank[1] < least[1])) [best, least] = [entity, rank];
  }
  return best;
}

/** @param {any[]} shape lines as steps, or the four numbers of a box @param {number} unit um @returns {{box: Box, lines: Point[][]}} */
function shapeOf(shape, unit) {
  if (!Array.isArray(shape[0])) {
    const [x0, y0, x1, y1] = shape.map((step) => step * unit);
    return { box: { x0, y0, x1, y1 }, lines: [] };
  }
  const box = { x0: Infinity, y0: Infinity, x1: -Infinity, y1: -Infinity };
  const lines = shape.map((/** @type {number[]} */ steps) => {
    /** @type {Point[]} */
    const line = [];
    let [x, y] = [0, 0];
    for (let n = 0; n < steps.length; n += 2) {
      x += steps[n] * unit;
      y += steps[n + 1] * unit;
      line.push([x, y]);
      Object.assign(box, { x0: Math.min(box.x0, x), y0: Math.min(box.y0, y), x1: Math.max(box.x1, x), y1: Math.max(box.y1, y) });
    }
    return line;
  });
  return { box, lines };
}

/** @param {Point[][]} lines @param {number} x @param {number} y */
function distanceTo(lines, x, y) {
  let least = Infinity;
  for (const line of lines) {
    if (line.length === 1) least = Math.min(least, Math.hypot(line[0][0] - x, line[0][1] - y));
    for (let n = 1; n < line.length; n += 1) {
      const [ax, ay] = line[n - 1];
      const [dx, dy] = [line[n][0] - ax, line[n][1] - ay];
      const t = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
      least = Math.min(least, Math.hypot(x - ax - t * dx, y - ay - t * dy));
    }
  }
  return least;
}
