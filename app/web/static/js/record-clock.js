// The time line of a project: a slider with a mark for each instant at which something came into force.

const SPAN = 100000; // steps of the slider; far more than pixels
const SNAP = 0.006; // a mark this near (part of the line) catches the thumb
const MONTH = 30 * 86400e3;

export class TimeLine {
  #options;
  #slider = document.getElementById("slider");
  #marks;
  #from;
  #to;
  #ms;

  /** @param {{moments: {at: string, ms: number, text: string, sheets: number, backdated: number}[], nowMs: number, zone: string, texts: Record<string, string>, fill: (text: string, data: object) => string, onChoose: (asOf: string) => void}} options */
  constructor(options) {
    this.#options = options;
    this.#marks = options.moments;
    const first = this.#marks[0]?.ms ?? options.nowMs - MONTH;
    const last = Math.max(options.nowMs, this.#marks.at(-1)?.ms ?? 0);
    const margin = Math.max((last - first) * 0.02, 3600e3);
    this.#from = first - margin;
    this.#to = last > options.nowMs ? last + margin : options.nowMs;
    this.#slider.max = SPAN;
    this.#drawMarks();
    document.getElementById("first").textContent = this.#day(this.#from);
    document.getElementById("last").textContent = this.#to === options.nowMs ? options.texts.nowWord : this.#day(this.#to);
    this.#slider.addEventListener("input", () => this.#tell(this.#chosen()));
    this.#slider.addEventListener("change", () => this.#choose(this.#chosen()));
    this.#slider.addEventListener("keydown", (event) => this.#key(event));
    document.getElementById("previous").addEventListener("click", () => this.step(-1));
    document.getElementById("next").addEventListener("click", () => this.step(1));
  }

  /** Show an instant; ``asOf`` is empty for now. */
  show(ms, asOf) {
    this.#ms = asOf ? ms : this.#options.nowMs;
    this.#slider.value = Math.round(((this.#ms - this.#from) / (this.#to - this.#from)) * SPAN);
    this.#tell({ ms: this.#ms });
    document.getElementById("previous").disabled = this.#beside(-1) === null;
    document.getElementById("next").disabled = this.#beside(1) === null;
  }

  /** Go to the change before (-1) or after (1) the instant shown. */
  step(way) {
    const target = this.#beside(way);
    if (target) this.#choose(target);
  }

  #beside(way) {
    if (way < 0) return this.#marks.filter((m) => m.ms < this.#ms - 0.5).at(-1) ?? null;
    return this.#marks.find((m) => m.ms > this.#ms + 0.5) ?? (this.#ms < this.#options.nowMs ? { ms: this.#options.nowMs, at: "" } : null);
  }

  /** The instant under the thumb: a mark when one is near, now at the very end, else to the second. */
  #chosen() {
    const part = Number(this.#slider.value) / SPAN;
    const ms = this.#from + part * (this.#to - this.#from);
    const reach = (this.#to - this.#from) * SNAP;
    if (Math.abs(ms - this.#options.nowMs) < reach / 2) return { ms: this.#options.nowMs, at: "" };
    const near = this.#marks.filter((m) => Math.abs(m.ms - ms) < reach).sort((a, b) => Math.abs(a.ms - ms) - Math.abs(b.ms - ms))[0];
    return near ?? { ms, at: new Date(Math.round(ms / 1000) * 1000).toISOString() };
  }

  #choose({ ms, at }) {
    this.show(ms, at);
    this.#options.onChoose(at);
  }

  #tell({ ms }) {
    const { texts, fill } = this.#options;
    const count = this.#marks.filter((m) => m.ms <= ms + 0.5).length;
    const here = this.#marks[count - 1];
    let note = this.#marks.length ? (count ? fill(texts.position, { n: count, m: this.#marks.length }) : texts.before) : texts.none;
    if (here) note += ` · ${this.#say(here)}`;
    document.getElementById("change-note").textContent = note;
    this.#slider.setAttribute("aria-valuetext", `${this.#minute(ms)} · ${note}`);
  }

  #say(mark) {
    const { texts, fill } = this.#options;
    const words = fill(texts.mark, { at: mark.text, n: mark.sheets });
    return mark.backdated ? words + fill(texts.markBackdated, { n: mark.backdated }) : words;
  }

  #key(event) {
    const steps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };
    const months = { PageDown: -MONTH, PageUp: MONTH };
    if (event.key in steps) this.step(steps[event.key]);
    else if (event.key in months) {
      const ms = Math.min(this.#to, Math.max(this.#from, this.#ms + months[event.key]));
      this.#choose({ ms, at: ms === this.#options.nowMs ? "" : new Date(Math.round(ms / 1000) * 1000).toISOString() });
    } else return;
    event.preventDefault();
  }

  #drawMarks() {
    const place = document.getElementById("marks");
    for (const mark of this.#marks) {
      const tick = document.createElement("i");
      tick.style.left = `${((mark.ms - this.#from) / (this.#to - this.#from)) * 100}%`;
      tick.title = this.#say(mark);
      tick.classList.toggle("many", mark.sheets > 9);
      tick.classList.toggle("is-backdated", mark.backdated > 0);
      tick.classList.toggle("is-future", mark.ms > this.#options.nowMs);
      place.append(tick);
    }
  }

  #day(ms) {
    return this.#minute(ms).slice(0, 10);
  }

  #minute(ms) {
    return new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone: this.#options.zone }).format(ms);
  }
}
