/** How strongly each part is shown, 0 to 1. @typedef {{before: number, after: number, same: number}} Tones */
/** @typedef {{x: number, y: number, width: number, height: number}} Place device px */

/**
 * Vermilion and blue, which eyes of every kind tell apart, and a grey that stands back. The same in compare.css.
 * @type {{before: number[], after: number[], same: number[]}}
 */
const COLOURS = { before: [213, 50, 20], after: [0, 94, 184], same: [112, 122, 134] };
/** Steps of ink that are told apart; 64 × 64 combinations fit into the fastest memory. */
const STEPS = 64;
/** Ink of both counts as the same while it differs by less than the first part of itself, as different from the second. */
const SAME_BELOW = 0.25;
const OTHER_ABOVE = 0.6;
/** Thin lines are weak on small scales: what differs is shown that much stronger. */
const STRENGTH = 1.7;
/** Pixels are read in every frame: kept where that is quick. */
const READ = { alpha: false, willReadFrequently: true };
/** With more device px than this, movements are shown at half the resolution. */
const MOST_PIXELS = 2_400_000;

/**
 * Mixes two drawings pixel by pixel: ink of the first alone, ink of the second alone, ink of both.
 *
 * Blend modes of a canvas cannot do it: they multiply, so that every soft edge of a line that is on both sheets gets a
 * coloured rim. A table of 64 × 64 colours costs one look per pixel: 4 to 6 ms for 1366 × 768 without a GPU. How
 * strongly parts are shown changes the table, not the work.
 */
export class InkMix {
  canvas = document.createElement("canvas");
  #table = new Uint32Array(STEPS * STEPS);
  /** @type {Tones} */
  #tones = { before: 1, after: 1, same: 1 };
  #ground = "#f4f5f7";

  #context;

  constructor() {
    const context = this.canvas.getContext("2d", READ);
    if (!context) throw new Error("no canvas");
    this.#context = context;
    this.#tabulate();
  }

  /** @returns {Tones} */
  get tones() {
    return { ...this.#tones };
  }

  /** @param {Tones} tones */
  set tones(tones) {
    this.#tones = { ...tones };
    this.#tabulate();
  }

  /** @param {string} colour around the pages */
  set ground(colour) {
    this.#ground = colour;
  }

  /** @param {number} width @param {number} height device px */
  resize(width, height) {
    this.canvas.width = width;
    this.canvas.height = height;
  }

  /**
   * @param {HTMLCanvasElement} before as large as this one
   * @param {HTMLCanvasElement} after
   * @param {Place} place where there is a page at all
   * @param {{isMoving: boolean, isForgiving: boolean}} how `isForgiving`: lines that lie a pixel apart are the same
   */
  paint(before, after, place, { isMoving, isForgiving }) {
    const context = this.#context;
    context.fillStyle = this.#ground;
    context.fillRect(0, 0, this.canvas.width, this.canvas.height);
    const cut = cutTo(place, this.canvas);
    if (!cut) return;
    const [old, fresh] = [before, after].map((canvas) => pixelsOf(canvas, cut));
    const mixed = context.createImageData(cut.width, cut.height);
    const out = new Uint32Array(mixed.data.buffer);
    if (isMoving && out.length > MOST_PIXELS) this.#mixCoarsely(old, fresh, out, cut.width);
    else if (isForgiving && !isMoving) this.#mixForgivingly(old, fresh, out, cut.width);
    else this.#mix(old, fresh, out);
    context.putImageData(mixed, cut.x, cut.y);
  }

  #mix(old, fresh, out) {
    const table = this.#table;
    for (let i = 0; i < out.length; i += 1) out[i] = table[(stepOf(old[i]) << 6) | stepOf(fresh[i])];
  }

