import { MiniMap } from "./mini-map.js";
import { ScaleBar } from "./scale-bar.js";
import { SheetLinks } from "./sheet-links.js";
import { SheetOverlay } from "./sheet-overlay.js";
import { SheetPlace, fieldOf } from "./sheet-place.js";
import { SheetReader } from "./sheet-reader.js";
import { SheetTools } from "./sheet-tools.js";
import { SurfaceSize } from "./surface-size.js";
import { TileScene } from "./tile-scene.js";
import { ToolBar } from "./tool-bar.js";
import { steer, steerByKeys } from "./view-input.js";
import { ViewMotion } from "./view-motion.js";

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
 *   "searchPrevious" | "searchClose" | "searchNone" | "searchHidden" | "searchShow" | "selectText" | "overview" | "rail" | "panelClose" | "layers" |
 *   "layersFind" | "layersAll" | "layersNone" | "layersReset" | "layersOnly" | "measure" | "length" | "area" | "angle" |
 *   "lengthHint" | "areaHint" | "angleHint" | "measureUndo" | "measureFinish" | "measureClear" | "scale" |
 *   "scaleChoose" | "scaleAsk" | "scaleUnknown" | "notToScale" | "onPaper" | "calibrate" | "calibrated" |
 *   "calibrateHint" | "calibrateAsk" | "calibrateLength" | "calibrateTake" | "gridComputed" | "gridComputedShort" | "region" |
 *   "regionHint" | "regionChosen" | "regionView" | "regionClear" | "regionLink" | "regionCopy" | "regionCopied" |
 *   "regionPrint"} SheetLabel
 */

