// The compare page: mounts the view of two sheets, asks for their comparison, and keeps list, view and address in step.
import { ask, csrfToken, reach, sayRefusal, toast, Refusal } from "./frame.js";
import { mountChooser } from "./compare-choose.js";
import { DifferenceList, element } from "./compare-list.js";
import { fitting } from "/viewer/compare/affine.js";
import { CompareView, MODES } from "/viewer/compare/compare-view.js";

const setup = JSON.parse(document.getElementById("setup").textContent);
const { words } = setup;
const here = `/renditions/${setup.before.rendition}/compare/${setup.after.rendition}`;
const stage = document.getElementById("stage");
const POLL_MS = 1000;

/** What the address says after its #: `mode`, `region`, `at=x,y,scale`. */
const asked = () => new URLSearchParams(location.hash.slice(1));

/** @type {CompareView | null} */
let view = null;
let pages = null;
/** The answer, once it is there. */
let found = null;
const faded = { before: 1, after: 1, same: 1 };
const list = new DifferenceList(words, { onChoose: (id) => choose(id), onFilter: () => ring() });

// -- the two sheets ---------------------------------------------------------------------------------------------------

async function load() {
  const facts = await Promise.all(["before", "after"].map((side) => ask(`/renditions/${setup[side].rendition}/page.json`)));
  pages = { before: facts[0], after: facts[1] };
  if (!view) mount(null);
}

/** Show the sheets; once more when it is known how they lie on each other. @param {number[] | null} affine */
function mount(affine) {
  const [mode, tones] = [view?.mode ?? modeOf(asked().get("mode")), view?.tones];
  const hash = view && !view.isFitted ? view.hash : asked().get("at") ?? "";
  view?.destroy();
  view = new CompareView(stage, {
    before: plateOf("before"), after: plateOf("after"), labels: words.view,
    affine: affine ?? guess(), hash,
  });
  view.addEventListener("mode", () => { showMode(); remember(); });
  view.addEventListener("region", ({ detail }) => choose(detail.id, { isGoing: false }));
  view.addEventListener("shown", ({ detail }) => showBlink(detail));
  view.addEventListener("error", ({ detail }) => console.warn("tile", detail.side, String(detail.error)));
  view.mode = mode;
  if (tones) view.tones = tones;
  if (!hash) view.fit();
  showMode();
  showBlink({ side: "after", isRunning: view.blinker.isRunning });
}

function plateOf(side) {
  const base = `/renditions/${setup[side].rendition}`;
  return {
    page: pages[side], label: setup[side].name, thumbUrl: `${base}/thumb.webp`,
    tileUrl: (level, x, y) => `${base}/tiles/${level}/${x}/${y}.webp`,
  };
}

/** While nobody knows how the sheets lie: as they are, or centred where their sizes differ. */
function guess() {
  const isAlike = ["width_um", "height_um"].every((side) => Math.abs(pages.before[side] - pages.after[side]) < 2000);
  return isAlike ? undefined : fitting(pages.before, pages.after);
}

// -- the comparison ---------------------------------------------------------------------------------------------------

/** @param {{isAgain?: boolean}} [how] */
async function compare({ isAgain = false } = {}) {
  try {
    let answer = await fetchAnswer("POST", isAgain ? "?again=1" : "");
    while (answer.state) {
      tellComputing(answer);
      await pause(POLL_MS);
      answer = await fetchAnswer("GET");
    }
    found = answer;
    await loading;
    take();
  } catch (error) {
    tellFailure(error);
  }
}

/** `{state, ahead}` while it is computed, else the comparison. */
async function fetchAnswer(method, query = "") {
  const headers = { Accept: "application/json", "X-CSRF-Token": csrfToken() };
  const response = await reach(`${here}.json${query}`, { method, headers });
  const answer = await response.json();
  if (!response.ok) throw new Refusal(answer, response.status);
  return answer;
}

/** Later, and not while nobody looks. */
function pause(ms) {
  return new Promise((resolve) => {
    setTimeout(() => {
      if (!document.hidden) resolve();
      else document.addEventListener("visibilitychange", () => resolve(), { once: true });
    }, ms);
  });
}

