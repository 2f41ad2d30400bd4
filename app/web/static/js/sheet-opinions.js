// Opinions on the sheet page: ringed on the drawing, listed beside it, and written where one looks.
import { Refusal, ask, sayRefusal, toast } from "./frame.js";

const SVG = "http://www.w3.org/2000/svg";
const UM_PER_MM = 1_000;
const OPEN = new Set(["draft", "proposed", "issued", "replied", "explained", "disputed", "upheld"]);
const make = (tag, name = "", text = "") => Object.assign(document.createElement(tag), { className: name, textContent: text });

/** @param {import("/viewer/sheet-view.js").SheetView} view @param {string} sheet */
export function mountOpinions(view, sheet) {
  const place = document.getElementById("opinions");
  if (place) new Opinions(view, sheet, place, JSON.parse(document.getElementById("review-setup").textContent)).load().catch(sayRefusal);
}

class Opinions {
  #clauses = new Map();
  #asking = 0;

  constructor(view, sheet, place, { words }) {
    Object.assign(this, { view, sheet, place, words, form: place.querySelector("form"), cases: [] });
    this.rings = document.createElementNS(SVG, "g");
    this.rings.setAttribute("class", "opinion-rings");
    view.overlay.prepend(this.rings);
    this.#listen();
  }

  async load() {
    ({ cases: this.cases } = await ask(`/sheets/${this.sheet}/opinions.json`));
    this.#show();
  }

  get all() { return this.cases.flatMap((found) => found.opinions.map((opinion) => ({ opinion, found }))); }

  #show() {
    const open = this.all.filter(({ opinion }) => OPEN.has(opinion.state)).length;
    document.getElementById("opinions-count").textContent = open ? ` ${open}` : "";
    this.place.querySelector(".opinions-cases").replaceChildren(...this.cases.map((found) => this.#caseBox(found)));
    this.#ring();
  }

  #caseBox(found) {
    const box = make("div", "opinions-case");
    const head = make("h3");
    const link = Object.assign(make("a", "", found.title), { href: `/review/${found.id}` });
    head.append(link, make("span", "muted", ` ${this.words.caseStates[found.state]}`));
    box.append(head);
    if (found.may_write.length) {
      const button = Object.assign(make("button", "small primary", this.words.texts.writeHere), { type: "button" });
      button.addEventListener("click", () => this.#open(found));
      box.append(button);
    }
    if (found.marks.length) box.append(this.#offers(found));
    for (const opinion of found.opinions) box.append(this.#line(opinion));
    if (!found.opinions.length) box.append(make("p", "muted", this.words.texts.noneHere));
    return box;
  }

  /** Own marks, each to be made a draft opinion with its place and words. */
  #offers(found) {
    const place = make("details", "mark-offers");
    place.append(make("summary", "", `${this.words.texts.ownMarks} ${found.marks.length}`));
    for (const mark of found.marks) {
      const row = make("p", "mark-offer");
      const button = Object.assign(make("button", "small", this.words.texts.makeOpinion), { type: "button" });
      button.addEventListener("click", () => this.#take(found, mark, button).catch(sayRefusal));
      row.append(make("span", "", mark.text), button);
      place.append(row);
    }
    return place;
  }

  async #take(found, mark, button) {
    button.disabled = true;
    const report = await ask(`/review/${found.id}/opinions/from-marks`, { method: "POST", body: { marks: [mark.id] } });
    const [refused] = Object.values(report.refused ?? {});
    if (refused) { toast(`${refused.message} ${refused.way_out}`, { isBad: true }); button.disabled = false; return; }
    toast(this.words.texts.done);
    await this.load();
  }

  #line(opinion) {
    const here = opinion.places.find((at) => at.sheet_id === this.sheet);
    const line = make("article", "opinion-line");
    const head = make("p", "opinion-head");
    head.append(make("strong", "", `${opinion.serial}.`), make("span", `axis ${opinion.severity === "must_fix" ? "must" : ""}`, this.words.severities[opinion.severity]), make("span", "axis", this.words.opinionStates[opinion.state]), make("span", "muted", [this.words.disciplines[opinion.discipline], here?.grid].filter(Boolean).join(" · ")));
    const { texts } = this.words;
    const labels = [...(opinion.carried_from ? [texts.carriedFrom.replace("{n}", opinion.carried_from)] : []), ...opinion.raises_again.map((n) => texts.raisesAgain.replace("{n}", n))];
    head.append(...labels.map((text) => make("span", "axis carried", text)));
    line.append(head, make("p", "", opinion.fact));
    const cited = [opinion.standard_no, opinion.clause_no].filter(Boolean).join(" ");
    if (cited) line.append(Object.assign(make("p", "cite", cited), { title: opinion.clause_text }));
    if (opinion.action) line.append(make("p", "todo", opinion.action));
    const reply = opinion.replies.at(-1);
    if (reply) line.append(make("p", "reply", `${this.words.replies[reply.kind]}${reply.text ? `：${reply.text}` : ""}`));
    if (here?.region.length) {
      const go = Object.assign(make("button", "small", this.words.texts.lookAt), { type: "button" });
      go.addEventListener("click", () => { this.view.region = boxOf(here.region); });
      line.append(go);
    }
    return line;
  }

  /** Rings of what is open, in the colour of its severity. */
  #ring() {
    const rings = this.all.filter(({ opinion }) => OPEN.has(opinion.state)).flatMap(({ opinion }) => opinion.places.filter((at) => at.sheet_id === this.sheet && at.region.length).map((at) => {
      const [x0, y0, x1, y1] = at.region.map((um) => um / UM_PER_MM);
      const rect = document.createElementNS(SVG, "rect");
      const shape = { x: x0, y: y0, width: x1 - x0, height: y1 - y0, "vector-effect": "non-scaling-stroke", class: `opinion-ring ${opinion.severity}` };
      for (const [name, value] of Object.entries(shape)) rect.setAttribute(name, value);
      const title = document.createElementNS(SVG, "title");
      title.textContent = `${opinion.serial}. ${opinion.fact}`;
      rect.append(title);
      return rect;
    }));
    this.rings.replaceChildren(...rings);
  }