  #mixCoarsely(old, fresh, out, width) {
    const table = this.#table;
    for (let row = 0; row < out.length; row += 2 * width) {
      const below = row + width < out.length ? width : 0;
      for (let x = 0; x < width; x += 2) {
        const i = row + x;
        const right = x + 1 < width ? 1 : 0;
        const colour = table[(stepOf(old[i]) << 6) | stepOf(fresh[i])];
        out[i] = out[i + right] = out[i + below] = out[i + below + right] = colour;
      }
    }
  }

  /** Sheets that were moved onto each other lie up to a pixel apart: ink next to ink of the other is not a change. */
  #mixForgivingly(old, fresh, out, width) {
    const [a, b] = [old, fresh].map((pixels) => Uint8Array.from(pixels, stepOf));
    const [nearA, nearB] = [a, b].map((ink) => spread(ink, width));
    const table = this.#table;
    for (let i = 0; i < out.length; i += 1) {
      const own = a[i];
      const other = b[i];
      const left = Math.max(own, Math.min(other, nearA[i]));
      const right = Math.max(other, Math.min(own, nearB[i]));
      out[i] = table[(left << 6) | right];
    }
  }

  #tabulate() {
    const tones = this.#tones;
    for (let i = 0; i < STEPS; i += 1) {
      for (let j = 0; j < STEPS; j += 1) {
        const [a, b] = [i / (STEPS - 1), j / (STEPS - 1)];
        const most = Math.max(a, b);
        const alone = most ? Math.abs(a - b) * ramp(Math.abs(a - b) / most) : 0;
        const same = (most - alone) * tones.same;
        const other = (1 - (1 - alone) ** STRENGTH) * (a > b ? tones.before : tones.after);
        this.#table[(i << 6) | j] = colourOf(same, other, a > b ? COLOURS.before : COLOURS.after);
      }
    }
  }
}

/** Ink of a pixel in steps: what is farthest from white counts, so that yellow lines are ink too. @param {number} pixel ABGR */
function stepOf(pixel) {
  const r = pixel & 255;
  const g = (pixel >> 8) & 255;
  const b = (pixel >> 16) & 255;
  return (255 - (r < g ? (r < b ? r : b) : g < b ? g : b)) >> 2;
}

/** The strongest ink within a pixel of each. @param {Uint8Array} ink @param {number} width */
function spread(ink, width) {
  const across = new Uint8Array(ink.length);
  for (let i = 0; i < ink.length; i += 1) across[i] = Math.max(ink[i], i ? ink[i - 1] : 0, i + 1 < ink.length ? ink[i + 1] : 0);
  const found = new Uint8Array(ink.length);
  for (let i = 0; i < ink.length; i += 1) {
    const up = i >= width ? across[i - width] : 0;
    const down = i + width < ink.length ? across[i + width] : 0;
    found[i] = Math.max(across[i], up, down);
  }
  return found;
}

/** @param {number} part */
function ramp(part) {
  const t = Math.min(1, Math.max(0, (part - SAME_BELOW) / (OTHER_ABOVE - SAME_BELOW)));
  return t * t * (3 - 2 * t);
}

/** White paper with two inks on it, as ABGR. */
function colourOf(same, other, colour) {
  const rest = 1 - Math.min(1, same + other);
  const [r, g, b] = [0, 1, 2].map((n) => Math.min(255, Math.round(255 * rest + COLOURS.same[n] * same + colour[n] * other)));
  return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
}

/** @param {HTMLCanvasElement} canvas @param {Place} place */
function pixelsOf(canvas, { x, y, width, height }) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", READ));
  return new Uint32Array(context.getImageData(x, y, width, height).data.buffer);
}

/** @param {Place} place @param {HTMLCanvasElement} canvas @returns {Place | null} */
function cutTo(place, canvas) {
  const x = Math.max(0, Math.floor(place.x));
  const y = Math.max(0, Math.floor(place.y));
  const width = Math.min(canvas.width, Math.ceil(place.x + place.width)) - x;
  const height = Math.min(canvas.height, Math.ceil(place.y + place.height)) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : null;
}
