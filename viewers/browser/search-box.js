import { wordButton } from "./float-panel.js";
import { iconButton } from "./icons.js";

/** How long typing must rest before it is searched for, ms. */
const REST_MS = 150;

/**
 * @typedef {object} SearchTarget
 * @property {(text: string) => Promise<unknown>} search
 * @property {() => void} next
 * @property {() => void} previous
 * @property {() => void} show the layer of the match that is looked at
 * @property {() => void} close after the box has closed
 */

/** The box for finding text: a field, a count, and ways to the next and the previous match. */
export class SearchBox {
  #element = document.createElement("div");
  #field = document.createElement("input");
  #count = document.createElement("output");
  #hidden = document.createElement("p");
  #hiddenWords = document.createElement("output");
  #labels;
  #target;
  #timer = 0;

  /**
   * @param {Record<string, string>} labels
   * @param {SearchTarget} target
   * @param {AbortSignal} signal
   */
  constructor(labels, target, signal) {
    this.#labels = labels;
    this.#target = target;
    this.#element.className = "sheet-search";
    this.#element.setAttribute("role", "search");
    this.#element.hidden = true;
    this.#field.type = "search";
    this.#field.autocomplete = "off";
    this.#field.spellcheck = false;
    this.#field.placeholder = labels.search;
    this.#field.setAttribute("aria-label", labels.search);
    this.#field.addEventListener("input", () => this.#rest(), { signal });
    this.#count.className = "sheet-search-count";
    this.#hidden.className = "sheet-search-hidden";
    this.#hidden.hidden = true;
    this.#hidden.append(this.#hiddenWords, wordButton("searchShow", labels.searchShow, () => target.show(), signal));
    this.#element.addEventListener("keydown", (event) => this.#key(event), { signal });
    this.#element.append(
      this.#field,
      this.#count,
      iconButton("previous", labels.searchPrevious, target.previous, signal),
      iconButton("next", labels.searchNext, target.next, signal),
      iconButton("close", labels.searchClose, () => this.close(), signal),
      this.#hidden,
    );
  }

  get element() {
    return this.#element;
  }

  get isOpen() {
    return !this.#element.hidden;
  }

  open() {
    this.#element.hidden = false;
    this.#field.focus();
    this.#field.select();
  }

  close() {
    clearTimeout(this.#timer);
    if (!this.isOpen) return;
    this.#element.hidden = true;
    this.#field.value = "";
    this.showNothing();
    this.#target.close();
  }

  /** Say where among the matches one is, and on which hidden layer. @param {number} index from 0; -1 for none @param {number} total @param {string} hidden empty: it is drawn */
  show(index, total, hidden) {
    this.#count.value = total ? `${index + 1} / ${total}` : this.#labels.searchNone;
    this.#hidden.hidden = hidden === "";
    this.#hiddenWords.value = hidden && this.#labels.searchHidden.replace("%s", () => hidden);
  }

  /** Forget what was said, as when the field is empty. */
  showNothing() {
    this.#count.value = "";
    this.#hidden.hidden = true;
  }

  destroy() {
    clearTimeout(this.#timer);
  }

  #rest() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#search(), REST_MS);
  }

  #search() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    return this.#target.search(this.#field.value);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key === "Escape") {
      event.stopPropagation();
      this.close();
    } else if (event.key === "Enter" && event.target === this.#field && !event.isComposing) {
      event.preventDefault();
      // Enter straight after typing searches; after that it walks.
      if (this.#timer) this.#search();
      else if (event.shiftKey) this.#target.previous();
      else this.#target.next();
    }
  }
}
