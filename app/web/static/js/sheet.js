// The sheet room: mounts the viewer on this page's rendition, the strip of the set, and the panel.
import { ask, sayRefusal } from "./frame.js";
import { BottomSheet } from "./bottom-sheet.js";
import { mountMarks } from "./marks.js";
import { isKept, person } from "./offline.js";
import { keepOpened, stripItems } from "./offline-sheet.js";
import { mountTabs } from "./panel-tabs.js";
import { SheetView } from "/viewer/sheet-view.js";
import { mountAbsorbed, mountChanges } from "./sheet-changes.js";
import { mountOpinions } from "./sheet-opinions.js";
import { showCallouts } from "./sheet-callouts.js";
import { ThumbStrip } from "/viewer/thumb-strip.js";

const setup = JSON.parse(document.getElementById("setup").textContent);
const base = `/renditions/${setup.rendition}`;

/** What the address says after its #: `at=x,y,scale`, `region=x0,y0,x1,y1` (um), `layers=code`. */
const asked = () => new URLSearchParams(location.hash.slice(1));
const memory = `layers:${setup.rendition}`;

async function mount() {
  const told = await ask(`${base}/page.json`);
  const page = isKept() ? { ...told, layers: [], entities: {} } : told; // other sets of layers, and entities, are with the server
  const view = new SheetView(document.getElementById("stage"), {
    page,
    tileUrl: (level, x, y) => `${base}/tiles/${level}/${x}/${y}.webp`,
    layerTileUrl: (code, level, x, y) => `${base}/layers/${code}/tiles/${level}/${x}/${y}.webp`,
    thumbUrl: `${base}/thumb.webp`,
    textUrl: `${base}/text.json`,
    segmentsUrl: ({ x0, y0, x1, y1 }) => `${base}/segments.json?box=${[x0, y0, x1, y1].map(Math.round)}`,
    scales: scalesOf(page),
    grid: page.grid,
    regionLink: (region) => linkTo(region, view.layerCode),
    printUrl: (region, paper) => {
      const query = new URLSearchParams({ box: boxText(region), paper });
      if (view.layerCode) query.set("layers", view.layerCode);
      return `${base}/region.pdf?${query}`;
    },
    labels: setup.labels,
  });
  view.layerCode = isKept() ? "" : (asked().get("layers") ?? sessionStorage.getItem(memory) ?? "");
  view.addEventListener("layers", ({ detail }) => remember(detail.code));
  view.addEventListener("region", ({ detail }) => {
    history.replaceState(null, "", detail.region ? linkTo(detail.region, view.layerCode) : location.pathname + location.search);
  });
  mountAsking(view);
  if (!look(view)) view.fit();
  if (!isKept()) mountOpinions(view, setup.sheet);
  if (!isKept()) mountChanges(view, setup.sheet);
  mountMarks(view, document.getElementById("stage"), `${base}/entities.json`);
  ask(`${base}/callouts.json`).then(({ callouts }) => showCallouts(view, callouts, setup)).catch(sayRefusal);
  addEventListener("hashchange", () => {
    if (asked().has("layers")) view.layerCode = asked().get("layers");
    look(view);
  });
}

/** A contact note takes the ringed region along; without one what is in view, when that is less than half of the sheet. */
function mountAsking(view) {
  const link = document.getElementById("ask-note");
  link?.addEventListener("click", () => {
    const { width_um, height_um } = view.page;
    const { x0, y0, x1, y1 } = view.viewBox;
    const isClose = (x1 - x0) * (y1 - y0) < (width_um * height_um) / 2;
    const region = view.region ?? (isClose ? view.viewBox : null);
    const asked = new URL(link.href);
    if (region) {
      asked.searchParams.set("region", boxText(region));
      asked.searchParams.set("grid", view.gridReferenceAt((region.x0 + region.x1) / 2, (region.y0 + region.y1) / 2));
    }
    link.href = asked.href;
  });
}

/** Look where the address says. @returns {boolean} false when it says nothing of it */
function look(view) {
  const region = boxOf(asked().get("region") ?? "");
  if (region) view.region = region;
  return Boolean(region) || view.openHash(asked().get("at") ?? "");
}

/** The address of this very page, revision and instant included, at a region. */
function linkTo(region, code) {
  const hash = `region=${boxText(region)}${code ? `&layers=${code}` : ""}`;
  return `${location.origin}${location.pathname}${location.search}#${hash}`;
}

function boxText({ x0, y0, x1, y1 }) {
  return [x0, y0, x1, y1].map(Math.round).join(",");
}

/** @param {string} text @returns {{x0: number, y0: number, x1: number, y1: number} | null} */
function boxOf(text) {
  if (!/^\d{1,10}(,\d{1,10}){3}$/u.test(text)) return null;
  const [x0, y0, x1, y1] = text.split(",").map(Number);
  return x0 < x1 && y0 < y1 ? { x0, y0, x1, y1 } : null;
}

/** The scales of the sheet, the most trusted first: title block, frame, then those printed under its views. */
function scalesOf(page) {
  const stated = setup.scales.stated.length || !page.scale_hint ? setup.scales.stated : [page.scale_hint];
  const texts = [...new Set([...stated, ...(page.printed_scales ?? [])])];
  const choices = texts.map((text) => ({ text, ratio: ratioOf(text) })).filter(({ ratio }) => ratio > 0);
  return { choices, isNotToScale: setup.scales.isNotToScale, ...ownScale() };
}

/** What the person calibrated on this very drawing stays on this device; it is nobody else's. */
function ownScale() {
  const place = `calibration:${person}:${setup.rendition}`;
  const kept = JSON.parse(localStorage.getItem(place) ?? "null");
  return {
    calibrated: kept?.ratio > 0 ? { ratio: kept.ratio, isChosen: Boolean(kept.isChosen) } : null,
    keepCalibrated: (calibrated) => { try { localStorage.setItem(place, JSON.stringify(calibrated)); } catch { /* full: it holds until the page is left */ } },
  };
}

/** @param {string} text as `1:100` or `2:1` */
function ratioOf(text) {
  const [paper, real] = text.split(":").map(Number);
  return paper > 0 && real > 0 ? real / paper : 0;
}

/** Layers stay as they were left, for as long as the window is open. */
function remember(code) {
  if (code) sessionStorage.setItem(memory, code);
  else sessionStorage.removeItem(memory);
}

async function strip() {
  const place = document.getElementById("strip");
  if (getComputedStyle(place).display === "none") return;
  if (isKept()) { showStrip(place, await stripItems(setup.project)); return; }
  const data = await ask(`/projects/${setup.project}/register`);
  const at = Object.fromEntries(data.columns.map((name, n) => [name, n]));
  const items = data.rows.map((row) => ({ key: row[at.sheet], label: row[at.number], detail: row[at.title], thumbUrl: row[at.thumb] }));
  showStrip(place, items);
}

function showStrip(place, items) {
  new ThumbStrip(place, { items, current: setup.sheet, label: setup.setLabel, onSelect: (item) => { if (item.key !== setup.sheet) location.href = `/sheets/${item.key}`; } });
}

new BottomSheet(document.getElementById("panel"), document.querySelector(".work"), document.getElementById("panel-toggle"));
mountTabs();
mountAbsorbed();
mount().then(() => keepOpened(setup.sheet, setup.rendition).catch((error) => console.warn(error))).catch((error) => { console.error(error); sayRefusal(error); });
strip().catch(sayRefusal);
