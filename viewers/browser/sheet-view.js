import { MiniMap } from "./mini-map.js";
import { PointerGestures } from "./pointer-gestures.js";
import { ScaleBar } from "./scale-bar.js";
import { SearchBox } from "./search-box.js";
import { SheetLinks } from "./sheet-links.js";
import { SheetOverlay } from "./sheet-overlay.js";
import { SheetPlace, fieldOf } from "./sheet-place.js";
import { SheetText, sizeOf } from "./sheet-text.js";
import { SheetTools } from "./sheet-tools.js";
import { SurfaceSize } from "./surface-size.js";
import { TextLayer } from "./text-layer.js";
import { TextSearch } from "./text-search.js";
import { TileScene } from "./tile-scene.js";
import { ToolBar } from "./tool-bar.js";
import { ViewKeys } from "./view-keys.js";
import { ViewMotion } from "./view-motion.js";
import { WheelGestures } from "./wheel-gestures.js";

/** @import {Box, PageSize, ViewState} from "./sheet-space.js" */
/** @import {Run} from "./sheet-text.js" */
/** @import {ViewPoint} from "./pointer-gestures.js" */

/**
 * @typedef {object} SheetViewOptions
 * @property {PageSize & {layers?: import("./layer-set.js").Layer[]}} page one page of the manifest
 * @property {(level: number, x: number, y: number) => string} tileUrl immutable; 204 or a single pixel is a blank tile
 * @property {(code: string, level: number, x: number, y: number) => string} [layerTileUrl] tiles with the layers of a
 *   set (see layer-set.js); without it layers cannot be switched
 * @property {import("./sheet-place.js").SheetGrid} [grid] fields of the sheet
 * @property {import("./scale-choice.js").SheetScales} [scales] what the sheet may be measured at
 * @property {(box: Box) => string} [segmentsUrl] lines of a region, `{segments: [[x0, y0, x1, y1]], is_cut}`, um
 * @property {(region: Box) => string} [regionLink] an address that opens a region; without it none can be chosen
 * @property {(region: Box, paper: string) => string} [printUrl] a region for printing on A4 or A3
 * @property {string} thumbUrl shown until tiles come
 * @property {string} [textUrl] `text/<page>.json`; fetched when it is first needed
 * @property {Record<SheetLabel, string>} labels every word that is shown or read out
 * @property {string} [hash] where to look first; see {@link SheetView#hash}
 * @property {boolean} [overview] show the overview from the start
 * @property {(state: ViewState) => void} [onView]
 * @property {(point: {x_um: number, y_um: number}) => void} [onPoint]
 */
/**
 * @typedef {"sheet" | "tools" | "zoomIn" | "zoomOut" | "trueSize" | "fit" | "fitWidth" | "search" | "searchNext" |
 *   "searchPrevious" | "searchClose" | "searchNone" | "selectText" | "overview" | "rail" | "panelClose" | "layers" |
 *   "layersFind" | "layersAll" | "layersNone" | "layersReset" | "layersOnly" | "measure" | "length" | "area" | "angle" |
 *   "lengthHint" | "areaHint" | "angleHint" | "measureUndo" | "measureFinish" | "measureClear" | "scale" |
 *   "scaleChoose" | "scaleAsk" | "scaleUnknown" | "notToScale" | "onPaper" | "calibrate" | "calibrated" |
 *   "calibrateHint" | "calibrateAsk" | "calibrateLength" | "calibrateTake" | "gridComputed" | "gridComputedShort" | "region" |
 *   "regionHint" | "regionChosen" | "regionView" | "regionClear" | "regionLink" | "regionCopy" | "regionCopied" |
 *   "regionPrint"} SheetLabel
 */

/** A wheel and the arrow keys come in quick steps: the way between two is short. */
const STEP_MS = 110;
/** The text layer is brought up to date when the view has rested for this long. */
const REST_MS = 150;
/** Found text is shown at least this high, CSS px. */
const LEGIBLE_PX = 14;
/** Free space around a box that is gone to, CSS px. */
const BOX_MARGIN_PX = 24;
/** Between the tools and the drawing, and between the tools and the edge, CSS px. */
const FOOT_GAP_PX = 12;
/** How near to a run one must double-click, CSS px. */
const TEXT_SLACK_PX = 2;

