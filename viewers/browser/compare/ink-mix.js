/** How strongly each part is shown, 0 to 1. @typedef {{before: number, after: number, same: number}} Tones */
/** @typedef {{x: number, y: number, width: number, height: number}} Place device px */

/**
 * Vermilion and blue, which eyes of every kind tell apart, and a grey that stands back. The same in compare.css.
 * @type {{before: number[], after: number[], same: number[]}}
 */
const COLOURS = { before: [213, 50, 20], after: [0, 94, 184], same: [112, 122, 134] };
/** A white pixel, as a signed number: those are what engines count fastest with. */
const WHITE = -1;
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
const MOST_PIXELS = 1_600_000;

/**
 * Mixes two drawings pixel by pixel: ink of the first alone, ink of the second alone, ink of both.
 *
 * Blend modes of a canvas cannot do it: they multiply, so that every soft edge of a line that is on both sheets gets a
 * coloured rim. A table of 64 × 64 colours costs one look per pixel: 9 ms for 1366 × 768 on a busy processor without a GPU. How
 * strongly parts are shown changes the table, not the work.
 */
export class InkMix {
  canvas = document.createElement("canvas");
  #table = new Int32Array(STEPS * STEPS);
  /** @type {Tones} */
  #tones = { before: 1, after: 1, same: 1 };
  #ground = "#f4f5f7";

  #context;
  /** @type {ImageData | null} */
  #mixed = null;
  /** @type {CanvasRenderingContext2D[]} */
  #small = [];

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
    if (isMoving && cut.width * cut.height > MOST_PIXELS) {
      this.#paintCoarsely([before, after], cut);
      return;
    }
    const mixed = this.#sheetOf(cut.width, cut.height);
    const [old, fresh] = [before, after].map((canvas) => pixelsOf(canvas, cut));
    const out = new Int32Array(mixed.data.buffer);
    if (isForgiving && !isMoving) this.#mixForgivingly(old, fresh, out, cut.width);
    else this.#mix(old, fresh, out);
    context.putImageData(mixed, cut.x, cut.y);
  }

  /** At half the resolution: reading pixels costs more than mixing them. @param {HTMLCanvasElement[]} sheets @param {Place} cut */
  #paintCoarsely(sheets, cut) {
    const whole = { x: 0, y: 0, width: Math.ceil(cut.width / 2), height: Math.ceil(cut.height / 2) };
    const [old, fresh] = sheets.map((sheet, n) => {
      const small = this.#smallOf(n, whole);
      small.drawImage(sheet, cut.x, cut.y, cut.width, cut.height, 0, 0, whole.width, whole.height);
      return pixelsOf(small.canvas, whole);
    });
    const mixed = this.#sheetOf(whole.width, whole.height);
    this.#mix(old, fresh, new Int32Array(mixed.data.buffer));
    const small = this.#smallOf(0, whole);
    small.putImageData(mixed, 0, 0);
    this.#context.drawImage(small.canvas, 0, 0, whole.width, whole.height, cut.x, cut.y, cut.width, cut.height);
  }

  /** @param {number} n @param {Place} size @returns {CanvasRenderingContext2D} */
  #smallOf(n, { width, height }) {
    this.#small[n] ??= /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d", READ));
    const { canvas } = this.#small[n];
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    return this.#small[n];
  }

  /** What is mixed into, kept from frame to frame: taking new memory costs more than mixing. @param {number} width @param {number} height */
  #sheetOf(width, height) {
    const kept = this.#mixed;
    if (kept?.width === width && kept.height === height) return kept;
    this.#mixed = this.#context.createImageData(width, height);
    return this.#mixed;
  }

  #mix(old, fresh, out) {
    const table = this.#table;
    for (let i = 0; i < out.length; i += 1) {
      const one = old[i];
      const other = fresh[i];
      // Most of a drawing is paper.
      out[i] = one === WHITE && other === WHITE ? WHITE : table[(stepOf(one) << 6) | stepOf(other)];
    }
  }

  /**
   * Sheets that were moved onto each other lie up to a pixel apart: ink next to ink of the other is not a change. Most
   * pixels are paper or the same in both, so only where one has less ink than the other is looked around.
   */
  #mixForgivingly(old, fresh, out, width) {
    const [a, b] = [inkOf(old), inkOf(fresh)];
    const table = this.#table;
    for (let i = 0; i < out.length; i += 1) {
      let own = a[i];
      let other = b[i];
      if (own < other) own = nearer(a, i, width, own, other);
      else if (other < own) other = nearer(b, i, width, other, own);
      out[i] = own || other ? table[(own << 6) | other] : WHITE;
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

/** @param {Int32Array} pixels */
function inkOf(pixels) {
  const ink = new Uint8Array(pixels.length);
  for (let i = 0; i < pixels.length; i += 1) if (pixels[i] !== WHITE) ink[i] = stepOf(pixels[i]);
  return ink;
}

/**
 * The strongest ink within a pixel, as far as it is wanted; beyond an edge the other end counts, which nobody sees.
 * @param {Uint8Array} ink @param {number} i @param {number} width @param {number} own @param {number} wanted
 */
function nearer(ink, i, width, own, wanted) {
  let most = own;
  for (let row = i - width; row <= i + width; row += width) {
    for (let at = row - 1; at <= row + 1; at += 1) {
      // Outside of the picture there is nothing, and nothing is more than nothing.
      if (ink[at] > most) most = ink[at];
    }
    if (most >= wanted) return wanted;
  }
  return most;
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
  return (255 << 24) | (b << 16) | (g << 8) | r;
}

/** @param {HTMLCanvasElement} canvas @param {Place} place */
function pixelsOf(canvas, { x, y, width, height }) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", READ));
  return new Int32Array(context.getImageData(x, y, width, height).data.buffer);
}

/** @param {Place} place @param {HTMLCanvasElement} canvas @returns {Place | null} */
function cutTo(place, canvas) {
  const x = Math.max(0, Math.floor(place.x));
  const y = Math.max(0, Math.floor(place.y));
  const width = Math.min(canvas.width, Math.ceil(place.x + place.width)) - x;
  const height = Math.min(canvas.height, Math.ceil(place.y + place.height)) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : null;
}
