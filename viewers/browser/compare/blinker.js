/** Fewer than three flashes in a second harm nobody; ours change at most twice (WCAG 2.3.1). */
const FASTEST_HZ = 2;

/** Shows one sheet and then the other, by itself or by hand. */
export class Blinker {
  #onShow;
  #rate = 1;
  #isRunning = false;
  #isAfter = true;
  #timer = 0;

  /** @param {(side: "before" | "after", isRunning: boolean) => void} onShow */
  constructor(onShow) {
    this.#onShow = onShow;
  }

  get isRunning() {
    return this.#isRunning;
  }

  /** Changes in a second. */
  get rate() {
    return this.#rate;
  }

  /** @param {number} rate */
  set rate(rate) {
    this.#rate = Math.min(FASTEST_HZ, Math.max(0.25, rate));
    if (this.#isRunning) this.start();
  }

  start() {
    clearInterval(this.#timer);
    this.#isRunning = true;
    this.#timer = setInterval(() => this.#swap(), 1000 / this.#rate);
    this.#tell();
  }

  stop() {
    clearInterval(this.#timer);
    this.#isRunning = false;
    this.#tell();
  }

  /** By hand: the other one, and no more by itself. */
  swap() {
    clearInterval(this.#timer);
    this.#isRunning = false;
    this.#swap();
  }

  /** The second sheet again. */
  reset() {
    this.#isAfter = true;
    this.stop();
  }

  #swap() {
    this.#isAfter = !this.#isAfter;
    this.#tell();
  }

  #tell() {
    this.#onShow(this.#isAfter ? "after" : "before", this.#isRunning);
  }
}
