import { iconButton } from "../icons.js";
import { ScaleBar } from "../scale-bar.js";
import { SurfaceSize } from "../surface-size.js";
import { steer, steerByKeys } from "../view-input.js";
import { ViewMotion } from "../view-motion.js";
import { IDENTITY, boxAround, cornersOf } from "./affine.js";
import { Blinker } from "./blinker.js";
import { InkMix } from "./ink-mix.js";
import { RegionLayer } from "./region-layer.js";
import { SheetPlate } from "./sheet-plate.js";
import { SwipeHandle } from "./swipe-handle.js";

/** @import {Box, ViewState} from "../sheet-space.js" */
/** @import {Affine} from "./affine.js" */
/** @import {Tones} from "./ink-mix.js" */
/** @import {ViewPoint} from "../pointer-gestures.js" */
/** @import {PlateSource} from "./sheet-plate.js" */

/** @typedef {"side" | "overlay" | "swipe" | "blink"} Mode */
/** @type {Mode[]} */
export const MODES = ["side", "overlay", "swipe", "blink"];
const SIDES = /** @type {const} */ (["before", "after"]);

/**
 * A region: where it is on the first sheet (um there) and on the second.
 * @typedef {{id: string, number: string, look: string, before: Box, after: Box}} CompareRegion
 */
/**
 * @typedef {object} CompareOptions
 * @property {PlateSource & {label: string}} before
 * @property {PlateSource & {label: string}} after
 * @property {Affine} [affine] from the first sheet to the second
 * @property {Record<"sheet" | "tools" | "zoomIn" | "zoomOut" | "trueSize" | "fit" | "handle", string>} labels
 * @property {string} [hash] where to look first
 */

/** A mix that forgives is drawn when the view has rested for this long. */
const REST_MS = 140;
/** Free space around a region that is gone to, in parts of its longer side; at least this many um. */
const AROUND = 0.5;
const AROUND_UM = 30_000;
/** Rings keep off the ink by this much, um. */
const OFF_UM = 700;

/**
 * Two sheets in one view. Its space is that of the second; the first lies in it as the registration says, in every mode.
 *
 * Events: `mode` (detail: mode), `region` (detail: id; the one that was clicked or tapped), `view`, `ready` (all tiles
 * are drawn), `shown` (detail: side, isRunning; while blinking), `error`.
 */
export class CompareView extends EventTarget {
  #element;
  #end = new AbortController();
  #motion;
  #affine;
  /** @type {Record<"before" | "after", {pane: HTMLElement, surface: HTMLElement, plate: SheetPlate, rings: RegionLayer, page: import("../sheet-space.js").PageSize}>} */
  #sides;
  #mix = new InkMix();
  #bar = new ScaleBar();
  #percent = document.createElement("button");
  #handle;
  #blinker;
  #size;
  /** @type {Mode} */
  #mode = "overlay";
  /** @type {Map<string, CompareRegion>} */
  #regions = new Map();
  #isReady = false;
  #hasRested = false;
  #frameId = 0;
  #restTimer = 0;
  /** Where to look once there is a size. @type {Box | null} */
  #firstLook = null;

