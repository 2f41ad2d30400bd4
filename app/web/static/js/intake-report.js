// What an act did not do, row by row: the row, why, and what to do next.
import { element } from "./intake-panel.js";

/**
 * @param {Record<string, {message: string, way_out: string}>} refused  by row id
 * @param {{nameOf: (id: string) => string, onRow: (id: string) => void}} options
 * @returns {HTMLTableElement | null}  null when nothing was refused
 */
export function refusalTable(refused, { nameOf, onRow }) {
  const entries = Object.entries(refused);
  if (!entries.length) return null;
  const table = element("table", "report");
  for (const [id, refusal] of entries) {
    const line = table.insertRow();
    const button = element("button", "link", nameOf(id));
    button.type = "button";
    button.addEventListener("click", () => onRow(id));
    const cell = line.insertCell();
    cell.className = "sheet-no";
    cell.append(button);
    line.insertCell().textContent = `${refusal.message} ${refusal.way_out}`;
  }
  return table;
}

/** A line of a summary: words, shape and colour. */
export function told(meaning, text, act) {
  const item = element("li");
  item.append(element("span", `mark mark-${meaning}`, text));
  if (act) {
    const button = element("button", "link", act.word);
    button.type = "button";
    button.addEventListener("click", act.run);
    item.append(" ", button);
  }
  return item;
}
