import { UM_PER_POINT, clamp } from "./sheet-space.js";

/** @import {Box, PageSize} from "./sheet-space.js" */

export const TILE_PX = 512;
export const MIN_LEVEL = -5;
export const MAX_LEVEL = 6;

/** Tiles may be drawn larger than they are by this many octaves (7 %): below what an eye can tell. */
const SLACK = 0.1;
/** The same on fine screens, where a device pixel is smaller than an eye can tell. */
const SLACK_FINE = 0.5;
/** No view asks for more tiles of one level; larger screens take the next coarser level instead. */
const MOST_TILES = 80;
/** A page's last column counts from this many px: its size in um is rounded, the server's is not. */
const SLIVER_PX = 0.25;

/**
 * @typedef {{level: number, x: number, y: number, key: string}} Tile
 * @typedef {{x0: number, y0: number, x1: number, y1: number}} TileRange columns and rows, both ends included
 */

/** The tile scheme: at level L a point is 2**L px; tiles count from the upper left corner of the page. */
export class TileGrid {
  #page;

  /** @param {PageSize} page */
  constructor(page) {
    this.#page = page;
  }

  /** Side of a tile in um. @param {number} level */
  tileUm(level) {
    return (TILE_PX * UM_PER_POINT) / 2 ** level;
  }

  /** Page size in px, fractional. @param {number} level */
  pagePx(level) {
    const pxPerUm = 2 ** level / UM_PER_POINT;
    return { width: this.#page.width_um * pxPerUm, height: this.#page.height_um * pxPerUm };
  }

  /** Tiles across and down. @param {number} level */
  count(level) {
    const { width, height } = this.pagePx(level);
    const tiles = (/** @type {number} */ px) => Math.max(1, Math.ceil((px - SLIVER_PX) / TILE_PX));
    return { across: tiles(width), down: tiles(height) };
  }

  /**
   * The coarsest level that is sharp.
   * @param {number} pxPerUm device px per um
   * @param {number} pixelRatio
   * @param {Box} box what is in view
   */
  levelFor(pxPerUm, pixelRatio, box) {
    const slack = pixelRatio >= 2 ? SLACK_FINE : SLACK;
    const exact = Math.log2(pxPerUm * UM_PER_POINT) - slack;
    let level = clamp(Math.ceil(exact) + 0, MIN_LEVEL, MAX_LEVEL); // + 0: never -0
    while (level > MIN_LEVEL && this.#area(this.range(level, box)) > MOST_TILES) level -= 1;
    return level;
  }

  /** Tiles of a level that touch a box; null when none does. @param {number} level @param {Box} box @returns {TileRange | null} */
  range(level, box) {
    const side = this.tileUm(level);
    const { across, down } = this.count(level);
    const height = this.#page.height_um;
    if (box.x1 <= 0 || box.y1 <= 0 || box.x0 >= this.#page.width_um || box.y0 >= height) return null;
    return {
      x0: clamp(Math.floor(box.x0 / side), 0, across - 1),
      y0: clamp(Math.floor((height - box.y1) / side), 0, down - 1),
      x1: clamp(Math.ceil(box.x1 / side) - 1, 0, across - 1),
      y1: clamp(Math.ceil((height - box.y0) / side) - 1, 0, down - 1),
    };
  }

  /** Tiles of a level that touch a box, nearest to its centre first. @param {number} level @param {Box} box @returns {Tile[]} */
  tiles(level, box) {
    const range = this.range(level, box);
    if (!range) return [];
    const side = this.tileUm(level);
    const centreX = (box.x0 + box.x1) / 2 / side - 0.5;
    const centreY = (this.#page.height_um - (box.y0 + box.y1) / 2) / side - 0.5;
    const found = [];
    for (let y = range.y0; y <= range.y1; y += 1) {
      for (let x = range.x0; x <= range.x1; x += 1) {
        found.push({ tile: tileAt(level, x, y), distance: Math.hypot(x - centreX, y - centreY) });
      }
    }
    return found.sort((a, b) => a.distance - b.distance).map(({ tile }) => tile);
  }

  /** @param {TileRange | null} range */
  #area(range) {
    return range ? (range.x1 - range.x0 + 1) * (range.y1 - range.y0 + 1) : 0;
  }
}

/** @param {number} level @param {number} x @param {number} y @returns {Tile} */
export function tileAt(level, x, y) {
  return { level, x, y, key: `${level}/${x}/${y}` };
}
