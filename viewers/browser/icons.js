import { svgElement } from "./sheet-overlay.js";

/** One line drawing per act, on a grid of 20. */
const PATHS = {
  zoomIn: "M10 4v12M4 10h12",
  zoomOut: "M4 10h12",
  fit: "M3 7V3h4M13 3h4v4M17 13v4h-4M7 17H3v-4M7 7h6v6H7z",
  fitWidth: "M3 4v12M17 4v12M6 10h8M8 7.5 5.5 10 8 12.5M12 7.5l2.5 2.5-2.5 2.5",
  search: "M8.5 3.5a5 5 0 1 0 0 10 5 5 0 0 0 0-10M12.2 12.2 17 17",
  selectText: "M5 4h10M10 4v12M7.5 16h5M5 4v2M15 4v2",
  overview: "M3 4h14v12H3zM10 10h5v4h-5z",
  layers: "M10 3 3 7l7 4 7-4zM3 10.5l7 4 7-4M3 14l7 4 7-4",
  measure: "M3 13 13 3l4 4L7 17zM5.5 10.5l2 2M8 8l2 2M10.5 5.5l2 2",
  region: "M4 7V4h3M9 4h2M13 4h3v3M16 9v2M16 13v3h-3M11 16H9M7 16H4v-3M4 11V9",
  only: "M10 4a6 6 0 1 0 0 12 6 6 0 0 0 0-12M10 8a2 2 0 1 0 0 4 2 2 0 0 0 0-4",
  undo: "M7 4 3 8l4 4M3 8h9a4 4 0 0 1 0 8H8",
  previous: "M4 12.5l6-6 6 6",
  next: "M4 7.5l6 6 6-6",
  close: "M5 5l10 10M15 5 5 15",
};

/** @typedef {keyof typeof PATHS} IconName */

/** @param {IconName} name */
export function iconOf(name) {
  const icon = svgElement("svg", { viewBox: "0 0 20 20", "aria-hidden": "true", class: "sheet-icon" });
  icon.append(svgElement("path", { d: PATHS[name] }));
  return icon;
}

/**
 * A button with an icon and a label that is read out and shown on hover.
 * @param {IconName} name
 * @param {string} label
 * @param {() => void} act
 * @param {AbortSignal} signal
 */
export function iconButton(name, label, act, signal) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "sheet-button";
  button.dataset.act = name;
  button.title = label;
  button.setAttribute("aria-label", label);
  button.append(iconOf(name));
  button.addEventListener("click", act, { signal });
  return button;
}