function take() {
  const affine = found.registration?.affine ?? null;
  if (affine && !isIdentity(affine)) mount(affine);
  // Sheets that nobody could align say nothing while they lie upon each other.
  if (!affine && !asked().get("mode")) view.mode = "side";
  list.show(found, pages.after.grid);
  ring();
  tellFound();
  const wanted = asked().get("region");
  if (wanted && list.has(wanted)) choose(wanted, { isGoing: !asked().get("at") });
}

function isIdentity(affine) {
  return affine.every((part, n) => part === [1, 0, 0, 1, 0, 0][n]);
}

function ring() {
  view?.show(list.shown);
  if (list.chosen) view?.choose(list.chosen, { isGoing: false });
}

function choose(id, { isGoing = true } = {}) {
  list.choose(id);
  ring();
  view?.choose(id, { isGoing });
  remember();
}

// -- what is told -----------------------------------------------------------------------------------------------------

const told = document.getElementById("found");
const about = document.getElementById("about");

function tellComputing({ state, ahead }) {
  const bar = document.createElement("progress");
  const waits = state === "waiting" && ahead > 0 ? words.waiting.replace("{ahead}", ahead) : words.computing;
  told.replaceChildren(element("p", "headline", waits), bar, element("p", "muted", words.mayLeave));
}

function tellFound() {
  const { counts, said } = found;
  const major = counts.declared + counts.undeclared;
  const headline = !found.is_comparable ? words.notComparable
    : major ? words.found.replace("{major}", major).replace("{undeclared}", counts.undeclared)
      : counts.minor || counts.routine ? words.onlyMinor : words.none;
  const parts = [element("p", "headline", headline)];
  if (setup.isSame) parts.push(notice("attention", words.sameFile, words.sameFileWay));
  if (found.is_comparable && counts.routine) parts.push(element("p", "muted", words.foundRoutine.replace("{routine}", counts.routine)));
  if (found.is_comparable && counts.minor) parts.push(element("p", "muted", words.foundMinor.replace("{minor}", counts.minor)));
  parts.push(...said.problems.map(({ severity, sentence, way_out }) => notice({ error: "stop", warning: "attention", info: "" }[severity] ?? "", sentence, way_out)));
  if (!found.is_comparable) parts.push(element("p", "muted", words.notAligned));
  if (said.may_ask_again) parts.push(againButton());
  told.replaceChildren(...parts);
  const lines = [[said.registration, said.is_sure ? "" : "attention"], [said.confidence, "muted"], [[said.method, found.engine].join(" · "), "muted"], [said.not_seen, "muted"]];
  about.replaceChildren(...lines.filter(([text]) => text).map(([text, look]) => element("p", look, text)));
  for (const id of ["export", "export-pdf"]) document.getElementById(id).hidden = !found.regions.length;
  document.body.dataset.found = found.is_comparable ? (major ? "differences" : "none") : "nothing";
}

function tellFailure(error) {
  if (!(error instanceof Refusal)) { sayRefusal(error); console.warn(String(error)); }
  const known = error instanceof Refusal ? error : { message: words.notComparable, wayOut: "" };
  told.replaceChildren(notice("stop", known.message, known.wayOut), againButton());
  document.body.dataset.found = "failed";
}

function notice(look, sentence, wayOut) {
  const box = element("div", `notice ${look}`);
  box.append(element("p", "", sentence));
  if (wayOut) box.append(element("p", "muted", wayOut));
  return box;
}

function againButton() {
  const again = element("button", "small", words.again);
  again.type = "button";
  again.id = "again";
  again.addEventListener("click", () => compare({ isAgain: true }));
  return again;
}

// -- modes, tones, blinking -------------------------------------------------------------------------------------------

function modeOf(text) {
  return MODES.includes(text) ? text : "overlay";
}

function showMode() {
  document.body.dataset.mode = view.mode;
  document.getElementById("swap").hash = `mode=${view.mode}`;
  for (const button of document.querySelectorAll("[data-mode][aria-pressed]")) button.setAttribute("aria-pressed", String(button.dataset.mode === view.mode));
}

