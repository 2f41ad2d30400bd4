import { PointerGestures } from "./pointer-gestures.js";
import { ViewKeys } from "./view-keys.js";
import { WheelGestures } from "./wheel-gestures.js";

/** @import {ViewPoint} from "./pointer-gestures.js" */
/** @import {ViewMotion} from "./view-motion.js" */

/** A wheel and the arrow keys come in quick steps: the way between two is short. */
const STEP_MS = 110;

/**
 * Mouse, fingers and wheel on a drawing move the view; what is pointed at is told. A press focuses the drawing.
 * @param {HTMLElement} surface
 * @param {ViewMotion} motion
 * @param {{tap: (at: ViewPoint, pointer: "mouse" | "pen" | "touch") => void, doubleTap: (at: ViewPoint, isTouch: boolean) => void}} target
 * @param {AbortSignal} signal
 */
export function steer(surface, motion, { tap, doubleTap }, signal) {
  new PointerGestures(surface, {
    toSheet: ({ px, py }) => motion.camera.toSheet(px, py),
    scale: () => motion.camera.state.scale,
    hold: (anchor, at, scale) => motion.jump(motion.camera.holding(anchor, at, scale)),
    stop: () => motion.stop(),
    tap,
    doubleTap,
  }, signal);
  new WheelGestures(surface, {
    zoomBy: (factor, at, isSmooth) => motion.zoomBy(factor, at, isSmooth ? STEP_MS : 0),
    panBy: (dx, dy) => motion.panBy(dx, dy, 0),
  }, signal);
  surface.addEventListener("pointerdown", () => surface.focus({ preventScroll: true }), { signal });
}

/**
 * The keys of a view move it.
 * @param {HTMLElement} element @param {ViewMotion} motion @param {() => void} openSearch @param {AbortSignal} signal
 */
export function steerByKeys(element, motion, openSearch, signal) {
  new ViewKeys(element, {
    zoomBy: (factor) => motion.zoomBy(factor),
    panBy: (dx, dy) => motion.panBy(dx, dy, STEP_MS),
    fit: () => motion.fit("fit"),
    trueSize: () => motion.trueSize(),
    openSearch,
  }, signal);
}
