// Marks of older revisions on a newer one: what changed at each place, both places as pictures, and a person's decision.
import { Refusal, ask, sayRefusal, toast } from "./frame.js";
import { make } from "./marks-list.js";
import { boxOf, elementsOf } from "/viewer/marks/mark-shapes.js";
import { UM_PER_MM } from "/viewer/sheet-space.js";

const ROOM_UM = 15_000;
/** So many places are shown as pictures; each costs the server a drawing. */
const MOST_PICTURES = 24;
const AGAIN_MS = 1_000;
const MEANING = { not_compared: "attention", changed: "attention", unchanged: "force", gone: "stop" };

/** Shown in place of the list; what is done goes to `target` (`drawable`, `preview`, `gridOf`, `changed`). */
export class CarryPanel {
  #place;
  #words;
  #store;
  #target;
  #asked = new Set();
  #shown = null;
  #failed = new Set();

  constructor(place, words, store, target) {
    [this.#place, this.#words, this.#store, this.#target] = [place, words, store, target];
  }

  get isOpen() { return !this.#place.hidden; }

  toggle() { return this.isOpen ? this.close() : this.open(); }

  close() {
    this.#place.hidden = true;
    this.#target.preview(null);
  }

  async open() {
    this.#place.hidden = false;
    this.#failed.clear();
    this.#shown = null;
    await this.#load();
  }

  async #load() {
    try {
      const data = await this.#store.carries();
      const seen = JSON.stringify(data);
      if (seen !== this.#shown) this.#show(data);
      this.#shown = seen;
      if (!data.offers.length) { this.close(); return; }
      for (const pair of data.pairs) if (pair.state === "waiting") this.#compare(pair);
    } catch (error) { sayRefusal(error); }
  }

  /** A comparison is a job: asked for once, then looked at until it is there. The answer is kept beside the bytes. */
  async #compare(pair) {
    const path = `/renditions/${pair.before}/compare/${pair.after}.json`;
    if (this.#asked.has(path)) return;
    this.#asked.add(path);
    try {
      for (let answer = await ask(path, { method: "POST" }); !("regions" in answer); answer = await ask(path)) await new Promise((done) => { setTimeout(done, AGAIN_MS); });
    } catch (error) {
      this.#failed.add(pair.revision);
      if (!(error instanceof Refusal)) this.#asked.delete(path); // a cut line: opening the panel again asks again
    }
    this.#shown = null;
    if (this.isOpen) await this.#load();
  }

  #show({ offers, pairs }) {
    const w = this.#words;
    const counts = groups(offers);
    const busy = pairs.filter((p) => p.state === "waiting" && !this.#failed.has(p.revision));
    const same = (counts.get("unchanged") ?? []).filter((o) => !o.isUnsure);
    const tally = ["unchanged", "changed", "gone", "not_compared"].filter((s) => counts.has(s)).map((s) => `${w.standings[s]} ${counts.get(s).length}`).join(" · ");
    this.#place.replaceChildren(
      make("div", { className: "carry-head" },
        make("p", { className: "muted", textContent: tally }),
        ...busy.map((p) => make("p", { className: "notice", attributes: { role: "status" }, textContent: w.comparing.replace("%s", p.label) })),
        ...pairs.filter((p) => p.state === "none" || this.#failed.has(p.revision) || offers.some((o) => o.why && o.mark.revision_id === p.revision)).map((p) => make("p", { className: "notice attention", textContent: w.notComparable.replace("%s", p.label) })),
        make("p", { className: "actions" },
          same.length > 1 ? this.#button(`${w.carryUnchanged} (${same.length})`, () => this.#decide(same, "confirmed"), "primary small") : null,
          this.#button(w.close, () => this.close(), "small"))),
      make("ul", { className: "carry-list" }, ...offers.map((offer, n) => this.#item(offer, pairs.find((p) => p.revision === offer.mark.revision_id), n))));
  }

  #item(offer, pair, n) {
    const { mark } = offer;
    const w = this.#words;
    const isBusy = pair?.state === "waiting" && !this.#failed.has(pair.revision);
    const label = isBusy ? w.comparingShort : w.standings[offer.standing];
    const grid = this.#target.gridOf({ shape: offer.there.shape });
    const item = make("li", { className: "carry-item", dataset: { mark: mark.id, standing: offer.standing } },
      make("p", { className: "mark-top" }, make("strong", { textContent: [w.kinds[mark.kind], pair?.label ?? offer.label, grid].filter(Boolean).join(" · ") }),
        make("span", { className: `mark-status is-${isBusy ? "waiting" : MEANING[offer.standing]}`, textContent: label })),
      mark.text || mark.basis.name ? make("p", { className: "mark-said", textContent: mark.text || mark.basis.name }) : null,
      n < MOST_PICTURES && pair?.before && pair.after ? make("div", { className: "carry-places" },
        this.#picture(pair.before, mark.shape, mark, w.placeOld.replace("%s", pair.label)),
        this.#picture(pair.after, offer.there.shape, mark, w.placeNew)) : null,
      offer.isUnsure ? make("p", { className: "notice attention", textContent: w.unsure }) : null,
      offer.regions.length ? make("ul", { className: "carry-regions" }, ...offer.regions.map((r) => make("li", { textContent: this.#change(r) })), offer.more ? make("li", { textContent: `… ${offer.more}` }) : null) : null,
      make("p", { className: "actions" },
        this.#button(w.carry, () => this.#decide([offer], "confirmed"), offer.standing === "unchanged" ? "primary small" : "small"),
        this.#button(w.drop, () => this.#decide([offer], "dropped"), "small"),
        this.#button(w.seeHere, () => this.#target.preview({ ...mark, shape: offer.there.shape }), "small")));
    return item;
  }

  #change(region) {
    const w = this.#words;
    const [before, after] = region.texts;
    const words = before || after ? `: ${[before, after].map((t) => t || "—").join(" → ")}` : "";
    return `${w.changes[region.kind]}${region.severity === "minor" ? w.minor : ""}${words}`;
  }

  /** The place as it is drawn, with the mark over it. */
  #picture(rendition, shape, mark, caption) {
    const box = boxOf(shape);
    const room = Math.max(ROOM_UM, (box.x1 - box.x0) / 3, (box.y1 - box.y0) / 3);
    const [x0, y0, x1, y1] = clip(box, room, this.#target.page).map(Math.round);
    const figure = make("figure", {}, make("figcaption", { className: "muted", textContent: caption }));
    if (x0 >= x1 || y0 >= y1) return figure;
    const image = make("img", { loading: "lazy", alt: caption, src: `/renditions/${rendition}/crop.png?box=${x0},${y0},${x1},${y1}` });
    const overlay = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const [wide, high] = [(x1 - x0) / UM_PER_MM, (y1 - y0) / UM_PER_MM];
    overlay.setAttribute("viewBox", `0 0 ${wide} ${high}`);
    overlay.setAttribute("aria-hidden", "true");
    const group = document.createElementNS("http://www.w3.org/2000/svg", "g");
    group.setAttribute("transform", `translate(${-x0 / UM_PER_MM} ${y1 / UM_PER_MM}) scale(1 -1)`);
    group.append(...elementsOf(this.#target.drawable({ ...mark, text: mark.kind === "text" ? mark.text : "", basis: {}, shape })));
    overlay.append(group);
    const frame = make("div", { className: "carry-picture" }, image, overlay);
    frame.style.aspectRatio = `${wide} / ${high}`;
    figure.prepend(frame);
    return figure;
  }

  async #decide(offers, decision) {
    try {
      const report = await this.#store.carry(offers.map((o) => o.mark.id), decision);
      for (const refused of Object.values(report.refused)) toast(`${refused.message} ${refused.way_out}`, { isBad: true });
      if (report.done.length) toast(this.#words[decision === "confirmed" ? "carriedSome" : "droppedSome"].replace("%d", report.done.length));
    } catch (error) { sayRefusal(error); }
    this.#target.preview(null);
    await this.#load();
  }

  #button(label, act, className) {
    const button = make("button", { type: "button", className, textContent: label });
    button.addEventListener("click", act);
    return button;
  }
}

function clip({ x0, y0, x1, y1 }, room, { width_um, height_um }) {
  return [Math.max(0, x0 - room), Math.max(0, y0 - room), Math.min(width_um, x1 + room), Math.min(height_um, y1 + room)];
}

function groups(offers) {
  const found = new Map();
  for (const offer of offers) found.set(offer.standing, [...(found.get(offer.standing) ?? []), offer]);
  return found;
}
