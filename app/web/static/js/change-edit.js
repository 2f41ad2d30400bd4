// What a change says: its words, its sheets, and what it takes the place of.
import { Refusal, ask, sayRefusal } from "./frame.js";

const setup = JSON.parse(document.getElementById("setup").textContent);
const { words } = setup;
const form = document.getElementById("change-form");
const rows = form.querySelector("#sheets tbody");
const field = document.getElementById("sheet-no");
const make = (tag, name = "", text = "") => Object.assign(document.createElement(tag), { className: name, textContent: text });

/** The revision to name of each sheet: the register has one line a sheet. */
const bySheet = new Map(setup.register.map((line) => [line.sheet, line]));
const flat = (number) => number.normalize("NFKC").replace(/[\s‐-―－]/gu, (c) => (c.trim() ? "-" : "")).toLowerCase();
const byNumber = new Map();
for (const line of setup.register) {
  const key = flat(line.number);
  byNumber.set(key, [...(byNumber.get(key) ?? []), line]);
}
document.getElementById("sheet-numbers").replaceChildren(...setup.register.map((line) => new Option(`${line.title} ${line.label}`, line.number)));

/** A reissue speaks of the newest revision, every other change of the one in force. */
const isReissue = () => form.kind.value === "reissue";

/** Sheets that are named, in order. @type {Map<string, {revision: string, boxes: number[][], action: string, note: string}>} */
const named = new Map();

function add(line, { boxes = [], action = "modify", note = "", revision = line.revision } = {}) {
  if (named.has(line.sheet)) return;
  named.set(line.sheet, { revision, boxes, action, note });
  show();
}

function addTyped() {
  const problem = form.querySelector(".problem");
  problem.textContent = "";
  const missing = [];
  for (const typed of field.value.split(/[\s,，、;；]+/u).filter(Boolean)) {
    const found = byNumber.get(flat(typed));
    if (found) for (const line of found) add(line);
    else missing.push(typed);
  }
  field.value = missing.join(" ");
  if (missing.length) problem.textContent = `${words.texts.noSheet}：${missing.join("、")}`;
  if (named.size === 1 && !setup.change) form.discipline.value = bySheet.get([...named.keys()][0]).discipline;
}

function show() {
  rows.replaceChildren(...[...named].map(([sheet, said]) => {
    const line = bySheet.get(sheet);
    const row = make("tr");
    const action = make("select");
    action.append(...Object.entries(words.actions).map(([key, label]) => new Option(label, key, false, key === said.action)));
    action.addEventListener("change", () => { said.action = action.value; });
    const note = Object.assign(make("input"), { value: said.note, maxLength: 4000 });
    note.addEventListener("input", () => { said.note = note.value; });
    const remove = Object.assign(make("button", "small", words.texts.remove), { type: "button" });
    remove.addEventListener("click", () => { named.delete(sheet); show(); });
    const number = make("td");
    number.append(make("strong", "nowrap", line?.number ?? sheet), make("small", "muted", ` ${line?.title ?? ""}`));
    const places = make("td", "", said.boxes.length ? `${said.boxes.length} ${words.texts.region}` : words.texts.noRegion);
    const cells = [number, make("td", "nowrap", (isReissue() ? line?.newestLabel : line?.label) ?? ""), cell(action), places, cell(note), cell(remove)];
    row.append(...cells);
    return row;
  }));
}

function cell(content) {
  const place = make("td");
  place.append(content);
  return place;
}

form.kind.addEventListener("change", show);
field.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); addTyped(); } });
document.getElementById("add-sheet").addEventListener("click", addTyped);
for (const { sheet, ...said } of setup.sheets) if (bySheet.has(sheet)) add(bySheet.get(sheet), said);
if (named.size && !setup.change) form.discipline.value = bySheet.get([...named.keys()][0]).discipline;

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (field.value.trim()) addTyped();
  const problem = form.querySelector(".problem");
  const button = form.querySelector("button.primary");
  problem.textContent = "";
  const ends = [...form.querySelectorAll("[data-change]")].map((row) => ({ change: row.dataset.change, how: row.querySelector("select").value, note: row.querySelector("input").value })).filter((end) => end.how);
  const body = {
    kind: form.kind.value, title: form.title.value, description: form.description.value, reason: form.reason.value, discipline: form.discipline.value,
    cost: form.cost.value, days: form.days.value, ends, version: setup.version,
    sheets: [...named].map(([sheet, said]) => ({ sheet, ...said, revision: isReissue() ? bySheet.get(sheet).newest : said.revision })),
  };
  button.disabled = true;
  try {
    const made = setup.change
      ? await ask(`/changes/${setup.change}`, { method: "PATCH", body })
      : await ask(`/projects/${setup.project}/changes`, { method: "POST", body });
    location.href = `/changes/${setup.change || made.change}`;
  } catch (error) {
    button.disabled = false;
    if (error instanceof Refusal) problem.textContent = `${error.message} ${error.wayOut}`;
    else sayRefusal(error); // a cut line: what was typed stays
  }
});
