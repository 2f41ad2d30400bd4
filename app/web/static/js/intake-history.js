// A table of past drawings: uploaded, matched to rows, shown before anything is written, applied in one act.
import { answerOf, ask, csrfToken, reach, sayRefusal, toast } from "./frame.js";
import { element } from "./intake-panel.js";
import { refusalTable, told } from "./intake-report.js";

export class HistoryDialog {
  #options;
  #dialog = document.getElementById("history-dialog");
  #lines = [];

  /** @param {{intake: string, texts: Record<string, string>, fields: Record<string, string>, buildings: Record<string, string>, onDone: (cells: {id: string, field: string}[]) => void, afterwards: () => Promise<void>, onRow: (id: string) => void}} options */
  constructor(options) {
    this.#options = options;
    const input = document.getElementById("history-file");
    input?.addEventListener("change", () => { if (input.files[0]) this.#read(input.files[0]); input.value = ""; });
    document.getElementById("history-form")?.addEventListener("submit", (event) => {
      if (event.submitter?.value === "go") { event.preventDefault(); this.#apply(); }
    });
  }

  async #read(file) {
    const form = new FormData();
    form.append("table", file);
    try {
      const response = await reach(`/intakes/${this.#options.intake}/history-table`, { method: "POST", body: form, headers: { Accept: "application/json", "X-CSRF-Token": csrfToken() } });
      this.#lines = (await answerOf(response)).lines;
      this.#show();
    } catch (error) { sayRefusal(error); }
  }

  get #changes() { return this.#lines.filter((line) => line.row && (Object.keys(line.values).length || line.setsBuilding)); }

  #show() {
    const { texts } = this.#options;
    const matched = this.#lines.filter((line) => line.row);
    const lost = this.#lines.filter((line) => !line.row);
    const sum = element("ul", "tell");
    const faulty = matched.filter((line) => line.problems.length);
    sum.append(told(matched.length ? "force" : "attention", texts.tableMatched.replace("{n}", matched.length)));
    sum.append(this.#changes.length ? told("waiting", texts.tableChanges.replace("{n}", this.#changes.length)) : told("history", texts.tableNothing));
    if (faulty.length) sum.append(told("attention", texts.tableFaulty.replace("{n}", faulty.length)));
    if (lost.length) sum.append(told("attention", texts.tableLost.replace("{n}", lost.length)));
    const table = element("table");
    const head = table.createTHead().insertRow();
    for (const word of [texts.line, this.#options.fields.number, texts.file, texts.change]) { const cell = element("th", "", word); head.append(cell); }
    const body = table.createTBody();
    for (const line of [...lost, ...faulty, ...this.#changes.filter((l) => !l.problems.length)].slice(0, 1000)) this.#draw(body, line);
    document.getElementById("history-told").replaceChildren(sum, ...(body.rows.length ? [table] : []));
    const go = document.getElementById("history-go");
    go.hidden = !this.#changes.length;
    go.textContent = texts.applyN.replace("{n}", this.#changes.length);
    this.#dialog.showModal();
  }

  #draw(body, line) {
    const { fields, buildings, texts } = this.#options;
    const row = body.insertRow();
    const cells = [String(line.line), line.number || line.title, line.file];
    for (const text of cells) row.insertCell().textContent = text;
    row.cells[1].className = "sheet-no";
    const last = row.insertCell();
    for (const problem of line.problems) last.append(element("span", "mark mark-attention", problem.told ? `${problem.text}（${problem.told}）` : problem.text), " ");
    for (const [name, value] of Object.entries(line.values)) {
      const part = element("div", "change");
      part.append(element("span", "muted", `${fields[name]} `), line.before[name] ? element("del", "", line.before[name]) : "", line.before[name] ? " → " : "", element("ins", "", value));
      last.append(part);
    }
    if (line.setsBuilding) last.append(element("div", "change", `${texts.building} → ${buildings[line.building]}`));
  }

  async #apply() {
    const { intake, texts, onDone, afterwards, onRow } = this.#options;
    const go = document.getElementById("history-go");
    go.disabled = true;
    const rows = this.#changes.map((line) => ({ id: line.row, version: line.version, values: line.values, ...(line.setsBuilding ? { building_id: line.building } : {}) }));
    try {
      const answer = await ask(`/intakes/${intake}/rows`, { method: "PATCH", body: { rows } });
      const done = new Set(answer.done);
      onDone(this.#changes.filter((line) => done.has(line.row)).flatMap((line) => [...Object.keys(line.values), ...(line.setsBuilding ? ["building"] : [])].map((field) => ({ id: line.row, field }))));
      await afterwards();
      const words = texts.applied.replace("{n}", answer.done.length);
      const byId = new Map(this.#lines.map((line) => [line.row, line]));
      const table = refusalTable(answer.refused, { nameOf: (id) => `${texts.line} ${byId.get(id)?.line ?? ""} ${byId.get(id)?.number ?? ""}`, onRow: (id) => { this.#dialog.close(); onRow(id); } });
      if (!table) { this.#dialog.close(); toast(words); return; }
      go.hidden = true;
      document.getElementById("history-told").replaceChildren(element("p", "notice attention", `${words} ${texts.bulkRefused.replace("{n}", Object.keys(answer.refused).length)}`), table);
    } catch (error) { sayRefusal(error); } finally { go.disabled = false; }
  }
}
