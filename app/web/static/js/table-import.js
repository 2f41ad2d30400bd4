// A table from elsewhere: chosen, read by the server, shown with a reason for every row, then brought in.
import { answerOf, csrfToken, reach, sayRefusal, toast } from "./frame.js";

/** An element with a class and a text. */
export function make(tag, className = "", text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

export class TableImport {
  #place;
  #path;
  #words;
  #fields;
  #onDone;
  #file = null;

  /**
   * @param {{place: HTMLElement, input: HTMLInputElement, drop?: HTMLElement, path: string, words: Record<string, string>, fields?: () => Record<string, string>, onDone: (answer: object) => void}} options
   */
  constructor({ place, input, drop, path, words, fields, onDone }) {
    [this.#place, this.#path, this.#words, this.#fields, this.#onDone] = [place, path, words, fields, onDone];
    input.addEventListener("change", () => { const [file] = input.files; input.value = ""; if (file) this.#look(file); });
    drop?.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("is-over"); });
    drop?.addEventListener("dragleave", () => drop.classList.remove("is-over"));
    drop?.addEventListener("drop", (event) => { event.preventDefault(); drop.classList.remove("is-over"); const [file] = event.dataTransfer.files; if (file) this.#look(file); });
  }

  async #send(verb) {
    const form = new FormData();
    form.append("table", this.#file);
    for (const [name, value] of Object.entries(this.#fields?.() ?? {})) form.append(name, value);
    const headers = { Accept: "application/json", "X-CSRF-Token": csrfToken() };
    return answerOf(await reach(`${this.#path}/${verb}`, { method: "POST", body: form, headers }));
  }

  async #look(file) {
    this.#file = file;
    const wait = make("p", "notice", this.#words.reading.replace("%s", file.name));
    wait.setAttribute("role", "status");
    this.#place.replaceChildren(wait);
    this.#place.hidden = false;
    try { this.#show(await this.#send("preview")); } catch (error) { this.#close(); sayRefusal(error); }
  }

  #show(read) {
    const w = this.#words;
    const tell = make("ul", "import-tell");
    for (const { meaning, text } of read.tell) { const item = make("li"); item.append(make("span", `mark mark-${meaning}`, text)); tell.append(item); }
    const columns = make("details", "import-columns");
    columns.append(make("summary", "", `${w.columns} ${read.columns.length}`));
    const list = make("p");
    for (const [heading, field] of read.columns) { const pair = make("span", "pair"); pair.append(make("span", "muted", heading), " → ", make("strong", "", field)); list.append(pair, " "); }
    columns.append(list);
    if (read.unknown.length) columns.append(make("p", "muted", w.unknown + read.unknown.join("、")));
    const go = make("button", "primary", read.go);
    go.type = "button";
    go.disabled = read.count === 0;
    go.addEventListener("click", () => this.#bringIn(go));
    const cancel = make("button", "", w.cancel);
    cancel.type = "button";
    cancel.addEventListener("click", () => this.#close());
    const actions = make("p", "actions");
    actions.append(go, cancel);
    this.#place.replaceChildren(make("h2", "", this.#file.name), tell, columns, actions, this.#table(read), ...(read.more ? [make("p", "muted", w.more.replace("%d", read.more))] : []));
    this.#place.scrollIntoView({ block: "nearest" });
  }

  #table(read) {
    const table = make("table", "import-rows");
    const head = table.createTHead().insertRow();
    for (const text of read.head) head.append(make("th", "", text));
    const body = table.createTBody();
    for (const line of read.rows) {
      const row = body.insertRow();
      const number = row.insertCell();
      number.className = "num";
      number.textContent = line.row;
      for (const text of line.cells) row.insertCell().textContent = text;
      row.insertCell().append(make("span", `mark mark-${line.meaning}`, line.say));
    }
    const frame = make("div", "scroll import-scroll");
    frame.append(table);
    return frame;
  }

  async #bringIn(button) {
    button.disabled = true;
    try {
      const answer = await this.#send("import");
      toast(answer.done);
      this.#close();
      this.#onDone(answer);
    } catch (error) { button.disabled = false; sayRefusal(error); }
  }

  #close() {
    this.#file = null;
    this.#place.hidden = true;
    this.#place.replaceChildren();
  }
}
