import { UM_PER_MM } from "./sheet-space.js";
import { svgElement } from "./sheet-overlay.js";
import { sizeOf } from "./sheet-text.js";

/** @import {Camera} from "./camera.js" */
/** @import {Run} from "./sheet-text.js" */
/** @import {Box} from "./sheet-space.js" */

/** Text that is drawn smaller cannot be pointed at, CSS px. */
const LEAST_PX = 4;
/** Bound on elements, whatever the sheet. */
const MOST_RUNS = 2_000;

/**
 * Transparent text over the drawn text, for selecting and copying. It exists only for the runs in view, and, being in
 * sheet space, moves with the view without being laid out again.
 */
export class TextLayer {
  #group;
  /** @type {Map<Run, SVGTextElement>} */
  #shown = new Map();

  /** @param {SVGGElement} group @param {HTMLElement} surface @param {AbortSignal} signal */
  constructor(group, surface, signal) {
    this.#group = group;
    surface.ownerDocument.addEventListener("copy", (event) => this.#copy(event), { signal });
  }

  /** How many runs it holds. */
  get size() {
    return this.#shown.size;
  }

  /** The runs that the selection touches. @returns {Run[]} */
  get selected() {
    const selection = getSelection();
    if (!selection || selection.isCollapsed || selection.rangeCount === 0) return [];
    const range = selection.getRangeAt(0);
    if (!this.#group.contains(range.commonAncestorContainer)) return [];
    return [...this.#shown].filter(([, element]) => element.firstChild && range.intersectsNode(element.firstChild)).map(([run]) => run);
  }

  /** Hold the runs that can be read in this view; in reading order. @param {Run[]} runs @param {Camera} camera */
  show(runs, camera) {
    const { box, pxPerUm } = camera;
    const readable = runs.filter((run) => touches(run.box, box) && sizeOf(run).height * pxPerUm >= LEAST_PX);
    this.#hold(readable.slice(0, MOST_RUNS));
  }

  /** Hold one run and select it. @param {Run} run */
  select(run) {
    if (!this.#shown.has(run)) this.#hold([run]);
    const text = this.#shown.get(run);
    if (text) getSelection()?.selectAllChildren(text);
  }

  clear() {
    this.#hold([]);
  }

  /** @param {Run[]} runs */
  #hold(runs) {
    const kept = new Map();
    for (const run of runs) kept.set(run, this.#shown.get(run) ?? elementOf(run));
    for (const [run, element] of this.#shown) if (!kept.has(run)) element.remove();
    let last = null;
    for (const element of kept.values()) {
      const next = last ? last.nextSibling : this.#group.firstChild;
      if (next !== element) this.#group.insertBefore(element, next);
      last = element;
    }
    this.#shown = kept;
  }

  /** SVG text is copied without any breaks: put a line break between runs. @param {ClipboardEvent} event */
  #copy(event) {
    const selection = getSelection();
    if (!selection || selection.isCollapsed || selection.rangeCount === 0) return;
    const range = selection.getRangeAt(0);
    if (!this.#group.contains(range.commonAncestorContainer)) return;
    const lines = [];
    for (const element of this.#shown.values()) {
      const node = element.firstChild;
      if (!node || !range.intersectsNode(node)) continue;
      const from = node === range.startContainer ? range.startOffset : 0;
      const to = node === range.endContainer ? range.endOffset : undefined;
      lines.push((node.textContent ?? "").slice(from, to));
    }
    event.clipboardData?.setData("text/plain", lines.filter(Boolean).join("\n"));
    event.preventDefault();
  }
}

/** @param {Run} run */
function elementOf(run) {
  const { box, angle } = run;
  const [length, size] = [sizeOf(run).length, sizeOf(run).height].map((um) => um / UM_PER_MM);
  const [x, y] = [(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2].map((um) => um / UM_PER_MM);
  const text = svgElement("text", {
    "font-size": String(size),
    textLength: String(Math.max(length, 0.01)),
    lengthAdjust: "spacingAndGlyphs",
    // About the centre of the box, turned up again because sheet space points up.
    transform: `translate(${x} ${y}) rotate(${angle}) scale(1 -1)`,
    x: String(-length / 2),
    y: String(size * 0.38),
  });
  text.textContent = run.text;
  return text;
}

/** @param {Box} a @param {Box} b */
function touches(a, b) {
  return a.x0 <= b.x1 && a.x1 >= b.x0 && a.y0 <= b.y1 && a.y1 >= b.y0;
}
