/** @import {Point, Shape} from "./mark-shapes.js" */
/** @import {MarkLayer, ShownMark} from "./mark-layer.js" */

/** Kinds of which a box is dragged. */
const BOXES = new Set(["cloud", "rectangle", "stamp", "markup_cross", "markup_ring"]);
/** Kinds of which a line is dragged. */
const LINES = new Set(["arrow", "markup_strike"]);
/** Kinds that are one point. */
const POINTS = new Set(["text", "photo"]);
/** Points of a ring. */
const RING = 32;
const MOST_POINTS = 2_000;
/** A box smaller than this was a click: it gets this size, um. */
const LEAST_UM = 2_000;
const CLICKED_UM = 30_000;

/**
 * Draws with mouse, pen or finger while a tool is chosen; else selects, moves and reshapes. A second finger ends the
 * drawing. Where it does nothing, the view pans as ever.
 */
export class MarkDrawing {
  #layer;
  #target;
  /** @type {{kind: string, more: object, look: Partial<ShownMark>} | null} */
  #tool = null;
  /** @type {Point[]} */
  #points = [];
  /** @type {{id: number, mark: ShownMark, from: Point, handle: [number, number] | null, shape: Shape} | null} */
  #held = null;
  #pointerId = -1;
  /** Neither draw nor select: something else is pointed at. */
  isResting = false;

