import { iconButton } from "./icons.js";

/** A finger that moved less has tapped; one that moved more has pulled. CSS px. */
const TAP_PX = 6;
const PULL_PX = 24;

/** A panel over the drawing: a title, a way to close it, and what a tool puts into it. Esc closes it. */
export class FloatPanel {
  element = document.createElement("section");
  body = document.createElement("div");
  note = document.createElement("output");
  #onClose;

  /**
   * @param {string} name of the style
   * @param {string} title
   * @param {string} closeLabel
   * @param {() => void} onClose after it has closed
   * @param {AbortSignal} signal
   */
  constructor(name, title, closeLabel, onClose, signal) {
    this.#onClose = onClose;
    this.element.className = `sheet-panel sheet-panel-${name}`;
    this.element.setAttribute("aria-label", title);
    this.element.hidden = true;
    const head = document.createElement("header");
    head.className = "sheet-panel-head";
    const words = document.createElement("strong");
    words.textContent = title;
    this.note.className = "sheet-panel-note";
    head.append(words, this.note, iconButton("close", closeLabel, () => this.close(), signal));
    this.body.className = "sheet-panel-body";
    this.element.append(head, this.body);
    this.#watchGrip(head, signal);
    this.element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.close();
    }, { signal });
  }

  /** On a narrow drawing the head is a grip: pulled down or tapped, only what matters of the panel is left. */
  #watchGrip(/** @type {HTMLElement} */ head, /** @type {AbortSignal} */ signal) {
    let from = NaN;
    head.addEventListener("pointerdown", (event) => {
      if (event.target instanceof Element && event.target.closest("button")) return;
      from = event.clientY;
      head.setPointerCapture(event.pointerId);
    }, { signal });
    head.addEventListener("pointerup", ({ clientY }) => {
      const moved = clientY - from;
      from = NaN;
      if (Math.abs(moved) < TAP_PX) this.element.classList.toggle("is-low");
      else if (Math.abs(moved) > PULL_PX) this.element.classList.toggle("is-low", moved > 0);
    }, { signal });
    head.addEventListener("pointercancel", () => { from = NaN; }, { signal });
  }

  get isOpen() {
    return !this.element.hidden;
  }

  open() {
    this.element.hidden = false;
    this.element.classList.remove("is-low");
  }

  close() {
    if (!this.isOpen) return;
    this.element.hidden = true;
    this.#onClose();
  }
}

/**
 * A button with words.
 * @param {string} act
 * @param {string} label
 * @param {() => void} listener
 * @param {AbortSignal} signal
 */
export function wordButton(act, label, listener, signal) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "sheet-word-button";
  button.dataset.act = act;
  button.textContent = label;
  button.addEventListener("click", listener, { signal });
  return button;
}
