import { svgElement } from "../sheet-overlay.js";
import { UM_PER_MM } from "../sheet-space.js";

/**
 * @typedef {[number, number]} Point um
 * @typedef {{paths: Point[][], size?: number, stamp?: string, measure?: string, scale?: number}} Shape
 * @typedef {{kind: string, shape: Shape, text: string, basis: Record<string, string>, stampText: string, ink: string}} Drawable
 */

/** Bulges of a cloud, um. */
const BULGE_UM = 6_000;
/** Height of words beside a shape, mm. */
const NOTE_MM = 3.5;
const LINE_HEIGHT = 1.3;
const HEAD_UM = 5_000;

/** Elements that show a mark, in the overlay's space (mm, y up). Text is only ever set as text. @param {Drawable} mark @returns {SVGElement[]} */
export function elementsOf(mark) {
  const [first = []] = mark.shape.paths;
  const draw = SHAPES[mark.kind] ?? SHAPES.ink;
  return [...draw(mark, first), ...notes(mark)];
}

/** The box around a shape, um. @param {Shape} shape */
export function boxOf({ paths }) {
  const points = paths.flat();
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  return { x0: Math.min(...xs), y0: Math.min(...ys), x1: Math.max(...xs), y1: Math.max(...ys) };
}

/** What a measurement says at its scale. @param {Shape} shape */
export function measured({ paths: [path], measure, scale = 1 }) {
  if (measure === "length") {
    let sum = 0;
    for (let n = 1; n < path.length; n++) sum += Math.hypot(path[n][0] - path[n - 1][0], path[n][1] - path[n - 1][1]);
    return `${((sum * scale) / 1e6).toFixed(3)} m`;
  }
  if (measure === "area") return `${((Math.abs(twiceArea(path)) / 2) * scale * scale / 1e12).toFixed(2)} m²`;
  if (path.length < 3) return "";
  const [[ax, ay], [bx, by], [cx, cy]] = path;
  const turn = (((Math.atan2(ay - by, ax - bx) - Math.atan2(cy - by, cx - bx)) * 180) / Math.PI + 720) % 360;
  return `${Math.min(turn, 360 - turn).toFixed(1)}°`;
}

/** @type {Record<string, (mark: Drawable, first: Point[]) => SVGElement[]>} */
const SHAPES = {
  cloud: (mark, first) => [line(mark, cloudPath(first))],
  arrow: (mark, [from, to]) => [line(mark, `${pathOf([from, to])} ${headOf(from, to)}`)],
  text: (mark, [at]) => [words(mark, mark.text, at, (mark.shape.size ?? 5_000) / UM_PER_MM)],
  ink: (mark) => [line(mark, mark.shape.paths.map((p) => pathOf(p.length === 1 ? [p[0], p[0]] : p)).join(" "))],
  rectangle: (mark, [a, b]) => [line(mark, pathOf([a, [b[0], a[1]], b, [a[0], b[1]]], true))],
  stamp: stampOf,
  measurement: (mark, first) => {
    const isClosed = mark.shape.measure === "area";
    const middle = first[Math.floor((first.length - 1) / 2)];
    return [line(mark, pathOf(first, isClosed)), words(mark, measured(mark.shape), middle, NOTE_MM)];
  },
  photo: (mark, [at]) => [line(mark, cameraPath(at), "is-photo")],
  markup_strike: (mark, first) => [line(mark, pathOf(first), "is-thick")],
  markup_cross: (mark, [a, b]) => [line(mark, `${pathOf([a, b])} ${pathOf([[a[0], b[1]], [b[0], a[1]]])}`, "is-thick")],
  markup_ring: (mark, first) => [line(mark, pathOf(first, true), "is-thick")],
};

