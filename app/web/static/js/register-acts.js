// Bulk acts: what will become true is said before, what happened is said per row after (UI rules 4 and 5).
import { ask, sayRefusal, toast } from "./frame.js";

export class ActDialog {
  #options;
  #dialog = document.getElementById("act-dialog");
  #act = null;
  #rows = [];

  /** @param {{acts: {key: string, label: string, states: string[]}[], project: string, texts: Record<string, string>, fill: (text: string, data: object) => string, selection: () => object[], afterwards: () => void}} options */
  constructor(options) {
    this.#options = options;
    const bar = document.getElementById("acts");
    for (const act of options.acts) {
      const button = document.createElement("button");
      button.className = act.key === "cancel" || act.key === "withdraw" ? "small danger" : "small";
      button.textContent = act.label;
      button.addEventListener("click", () => this.#open(act));
      bar.append(button);
    }
    document.getElementById("act-form").addEventListener("submit", (event) => {
      const choice = event.submitter?.value;
      if (choice === "go" || choice === "reject") { event.preventDefault(); this.#send(choice === "reject"); }
    });
  }

  #open(act) {
    const { texts, fill, selection } = this.#options;
    const chosen = selection();
    this.#rows = chosen.filter((row) => act.states.includes(row.state));
    if (!this.#rows.length) { toast(chosen.length ? fill(texts.skipped, { n: chosen.length }) : texts.selectFirst, { isBad: true }); return; }
    this.#act = act;
    const sentences = { release: texts.releaseSentence, cancel: texts.cancelSentence, issue: texts.issueSentence };
    const skipped = chosen.length - this.#rows.length;
    document.getElementById("act-title").textContent = act.label;
    document.getElementById("act-sentence").textContent = fill(sentences[act.key] ?? texts.sentence, { n: this.#rows.length, act: act.label }) + (skipped ? ` ${fill(texts.skipped, { n: skipped })}` : "");
    document.getElementById("effective-field").hidden = act.key !== "release";
    document.getElementById("comment-label").textContent = { release: texts.reason, cancel: texts.basis }[act.key] ?? texts.comment;
    document.getElementById("act-reject").hidden = !act.key.startsWith("sign-") || act.key === "sign-cosigner";
    const go = document.getElementById("act-go");
    go.textContent = act.label;
    go.hidden = false;
    document.getElementById("act-report").replaceChildren();
    document.getElementById("act-form").reset();
    this.#dialog.showModal();
  }

  async #send(isRejection) {
    const form = document.getElementById("act-form");
    const go = document.getElementById("act-go");
    const key = isRejection ? this.#act.key.replace("sign-", "reject-") : this.#act.key;
    go.disabled = true;
    try {
      const report = await ask(`/projects/${this.#options.project}/revisions/${key}`, {
        method: "POST",
        body: { revisions: this.#rows.map((row) => row.revision), comment: form.elements.comment.value, effective_at: form.elements.effective_at.value },
      });
      this.#report(report);
      this.#options.afterwards();
    } catch (error) { sayRefusal(error); } finally { go.disabled = false; }
  }

  #report(report) {
    const { texts, fill } = this.#options;
    const refused = Object.entries(report.refused);
    if (report.done.length) toast(fill(texts.done, { n: report.done.length }));
    if (!refused.length) { this.#dialog.close(); return; }
    document.getElementById("act-go").hidden = true;
    document.getElementById("act-reject").hidden = true;
    const byId = new Map(this.#rows.map((row) => [row.revision, row]));
    const table = document.createElement("table");
    for (const [id, refusal] of refused) {
      const line = table.insertRow();
      const number = line.insertCell();
      number.className = "sheet-no";
      number.textContent = byId.get(id)?.number ?? id;
      line.insertCell().textContent = `${refusal.message} ${refusal.way_out}`;
    }
    const title = document.createElement("p");
    title.className = "notice attention";
    title.textContent = `${fill(texts.done, { n: report.done.length })} · ${fill(texts.refused, { n: refused.length })}`;
    document.getElementById("act-report").replaceChildren(title, table);
  }
}
