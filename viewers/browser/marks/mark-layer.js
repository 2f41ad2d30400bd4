import { svgElement } from "../sheet-overlay.js";
import { CSS_PX_PER_UM, UM_PER_MM } from "../sheet-space.js";
import { markAt } from "./mark-hits.js";
import { boxOf, elementsOf } from "./mark-shapes.js";

/** @import {Point, Shape} from "./mark-shapes.js" */
/** @typedef {{key: string, kind: string, shape: Shape, text: string, basis: Record<string, string>, stampText: string, ink: string, isMine: boolean, isUnsaved: boolean, isGone: boolean}} ShownMark */

/** More points than these are moved together, not one by one. */
const MOST_HANDLES = 12;
const HANDLE_PX = 6;
const REACH_PX = { mouse: 8, pen: 10, touch: 22 };

/** Marks over the drawing: shows them, finds the one under a pointer, and the handles of the selected. Holds no words. */
export class MarkLayer {
  #group;
  #view;
  #surface;
  /** @type {ShownMark[]} */
  #marks = [];
  /** @type {string | null} */
  #selected = null;
  /** The point that keys move: [path, point]. @type {[number, number] | null} */
  #chosen = null;
  #handles = svgElement("g", { class: "mark-handles", "aria-hidden": "true" });
  #body = svgElement("g", {});
  #draft = svgElement("g", { class: "mark is-draft" });

  /** @param {import("../sheet-view.js").SheetView} view @param {HTMLElement} surface the element that the view fills */
  constructor(view, surface) {
    this.#view = view;
    this.#surface = surface;
    this.#group = view.overlay;
    this.#group.append(this.#body, this.#draft, this.#handles);
    view.addEventListener("view", () => this.#drawHandles());
  }

  /** Show these and no others, later ones above. @param {ShownMark[]} marks */
  show(marks) {
    this.#marks = marks;
    this.#body.replaceChildren(...marks.map((mark) => this.#elementOf(mark)));
    this.#drawHandles();
  }

  get selected() {
    return this.#marks.find((mark) => mark.key === this.#selected) ?? null;
  }

  /** @param {string | null} key */
  select(key) {
    this.#selected = key;
    for (const element of this.#body.children) element.classList.toggle("is-selected", element.getAttribute("data-key") === key);
    this.#drawHandles();
  }

  /** Show what is being drawn; null: nothing. @param {ShownMark | null} mark */
  showDraft(mark) {
    this.#draft.replaceChildren(...(mark && mark.shape.paths[0].length ? elementsOf(mark) : []));
  }

  /** Look at a mark with room around it. @param {ShownMark} mark */
  lookAt(mark) {
    const { x0, y0, x1, y1 } = boxOf(mark.shape);
    const room = Math.max(20_000, x1 - x0, y1 - y0);
    this.#view.goTo({ x0: x0 - room, y0: y0 - room, x1: x1 + room, y1: y1 + room });
  }

  /** Sheet point under a pointer, whole um. @param {PointerEvent} event @returns {Point} */
  pointOf(event) {
    const { left, top, width, height } = this.#surface.getBoundingClientRect();
    const { x_um, y_um } = this.#view.state;
    const x = x_um + (event.clientX - left - width / 2) / this.#pxPerUm;
    const y = y_um - (event.clientY - top - height / 2) / this.#pxPerUm;
    return [Math.round(x), Math.round(y)];
  }

  /** How far a pointer reaches, um. @param {PointerEvent} event */
  reach(event) {
    return (REACH_PX[/** @type {"mouse"} */ (event.pointerType)] ?? REACH_PX.mouse) / this.#pxPerUm;
  }

  /** @param {PointerEvent} event */
  markUnder(event) {
    return markAt(this.#marks, this.pointOf(event), this.reach(event));
  }

  /** Which point of the selected mark a pointer takes hold of: [path, point], or null. @param {PointerEvent} event @returns {[number, number] | null} */
  handleUnder(event) {
    const mark = this.selected;
    if (!mark || !mark.isMine || mark.shape.paths.flat().length > MOST_HANDLES) return null;
    const [x, y] = this.pointOf(event);
    const reach = this.reach(event);
    for (const [p, path] of mark.shape.paths.entries())
      for (const [n, point] of path.entries()) if (Math.hypot(point[0] - x, point[1] - y) <= reach) return [p, n];
    return null;
  }

  /** The points of a mark that can be moved one by one: [path, point] each; none where there are too many. @param {ShownMark} mark @returns {[number, number][]} */
  handlesOf(mark) {
    const points = mark.shape.paths.flatMap((path, p) => path.map((_, n) => /** @type {[number, number]} */ ([p, n])));
    return points.length <= MOST_HANDLES ? points : [];
  }

  /** Show which point of the selected mark keys move; null: all. @param {[number, number] | null} handle */
  chooseHandle(handle) {
    this.#chosen = handle;
    this.#drawHandles();
  }

  get #pxPerUm() {
    return this.#view.state.scale * CSS_PX_PER_UM;
  }

  /** @param {ShownMark} mark */
  #elementOf(mark) {
    const names = ["mark", mark.isUnsaved && "is-unsaved", mark.isGone && "is-gone", mark.key === this.#selected && "is-selected"];
    const element = svgElement("g", { class: names.filter(Boolean).join(" "), "data-key": mark.key, "data-kind": mark.kind });
    element.append(...elementsOf(mark));
    return element;
  }

  #drawHandles() {
    const mark = this.selected;
    const r = HANDLE_PX / this.#pxPerUm / UM_PER_MM;
    this.#handles.replaceChildren(...(mark?.isMine ? this.handlesOf(mark) : []).map(([p, n]) => {
      const [x, y] = mark.shape.paths[p][n];
      const isChosen = this.#chosen?.[0] === p && this.#chosen[1] === n;
      return svgElement("circle", { class: isChosen ? "is-chosen" : "", cx: String(x / UM_PER_MM), cy: String(y / UM_PER_MM), r: String(r), "vector-effect": "non-scaling-stroke" });
    }));
  }
}
