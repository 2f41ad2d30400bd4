// Marks that hang on text or on the whole sheet, not on a place that was drawn.
import { boxOf } from "/viewer/marks/mark-shapes.js";

const MOST_TEXT = 200;
const ROOM_UM = 800;
const EDGE_UM = 15_000;

/** What a drawn shape is fixed to. */
export function anchorOf(shape) {
  const box = boxOf(shape);
  return shape.paths.length === 1 && shape.paths[0].length === 1 ? { type: "point", x: box.x0, y: box.y0 } : { type: "region", ...box };
}

/** A mark around, or through, runs of text. */
export function onText(runs, kind) {
  const box = { x0: Math.min(...runs.map((r) => r.box.x0)), y0: Math.min(...runs.map((r) => r.box.y0)), x1: Math.max(...runs.map((r) => r.box.x1)), y1: Math.max(...runs.map((r) => r.box.y1)) };
  const [x0, y0, x1, y1] = [box.x0 - ROOM_UM, box.y0 - ROOM_UM, box.x1 + ROOM_UM, box.y1 + ROOM_UM].map(Math.round);
  const text = runs.map((r) => r.text).join(" ").replaceAll(/\s+/gu, " ").trim().slice(0, MOST_TEXT);
  const isUpright = y1 - y0 > x1 - x0;
  const [x, y] = [Math.round((x0 + x1) / 2), Math.round((y0 + y1) / 2)];
  const line = isUpright ? [[x, y0], [x, y1]] : [[x0, y], [x1, y]];
  return { anchor: { type: "text", text, x0, y0, x1, y1 }, shape: { paths: [kind === "markup_strike" ? line : [[x0, y0], [x1, y1]]] } };
}

/** A text at the sheet's upper left corner, about all of it. */
export function onSheet({ height_um }) {
  return { anchor: { type: "sheet" }, shape: { paths: [[[EDGE_UM, height_um - EDGE_UM]]], size: 5_000 } };
}
