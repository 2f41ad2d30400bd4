import { UM_PER_MM } from "./sheet-space.js";

/** @import {Camera} from "./camera.js" */

const MOST_PX = 120;

/** A bar of a round number of millimetres of paper. */
export class ScaleBar {
  #element = document.createElement("div");
  #shown = "";

  constructor() {
    this.#element.className = "sheet-scale-bar";
  }

  get element() {
    return this.#element;
  }

  /** @param {Camera} camera */
  follow(camera) {
    const pxPerMm = camera.pxPerUm * UM_PER_MM;
    const most = MOST_PX / pxPerMm;
    const power = 10 ** Math.floor(Math.log10(most));
    const step = most / power >= 5 ? 5 : most / power >= 2 ? 2 : 1;
    const length = step * power;
    const text = `${Number(length.toPrecision(1))} mm`;
    const width = `${(length * pxPerMm).toFixed(1)}px`;
    if (this.#shown === text + width) return;
    this.#shown = text + width;
    this.#element.textContent = text;
    this.#element.style.width = width;
  }
}
