import { TileScene } from "../tile-scene.js";
import { inverseOf, mapped, scaleOf, turnOf } from "./affine.js";
import { SisterCamera } from "./sister-camera.js";

/** @import {Camera} from "../camera.js" */
/** @import {Affine} from "./affine.js" */

/**
 * @typedef {object} PlateSource
 * @property {import("../sheet-space.js").PageSize} page
 * @property {(level: number, x: number, y: number) => string} tileUrl
 * @property {string} thumbUrl
 */

/**
 * One of the two sheets as it lies in the space of the second: a canvas as large as the view.
 *
 * Its tiles are drawn upright and in whole device pixels, whatever the registration; a shift and a scale are only
 * another place to look at. So a sheet that merely moved is as sharp as ever. Only a turn takes a second drawing, and a
 * quarter turn none that blurs.
 */
export class SheetPlate {
  /** As large as the view. */
  canvas = document.createElement("canvas");
  #upright = this.canvas;
  #scene;
  #camera;
  #aim;
  #affine;
  #turn = 0;

  /**
   * @param {PlateSource} source
   * @param {Affine} affine from this sheet to the space of the view
   * @param {{onChange: () => void, onError: (error: Error, what: object) => void}} listener
   * @param {AbortSignal} signal
   */
  constructor(source, affine, listener, signal) {
    this.#affine = affine;
    this.#turn = turnOf(affine);
    if (this.#turn) this.#upright = document.createElement("canvas");
    this.#camera = new SisterCamera(source.page);
    this.#aim = new SisterCamera(source.page);
    this.#scene = new TileScene(this.#upright, { ...source, isRead: true }, listener, signal);
  }

  get progress() {
    return this.#scene.progress;
  }

  /** @param {string} colour around the page */
  set ground(colour) {
    this.#scene.ground = colour;
  }

  /** @param {number} width device px @param {number} height device px */
  resize(width, height) {
    this.canvas.width = width;
    this.canvas.height = height;
    if (!this.#turn) return;
    const [cos, sin] = [Math.cos(this.#turn), Math.sin(this.#turn)].map((part) => round6(Math.abs(part)));
    this.#upright.width = Math.ceil(round6(width * cos + height * sin));
    this.#upright.height = Math.ceil(round6(width * sin + height * cos));
  }

  /** @param {Camera} camera @param {Camera} aim */
  show(camera, aim) {
    const back = inverseOf(this.#affine);
    const scale = scaleOf(this.#affine);
    const { width, height } = this.#upright;
    const size = { width: width / camera.pixelRatio, height: height / camera.pixelRatio };
    for (const [sister, of] of /** @type {const} */ ([[this.#camera, camera], [this.#aim, aim]])) {
      sister.follow(of, size, mapped(back, of.state.x_um, of.state.y_um), scale);
    }
    this.#scene.show(/** @type {any} */ (this.#camera), /** @type {any} */ (this.#aim));
    if (this.#turn) this.#turnOver();
  }

  retry() {
    this.#scene.retry();
  }

  close() {
    this.#scene.close();
    this.canvas.width = this.canvas.height = this.#upright.width = this.#upright.height = 0;
  }

  #turnOver() {
    const context = this.canvas.getContext("2d", { alpha: false, willReadFrequently: true });
    if (!context) return;
    const [cos, sin] = [round6(Math.cos(this.#turn)), round6(Math.sin(this.#turn))];
    // Canvases count y downwards: counter-clockwise on the sheet is clockwise there.
    context.setTransform(cos, -sin, sin, cos, this.canvas.width / 2, this.canvas.height / 2);
    context.drawImage(this.#upright, -this.#upright.width / 2, -this.#upright.height / 2);
    context.resetTransform();
  }
}

/** So that a quarter turn is one exactly. @param {number} value */
function round6(value) {
  return Math.round(value * 1e6) / 1e6;
}
