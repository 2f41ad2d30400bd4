/** The picture of a tile; null for a tile with nothing on it. @typedef {ImageBitmap | null} Picture */

/** Decoded tiles by key, least recently used first; bitmaps are given back explicitly, not left to the collector. */
export class TileCache {
  /** @type {Map<string, Picture>} */
  #pictures = new Map();
  #bytes = 0;
  #capacity;

  /** @param {number} capacity bytes of decoded pictures */
  constructor(capacity) {
    this.#capacity = capacity;
  }

  get bytes() {
    return this.#bytes;
  }

  /** @param {string} key */
  has(key) {
    return this.#pictures.has(key);
  }

  /** The picture, marked as used; undefined when it is not here. @param {string} key */
  get(key) {
    const picture = this.#pictures.get(key);
    if (picture === undefined) return undefined;
    this.#pictures.delete(key);
    this.#pictures.set(key, picture);
    return picture;
  }

  /** @param {string} key @param {Picture} picture */
  put(key, picture) {
    this.#drop(key);
    this.#pictures.set(key, picture);
    this.#bytes += bytesOf(picture);
  }

  /** Give back the least recently used until the rest fits; what is needed now stays. @param {Set<string>} needed */
  trim(needed) {
    if (this.#bytes <= this.#capacity) return;
    for (const [key, picture] of this.#pictures) {
      if (picture === null || needed.has(key)) continue;
      this.#drop(key);
      if (this.#bytes <= this.#capacity) return;
    }
  }

  clear() {
    for (const key of [...this.#pictures.keys()]) this.#drop(key);
  }

  /** @param {string} key */
  #drop(key) {
    const picture = this.#pictures.get(key);
    if (picture === undefined) return;
    this.#pictures.delete(key);
    this.#bytes -= bytesOf(picture);
    picture?.close();
  }
}

/** @param {Picture} picture */
function bytesOf(picture) {
  return picture ? picture.width * picture.height * 4 : 0;
}
