// A table of any length: rows of one height, only those in sight exist. Keyboard, multi-select, sort, copy.

const ROW = 37;
const SPARE = 8;

export class VirtualTable {
  #place;
  #options;
  #columns;
  #rows = [];
  #head = document.createElement("div");
  #body = document.createElement("div");
  #drawn = new Map();
  #selected = new Set();
  #anchor = 0;
  #focus = 0;
  #sort = { key: null, isDown: false };
  #height = ROW;

  /**
   * @param {HTMLElement} place  the scrolling element
   * @param {{columns: object[], keyOf: (row: object) => string, onSelect?: () => void, onOpen?: (row: object) => void, isSelectable?: boolean, emptyText?: string}} options
   */
  constructor(place, options) {
    this.#place = place;
    this.#options = options;
    this.#columns = options.columns;
    this.#head.className = "grid-head";
    this.#body.className = "grid-body";
    place.append(this.#head, this.#body);
    this.#drawHead();
    place.addEventListener("scroll", () => this.#draw(), { passive: true });
    new ResizeObserver(() => this.#draw()).observe(place);
    place.addEventListener("keydown", (event) => this.#key(event));
    place.addEventListener("copy", (event) => this.#copy(event));
    this.#body.addEventListener("click", (event) => this.#click(event));
    this.#body.addEventListener("dblclick", (event) => { const row = this.#rowOf(event.target); if (row) this.#options.onOpen?.(row); });
  }

  set rows(rows) {
    this.#rows = [...rows];
    this.#applySort();
    const kept = new Set(rows.map(this.#options.keyOf));
    for (const key of this.#selected) if (!kept.has(key)) this.#selected.delete(key);
    this.#focus = Math.min(this.#focus, Math.max(0, rows.length - 1));
    this.#redraw();
  }

  set columns(columns) {
    this.layOut(columns);
  }

  /** Other columns, and rows of another height. @param {object[]} columns @param {number} [height] CSS px */
  layOut(columns, height = this.#height) {
    this.#columns = columns;
    this.#height = height;
    this.#drawHead();
    this.#redraw();
  }

  /** Selected rows, in the order shown. */
  selection() {
    return this.#rows.filter((row) => this.#selected.has(this.#options.keyOf(row)));
  }

  #template() {
    const box = this.#options.isSelectable ? "36px " : "";
    return box + this.#columns.map((c) => c.width).join(" ");
  }

  /** Least width of a line, so that head and rows agree when the table is wider than its place. */
  #leastWidth() {
    const widths = this.#columns.map((c) => Number(/(\d+)px/.exec(c.width)?.[1] ?? 100));
    return `${widths.reduce((sum, w) => sum + w, this.#options.isSelectable ? 36 : 0)}px`;
  }

  #drawHead() {
    this.#head.replaceChildren();
    this.#head.style.gridTemplateColumns = this.#template();
    this.#head.style.minWidth = this.#leastWidth();
    this.#body.style.minWidth = this.#leastWidth();
    if (this.#options.isSelectable) {
      const box = document.createElement("input");
      box.type = "checkbox";
      box.ariaLabel = "*";
      box.addEventListener("change", () => {
        for (const row of this.#rows) box.checked ? this.#selected.add(this.#options.keyOf(row)) : this.#selected.delete(this.#options.keyOf(row));
        this.#redraw();
        this.#options.onSelect?.();
      });
      const cell = document.createElement("span");
      cell.className = "cell box";
      cell.append(box);
      this.#head.append(cell);
    }
    for (const column of this.#columns) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "cell";
      button.title = column.label;
      button.textContent = (column.head ?? column.label) + (this.#sort.key === column.key ? (this.#sort.isDown ? " ↓" : " ↑") : "");
      button.addEventListener("click", () => {
        this.#sort = { key: column.key, isDown: this.#sort.key === column.key && !this.#sort.isDown };
        this.#applySort();
        this.#drawHead();
        this.#redraw();
      });
      this.#head.append(button);
    }
  }

  #applySort() {
    const column = this.#columns.find((c) => c.key === this.#sort.key);
    if (!column) return;
    const key = column.sort ?? column.key;
    const way = this.#sort.isDown ? -1 : 1;
    this.#rows.sort((a, b) => (a[key] < b[key] ? -way : a[key] > b[key] ? way : 0));
  }

  #redraw() {
    for (const element of this.#drawn.values()) element.remove();
    this.#drawn.clear();
    this.#body.style.height = `${this.#rows.length * this.#height}px`;
    if (!this.#rows.length) this.#body.dataset.empty = this.#options.emptyText ?? "";
    this.#draw();
  }

  #draw() {
    const from = Math.max(0, Math.floor(this.#place.scrollTop / this.#height) - SPARE);
    const to = Math.min(this.#rows.length, Math.ceil((this.#place.scrollTop + this.#place.clientHeight) / this.#height) + SPARE);
    for (const [index, element] of this.#drawn) if (index < from || index >= to) { element.remove(); this.#drawn.delete(index); }
    for (let index = from; index < to; index += 1) {
      if (!this.#drawn.has(index)) {
        const element = this.#drawRow(index);
        this.#drawn.set(index, element);
        this.#body.append(element);
      }
    }
  }

  #drawRow(index) {
    const row = this.#rows[index];
    const key = this.#options.keyOf(row);
    const element = document.createElement("div");
    element.className = "grid-row";
    element.role = "row";
    element.dataset.index = index;
    element.style.gridTemplateColumns = this.#template();
    element.style.top = `${index * this.#height}px`;
    element.style.height = `${this.#height}px`;
    element.classList.toggle("is-selected", this.#selected.has(key));
    element.classList.toggle("is-focused", index === this.#focus);
    if (this.#options.isSelectable) {
      const box = document.createElement("input");
      box.type = "checkbox";
      box.tabIndex = -1;
      box.checked = this.#selected.has(key);
      box.ariaLabel = row.number ?? key;
      const cell = document.createElement("span");
      cell.className = "cell box";
      cell.append(box);
      element.append(cell);
    }
    for (const column of this.#columns) {
      const cell = document.createElement("span");
      cell.role = "gridcell";
      cell.className = `cell${column.isWhole ? " whole" : ""}${column.isNumber ? " num" : ""}`;
      if (column.draw) cell.append(column.draw(row));
      else { cell.textContent = this.#plain(column, row); cell.title = cell.textContent; }
      element.append(cell);
    }
    return element;
  }

  #plain(column, row) {
    if (column.plain) return column.plain(row);
    return String(column.word ? column.word(row[column.key]) : row[column.key] ?? "");
  }

  #rowOf(target) {
    const element = target.closest?.(".grid-row");
    return element ? this.#rows[Number(element.dataset.index)] : null;
  }

  #click(event) {
    const element = event.target.closest(".grid-row");
    if (!element || event.target.closest("a")) return;
    const index = Number(element.dataset.index);
    this.#setFocus(index);
    if (!this.#options.isSelectable) return;
    if (event.shiftKey) this.#selectRange(this.#anchor, index);
    else { this.#toggle(index); this.#anchor = index; }
  }

  #toggle(index) {
    const key = this.#options.keyOf(this.#rows[index]);
    this.#selected.has(key) ? this.#selected.delete(key) : this.#selected.add(key);
    this.#refreshMarks();
  }

  #selectRange(a, b) {
    for (let index = Math.min(a, b); index <= Math.max(a, b); index += 1) this.#selected.add(this.#options.keyOf(this.#rows[index]));
    this.#refreshMarks();
  }

  #refreshMarks() {
    for (const [index, element] of this.#drawn) {
      const isSelected = this.#selected.has(this.#options.keyOf(this.#rows[index]));
      element.classList.toggle("is-selected", isSelected);
      const box = element.querySelector('input[type="checkbox"]');
      if (box) box.checked = isSelected;
    }
    this.#options.onSelect?.();
  }

  #setFocus(index) {
    this.#drawn.get(this.#focus)?.classList.remove("is-focused");
    this.#focus = index;
    this.#drawn.get(index)?.classList.add("is-focused");
  }

  #key(event) {
    if (event.target !== this.#place || !this.#rows.length) return;
    const page = Math.max(1, Math.floor(this.#place.clientHeight / this.#height) - 2);
    const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -this.#rows.length, End: this.#rows.length };
    if (event.key in moves) {
      event.preventDefault();
      const index = Math.min(this.#rows.length - 1, Math.max(0, this.#focus + moves[event.key]));
      if (event.shiftKey && this.#options.isSelectable) this.#selectRange(this.#focus, index);
      this.#setFocus(index);
      this.#reveal(index);
    } else if (event.key === " " && this.#options.isSelectable) { event.preventDefault(); this.#toggle(this.#focus); }
    else if (event.key === "Enter") this.#options.onOpen?.(this.#rows[this.#focus]);
    else if (event.key === "a" && (event.ctrlKey || event.metaKey) && this.#options.isSelectable) { event.preventDefault(); this.#selectRange(0, this.#rows.length - 1); }
  }

  #reveal(index) {
    const top = index * this.#height;
    const height = this.#place.clientHeight - this.#head.offsetHeight;
    if (top < this.#place.scrollTop) this.#place.scrollTop = top;
    else if (top + this.#height > this.#place.scrollTop + height) this.#place.scrollTop = top + this.#height - height;
    this.#draw();
    this.#setFocus(index);
  }

  #copy(event) {
    const rows = this.selection().length ? this.selection() : this.#rows;
    const columns = this.#columns.filter((c) => c.key !== "thumb");
    const clean = (text) => text.replace(/[\t\r\n]+/g, " ").replace(/^([=+\-@])/, "'$1");
    const lines = [columns.map((c) => c.label), ...rows.map((row) => columns.map((c) => clean(c.key === "number" ? row.number : this.#plain(c, row))))];
    event.clipboardData.setData("text/plain", lines.map((cells) => cells.join("\t")).join("\n"));
    event.preventDefault();
  }
}
