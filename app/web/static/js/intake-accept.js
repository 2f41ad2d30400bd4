// Accepting: what will become true is rehearsed by the server and said before; what happened is said row by row after.
import { ask, sayRefusal, toast } from "./frame.js";
import { element } from "./intake-panel.js";

export class AcceptDialog {
  #options;
  #dialog = document.getElementById("accept-dialog");
  #rows = [];
  #ready = [];

  /** @param {{intake: string, texts: Record<string, string>, afterwards: () => Promise<void>, onRow: (id: string) => void}} options */
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
    const list = element("ul", "tell");
    const line = (meaning, text, n) => { const item = element("li"); item.append(element("span", `mark mark-${meaning}`, text.replace("{n}", n))); list.append(item); };
    if (told.newSheets) line("force", texts.newSheets, told.newSheets);
    if (told.newRevisions) line("waiting", texts.newRevisions, told.newRevisions);
    if (told.filled) line("waiting", texts.filled, told.filled);
    const refused = Object.keys(told.refused).length;
    if (refused) line("attention", texts.lacking, refused);
    document.getElementById("accept-told").replaceChildren(element("p", "", this.#ready.length ? texts.becomes : texts.none), list, ...this.#table(told.refused));
    const go = document.getElementById("accept-go");
    go.hidden = !this.#ready.length;
    go.textContent = texts.acceptN.replace("{n}", this.#ready.length);
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
    const entries = Object.entries(refused);
    if (!entries.length) return [];
    const byId = new Map(this.#rows.map((row) => [row.id, row]));
    const table = element("table");
    for (const [id, refusal] of entries) {
      const line = table.insertRow();
      const button = element("button", "link", byId.get(id)?.values.number || byId.get(id)?.file || id);
      button.type = "button";
      button.addEventListener("click", () => { this.#dialog.close(); this.#options.onRow(id); });
      line.insertCell().append(button);
      line.insertCell().textContent = `${refusal.message} ${refusal.way_out}`;
    }
    return [table];
  }
}
