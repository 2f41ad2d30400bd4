// The drawing of record: one question (two clocks), one answer in the page's memory, a table over it.
import { ask, sayRefusal, toast } from "./frame.js";
import { Facets } from "./register-facets.js";
import { VirtualTable } from "./virtual-table.js";
import { TimeLine } from "./record-clock.js";

const setup = JSON.parse(document.getElementById("setup").textContent);
const texts = JSON.parse(document.getElementById("texts").textContent);
const at = (id) => document.getElementById(id);
const fill = (text, data) => text.replace(/\{(\w+)\}/g, (_, name) => data[name]);
const isChinese = document.documentElement.lang.startsWith("zh");
const NOW_MEANING = { same: "force", superseded: "stop", void: "stop", coming: "waiting" };

let state = { asOf: setup.asOf, knownAt: setup.knownAt };

/** The question as a query string; empty when it is "now". */
const queryOf = ({ asOf, knownAt }) => {
  const query = new URLSearchParams();
  if (asOf) query.set("as_of", asOf);
  if (knownAt) query.set("known_at", knownAt);
  const text = query.toString();
  return text ? `?${text}` : "";
};

const element = (name, className, text) => {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
};

const drawNumber = (row) => {
  const box = element("span", "with-badge", "");
  const link = element("a", "sheet-no", row.number);
  link.href = `/sheets/${row.sheet}${queryOf(state)}`;
  box.append(link);
  if (row.backdated === "yes") {
    const badge = element("span", "mark mark-attention", texts.backdated);
    badge.title = row.reason;
    box.append(badge);
  }
  return box;
};

const plainNow = (row) => {
  if (row.now === "superseded") return fill(texts.by, { label: row.nowLabel, since: row.nowSince.slice(0, 10) });
  return row.now === "void" ? fill(texts.voidSince, { since: row.nowSince.slice(0, 10) }) : texts[row.now];
};

const drawHash = (row) => {
  const box = element("span", "hash", "");
  const code = element("code", "", row.sha256.slice(0, 8));
  code.title = row.sha256;
  const button = element("button", "", texts.copy);
  button.type = "button";
  button.tabIndex = -1;
  button.addEventListener("click", async (event) => {
    event.stopPropagation();
    try { await navigator.clipboard.writeText(row.sha256); toast(texts.copied); } catch { getSelection().selectAllChildren(code); }
  });
  box.append(code, button);
  return box;
};

const plainSlips = (row) => (row.slips ? `${row.slips} · ${row.slipNumbers}` : "");

const ALL = [
  { key: "number", width: "136px", draw: drawNumber, plain: (row) => row.number, sort: "sort", isWhole: true },
  { key: "title", width: "minmax(110px, 1fr)" },
  { key: "discipline", width: isChinese ? "68px" : "92px", word: (v) => setup.disciplines[v] ?? v },
  { key: "building", width: "72px", word: (v) => setup.buildings[v] ?? texts.whole },
  { key: "label", width: "56px", isWhole: true },
  { key: "since", width: "140px", sort: "sinceAt" },
  { key: "recorded", width: "140px", sort: "recordedAt" },
  { key: "slips", width: "90px", plain: plainSlips },
  { key: "now", width: isChinese ? "192px" : "196px", plain: plainNow, draw: (row) => element("span", `mark mark-${NOW_MEANING[row.now]}`, plainNow(row)) },
  { key: "sha256", width: "124px", draw: drawHash, plain: (row) => row.sha256 },
].map((c) => ({ label: texts[c.key], ...c }));

const narrow = matchMedia("(max-width: 760px)");
const PHONE = ["number", "label", "now", "title", "since", "slips"];
const columnsHere = () => (narrow.matches ? PHONE.map((key) => ALL.find((c) => c.key === key)) : ALL);