  // -- writing -------------------------------------------------------------------------------------------------------

  #open(found) {
    this.writing = found;
    this.form.reset();
    this.form.hidden = false;
    this.form.querySelector("[data-confirm]").hidden = true;
    this.form.discipline.replaceChildren(...found.may_write.map((d) => new Option(this.words.disciplines[d], d)));
    this.#say("");
    this.#sayPlace();
    this.#settle();
    this.form.scrollIntoView({ block: "nearest" });
    this.form.fact.focus();
  }

  #listen() {
    const { form } = this;
    form.addEventListener("change", () => this.#settle());
    form.clause.addEventListener("input", () => this.#find());
    form.querySelector("[data-cancel]").addEventListener("click", () => { form.hidden = true; });
    form.addEventListener("submit", (event) => { event.preventDefault(); this.#save().catch(sayRefusal); });
    this.view.addEventListener("region", () => this.#sayPlace());
  }

  /** Where the opinion will lie: the region that is chosen on the drawing, else the whole sheet. */
  #sayPlace() {
    if (this.form.hidden) return;
    const { region } = this.view;
    this.form.querySelector(".place-said").textContent = region ? `${this.words.texts.placeRegion} ${this.#grid(region)}` : this.words.texts.placeWhole;
  }

  #grid(region) { return this.view.gridReferenceAt((region.x0 + region.x1) / 2, (region.y0 + region.y1) / 2); }

  #settle() {
    const { form } = this;
    const isFixed = form.fire.checked || form.basis.value === "mandatory_clause";
    for (const radio of form.severity) radio.disabled = isFixed;
    if (isFixed) form.severity.value = "must_fix";
    form.querySelector('[data-for="design_depth"]').hidden = form.basis.value !== "design_depth";
    const clause = this.#clauses.get(form.clause.value);
    form.querySelector(".clause-said").textContent = clause?.text ?? "";
    if (clause?.is_mandatory && form.basis.value === "general_clause") form.basis.value = "mandatory_clause";
  }

  /** Clauses of the agency's library that fit what is typed. */
  #find() {
    clearTimeout(this.#asking);
    this.#asking = setTimeout(async () => {
      const typed = this.form.clause.value.trim();
      if (typed.length < 2 || this.#clauses.has(typed)) return this.#settle();
      const query = new URLSearchParams({ q: typed, discipline: this.form.discipline.value });
      try {
        const { clauses } = await ask(`/projects/${this.#project()}/review/clauses?${query}`);
        this.#clauses = new Map(clauses.map((clause) => [`${clause.standard_no} ${clause.clause_no}`, clause]));
        document.getElementById("clauses-found").replaceChildren(...clauses.map((clause) => new Option(clause.text.slice(0, 80), `${clause.standard_no} ${clause.clause_no}`)));
        this.#settle();
      } catch (error) { if (!(error instanceof Refusal)) throw error; }
    }, 200);
  }

  #project() { return JSON.parse(document.getElementById("setup").textContent).project; }

  async #save() {
    const { form, view } = this;
    const { region } = view;
    const typed = form.clause.value.trim();
    const clause = this.#clauses.get(typed);
    const cut = typed.lastIndexOf(" ");
    const place = { sheet: this.sheet, region: region ? [region.x0, region.y0, region.x1, region.y1].map(Math.round) : [], grid: region ? this.#grid(region) : "" };
    const body = {
      discipline: form.discipline.value, fact: form.fact.value, action: form.action.value, basis: form.basis.value, basis_reason: form.basis_reason.value,
      domain: form.fire.checked ? "fire" : "other", severity: form.severity.value, places: [place], confirmed: form.confirmed.checked,
      standard_no: clause?.standard_no ?? (cut > 0 ? typed.slice(0, cut) : typed), standard_name: clause?.standard_name ?? "", clause_no: clause?.clause_no ?? (cut > 0 ? typed.slice(cut + 1) : ""), clause_text: clause?.text ?? "",
    };
    try {
      await ask(`/review/${this.writing.id}/opinions`, { method: "POST", body });
    } catch (error) {
      if (!(error instanceof Refusal)) { sayRefusal(error); return; }
      this.#say(`${error.message} ${error.wayOut}`);
      if (error.code === "contradicts-earlier-round") {
        const box = form.querySelector("[data-confirm]");
        box.hidden = false;
        box.querySelector("span").textContent = this.words.texts.confirmAgain;
      }
      return;
    }
    form.hidden = true;
    view.region = null;
    toast(this.words.texts.done);
    await this.load();
  }

  #say(text) { this.form.querySelector(".problem").textContent = text; }
}

const boxOf = ([x0, y0, x1, y1]) => ({ x0, y0, x1, y1 });
