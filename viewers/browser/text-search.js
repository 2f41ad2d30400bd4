/** @import {SheetText, Run} from "./sheet-text.js" */

/** What was found last, and which match is looked at. */
export class TextSearch {
  #text;
  /** @type {Run[]} */
  #matches = [];
  #current = -1;
  #turns = 0;
  #isAsked = false;

  /** @param {SheetText} text */
  constructor(text) {
    this.#text = text;
  }

  /** Drawn ones first, each in reading order. */
  get matches() {
    return this.#matches;
  }

  /** Something is sought, found or not. */
  get isAsked() {
    return this.#isAsked;
  }

  /** Index of the match looked at; -1 without matches. */
  get current() {
    return this.#current;
  }

  /**
   * @param {string} text
   * @param {(run: Run) => boolean} isDrawn
   * @returns {Promise<boolean>} false when a later search has overtaken this one
   */
  async find(text, isDrawn) {
    this.#turns += 1;
    const turn = this.#turns;
    const matches = await this.#text.find(text);
    if (turn !== this.#turns) return false;
    this.#matches = [...matches.filter(isDrawn), ...matches.filter((run) => !isDrawn(run))];
    this.#isAsked = true;
    this.#current = matches.length ? 0 : -1;
    return true;
  }

  /** @param {number} by 1 or -1; goes round @returns {boolean} whether there is a match to look at */
  step(by) {
    const total = this.#matches.length;
    if (total) this.#current = (this.#current + by + total) % total;
    return total > 0;
  }

  clear() {
    this.#turns += 1;
    this.#isAsked = false;
    this.#matches = [];
    this.#current = -1;
  }
}
