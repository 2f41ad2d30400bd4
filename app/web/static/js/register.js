// The register: thousands of rows in the page's memory, only the visible ones in its tree.
import { ask, sayRefusal, toast } from "./frame.js";
import { Facets } from "./register-facets.js";
import { VirtualTable } from "./virtual-table.js";
import { PackDialog } from "./offline-pack.js";
import { ActDialog } from "./register-acts.js";

const setup = JSON.parse(document.getElementById("setup").textContent);
const texts = JSON.parse(document.getElementById("texts").textContent);
const query = new URLSearchParams(location.search);
const rememberedKey = "oneset.register.columns";

/** Text with {places} filled. */
const fill = (text, data) => text.replace(/\{(\w+)\}/g, (_, name) => data[name]);

const MEANING = { in_force: "force", pending: "force", coming: "waiting", not_released: "waiting", superseded: "stop", void: "stop",
  draft: "waiting", checking: "waiting", issued: "waiting", submitted: "waiting", returned: "attention", approved: "waiting", released: "force", withdrawn: "history" };

const mark = (code, word, meaning = MEANING[code]) => {
  const span = document.createElement("span");
  span.className = `mark mark-${meaning ?? "history"}`;
  span.textContent = word;
  return span;
};

const link = (row) => {
  const a = document.createElement("a");
  a.href = `/sheets/${row.sheet}`;
  a.className = "sheet-no";
  a.textContent = row.number;
  return a;
};

/** How the newest revision stands with its seals, leading to the report; nothing is drawn where there is no seal. */
const seal = (row) => {
  if (row.seal === "no_seal") return "";
  const a = document.createElement("a");
  a.href = `/revisions/${row.revision}/seals`;
  a.append(mark(row.seal, setup.seals[row.seal], setup.sealMeanings[row.seal]));
  return a;
};

/** To the comparison with the revision before, where there is one. */
const comparison = (row) => {
  if (row.seq < 2) return "";
  const a = document.createElement("a");
  a.href = `/sheets/${row.sheet}/compare`;
  a.textContent = texts.compareWord;
  a.title = texts.compareTip;
  return a;
};

const picture = (row) => {
  const image = document.createElement("img");
  image.loading = "lazy";
  image.alt = "";
  image.src = row.thumb;
  return image;
};

const isChinese = document.documentElement.lang.startsWith("zh");
const COLUMNS = [ // those that show at first fit a screen of 1366 pixels in Chinese
  { key: "thumb", width: "60px", label: texts.thumbs, head: "", draw: picture, plain: () => "" },
  { key: "number", width: "116px", draw: link, sort: "sort", isWhole: true },
  { key: "title", width: "minmax(120px, 1fr)" },
  { key: "discipline", width: isChinese ? "74px" : "112px", word: (v) => setup.disciplines[v] ?? v },
  { key: "building", width: "80px", word: (v) => setup.buildings[v] ?? texts.whole },
  { key: "label", width: "72px", isWhole: true },
  { key: "state", width: isChinese ? "96px" : "110px", draw: (row) => mark(row.state, setup.states[row.state]), plain: (row) => setup.states[row.state] },
  { key: "standing", width: isChinese ? "138px" : "206px", draw: (row) => mark(row.standing, setup.standings[row.standing]), plain: (row) => setup.standings[row.standing] },
  { key: "seal", width: isChinese ? "80px" : "96px", draw: seal, plain: (row) => setup.seals[row.seal] },
  { key: "forceLabel", width: isChinese ? "72px" : "88px" },
  { key: "forceSince", width: "92px" },
  { key: "slips", width: "56px", isNumber: true, word: (v) => v || "" },
  { key: "compare", width: isChinese ? "52px" : "76px", draw: comparison, plain: () => "" },
  { key: "paper", width: "76px", isHidden: true },
  { key: "scales", width: "90px", isHidden: true },
  { key: "date", width: "100px", isHidden: true },
  { key: "stage", width: "84px", word: (v) => setup.stages[v] ?? v, isHidden: true },
  { key: "at", width: "100px", isHidden: true },
].map((c) => ({ label: texts[c.key], ...c }));

const ROW_HEIGHT = 37;
/** On a phone a sheet is one card: what it is, and how it stands, without a move of the finger. */
const CARD_HEIGHT = 66;
const card = (row) => {
  const element = document.createElement("span");
  element.className = "sheet-card";
  const words = document.createElement("span");
  words.className = "sheet-card-words";
  const first = document.createElement("span");
  first.className = "sheet-card-first";
  const label = document.createElement("span");
  label.className = "muted";
  label.textContent = row.label;
  first.append(link(row), label, mark(row.standing, setup.standings[row.standing]));
  const title = document.createElement("span");
  title.className = "sheet-card-title";
  title.textContent = title.title = row.title;
  words.append(first, title);
  element.append(picture(row), words);
  return element;
};
const CARD = [{ key: "number", sort: "sort", label: texts.number, head: `${texts.number} · ${texts.standing} · ${texts.title}`, width: "minmax(0, 1fr)", draw: card, plain: (row) => row.number }];
const phone = matchMedia("(max-width: 760px)");

