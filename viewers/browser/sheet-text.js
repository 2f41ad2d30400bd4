/** @import {Box} from "./sheet-space.js" */
/**
 * A line of text as drawn; angle counter-clockwise, degrees. `layer` counts among the page's; -1: of none.
 * @typedef {{text: string, box: Box, angle: number, layer: number}} Run
 */

/** The text of a page, fetched when it is first asked for. */
export class SheetText {
  #url;
  #signal;
  /** @type {Promise<Run[]> | null} */
  #runs = null;

  /** @param {string | undefined} url @param {AbortSignal} signal */
  constructor(url, signal) {
    this.#url = url;
    this.#signal = signal;
  }

  /** @returns {Promise<Run[]>} in reading order; rejects when the text cannot be fetched, and may be asked again */
  runs() {
    this.#runs ??= this.#fetch().catch((error) => {
      this.#runs = null;
      throw error;
    });
    return this.#runs;
  }

  /** Runs that contain a text; case, width and spaces make no difference. @param {string} text */
  async find(text) {
    const sought = folded(text);
    if (!sought) return [];
    return (await this.runs()).filter((run) => folded(run.text).includes(sought));
  }

  /** The smallest drawn run at a sheet point. @param {number} x @param {number} y @param {number} slack um @param {(layer: number) => boolean} isDrawn */
  async at(x, y, slack, isDrawn) {
    const hits = (await this.runs()).filter(({ box, layer }) => {
      return isDrawn(layer) && x >= box.x0 - slack && x <= box.x1 + slack && y >= box.y0 - slack && y <= box.y1 + slack;
    });
    return hits.sort((a, b) => areaOf(a.box) - areaOf(b.box))[0] ?? null;
  }

  /** @returns {Promise<Run[]>} */
  async #fetch() {
    if (!this.#url) return [];
    const response = await fetch(this.#url, { signal: this.#signal });
    if (!response.ok) throw new Error(`${response.status}`);
    const { runs } = await response.json();
    return runs.map(([text, x0, y0, x1, y1, angle, layer]) => ({ text, box: { x0, y0, x1, y1 }, angle: angle ?? 0, layer: layer ?? -1 }));
  }
}

/** Width of an average letter, in parts of its height; a Chinese character is about twice as wide. */
const LETTER = 0.55;

/**
 * Size of a run along and across its reading direction, um. Its box tells both when it lies straight; when it lies
 * askew, the box and the number of letters tell them roughly.
 * @param {Run} run
 */
export function sizeOf({ text, box, angle }) {
  const turn = (angle * Math.PI) / 180;
  const [cos, sin] = [Math.abs(Math.cos(turn)), Math.abs(Math.sin(turn))];
  const [width, height] = [box.x1 - box.x0, box.y1 - box.y0];
  if (sin < 0.1) return { length: width, height };
  if (cos < 0.1) return { length: height, height: width };
  const letters = [...text].reduce((sum, letter) => sum + (letter > "\u2e7f" ? 2 : 1), 0);
  const aspect = Math.max(letters * LETTER, 0.5);
  const across = (width + height) / ((cos + sin) * (aspect + 1));
  return { length: across * aspect, height: across };
}

/** @param {string} text */
function folded(text) {
  return text.normalize("NFKC").toLowerCase().replace(/\s+/gu, "");
}

/** @param {Box} box */
function areaOf(box) {
  return (box.x1 - box.x0) * (box.y1 - box.y0);
}
