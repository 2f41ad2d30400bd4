import { iconButton } from "./icons.js";

/**
 * @typedef {object} ToolTarget
 * @property {() => void} zoomIn
 * @property {() => void} zoomOut
 * @property {() => void} fit
 * @property {() => void} fitWidth
 * @property {() => void} trueSize
 * @property {() => void} search
 * @property {() => void} selectText
 * @property {() => void} overview
 */

/** The buttons of a view. */
export class ToolBar {
  #element = document.createElement("div");
  #percent = document.createElement("button");
  /** @type {Map<string, HTMLButtonElement>} */
  #buttons = new Map();

  /**
   * @param {Record<string, string>} labels
   * @param {ToolTarget} target
   * @param {AbortSignal} signal
   */
  constructor(labels, target, signal) {
    this.#element.className = "sheet-tools";
    this.#element.setAttribute("role", "group");
    this.#element.setAttribute("aria-label", labels.tools);
    this.#percent.type = "button";
    this.#percent.className = "sheet-button sheet-percent";
    this.#percent.title = labels.trueSize;
    this.#percent.addEventListener("click", () => target.trueSize(), { signal });
    this.#percentLabel = labels.trueSize;
    for (const name of /** @type {const} */ (["zoomOut", "zoomIn", "fit", "fitWidth", "search", "selectText", "overview"])) {
      const button = iconButton(name, labels[name], () => target[name](), signal);
      this.#buttons.set(name, button);
      this.#element.append(button);
      if (name === "zoomOut") this.#element.append(this.#percent);
    }
    this.setPressed("selectText", false);
    this.setPressed("overview", false);
  }

  #percentLabel;

  get element() {
    return this.#element;
  }

  /** @param {"selectText" | "overview"} name @param {boolean} isPressed */
  setPressed(name, isPressed) {
    this.#buttons.get(name)?.setAttribute("aria-pressed", String(isPressed));
  }

  /** @param {number} scale 1 is true size */
  showScale(scale) {
    const percent = scale * 100;
    const text = `${percent < 10 ? percent.toFixed(1) : Math.round(percent)}%`;
    if (this.#percent.textContent === text) return;
    this.#percent.textContent = text;
    this.#percent.setAttribute("aria-label", `${text} · ${this.#percentLabel}`);
  }
}
