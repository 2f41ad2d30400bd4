/** @typedef {{x: number, y: number, error: number}} MeasurePoint um of paper; `error` how far it may be off, um */

/** Length of a way through points, um. @param {MeasurePoint[]} points */
export function lengthOf(points) {
  let sum = 0;
  for (let i = 1; i < points.length; i += 1) sum += distanceOf(points[i - 1], points[i]);
  return sum;
}

/** Area within points, um². @param {MeasurePoint[]} points */
export function areaOf(points) {
  const [{ x, y } = { x: 0, y: 0 }] = points; // about the first point, so that large numbers do not eat small ones
  let sum = 0;
  points.forEach((a, i) => {
    const b = points[(i + 1) % points.length];
    sum += (a.x - x) * (b.y - y) - (b.x - x) * (a.y - y);
  });
  return Math.abs(sum) / 2;
}

/** The angle at the middle of three points, degrees, 0 to 180. @param {MeasurePoint[]} points */
export function angleOf([a, b, c]) {
  const [u, v] = [Math.atan2(a.y - b.y, a.x - b.x), Math.atan2(c.y - b.y, c.x - b.x)];
  const turn = Math.abs(u - v) * (180 / Math.PI);
  return turn > 180 ? 360 - turn : turn;
}

/** @param {{x: number, y: number}} a @param {{x: number, y: number}} b */
export function distanceOf(a, b) {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** How far a figure may be off, um: the two worst of its points. @param {MeasurePoint[]} points */
function errorOf(points) {
  return 2 * Math.max(...points.map((point) => point.error));
}

/**
 * A length as drawn, in real size: whole millimetres, from 10 m on metres; no more digits than were pointed at.
 * @param {MeasurePoint[]} points
 * @param {number} ratio real size per paper
 */
export function lengthText(points, ratio) {
  const mm = (lengthOf(points) * ratio) / 1_000;
  const error = (errorOf(points) * ratio) / 1_000;
  if (mm >= 10_000) return `${fixed(mm / 1_000, error / 1_000, 3)} m`;
  return `${fixed(mm, error, ratio <= 1 ? 2 : 0)} mm`;
}

/**
 * An area in real size.
 * @param {MeasurePoint[]} points
 * @param {number} ratio
 */
export function areaText(points, ratio) {
  const scale = ratio / 1_000;
  const mm2 = areaOf(points) * scale ** 2;
  const round = (lengthOf(points) + distanceOf(points[0], points[points.length - 1])) * scale;
  const error = (round * errorOf(points) * scale) / 2;
  return mm2 >= 10_000 ? `${fixed(mm2 / 1e6, error / 1e6, 3)} m²` : `${fixed(mm2, error, ratio <= 1 ? 1 : 0)} mm²`;
}

/** @param {MeasurePoint[]} points */
export function angleText(points) {
  const arm = Math.min(distanceOf(points[0], points[1]), distanceOf(points[1], points[2]));
  const error = (errorOf(points) / Math.max(arm, 1)) * (180 / Math.PI);
  return `${fixed(angleOf(points), error, 2)}°`;
}

/** With digits down to the error, at most so many after the point; what was not pointed at is rounded away. */
function fixed(value, error, most) {
  const digits = Math.max(-6, Math.min(most, Math.round(-Math.log10(Math.max(error, 1e-9)))));
  const step = 10 ** digits;
  return (Math.round(value * step) / step).toFixed(Math.max(0, digits));
}
