/**
 * @typedef {object} ThumbItem
 * @property {string} key
 * @property {string} label the sheet's number; never cut
 * @property {string} [detail] the sheet's title; cut where it must be
 * @property {string} thumbUrl
 */
/**
 * @typedef {object} ThumbStripOptions
 * @property {ThumbItem[]} items
 * @property {string} [current] key
 * @property {string} label what the list is, read out
 * @property {(item: ThumbItem, index: number) => void} [onSelect]
 */

/** Height of one item, px; the style sheet sets the same. */
const ITEM_PX = 132;
/** Items made beyond each edge of what is in view. */
const SPARE = 3;
let strips = 0;

/**
 * A column of small pictures of sheets, for hundreds of them: only those in view exist.
 * Arrows, PageUp, PageDown, Home and End move; Enter or a click selects. Event: `select` (detail: key, index).
 */
export class ThumbStrip extends EventTarget {
  #element;
  #list = document.createElement("div");
  #end = new AbortController();
  #observer;
  #onSelect;
  /** @type {ThumbItem[]} */
  #items = [];
  /** @type {Map<number, HTMLElement>} */
  #shown = new Map();
  /** @type {string | undefined} */
  #current;
  #active = 0;
  #frameId = 0;
  #id;

  /** @param {HTMLElement} element an empty, sized element @param {ThumbStripOptions} options */
  constructor(element, { items, current, label, onSelect }) {
    super();
    strips += 1;
    this.#id = `thumb-strip-${strips}`;
    this.#element = element;
    this.#onSelect = onSelect;
    const { signal } = this.#end;
    element.classList.add("thumb-strip");
    element.tabIndex = 0;
    element.setAttribute("role", "listbox");
    element.setAttribute("aria-label", label);
    this.#list.className = "thumb-list";
    this.#list.setAttribute("role", "presentation");
    element.replaceChildren(this.#list);
    element.addEventListener("scroll", () => this.#invalidate(), { signal, passive: true });
    element.addEventListener("keydown", (event) => this.#key(event), { signal });
    element.addEventListener("click", (event) => this.#click(event), { signal });
    this.#observer = new ResizeObserver(() => this.#invalidate());
    this.#observer.observe(element);
    this.#current = current;
    this.items = items;
    this.#scrollTo(this.#active, "center");
  }

  get items() {
    return this.#items;
  }

  /** Show others, as after filtering; the current one stays current. @param {ThumbItem[]} items */
  set items(items) {
    this.#items = items;
    this.#active = Math.max(0, items.findIndex((item) => item.key === this.#current));
    this.#list.style.height = `${items.length * ITEM_PX}px`;
    for (const option of this.#shown.values()) option.remove();
    this.#shown.clear();
    this.#draw();
  }

  get current() {
    return this.#current;
  }

  /** Mark a sheet as the one that is open, and bring it into view. @param {string | undefined} key */
  set current(key) {
    this.#current = key;
    const index = this.#items.findIndex((item) => item.key === key);
    if (index >= 0) this.#activate(index);
    this.#draw();
  }

  destroy() {
    this.#end.abort();
    this.#observer.disconnect();
    cancelAnimationFrame(this.#frameId);
    this.#element.replaceChildren();
    for (const name of ["role", "tabindex", "aria-label", "aria-activedescendant"]) this.#element.removeAttribute(name);
    this.#element.classList.remove("thumb-strip");
  }

  #invalidate() {
    if (!this.#frameId) this.#frameId = requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    cancelAnimationFrame(this.#frameId);
    this.#frameId = 0;
    const { scrollTop, clientHeight } = this.#element;
    const first = Math.max(0, Math.floor(scrollTop / ITEM_PX) - SPARE);
    const last = Math.min(this.#items.length, Math.ceil((scrollTop + clientHeight) / ITEM_PX) + SPARE) - 1;
    for (const [index, option] of this.#shown) {
      if (index >= first && index <= last) continue;
      option.remove();
      this.#shown.delete(index);
    }
    for (let index = first; index <= last; index += 1) {
      if (!this.#shown.has(index)) this.#add(index);
    }
    for (const [index, option] of this.#shown) {
      option.setAttribute("aria-selected", String(this.#items[index].key === this.#current));
      option.classList.toggle("is-active", index === this.#active);
    }
    if (this.#shown.has(this.#active)) this.#element.setAttribute("aria-activedescendant", this.#idOf(this.#active));
    else this.#element.removeAttribute("aria-activedescendant");
  }

  /** @param {number} index */
  #add(index) {
    const { label, detail, thumbUrl } = this.#items[index];
    const option = document.createElement("div");
    option.className = "thumb-item";
    option.id = this.#idOf(index);
    option.dataset.index = String(index);
    option.setAttribute("role", "option");
    option.setAttribute("aria-setsize", String(this.#items.length));
    option.setAttribute("aria-posinset", String(index + 1));
    option.style.transform = `translateY(${index * ITEM_PX}px)`;
    const image = document.createElement("img");
    image.alt = "";
    image.decoding = "async";
    image.draggable = false;
    image.src = thumbUrl;
    const number = document.createElement("span");
    number.className = "thumb-label";
    number.textContent = label;
    const title = document.createElement("span");
    title.className = "thumb-detail";
    title.textContent = detail ?? "";
    option.append(image, number, title);
    // In the order of the sheets, also for those who read without seeing.
    const next = [...this.#shown.keys()].filter((other) => other > index).sort((a, b) => a - b)[0];
    this.#list.insertBefore(option, next === undefined ? null : (this.#shown.get(next) ?? null));
    this.#shown.set(index, option);
  }

  /** @param {number} index */
  #idOf(index) {
    return `${this.#id}-${index}`;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.#items.length) return;
    const page = Math.max(1, Math.floor(this.#element.clientHeight / ITEM_PX));
    /** @type {Record<string, number>} */
    const moves = {
      ArrowUp: this.#active - 1,
      ArrowDown: this.#active + 1,
      PageUp: this.#active - page,
      PageDown: this.#active + page,
      Home: 0,
      End: this.#items.length - 1,
    };
    if (event.key === "Enter" || event.key === " ") this.#select(this.#active);
    else if (event.key in moves) this.#activate(Math.min(Math.max(moves[event.key], 0), this.#items.length - 1));
    else return;
    event.preventDefault();
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const option = /** @type {Element} */ (event.target).closest(".thumb-item");
    if (option instanceof HTMLElement) this.#select(Number(option.dataset.index));
  }

  /** @param {number} index */
  #activate(index) {
    this.#active = index;
    this.#scrollTo(index, "nearest");
    this.#draw();
  }

  /** @param {number} index */
  #select(index) {
    const item = this.#items[index];
    this.current = item.key;
    this.#onSelect?.(item, index);
    this.dispatchEvent(new CustomEvent("select", { detail: { key: item.key, index } }));
  }

  /** @param {number} index @param {"nearest" | "center"} how */
  #scrollTo(index, how) {
    const { scrollTop, clientHeight } = this.#element;
    const top = index * ITEM_PX;
    if (how === "center") this.#element.scrollTop = top - (clientHeight - ITEM_PX) / 2;
    else if (top < scrollTop) this.#element.scrollTop = top;
    else if (top + ITEM_PX > scrollTop + clientHeight) this.#element.scrollTop = top + ITEM_PX - clientHeight;
    this.#draw();
  }
}
