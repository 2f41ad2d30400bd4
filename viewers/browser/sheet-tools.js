import { LayerTool } from "./layer-tool.js";
import { MeasureTool } from "./measure-tool.js";
import { RegionTool } from "./region-tool.js";
import { ToolRail } from "./tool-rail.js";

/** @import {Layer} from "./layer-set.js" */

/**
 * What tools may do to a view.
 * @typedef {object} ToolHost
 * @property {{layers?: Layer[], width_um: number, height_um: number}} page
 * @property {Record<string, string>} labels
 * @property {(code: string) => void} drawLayers
 * @property {(code: string) => void} warmLayers get the server ready to draw other layers
 * @property {(type: string, detail: object) => void} tell
 * @property {() => void} focus the drawing
 * @property {(error: Error) => void} fail
 * @property {import("./scale-choice.js").SheetScales} scales
 * @property {((box: import("./sheet-space.js").Box) => string) | undefined} segmentsUrl
 * @property {boolean} hasRegions whether regions can be linked to and printed
 * @property {(region: import("./sheet-space.js").Box) => string} regionLink
 * @property {(region: import("./sheet-space.js").Box, paper: string) => string} printUrl
 * @property {import("./sheet-overlay.js").SheetOverlay} overlay
 * @property {HTMLElement} surface
 * @property {() => import("./camera.js").Camera} camera
 */

/** The tools of a view that open something: one is open at a time. */
export class SheetTools {
  #host;
  #rail;
  #layers;
  #measure;
  #region;
  /** @type {Map<string, {element: HTMLElement, isOpen: boolean, open: () => void, close: () => void}>} */
  #panels = new Map();

  /** @param {ToolHost} host @param {AbortSignal} signal */
  constructor(host, signal) {
    this.#host = host;
    const layers = host.page.layers ?? [];
    if (layers.length) {
      this.#layers = new LayerTool(layers, host.labels, {
        draw: (code) => {
          host.drawLayers(code);
          host.tell("layers", { code });
        },
        closed: () => this.#closed("layers"),
      }, signal);
      this.#panels.set("layers", this.#layers.panel);
    }
    this.#measure = new MeasureTool({ ...host, closed: () => this.#closed("measure") }, signal);
    this.#panels.set("measure", this.#measure);
    this.#region = new RegionTool({ ...host, closed: () => this.#closed("region") }, signal);
    if (host.hasRegions) this.#panels.set("region", this.#region);
    const names = /** @type {import("./icons.js").IconName[]} */ ([...this.#panels.keys()]);
    this.#rail = new ToolRail(host.labels, names.map((name) => [name, () => this.toggle(name)]), signal);
  }

  /** The rail and every panel. */
  get elements() {
    return [this.#rail.element, ...[...this.#panels.values()].map((panel) => panel.element)];
  }

  get layerCode() {
    return this.#layers?.code ?? "";
  }

  /** @param {string} code */
  set layerCode(code) {
    if (this.#layers) this.#layers.code = code;
  }

  /** The name of a layer that is not drawn; empty for one that is. @param {number} index */
  hiddenLayer(index) {
    return this.#layers?.hidden(index) ?? "";
  }

  /** @param {number} index */
  showLayer(index) {
    this.#layers?.reveal(index);
  }

  /**
   * A tap on the drawing, when a tool takes it.
   * @param {import("./pointer-gestures.js").ViewPoint} at
   * @param {"mouse" | "pen" | "touch"} pointer
   * @param {boolean} isDouble
   */
  takesTap(at, pointer, isDouble) {
    if (!this.#measure.isOpen) return false;
    if (isDouble) this.#measure.doubleTap();
    else this.#measure.tap(at, pointer);
    return true;
  }

  get region() {
    return this.#region.region;
  }

  /** @param {import("./sheet-space.js").Box | null} region */
  set region(region) {
    this.#region.region = region;
  }

  /** The view has moved. */
  follow() {
    this.#measure.follow();
  }

  /** Open a tool, or close it; any other is closed. @param {string} name */
  toggle(name) {
    const wanted = this.#panels.get(name);
    if (!wanted) return;
    if (wanted.isOpen) {
      wanted.close();
      return;
    }
    for (const panel of this.#panels.values()) panel.close();
    this.#rail.setPressed(name, true);
    wanted.open();
    if (name === "layers" && this.#layers) this.#host.warmLayers(this.#layers.code || this.#layers.ownCode);
  }

  /** @param {string} name */
  #closed(name) {
    this.#rail.setPressed(name, false);
    this.#host.focus();
  }
}