/** @param {Drawable} mark @param {Point[]} corners @returns {SVGElement[]} */
function stampOf(mark, [a, b]) {
  const box = boxOf({ paths: [[a, b]] });
  const height = (box.y1 - box.y0) / UM_PER_MM;
  const size = Math.max(0.5, Math.min(height * 0.6, ((box.x1 - box.x0) / UM_PER_MM / Math.max(2, mark.stampText.length)) * 0.9));
  const at = /** @type {Point} */ ([(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2 - size * 360]);
  const text = words(mark, mark.stampText, at, size);
  text.setAttribute("text-anchor", "middle");
  return [line(mark, pathOf([a, [b[0], a[1]], b, [a[0], b[1]]], true), "is-thick"), text];
}

/** The basis of as-built marks, and what a mark says, beside it. @param {Drawable} mark @returns {SVGElement[]} */
function notes(mark) {
  const { name = "", date = "", number = "", clause = "" } = mark.basis;
  const basis = [name, number, date, clause].filter(Boolean).join(" ");
  const said = mark.kind === "text" ? "" : mark.text;
  const text = [basis, said].filter(Boolean).join("\n");
  if (!text) return [];
  const box = boxOf(mark.shape);
  return [words(mark, text, [box.x0, box.y0 - NOTE_MM * LINE_HEIGHT * UM_PER_MM], NOTE_MM)];
}

/** @param {Drawable} mark @param {string} d @param {string} [more] */
function line(mark, d, more = "") {
  return svgElement("path", { class: `mark-line ${more}`, d, stroke: mark.ink, "vector-effect": "non-scaling-stroke" });
}

/** @param {Drawable} mark @param {string} text @param {Point} at @param {number} size mm */
function words(mark, text, [x, y], size) {
  const place = `translate(${x / UM_PER_MM} ${y / UM_PER_MM}) scale(1 -1)`;
  const element = svgElement("text", { class: "mark-words", transform: place, "font-size": String(size), fill: mark.ink });
  text.split("\n").slice(0, 60).forEach((part, n) => {
    const span = svgElement("tspan", { x: "0", dy: n ? `${size * LINE_HEIGHT}` : "0" });
    span.textContent = part;
    element.append(span);
  });
  return element;
}

/** @param {Point[]} points @param {boolean} [isClosed] */
function pathOf(points, isClosed = false) {
  return `M${points.map(([x, y]) => `${x / UM_PER_MM} ${y / UM_PER_MM}`).join("L")}${isClosed ? "Z" : ""}`;
}

/** @param {Point} from @param {Point} to */
function headOf(from, to) {
  const angle = Math.atan2(to[1] - from[1], to[0] - from[0]);
  const length = Math.min(HEAD_UM, Math.hypot(to[0] - from[0], to[1] - from[1]) / 2);
  const side = (/** @type {number} */ turn) => /** @type {Point} */ ([to[0] - length * Math.cos(angle + turn), to[1] - length * Math.sin(angle + turn)]);
  return pathOf([side(0.45), to, side(-0.45)]);
}

/** A camera about a point. @param {Point} at */
function cameraPath([cx, cy]) {
  const [x, y] = [cx / UM_PER_MM, cy / UM_PER_MM];
  return `M${x - 3.5} ${y - 2.5}h7v5h-2l-.8 1h-2.4l-.8 -1h-1zM${x - 1.5} ${y}a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0 -3 0`;
}

/** Bulges outward along a polygon, whichever way it runs. @param {Point[]} points */
function cloudPath(points) {
  const ring = twiceArea(points) < 0 ? [...points].reverse() : points;
  let d = "";
  ring.forEach((from, n) => {
    const to = ring[(n + 1) % ring.length];
    const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
    const count = Math.min(400, Math.max(1, Math.round(length / BULGE_UM)));
    if (!n) d = `M${from[0] / UM_PER_MM} ${from[1] / UM_PER_MM}`;
    const radius = (length / count / UM_PER_MM) * 0.55;
    for (let step = 1; step <= count; step++) {
      const x = from[0] + ((to[0] - from[0]) * step) / count;
      const y = from[1] + ((to[1] - from[1]) * step) / count;
      d += `A${radius} ${radius} 0 0 1 ${x / UM_PER_MM} ${y / UM_PER_MM}`;
    }
  });
  return `${d}Z`;
}

/** @param {Point[]} points */
function twiceArea(points) {
  return points.reduce((sum, [x, y], n) => {
    const [nx, ny] = points[(n + 1) % points.length];
    return sum + x * ny - nx * y;
  }, 0);
}