  /** @param {HTMLElement} element an empty, sized element @param {CompareOptions} options */
  constructor(element, options) {
    super();
    this.#element = element;
    this.#affine = options.affine ?? IDENTITY;
    const { signal } = this.#end;
    this.#motion = new ViewMotion(options.after.page, () => this.#moved());
    this.#sides = { before: this.#side("before", options, this.#affine), after: this.#side("after", options, IDENTITY) };
    this.#sides.after.surface.prepend(this.#mix.canvas);
    this.#mix.canvas.className = "compare-mix";
    this.#handle = new SwipeHandle(options.labels.handle, (part) => this.#swipe(part), signal);
    this.#blinker = new Blinker((side, isRunning) => {
      this.#element.dataset.shown = side;
      this.dispatchEvent(new CustomEvent("shown", { detail: { side, isRunning } }));
    });
    this.#build(options.labels);
    this.#listen();
    this.#size = new SurfaceSize(this.#sides.after.surface, (size) => this.#resize(size));
    this.mode = "overlay";
    if (options.hash) this.openHash(options.hash);
  }

  get mode() {
    return this.#mode;
  }

  /** @param {Mode} mode */
  set mode(mode) {
    const before = this.#mode;
    this.#mode = mode;
    this.#element.dataset.mode = mode;
    this.#handle.element.hidden = mode !== "swipe";
    this.#swipe(this.#handle.part);
    if (mode !== "blink") this.#blinker.reset();
    else if (before !== mode && !matchMedia("(prefers-reduced-motion: reduce)").matches) this.#blinker.start();
    this.#ground();
    this.#moved();
    if (before !== mode) this.dispatchEvent(new CustomEvent("mode", { detail: { mode } }));
  }

  get blinker() {
    return this.#blinker;
  }

  /** How strongly the first, the second and what both have is shown in the overlay. @returns {Tones} */
  get tones() {
    return this.#mix.tones;
  }

  /** @param {Tones} tones */
  set tones(tones) {
    this.#mix.tones = tones;
    this.#invalidate();
  }

  /** @returns {ViewState} */
  get state() {
    return this.#motion.camera.state;
  }

  /** The whole sheet is kept in view, whatever size that has. */
  get isFitted() {
    return this.#motion.isFitted;
  }

  /** The view as a short text for an address, as `SheetView#hash`. */
  get hash() {
    return this.#motion.hash;
  }

  /** @param {string} hash @returns {boolean} false when it cannot be read */
  openHash(hash) {
    return this.#motion.openHash(hash);
  }

  /** Tiles of both sheets: `visible`, `missing`. */
  get progress() {
    const [one, other] = SIDES.map((side) => this.#sides[side].plate.progress);
    return { visible: one.visible + other.visible, missing: one.missing + other.missing, bytes: one.bytes + other.bytes };
  }

  /** Where a point of a sheet lies in its pane, CSS px. @param {"before" | "after"} side @param {number} x @param {number} y */
  placeOf(side, x, y) {
    const [[left, up]] = cornersOf(side === "before" ? this.#affine : IDENTITY, { x0: x, y0: y, x1: x, y1: y });
    return this.#motion.camera.toView(left, up);
  }

  /** Ring these and no others. @param {CompareRegion[]} regions */
  show(regions) {
    this.#regions = new Map(regions.map((region) => [region.id, region]));
    for (const side of SIDES) {
      const affine = side === "before" ? this.#affine : IDENTITY;
      const rings = regions.map((region) => ({ ...region, corners: cornersOf(affine, grown(region[side], OFF_UM)) }));
      this.#sides[side].rings.show(rings);
    }
    this.#moved();
  }

  /** Choose a region and look at it; or none. @param {string} id @param {{isGoing?: boolean}} [how] */
  choose(id, { isGoing = true } = {}) {
    for (const side of SIDES) this.#sides[side].rings.choose(id);
    const region = this.#regions.get(id);
    if (region && isGoing) this.#goTo(region);
    this.#moved();
  }

  fit() {
    this.#motion.fit("fit");
  }

  /** @param {number} factor */
  zoomBy(factor) {
    this.#motion.zoomBy(factor);
  }

  focus() {
    this.#sides.after.surface.focus({ preventScroll: true });
  }

  /** End everything under way and leave the element empty. */
  destroy() {
    this.#end.abort();
    this.#size.disconnect();
    this.#blinker.stop();
    cancelAnimationFrame(this.#frameId);
    clearTimeout(this.#restTimer);
    for (const side of SIDES) this.#sides[side].plate.close();
    this.#mix.canvas.width = this.#mix.canvas.height = 0;
    this.#element.replaceChildren();
    this.#element.classList.remove("sheet-view", "compare-view");
  }

  // -- building -----------------------------------------------------------------------------------------------------

  /** @param {"before" | "after"} side @param {CompareOptions} options @param {Affine} affine */
  #side(side, options, affine) {
    const source = options[side];
    const listener = {
      onChange: () => this.#invalidate(),
      onError: (/** @type {Error} */ error, /** @type {object} */ what) =>
        this.dispatchEvent(new CustomEvent("error", { detail: { error, side, ...what } })),
    };
    const plate = new SheetPlate(source, affine, listener, this.#end.signal);
    const pane = document.createElement("div");
    pane.className = "compare-pane";
    pane.dataset.side = side;
    const surface = document.createElement("div");
    surface.className = "sheet-surface";
    surface.tabIndex = 0;
    surface.setAttribute("role", "group");
    surface.setAttribute("aria-label", `${options.labels.sheet}: ${source.label}`);
    const rings = new RegionLayer();
    const tag = document.createElement("p");
    tag.className = "compare-tag";
    tag.textContent = source.label;
    surface.append(plate.canvas, rings.element);
    pane.append(surface, tag);
    return { pane, surface, plate, rings, page: source.page };
  }

  /** @param {CompareOptions["labels"]} labels */
  #build(labels) {
    const { signal } = this.#end;
    const tools = document.createElement("div");
    tools.className = "sheet-tools";
    tools.setAttribute("role", "group");
    tools.setAttribute("aria-label", labels.tools);
    this.#percent.type = "button";
    this.#percent.className = "sheet-button sheet-percent";
    this.#percent.title = labels.trueSize;
    this.#percent.addEventListener("click", () => this.#motion.trueSize(), { signal });
    tools.append(
      iconButton("zoomOut", labels.zoomOut, () => this.zoomBy(1 / 1.5), signal),
      this.#percent,
      iconButton("zoomIn", labels.zoomIn, () => this.zoomBy(1.5), signal),
      iconButton("fit", labels.fit, () => this.fit(), signal),
    );
    this.#element.classList.add("sheet-view", "compare-view");
    this.#element.replaceChildren(this.#sides.before.pane, this.#sides.after.pane, this.#handle.element, this.#bar.element, tools);
  }

  #listen() {
    const { signal } = this.#end;
    const motion = this.#motion;
    for (const side of SIDES) {
      const target = { tap: (/** @type {ViewPoint} */ at) => this.#tap(side, at), doubleTap: (/** @type {ViewPoint} */ at) => motion.zoomBy(2, at) };
      steer(this.#sides[side].surface, motion, target, signal);
    }
    steerByKeys(this.#element, motion, () => undefined, signal);
    addEventListener("online", () => SIDES.forEach((side) => this.#sides[side].plate.retry()), { signal });
  }

  /** @param {"before" | "after"} side @param {{px: number, py: number}} at */
  #tap(side, { px, py }) {
    const { camera } = this.#motion;
    const { x_um, y_um } = camera.toSheet(px, py);
    const id = this.#sides[side].rings.at(x_um, y_um, camera);
    if (id) this.dispatchEvent(new CustomEvent("region", { detail: { id } }));
  }

  /** @param {CompareRegion} region */
  #goTo(region) {
    const around = boxAround([...cornersOf(this.#affine, region.before), ...cornersOf(IDENTITY, region.after)]);
    const margin = Math.max(AROUND_UM, AROUND * Math.max(around.x1 - around.x0, around.y1 - around.y0));
    const box = grown(around, margin);
    if (this.#motion.isSized) this.#motion.go(this.#motion.camera.showing(box, 0));
    else this.#firstLook = box;
  }

  /** @param {number} part */
  #swipe(part) {
    if (!this.#sides) return;
    this.#sides.after.pane.style.clipPath = this.#mode === "swipe" ? `inset(0 0 0 ${part * 100}%)` : "";
  }

  /** Two inks are mixed on white paper; elsewhere the paper lies on its ground. */
  #ground() {
    const ground = getComputedStyle(this.#element).getPropertyValue("--sheet-ground").trim() || "#f4f5f7";
    this.#mix.ground = ground;
    for (const side of SIDES) this.#sides[side].plate.ground = this.#mode === "overlay" ? "#ffffff" : ground;
  }

  // -- drawing ------------------------------------------------------------------------------------------------------

  /** @param {{width: number, height: number, deviceWidth: number, deviceHeight: number}} size */
  #resize({ width, height, deviceWidth, deviceHeight }) {
    for (const side of SIDES) this.#sides[side].plate.resize(deviceWidth, deviceHeight);
    this.#mix.resize(deviceWidth, deviceHeight);
    this.#motion.resize({ width, height, pixelRatio: deviceWidth / width, foot: 56 });
    if (this.#firstLook) this.#motion.jump(this.#motion.camera.showing(this.#firstLook, 0));
    this.#firstLook = null;
    this.#frame(performance.now()); // resized canvases are empty: draw before they are shown
  }

  #moved() {
    this.#isReady = false;
    this.#hasRested = false;
    clearTimeout(this.#restTimer);
    this.#restTimer = setTimeout(() => {
      this.#hasRested = true;
      this.#invalidate();
    }, REST_MS);
    this.#invalidate();
  }

  #invalidate() {
    if (this.#frameId || this.#end.signal.aborted) return;
    this.#frameId = requestAnimationFrame((now) => this.#frame(now));
  }

  /** @param {number} now */
  #frame(now) {
    cancelAnimationFrame(this.#frameId);
    this.#frameId = 0;
    const motion = this.#motion;
    if (!motion.isSized) return;
    motion.step(now);
    for (const side of SIDES) {
      this.#sides[side].plate.show(motion.camera, motion.aim);
      this.#sides[side].rings.follow(motion.camera);
    }
    if (this.#mode === "overlay") this.#blend();
    this.#bar.follow(motion.camera);
    this.#showScale();
    this.dispatchEvent(new CustomEvent("view", { detail: this.state }));
    const { visible, missing } = this.progress;
    if (!motion.isMoving && !this.#isReady && visible && !missing) {
      this.#isReady = true;
      this.dispatchEvent(new CustomEvent("ready"));
    }
  }

  #blend() {
    const { camera } = this.#motion;
    const { before, after } = this.#sides;
    const whole = (/** @type {import("../sheet-space.js").PageSize} */ page) => ({ x0: 0, y0: 0, x1: page.width_um, y1: page.height_um });
    const paper = boxAround([...cornersOf(this.#affine, whole(before.page)), ...cornersOf(IDENTITY, whole(after.page))]);
    const [corner, end] = [camera.toView(paper.x0, paper.y1), camera.toView(paper.x1, paper.y0)];
    const ratio = camera.pixelRatio;
    const place = { x: corner.px * ratio, y: corner.py * ratio, width: (end.px - corner.px) * ratio, height: (end.py - corner.py) * ratio };
    const isForgiving = this.#affine.some((part, n) => Math.abs(part - IDENTITY[n]) > 1e-9);
    this.#mix.paint(before.plate.canvas, after.plate.canvas, place, { isMoving: !this.#hasRested, isForgiving });
  }

  #showScale() {
    const percent = this.state.scale * 100;
    const text = `${percent < 10 ? percent.toFixed(1) : Math.round(percent)}%`;
    if (this.#percent.textContent !== text) this.#percent.textContent = text;
  }
}

/** @param {Box} box @param {number} by um @returns {Box} */
function grown({ x0, y0, x1, y1 }, by) {
  return { x0: x0 - by, y0: y0 - by, x1: x1 + by, y1: y1 + by };
}
