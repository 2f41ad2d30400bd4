import { CSS_PX_PER_UM, clamp } from "../sheet-space.js";
import { boxOf } from "./mark-shapes.js";

/** @import {MarkLayer, ShownMark} from "./mark-layer.js" */
/** @import {Point, Shape} from "./mark-shapes.js" */

/** One press of an arrow, CSS px; with Shift, with Alt. The same as of the cross that draws. */
const STEP_PX = 12;
const LEAP_PX = 60;
const FINE_PX = 1;
/** Presses that follow each other within this time are saved as one change, ms. */
const REST_MS = 2_000;
/** @type {Record<string, Point>} */
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/**
 * Moves and reshapes the selected mark by keys: arrows move it, or the one point that was chosen with `[` and `]`.
 * Enter or a rest saves, Escape puts it back. Holds no words.
 */
export class MarkNudge {
  #view;
  #layer;
  #target;
  /** @type {{mark: ShownMark, shape: Shape} | null} */
  #held = null;
  /** Which point is moved: [path, point]; null: all. @type {[number, number] | null} */
  #handle = null;
  #timer = 0;

  /**
   * @param {import("../sheet-view.js").SheetView} view
   * @param {MarkLayer} layer
   * @param {{moving: (mark: ShownMark, shape: Shape) => void, reshaped: (mark: ShownMark, shape: Shape) => void, told: (what: "moved" | "point" | "whole" | "saved" | "undone", place: Point, point: number) => void}} target
   */
  constructor(view, layer, target) {
    this.#view = view;
    this.#layer = layer;
    this.#target = target;
  }

  /** Something is moved and not saved yet. */
  get isHeld() {
    return this.#held !== null;
  }

  /** Another mark is selected, or none: what was moved is saved, and the whole of the next is meant. */
  release() {
    this.save();
    this.#choose(null);
  }

  /** Take a key; false when it is none of ours. @param {KeyboardEvent} event */
  key(event) {
    const mark = this.#layer.selected;
    if (!mark?.isMine || event.ctrlKey || event.metaKey) return false;
    if (this.#handle && !mark.shape.paths[this.#handle[0]]?.[this.#handle[1]]) this.#choose(null); // changed elsewhere
    if (event.key === "[" || event.key === "]") return this.#step(mark, event.key === "]" ? 1 : -1);
    if (event.key === "Enter" && this.#held) { this.save(); return true; }
    if (event.key === "Escape") return this.#back(mark);
    const way = WAYS[event.key];
    if (!way) return false;
    this.#move(mark, way, event.shiftKey ? LEAP_PX : event.altKey ? FINE_PX : STEP_PX);
    return true;
  }

  /** Save what was moved. */
  save() {
    clearTimeout(this.#timer);
    const held = this.#held;
    this.#held = null;
    if (!held) return;
    this.#target.reshaped(held.mark, held.shape);
    this.#target.told("saved", this.#placeOf(held.shape), this.#number(held.shape));
  }

  /** Put back, else mean the whole again, else let go. @param {ShownMark} mark */
  #back(mark) {
    clearTimeout(this.#timer);
    const held = this.#held;
    this.#held = null;
    if (held) {
      this.#target.moving(held.mark, held.mark.shape);
      this.#target.told("undone", this.#placeOf(held.mark.shape), this.#number(held.mark.shape));
      return true;
    }
    if (!this.#handle) return false;
    this.#choose(null);
    this.#target.told("whole", this.#placeOf(mark.shape), 0);
    return true;
  }

  /** Mean the next point, or the one before; after the last the whole again. @param {ShownMark} mark @param {number} by */
  #step(mark, by) {
    const { shape } = this.#held ?? mark;
    const points = this.#layer.handlesOf(mark);
    if (points.length < 2) return false;
    const at = this.#handle ? points.findIndex(([p, n]) => p === this.#handle?.[0] && n === this.#handle[1]) : -1;
    const next = (at + 1 + by + points.length + 1) % (points.length + 1) - 1;
    this.#choose(next < 0 ? null : points[next]);
    this.#target.told(this.#handle ? "point" : "whole", this.#placeOf(shape), this.#number(shape));
    return true;
  }

  /** @param {ShownMark} mark @param {Point} way @param {number} px */
  #move(mark, [dx, dy], px) {
    const step = px / (this.#view.state.scale * CSS_PX_PER_UM);
    this.#held ??= { mark, shape: mark.shape };
    const { shape } = this.#held;
    const { width_um, height_um } = this.#view.page;
    const box = this.#handle ? around(this.#placeOf(shape)) : boxOf(shape);
    // Nothing is pushed off the sheet; what reaches beyond it may still come back.
    const x = Math.round(clamp(dx * step, Math.min(0, -box.x0), Math.max(0, width_um - box.x1)));
    const y = Math.round(clamp(dy * step, Math.min(0, -box.y0), Math.max(0, height_um - box.y1)));
    const paths = shape.paths.map((path, p) => path.map((point, n) => {
      const isMoved = !this.#handle || (this.#handle[0] === p && this.#handle[1] === n);
      return /** @type {Point} */ (isMoved ? [point[0] + x, point[1] + y] : point);
    }));
    this.#held.shape = { ...shape, paths };
    this.#target.moving(mark, this.#held.shape);
    this.#target.told("moved", this.#placeOf(this.#held.shape), this.#number(this.#held.shape));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.save(), REST_MS);
  }

  /** @param {[number, number] | null} handle */
  #choose(handle) {
    this.#handle = handle;
    this.#layer.chooseHandle(handle);
  }

  /** The chosen point, or the middle. @param {Shape} shape @returns {Point} */
  #placeOf(shape) {
    if (this.#handle) return shape.paths[this.#handle[0]][this.#handle[1]];
    const { x0, y0, x1, y1 } = boxOf(shape);
    return [Math.round((x0 + x1) / 2), Math.round((y0 + y1) / 2)];
  }

  /** The chosen point's number from 1; 0: the whole. @param {Shape} shape */
  #number(shape) {
    if (!this.#handle) return 0;
    const [p, n] = this.#handle;
    return shape.paths.slice(0, p).reduce((sum, path) => sum + path.length, 0) + n + 1;
  }
}

/** @param {Point} point */
function around([x, y]) {
  return { x0: x, y0: y, x1: x, y1: y };
}
