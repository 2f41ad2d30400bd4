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

export const fact = async (name) => (await oneOf("facts", name))?.value;
export const setFact = (name, value) => save("facts", { name, value });

/** Forget a sheet: its bytes first, so that nothing is left that nobody knows of. */
export async function forgetSheet(id) {
  const record = await oneOf("sheets", id);
  const cache = await caches.open(KEPT);
  await cache.delete(`/sheets/${id}`);
  for (const url of record?.urls ?? []) await cache.delete(url);
  await drop("sheets", id);
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
  const needed = new Set([release, await fact("listRelease"), ...(await allOf("sheets")).map((sheet) => sheet.release)]);
  for (const { name, value } of await allOf("facts")) if (name.startsWith("client:")) needed.add(value);
  for (const name of await caches.keys()) {
    if (name.startsWith(STATIC_PREFIX) && !needed.has(name.slice(STATIC_PREFIX.length))) await caches.delete(name);
  }
}
