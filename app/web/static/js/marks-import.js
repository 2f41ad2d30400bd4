// Annotations of a PDF from other programs: looked at first, then brought in; the same file again changes nothing.
import { sayRefusal, toast } from "./frame.js";
import { make } from "./marks-list.js";

/** Shown above the list; `target`: `preview`, `gridOf`. */
export class ImportPanel {
  #place;
  #words;
  #store;
  #target;
  #input;
  #file = null;
  #left = new Set();

  constructor(place, words, store, target) {
    [this.#place, this.#words, this.#store, this.#target] = [place, words, store, target];
    this.#input = make("input", { type: "file", accept: "application/pdf,.pdf", hidden: true, tabIndex: -1 });
    this.#input.setAttribute("aria-label", words.importChoose);
    place.before(this.#input);
    this.#input.addEventListener("change", () => { const [file] = this.#input.files; this.#input.value = ""; if (file) this.#look(file); });
  }

  choose() { this.#input.click(); }

  close() {
    this.#place.hidden = true;
    this.#file = null;
    this.#target.preview(null);
  }

  async #look(file) {
    this.#file = file;
    this.#left.clear();
    this.#place.hidden = false;
    this.#place.replaceChildren(make("p", { className: "notice", attributes: { role: "status" }, textContent: this.#words.importReading.replace("%s", file.name) }));
    try { this.#show(await this.#store.annotations(file)); } catch (error) { this.close(); sayRefusal(error); }
  }

  #show(read) {
    const w = this.#words;
    const of = (state) => read.found.filter((a) => a.state === state);
    const [fresh, known, lost] = [of("new"), of("known"), of("impossible")];
    const tally = w.importTally.replace("%n", fresh.length).replace("%k", known.length).replace("%l", lost.length);
    const audience = make("select", { attributes: { "aria-label": w.seenBy } }, ...Object.entries(w.audiences).map(([value, label]) => make("option", { value, textContent: label })));
    audience.value = "project";
    const go = this.#button("", () => this.#bringIn(audience.value), "primary small");
    const count = () => { const n = fresh.length - this.#left.size; go.textContent = w.importGo.replace("%d", n); go.disabled = n === 0 && !known.some((a) => a.replies.length); };
    count();
    this.#place.replaceChildren(
      make("p", {}, make("strong", { textContent: this.#file.name })),
      make("p", { className: "muted", textContent: [tally, read.pages > 1 ? w.importPage.replace("%p", read.page).replace("%a", read.pages) : "", read.elsewhere ? w.importElsewhere.replace("%d", read.elsewhere) : ""].filter(Boolean).join(" ") }),
      read.isUnsure ? make("p", { className: "notice attention", textContent: w.importUnsure }) : "",
      read.isCut ? make("p", { className: "notice attention", textContent: w.importCut }) : "",
      make("p", { className: "muted", textContent: w.importStated }),
      make("p", { className: "actions" }, audience, go, this.#button(w.close, () => this.close(), "small")),
      make("ul", { className: "carry-list import-list" }, ...fresh.map((a) => this.#item(a, count)), ...known.map((a) => this.#line(a, w.importKnown)), ...lost.map((a) => this.#line(a, w.importWhy[a.why] ?? a.why))));
  }

  #item(found, count) {
    const w = this.#words;
    const box = make("input", { type: "checkbox", checked: true });
    box.addEventListener("change", () => { if (box.checked) this.#left.delete(found.key); else this.#left.add(found.key); count(); });
    const head = [w.kinds[found.kind], this.#target.gridOf(found), this.#subtype(found)].filter(Boolean).join(" · ");
    return make("li", { className: "carry-item" },
      make("label", { className: "import-head" }, box, make("strong", { textContent: head })),
      found.text ? make("p", { className: "mark-said", textContent: found.text }) : "",
      make("p", { className: "muted", textContent: [found.author || "—", found.at, found.replies.length ? `${w.comments} ${found.replies.length}` : ""].filter(Boolean).join(" · ") }),
      found.note ? make("p", { className: "muted", textContent: w.importNote[found.note] ?? found.note }) : "",
      make("p", { className: "actions" }, this.#button(w.seeHere, () => this.#target.preview({ ...found, basis: {} }), "small")));
  }

  /** What the file calls it. */
  #subtype({ subtype }) { return this.#words.importSubtypes[subtype] ?? subtype; }

  #line(found, why) {
    return make("li", { className: "carry-item is-off" },
      make("p", {}, make("strong", { textContent: this.#subtype(found) || "—" }), " ", make("span", { className: "mark-status", textContent: why })),
      found.text ? make("p", { className: "muted", textContent: found.text.slice(0, 120) }) : "");
  }

  async #bringIn(audience) {
    if (this.#left.size > 500) { toast(this.#words.importMany, { isBad: true }); return; }
    try {
      const done = await this.#store.annotations(this.#file, "/import", { audience, except: [...this.#left].join(",") });
      toast(this.#words.importDone.replace("%d", done.made.length).replace("%r", done.replies));
      this.close();
    } catch (error) { sayRefusal(error); }
  }

  #button(label, act, className) {
    const button = make("button", { type: "button", className, textContent: label });
    button.addEventListener("click", act);
    return button;
  }
}
