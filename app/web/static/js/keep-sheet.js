// Fetches all of one sheet that is to be had without a network. What is there already is not fetched again.
import { ask } from "./frame.js";
import { KEPT, fact, oneOf, save } from "./device-store.js";
import { keepPage, person, release } from "./offline.js";

const AT_ONCE = 3;

/** There is no room left on the device. */
export class NoRoom extends Error {}

/**
 * Keep a sheet.
 * @param {string} id
 * @param {{pack?: string, isOpened?: boolean, budget?: number, isThrifty?: boolean, signal?: AbortSignal, onBytes?: (bytes: number) => void}} options
 */
export async function keepSheet(id, options = {}) {
  try { return await keep(id, options); } catch (error) {
    throw error.name === "QuotaExceededError" ? new NoRoom(error.message) : error;
  }
}

async function keep(id, { pack, isOpened = false, budget = Infinity, isThrifty = false, signal, onBytes = () => {} }) {
  const list = await ask(`/sheets/${id}/offline.json`, { signal });
  const before = await oneOf("sheets", id);
  const cache = await caches.open(KEPT);
  const levels = Object.entries(list.tiles).map(([level, tiles]) => ({ level: Number(level), tiles })).sort((a, b) => a.level - b.level);
  const isSame = before?.rendition === list.rendition;
  const record = {
    release, lang: document.documentElement.lang, levels: [], urls: [], bytes: 0, ...(isSame && before),
    ...about(list), changed: false, keptAt: Date.now(),
    packs: [...new Set([...(before?.packs ?? []), ...(pack ? [pack] : [])])],
    opened: isOpened ? Date.now() : (before?.opened ?? 0),
    isWhole: false,
  };
  const store = async (url, { isFresh = false, priority = "low" } = {}) => {
    if (signal?.aborted) throw signal.reason;
    if (!isFresh && (await cache.match(url))) return 0;
    const response = await fetch(url, { signal, priority, ...(isFresh && { cache: "no-cache", headers: { Accept: "application/json" } }) });
    if (response.status === 204) return 0;
    if (!response.ok) throw Object.assign(new Error(`${response.status} ${url}`), { status: response.status });
    const bytes = Number(response.headers.get("Content-Length")) || (await response.clone().blob()).size;
    await cache.put(url, response);
    if (!record.urls.includes(url)) record.urls.push(url);
    record.bytes += isFresh ? 0 : bytes;
    onBytes(bytes);
    return bytes;
  };
  const note = async () => { if ((await fact("owner")) !== person) throw new Error("the device is another person's"); await save("sheets", record); };
  record.urls = [...new Set([...record.urls, ...list.parts.map(([url]) => url)])];
  await note();
  for (const [url] of list.parts) await store(url, { isFresh: url.endsWith(".json") && !url.endsWith("text.json") });
  Object.assign(record, await keepPage(id, signal));
  if (before && !isSame) for (const url of before.urls) if (!record.urls.includes(url)) await cache.delete(url);
  const finer = isThrifty || !list.finer ? [] : [{ level: list.finer.level, tiles: finerTiles(list), about: list.finer.about }];
  for (const { level, tiles, about: guess } of [...levels, ...finer]) {
    const size = guess ?? tiles.reduce((sum, [, bytes]) => sum + bytes, 0);
    if (record.levels.includes(level)) continue;
    if (record.bytes + size > budget) break;
    record.urls = [...new Set([...record.urls, ...tiles.map(([url]) => url)])]; // known before they are stored: deleting leaves nothing behind
    await note();
    await inTurn(tiles.map(([url]) => url), (url) => store(url), isOpened ? 1 : AT_ONCE);
    record.levels = [...record.levels, level];
    await note();
  }
  record.isWhole = list.finer ? record.levels.includes(list.finer.level) : true;
  await note();
  return record;
}

function about(list) {
  const { tiles, finer, parts, ...rest } = list;
  return rest;
}

/** Addresses of the finest level that is kept; whether a tile is blank is not known before it is drawn. */
function finerTiles({ rendition, finer: { level, across, down } }) {
  const tiles = [];
  for (let y = 0; y < down; y += 1) for (let x = 0; x < across; x += 1) tiles.push([`/renditions/${rendition}/tiles/${level}/${x}/${y}.webp`, 0]);
  return tiles;
}

/** Few at once, so that whoever looks at a drawing meanwhile is not kept waiting. */
async function inTurn(items, work, atOnce) {
  const queue = [...items];
  const one = async () => { while (queue.length) await work(queue.shift()); };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, one));
}
