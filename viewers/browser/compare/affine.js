/** @import {Box} from "../sheet-space.js" */

/** From the space of one sheet to that of another: x' = a x + c y + e, y' = b x + d y + f. @typedef {number[]} Affine a, b, c, d, e, f */

/** @type {Affine} */
export const IDENTITY = [1, 0, 0, 1, 0, 0];
/** Less than this turn cannot be seen across a screen, radians. */
const NO_TURN = 1e-4;

/** @param {Affine} affine @param {number} x @param {number} y @returns {[number, number]} */
export function mapped([a, b, c, d, e, f], x, y) {
  return [a * x + c * y + e, b * x + d * y + f];
}

/** The way back. @param {Affine} affine @returns {Affine} the identity for one that flattens */
export function inverseOf([a, b, c, d, e, f]) {
  const area = a * d - b * c;
  if (!area) return IDENTITY;
  return [d / area, -b / area, -c / area, a / area, (c * f - d * e) / area, (b * e - a * f) / area];
}

/** How much longer things become. @param {Affine} affine */
export function scaleOf([a, b, c, d]) {
  return Math.sqrt(Math.abs(a * d - b * c)) || 1;
}

/** The turn, radians counter-clockwise; exactly 0 where none can be seen, exactly a quarter where it is one. @param {Affine} affine */
export function turnOf([a, b]) {
  const turn = Math.atan2(b, a);
  const quarter = Math.round(turn / (Math.PI / 2)) * (Math.PI / 2);
  return Math.abs(turn - quarter) < NO_TURN ? quarter + 0 : turn;
}

/** A box carried over, corner by corner. @param {Affine} affine @param {Box} box @returns {[number, number][]} */
export function cornersOf(affine, { x0, y0, x1, y1 }) {
  return [mapped(affine, x0, y0), mapped(affine, x1, y0), mapped(affine, x1, y1), mapped(affine, x0, y1)];
}

/** The box around points. @param {[number, number][]} points @returns {Box} */
export function boxAround(points) {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  return { x0: Math.min(...xs), y0: Math.min(...ys), x1: Math.max(...xs), y1: Math.max(...ys) };
}

/**
 * Lays one page into the middle of another, as large as it fits: for sheets that nobody could align.
 * @param {import("../sheet-space.js").PageSize} page
 * @param {import("../sheet-space.js").PageSize} onto
 * @returns {Affine}
 */
export function fitting(page, onto) {
  const k = Math.min(onto.width_um / page.width_um, onto.height_um / page.height_um);
  return [k, 0, 0, k, (onto.width_um - k * page.width_um) / 2, (onto.height_um - k * page.height_um) / 2];
}
