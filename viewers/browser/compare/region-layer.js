import { svgElement } from "../sheet-overlay.js";
import { UM_PER_MM } from "../sheet-space.js";
import { boxAround } from "./affine.js";

/** @import {Camera} from "../camera.js" */

/**
 * A place that is ringed: its corners in the space of the view, a number, and how it is drawn.
 * @typedef {{id: string, corners: [number, number][], number: string, look: string}} Ringed
 */

/** More numbers than this at once are nothing but noise. */
const MOST_BADGES = 60;
/** A finger or a mouse that misses by this much means it, CSS px. */
const SLACK_PX = 6;
const BADGE_PX = 16;

/** Rings around regions, with their numbers; one of them is chosen. */
export class RegionLayer {
  #svg = svgElement("svg", { class: "compare-regions", "aria-hidden": "true" });
  #space = svgElement("g", {});
  #badges = svgElement("g", {});
  /** @type {(Ringed & {box: import("../sheet-space.js").Box, ring: SVGElement, badge: SVGGElement})[]} */
  #items = [];
  #chosen = "";

  constructor() {
    this.#svg.append(this.#space, this.#badges);
  }

  get element() {
    return this.#svg;
  }

  /** @param {Ringed[]} rings */
  show(rings) {
    this.#items = rings.map((ringed) => {
      const points = ringed.corners.map(([x, y]) => `${x / UM_PER_MM},${y / UM_PER_MM}`).join(" ");
      const ring = svgElement("polygon", { points, class: `compare-ring is-${ringed.look}`, "vector-effect": "non-scaling-stroke" });
      ring.dataset.id = ringed.id;
      return { ...ringed, box: boxAround(ringed.corners), ring, badge: badgeOf(ringed) };
    });
    this.#space.replaceChildren(...this.#items.map(({ ring }) => ring));
    this.#badges.replaceChildren(...this.#items.map(({ badge }) => badge));
    this.choose(this.#chosen);
  }

  /** @param {string} id */
  choose(id) {
    this.#chosen = id;
    for (const { id: own, ring, badge } of this.#items) {
      ring.classList.toggle("is-chosen", own === id);
      badge.classList.toggle("is-chosen", own === id);
      if (own === id) this.#space.append(ring);
    }
  }

  /** The smallest ring around a point of the view's space. @param {number} x @param {number} y @param {Camera} camera */
  at(x, y, camera) {
    const slack = SLACK_PX / camera.pxPerUm;
    const hit = this.#items
      .filter(({ box }) => x >= box.x0 - slack && x <= box.x1 + slack && y >= box.y0 - slack && y <= box.y1 + slack)
      .sort((one, other) => areaOf(one.box) - areaOf(other.box));
    return hit[0]?.id ?? "";
  }

  /** @param {Camera} camera */
  follow(camera) {
    const k = camera.pxPerUm * UM_PER_MM;
    const { px, py } = camera.toView(0, 0);
    this.#space.setAttribute("transform", `matrix(${k} 0 0 ${-k} ${px} ${py})`);
    const { box } = camera;
    let left = MOST_BADGES;
    for (const item of this.#items) {
      const isInView = item.box.x1 > box.x0 && item.box.x0 < box.x1 && item.box.y1 > box.y0 && item.box.y0 < box.y1;
      const isShown = isInView && (left-- > 0 || item.id === this.#chosen);
      item.badge.toggleAttribute("data-out", !isShown);
      if (!isShown) continue;
      const corner = camera.toView(Math.max(item.box.x0, box.x0), Math.min(item.box.y1, box.y1));
      item.badge.setAttribute("transform", `translate(${corner.px.toFixed(1)} ${Math.max(BADGE_PX, corner.py).toFixed(1)})`);
    }
  }
}

/** @param {Ringed} ringed @returns {SVGGElement} */
function badgeOf({ number, look, id }) {
  const badge = svgElement("g", { class: `compare-badge is-${look}` });
  if (!number) return badge;
  const width = 8 + 7 * number.length;
  badge.append(
    svgElement("rect", { x: "-1", y: String(-BADGE_PX), width: String(width), height: String(BADGE_PX), rx: "2" }),
    svgElement("text", { x: String(width / 2 - 1), y: "-4", "text-anchor": "middle" }),
  );
  badge.lastElementChild.textContent = number;
  badge.dataset.id = id;
  return badge;
}

function areaOf({ x0, y0, x1, y1 }) {
  return (x1 - x0) * (y1 - y0);
}
