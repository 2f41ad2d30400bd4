import { MIN_LEVEL, TileGrid, tileAt } from "./tile-grid.js";
import { TileCache } from "./tile-cache.js";
import { TileLoader, fetchPicture } from "./tile-loader.js";
import { SheetPainter } from "./sheet-painter.js";

/** @import {Camera} from "./camera.js" */
/** @import {Tile} from "./tile-grid.js" */

/** Decoded tiles kept, bytes. */
const CAPACITY = 96 * 2 ** 20;
/** The backdrop is this many levels coarser than what is looked at, and reaches half a view beyond each side. */
const BACKDROP_LEVELS = 2;
const BACKDROP_MARGIN = 0.5;

/**
 * The picture of a page: decides which tiles are needed, gets them, and draws what is there.
 *
 * First the tiles in view, nearest to the centre first; then a coarse backdrop around them, so that a pan or a zoom
 * out does not meet blank paper.
 */
export class TileScene {
  #grid;
  #cache = new TileCache(CAPACITY);
  #loader;
  #painter;
  #onChange;
  /** @type {ImageBitmap | null} */
  #thumb = null;
  #isPlain = true;
  #missing = 0;
  #visible = 0;
  #level = MIN_LEVEL;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {{page: import("./sheet-space.js").PageSize, tileUrl: (level: number, x: number, y: number) => string, thumbUrl: string, isRead?: boolean}} source
   *   `isRead`: somebody reads the pixels that are drawn
   * @param {{onChange: () => void, onError: (error: Error, what: object) => void}} listener
   * @param {AbortSignal} signal
   */
  constructor(canvas, source, { onChange, onError }, signal) {
    this.#grid = new TileGrid(source.page);
    this.#painter = new SheetPainter(canvas, this.#grid, this.#cache, source.isRead);
    this.#onChange = onChange;
    this.#loader = new TileLoader(
      source.tileUrl,
      (tile, picture) => {
        this.#cache.put(tile.key, picture);
        onChange();
      },
      (tile, error) => onError(error, { level: tile.level, x: tile.x, y: tile.y }),
    );
    fetchPicture(source.thumbUrl, signal).then(
      (picture) => this.#takeThumb(picture, signal),
      (error) => signal.aborted || onError(error, { thumb: true }),
    );
  }

  /**
   * Tiles of the view: how many there are, how many are not there yet, of which level; the memory that pictures take;
   * and whether anything of the page has been drawn.
   */
  get progress() {
    const isStarted = this.#painter.thumb !== null || (this.#visible > 0 && this.#missing < this.#visible);
    return { level: this.#level, visible: this.#visible, missing: this.#missing, bytes: this.#cache.bytes, isStarted };
  }

  /**
   * Take tiles from elsewhere, as when layers are switched. What is drawn stays until the new view is complete.
   * @param {(level: number, x: number, y: number) => string} tileUrl
   * @param {boolean} isPlain whether the thumbnail shows the same
   */
  use(tileUrl, isPlain) {
    this.#loader.use(tileUrl);
    if (this.#missing < this.#visible || !this.#painter.under) {
      this.#painter.under?.clear();
      this.#painter.under = this.#cache;
    } else {
      this.#cache.clear();
    }
    this.#cache = new TileCache(CAPACITY);
    this.#painter.cache = this.#cache;
    this.#isPlain = isPlain;
    this.#painter.thumb = isPlain ? this.#thumb : null;
    this.#onChange();
  }

  /** Ask for one tile that will not be shown, so that the server has what it needs. @param {(level: number, x: number, y: number) => string} tileUrl */
  warm(tileUrl) {
    const [{ level, x, y }] = this.#whole();
    fetch(tileUrl(level, x, y)).catch(() => null); // the tiles that count will tell
  }

  /** @param {string} colour around the page */
  set ground(colour) {
    this.#painter.ground = colour;
  }

  /**
   * Draw what is there, and ask for what is missing.
   * @param {Camera} camera what is drawn now
   * @param {Camera} aim where a movement under way ends: what is loaded
   */
  show(camera, aim) {
    this.#painter.paint(camera, this.#levelOf(camera));
    this.#level = this.#levelOf(aim);
    const inView = this.#grid.tiles(this.#level, aim.box);
    const missing = inView.filter((tile) => !this.#cache.has(tile.key));
    this.#visible = inView.length;
    this.#missing = missing.length;
    if (!missing.length) this.#dropUnder();
    const backdrop = this.#backdrop(aim);
    this.#cache.trim(new Set([...inView, ...backdrop].map((tile) => tile.key)));
    this.#loader.want([...missing, ...backdrop.filter((tile) => !this.#cache.has(tile.key))]);
  }

  retry() {
    this.#loader.retry();
    this.#onChange();
  }

  close() {
    this.#loader.close();
    this.#cache.clear();
    this.#dropUnder();
    this.#thumb?.close();
    this.#thumb = this.#painter.thumb = null;
  }

  #dropUnder() {
    this.#painter.under?.clear();
    this.#painter.under = null;
  }

  /** @param {Camera} camera */
  #levelOf(camera) {
    return this.#grid.levelFor(camera.pxPerUm * camera.pixelRatio, camera.pixelRatio, camera.box);
  }

  /** @param {Camera} camera @returns {Tile[]} */
  #backdrop(camera) {
    const level = this.#level - BACKDROP_LEVELS;
    const { width, height } = this.#grid.pagePx(level);
    // The thumbnail is as good as a level that fits into one tile.
    if (level < MIN_LEVEL || Math.max(width, height) <= 512) return this.#isPlain ? [] : this.#whole();
    const { box } = camera;
    const dx = (box.x1 - box.x0) * BACKDROP_MARGIN;
    const dy = (box.y1 - box.y0) * BACKDROP_MARGIN;
    return this.#grid.tiles(level, { x0: box.x0 - dx, y0: box.y0 - dy, x1: box.x1 + dx, y1: box.y1 + dy });
  }

  /** In place of a thumbnail: the page in one tile. @returns {Tile[]} */
  #whole() {
    let level = MIN_LEVEL;
    const fits = (/** @type {number} */ at) => Math.max(...Object.values(this.#grid.pagePx(at))) <= 512;
    while (fits(level + 1)) level += 1;
    return [tileAt(level, 0, 0)];
  }

  /** @param {ImageBitmap | null} picture @param {AbortSignal} signal */
  #takeThumb(picture, signal) {
    if (signal.aborted) {
      picture?.close();
      return;
    }
    this.#thumb = picture;
    if (this.#isPlain) this.#painter.thumb = picture;
    this.#onChange();
  }
}
