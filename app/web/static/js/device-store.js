// What this device keeps: bytes in one cache, what is known of them in one database. Used by pages and by the worker.

/** The cache of pages, tiles and texts that belong to the person signed in. */
export const KEPT = "oneset-kept";
export const STATIC_PREFIX = "oneset-static-";
const CHANNEL = "oneset-device";

/** @type {Promise<IDBDatabase> | null} */
let opened = null;

function database() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("oneset-device", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("sheets", { keyPath: "sheet" }).createIndex("rendition", "rendition");
      request.result.createObjectStore("packs", { keyPath: "id" });
      request.result.createObjectStore("facts", { keyPath: "name" });
    };
    request.onsuccess = () => {
      request.result.onversionchange = () => { request.result.close(); opened = null; };
      resolve(request.result);
    };
    request.onerror = () => { opened = null; reject(request.error); };
  });
  return opened;
}

/** Run in one transaction; answers what `work` leaves in its request. */
async function within(store, mode, work) {
  const transaction = (await database()).transaction(store, mode);
  const request = work(transaction.objectStore(store));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}

/** @param {"sheets" | "packs" | "facts"} store */
export const oneOf = (store, key) => within(store, "readonly", (place) => place.get(key));
export const allOf = (store) => within(store, "readonly", (place) => place.getAll());
export const save = (store, value) => within(store, "readwrite", (place) => place.put(value));
export const drop = (store, key) => within(store, "readwrite", (place) => place.delete(key));
export const sheetOfRendition = (rendition) => within("sheets", "readonly", (place) => place.index("rendition").get(rendition));

/** Change a value that is there, in one transaction: two windows do not undo each other. */
export async function change(store, key, changed) {
  return within(store, "readwrite", (place) => {
    const request = place.get(key);
    request.onsuccess = () => { if (request.result) place.put(changed(request.result)); };
    return request;
  });
}

/** The same for many, in one transaction: one each would take a second for a thousand. */
export async function changeMany(store, keys, changed) {
  if (!keys.length) return;
  await within(store, "readwrite", (place) => {
    for (const key of keys) {
      const request = place.get(key);
      request.onsuccess = () => { if (request.result) place.put(changed(request.result)); };
    }
  });
}

export const fact = async (name) => (await oneOf("facts", name))?.value;
export const setFact = (name, value) => save("facts", { name, value });

/** Sheets that are forgotten at the same time; each has dozens of addresses. */
const FORGOTTEN_AT_ONCE = 25;

/** Forget a sheet: its bytes first, so that nothing is left that nobody knows of. */
export const forgetSheet = (id) => forgetSheets([id]);

export async function forgetSheets(ids) {
  if (!ids.length) return;
  if ((await within("sheets", "readonly", (place) => place.count())) === ids.length) { await forgetAllSheets(); return; }
  const cache = await caches.open(KEPT);
  for (let at = 0; at < ids.length; at += FORGOTTEN_AT_ONCE) {
    const some = ids.slice(at, at + FORGOTTEN_AT_ONCE);
    const records = await Promise.all(some.map((id) => oneOf("sheets", id)));
    const urls = some.flatMap((id, n) => [`/sheets/${id}`, ...(records[n]?.urls ?? [])]);
    await Promise.all(urls.map((url) => cache.delete(url)));
    await within("sheets", "readwrite", (place) => { for (const id of some) place.delete(id); });
  }
}

/** All at once: a hundred thousand addresses one by one take half a minute. The page that lists what is here stays. */
async function forgetAllSheets() {
  const list = await (await caches.open(KEPT)).match("/on-device");
  await caches.delete(KEPT);
  if (list) await (await caches.open(KEPT)).put("/on-device", list);
  await within("sheets", "readwrite", (place) => place.clear());
}

/** Forget everything of the person: at signing out, at another person's signing in, when the session was ended. */
export async function clearDevice() {
  new BroadcastChannel(CHANNEL).postMessage("cleared");
  await caches.delete(KEPT);
  for (const store of ["sheets", "packs", "facts"]) await within(store, "readwrite", (place) => place.clear());
}

/** Tells when the device was cleared, in whatever window: who is fetching stops. */
export function whenCleared(listener) {
  const channel = new BroadcastChannel(CHANNEL);
  channel.addEventListener("message", () => listener());
  return channel;
}

/** Files of releases that no kept page needs any more go; the one in use stays. */
export async function pruneStatic(release) {
  const old = (await caches.keys()).filter((name) => name.startsWith(STATIC_PREFIX) && name !== STATIC_PREFIX + release);
  if (!old.length) return;
  const needed = new Set([await fact("listRelease"), ...(await allOf("sheets")).map((sheet) => sheet.release)]);
  for (const { name, value } of await allOf("facts")) if (name.startsWith("client:")) needed.add(value);
  for (const name of old) if (!needed.has(name.slice(STATIC_PREFIX.length))) await caches.delete(name);
}
