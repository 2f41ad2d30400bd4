// A table of past drawings: uploaded, matched to rows, shown before anything is written, applied in one act.
import { Refusal, ask, csrfToken, sayRefusal, toast } from "./frame.js";
import { element } from "./intake-panel.js";

export class HistoryDialog {
  #options;
  #dialog = document.getElementById("history-dialog");
  #lines = [];

  /** @param {{intake: string, texts: Record<string, string>, fields: Record<string, string>, buildings: Record<string, string>, afterwards: () => Promise<void>}} options */
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
      const response = await fetch(`/intakes/${this.#options.intake}/history-table`, { method: "POST", body: form, headers: { Accept: "application/json", "X-CSRF-Token": csrfToken() } });
      const answer = await response.json();
      if (!response.ok) throw new Refusal(answer, response.status);
      this.#lines = answer.lines;
      this.#show();
    } catch (error) { sayRefusal(error); }
  }

  get #changes() { return this.#lines.filter((line) => line.row && (Object.keys(line.values).length || line.setsBuilding)); }

  #show() {
    const { texts } = this.#options;
    const matched = this.#lines.filter((line) => line.row);
    const lost = this.#lines.filter((line) => !line.row);
    const sum = element("ul", "tell");
    for (const [meaning, text, n] of [["force", texts.tableMatched, matched.length], ["waiting", texts.tableChanges, this.#changes.length], ["attention", texts.tableLost, lost.length]]) {
      const item = element("li");
      item.append(element("span", `mark mark-${n || meaning !== "attention" ? meaning : "history"}`, text.replace("{n}", n)));
      sum.append(item);
    }
    const table = element("table");
    const head = table.createTHead().insertRow();
    for (const word of [texts.line, this.#options.fields.number, texts.file, texts.change]) { const cell = element("th", "", word); head.append(cell); }
    const body = table.createTBody();
    for (const line of [...lost, ...this.#lines.filter((l) => l.row && l.problems.length), ...this.#changes.filter((l) => !l.problems.length)].slice(0, 1000)) this.#draw(body, line);
    document.getElementById("history-told").replaceChildren(sum, table);
    const go = document.getElementById("history-go");
    go.hidden = !this.#changes.length;
    go.textContent = texts.applyN.replace("{n}", this.#changes.length);
    this.#dialog.showModal();
  }

  #draw(body, line) {
    const { fields, buildings, texts } = this.#options;
    const row = body.insertRow();
    const cells = [String(line.line), line.number, line.file];
    for (const text of cells) row.insertCell().textContent = text;
    row.cells[1].className = "sheet-no";
    const last = row.insertCell();
    for (const problem of line.problems) last.append(element("span", "mark mark-attention", problem.text), " ");
    for (const [name, value] of Object.entries(line.values)) {
      const part = element("div", "change");
      part.append(element("span", "muted", `${fields[name]} `), line.before[name] ? element("del", "", line.before[name]) : "", line.before[name] ? " → " : "", element("ins", "", value));
      last.append(part);
    }
    if (line.setsBuilding) last.append(element("div", "change", `${texts.building} → ${buildings[line.building]}`));
  }

  async #apply() {
    const { intake, texts, afterwards } = this.#options;
    const rows = this.#changes.map((line) => ({ id: line.row, version: line.version, values: line.values, ...(line.setsBuilding ? { building_id: line.building } : {}) }));
    try {
      const answer = await ask(`/intakes/${intake}/rows`, { method: "PATCH", body: { rows } });
      await afterwards();
      const refused = Object.values(answer.refused);
      toast(texts.applied.replace("{n}", answer.done.length) + (refused.length ? ` · ${refused[0].message} ×${refused.length}` : ""), { isBad: refused.length > 0 });
      this.#dialog.close();
    } catch (error) { sayRefusal(error); }
  }
}