  /**
   * @param {HTMLElement} element the element that the view fills
   * @param {MarkLayer} layer
   * @param {{drawn: (kind: string, shape: Shape) => void, reshaped: (mark: ShownMark, shape: Shape) => void, moving: (mark: ShownMark, shape: Shape) => void, selected: (mark: ShownMark | null) => void}} target
   * @param {AbortSignal} signal
   */
  constructor(element, layer, target, signal) {
    this.#layer = layer;
    this.#target = target;
    const options = { capture: true, signal };
    element.addEventListener("pointerdown", (event) => this.#down(event), options);
    element.addEventListener("pointermove", (event) => this.#move(event), options);
    element.addEventListener("pointerup", (event) => this.#up(event), options);
    element.addEventListener("pointercancel", () => this.cancel(), options);
    element.addEventListener("dblclick", (event) => this.#finish(event), options);
  }

  /** Draw this from now on; null: select. @param {{kind: string, more: object, look: Partial<ShownMark>} | null} tool */
  use(tool) {
    this.cancel();
    this.#tool = tool;
  }

  /** Forget what is half drawn; true when there was something. */
  cancel() {
    const had = this.#points.length > 0 || this.#held !== null;
    if (this.#held) this.#target.moving(this.#held.mark, this.#held.shape);
    this.#points = [];
    this.#held = null;
    this.#pointerId = -1;
    this.#layer.showDraft(null);
    return had;
  }

  /** What is drawn now; empty: nothing. */
  get kind() {
    return this.#tool?.kind ?? "";
  }

  /** The keyboard's cursor is here: what is half drawn follows. @param {Point} at */
  follow(at) {
    if (!this.#tool || !this.#points.length) return;
    if (this.#tool.kind === "ink" && this.#points.length < MOST_POINTS) this.#points.push(at);
    this.#preview(at);
  }

  /** The keyboard sets a point: the first, the last, or, of a measurement, the next. @param {Point} at */
  put(at) {
    if (!this.#tool) return;
    const { kind, more } = this.#tool;
    const last = this.#points[this.#points.length - 1];
    if (kind === "measurement" && last && last[0] === at[0] && last[1] === at[1]) { this.finish(); return; }
    if (kind === "measurement") {
      this.#points.push(at);
      const { measure } = /** @type {{measure: string}} */ (more);
      if (measure === "angle" && this.#points.length === 3) this.#send([this.#points]);
      else this.#preview(at);
      return;
    }
    if (POINTS.has(kind)) { this.#points = [at]; this.#send(this.#pathsTo(at)); return; }
    if (!this.#points.length) { this.#points = [at]; this.#preview(at); return; }
    this.#send(this.#pathsTo(at));
  }

  /** End a drawing of several clicks. */
  finish() {
    const kind = this.#tool?.kind;
    if (kind !== "measurement" || this.#points.length < 2) return;
    this.#send([this.#points]);
  }

  /** @param {PointerEvent} event */
  #down(event) {
    if (this.isResting || !isOnSheet(event) || event.button !== 0) return;
    if (this.#pointerId >= 0 && event.pointerId !== this.#pointerId) { this.cancel(); return; }
    if (this.#tool) { take(event); this.#begin(event); return; }
    const handle = this.#layer.handleUnder(event);
    const mark = handle ? this.#layer.selected : this.#layer.markUnder(event);
    if (!mark) { this.#target.selected(null); return; }
    const was = this.#layer.selected?.key;
    this.#target.selected(mark);
    if (!mark.isMine || (!handle && event.pointerType === "touch" && was !== mark.key)) return; // first touch selects, the next moves
    take(event);
    this.#held = { id: event.pointerId, mark, from: this.#layer.pointOf(event), handle, shape: mark.shape };
    this.#pointerId = event.pointerId;
  }

  /** @param {PointerEvent} event */
  #begin(event) {
    const at = this.#layer.pointOf(event);
    this.#pointerId = event.pointerId;
    if (this.#tool?.kind === "measurement") this.#points.push(at);
    else this.#points = [at];
    this.#preview(at);
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (this.#held?.id === event.pointerId) {
      take(event);
      this.#target.moving(this.#held.mark, this.#changed(event));
      return;
    }
    if (!this.#tool || !this.#points.length) return;
    const isDown = event.pointerId === this.#pointerId;
    if (!isDown && this.#tool.kind !== "measurement") return;
    if (isDown) take(event);
    const at = this.#layer.pointOf(event);
    if (this.#tool.kind === "ink" && isDown && this.#points.length < MOST_POINTS) this.#points.push(at);
    this.#preview(at);
  }

  /** @param {PointerEvent} event */
  #up(event) {
    if (this.#held?.id === event.pointerId) {
      take(event);
      const { mark, from } = this.#held;
      const [x, y] = this.#layer.pointOf(event);
      const hasMoved = Math.hypot(x - from[0], y - from[1]) > this.#layer.reach(event) / 3;
      const shape = this.#changed(event);
      if (hasMoved) { this.#held = null; this.#target.reshaped(mark, shape); }
      this.cancel();
      return;
    }
    if (!this.#tool || event.pointerId !== this.#pointerId || !this.#points.length) return;
    take(event);
    this.#pointerId = -1;
    if (this.#tool.kind === "measurement") { this.#measureUp(event); return; }
    this.#send(this.#pathsTo(this.#layer.pointOf(event)));
  }

  /** A dragged measurement has two points; a clicked one goes on until it is ended. @param {PointerEvent} event */
  #measureUp(event) {
    const at = this.#layer.pointOf(event);
    const last = this.#points[this.#points.length - 1];
    const wasDragged = Math.hypot(at[0] - last[0], at[1] - last[1]) > this.#layer.reach(event);
    if (wasDragged) this.#points.push(at);
    const { measure } = /** @type {{measure: string}} */ (this.#tool?.more);
    const isWhole = (measure === "angle" && this.#points.length >= 3) || (measure === "length" && wasDragged && this.#points.length === 2);
    if (isWhole) this.#send([this.#points.slice(0, 3)]);
  }

  /** @param {Event} event */
  #finish(event) {
    if (this.#tool?.kind !== "measurement") return;
    take(event);
    const [a, b] = this.#points.slice(-2);
    if (a && b && a[0] === b[0] && a[1] === b[1]) this.#points.pop(); // the second click of the double
    this.finish();
  }

  /** @param {Point[][]} paths */
  #send(paths) {
    const { kind, more } = /** @type {{kind: string, more: object}} */ (this.#tool);
    this.#points = [];
    this.#layer.showDraft(null);
    this.#target.drawn(kind, { paths, ...more });
  }

  /** @param {Point} at */
  #preview(at) {
    const tool = /** @type {{kind: string, more: object, look: Partial<ShownMark>}} */ (this.#tool);
    const shape = { paths: this.#pathsTo(at), ...tool.more };
    this.#layer.showDraft(/** @type {ShownMark} */ ({ text: tool.kind === "text" ? "…" : "", basis: {}, stampText: "", ...tool.look, kind: tool.kind, shape }));
  }

  /** @param {Point} at @returns {Point[][]} */
  #pathsTo(at) {
    const kind = this.#tool?.kind ?? "";
    const [from] = this.#points;
    if (POINTS.has(kind)) return [[at]];
    if (kind === "ink") return [this.#points];
    if (kind === "measurement") return [[...this.#points, at]];
    if (LINES.has(kind)) return [[from, farEnough(from, at)]];
    const [a, b] = corners(from, farEnough(from, at));
    if (kind === "cloud") return [[a, [b[0], a[1]], b, [a[0], b[1]]]];
    if (kind === "markup_ring") return [ring(a, b)];
    return BOXES.has(kind) ? [[a, b]] : [this.#points];
  }

  /** @param {PointerEvent} event @returns {Shape} */
  #changed(event) {
    const { from, handle, shape } = /** @type {NonNullable<typeof this.#held>} */ (this.#held);
    const [x, y] = this.#layer.pointOf(event);
    const [dx, dy] = [x - from[0], y - from[1]];
    const paths = shape.paths.map((path, p) => path.map((point, n) => {
      if (handle && (handle[0] !== p || handle[1] !== n)) return point;
      return /** @type {Point} */ ([point[0] + dx, point[1] + dy]);
    }));
    return { ...shape, paths };
  }
}

/** Only on the drawing itself, not on buttons over it. @param {Event} event */
const isOnSheet = (event) => event.target instanceof Element && event.target.closest(".sheet-surface") !== null;

/** @param {Event} event */
function take(event) {
  event.stopPropagation();
  event.preventDefault();
}

/** @param {Point} from @param {Point} at @returns {Point} */
function farEnough(from, at) {
  const isClick = Math.abs(at[0] - from[0]) < LEAST_UM && Math.abs(at[1] - from[1]) < LEAST_UM;
  return isClick ? [from[0] + CLICKED_UM, from[1] + CLICKED_UM / 2] : at;
}

/** @param {Point} a @param {Point} b @returns {[Point, Point]} */
function corners(a, b) {
  return [[Math.min(a[0], b[0]), Math.min(a[1], b[1])], [Math.max(a[0], b[0]), Math.max(a[1], b[1])]];
}

/** @param {Point} a @param {Point} b @returns {Point[]} */
function ring(a, b) {
  const [cx, cy, rx, ry] = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2, (b[0] - a[0]) / 2, (b[1] - a[1]) / 2];
  return Array.from({ length: RING }, (_, n) => {
    const turn = (2 * Math.PI * n) / RING;
    return [Math.round(cx + rx * Math.cos(turn)), Math.round(cy + ry * Math.sin(turn))];
  });
}
