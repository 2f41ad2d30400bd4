// The clerk's table: rows of one height, only those in sight exist; moves, selects and copies like a spreadsheet.
import { CellEditor } from "./intake-editor.js";

const ROW = 40;
const SPARE = 6;

export class IntakeGrid {
  #place;
  #options;
  #rows = [];
  #head = document.createElement("div");
  #body = document.createElement("div");
  #drawn = new Map();
  #selected = new Set();
  #focus = { row: 0, column: 0 };
  #anchor = { row: 0, column: 0 };
  #lastTicked = 0;
  #editor;

  /**
   * @param {HTMLElement} place  the scrolling element
   * @param {{columns: object[], drawCell: (row: object, column: object) => Node, drawLead: (row: object) => Node, valueOf: (row: object, column: object) => string, textOf: (row: object, column: object) => string, mayEdit: (row: object) => boolean, parse: (column: object, text: string) => string | null, onEdit: (edits: object[]) => void, onFocus: (row: object, column: object) => void, onPoint: () => void, onSelect: () => void, onKey: (event: KeyboardEvent) => boolean, onUnfit: (count: number) => void}} options
   */
  constructor(place, options) {
    this.#place = place;
    this.#options = options;
    this.#head.className = "grid-head";
    this.#body.className = "grid-body";
    this.#head.setAttribute("role", "row");
    this.#body.setAttribute("role", "rowgroup");
    place.append(this.#head, this.#body);
    this.#editor = new CellEditor(this.#body, {
      onCommit: (text, move) => this.#commit(text, move),
      onKey: (event) => this.#key(event),
      onCopy: (event) => this.#copy(event),
      onPaste: (event) => this.#paste(event),
      mayEdit: () => this.#isEditable(this.row, this.column),
    });
    this.#drawHead();
    place.addEventListener("scroll", () => this.#draw(), { passive: true });
    new ResizeObserver(() => this.#draw()).observe(place);
    this.#body.addEventListener("pointerdown", (event) => this.#point(event));
    this.#body.addEventListener("dblclick", (event) => { if (event.target.closest("[data-column]")) this.#editor.open(); });
  }

  get row() { return this.#rows[this.#focus.row]; }
  get column() { return this.#options.columns[this.#focus.column]; }
  get rows() { return this.#rows; }

  /** Rows as shown; focus and selection stay with their rows. */
  set rows(rows) {
    const focused = this.row?.id;
    this.#rows = rows;
    const kept = new Set(rows.map((row) => row.id));
    for (const id of this.#selected) if (!kept.has(id)) this.#selected.delete(id);
    const again = rows.findIndex((row) => row.id === focused);
    this.#focus.row = again >= 0 ? again : Math.min(this.#focus.row, Math.max(0, rows.length - 1));
    this.#anchor = { ...this.#focus };
    this.redraw();
    this.#tell();
  }

  /** Selected rows in the order shown. */
  selection() { return this.#rows.filter((row) => this.#selected.has(row.id)); }
  select(ids) { this.#selected = new Set(ids); this.redraw(); this.#options.onSelect(); }

  /** Put the focus on a cell and bring it into sight. */
  go(rowIndex, columnIndex, { keepAnchor = false, take = true } = {}) {
    if (!this.#rows.length) return;
    const row = Math.min(this.#rows.length - 1, Math.max(0, rowIndex));
    const column = Math.min(this.#options.columns.length - 1, Math.max(0, columnIndex));
    this.#focus = { row, column };
    if (!keepAnchor) this.#anchor = { row, column };
    this.#reveal();
    this.#marks();
    this.#tell();
    if (take) this.#editor.take();
  }

  goTo(id, key) {
    const row = this.#rows.findIndex((r) => r.id === id);
    const column = key ? this.#options.columns.findIndex((c) => c.key === key) : this.#focus.column;
    if (row >= 0) this.go(row, Math.max(0, column));
  }

  get position() { return { ...this.#focus }; }
  focus() { this.#editor.take(); }

  /** Draw all rows in sight anew. */
  redraw() {
    for (const element of this.#drawn.values()) element.remove();
    this.#drawn.clear();
    this.#body.style.height = `${this.#rows.length * ROW}px`;
    this.#place.setAttribute("aria-rowcount", String(this.#rows.length + 1));
    this.#draw();
  }

  /** Copy the top of the range downwards, or the cell above into the focused one. */
  fillDown() {
    const { top, bottom, left, right } = this.#range();
    const from = top === bottom ? top - 1 : top;
    const targets = top === bottom && this.#selected.size > 1 && this.#selected.has(this.row.id) ? this.selection() : null;
    const edits = [];
    for (let c = left; c <= right; c += 1) {
      const column = this.#options.columns[c];
      const source = targets ? this.row : this.#rows[from];
      if (!source || !column.edit) continue;
      const value = this.#options.valueOf(source, column);
      for (const row of targets ?? this.#rows.slice(from + 1, bottom + 1)) if (row !== source && this.#isEditable(row, column)) edits.push({ row, column, value });
    }
    this.#edit(edits);
  }

  #isEditable(row, column) { return Boolean(row && column?.edit && this.#options.mayEdit(row)); }
  #edit(edits) {
    const changed = edits.filter(({ row, column, value }) => this.#options.valueOf(row, column) !== value);
    if (changed.length) this.#options.onEdit(changed.map(({ row, column, value }) => ({ row, field: column.key, value })));
  }
  #tell() { if (this.row) this.#options.onFocus(this.row, this.column); }
  get #template() { return `32px 84px ${this.#options.columns.map((c) => `${c.width}px`).join(" ")}`; }
  get #width() { return 116 + this.#options.columns.reduce((sum, c) => sum + c.width, 0); }

  #drawHead() {
    const box = document.createElement("input");
    box.type = "checkbox";
    box.ariaLabel = this.#options.allWord;
    box.addEventListener("change", () => this.select(box.checked ? this.#rows.map((row) => row.id) : []));
    const first = document.createElement("span");
    first.className = "cell stuck";
    first.append(box);
    const lead = document.createElement("span");
    lead.className = "cell stuck lead";
    this.#head.replaceChildren(first, lead, ...this.#options.columns.map((column) => {
      const cell = document.createElement("span");
      cell.className = "cell";
      cell.setAttribute("role", "columnheader");
      cell.textContent = column.label;
      return cell;
    }));
    this.#head.style.gridTemplateColumns = this.#template;
    this.#head.style.width = this.#body.style.width = `${this.#width}px`;
  }

  #draw() {
    const from = Math.max(0, Math.floor(this.#place.scrollTop / ROW) - SPARE);
    const to = Math.min(this.#rows.length, Math.ceil((this.#place.scrollTop + this.#place.clientHeight) / ROW) + SPARE);
    for (const [index, element] of this.#drawn) if (index < from || index >= to) { element.remove(); this.#drawn.delete(index); }
    const fresh = document.createDocumentFragment();
    for (let index = from; index < to; index += 1) if (!this.#drawn.has(index)) { const element = this.#drawRow(index); this.#drawn.set(index, element); fresh.append(element); }
    this.#body.append(fresh);
    this.#marks();
  }

  #drawRow(index) {
    const row = this.#rows[index];
    const element = document.createElement("div");
    element.className = `grid-row row-${row.state}`;
    element.setAttribute("role", "row");
    element.ariaRowIndex = String(index + 2);
    element.dataset.index = String(index);
    element.style.cssText = `grid-template-columns:${this.#template};top:${index * ROW}px;height:${ROW}px`;
    const tick = document.createElement("span");
    tick.className = "cell stuck tick";
    const box = document.createElement("input");
    Object.assign(box, { type: "checkbox", tabIndex: -1, checked: this.#selected.has(row.id), ariaLabel: row.values.number ?? row.file });
    tick.append(box);
    const lead = document.createElement("span");
    lead.className = "cell stuck lead";
    lead.append(this.#options.drawLead(row));
    element.append(tick, lead);
    this.#options.columns.forEach((column, position) => {
      const cell = document.createElement("span");
      cell.setAttribute("role", "gridcell");
      cell.className = "cell";
      cell.dataset.column = String(position);
      cell.append(this.#options.drawCell(row, column));
      element.append(cell);
    });
    return element;
  }

  #marks() {
    const { top, bottom, left, right } = this.#range();
    const isRange = top !== bottom || left !== right;
    for (const [index, element] of this.#drawn) {
      const row = this.#rows[index];
      element.classList.toggle("is-selected", this.#selected.has(row.id));
      element.classList.toggle("is-focused", index === this.#focus.row);
      element.querySelector("input").checked = this.#selected.has(row.id);
      for (const cell of element.querySelectorAll("[data-column]")) {
        const c = Number(cell.dataset.column);
        cell.classList.toggle("in-range", isRange && index >= top && index <= bottom && c >= left && c <= right);
        if (index === this.#focus.row && c === this.#focus.column) {
          cell.classList.add("is-cell");
          this.#editor.stand(cell, this.column, this.#options.valueOf(row, this.column), this.#options.textOf(row, this.column));
        } else cell.classList.remove("is-cell");
      }
    }
  }

  #range() {
    const [a, b] = [this.#anchor, this.#focus];
    return { top: Math.min(a.row, b.row), bottom: Math.max(a.row, b.row), left: Math.min(a.column, b.column), right: Math.max(a.column, b.column) };
  }

  #reveal() {
    const top = this.#focus.row * ROW;
    const height = this.#place.clientHeight - this.#head.offsetHeight;
    if (top < this.#place.scrollTop) this.#place.scrollTop = top;
    else if (top + ROW > this.#place.scrollTop + height) this.#place.scrollTop = top + ROW - height;
    const left = this.#options.columns.slice(0, this.#focus.column).reduce((sum, c) => sum + c.width, 0);
    const room = this.#place.clientWidth - 116;
    if (left < this.#place.scrollLeft) this.#place.scrollLeft = left;
    else if (left + this.column.width > this.#place.scrollLeft + room) this.#place.scrollLeft = left + this.column.width - room;
    this.#draw();
  }

  #point(event) {
    const element = event.target.closest(".grid-row");
    if (!element || event.target.closest(".cell-editor, .cell-choices")) return;
    const index = Number(element.dataset.index);
    if (event.target.closest(".tick")) {
      event.preventDefault();
      if (event.shiftKey) for (let n = Math.min(index, this.#lastTicked); n <= Math.max(index, this.#lastTicked); n += 1) this.#selected.add(this.#rows[n].id);
      else this.#toggle(index);
      this.#lastTicked = index;
      this.#marks();
      this.#options.onSelect();
      return;
    }
    const cell = event.target.closest("[data-column]");
    event.preventDefault();
    this.#editor.close(true);
    const isSecondTap = event.pointerType === "touch" && cell && index === this.#focus.row && Number(cell.dataset.column) === this.#focus.column;
    this.go(index, cell ? Number(cell.dataset.column) : this.#focus.column, { keepAnchor: event.shiftKey });
    if (isSecondTap) this.#editor.open();
    this.#options.onPoint();
  }

  #toggle(index) { const { id } = this.#rows[index]; this.#selected.has(id) ? this.#selected.delete(id) : this.#selected.add(id); }

  #commit(text, { down = 0, right = 0 } = {}) {
    const { row, column } = this;
    const value = this.#options.parse(column, text);
    if (value === null) { this.#options.onUnfit(1); return false; }
    if (this.#isEditable(row, column)) this.#edit([{ row, column, value }]);
    if (down || right) this.#step(down, right);
    return true;
  }

  #step(down, right) {
    let { row, column } = this.#focus;
    column += right;
    if (column >= this.#options.columns.length) { column = 0; row += 1; }
    if (column < 0) { column = this.#options.columns.length - 1; row -= 1; }
    this.go(row + down, column);
  }

  #key(event) {
    if (!this.#rows.length) return;
    const isCommand = event.ctrlKey || event.metaKey;
    const page = Math.max(1, Math.floor(this.#place.clientHeight / ROW) - 2);
    const { row, column } = this.#focus;
    const moves = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1], PageDown: [page, 0], PageUp: [-page, 0], Home: [isCommand ? -row : 0, -column], End: [isCommand ? this.#rows.length : 0, this.#options.columns.length] };
    if (event.key in moves && !event.altKey) {
      let [down, right] = moves[event.key];
      if (isCommand && event.key.startsWith("Arrow")) { down *= this.#rows.length; right *= this.#options.columns.length; }
      this.go(row + down, column + right, { keepAnchor: event.shiftKey });
    } else if (event.key === "Tab") {
      const isOut = event.shiftKey ? row === 0 && column === 0 : row === this.#rows.length - 1 && column === this.#options.columns.length - 1;
      if (isOut) return; // at the ends the focus leaves the table, as everywhere on a page
      this.#step(0, event.shiftKey ? -1 : 1);
    } else if (event.key === " " && !isCommand) { this.#toggle(row); this.#marks(); this.#options.onSelect(); if (event.shiftKey) this.go(row + 1, column); }
    else if (isCommand && event.key.toLowerCase() === "d") this.fillDown();
    else if (isCommand && event.key.toLowerCase() === "a") this.select(this.#rows.map((r) => r.id));
    else if ((event.key === "Delete" || event.key === "Backspace") && !isCommand) this.#clear();
    else if (!this.#options.onKey(event)) return;
    event.preventDefault();
  }

  #cells() {
    const { top, bottom, left, right } = this.#range();
    return { rows: this.#rows.slice(top, bottom + 1), columns: this.#options.columns.slice(left, right + 1) };
  }

  #clear() {
    const { rows, columns } = this.#cells();
    this.#edit(rows.flatMap((row) => columns.filter((column) => this.#isEditable(row, column)).map((column) => ({ row, column, value: "" }))));
  }

  #copy(event) {
    const { rows, columns } = this.#cells();
    const clean = (text) => text.replace(/[\t\r\n]+/g, " ").replace(/^([=+\-@])/, "'$1");
    event.clipboardData.setData("text/plain", rows.map((row) => columns.map((column) => clean(this.#options.textOf(row, column))).join("\t")).join("\n"));
    event.preventDefault();
  }

  /** A block from a spreadsheet lands at the focus; one value fills the whole range. */
  #paste(event) {
    const lines = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n").map((line) => line.split("\t"));
    event.preventDefault();
    const { top, bottom, left, right } = this.#range();
    const isOne = lines.length === 1 && lines[0].length === 1;
    const height = isOne ? bottom - top + 1 : lines.length;
    const width = isOne ? right - left + 1 : Math.max(...lines.map((line) => line.length));
    const edits = [];
    let unfit = 0;
    for (let r = 0; r < height && top + r < this.#rows.length; r += 1) for (let c = 0; c < width && left + c < this.#options.columns.length; c += 1) {
      const text = isOne ? lines[0][0] : lines[r][c];
      const row = this.#rows[top + r];
      const column = this.#options.columns[left + c];
      if (text === undefined || !column.edit) continue;
      const value = this.#isEditable(row, column) ? this.#options.parse(column, text.replace(/^'([=+\-@])/, "$1")) : null;
      if (value === null) unfit += 1;
      else edits.push({ row, column, value });
    }
    this.#edit(edits);
    if (unfit) this.#options.onUnfit(unfit);
    this.go(top + height - 1, left + width - 1, { keepAnchor: true });
  }
}
