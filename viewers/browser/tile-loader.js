/** @import {Tile} from "./tile-grid.js" */
/** @import {Picture} from "./tile-cache.js" */

const MOST_IN_FLIGHT = 6;
/** Pauses before a failed tile is asked for again, ms; after the last it is given up until `retry`. */
const PAUSES = [500, 2_000, 8_000];

/**
 * Fetches and decodes the tiles wanted now, nearest first, and drops the requests for tiles wanted no more.
 * Decoding happens off the main thread (createImageBitmap of a blob).
 */
export class TileLoader {
  /** @type {Map<string, AbortController>} */
  #flying = new Map();
  /** @type {Map<string, {times: number, until: number}>} */
  #failed = new Map();
  /** @type {Tile[]} */
  #wanted = [];
  #urlOf;
  #onTile;
  #onError;
  #timer = 0;
  #isClosed = false;

  /**
   * @param {(level: number, x: number, y: number) => string} urlOf
   * @param {(tile: Tile, picture: Picture) => void} onTile
   * @param {(tile: Tile, error: Error) => void} onError once per tile, when it is given up
   */
  constructor(urlOf, onTile, onError) {
    this.#urlOf = urlOf;
    this.#onTile = onTile;
    this.#onError = onError;
  }

  get inFlight() {
    return this.#flying.size;
  }

  /** Exactly these, most urgent first; none of them is loaded already. @param {Tile[]} tiles */
  want(tiles) {
    this.#wanted = tiles;
    const keys = new Set(tiles.map((tile) => tile.key));
    for (const [key, controller] of this.#flying) {
      if (keys.has(key)) continue;
      this.#flying.delete(key);
      controller.abort();
    }
    this.#pump();
  }

  /** Load from other addresses from now on. @param {(level: number, x: number, y: number) => string} urlOf */
  use(urlOf) {
    this.want([]);
    this.#failed.clear();
    this.#urlOf = urlOf;
  }

  /** Forget failures, as when the network is back. */
  retry() {
    this.#failed.clear();
    this.#pump();
  }

  close() {
    this.#isClosed = true;
    this.want([]);
    clearTimeout(this.#timer);
  }

  #pump() {
    if (this.#isClosed) return;
    const now = performance.now();
    let wakeAt = Infinity;
    for (const tile of this.#wanted) {
      if (this.#flying.size >= MOST_IN_FLIGHT) return;
      if (this.#flying.has(tile.key)) continue;
      const until = this.#failed.get(tile.key)?.until ?? 0;
      if (until <= now) this.#load(tile);
      else wakeAt = Math.min(wakeAt, until);
    }
    if (wakeAt === Infinity) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#pump(), wakeAt - now);
  }

  /** @param {Tile} tile */
  async #load(tile) {
    const controller = new AbortController();
    this.#flying.set(tile.key, controller);
    try {
      const picture = await fetchPicture(this.#urlOf(tile.level, tile.x, tile.y), controller.signal);
      if (controller.signal.aborted) {
        picture?.close();
        return;
      }
      this.#failed.delete(tile.key);
      this.#settle(tile);
      this.#onTile(tile, picture);
    } catch (error) {
      if (controller.signal.aborted) return;
      this.#settle(tile);
      this.#fail(tile, /** @type {Error} */ (error));
    }
    this.#pump();
  }

  /** @param {Tile} tile */
  #settle(tile) {
    this.#flying.delete(tile.key);
    this.#wanted = this.#wanted.filter((other) => other.key !== tile.key);
  }

  /** @param {Tile} tile @param {Error} error */
  #fail(tile, error) {
    const times = (this.#failed.get(tile.key)?.times ?? 0) + 1;
    const pause = error instanceof RefusedError ? Infinity : (PAUSES[times - 1] ?? Infinity);
    this.#failed.set(tile.key, { times, until: performance.now() + pause });
    if (pause === Infinity) this.#onError(tile, error);
    else this.#wanted.push(tile);
  }
}

/** The server said no, and will say no again. */
class RefusedError extends Error {}

/**
 * @param {string} url
 * @param {AbortSignal} signal
 * @returns {Promise<Picture>} null for an empty answer or a single pixel
 */
export async function fetchPicture(url, signal) {
  const response = await fetch(url, { signal });
  if (response.status === 204) return null;
  if (!response.ok) {
    const isFinal = response.status >= 400 && response.status < 500 && ![408, 425, 429].includes(response.status);
    throw new (isFinal ? RefusedError : Error)(`${response.status}`);
  }
  const blob = await response.blob();
  const picture = await createImageBitmap(blob);
  if (picture.width > 1 || picture.height > 1) return picture;
  picture.close();
  return null;
}