/** The address says where one is, so that it can be sent. */
function remember() {
  const said = new URLSearchParams({ mode: view?.mode ?? "overlay" });
  if (list.chosen) said.set("region", list.chosen);
  history.replaceState(null, "", `${location.pathname}${location.search}#${said}`);
}

const fade = document.getElementById("fade");
const legends = [...document.querySelectorAll("[data-tone]")];

function tune() {
  const at = Number(fade.value) / 100;
  const slid = { before: at > 0 ? 1 - at : 1, after: at < 0 ? 1 + at : 1, same: 1 };
  if (view) view.tones = Object.fromEntries(Object.entries(slid).map(([name, part]) => [name, part * faded[name]]));
}

fade.addEventListener("input", tune);
fade.addEventListener("dblclick", () => { fade.value = "0"; tune(); });
for (const legend of legends) {
  legend.addEventListener("click", () => {
    const isOn = legend.getAttribute("aria-pressed") !== "true";
    legend.setAttribute("aria-pressed", String(isOn));
    faded[legend.dataset.tone] = isOn ? 1 : legend.dataset.tone === "same" ? 0.15 : 0;
    tune();
  });
}

function showBlink({ side, isRunning }) {
  document.getElementById("blink-shown").textContent = side === "before" ? words.shownBefore : words.shownAfter;
  document.getElementById("blink-shown").dataset.side = side;
  document.getElementById("blink-run").setAttribute("aria-pressed", String(isRunning));
}

document.getElementById("blink-swap").addEventListener("click", () => view?.blinker.swap());
document.getElementById("blink-run").addEventListener("click", () => (view?.blinker.isRunning ? view.blinker.stop() : view?.blinker.start()));
document.getElementById("blink-rate").addEventListener("change", ({ target }) => { if (view) view.blinker.rate = Number(target.value); });
for (const button of document.querySelectorAll(".modes [data-mode]")) button.addEventListener("click", () => { if (view) view.mode = button.dataset.mode; });

// -- keys -------------------------------------------------------------------------------------------------------------

/** @type {Record<string, () => void>} */
const keys = {
  1: () => (view.mode = "side"), 2: () => (view.mode = "overlay"), 3: () => (view.mode = "swipe"), 4: () => (view.mode = "blink"),
  n: () => list.step(1), j: () => list.step(1), p: () => list.step(-1), k: () => list.step(-1),
  b: () => (view.mode === "blink" ? view.blinker.swap() : (view.mode = "blink")),
  u: () => list.toggleUndeclared(),
  Escape: () => choose("", { isGoing: false }),
  "?": () => document.getElementById("keys-dialog").showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !view || document.querySelector("dialog[open]")) return;
  if (event.target instanceof HTMLElement && event.target.closest("input:not([type=range]), select, textarea")) return;
  const isSpace = event.key === " " && view.mode === "blink" && !event.target.closest?.("button, a, summary");
  const act = isSpace ? keys.b : keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!act) return;
  event.preventDefault();
  event.stopPropagation();
  act();
}, { capture: true }); // before the view, whose 1 is the true size

document.getElementById("keys").addEventListener("click", () => document.getElementById("keys-dialog").showModal());
document.getElementById("copy-link").addEventListener("click", async () => {
  remember();
  try { await navigator.clipboard.writeText(location.href); toast(words.copied); } catch (error) { toast(location.href); console.info(String(error)); }
});
const grip = document.getElementById("grip");
grip.addEventListener("click", () => {
  const isUp = document.getElementById("panel").toggleAttribute("data-up");
  grip.setAttribute("aria-expanded", String(isUp));
});
addEventListener("hashchange", () => {
  const said = asked();
  if (view && said.get("mode")) view.mode = modeOf(said.get("mode"));
  if (found && said.get("region") && list.has(said.get("region"))) choose(said.get("region"));
});

const loading = load();
loading.catch(sayRefusal);
compare();
mountChooser(setup);
