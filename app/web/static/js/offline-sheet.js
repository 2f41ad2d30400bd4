// A sheet that was opened is kept: its page and texts, its tiles as far as the budget goes, and those that were looked at.
import { KEPT, allOf, change, fact, forgetSheet, oneOf } from "./device-store.js";
import { NoRoom, keepSheet } from "./keep-sheet.js";
import { canKeep, isKept, person, ready } from "./offline.js";

const BUDGET = 15 << 20;
const LOOKED_AT = 10 << 20;
/** Opened sheets that are in no pack; the one not opened for longest goes first. */
const MOST_OPENED = 60;
const PAUSE_MS = 2_500;

/** @param {string} sheet @param {string} rendition */
export async function keepOpened(sheet, rendition) {
  if (!canKeep || isKept() || location.search) return;
  await ready;
  await new Promise((resolve) => { setTimeout(resolve, PAUSE_MS); }); // the drawing first
  const leave = new AbortController();
  addEventListener("pagehide", () => leave.abort());
  keepLookedAt(sheet, rendition, leave.signal);
  const options = { isOpened: true, budget: BUDGET, isThrifty: Boolean(navigator.connection?.saveData), signal: leave.signal };
  try { await keepSheet(sheet, options); } catch (error) {
    if (leave.signal.aborted) return; // left for another page: what is here is noted, the rest comes next time
    if (!(error instanceof NoRoom)) throw error;
    await makeRoom(sheet, 5);
    await keepSheet(sheet, { ...options, isThrifty: true }).catch((again) => { if (!(again instanceof NoRoom)) throw again; }); // stays in part, and is listed so
  }
  await makeRoom(sheet, 0);
}

async function makeRoom(sheet, extra) {
  const loose = (await allOf("sheets")).filter((s) => !s.packs.length && s.sheet !== sheet).sort((a, b) => a.opened - b.opened);
  for (const old of loose.slice(0, Math.max(extra, loose.length + 1 - MOST_OPENED))) await forgetSheet(old.sheet);
}

/** Tiles that were looked at stay: they come once more, from the browser's own cache. */
function keepLookedAt(sheet, rendition, signal) {
  let waiting = performance.getEntriesByType("resource").map((entry) => entry.name);
  const observer = new PerformanceObserver((list) => waiting.push(...list.getEntries().map((entry) => entry.name)));
  observer.observe({ type: "resource" });
  const begin = `${location.origin}/renditions/${rendition}/tiles/`;
  const timer = setInterval(async () => {
    const urls = [...new Set(waiting.filter((name) => name.startsWith(begin)))].map((name) => new URL(name).pathname);
    waiting = [];
    try { if (urls.length) await addTiles(sheet, urls); } catch (error) { stop(); console.warn(error); }
  }, 2_000);
  const stop = () => { clearInterval(timer); observer.disconnect(); };
  signal.addEventListener("abort", stop);
}

async function addTiles(sheet, urls) {
  const record = await oneOf("sheets", sheet);
  if (!record || (await fact("owner")) !== person) return;
  const cache = await caches.open(KEPT);
  let bytes = 0;
  const added = [];
  for (const url of urls.filter((u) => !record.urls.includes(u))) {
    if (record.bytes + bytes > BUDGET + LOOKED_AT) break;
    const response = await fetch(url, { cache: "force-cache" });
    if (response.status !== 200) continue;
    bytes += (await response.clone().blob()).size;
    added.push(url);
    await cache.put(url, response);
  }
  if (added.length) await change("sheets", sheet, (now) => ({ ...now, bytes: now.bytes + bytes, urls: [...now.urls, ...added] }));
}

/** The sheets of a project that are here, for the strip of a page without a network. */
export async function stripItems(project) {
  const sheets = (await allOf("sheets")).filter((s) => s.project === project && s.rendition);
  return sheets.sort((a, b) => a.number.localeCompare(b.number, "zh", { numeric: true })).map((s) => ({ key: s.sheet, label: s.number, detail: s.title, thumbUrl: `/renditions/${s.rendition}/thumb.webp` }));
}
