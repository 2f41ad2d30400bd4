import { wordButton } from "./float-panel.js";

/**
 * @typedef {object} SheetScales
 * @property {{text: string, ratio: number}[]} choices the scales of the sheet
 * @property {boolean} isNotToScale the sheet says that nothing may be measured
 * @property {{ratio: number, isChosen: boolean} | null} [calibrated] what this person calibrated before
 * @property {(calibrated: {ratio: number, isChosen: boolean}) => void} [keepCalibrated] called when that changes
 */

const ON_PAPER = "paper";
const CALIBRATE = "calibrate";

/** Which scale a figure holds for: asked where a sheet has several or none, and shown beside every figure. */
export class ScaleChoice {
  #element = document.createElement("div");
  #select = document.createElement("select");
  #ask = document.createElement("form");
  #length = document.createElement("input");
  #scales;
  #labels;
  #target;
  #paperUm = 0;
  #calibrated = 0;

  /**
   * @param {SheetScales} scales
   * @param {Record<string, string>} labels
   * @param {{change: () => void, calibrate: () => void, calibrated: () => void}} target
   * @param {AbortSignal} signal
   */
  constructor(scales, labels, target, signal) {
    this.#scales = scales;
    this.#labels = labels;
    this.#target = target;
    this.#element.className = "sheet-scale-choice";
    this.#select.setAttribute("aria-label", labels.scale);
    this.#select.addEventListener("change", () => this.#chosen(), { signal });
    this.#calibrated = scales.calibrated?.ratio ?? 0;
    this.#fill();
    this.#select.value = scales.calibrated?.isChosen ? "calibrated" : scales.choices.length === 1 ? "0" : "";
    this.#length.type = "number";
    this.#length.min = "0";
    this.#length.step = "any";
    this.#length.required = true;
    this.#length.className = "sheet-panel-field";
    this.#length.placeholder = labels.calibrateLength;
    this.#length.setAttribute("aria-label", labels.calibrateLength);
    const take = wordButton("calibrateTake", labels.calibrateTake, () => {}, signal);
    take.type = "submit";
    this.#ask.className = "sheet-calibrate";
    this.#ask.hidden = true;
    this.#ask.append(this.#length, take);
    this.#ask.addEventListener("submit", (event) => this.#take(event), { signal });
    this.#element.append(this.#select, this.#ask);
  }

  get element() {
    return this.#element;
  }

  /** Real size per paper; 0 while no scale is chosen. */
  get ratio() {
    const { value } = this.#select;
    if (value === ON_PAPER) return 1;
    if (value === "calibrated") return this.#calibrated;
    return value === "" ? 0 : (this.#scales.choices[Number(value)]?.ratio ?? 0);
  }

  /** Whether the figure holds for a scale that somebody calibrated by hand. */
  get isOwn() {
    return this.#select.value === "calibrated";
  }

  /** The scale as it stands beside a figure. */
  get text() {
    return this.ratio ? this.#select.selectedOptions[0].textContent ?? "" : "";
  }

  /** Two points are set: how far are they apart in truth? @param {number} paperUm */
  askLength(paperUm) {
    this.#paperUm = paperUm;
    this.#ask.hidden = false;
    this.#length.focus();
  }

  stopAsking() {
    this.#ask.hidden = true;
    if (this.#select.value === CALIBRATE) this.#select.value = this.#calibrated ? "calibrated" : "";
  }

  #chosen() {
    if (this.#select.value === CALIBRATE) this.#target.calibrate();
    else {
      this.#keep();
      this.#target.change();
    }
  }

  /** @param {SubmitEvent} event */
  #take(event) {
    event.preventDefault();
    const mm = Number(this.#length.value);
    if (!(mm > 0) || !(this.#paperUm > 0)) return;
    this.#calibrated = (mm * 1_000) / this.#paperUm;
    this.#fill();
    this.#select.value = "calibrated";
    this.#ask.hidden = true;
    this.#keep();
    this.#target.calibrated();
  }

  #keep() {
    if (this.#calibrated) this.#scales.keepCalibrated?.({ ratio: this.#calibrated, isChosen: this.isOwn });
  }

  #fill() {
    const options = [["", this.#labels.scaleChoose]];
    this.#scales.choices.forEach(({ text }, index) => options.push([String(index), text]));
    if (this.#calibrated) {
      options.push(["calibrated", `1:${Number(this.#calibrated.toPrecision(5))} ${this.#labels.calibrated}`]);
    }
    options.push([ON_PAPER, this.#labels.onPaper], [CALIBRATE, this.#labels.calibrate]);
    this.#select.replaceChildren(...options.map(([value, text]) => new Option(text, value)));
  }
}
