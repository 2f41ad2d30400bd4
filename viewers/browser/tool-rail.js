import { iconButton } from "./icons.js";

/** A column of buttons for tools that open something and stay on until they are closed. */
export class ToolRail {
  #element = document.createElement("div");
  /** @type {Map<string, HTMLButtonElement>} */
  #buttons = new Map();

  /**
   * @param {Record<string, string>} labels
   * @param {[import("./icons.js").IconName, () => void][]} tools
   * @param {AbortSignal} signal
   */
  constructor(labels, tools, signal) {
    this.#element.className = "sheet-rail";
    this.#element.setAttribute("role", "group");
    this.#element.setAttribute("aria-label", labels.rail);
    this.#element.hidden = tools.length === 0;
    for (const [name, act] of tools) {
      const button = iconButton(name, labels[name], act, signal);
      button.setAttribute("aria-pressed", "false");
      this.#buttons.set(name, button);
      this.#element.append(button);
    }
  }

  get element() {
    return this.#element;
  }

  /** @param {string} name @param {boolean} isPressed */
  setPressed(name, isPressed) {
    this.#buttons.get(name)?.setAttribute("aria-pressed", String(isPressed));
  }

  /** @param {string} name */
  focus(name) {
    this.#buttons.get(name)?.focus({ preventScroll: true });
  }
}
