// The fields of a row: their columns, how a value reads, what a typed or pasted text means, and how sure it is.

export const NEEDED = ["number", "title", "discipline"];
export const SURE = 0.85;
export const DOUBTFUL = 0.6;

const flat = (text) => text.normalize("NFKC").trim().toLowerCase();

export class Fields {
  #setup;
  #texts;

  constructor(setup, texts) { this.#setup = setup; this.#texts = texts; }

  /** Choices in the order people know; JSON sorted them by their ids. */
  #choices(name) { return Object.fromEntries(this.#setup.order[name].map((key) => [key, this.#setup[name][key]])); }

  /** Columns of the table in order; `edit` says how a cell is typed. */
  columns() {
    const words = this.#setup.fields;
    const text = (key, width, more = {}) => ({ key, label: words[key], width, edit: "text", ...more });
    const design = [
      text("number", 128, { isNumber: true }),
      text("title", 200),
      { ...text("discipline", 108), edit: "choice", choices: this.#choices("disciplines") },
      { key: "building", label: this.#texts.building, width: 96, edit: "choice", choices: this.#choices("buildings"), none: this.#texts.whole },
      text("revision", 80),
      text("date", 104),
      text("scale", 84),
      { ...text("stage", 104), edit: "choice", choices: this.#choices("stages") },
    ];
    const history = this.#setup.historyFields.map((key) => text(key, key === "external_effective_date" ? 120 : 168));
    // What a batch of history is for stands where it is seen without scrolling.
    if (this.#setup.purpose === "history") design.splice(5, 0, history.shift());
    const rest = [
      { key: "paper", label: this.#texts.paper, width: 72 },
      { key: "file", label: this.#texts.file, width: 240 },
    ];
    return [...design, ...(this.#setup.purpose === "history" ? history : []), ...rest];
  }

  /** How a value reads. */
  word(column, value) {
    if (column.edit !== "choice") return value;
    return value ? column.choices[value] ?? value : column.none ?? "";
  }

  /** What a text means in a column; null when it means nothing there. */
  parse(column, text) {
    const wanted = text.replace(/\s+/g, " ").trim();
    if (column.edit !== "choice") return wanted;
    if (!wanted || (column.none && flat(wanted) === flat(column.none))) return column.none !== undefined || !wanted ? "" : null;
    const entries = Object.entries(column.choices);
    const names = column.key === "building" ? this.#setup.buildingNames : {};
    const exact = entries.find(([key, word]) => [key, word, names[key] ?? ""].some((name) => name && flat(name) === flat(wanted)));
    const begun = exact ? [] : entries.filter(([, word]) => flat(word).startsWith(flat(wanted)));
    return exact?.[0] ?? (begun.length === 1 ? begun[0][0] : null);
  }

  /** How sure a field of a row is: `corrected`, `sure`, `likely`, `doubtful`, `missing`, or empty where nothing is claimed. */
  sureness(row, key, value, isUnsaved) {
    if (row.corrected.includes(key) || isUnsaved) return "corrected";
    if (!value) return NEEDED.includes(key) ? "missing" : "";
    const read = row.read[key];
    if (!read) return "";
    return read[2] >= SURE ? "sure" : read[2] >= DOUBTFUL ? "likely" : "doubtful";
  }

  /** The words behind a mark; where nothing is in doubt, the place alone says enough. */
  sureWords(row, key, sureness, isShort = false) {
    const { sureWords } = this.#texts;
    const read = sureness === "corrected" ? null : row.read[key];
    const source = read ? `${this.#setup.sources[read[1]] ?? read[1]} · ${Math.round(read[2] * 100)} %` : "";
    return [isShort && source ? "" : sureWords[sureness] ?? "", source].filter(Boolean).join(" · ");
  }
}
