// Beside the table: the title block of the focused row, where each field was read, and what there is to say about the row.

const LOAD_AFTER = 120;
/** Least pixels for a millimetre of paper: lettering of 3.5 mm, the usual height in title blocks, can be read from here on. */
const READABLE = 2.8;
const meanings = { info: "history", warning: "attention", error: "stop" };

export const element = (name, className = "", text = "") => {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
};

export class BlockPanel {
  #place;
  #options;
  #image = new Image();
  #frame = element("div", "block-frame");
  #picture = element("div", "block-picture");
  #outline = element("div", "block-outline");
  #note = element("p", "muted block-note");
  #facts = element("div");
  #timer = 0;
  #shown = "";
  /** Of the crop: its size, and the point to look at, um from its upper left corner. */
  #seen = null;

  /** @param {HTMLElement} place @param {{fields: import("./intake-fields.js").Fields, saver: object, columns: object[], texts: Record<string, string>, onField: (key: string) => void}} options */
  constructor(place, options) {
    this.#place = place;
    this.#options = options;
    this.#image.alt = "";
    this.#image.decoding = "async";
    this.#image.addEventListener("load", () => { this.#frame.classList.remove("is-loading"); this.#note.hidden = true; });
    this.#image.addEventListener("error", () => { this.#frame.classList.remove("is-loading"); this.#note.hidden = false; this.#note.textContent = options.texts.noBlock; });
    this.#picture.append(this.#image, this.#outline);
    this.#frame.append(this.#picture);
    new ResizeObserver(() => this.#settle()).observe(this.#frame);
    this.#outline.hidden = true;
    this.#note.hidden = true;
    this.#place.replaceChildren(this.#frame, this.#note, this.#facts);
  }

  /** @param {object | undefined} row @param {object} column @param {object} [next]  the row whose picture will probably be wanted next */
  show(row, column, next) {
    this.#place.hidden = !row;
    if (!row) return;
    const path = `/intake-rows/${row.id}/block.png`;
    if (this.#shown !== row.id) {
      this.#shown = row.id;
      this.#frame.classList.add("is-loading");
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => {
        this.#image.src = path;
        if (next) new Image().src = `/intake-rows/${next.id}/block.png`;
      }, LOAD_AFTER);
    }
    this.#outlineField(row, column);
    this.#facts.replaceChildren(...this.#told(row, column));
  }

  #outlineField(row, column) {
    const box = row.read[column?.key]?.[3];
    const [x0, y0, x1, y1] = row.crop;
    const isInside = box && box[2] > x0 && box[0] < x1 && box[3] > y0 && box[1] < y1;
    this.#outline.hidden = !isInside;
    const [w, h] = [x1 - x0, y1 - y0];
    this.#seen = { w, h, x: isInside ? (box[0] + box[2]) / 2 - x0 : w, y: isInside ? y1 - (box[1] + box[3]) / 2 : h };
    this.#settle();
    if (!isInside) return;
    Object.assign(this.#outline.style, { left: `${((box[0] - x0) / w) * 100}%`, top: `${((y1 - box[3]) / h) * 100}%`, width: `${((box[2] - box[0]) / w) * 100}%`, height: `${((box[3] - box[1]) / h) * 100}%` });
  }

