import { boxOf } from "./mark-shapes.js";

/** @import {Point, Shape} from "./mark-shapes.js" */

const FILLED = new Set(["text", "stamp", "photo"]);
/** Half of what a photo's camera takes, um. */
const CAMERA_UM = 3_500;
const CLOSED = new Set(["cloud", "markup_ring"]);
const BOXES = new Set(["rectangle", "stamp"]);

/**
 * The nearest mark under a point, topmost first; null where there is none.
 * @template {{kind: string, shape: Shape, text: string}} M
 * @param {M[]} marks in the order they are drawn
 * @param {Point} at um
 * @param {number} slack um
 * @returns {M | null}
 */
export function markAt(marks, at, slack) {
  let best = null;
  let least = slack;
  for (const mark of marks) {
    const far = distanceTo(mark, at);
    if (far <= least) [best, least] = [mark, far];
  }
  return best;
}

/** @param {{kind: string, shape: Shape, text: string}} mark @param {Point} at */
function distanceTo({ kind, shape, text }, [x, y]) {
  const box = boxOf(shape);
  if (kind === "text") {
    const size = shape.size ?? 5_000;
    const lines = text.split("\n");
    box.x1 = box.x0 + size * Math.max(1, ...lines.map((line) => line.length));
    box.y1 += size;
    box.y0 -= size * 1.3 * (lines.length - 1);
  }
  if (kind === "photo") Object.assign(box, { x0: box.x0 - CAMERA_UM, y0: box.y0 - CAMERA_UM, x1: box.x1 + CAMERA_UM, y1: box.y1 + CAMERA_UM });
  if (FILLED.has(kind) && x >= box.x0 && x <= box.x1 && y >= box.y0 && y <= box.y1) return 0;
  let least = Infinity;
  for (const path of outlines(kind, shape, box)) {
    if (path.length === 1) least = Math.min(least, Math.hypot(x - path[0][0], y - path[0][1]));
    for (let n = 1; n < path.length; n++) least = Math.min(least, toSegment(x, y, path[n - 1], path[n]));
  }
  return least;
}

/** @param {string} kind @param {Shape} shape @param {{x0: number, y0: number, x1: number, y1: number}} box @returns {Point[][]} */
function outlines(kind, shape, { x0, y0, x1, y1 }) {
  if (BOXES.has(kind) || kind === "text") return [[[x0, y0], [x1, y0], [x1, y1], [x0, y1], [x0, y0]]];
  if (kind === "markup_cross") return [[[x0, y0], [x1, y1]], [[x0, y1], [x1, y0]]];
  const isClosed = CLOSED.has(kind) || shape.measure === "area";
  return isClosed ? shape.paths.map((path) => [...path, path[0]]) : shape.paths;
}

/** @param {number} x @param {number} y @param {Point} a @param {Point} b */
function toSegment(x, y, [ax, ay], [bx, by]) {
  const [dx, dy] = [bx - ax, by - ay];
  const t = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - ax - t * dx, y - ay - t * dy);
}
