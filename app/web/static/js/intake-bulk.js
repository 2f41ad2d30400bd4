// Several rows, several fields, one act: what will change is shown before, what was refused is said per row after.
import { ask, sayRefusal, toast } from "./frame.js";
import { element } from "./intake-panel.js";
import { refusalTable, told } from "./intake-report.js";

const KEEP = "-";
const MOST = 200;

export class BulkDialog {
  #options;
  #dialog = document.getElementById("bulk-dialog");
  #form = document.getElementById("bulk-form");
  #told = document.getElementById("bulk-told");
  #go = document.getElementById("bulk-go");
  #rows = [];
  #changes = [];

  /** @param {{intake: string, texts: Record<string, string>, fields: import("./intake-fields.js").Fields, columns: object[], saver: object, onDone: (cells: {id: string, field: string}[]) => void, afterwards: () => Promise<void>, onRow: (id: string) => void}} options */
  constructor(options) {
    this.#options = options;
    this.#form?.addEventListener("input", () => this.#show());
    this.#form?.querySelector("[data-close]").addEventListener("click", () => this.#dialog.close());
    this.#form?.addEventListener("submit", (event) => {
      if (event.submitter?.value !== "go") return;
      event.preventDefault();
      this.#send();
    });
  }

  /** @param {object[]} rows */
  open(rows) {
    const { texts, saver } = this.#options;
    this.#rows = rows.filter((row) => row.state === "proposed");
    if (!this.#rows.length) { toast(texts.selectFirst, { isBad: true }); return; }
    if (saver.count || saver.conflictRows.length) { toast(texts.saveFirstBulk, { isBad: true }); return; }
    this.#form.reset();
    for (const input of this.#form.querySelectorAll("[data-field]")) input.disabled = false;
    this.#go.hidden = false;
    document.getElementById("bulk-count").textContent = texts.bulkRows.replace("{n}", this.#rows.length);
    this.#show();
    this.#dialog.showModal();
    this.#form.querySelector("[data-field]").focus();
  }

  /** The fields that shall be set, each as its column and value; a text that means nothing there is no value. */
  #wanted() {
    const { columns, fields } = this.#options;
    const wanted = [];
    for (const input of this.#form.querySelectorAll("[data-field]")) {
      const isKept = input.tagName === "SELECT" ? input.value === KEEP : !input.value.trim();
      const column = columns.find((c) => c.key === input.dataset.field);
      if (!isKept && column) wanted.push([column, input.tagName === "SELECT" ? input.value : fields.parse(column, input.value)]);
    }
    return wanted;
  }

  #show() {
    const { texts, saver, fields } = this.#options;
    const wanted = this.#wanted();
    this.#changes = this.#rows.map((row) => [row, wanted.filter(([column, value]) => saver.serverValue(row, column.key) !== value)]).filter(([, parts]) => parts.length);
    const sum = element("ul", "tell");
    for (const [column, value] of wanted) {
      const changing = this.#changes.filter(([, parts]) => parts.some(([c]) => c === column)).map(([row]) => row);
      const same = this.#rows.length - changing.length;
      const byHand = changing.filter((row) => row.corrected.includes(column.key)).length;
      const words = texts.bulkLine.replace("{field}", column.label).replace("{value}", fields.word(column, value)).replace("{n}", changing.length);
      sum.append(told(changing.length ? "waiting" : "history", words + (same ? texts.bulkSame.replace("{n}", same) : "")));
      if (byHand) sum.append(told("attention", texts.bulkByHand.replace("{field}", column.label).replace("{n}", byHand)));
    }
    this.#told.replaceChildren(...(wanted.length ? [sum, this.#table()] : [element("p", "muted", texts.bulkNothing)]));
    this.#go.disabled = !this.#changes.length;
    this.#go.textContent = texts.bulkGo.replace("{n}", this.#changes.length);
  }

  #table() {
    const { saver, fields } = this.#options;
    const table = element("table");
    for (const [row, parts] of this.#changes.slice(0, MOST)) {
      const line = table.insertRow();
      const number = line.insertCell();
      number.className = "sheet-no";
      number.textContent = this.#nameOf(row);
      const cell = line.insertCell();
      for (const [column, value] of parts) {
        const before = fields.word(column, saver.serverValue(row, column.key));
        const part = element("div", "change");
        part.append(element("span", "muted", `${column.label} `), ...(before ? [element("del", "", before), " → "] : []), element("ins", "", fields.word(column, value)));
        cell.append(part);
      }
    }
    return table;
  }

  #nameOf(row) { return row?.values.number || row?.file || ""; }

  async #send() {
    const { intake, texts, onDone, afterwards, onRow } = this.#options;
    const changes = this.#changes;
    const rows = changes.map(([row, parts]) => this.#body(row, parts));
    this.#go.disabled = true;
    try {
      const report = await ask(`/intakes/${intake}/rows`, { method: "PATCH", body: { rows } });
      const done = new Set(report.done);
      onDone(changes.filter(([row]) => done.has(row.id)).flatMap(([row, parts]) => parts.map(([column]) => ({ id: row.id, field: column.key }))));
      await afterwards();
      const words = texts.bulkDone.replace("{n}", report.done.length);
      const byId = new Map(changes.map(([row]) => [row.id, row]));
      const table = refusalTable(report.refused, { nameOf: (id) => this.#nameOf(byId.get(id)), onRow: (id) => { this.#dialog.close(); onRow(id); } });
      if (!table) { this.#dialog.close(); toast(words); return; }
      for (const input of this.#form.querySelectorAll("[data-field]")) input.disabled = true;
      this.#go.hidden = true;
      this.#told.replaceChildren(element("p", "notice attention", `${words} ${texts.bulkRefused.replace("{n}", Object.keys(report.refused).length)}`), table);
    } catch (error) { this.#go.disabled = false; sayRefusal(error); }
  }

  #body(row, parts) {
    const body = { id: row.id, version: row.version, values: {} };
    for (const [column, value] of parts) {
      if (column.key === "building") body.building_id = value || null;
      else body.values[column.key] = value;
    }
    return body;
  }
}
