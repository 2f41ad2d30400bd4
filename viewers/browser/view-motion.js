import { Camera } from "./camera.js";
import { Glide } from "./glide.js";

/** @import {PageSize, ViewState} from "./sheet-space.js" */

export const GLIDE_MS = 180;

/**
 * Where one looks and where that is going: every way to move a view ends here.
 *
 * `camera` is what is drawn now, `aim` where a movement under way will end, so that its tiles are loaded already.
 */
export class ViewMotion {
  camera;
  aim;
  #onMove;
  /** @type {Glide | null} */
  #glide = null;
  /** What a resize keeps: the whole page, its width, or nothing. @type {"fit" | "width" | null} */
  #kept = "fit";
  #calm = matchMedia("(prefers-reduced-motion: reduce)");

  /** @param {PageSize} page @param {() => void} onMove */
  constructor(page, onMove) {
    this.camera = new Camera(page);
    this.aim = new Camera(page);
    this.#onMove = onMove;
  }

  /** Whether the view is still under way. */
  get isMoving() {
    return this.#glide !== null;
  }

  /** The whole page is kept in view. */
  get isFitted() {
    return this.#kept === "fit";
  }

  /** The view has a size, so that things can be drawn. */
  get isSized() {
    return this.camera.width > 0;
  }

  /** Where a movement will end, as a short text for an address: `x,y,zoom` in um and parts of true size. */
  get hash() {
    const { x_um, y_um, scale } = this.aim.state;
    return `${Math.round(x_um)},${Math.round(y_um)},${Number(scale.toPrecision(4))}`;
  }

  /** Look where {@link hash} said. @param {string} hash @returns {boolean} false when it cannot be read */
  openHash(hash) {
    const parts = hash.replace(/^#/u, "").split(",");
    const [x_um, y_um, scale] = parts.map(Number);
    if (parts.length !== 3 || parts.includes("") || ![x_um, y_um, scale].every(Number.isFinite) || scale <= 0) return false;
    this.jump({ x_um, y_um, scale });
    return true;
  }

  /** At once. @param {ViewState} state */
  jump(state) {
    this.#kept = null;
    this.#glide = null;
    this.camera.state = state;
    this.aim.state = state;
    this.#onMove();
  }

  /** Visibly, unless the reader prefers otherwise. @param {ViewState} state @param {number} ms */
  go(state, ms = GLIDE_MS) {
    if (ms === 0 || !this.isSized || this.#calm.matches) {
      this.jump(state);
      return;
    }
    this.#kept = null;
    this.aim.state = state; // keeps it within what can be seen
    this.#glide = new Glide(this.camera.state, this.aim.state, performance.now(), ms);
    this.#onMove();
  }

  /** @param {"fit" | "width"} what the whole page, or its width */
  fit(what) {
    this.go(what === "fit" ? this.camera.fitted() : this.camera.fittedToWidth());
    this.#kept = what;
  }

  trueSize() {
    this.go({ ...this.aim.state, scale: 1 });
  }

  /** @param {number} factor @param {{px: number, py: number}} [at] stays where it is; the middle if left out @param {number} [ms] */
  zoomBy(factor, at = { px: this.camera.width / 2, py: this.camera.height / 2 }, ms = GLIDE_MS) {
    this.go(this.aim.holding(this.aim.toSheet(at.px, at.py), at, this.aim.state.scale * factor), ms);
  }

  /** @param {number} dx CSS px @param {number} dy CSS px, down @param {number} ms */
  panBy(dx, dy, ms) {
    const { x_um, y_um, scale } = this.aim.state;
    const k = this.aim.pxPerUm;
    this.go({ x_um: x_um + dx / k, y_um: y_um - dy / k, scale }, ms);
  }

  /** Stay where it is now. */
  stop() {
    if (this.#glide) this.jump(this.camera.state);
  }

  /** Go on with a movement under way. @param {number} now milliseconds */
  step(now) {
    if (!this.#glide) return;
    this.camera.state = this.#glide.at(now);
    if (this.#glide.isOver(now)) this.#glide = null;
    this.#onMove();
  }

  /** @param {{width: number, height: number, pixelRatio: number, foot: number}} size CSS px */
  resize(size) {
    Object.assign(this.camera, size);
    Object.assign(this.aim, size);
    const kept = this.#kept;
    if (kept) this.jump(kept === "fit" ? this.camera.fitted() : this.camera.fittedToWidth());
    else this.jump(this.aim.state);
    this.#kept = kept;
  }
}
