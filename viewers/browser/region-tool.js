import { FloatPanel, wordButton } from "./float-panel.js";
import { clamp } from "./sheet-space.js";

/** @import {Camera} from "./camera.js" */
/** @import {Box} from "./sheet-space.js" */

/** A press that moves less is no region, CSS px. */
const LEAST_PX = 8;

/**
 * @typedef {object} RegionHost
 * @property {Record<string, string>} labels
 * @property {import("./sheet-space.js").PageSize} page
 * @property {import("./sheet-overlay.js").SheetOverlay} overlay
 * @property {HTMLElement} surface
 * @property {() => Camera} camera
 * @property {() => void} closed
 * @property {(type: string, detail: object) => void} tell
 * @property {(region: Box) => string} regionLink an address that opens this region
 * @property {(region: Box, paper: string) => string} printUrl
 */

/** A region of the sheet: chosen by dragging or as what is in view; ringed, linked to, printed. */
export class RegionTool {
  #host;
  #panel;
  #link = document.createElement("input");
  #hint = document.createElement("p");
  #acts = document.createElement("div");
  #copy;
  /** @type {Map<string, HTMLAnchorElement>} */
  #prints = new Map();
  /** @type {Box | null} */
  #region = null;
  /** Where a drag began. @type {{id: number, x: number, y: number} | null} */
  #grip = null;

