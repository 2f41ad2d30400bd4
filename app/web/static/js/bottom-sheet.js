// The panel beside the drawing; on a narrow screen it is a sheet at the foot, pulled up and down by its grip.

const NARROW = matchMedia("(max-width: 1000px)");
const TAP_PX = 6;
/** Height in parts of the room; between them the nearest is taken, below the least it closes. */
const STOPS = [0.22, 0.5, 0.92];

export class BottomSheet {
  #panel;
  #room;
  #toggle;
  #grip;
  #at = STOPS[1];

  /** @param {HTMLElement} panel with a `.panel-grip` @param {HTMLElement} room @param {HTMLElement} toggle */
  constructor(panel, room, toggle) {
    this.#panel = panel;
    this.#room = room;
    this.#toggle = toggle;
    this.#grip = panel.querySelector(".panel-grip");
    if (NARROW.matches && !location.hash.slice(1).match(/^[a-z]+$/u)) this.close();
    toggle.addEventListener("click", () => (this.isOpen ? this.close() : this.open()));
    panel.querySelector(".panel-close").addEventListener("click", () => { this.close(); toggle.focus(); });
    addEventListener("hashchange", () => { if (/^#[a-z]+$/u.test(location.hash) && panel.querySelector(location.hash)) this.open(); });
    NARROW.addEventListener("change", () => this.#set(this.#at));
    new MutationObserver(() => this.#tell()).observe(room, { attributeFilter: ["class"] });
    this.#watch();
    this.#set(this.#at);
    this.#tell();
  }

  get isOpen() { return !this.#room.classList.contains("no-panel"); }

  open() { this.#room.classList.remove("no-panel"); }
  close() { this.#room.classList.add("no-panel"); }

  #tell() { this.#toggle.setAttribute("aria-expanded", String(this.isOpen)); }

  #set(part) {
    this.#at = part;
    this.#panel.style.height = NARROW.matches ? `${part * 100}%` : "";
  }

  #watch() {
    let [from, begin] = [NaN, 0];
    const grip = this.#grip;
    grip.addEventListener("pointerdown", (event) => {
      [from, begin] = [event.clientY, this.#panel.offsetHeight];
      grip.setPointerCapture(event.pointerId);
    });
    grip.addEventListener("pointermove", ({ clientY }) => {
      if (!Number.isNaN(from)) this.#panel.style.height = `${Math.max(40, begin + from - clientY)}px`;
    });
    grip.addEventListener("pointerup", ({ clientY }) => {
      const moved = from - clientY;
      from = NaN;
      if (Math.abs(moved) >= TAP_PX) this.#settle(begin + moved);
    });
    grip.addEventListener("pointercancel", () => { from = NaN; this.#set(this.#at); });
    grip.addEventListener("click", ({ detail }) => { if (detail === 0) this.#step(); });
    grip.addEventListener("keydown", (event) => { if (event.key === "Escape") { event.stopPropagation(); this.close(); this.#toggle.focus(); } });
    grip.addEventListener("dblclick", () => this.#step());
  }

  /** The next height, for a key or a double tap. */
  #step() { this.#set(STOPS[(STOPS.indexOf(this.#at) + 1) % STOPS.length]); }

  #settle(height) {
    const part = height / this.#room.clientHeight;
    if (part < STOPS[0] / 2) { this.close(); this.#set(STOPS[1]); return; }
    this.#set(STOPS.reduce((best, stop) => (Math.abs(stop - part) < Math.abs(best - part) ? stop : best)));
  }
}