/**
 * One sheet, to be looked at: pan, zoom, search, copy text. Knows nothing of projects.
 *
 * Events: `view` (detail: state) after each change of view, `ready` when all tiles of the view are drawn (again after
 * each change), `point` (detail: x_um, y_um) for a click or tap, `layers` (detail: code) when others are drawn,
 * `region` (detail: region) when another is chosen, `link` (detail: index) for a click or tap on one of the links, `error` (detail: error and what it concerns).
 */
export class SheetView extends EventTarget {
  #element;
  #options;
  #end = new AbortController();
  #surface = document.createElement("div");
  #canvas = document.createElement("canvas");
  #motion;
  #scene;
  #overlay = new SheetOverlay();
  #text;
  #textLayer;
  #found;
  #bar = new ScaleBar();
  #place;
  #links;
  #map;
  #tools;
  #rail;
  #search;
  #size;
  #isTextMode = false;
  #isReady = false;
  #hasMoved = true;
  /** Where to look once the view has a size. @type {Box | null} */
  #firstLook = null;
  #frameId = 0;
  #restTimer = 0;

  /** @param {HTMLElement} element an empty, sized element @param {SheetViewOptions} options */
  constructor(element, options) {
    super();
    this.#element = element;
    this.#options = options;
    const { page, labels, thumbUrl } = options;
    const { signal } = this.#end;
    this.#motion = new ViewMotion(page, () => this.#moved());
    this.#scene = new TileScene(this.#canvas, options, {
      onChange: () => this.#invalidate(),
      onError: (error, what) => this.#fail(error, what),
    }, signal);
    this.#text = new SheetText(options.textUrl, signal);
    this.#found = new TextSearch(this.#text);
    this.#textLayer = new TextLayer(this.#overlay.texts, this.#surface, signal);
    this.#map = new MiniMap(page, thumbUrl, (x_um, y_um) => this.#motion.jump({ ...this.state, x_um, y_um }), signal);
    this.#tools = new ToolBar(labels, this.#toolTarget(), signal);
    this.#links = new SheetLinks(this.#overlay.links, this.#surface, () => this.#motion.camera, signal);
    this.#place = new SheetPlace(page, options.grid, labels, this.#surface, signal);
    this.#rail = new SheetTools(this.#toolHost(), signal);
    this.#search = new SearchBox(labels, {
      search: (text) => this.search(text),
      next: () => this.next(),
      previous: () => this.previous(),
      close: () => this.#endSearch(),
    }, signal);
    this.#build(labels);
    this.#listen(signal);
    this.#size = new SurfaceSize(this.#surface, (size) => this.#resize(size));
    if (options.hash) this.openHash(options.hash);
    this.overview = options.overview ?? false;
  }

  /** Where one looks; during a movement, where it is now. @returns {ViewState} */
  get state() {
    return this.#motion.camera.state;
  }

  /** The view as a short text for an address: `x,y,zoom` in um and parts of true size. */
  get hash() {
    const { x_um, y_um, scale } = this.#motion.aim.state;
    return `${Math.round(x_um)},${Math.round(y_um)},${Number(scale.toPrecision(4))}`;
  }

  /** Look where {@link hash} said. @param {string} hash @returns {boolean} false when it cannot be read */
  openHash(hash) {
    const parts = hash.replace(/^#/u, "").split(",");
    const [x_um, y_um, scale] = parts.map(Number);
    if (parts.length !== 3 || parts.includes("") || ![x_um, y_um, scale].every(Number.isFinite) || scale <= 0) return false;
    this.#motion.jump({ x_um, y_um, scale });
    return true;
  }

  /** An SVG group in sheet space for marks: mm from the lower left, y up; follows the view. */
  get overlay() {
    return this.#overlay.marks;
  }

  /** The page that is shown. */
  get page() {
    return this.#options.page;
  }

  /** The field of the sheet's grid at a point, as `C3`; empty where the page has no grid. @param {number} x_um @param {number} y_um */
  gridReferenceAt(x_um, y_um) {
    const { grid } = this.#options;
    return grid ? fieldOf(grid, x_um, y_um) : "";
  }

  /** Runs of text that are selected on the sheet; in reading order. */
  get selectedRuns() {
    return this.#textLayer.selected;
  }

  /** Tiles of the view: `level`, `visible`, `missing`; decoded `bytes`; `isStarted` once anything has been drawn. */
  get progress() {
    return this.#scene.progress;
  }

  /** Which layers are drawn: a code for addresses (see layer-set.js); empty for those that the file shows. */
  get layerCode() {
    return this.#rail.layerCode;
  }

  /** @param {string} code one of another page is not taken */
  set layerCode(code) {
    this.#rail.layerCode = code;
  }

  /** The region that is ringed; um. @returns {Box | null} */
  get region() {
    return this.#rail.region;
  }

  /** Ring a region and look at it; or ring none. @param {Box | null} region */
  set region(region) {
    this.#rail.region = region;
    if (!region) return;
    if (this.#motion.isSized) this.goTo(region);
    else this.#firstLook = region;
  }

  /** Places that lead elsewhere; a click or tap on one is a `link`. */
  get links() {
    return this.#links.items;
  }

  /** @param {import("./sheet-links.js").SheetLink[]} links */
  set links(links) {
    this.#links.items = links;
  }

  get overview() {
    return this.#map.isShown;
  }

  /** @param {boolean} isShown */
  set overview(isShown) {
    this.#map.isShown = isShown;
    this.#tools.setPressed("overview", isShown);
    this.#moved();
  }

  get textMode() {
    return this.#isTextMode;
  }

  /** Let text be selected by dragging over it; elsewhere a drag still pans. @param {boolean} isOn */
  set textMode(isOn) {
    this.#isTextMode = isOn;
    this.#tools.setPressed("selectText", isOn);
    this.#surface.toggleAttribute("data-selecting", isOn);
    if (isOn) this.#rested();
    else this.#textLayer.clear();
  }

  fit() {
    this.#motion.fit("fit");
  }

  fitWidth() {
    this.#motion.fit("width");
  }

  /** @param {number} factor @param {ViewPoint} [centre] CSS px in the view; its middle if left out */
  zoomBy(factor, centre) {
    const { width, height } = this.#motion.camera;
    this.#motion.zoomBy(factor, centre ?? { px: width / 2, py: height / 2 });
  }

  /** Look at a point (keeping the scale unless one is given), or at a box. @param {{x_um: number, y_um: number, scale?: number} | Box} place */
  goTo(place) {
    const { camera, aim } = this.#motion;
    if ("x0" in place) this.#motion.go(camera.showing(place, BOX_MARGIN_PX));
    else this.#motion.go({ scale: aim.state.scale, ...place });
  }

  /** @param {Box[]} boxes */
  highlight(boxes) {
    this.#overlay.highlight(boxes);
  }

  /** Find text, highlight it and look at the first match. @param {string} text @returns {Promise<Run[]>} in reading order */
  async search(text) {
    try {
      if (!(await this.#found.find(text)) || this.#end.signal.aborted) return [];
    } catch (error) {
      this.#fail(/** @type {Error} */ (error), { text: true });
      return [];
    }
    this.#showMatch();
    if (!text.trim()) this.#search.showNothing();
    return this.#found.matches;
  }

  next() {
    if (this.#found.step(1)) this.#showMatch();
  }

  previous() {
    if (this.#found.step(-1)) this.#showMatch();
  }

  /** End everything under way and leave the element empty. */
  destroy() {
    this.#end.abort();
    this.#size.disconnect();
    cancelAnimationFrame(this.#frameId);
    clearTimeout(this.#restTimer);
    this.#search.destroy();
    this.#scene.close();
    this.#canvas.width = this.#canvas.height = 0; // gives its memory back now
    this.#element.replaceChildren();
    this.#element.classList.remove("sheet-view");
  }

  // -- building -----------------------------------------------------------------------------------------------------

  /** @param {Record<string, string>} labels */
  #build(labels) {
    this.#surface.className = "sheet-surface";
    this.#surface.tabIndex = 0;
    this.#surface.setAttribute("role", "group");
    this.#surface.setAttribute("aria-label", labels.sheet);
    this.#canvas.setAttribute("role", "img");
    this.#canvas.setAttribute("aria-label", labels.sheet);
    this.#surface.append(this.#canvas, this.#overlay.element);
    this.#element.classList.add("sheet-view");
    this.#element.replaceChildren(
      this.#surface, ...this.#rail.elements, this.#search.element, this.#map.element, this.#place.element,
      this.#bar.element, this.#tools.element,
    );
    this.#scene.ground = getComputedStyle(this.#element).getPropertyValue("--sheet-ground").trim() || "#f4f5f7";
  }

  /** @param {AbortSignal} signal */
  #listen(signal) {
    const motion = this.#motion;
    new PointerGestures(this.#surface, {
      toSheet: ({ px, py }) => motion.camera.toSheet(px, py),
      scale: () => motion.camera.state.scale,
      hold: (anchor, at, scale) => motion.jump(motion.camera.holding(anchor, at, scale)),
      stop: () => motion.stop(),
      tap: (at, pointer) => this.#rail.takesTap(at, pointer, false) || this.#openLink(at, pointer) || this.#point(at),
      doubleTap: (at, isTouch) => this.#doubleTap(at, isTouch),
    }, signal);
    new WheelGestures(this.#surface, {
      zoomBy: (factor, at, isSmooth) => motion.zoomBy(factor, at, isSmooth ? STEP_MS : 0),
      panBy: (dx, dy) => motion.panBy(dx, dy, 0),
    }, signal);
    new ViewKeys(this.#element, {
      zoomBy: (factor) => this.zoomBy(factor),
      panBy: (dx, dy) => motion.panBy(dx, dy, STEP_MS),
      fit: () => this.fit(),
      trueSize: () => this.#trueSize(),
      openSearch: () => this.#search.open(),
    }, signal);
    this.#surface.addEventListener("pointerdown", () => this.#surface.focus({ preventScroll: true }), { signal });
    addEventListener("online", () => this.#scene.retry(), { signal });
  }

  #toolTarget() {
    return {
      zoomIn: () => this.zoomBy(1.5),
      zoomOut: () => this.zoomBy(1 / 1.5),
      fit: () => this.fit(),
      fitWidth: () => this.fitWidth(),
      trueSize: () => this.#trueSize(),
      search: () => (this.#search.isOpen ? this.#search.close() : this.#search.open()),
      selectText: () => (this.textMode = !this.textMode),
      overview: () => (this.overview = !this.overview),
    };
  }

  #toolHost() {
    const { page, labels, tileUrl, layerTileUrl } = this.#options;
    const layered = (/** @type {string} */ code) => (/** @type {[number, number, number]} */ ...tile) =>
      layerTileUrl?.(code, ...tile) ?? tileUrl(...tile);
    return {
      page: { ...page, layers: layerTileUrl ? page.layers : [] },
      labels,
      drawLayers: (/** @type {string} */ code) => {
        this.#isReady = false;
        this.#scene.use(code ? layered(code) : tileUrl, !code);
      },
      warmLayers: (/** @type {string} */ code) => this.#scene.warm(layered(code)),
      tell: (/** @type {string} */ type, /** @type {object} */ detail) =>
        this.dispatchEvent(new CustomEvent(type, { detail })),
      focus: () => this.#surface.focus({ preventScroll: true }),
      fail: (/** @type {Error} */ error) => this.#fail(error, { tool: true }),
      scales: this.#options.scales ?? { choices: [], isNotToScale: false },
      segmentsUrl: this.#options.segmentsUrl,
      hasRegions: Boolean(this.#options.regionLink),
      regionLink: (/** @type {Box} */ region) => this.#options.regionLink?.(region) ?? "",
      printUrl: (/** @type {Box} */ region, /** @type {string} */ paper) => this.#options.printUrl?.(region, paper) ?? "",
      overlay: this.#overlay,
      surface: this.#surface,
      camera: () => this.#motion.camera,
    };
  }

  #trueSize() {
    this.#motion.go({ ...this.#motion.aim.state, scale: 1 });
  }

  // -- drawing ------------------------------------------------------------------------------------------------------

  /** @param {{width: number, height: number, deviceWidth: number, deviceHeight: number}} size */
  #resize({ width, height, deviceWidth, deviceHeight }) {
    this.#canvas.width = deviceWidth;
    this.#canvas.height = deviceHeight;
    const foot = this.#tools.element.offsetHeight + 2 * FOOT_GAP_PX;
    this.#motion.resize({ width, height, pixelRatio: deviceWidth / width, foot });
    if (this.#firstLook) this.#motion.jump(this.#motion.camera.showing(this.#firstLook, BOX_MARGIN_PX));
    this.#firstLook = null;
    this.#frame(performance.now()); // a resized canvas is empty: draw before it is shown
  }

  #moved() {
    this.#hasMoved = true;
    this.#isReady = false;
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
    this.#scene.show(motion.camera, motion.aim);
    if (this.#hasMoved) this.#follow();
    const { visible, missing } = this.#scene.progress;
    if (!motion.isMoving && !this.#isReady && visible && !missing) {
      this.#isReady = true;
      this.dispatchEvent(new CustomEvent("ready"));
    }
  }

  #follow() {
    this.#hasMoved = false;
    const { camera } = this.#motion;
    for (const part of [this.#overlay, this.#bar, this.#map, this.#place, this.#rail]) part.follow(camera);
    this.#tools.showScale(camera.state.scale);
    clearTimeout(this.#restTimer);
    this.#restTimer = setTimeout(() => this.#rested(), REST_MS);
    const detail = this.state;
    this.#options.onView?.(detail);
    this.dispatchEvent(new CustomEvent("view", { detail }));
  }

  async #rested() {
    if (!this.#isTextMode) return;
    try {
      const runs = await this.#text.runs();
      if (this.#isTextMode && !this.#end.signal.aborted) this.#textLayer.show(runs, this.#motion.camera);
    } catch (error) {
      this.#fail(/** @type {Error} */ (error), { text: true });
    }
  }

  // -- pointing and finding -----------------------------------------------------------------------------------------

  /** @param {ViewPoint} at @param {"mouse" | "pen" | "touch"} pointer @returns {boolean} whether there is one */
  #openLink(at, pointer) {
    const index = this.#isTextMode ? -1 : this.#links.at(at, pointer);
    if (index < 0) return false;
    this.dispatchEvent(new CustomEvent("link", { detail: { index } }));
    return true;
  }

  /** @param {ViewPoint} at */
  #point({ px, py }) {
    if (!this.#isTextMode) this.#textLayer.clear();
    const { x_um, y_um } = this.#motion.camera.toSheet(px, py);
    const detail = { x_um: Math.round(x_um), y_um: Math.round(y_um) };
    this.#options.onPoint?.(detail);
    this.dispatchEvent(new CustomEvent("point", { detail }));
  }

  /** On text, select it; elsewhere, and by touch, zoom in. @param {ViewPoint} at @param {boolean} isTouch */
  async #doubleTap(at, isTouch) {
    if (this.#rail.takesTap(at, isTouch ? "touch" : "mouse", true)) return;
    const { x_um, y_um } = this.#motion.camera.toSheet(at.px, at.py);
    const slack = TEXT_SLACK_PX / this.#motion.camera.pxPerUm;
    const run = isTouch ? null : await this.#text.at(x_um, y_um, slack).catch(() => null);
    if (this.#end.signal.aborted) return;
    if (run) this.#textLayer.select(run);
    else this.#motion.zoomBy(2, at);
  }

  #showMatch() {
    const { matches, current } = this.#found;
    this.#overlay.highlight(matches.map((match) => match.box), current);
    this.#search.show(current, matches.length);
    if (current < 0) return;
    const { box } = matches[current];
    const { state, pxPerUm } = this.#motion.aim;
    const legible = (state.scale * LEGIBLE_PX) / Math.max(1, sizeOf(matches[current]).height * pxPerUm);
    const scale = Math.max(state.scale, legible);
    this.#motion.go({ x_um: (box.x0 + box.x1) / 2, y_um: (box.y0 + box.y1) / 2, scale });
  }

  #endSearch() {
    this.#found.clear();
    this.#overlay.highlight([]);
    this.#surface.focus({ preventScroll: true });
  }

  /** @param {Error} error @param {object} what */
  #fail(error, what) {
    if (this.#end.signal.aborted) return;
    this.dispatchEvent(new CustomEvent("error", { detail: { error, ...what } }));
  }
}
