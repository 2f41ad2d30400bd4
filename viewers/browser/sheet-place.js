import { UM_PER_MM, clamp } from "./sheet-space.js";

/** @import {Camera} from "./camera.js" */
/**
 * @typedef {{mark: string, start: number, end: number}} GridField um
 * @typedef {{columns: GridField[], rows: GridField[], is_drawn: boolean}} SheetGrid
 */

/** The field of a point: rows by letters before columns by figures. @param {SheetGrid} grid @param {number} x @param {number} y */
export function fieldOf(grid, x, y) {
  const at = (/** @type {GridField[]} */ fields, /** @type {number} */ um) =>
    fields.find(({ start, end }) => um >= start && um < end) ?? fields[um <= 0 ? 0 : fields.length - 1];
  const [column, row] = [at(grid.columns, x).mark, at(grid.rows, y).mark];
  return /^\d/u.test(row) ? column + row : row + column;
}

/** Where the pointer is, in fields of the sheet's grid and in mm; of the middle of the view where there is no pointer. */
export class SheetPlace {
  #element = document.createElement("div");
  #field = document.createElement("b");
  #words = document.createElement("span");
  #page;
  #grid;
  #labels;
  /** View px of the pointer. @type {{px: number, py: number} | null} */
  #pointer = null;
  /** @type {Camera | null} */
  #camera = null;

  /**
   * @param {import("./sheet-space.js").PageSize} page
   * @param {SheetGrid | undefined} grid
   * @param {Record<string, string>} labels
   * @param {HTMLElement} surface
   * @param {AbortSignal} signal
   */
  constructor(page, grid, labels, surface, signal) {
    this.#page = page;
    this.#grid = grid;
    this.#labels = labels;
    this.#element.className = "sheet-place";
    this.#element.setAttribute("aria-hidden", "true"); // it changes with every move of the pointer
    this.#element.append(this.#field, this.#words);
    surface.addEventListener("pointermove", (event) => {
      if (event.pointerType === "touch") return;
      const { left, top } = surface.getBoundingClientRect();
      this.#pointer = { px: event.clientX - left, py: event.clientY - top };
      this.#show();
    }, { signal });
    surface.addEventListener("pointerleave", () => {
      this.#pointer = null;
      this.#show();
    }, { signal });
  }

  get element() {
    return this.#element;
  }

  /** @param {Camera} camera */
  follow(camera) {
    this.#camera = camera;
    this.#show();
  }

  #show() {
    if (!this.#camera) return;
    const { width_um, height_um } = this.#page;
    const middle = { px: this.#camera.width / 2, py: this.#camera.height / 2 };
    const { px, py } = this.#pointer ?? middle;
    const { x_um, y_um } = this.#camera.toSheet(px, py);
    const [x, y] = [clamp(x_um, 0, width_um), clamp(y_um, 0, height_um)];
    const mm = [x, y].map((um) => (um / UM_PER_MM).toFixed(1)).join(", ");
    this.#field.textContent = this.#grid ? fieldOf(this.#grid, x, y) : "";
    this.#element.title = this.#grid && !this.#grid.is_drawn ? this.#labels.gridComputed : "";
    this.#words.textContent = `${this.#grid && !this.#grid.is_drawn ? this.#labels.gridComputedShort : ""} ${mm} mm`.trim();
  }
}
