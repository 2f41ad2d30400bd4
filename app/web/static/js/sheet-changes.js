// Changes on the sheet page: what stands is ringed with its number, what is under work gets its regions here.
import { ask, sayRefusal, toast } from "./frame.js";
import { showTab } from "./panel-tabs.js";

const SVG = "http://www.w3.org/2000/svg";
const UM_PER_MM = 1_000;
const make = (tag, name = "", text = "") => Object.assign(document.createElement(tag), { className: name, textContent: text });
const svg = (tag, values) => {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(values)) element.setAttribute(name, value);
  return element;
};

/** @param {import("/viewer/sheet-view.js").SheetView} view @param {string} sheet */
export function mountChanges(view, sheet) {
  const place = document.getElementById("changes");
  if (place) new Changes(view, sheet, place, JSON.parse(document.getElementById("change-setup").textContent)).start();
}

/** What a new revision takes in is ticked on the page itself: bound at once, whether or not the drawing is there yet. */
export function mountAbsorbed() {
  const form = document.getElementById("absorb");
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const ticks = Object.fromEntries([...form.querySelectorAll("input:not(:disabled)")].map((box) => [box.name, box.checked]));
    try {
      await ask(`/revisions/${form.dataset.revision}/absorbed`, { method: "POST", body: { ticks } });
      toast(form.dataset.done);
    } catch (error) { sayRefusal(error); }
  });
}

class Changes {
  constructor(view, sheet, place, { slips, words, wanted }) {
    Object.assign(this, { view, sheet, place, words, slips, wanted, changes: [] });
    this.rings = svg("g", { class: "slip-rings" });
    view.overlay.prepend(this.rings);
    view.addEventListener("region", () => this.#region());
  }

  start() {
    this.#ring(); // what stands is part of the page: shown at once, without the network too
    this.#region();
    this.load().catch(sayRefusal);
  }

  async load() {
    ({ changes: this.changes } = await ask(`/sheets/${this.sheet}/changes.json`));
    const open = this.changes.filter(({ stands }) => stands).length;
    document.getElementById("changes-count").textContent = open ? ` ${open}` : "";
    const lines = this.changes.map((change) => this.#line(change));
    this.place.querySelector(".changes-list").replaceChildren(...(lines.length ? lines : [make("p", "muted", this.words.texts.none)]));
    this.#ring();
    if (this.wanted) showTab("changes");
  }

  #line(change) {
    const line = make("article", change.stands ? "slip-line stands" : "slip-line");
    const head = make("p");
    const link = Object.assign(make("a", "", change.name), { href: `/changes/${change.id}` });
    head.append(link, " ", make("span", `mark mark-${change.meaning}`, this.words.states[change.state]));
    line.append(head, make("p", "", change.title));
    if (change.sheet?.note) line.append(make("p", "muted", change.sheet.note));
    const acts = make("p", "acts");
    for (const [n, box] of (change.sheet?.boxes ?? []).entries()) {
      const go = Object.assign(make("button", "small", `${this.words.texts.lookAt} ${n + 1}`), { type: "button" });
      go.addEventListener("click", () => { this.view.region = boxOf(box); });
      acts.append(go);
    }
    if (change.mayDraw) acts.append(...this.#drawing(change));
    if (acts.childElementCount) line.append(acts);
    return line;
  }

  #drawing(change) {
    const add = Object.assign(make("button", "small primary", this.words.texts.addRegion), { type: "button" });
    add.addEventListener("click", () => {
      const { region } = this.view;
      if (!region) { toast(this.words.texts.chooseFirst, { isBad: true }); return; }
      const box = [region.x0, region.y0, region.x1, region.y1].map(Math.round);
      this.#save(change, [...change.sheet.boxes, box], add).catch(sayRefusal);
    });
    if (!change.sheet.boxes.length) return [add];
    const clear = Object.assign(make("button", "small", this.words.texts.clearRegions), { type: "button" });
    clear.addEventListener("click", () => this.#save(change, [], clear).catch(sayRefusal));
    return [add, clear];
  }

  async #save(change, boxes, button) {
    button.disabled = true;
    try {
      await ask(`/changes/${change.id}/places`, { method: "POST", body: { sheet: this.sheet, boxes, note: "" } });
      this.view.region = null;
      toast(this.words.texts.regionsSaved);
      await this.load();
    } finally { button.disabled = false; }
  }

  /** A region that is chosen goes with the proposal. */
  #region() {
    const link = document.getElementById("propose-here");
    if (!link) return;
    const { region } = this.view;
    const address = new URL(link.href);
    if (region) address.searchParams.set("region", [region.x0, region.y0, region.x1, region.y1].map(Math.round).join(","));
    else address.searchParams.delete("region");
    link.href = address.href;
  }

  #ring() {
    const standing = this.slips.map((slip) => ({ id: slip.id, name: slip.number, title: slip.title, boxes: slip.boxes, stands: true }));
    const known = new Set(standing.map(({ id }) => id));
    const working = this.changes.filter((change) => !known.has(change.id) && change.mayDraw).map((change) => ({ id: change.id, name: change.name, title: change.title, boxes: change.sheet?.boxes ?? [], stands: false }));
    this.rings.replaceChildren(...[...standing, ...working].flatMap((change) => change.boxes.flatMap((box) => this.#ringOf(change, box))));
  }

  #ringOf(change, box) {
    const [x0, y0, x1, y1] = box.map((um) => um / UM_PER_MM);
    const ring = svg("rect", { x: x0, y: y0, width: x1 - x0, height: y1 - y0, "vector-effect": "non-scaling-stroke", class: change.stands ? "slip-ring stands" : "slip-ring" });
    const title = svg("title", {});
    title.textContent = `${change.name} ${change.title}`;
    ring.append(title);
    if (!change.stands) return [ring];
    const link = svg("a", { href: `/changes/${change.id}`, class: "slip-tag" });
    const size = Math.max(3, Math.min(9, (y1 - y0) / 5));
    const width = size * (change.name.length * 0.62 + 2.2);
    // Sheet space has its y upwards: the text is turned back.
    const text = svg("text", { transform: `translate(${x0 + size * 0.4} ${y1 + size * 0.4}) scale(1 -1)`, "font-size": size });
    text.textContent = change.name;
    link.append(svg("rect", { x: x0, y: y1, width, height: size * 1.5 }), text);
    return [ring, link];
  }
}

const boxOf = ([x0, y0, x1, y1]) => ({ x0, y0, x1, y1 });