class Register {
  #rows = [];
  #shown = [];
  #table;
  #facets;
  #acts;

  async start() {
    const data = await ask(location.pathname);
    this.#rows = data.rows.map((values) => Object.fromEntries(data.columns.map((name, n) => [name, values[n]])));
    const grid = document.getElementById("grid");
    if (!this.#rows.length) {
      const empty = document.createElement("div");
      empty.className = "empty";
      empty.textContent = document.getElementById("register").dataset.empty;
      grid.replaceChildren(empty);
    }
    this.#table = new VirtualTable(grid, {
      columns: this.#chosenColumns(),
      keyOf: (row) => row.revision,
      onSelect: () => this.#count(),
      onOpen: (row) => { location.href = `/sheets/${row.sheet}`; },
      isSelectable: setup.acts.length > 0,
      emptyText: texts.none,
    });
    phone.addEventListener("change", () => this.#layOut());
    this.#layOut();
    this.#facets = new Facets(document.getElementById("facets"), {
      rows: this.#rows,
      clearText: texts.clear,
      groups: [
        { key: "standing", label: texts.standing, words: setup.standings },
        { key: "state", label: texts.state, words: setup.states },
        { key: "seal", label: texts.seal, words: setup.seals },
        { key: "discipline", label: texts.discipline, words: setup.disciplines, order: setup.disciplineOrder },
        { key: "building", label: texts.building, words: { "": texts.whole, ...setup.buildings } },
        { key: "stage", label: texts.stage, words: setup.stages },
      ],
      onChange: () => this.#refresh(),
    });
    document.getElementById("filter").addEventListener("input", () => this.#refresh());
    this.#columnChoice();
    this.#acts = new ActDialog({ acts: setup.acts, project: setup.project, texts, fill, selection: () => this.#table.selection(), afterwards: () => this.#reload() });
    new PackDialog({ project: setup.project, projectName: setup.projectName, fill, what: () => this.#what() });
    this.#fromAddress();
    this.#refresh();
  }

  #layOut() {
    if (phone.matches) this.#table.layOut(CARD, CARD_HEIGHT);
    else this.#table.layOut(this.#chosenColumns(), ROW_HEIGHT);
  }

  async #reload() {
    const data = await ask(location.pathname);
    this.#rows = data.rows.map((values) => Object.fromEntries(data.columns.map((name, n) => [name, values[n]])));
    this.#facets.rows = this.#rows;
    this.#refresh();
  }

  #fromAddress() {
    for (const key of ["standing", "seal"]) if (query.get(key)) this.#facets.choose(key, query.get(key));
    const act = setup.acts.find((a) => a.key === query.get("act"));
    if (act) for (const state of act.states) this.#facets.choose("state", state);
  }

  #refresh() {
    const wanted = document.getElementById("filter").value.trim().normalize("NFKC").toLowerCase();
    const matches = (row) => !wanted || row.number.toLowerCase().includes(wanted) || row.title.toLowerCase().includes(wanted);
    this.#shown = this.#facets.filter(this.#rows, matches);
    this.#table.rows = this.#shown;
    this.#count();
  }

  /** What would be taken along: the selection, else what is shown; by building and discipline it stays up to date. */
  #what() {
    const rows = this.#table.selection();
    if (rows.length) return { rows, filter: null, name: fill(texts.selected, { n: rows.length }) };
    const { discipline, building, ...others } = this.#facets.chosen;
    const isPlain = !document.getElementById("filter").value.trim() && Object.values(others).every((values) => !values.length);
    const words = [...building.map((id) => setup.buildings[id] ?? texts.whole), ...discipline.map((code) => setup.disciplines[code] ?? code)];
    return { rows: this.#shown, filter: isPlain ? { discipline, building } : null, name: words.join("、") || (isPlain ? texts.allSheets : fill(texts.selected, { n: this.#shown.length })) };
  }

  #count() {
    const chosen = this.#table.selection().length;
    const shown = fill(texts.shown, { n: this.#shown.length, m: this.#rows.length });
    document.getElementById("count").textContent = chosen ? `${shown} · ${fill(texts.selected, { n: chosen })}` : shown;
  }

  #chosenColumns() {
    const hidden = JSON.parse(localStorage.getItem(rememberedKey) ?? "null") ?? COLUMNS.filter((c) => c.isHidden).map((c) => c.key);
    return COLUMNS.filter((c) => !hidden.includes(c.key));
  }

  #columnChoice() {
    const place = document.getElementById("column-choice");
    for (const column of COLUMNS) {
      const label = document.createElement("label");
      label.className = "check";
      const box = document.createElement("input");
      box.type = "checkbox";
      box.checked = this.#chosenColumns().includes(column);
      box.disabled = column.key === "number";
      box.addEventListener("change", () => {
        const hidden = COLUMNS.filter((c) => (c === column ? !box.checked : !this.#chosenColumns().includes(c))).map((c) => c.key);
        localStorage.setItem(rememberedKey, JSON.stringify(hidden));
        this.#layOut();
      });
      label.append(box, column.label);
      place.append(label);
    }
  }
}

new Register().start().catch((error) => { sayRefusal(error); toast(String(error.message ?? error), { isBad: true }); });
