import { FloatPanel, wordButton } from "./float-panel.js";
import { angleText, areaText, lengthOf, lengthText } from "./measure-math.js";
import { svgElement } from "./sheet-overlay.js";
import { SnapField } from "./snap-field.js";
import { ScaleChoice } from "./scale-choice.js";
import { UM_PER_MM } from "./sheet-space.js";

/** @import {MeasurePoint} from "./measure-math.js" */
/** @import {ViewPoint} from "./pointer-gestures.js" */
/** @import {Camera} from "./camera.js" */
/** @import {Box} from "./sheet-space.js" */
/** @typedef {"length" | "area" | "angle" | "calibrate"} MeasureKind */

/** How near to a line's end or a crossing one must point, CSS px. */
const SNAP_PX = { mouse: 10, pen: 12, touch: 24 };
/** What a snapped point may be off, um: the raster of views made from CAD files. */
const SNAPPED_UM = 4;
/** What a free point may be off, CSS px. */
const FREE_PX = 1;
const REST_MS = 120;

/**
 * @typedef {object} MeasureHost
 * @property {Record<string, string>} labels
 * @property {{width_um: number, height_um: number}} page
 * @property {import("./scale-choice.js").SheetScales} scales
 * @property {((box: Box) => string) | undefined} segmentsUrl
 * @property {import("./sheet-overlay.js").SheetOverlay} overlay
 * @property {HTMLElement} surface
 * @property {() => Camera} camera
 * @property {() => void} closed
 * @property {(error: Error) => void} fail
 */

/** Length, area and angle between points of the drawing; never a figure without the scale it holds for. */
export class MeasureTool {
  #host;
  #panel;
  #snap;
  #scale;
  #result = document.createElement("output");
  #hint = document.createElement("p");
  /** @type {Map<MeasureKind, HTMLButtonElement>} */
  #kinds = new Map();
  /** @type {MeasureKind} */
  #kind = "length";
  /** @type {MeasurePoint[]} */
  #points = [];
  #isDone = false;
  /** Where the pointer is, or the middle of the view for the keyboard. @type {MeasurePoint | null} */
  #hover = null;
  #timer = 0;