class RecordPage {
  #rows = [];
  #answer = { void: 0, asOfText: setup.asOfText };
  #under = null;
  #line = new TimeLine({ moments: setup.moments, nowMs: setup.nowMs, zone: setup.zone, texts, fill, onChoose: (asOf) => this.#go({ ...state, asOf }) });
  #table = new VirtualTable(at("grid"), { columns: columnsHere(), keyOf: (row) => row.sheet, onOpen: (row) => location.assign(`/sheets/${row.sheet}${queryOf(state)}`) });
  #facets = new Facets(at("facets"), {
    rows: [],
    clearText: texts.clear,
    onChange: () => this.#refresh(),
    groups: [
      { key: "backdated", label: texts.backdatedGroup, words: { yes: texts.backdated, no: texts.onTime }, order: { yes: 0, no: 1 } },
      { key: "now", label: texts.now, words: texts, order: { same: 0, superseded: 1, void: 2, coming: 3 } },
      { key: "discipline", label: texts.discipline, words: setup.disciplines, order: setup.disciplineOrder },
      { key: "building", label: texts.building, words: { ...setup.buildings, "": texts.whole } },
    ],
  });

  start() {
    at("filter").addEventListener("input", () => this.#refresh());
    narrow.addEventListener("change", () => { this.#table.columns = columnsHere(); });
    at("now").addEventListener("click", () => this.#go({ ...state, asOf: "" }));
    at("back-to-now").addEventListener("click", (event) => { event.preventDefault(); this.#go({ asOf: "", knownAt: "" }); });
    for (const id of ["date", "time"]) at(id).addEventListener("change", () => this.#typed("date", "time", "asOf"));
    for (const id of ["known-date", "known-time"]) at(id).addEventListener("change", () => this.#typed("known-date", "known-time", "knownAt"));
    at("known-same").addEventListener("click", () => this.#go({ ...state, knownAt: state.asOf || new Date().toISOString() }));
    at("known-clear").addEventListener("click", () => this.#go({ ...state, knownAt: "" }));
    at("freeze")?.addEventListener("click", () => this.#freeze());
    at("freeze-cancel").addEventListener("click", () => at("freeze-dialog").close());
    addEventListener("popstate", () => { const query = new URLSearchParams(location.search); this.#load({ asOf: query.get("as_of") ?? "", knownAt: query.get("known_at") ?? "" }); });
    this.#showClocks(setup);
    this.#load(state);
  }

  #typed(dateId, timeId, key) {
    const date = at(dateId).value;
    if (date) this.#go({ ...state, [key]: `${date}T${at(timeId).value || "23:59:59"}` });
  }

  #go(wanted) {
    if (queryOf(wanted) === queryOf(state)) return;
    history.pushState(null, "", location.pathname + queryOf(wanted));
    this.#load(wanted);
  }

  async #load(wanted) {
    state = wanted;
    this.#under?.abort();
    const under = (this.#under = new AbortController());
    document.body.classList.add("is-loading");
    try {
      const answer = await ask(location.pathname + queryOf(wanted), { signal: under.signal });
      this.#answer = answer;
      this.#rows = answer.rows.map((values) => Object.fromEntries(answer.columns.map((name, n) => [name, values[n]])));
      if (setup.backdatedFirst) this.#rows.sort((a, b) => (a.backdated === b.backdated ? 0 : a.backdated === "yes" ? -1 : 1));
      state = { asOf: answer.asOf, knownAt: answer.knownAt };
      this.#showClocks(answer);
      this.#facets.rows = this.#rows;
      this.#refresh();
      document.body.classList.remove("is-loading");
      await this.#showDigest(queryOf(answer), under.signal);
    } catch (error) {
      if (error.name !== "AbortError") sayRefusal(error);
    } finally {
      if (this.#under === under) document.body.classList.remove("is-loading");
    }
  }

  /** Everything that says which instant is shown. */
  #showClocks(answer) {
    const isPast = Boolean(answer.asOf || answer.knownAt);
    document.body.classList.toggle("is-past", isPast);
    at("band").hidden = !isPast;
    at("band-text").textContent = fill(texts.band, { at: answer.asOfText }) + (answer.knownAt ? fill(texts.bandKnown, { at: answer.knownAtText }) : "");
    [at("date").value, at("time").value] = answer.asOfLocal.split("T");
    [at("known-date").value, at("known-time").value] = answer.knownAt ? answer.knownAtLocal.split("T") : ["", ""];
    if (answer.knownAt) at("known").open = true;
    this.#line.show(answer.asOfMs, answer.asOf);
    const query = queryOf(answer);
    for (const link of document.querySelectorAll("[data-download]")) link.href = `/projects/${setup.project}/record.${link.dataset.download}${query}`;
  }

  /** The digest of the whole list takes longer than its rows: it comes after them. */
  async #showDigest(query, signal) {
    at("digest").textContent = "…";
    const response = await fetch(`/projects/${setup.project}/record.sha256${query}`, { signal });
    const digest = response.ok ? await response.text() : "";
    at("digest").textContent = digest.slice(0, 12) || "—";
    at("digest").title = digest;
  }

  #refresh() {
    const wanted = at("filter").value.trim().normalize("NFKC").toLowerCase();
    const shown = this.#facets.filter(this.#rows, (row) => !wanted || row.number.toLowerCase().includes(wanted) || row.title.toLowerCase().includes(wanted));
    this.#table.rows = shown;
    const parts = [fill(texts.count, { n: this.#rows.length })];
    if (shown.length !== this.#rows.length) parts.push(fill(texts.shown, { n: shown.length, m: this.#rows.length }));
    if (this.#answer.void) parts.push(fill(texts.voided, { n: this.#answer.void }));
    at("count").textContent = parts.join(" · ");
    at("grid-empty").hidden = shown.length > 0;
    at("grid-empty").textContent = this.#rows.length ? texts.nothing : at("register").dataset.empty;
  }

  #freeze() {
    at("freeze-as-of").value = this.#answer.asOf;
    at("freeze-known-at").value = this.#answer.knownAt;
    at("freeze-what").textContent = fill(texts.freezeWhat, { at: this.#answer.asOfText, n: this.#rows.length });
    at("freeze-dialog").showModal();
  }
}

new RecordPage().start();
