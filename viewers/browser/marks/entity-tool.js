import { svgElement } from "../sheet-overlay.js";
import { UM_PER_MM } from "../sheet-space.js";
import { EntityField, entityAt } from "./entity-field.js";

/** @import {Entity} from "./entity-field.js" */
/** @import {MarkLayer} from "./mark-layer.js" */
/** @import {Point} from "./mark-shapes.js" */

/** How far the keyboard's cross reaches, in parts of what a mouse does. */
const MOUSE = /** @type {PointerEvent} */ ({ pointerType: "mouse" });

/**
 * Points at entities of a CAD sheet: the one under the pointer, or under the keyboard's cross, is ringed; a click, a
 * tap or Enter picks it. The view pans and zooms as ever meanwhile. Holds no words.
 */
export class EntityTool {
  #view;
  #layer;
  #target;
  #field;
  #group = svgElement("g", { class: "entity-shapes", "aria-hidden": "true" });
  #hover = svgElement("path", { class: "entity-hover", "vector-effect": "non-scaling-stroke" });
  #chosen = svgElement("path", { class: "entity-chosen", "vector-effect": "non-scaling-stroke" });
  /** @type {Map<string, Entity> | null} */
  #entities = null;
  #isOn = false;
  #pointer = MOUSE;

  /**
   * @param {import("../sheet-view.js").SheetView} view
   * @param {HTMLElement} element the element that the view fills
   * @param {MarkLayer} layer
   * @param {string} url of the page's entities
   * @param {{hovered: (entity: Entity | null) => void, picked: (entity: Entity, at: Point) => void}} target
   * @param {AbortSignal} signal
   */
  constructor(view, element, layer, url, target, signal) {
    this.#view = view;
    this.#layer = layer;
    this.#target = target;
    this.#field = new EntityField(url, signal);
    this.#group.append(this.#chosen, this.#hover);
    view.overlay.prepend(this.#group);
    const options = { capture: true, signal };
    element.addEventListener("pointerdown", (event) => { this.#pointer = event; }, options);
    element.addEventListener("pointermove", (event) => { if (event.pointerType !== "touch" && isOnSheet(event)) this.#follow(layer.pointOf(event), event); }, options);
    view.addEventListener("point", (event) => { const { x_um, y_um } = /** @type {CustomEvent} */ (event).detail; this.pick([x_um, y_um], this.#pointer); });
  }

  get isOn() {
    return this.#isOn;
  }

  /** Begin to point at entities; resolves when they are known. */
  async start() {
    this.#isOn = true;
    try {
      this.#entities = await this.#field.all();
    } catch (error) {
      this.stop();
      throw error;
    }
  }

  stop() {
    this.#isOn = false;
    this.#hover.setAttribute("d", "");
    this.#target.hovered(null);
  }

  /** The keyboard's cross is here. @param {Point} at */
  follow(at) {
    this.#follow(at, MOUSE);
  }

  /** @param {Point} at @param {PointerEvent} [by] @returns {boolean} whether there is one */
  pick(at, by = MOUSE) {
    const entity = this.#at(at, by);
    if (entity) this.#target.picked(entity, at);
    return entity !== null;
  }

  /** An entity by its handle; null when the file has none. @param {string} handle @returns {Promise<Entity | null>} */
  async entity(handle) {
    return (await this.#field.all()).get(handle) ?? null;
  }

  /** Ring the entity of a mark that is looked at; null: none. @param {Entity | null} entity */
  showChosen(entity) {
    this.#chosen.setAttribute("d", entity ? outlineOf(entity) : "");
  }

  /** @param {Point} at @param {PointerEvent} by */
  #follow(at, by) {
    if (!this.#isOn) return;
    const entity = this.#at(at, by);
    this.#hover.setAttribute("d", entity ? outlineOf(entity) : "");
    this.#target.hovered(entity);
  }

  /** @param {Point} at @param {PointerEvent} by */
  #at(at, by) {
    if (!this.#isOn || !this.#entities) return null;
    return entityAt(this.#entities.values(), at, this.#layer.reach(by), (index) => this.#view.isDrawn(index));
  }
}

/** Only on the drawing itself, not on buttons over it. @param {Event} event */
const isOnSheet = (event) => event.target instanceof Element && event.target.closest(".sheet-surface") !== null;

/** @param {Entity} entity */
function outlineOf({ box, lines }) {
  const { x0, y0, x1, y1 } = box;
  const shown = lines.length ? lines : [[[x0, y0], [x1, y0], [x1, y1], [x0, y1], [x0, y0]]];
  return shown.map((line) => `M${(line.length === 1 ? [line[0], line[0]] : line).map(([x, y]) => `${x / UM_PER_MM} ${y / UM_PER_MM}`).join("L")}`).join("");
}
