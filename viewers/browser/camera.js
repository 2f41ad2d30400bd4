import { CSS_PX_PER_UM, clamp } from "./sheet-space.js";

/** @import {Box, PageSize, ViewState} from "./sheet-space.js" */

/** Deepest scale, in device pixels per CSS pixel of true size: 64 px per point, where the tiles end. */
const DEEPEST = 48;
/** How far one may zoom out, as a part of the scale at which the whole page fits. */
const FARTHEST = 0.5;
/** Free space around a fitted page, CSS px. */
const MARGIN_PX = 12;

/** Where one looks: the centre of the view in sheet space and the scale. Knows no DOM. */
export class Camera {
  /** View size in CSS px, and device px per CSS px. */
  width = 0;
  height = 0;
  pixelRatio = 1;
  /** Height at the lower edge that a fitted box leaves free, for the tools; CSS px. */
  foot = 0;

  #page;
  #x = 0;
  #y = 0;
  #scale = 1;

  /** @param {PageSize} page */
  constructor(page) {
    this.#page = page;
    this.#x = page.width_um / 2;
    this.#y = page.height_um / 2;
  }

  get page() {
    return this.#page;
  }

  /** CSS px per um. */
  get pxPerUm() {
    return this.#scale * CSS_PX_PER_UM;
  }

  /** @returns {ViewState} */
  get state() {
    return { x_um: this.#x, y_um: this.#y, scale: this.#scale };
  }

  /** Look there; kept within what can be seen: the centre never leaves the page. */
  set state({ x_um, y_um, scale }) {
    this.#scale = clamp(scale, this.leastScale, this.mostScale);
    this.#x = clamp(x_um, 0, this.#page.width_um);
    this.#y = clamp(y_um, 0, this.#page.height_um);
  }

  get mostScale() {
    return Math.max(DEEPEST / this.pixelRatio, 16);
  }

  get leastScale() {
    return Math.min(this.fitted().scale * FARTHEST, 1);
  }

  /** The part of sheet space in view; may reach beyond the page. @returns {Box} */
  get box() {
    const halfWidth = this.width / 2 / this.pxPerUm;
    const halfHeight = this.height / 2 / this.pxPerUm;
    return { x0: this.#x - halfWidth, y0: this.#y - halfHeight, x1: this.#x + halfWidth, y1: this.#y + halfHeight };
  }

  /** Sheet point under a view point. @param {number} px @param {number} py */
  toSheet(px, py) {
    const k = this.pxPerUm;
    return { x_um: this.#x + (px - this.width / 2) / k, y_um: this.#y - (py - this.height / 2) / k };
  }

  /** View point of a sheet point. @param {number} x @param {number} y */
  toView(x, y) {
    const k = this.pxPerUm;
    return { px: (x - this.#x) * k + this.width / 2, py: this.height / 2 - (y - this.#y) * k };
  }

  /**
   * The state in which a sheet point lies under a view point.
   * @param {{x_um: number, y_um: number}} anchor
   * @param {{px: number, py: number}} at
   * @param {number} scale
   * @returns {ViewState}
   */
  holding(anchor, at, scale) {
    const kept = clamp(scale, this.leastScale, this.mostScale);
    const k = kept * CSS_PX_PER_UM;
    return {
      x_um: anchor.x_um - (at.px - this.width / 2) / k,
      y_um: anchor.y_um + (at.py - this.height / 2) / k,
      scale: kept,
    };
  }

  /** The whole page in view. @returns {ViewState} */
  fitted() {
    const { width_um, height_um } = this.#page;
    return this.showing({ x0: 0, y0: 0, x1: width_um, y1: height_um }, MARGIN_PX);
  }

  /** The page as wide as the view; its top in view. @returns {ViewState} */
  fittedToWidth() {
    const { width_um, height_um } = this.#page;
    const scale = Math.max(1, this.width - 2 * MARGIN_PX) / (width_um * CSS_PX_PER_UM);
    const halfHeight = this.height / 2 / (scale * CSS_PX_PER_UM);
    const top = height_um + MARGIN_PX / (scale * CSS_PX_PER_UM) - halfHeight;
    return { x_um: width_um / 2, y_um: Math.max(height_um / 2, top), scale };
  }

  /** A box in view, with free space around it and the foot left free. @param {Box} box @param {number} margin CSS px @returns {ViewState} */
  showing(box, margin) {
    const across = Math.max(1, this.width - 2 * margin) / Math.max(1, (box.x1 - box.x0) * CSS_PX_PER_UM);
    const free = this.height - margin - Math.max(margin, this.foot);
    const up = Math.max(1, free) / Math.max(1, (box.y1 - box.y0) * CSS_PX_PER_UM);
    const scale = Math.min(across, up);
    const lift = (Math.max(margin, this.foot) - margin) / 2 / (scale * CSS_PX_PER_UM);
    return { x_um: (box.x0 + box.x1) / 2, y_um: (box.y0 + box.y1) / 2 - lift, scale };
  }
}