/** Free space around a box that is gone to, CSS px. */
const BOX_MARGIN_PX = 24;
/** Between the tools and the drawing, and between the tools and the edge, CSS px. */
const FOOT_GAP_PX = 12;

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
  #reader;
  #bar = new ScaleBar();
  #place;
  #links;
  #map;
  #tools;
  #rail;
  #size;
  #isReady = false;
  #hasMoved = true;
  /** Where to look once the view has a size. @type {Box | null} */
  #firstLook = null;
  #frameId = 0;

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
    this.#map = new MiniMap(page, thumbUrl, (x_um, y_um) => this.#motion.jump({ ...this.state, x_um, y_um }), signal);
    this.#tools = new ToolBar(labels, this.#toolTarget(), signal);
    this.#links = new SheetLinks(this.#overlay.links, this.#surface, () => this.#motion.camera, signal);
    this.#place = new SheetPlace(page, options.grid, labels, this.#surface, signal);
    this.#rail = new SheetTools(this.#toolHost(), signal);
    this.#reader = new SheetReader(this.#readingHost(), signal);
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
    return this.#motion.hash;
  }

  /** Look where {@link hash} said. @param {string} hash @returns {boolean} false when it cannot be read */
  openHash(hash) {
    return this.#motion.openHash(hash);
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
    return this.#reader.selected;
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

  /** Whether a layer of the page is drawn; what lies on none (-1) is. @param {number} layer */
  isDrawn(layer) {
    return this.#rail.hiddenLayer(layer) === "";
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

  /** What of the page is in view; um. @returns {Box} */
  get viewBox() {
    const { width_um, height_um } = this.#options.page;
    const { x0, y0, x1, y1 } = this.#motion.camera.box;
    return { x0: Math.max(x0, 0), y0: Math.max(y0, 0), x1: Math.min(x1, width_um), y1: Math.min(y1, height_um) };
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
    return this.#reader.isSelecting;
  }

  /** Let text be selected by dragging over it; elsewhere a drag still pans. @param {boolean} isOn */
  set textMode(isOn) {
    this.#tools.setPressed("selectText", isOn);
    this.#reader.isSelecting = isOn;
  }

  fit() {
    this.#motion.fit("fit");
  }

  fitWidth() {
    this.#motion.fit("width");
  }

  /** @param {number} factor @param {ViewPoint} [centre] CSS px in the view; its middle if left out */
  zoomBy(factor, centre) {
    this.#motion.zoomBy(factor, centre);
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

  /** Find text, highlight it and look at the first match. @param {string} text @returns {Promise<Run[]>} drawn ones first, each in reading order */
  search(text) {
    return this.#reader.search(text);
  }

  next() {
    this.#reader.step(1);
  }

  previous() {
    this.#reader.step(-1);
  }

  /** End everything under way and leave the element empty. */
  destroy() {
    this.#end.abort();
    this.#size.disconnect();
    cancelAnimationFrame(this.#frameId);
    this.#reader.destroy();
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
      this.#surface, ...this.#rail.elements, this.#reader.box.element, this.#map.element, this.#place.element,
      this.#bar.element, this.#tools.element,
    );
    this.#scene.ground = getComputedStyle(this.#element).getPropertyValue("--sheet-ground").trim() || "#f4f5f7";
  }

  /** @param {AbortSignal} signal */
  #listen(signal) {
    const motion = this.#motion;
    steer(this.#surface, motion, {
      tap: (at, pointer) => this.#rail.takesTap(at, pointer, false) || this.#openLink(at, pointer) || this.#point(at),
      doubleTap: (at, isTouch) => this.#doubleTap(at, isTouch),
    }, signal);
    steerByKeys(this.#element, motion, () => this.#reader.box.open(), signal);
    addEventListener("online", () => this.#scene.retry(), { signal });
  }

  #toolTarget() {
    return {
      zoomIn: () => this.zoomBy(1.5),
      zoomOut: () => this.zoomBy(1 / 1.5),
      fit: () => this.fit(),
      fitWidth: () => this.fitWidth(),
      trueSize: () => this.#motion.trueSize(),
      search: () => (this.#reader.box.isOpen ? this.#reader.box.close() : this.#reader.box.open()),
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
        this.#reader.layersChanged();
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

  /** @returns {import("./sheet-reader.js").ReadingHost} */
  #readingHost() {
    return {
      textUrl: this.#options.textUrl,
      labels: this.#options.labels,
      motion: this.#motion,
      overlay: this.#overlay,
      surface: this.#surface,
      hiddenLayer: (layer) => this.#rail.hiddenLayer(layer),
      showLayer: (layer) => this.#rail.showLayer(layer),
      fail: (error) => this.#fail(error, { text: true }),
    };
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
    for (const part of [this.#overlay, this.#bar, this.#map, this.#place, this.#rail, this.#reader]) part.follow(camera);
    this.#tools.showScale(camera.state.scale);
    const detail = this.state;
    this.#options.onView?.(detail);
    this.dispatchEvent(new CustomEvent("view", { detail }));
  }

  // -- pointing --------------------------------------------------------------------------------------------------------

  /** @param {ViewPoint} at @param {"mouse" | "pen" | "touch"} pointer @returns {boolean} whether there is one */
  #openLink(at, pointer) {
    const index = this.textMode ? -1 : this.#links.at(at, pointer);
    if (index < 0) return false;
    this.dispatchEvent(new CustomEvent("link", { detail: { index } }));
    return true;
  }

  /** @param {ViewPoint} at */
  #point({ px, py }) {
    this.#reader.clicked();
    const { x_um, y_um } = this.#motion.camera.toSheet(px, py);
    const detail = { x_um: Math.round(x_um), y_um: Math.round(y_um) };
    this.#options.onPoint?.(detail);
    this.dispatchEvent(new CustomEvent("point", { detail }));
  }

  /** On text, select it; elsewhere, and by touch, zoom in. @param {ViewPoint} at @param {boolean} isTouch */
  async #doubleTap(at, isTouch) {
    if (this.#rail.takesTap(at, isTouch ? "touch" : "mouse", true)) return;
    const hasText = !isTouch && (await this.#reader.selectAt(at));
    if (!hasText && !this.#end.signal.aborted) this.#motion.zoomBy(2, at);
  }

  /** @param {Error} error @param {object} what */
  #fail(error, what) {
    if (this.#end.signal.aborted) return;
    this.dispatchEvent(new CustomEvent("error", { detail: { error, ...what } }));
  }
}
