// Accepting: what will become true is rehearsed by the server and said before; what happened is said row by row after.
import { ask, sayRefusal, toast } from "./frame.js";
import { element } from "./intake-panel.js";
import { refusalTable, told as line } from "./intake-report.js";

export class AcceptDialog {
  #options;
  #dialog = document.getElementById("accept-dialog");
  #rows = [];
  #ready = [];

  /** @param {{intake: string, texts: Record<string, string>, isHistory: boolean, doubtsOf: (row: object) => object[], missingOf: () => number, afterwards: () => Promise<void>, onRow: (id: string, field?: string) => void}} options */
  constructor(options) {
    this.#options = options;
    document.getElementById("accept-form").addEventListener("submit", (event) => {
      if (event.submitter?.value === "go") { event.preventDefault(); this.#send(); }
    });
  }

  /** @param {object[]} rows */
  async open(rows) {
    const { texts, intake } = this.#options;
    this.#rows = rows.filter((row) => row.state === "proposed");
    if (!this.#rows.length) { toast(texts.nothingToAccept, { isBad: true }); return; }
    try {
      const told = await ask(`/intakes/${intake}/accept`, { method: "POST", body: { rows: this.#rows.map((row) => row.id), rehearse: true } });
      this.#ready = told.done;
      this.#say(told);
      this.#dialog.showModal();
    } catch (error) { sayRefusal(error); }
  }

  #say(told) {
    const { texts } = this.#options;
    const refused = Object.keys(told.refused).length;
    const list = element("ul", "tell");
    const parts = [["force", texts.newSheets, told.newSheets], ["waiting", texts.newRevisions, told.newRevisions], ["waiting", texts.filled, told.filled], ["attention", texts.lacking, refused]];
    list.append(...parts.filter(([, , n]) => n).map(([meaning, text, n]) => line(meaning, text.replace("{n}", n))));
    const words = this.#options.isHistory ? texts.becomesHistory : texts.becomes;
    document.getElementById("accept-told").replaceChildren(element("p", "", this.#ready.length ? words : texts.none), list, ...this.#table(told.refused), ...this.#unsettled());
    const go = document.getElementById("accept-go");
    go.hidden = !this.#ready.length;
    go.textContent = texts.acceptN.replace("{n}", this.#ready.length);
  }

  /** What nobody has looked at yet: not a reason to refuse, but never to be passed over in silence. */
  #unsettled() {
    const { texts, doubtsOf, missingOf, isHistory, onRow } = this.#options;
    const ready = new Set(this.#ready);
    const rows = this.#rows.filter((row) => ready.has(row.id));
    const list = element("ul", "tell");
    const say = (text, found, field) => {
      if (!found.length) return;
      const run = () => { this.#dialog.close(); onRow(found[0].id, field(found[0])); };
      list.append(line("attention", text.replace("{n}", found.length), { word: texts.lookAt, run }));
    };
    say(texts.doubtfulRows, rows.filter((row) => doubtsOf(row).length), (row) => doubtsOf(row)[0].key);
    if (isHistory) say(texts.undated, rows.filter((row) => !row.values.external_effective_date), () => "external_effective_date");
    const warned = new Map();
    for (const row of rows) for (const { code, text } of row.warnings) if (code !== "new-revision") warned.set(text, [...(warned.get(text) ?? []), row]);
    for (const [text, found] of warned) say(texts.rowsWarned.replace("{text}", text), found, () => "number");
    const missing = missingOf();
    if (missing) list.append(line("attention", texts.missingN.replace("{n}", missing)));
    return list.children.length ? [element("h3", "", texts.unsettled), list] : [];
  }

  async #send() {
    const { texts, intake, afterwards } = this.#options;
    const go = document.getElementById("accept-go");
    go.disabled = true;
    try {
      const report = await ask(`/intakes/${intake}/accept`, { method: "POST", body: { rows: this.#ready } });
      await afterwards();
      const refused = Object.keys(report.refused).length;
      toast(texts.accepted.replace("{n}", report.done.length), { isBad: refused > 0 });
      if (!refused) { this.#dialog.close(); return; }
      document.getElementById("accept-told").replaceChildren(element("p", "notice attention", `${texts.accepted.replace("{n}", report.done.length)} ${texts.lacking.replace("{n}", refused)}`), ...this.#table(report.refused));
      go.hidden = true;
    } catch (error) { sayRefusal(error); } finally { go.disabled = false; }
  }

  #table(refused) {
    const byId = new Map(this.#rows.map((row) => [row.id, row]));
    const nameOf = (id) => byId.get(id)?.values.number || byId.get(id)?.file || id;
    const table = refusalTable(refused, { nameOf, onRow: (id) => { this.#dialog.close(); this.#options.onRow(id, "number"); } });
    return table ? [table] : [];
  }
}