  /** @param {MeasureHost} host @param {AbortSignal} signal */
  constructor(host, signal) {
    this.#host = host;
    const { labels } = host;
    this.#snap = new SnapField(host.segmentsUrl, signal);
    this.#panel = new FloatPanel("measure", labels.measure, labels.panelClose, () => this.#end(), signal);
    this.#scale = new ScaleChoice(host.scales, labels, {
      change: () => this.#show(),
      calibrate: () => this.#begin("calibrate"),
      calibrated: () => {
        this.#begin("length");
        host.surface.focus({ preventScroll: true });
      },
    }, signal);
    this.#build(signal);
    host.surface.addEventListener("pointermove", (event) => this.#moved(event), { signal });
    host.surface.addEventListener("pointerleave", () => this.#hovered(null), { signal });
    host.surface.addEventListener("keydown", (event) => this.#key(event), { signal });
  }

  get element() {
    return this.#panel.element;
  }

  get isOpen() {
    return this.#panel.isOpen;
  }

  open() {
    this.#panel.open();
    this.#host.surface.dataset.tool = "measure";
    this.#begin(this.#kind === "calibrate" ? "length" : this.#kind);
    this.follow();
    this.#host.surface.focus({ preventScroll: true });
  }

  close() {
    this.#panel.close();
  }

  /** Put a point there. @param {ViewPoint} at @param {"mouse" | "touch" | "pen"} pointer */
  tap(at, pointer) {
    if (this.#isDone) this.#points = [];
    this.#isDone = false;
    this.#points.push(this.#pointAt(at, pointer));
    const most = { length: Infinity, area: Infinity, angle: 3, calibrate: 2 }[this.#kind];
    if (this.#points.length >= most) this.#finish();
    else this.#show();
  }

  /** The way is complete; the next point begins another. */
  #finish() {
    if (this.#points.length < 2) return;
    this.#isDone = true;
    this.#hovered(null);
    if (this.#kind === "calibrate") this.#scale.askLength(lengthOf(this.#points));
    this.#show();
  }

  /** The second tap of two ends a way, at the point of the first. */
  doubleTap() {
    this.#finish();
  }

  /** The view has moved. */
  follow() {
    if (!this.isOpen) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#snap.load(this.#host.camera().box, this.#host.page).catch(this.#host.fail);
    }, REST_MS);
    this.#draw();
  }

  // -- inside ---------------------------------------------------------------------------------------------------------

  /** @param {AbortSignal} signal */
  #build(signal) {
    const { labels } = this.#host;
    const kinds = document.createElement("div");
    kinds.className = "sheet-panel-acts";
    for (const kind of /** @type {const} */ (["length", "area", "angle"])) {
      const button = wordButton(`measure-${kind}`, labels[kind], () => this.#begin(kind), signal);
      this.#kinds.set(kind, button);
      kinds.append(button);
    }
    this.#result.className = "sheet-figure";
    this.#hint.className = "sheet-hint";
    const acts = document.createElement("div");
    acts.className = "sheet-panel-acts";
    acts.append(
      wordButton("measureUndo", labels.measureUndo, () => this.#undo(), signal),
      wordButton("measureFinish", labels.measureFinish, () => this.#finish(), signal),
      wordButton("measureClear", labels.measureClear, () => this.#begin(this.#kind), signal),
    );
    this.#panel.body.append(kinds, this.#scale.element, this.#result, this.#hint, acts);
  }

  /** @param {MeasureKind} kind */
  #begin(kind) {
    this.#kind = kind;
    this.#points = [];
    this.#isDone = false;
    this.#hover = null;
    if (kind !== "calibrate") this.#scale.stopAsking();
    for (const [name, button] of this.#kinds) button.setAttribute("aria-pressed", String(name === kind));
    this.#show();
  }

  #end() {
    clearTimeout(this.#timer);
    this.#points = [];
    this.#hover = null;
    this.#scale.stopAsking();
    delete this.#host.surface.dataset.tool;
    this.#draw();
    this.#host.closed();
  }

  #undo() {
    this.#points.pop();
    this.#isDone = false;
    this.#show();
  }

  /** @param {PointerEvent} event */
  #moved(event) {
    if (!this.isOpen || event.pointerType === "touch" || "dragging" in this.#host.surface.dataset) return;
    const { left, top } = this.#host.surface.getBoundingClientRect();
    this.#hovered(this.#pointAt({ px: event.clientX - left, py: event.clientY - top }, "mouse"));
  }

  /** @param {MeasurePoint | null} point */
  #hovered(point) {
    if (!this.isOpen) return;
    this.#hover = this.#isDone ? null : point;
    this.#show();
  }

  /** Space puts a point in the middle of the view, where the arrow keys bring what is meant. @param {KeyboardEvent} event */
  #key(event) {
    if (!this.isOpen || event.ctrlKey || event.metaKey || event.altKey) return;
    const { width, height } = this.#host.camera();
    const acts = {
      " ": () => this.tap({ px: width / 2, py: height / 2 }, "mouse"),
      Enter: () => this.#finish(),
      Backspace: () => this.#undo(),
      Escape: () => (this.#points.length ? this.#begin(this.#kind) : this.close()),
    };
    const act = acts[/** @type {keyof typeof acts} */ (event.key)];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  /** @param {ViewPoint} at @param {"mouse" | "touch" | "pen"} pointer @returns {MeasurePoint & {kind: string}} */
  #pointAt({ px, py }, pointer) {
    const camera = this.#host.camera();
    const { x_um, y_um } = camera.toSheet(px, py);
    const found = this.#snap.nearest(x_um, y_um, SNAP_PX[pointer] / camera.pxPerUm);
    if (found) return { ...found, error: SNAPPED_UM };
    return { x: x_um, y: y_um, error: FREE_PX / camera.pxPerUm, kind: "free" };
  }

  // -- showing --------------------------------------------------------------------------------------------------------

  #show() {
    this.#result.value = this.#figure();
    this.#hint.textContent = this.#hintText();
    this.#draw();
  }

  /** The figure and, always beside it, the scale; without a scale there is none. */
  #figure() {
    const points = this.#isDone || !this.#hover ? this.#points : [...this.#points, this.#hover];
    if (this.#kind === "calibrate") return "";
    if (points.length < (this.#kind === "length" ? 2 : 3)) return "";
    if (this.#kind === "angle") return angleText(points);
    const { ratio, text } = this.#scale;
    if (!ratio) return "";
    return `${this.#kind === "area" ? areaText(points, ratio) : lengthText(points, ratio)} · ${text}`;
  }

  #hintText() {
    const { labels, scales } = this.#host;
    if (this.#kind === "calibrate") return this.#isDone ? labels.calibrateAsk : labels.calibrateHint;
    if (this.#kind !== "angle" && !this.#scale.ratio) {
      if (scales.isNotToScale) return labels.notToScale;
      return scales.choices.length ? labels.scaleAsk : labels.scaleUnknown;
    }
    const own = this.#kind !== "angle" && this.#scale.isOwn ? ` ${labels.calibratedNote}` : "";
    return `${labels[`${this.#kind}Hint`]}${own}`;
  }

  #draw() {
    const { overlay } = this.#host;
    const points = this.#hover && !this.#isDone ? [...this.#points, this.#hover] : this.#points;
    const path = points.map(({ x, y }, i) => `${i ? "L" : "M"}${x / UM_PER_MM} ${y / UM_PER_MM}`).join("");
    const isClosed = this.#kind === "area" && points.length > 2;
    const dots = this.#points.map(({ x, y }) => `M${x / UM_PER_MM} ${y / UM_PER_MM}h0`).join("");
    const shapes = [
      svgElement("path", { class: isClosed ? "sheet-measure is-area" : "sheet-measure", d: path + (isClosed ? "Z" : "") }),
      svgElement("path", { class: "sheet-measure-dots", d: dots }),
    ];
    overlay.tools.replaceChildren(...(this.isOpen && points.length ? shapes : []));
    overlay.showSnap(this.isOpen ? /** @type {any} */ (this.#hover ?? (this.#isDone ? null : this.#points.at(-1))) : null);
  }
}
