import { MIN_LEVEL, TILE_PX, tileAt } from "./tile-grid.js";

/** @import {Camera} from "./camera.js" */
/** @import {TileGrid} from "./tile-grid.js" */
/** @import {TileCache} from "./tile-cache.js" */

const PAPER = "#ffffff";

/**
 * Draws a page from what is loaded: each place once, from the best picture there is of it.
 *
 * One canvas instead of positioned images: measured without a GPU at 1366 × 768 both keep 60 frames per second, the
 * canvas with less CPU while panning (6.4 against 9.4 ms per frame; equal while zooming). It also lets us count and
 * give back bitmaps, and swaps coarse for fine within one frame.
 */
export class SheetPainter {
  #canvas;
  #context;
  #grid;
  /** Pictures to draw from. @type {TileCache} */
  cache;
  /** Older pictures, for places of which there is none yet. @type {TileCache | null} */
  under = null;
  /** The page small, under everything. @type {ImageBitmap | null} */
  thumb = null;
  /** Colour around the page. */
  ground = "#f4f5f7";

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {TileGrid} grid
   * @param {TileCache} cache
   * @param {boolean} isRead its pixels are read again and again: kept where that is quick
   */
  constructor(canvas, grid, cache, isRead = false) {
    this.#canvas = canvas;
    this.#grid = grid;
    this.cache = cache;
    const context = canvas.getContext("2d", { alpha: false, willReadFrequently: isRead });
    if (!context) throw new Error("no canvas");
    this.#context = context;
  }

  /**
   * Draw one frame.
   * @param {Camera} camera
   * @param {number} level
   */
  paint(camera, level) {
    const context = this.#context;
    context.fillStyle = this.ground;
    context.fillRect(0, 0, this.#canvas.width, this.#canvas.height);
    const place = this.#placeOf(camera, level);
    const range = this.#grid.range(level, camera.box);
    if (!range) return;
    // Bilinear: better filters take halved pictures and blur what is drawn at 50 to 70 %.
    context.imageSmoothingQuality = "low";
    for (let y = range.y0; y <= range.y1; y += 1) {
      for (let x = range.x0; x <= range.x1; x += 1) this.#paintTile(level, x, y, place(x, y));
    }
  }

  /**
   * Where tiles of a level lie on the canvas: whole device px, cut at the edge of the page, so that neighbours meet
   * exactly and tiles drawn 1:1 keep their pixels.
   * @param {Camera} camera
   * @param {number} level
   */
  #placeOf(camera, level) {
    const k = camera.pxPerUm * camera.pixelRatio;
    const corner = camera.toView(0, camera.page.height_um);
    const left = corner.px * camera.pixelRatio;
    const top = corner.py * camera.pixelRatio;
    const side = this.#grid.tileUm(level) * k;
    const right = Math.round(left + camera.page.width_um * k);
    const bottom = Math.round(top + camera.page.height_um * k);
    return (/** @type {number} */ x, /** @type {number} */ y) => {
      const x0 = Math.round(left + x * side);
      const y0 = Math.round(top + y * side);
      const x1 = Math.round(left + (x + 1) * side);
      const y1 = Math.round(top + (y + 1) * side);
      return {
        x: x0,
        y: y0,
        width: Math.min(x1, right) - x0,
        height: Math.min(y1, bottom) - y0,
        // Which part of the tile that is.
        across: (Math.min(x1, right) - x0) / (x1 - x0),
        down: (Math.min(y1, bottom) - y0) / (y1 - y0),
      };
    };
  }

  /**
   * @param {number} level
   * @param {number} x
   * @param {number} y
   * @param {{x: number, y: number, width: number, height: number, across: number, down: number}} place
   */
  #paintTile(level, x, y, place) {
    if (place.width <= 0 || place.height <= 0) return;
    const isDrawn = this.#paintFrom(this.cache, level, x, y, place);
    if (isDrawn || (this.under && this.#paintFrom(this.under, level, x, y, place))) return;
    this.#paintThumb(level, x, y, place);
    this.#paintFiner(this.cache, level, x, y, place);
  }

  /** The sharpest picture there is, with the finer ones upon it; false when there is none. */
  #paintFrom(cache, level, x, y, place) {
    for (let up = 0; level - up >= MIN_LEVEL; up += 1) {
      const parts = 2 ** up;
      const picture = cache.get(tileAt(level - up, Math.floor(x / parts), Math.floor(y / parts)).key);
      if (picture === undefined) continue;
      if (picture === null) {
        this.#paintPaper(place);
        return true;
      }
      const side = TILE_PX / parts;
      const source = [(x % parts) * side, (y % parts) * side, side * place.across, side * place.down];
      this.#draw(picture, source, place);
      if (up > 0) this.#paintFiner(cache, level, x, y, place);
      return true;
    }
    return false;
  }

  /** After zooming out, the finer tiles that are still here. */
  #paintFiner(cache, level, x, y, place) {
    const width = place.width / place.across / 2;
    const height = place.height / place.down / 2;
    for (const [column, row] of [[0, 0], [1, 0], [0, 1], [1, 1]]) {
      const picture = cache.get(tileAt(level + 1, 2 * x + column, 2 * y + row).key);
      if (!picture) continue;
      const left = Math.round(place.x + column * width);
      const top = Math.round(place.y + row * height);
      const right = Math.min(Math.round(place.x + (column + 1) * width), place.x + place.width);
      const bottom = Math.min(Math.round(place.y + (row + 1) * height), place.y + place.height);
      if (right <= left || bottom <= top) continue;
      const source = [0, 0, (TILE_PX * (right - left)) / width, (TILE_PX * (bottom - top)) / height];
      this.#draw(picture, source.map((n) => Math.min(n, TILE_PX)), { x: left, y: top, width: right - left, height: bottom - top });
    }
  }

  #paintThumb(level, x, y, place) {
    if (!this.thumb) return this.#paintPaper(place);
    const page = this.#grid.pagePx(level);
    const across = this.thumb.width / page.width;
    const down = this.thumb.height / page.height;
    const source = [x * TILE_PX * across, y * TILE_PX * down, TILE_PX * place.across * across, TILE_PX * place.down * down];
    return this.#draw(this.thumb, source, place);
  }

  #paintPaper({ x, y, width, height }) {
    this.#context.fillStyle = PAPER;
    this.#context.fillRect(x, y, width, height);
  }

  /** @param {ImageBitmap} picture @param {number[]} source @param {{x: number, y: number, width: number, height: number}} place */
  #draw(picture, [left, top, width, height], place) {
    this.#context.drawImage(picture, left, top, width, height, place.x, place.y, place.width, place.height);
  }
}