  /** @param {RegionHost} host @param {AbortSignal} signal */
  constructor(host, signal) {
    this.#host = host;
    const { labels, surface } = host;
    this.#panel = new FloatPanel("region", labels.region, labels.panelClose, () => this.#end(), signal);
    this.#copy = wordButton("regionCopy", labels.regionCopy, () => this.#copyLink(), signal);
    this.#build(signal);
    const capture = { capture: true, signal }; // before the gestures, so that a drag draws instead of panning
    surface.addEventListener("pointerdown", (event) => this.#down(event), capture);
    surface.addEventListener("pointermove", (event) => this.#move(event), capture);
    surface.addEventListener("pointerup", (event) => this.#up(event), capture);
    surface.addEventListener("pointercancel", () => this.#drop(), capture);
    surface.addEventListener("keydown", (event) => this.#key(event), { signal });
  }

  get element() {
    return this.#panel.element;
  }

  get isOpen() {
    return this.#panel.isOpen;
  }

  /** The chosen region. @returns {Box | null} */
  get region() {
    return this.#region;
  }

  /** Ring a region, or none. @param {Box | null} region */
  set region(region) {
    this.#region = region && this.#onPage(region);
    this.#host.overlay.ring(this.#region);
    this.#show();
  }

  open() {
    this.#panel.open();
    this.#host.surface.dataset.tool = "region";
    this.#show();
    this.#host.surface.focus({ preventScroll: true });
  }

  close() {
    this.#panel.close();
  }

  /** @param {AbortSignal} signal */
  #build(signal) {
    const { labels } = this.#host;
    this.#hint.className = "sheet-hint";
    this.#link.readOnly = true;
    this.#link.className = "sheet-panel-field";
    this.#link.setAttribute("aria-label", labels.regionLink);
    this.#link.addEventListener("focus", () => this.#link.select(), { signal });
    const first = document.createElement("div");
    first.className = "sheet-panel-acts";
    first.append(
      wordButton("regionView", labels.regionView, () => this.#choose(this.#host.camera().box), signal),
      wordButton("regionClear", labels.regionClear, () => this.#choose(null), signal),
    );
    this.#acts.className = "sheet-panel-acts";
    this.#acts.append(this.#copy);
    for (const paper of ["A4", "A3"]) {
      const link = document.createElement("a");
      link.className = "sheet-word-button";
      link.target = "_blank";
      link.rel = "noopener";
      link.dataset.act = `print${paper}`;
      link.textContent = `${labels.regionPrint} ${paper}`;
      this.#prints.set(paper, link);
      this.#acts.append(link);
    }
    this.#panel.body.append(this.#hint, first, this.#link, this.#acts);
  }

  /** By the person, not by an address. @param {Box | null} region */
  #choose(region) {
    this.region = region;
    this.#host.tell("region", { region: this.#region });
  }

  #show() {
    const { labels, regionLink, printUrl } = this.#host;
    const region = this.#region;
    this.#hint.textContent = region ? labels.regionChosen : labels.regionHint;
    this.#link.hidden = this.#acts.hidden = !region;
    this.#copy.textContent = labels.regionCopy;
    if (!region || !this.isOpen) return;
    this.#link.value = regionLink(region);
    for (const [paper, link] of this.#prints) link.href = printUrl(region, paper);
  }

  async #copyLink() {
    if (this.#region) this.#link.value = this.#host.regionLink(this.#region); // layers may have been switched
    try {
      await navigator.clipboard.writeText(this.#link.value);
      this.#copy.textContent = this.#host.labels.regionCopied;
    } catch {
      this.#link.focus(); // no permission, or no TLS: the address is selected, to be copied by hand
    }
  }

  #end() {
    this.#drop();
    delete this.#host.surface.dataset.tool;
    this.#host.closed();
  }

  // -- dragging -------------------------------------------------------------------------------------------------------

  /** @param {PointerEvent} event */
  #down(event) {
    if (!this.isOpen || event.button !== 0) return;
    event.stopImmediatePropagation();
    if (this.#grip) {
      this.#drop(); // a second finger: not meant as a region
      return;
    }
    this.#host.surface.setPointerCapture(event.pointerId);
    this.#host.surface.focus({ preventScroll: true });
    this.#grip = { id: event.pointerId, ...this.#pointOf(event) };
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (!this.#grip || event.pointerId !== this.#grip.id) return;
    event.stopImmediatePropagation();
    this.#host.overlay.ring(this.#boxTo(event));
  }

  /** @param {PointerEvent} event */
  #up(event) {
    if (!this.#grip || event.pointerId !== this.#grip.id) return;
    event.stopImmediatePropagation();
    const box = this.#boxTo(event);
    this.#grip = null;
    const least = LEAST_PX / this.#host.camera().pxPerUm;
    if (box.x1 - box.x0 >= least && box.y1 - box.y0 >= least) this.#choose(box);
    else this.#host.overlay.ring(this.#region);
  }

  #drop() {
    this.#grip = null;
    this.#host.overlay.ring(this.#region);
  }

  /** Enter takes what is in view; Esc closes. @param {KeyboardEvent} event */
  #key(event) {
    if (!this.isOpen || (event.key !== "Enter" && event.key !== "Escape")) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Enter") this.#choose(this.#host.camera().box);
    else this.close();
  }

  /** @param {PointerEvent} event */
  #pointOf(event) {
    const { left, top } = this.#host.surface.getBoundingClientRect();
    const { x_um, y_um } = this.#host.camera().toSheet(event.clientX - left, event.clientY - top);
    return { x: x_um, y: y_um };
  }

  /** @param {PointerEvent} event @returns {Box} */
  #boxTo(event) {
    const { x, y } = this.#pointOf(event);
    const grip = /** @type {{x: number, y: number}} */ (this.#grip);
    const box = {
      x0: Math.min(x, grip.x), y0: Math.min(y, grip.y), x1: Math.max(x, grip.x), y1: Math.max(y, grip.y),
    };
    return this.#onPage(box) ?? { x0: grip.x, y0: grip.y, x1: grip.x, y1: grip.y };
  }

  /** The part of it that lies on the page, in whole um; null when none does. @param {Box} box @returns {Box | null} */
  #onPage({ x0, y0, x1, y1 }) {
    const { width_um, height_um } = this.#host.page;
    const [left, right] = [x0, x1].map((x) => Math.round(clamp(x, 0, width_um)));
    const [low, high] = [y0, y1].map((y) => Math.round(clamp(y, 0, height_um)));
    return left < right && low < high ? { x0: left, y0: low, x1: right, y1: high } : null;
  }
}
