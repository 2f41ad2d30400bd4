// Choosing what to compare: another revision of a sheet, or another sheet found by its number.
import { ask, sayRefusal } from "./frame.js";
import { element } from "./compare-list.js";

const MOST = 30;

/** @param {object} setup of the page */
export function mountChooser(setup) {
  const dialog = document.getElementById("choose-dialog");
  const title = document.getElementById("choose-title");
  const find = document.getElementById("choose-find");
  const list = document.getElementById("choose-sheets");
  let side = "before";
  /** Every sheet that the person sees, fetched once. */
  let sheets = null;
  let round = 0;

  async function open(which) {
    side = which;
    title.textContent = title.dataset[which];
    find.value = "";
    dialog.showModal();
    find.focus();
    await show([own(setup[which])], setup[which].sheet);
  }

  /** @param {{sheet: string, number: string, title: string}[]} found @param {string} [unfolded] */
  async function show(found, unfolded) {
    list.replaceChildren(...found.map((sheet) => entry(sheet)));
    if (!found.length) list.append(element("li", "muted", setup.words.noSheets));
    const first = unfolded && list.querySelector(`details[data-sheet="${CSS.escape(unfolded)}"]`);
    if (first) first.open = true;
  }

  function entry(sheet) {
    const details = element("details", "");
    details.dataset.sheet = sheet.sheet;
    const summary = element("summary", "");
    summary.append(element("b", "sheet-no", sheet.number), element("span", "muted", sheet.title));
    const revisions = element("ul", "choose-revisions");
    details.append(summary, revisions);
    details.addEventListener("toggle", () => { if (details.open && !revisions.children.length) unfold(sheet, revisions).catch(sayRefusal); });
    const row = document.createElement("li");
    row.append(details);
    return row;
  }

  async function unfold(sheet, place) {
    const { revisions } = await ask(`/sheets/${sheet.sheet}/revisions.json`);
    place.replaceChildren(...revisions.map((revision) => {
      const link = element("a", "");
      link.href = addressWith(revision.rendition);
      link.append(element("b", "", revision.label), element("span", "file", revision.file), element("span", "", revision.state), element("span", "muted num", revision.day), element("span", "muted", revision.title));
      if (revision.rendition === setup[side].rendition) link.setAttribute("aria-current", "true");
      const row = document.createElement("li");
      row.append(link);
      return row;
    }));
    if (!revisions.length) place.append(element("li", "muted", setup.words.noRevisions));
  }

  /** The same page with another sheet at one side; the mode stays. */
  function addressWith(rendition) {
    const [before, after] = side === "before" ? [rendition, setup.after.rendition] : [setup.before.rendition, rendition];
    const mode = new URLSearchParams(location.hash.slice(1)).get("mode");
    return `/renditions/${before}/compare/${after}${mode ? `#mode=${mode}` : ""}`;
  }

  async function search() {
    const mine = ++round;
    const wanted = find.value.trim().toLowerCase();
    if (!wanted) return show([own(setup[side])], setup[side].sheet);
    sheets ??= await registerOf(setup.project);
    if (mine !== round) return undefined;
    const hits = sheets.filter(({ number, title: name }) => `${number} ${name}`.toLowerCase().includes(wanted));
    return show(hits.slice(0, MOST), hits.length === 1 ? hits[0].sheet : "");
  }

  for (const button of document.querySelectorAll("[data-choose]")) button.addEventListener("click", () => open(button.dataset.choose).catch(sayRefusal));
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  // In a search field the browser takes Escape for "empty it".
  find.addEventListener("keydown", (event) => { if (event.key === "Escape") { event.preventDefault(); dialog.close(); } });
  find.addEventListener("input", () => search().catch(sayRefusal));
  const asked = new URLSearchParams(location.hash.slice(1)).get("choose");
  if (asked === "before" || asked === "after") open(asked).catch(sayRefusal);
}

function own({ sheet, number, title }) {
  return { sheet, number, title };
}

async function registerOf(project) {
  const data = await ask(`/projects/${project}/register`);
  const at = Object.fromEntries(data.columns.map((name, n) => [name, n]));
  return data.rows.map((row) => ({ sheet: row[at.sheet], number: row[at.number], title: row[at.title] }));
}
