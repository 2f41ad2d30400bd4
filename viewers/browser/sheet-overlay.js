import { UM_PER_MM } from "./sheet-space.js";

/** @import {Camera} from "./camera.js" */
/** @import {Box} from "./sheet-space.js" */

const SVG = "http://www.w3.org/2000/svg";
/** CSS px about the point. */
const SNAP_SHAPES = { end: "M-7-7H7V7H-7z", crossing: "M-7-7 7 7M-7 7 7-7" };

/**
 * Vector layers over the drawing, in sheet space: user units are mm from the lower left corner, y up. All follow the
 * view by one transform. Text inside must be turned up again with scale(1, -1).
 */
export class SheetOverlay {
  #svg;
  #space;
  #highlights;
  #ring;
  #snap;
  /** @type {Camera | null} */
  #camera = null;
  /** @type {{x: number, y: number, kind: string} | null} */
  #snapped = null;
  /** For marks: put elements in here. */
  marks;
  /** For what tools draw while they are open. */
  tools;
  /** For places that lead elsewhere. */
  links;
  /** For transparent text. */
  texts;

  constructor() {
    this.#svg = svgElement("svg", { class: "sheet-overlay" });
    this.#space = svgElement("g", {});
    this.#highlights = svgElement("g", { class: "sheet-highlights", "aria-hidden": "true" });
    this.texts = svgElement("g", { class: "sheet-texts" });
    this.marks = svgElement("g", { class: "sheet-marks" });
    this.tools = svgElement("g", { class: "sheet-tool-shapes", "aria-hidden": "true" });
    this.#ring = svgElement("rect", { class: "sheet-ring", "vector-effect": "non-scaling-stroke" });
    this.#ring.style.display = "none";
    this.links = svgElement("g", { class: "sheet-links", "aria-hidden": "true" });
    this.#space.append(this.#highlights, this.links, this.texts, this.marks, this.#ring, this.tools);
    this.#snap = svgElement("path", { class: "sheet-snap", "aria-hidden": "true" });
    this.#svg.append(this.#space, this.#snap);
  }

  get element() {
    return this.#svg;
  }

  /** @param {Camera} camera */
  follow(camera) {
    const k = camera.pxPerUm * UM_PER_MM;
    const { px, py } = camera.toView(0, 0);
    this.#space.setAttribute("transform", `matrix(${k} 0 0 ${-k} ${px} ${py})`);
    this.#camera = camera;
    this.#drawSnap();
  }

  /** Mark a point that was caught: a square for the end of a line, a cross for a crossing; nothing for a free one. @param {{x: number, y: number, kind: string} | null} point */
  showSnap(point) {
    this.#snapped = point;
    this.#drawSnap();
  }

  #drawSnap() {
    const shape = this.#snapped && SNAP_SHAPES[/** @type {"end"} */ (this.#snapped.kind)];
    if (!shape || !this.#camera || !this.#snapped) {
      this.#snap.removeAttribute("d");
      return;
    }
    const { px, py } = this.#camera.toView(this.#snapped.x, this.#snapped.y);
    this.#snap.setAttribute("d", shape);
    this.#snap.setAttribute("transform", `translate(${px} ${py})`);
    this.#snap.dataset.kind = this.#snapped.kind;
  }

  /** Put a ring around a region, or around none. @param {Box | null} box */
  ring(box) {
    this.#ring.style.display = box ? "" : "none";
    if (!box) return;
    const sides = { x: box.x0, y: box.y0, width: box.x1 - box.x0, height: box.y1 - box.y0 };
    for (const [name, um] of Object.entries(sides)) this.#ring.setAttribute(name, String(um / UM_PER_MM));
  }

  /** Show these boxes and no others; one of them may be the current, some around what is not drawn. @param {Box[]} boxes @param {number} current index or -1 @param {boolean[]} isUnseen */
  highlight(boxes, current = -1, isUnseen = []) {
    const rects = boxes.map((box, index) =>
      svgElement("rect", {
        class: ["sheet-highlight", index === current && "is-current", isUnseen[index] && "is-unseen"].filter(Boolean).join(" "),
        x: String(box.x0 / UM_PER_MM),
        y: String(box.y0 / UM_PER_MM),
        width: String((box.x1 - box.x0) / UM_PER_MM),
        height: String((box.y1 - box.y0) / UM_PER_MM),
        "vector-effect": "non-scaling-stroke",
      }),
    );
    this.#highlights.replaceChildren(...rects);
  }
}

/**
 * @template {keyof SVGElementTagNameMap} K
 * @param {K} name
 * @param {Record<string, string>} attributes
 * @returns {SVGElementTagNameMap[K]}
 */
export function svgElement(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
