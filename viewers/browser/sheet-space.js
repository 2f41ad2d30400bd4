/**
 * Sheet space: micrometres from the lower left corner of the rotation-normalised page, x to the right, y up.
 * View space: CSS pixels from the upper left corner of the viewer.
 */

/** Micrometres in one PostScript point (1/72 inch). */
export const UM_PER_POINT = 25_400 / 72;

/** CSS pixels in one micrometre when paper is shown in its true size (96 px per inch). */
export const CSS_PX_PER_UM = 96 / 25_400;

export const UM_PER_MM = 1_000;

/**
 * @typedef {{width_um: number, height_um: number}} PageSize
 * @typedef {{x0: number, y0: number, x1: number, y1: number}} Box um, x0 <= x1, y0 <= y1
 * @typedef {{x_um: number, y_um: number, scale: number}} ViewState centre of the view; scale 1 is true size
 */

/**
 * @param {number} value
 * @param {number} least
 * @param {number} most
 */
export function clamp(value, least, most) {
  return Math.min(Math.max(value, least), most);
}