  /** The whole block where it can be read whole; else as large as it must be, around the field in question. */
  #settle() {
    const [width, height] = [this.#frame.clientWidth, this.#frame.clientHeight];
    if (!this.#seen || !width) return;
    const { w, h, x, y } = this.#seen;
    const scale = Math.max(Math.min(width / w, height / h), READABLE / 1000);
    const shift = (room, size, at) => (size <= room ? (room - size) / 2 : Math.min(0, Math.max(room - size, room / 2 - at)));
    Object.assign(this.#picture.style, { width: `${w * scale}px`, height: `${h * scale}px`, left: `${shift(width, w * scale, x * scale)}px`, top: `${shift(height, h * scale, y * scale)}px` });
  }

  #told(row, column) {
    const { texts, saver, columns } = this.#options;
    const parts = [];
    const place = element("p", "block-file");
    place.append(element("strong", "", row.path), element("span", "muted", ` ${texts.pageOf.replace("{n}", row.page)}`));
    parts.push(place);
    for (const [field, { mine, theirs }] of saver.conflictsOf(row.id)) parts.push(this.#conflict(row, columns.find((c) => c.key === field), mine, theirs));
    const error = column && saver.errorOf(row.id, column.key);
    if (error) parts.push(element("p", "notice stop", error.text));
    const marks = element("p", "block-marks");
    for (const { text } of row.warnings) marks.append(element("span", "mark mark-attention", text), " ");
    for (const { text, severity } of row.problems) marks.append(element("span", `mark mark-${meanings[severity] ?? "attention"}`, text), " ");
    if (marks.childNodes.length) parts.push(marks);
    parts.push(this.#fields(row, column));
    return parts;
  }

  #fields(row, focused) {
    const { fields, saver, columns, texts, onField } = this.#options;
    const table = element("table", "block-fields");
    for (const column of columns.filter((c) => c.edit && (row.read[c.key] || c.key === focused?.key || row.values[c.key]))) {
      const value = saver.valueOf(row, column.key);
      const sureness = saver.conflictOf(row.id, column.key) ? "conflict" : saver.errorOf(row.id, column.key) ? "error" : fields.sureness(row, column.key, value, saver.isUnsaved(row.id, column.key));
      const line = table.insertRow();
      line.className = column === focused ? "is-focused" : "";
      line.addEventListener("click", () => onField(column.key));
      line.insertCell().textContent = column.label;
      const cell = line.insertCell();
      cell.append(element("span", `sure sure-${sureness}`), fields.word(column, value) || element("span", "muted", texts.emptyCell));
      const read = row.read[column.key];
      if (row.corrected.includes(column.key) && read && read[0] !== value) cell.append(element("small", "muted was-read", texts.wasRead.replace("{value}", fields.word(column, read[0]))));
      line.insertCell().append(element("small", "muted", fields.sureWords(row, column.key, sureness, sureness === "sure")));
    }
    return table;
  }

  #conflict(row, column, mine, theirs) {
    const { texts, saver, fields } = this.#options;
    const box = element("div", "notice attention conflict");
    box.append(element("p", "", texts.conflict.replace("{field}", column.label)));
    const acts = element("p", "actions");
    for (const [isMine, value, word] of [[true, mine, texts.mine], [false, theirs, texts.theirs]]) {
      const button = element("button", "small", `${word} ${fields.word(column, value) || texts.emptyCell}`);
      button.addEventListener("click", () => saver.resolve(row, column.key, isMine));
      acts.append(button);
    }
    box.append(acts);
    return box;
  }
}

/** The comparison with the drawing list (图纸目录核对). */
export class CheckPanel {
  #place;
  #options;

  /** @param {HTMLElement} place @param {{texts: Record<string, string>, rowsOf: () => object[], onRow: (id: string) => void}} options */
  constructor(place, options) { this.#place = place; this.#options = options; }

  /** @returns {number} how many differences there are */
  show(check) {
    const { texts, rowsOf } = this.#options;
    const rows = rowsOf();
    const byId = new Map(rows.map((row) => [row.id, row]));
    const parts = [];
    const differences = check.missing.length + check.extra.length + check.titles.length + check.duplicates.length;
    if (!check.listed) parts.push(element("p", "notice", texts.noList));
    else if (!differences) parts.push(element("p", "notice force", texts.agrees.replace("{n}", check.listed)));
    else parts.push(element("p", "muted", texts.listed.replace("{n}", check.listed)));
    parts.push(...this.#group(texts.missing, "stop", check.missing.map((m) => [null, m.number, m.title])));
    parts.push(...this.#group(texts.duplicates, "stop", rows.filter((r) => r.warnings.some((w) => w.code === "duplicate")).map((r) => [r.id, r.values.number ?? "", r.file])));
    parts.push(...this.#group(texts.extra, "attention", check.extra.map((id) => byId.get(id)).filter(Boolean).map((r) => [r.id, r.values.number ?? "", r.values.title ?? r.file])));
    parts.push(...this.#group(texts.titles, "attention", check.titles.filter((t) => byId.has(t.row)).map((t) => [t.row, byId.get(t.row).values.number ?? "", `${byId.get(t.row).kind.toUpperCase()} · ${texts.titlePair}`.replace("{sheet}", t.sheet).replace("{list}", t.list)])));
    this.#place.replaceChildren(...parts);
    return differences;
  }

  #group(title, meaning, lines) {
    if (!lines.length) return [];
    const head = element("h3", "check-head");
    head.append(element("span", `mark mark-${meaning}`, `${title} ${lines.length}`));
    const table = element("table");
    for (const [id, number, text] of lines) {
      const line = table.insertRow();
      const cell = line.insertCell();
      cell.className = "sheet-no";
      if (id) {
        const button = element("button", "link", number || this.#options.texts.emptyCell);
        button.addEventListener("click", () => this.#options.onRow(id));
        cell.append(button);
      } else cell.textContent = number;
      line.insertCell().textContent = text;
    }
    return [head, table];
  }
}
