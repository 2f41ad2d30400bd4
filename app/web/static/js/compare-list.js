// The list of differences: numbered, told in words, filtered, walked. Knows nothing of how they are drawn.
import { fieldOf } from "/viewer/sheet-place.js";

const MM = 1000;
/** Below this confidence a region says that it is not sure. */
const UNSURE = 0.6;
/** Lists that are folded until somebody asks. */
const FOLDED = new Set(["routine", "minor"]);

/**
 * One line of the list.
 * @typedef {{id: string, number: string, look: "open" | "declared" | "minor" | "routine" | "cloud", kind: string, isDeclared: boolean, before: object, after: object, region: object | null}} Item
 */

export class DifferenceList {
  #root = document.getElementById("listed");
  #words;
  #onChoose;
  #onFilter;
  /** @type {Item[]} */
  #items = [];
  #kinds = new Set();
  #isOnlyUndeclared = false;
  #chosen = "";
  #grid;

  /** @param {object} words @param {{onChoose: (id: string) => void, onFilter: () => void}} target */
  constructor(words, { onChoose, onFilter }) {
    this.#words = words;
    this.#onChoose = onChoose;
    this.#onFilter = onFilter;
    this.#root.addEventListener("click", (event) => {
      const line = event.target.closest("[data-id]");
      if (line) onChoose(line.dataset.id);
    });
    this.#root.addEventListener("keydown", (event) => this.#key(event));
    document.getElementById("next").addEventListener("click", () => this.step(1));
    document.getElementById("previous").addEventListener("click", () => this.step(-1));
    for (const look of FOLDED) document.getElementById(look).addEventListener("toggle", () => { this.#tellPosition(); onFilter(); });
  }

  /** Show a comparison. @param {object} found @param {object | undefined} grid fields of the second sheet */
  show(found, grid) {
    this.#grid = grid;
    const isMajor = (region) => region.severity === "major";
    const rank = { major: 0, routine: 1, minor: 2 };
    const ordered = [...found.regions].sort((a, b) => rank[a.severity] - rank[b.severity]);
    this.#items = ordered.map((region, n) => ({
      id: region.id, number: String(n + 1), kind: region.kind, isDeclared: region.is_declared, region,
      look: !isMajor(region) ? region.severity : region.is_declared ? "declared" : "open",
      before: boxOf(region.before), after: boxOf(region.after),
    }));
    const clouds = found.clouds.filter(({ on, regions }) => on === "after" && !regions.length);
    this.#items.push(...clouds.map((cloud, n) => ({
      id: cloud.id, number: `C${n + 1}`, kind: "cloud", isDeclared: true, region: null, look: "cloud",
      before: boxOf(cloud.box), after: boxOf(cloud.box),
    })));
    this.#root.hidden = !this.#items.length && !found.revision_rows.length;
    fill(document.querySelector("#rows ul"), found.revision_rows.map(({ text }) => element("li", "", text)));
    document.getElementById("rows").hidden = !found.revision_rows.length;
    count("rows", found.revision_rows.length);
    this.#showFilters();
    this.#render();
  }

  /** Lines that pass the filters, in the order of the page. Those about looks count while they are unfolded. @returns {Item[]} */
  get shown() {
    const order = ["open", "declared", "cloud", "routine", "minor"];
    return order.flatMap((look) => this.#passing(look)).filter(({ look }) => !FOLDED.has(look) || document.getElementById(look).open);
  }

  get chosen() {
    return this.#chosen;
  }

  /** @param {string} id @returns {boolean} whether there is such a line */
  has(id) {
    return this.#items.some((item) => item.id === id);
  }

  /** Mark a line; unfolds what hides it. @param {string} id */
  choose(id) {
    this.#chosen = id;
    const item = this.#items.find((one) => one.id === id);
    if (item && FOLDED.has(item.look)) document.getElementById(item.look).open = true;
    for (const line of this.#root.querySelectorAll("[data-id]")) {
      const isIt = line.dataset.id === id;
      line.setAttribute("aria-current", String(isIt));
      if (isIt) line.scrollIntoView({ block: "nearest" });
    }
    this.#tellPosition();
  }

  /** The next line, or the one before; around the end. @param {1 | -1} way */
  step(way) {
    const shown = this.shown;
    if (!shown.length) return;
    const at = shown.findIndex(({ id }) => id === this.#chosen);
    const next = at < 0 ? (way > 0 ? 0 : shown.length - 1) : (at + way + shown.length) % shown.length;
    this.#onChoose(shown[next].id);
    if (this.#root.contains(document.activeElement)) this.#line(shown[next].id)?.focus({ preventScroll: true });
  }

  toggleUndeclared() {
    this.#isOnlyUndeclared = !this.#isOnlyUndeclared;
    this.#showFilters();
    this.#render();
    this.#onFilter();
  }

  // -- inside -------------------------------------------------------------------------------------------------------

  #line(id) {
    return this.#root.querySelector(`[data-id="${CSS.escape(id)}"]`);
  }

  /** Arrows walk while a line has the focus. */
  #key(event) {
    const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!way || !event.target.closest("[data-id]")) return;
    event.preventDefault();
    event.stopPropagation();
    this.step(way);
  }

  #passing(look) {
    return this.#items.filter((item) => item.look === look
      && (!this.#kinds.size || FOLDED.has(item.look) || this.#kinds.has(item.kind))
      && (!this.#isOnlyUndeclared || (!item.isDeclared && item.look === "open")));
  }

  #showFilters() {
    const counts = new Map();
    for (const { kind, region, look } of this.#items) if (region && !FOLDED.has(look)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    const chips = [...counts].map(([kind, number]) => this.#chip(`${this.#words.kinds[kind]} ${number}`, this.#kinds.has(kind), `kind-${kind}`, () => {
      if (!this.#kinds.delete(kind)) this.#kinds.add(kind);
      this.#showFilters();
      this.#render();
      this.#onFilter();
    }));
    const only = this.#chip(this.#words.onlyUndeclared, this.#isOnlyUndeclared, "only-undeclared", () => this.toggleUndeclared());
    fill(document.getElementById("filters"), [...chips, only]);
  }

  #chip(text, isPressed, name, act) {
    const chip = element("button", `chip ${name}`, text);
    chip.type = "button";
    chip.setAttribute("aria-pressed", String(isPressed));
    chip.addEventListener("click", () => {
      act();
      document.querySelector(`#filters .${name}`)?.focus();
    });
    return chip;
  }

  #render() {
    const places = { open: "undeclared", declared: "declared", cloud: "empty-clouds", routine: "routine", minor: "minor" };
    for (const [look, place] of Object.entries(places)) {
      const all = this.#items.filter((item) => item.look === look).length;
      const items = this.#passing(look);
      const section = document.getElementById(place);
      section.hidden = !all || (!items.length && look !== "open");
      count(place, items.length, all);
      const lines = items.map((item) => this.#lineOf(item));
      fill(section.querySelector("ol"), lines.length ? lines : [element("li", "muted none", this.#words.noneMatch)]);
    }
    this.choose(this.#chosen);
  }

  /** @param {Item} item */
  #lineOf(item) {
    const line = element("button", `difference is-${item.look}`);
    line.type = "button";
    line.dataset.id = item.id;
    const head = element("span", "difference-head");
    const field = item.region?.field;
    const kind = field ? this.#words.fields[field] ?? field : item.region ? this.#words.kinds[item.kind] : this.#words.cloud;
    head.append(element("b", "no", item.number), element("span", `kind kind-${item.kind}`, kind), element("span", "where muted", this.#where(item)));
    if (item.region?.confidence < UNSURE) head.append(element("span", "mark mark-attention", this.#words.unsure));
    line.append(head, this.#what(item));
    const row = document.createElement("li");
    row.append(line);
    return row;
  }

  /** @param {Item} item */
  #what({ region, after }) {
    if (!region) return element("span", "what muted", this.#words.cloudEmpty);
    const what = element("span", "what");
    if (region.text_before || region.text_after) {
      const [old, fresh] = [element("del", "", region.text_before || this.#words.emptyText), element("ins", "", region.text_after || this.#words.emptyText)];
      if (region.kind === "added") what.append(fresh);
      else if (region.kind === "removed") what.append(old);
      else what.append(old, element("span", "arrow", "→"), fresh);
      return what;
    }
    const parts = [this.#words.why[region.why] ?? region.why];
    if (region.kind === "moved") parts.push(this.#words.distance.replace("{mm}", distanceOf(region)));
    parts.push(this.#words.size.replace("{width}", mm(after.x1 - after.x0)).replace("{height}", mm(after.y1 - after.y0)));
    const entities = Object.entries(region.entities).map(([name, number]) => `${name} ${number}`);
    if (entities.length) parts.push(entities.slice(0, 4).join(", "));
    if (region.cause) parts.push(this.#words.cause.replace("{block}", region.cause));
    what.textContent = parts.filter(Boolean).join(" · ");
    return what;
  }

  /** The field of the sheet, as one says it over the telephone. @param {Item} item */
  #where({ after }) {
    if (!this.#grid?.columns?.length || !this.#grid.rows?.length) return "";
    return this.#words.field.replace("{field}", fieldOf(this.#grid, (after.x0 + after.x1) / 2, (after.y0 + after.y1) / 2));
  }

  #tellPosition() {
    const shown = this.shown;
    const at = shown.findIndex(({ id }) => id === this.#chosen);
    const words = this.#words.position.replace("{of}", String(shown.length)).replace("{at}", at < 0 ? "–" : String(at + 1));
    document.getElementById("position").textContent = shown.length ? words : "";
    for (const id of ["next", "previous"]) document.getElementById(id).disabled = !shown.length;
  }
}

function boxOf([x0, y0, x1, y1]) {
  return { x0, y0, x1, y1 };
}

/** How far a region moved, between the middles of its boxes, mm. */
function distanceOf({ before, after }) {
  const [dx, dy] = [0, 1].map((n) => (after[n] + after[n + 2] - before[n] - before[n + 2]) / 2);
  return (Math.hypot(dx, dy) / MM).toFixed(1);
}

function mm(um) {
  return um < 10 * MM ? (um / MM).toFixed(1) : String(Math.round(um / MM));
}

function count(id, number, all = number) {
  document.querySelector(`#${id} .count`).textContent = number === all ? `(${number})` : `(${number} / ${all})`;
}

function fill(place, children) {
  place.replaceChildren(...children);
}

/** An element with a class and a text; the text stays text. */
export function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}
