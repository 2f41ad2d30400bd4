// The worker: pages and whatever says status come from the network first; without it, what was kept, and marked as kept.
// TOLD and the functions of device-store.js stand above, put there by app/web/offline.py.

const PATIENCE_MS = 4_000; // a server that says nothing for so long is treated as absent, where there is something to show
const GATEWAY = new Set([502, 503, 504]);
const BARE = "/static/offline.html";
const LIST = "/on-device";
/** The page that checks printed codes, kept with its release's files; what it knows is everybody's, and outlives a sign-out. */
const CHECK = "/check";
const KNOWN = "oneset-check";
const KNOWN_PATHS = ["/check/keys.json", "/check/list"];
/** Release of the page of each client: its files must be of the same. @type {Map<string, string>} */
const releases = new Map();

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(activate()));
addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== location.origin) return;
  const answer = answerFor(event, url);
  if (answer) event.respondWith(answer);
});

async function install() {
  const cache = await caches.open(STATIC_PREFIX + TOLD.release);
  for (let at = 0; at < TOLD.files.length; at += 12) await Promise.all(TOLD.files.slice(at, at + 12).map((file) => take(cache, file)));
  await take(cache, CHECK);
  await Promise.all(KNOWN_PATHS.map((path) => known(new Request(path), path).catch(() => {})));
  // It does not push the former worker aside: files are found by the release of the page that asks, whichever worker is
  // asked, and Chromium held navigations back while one waited for the other's last answers.
}

/** One file, if it is of this very release: in the midst of an update a server may still give the former. */
async function take(cache, file) {
  const again = () => fetch(file, { cache: "reload" });
  const response = await again().catch(again);
  if (!response.ok || response.headers.get("X-OneSet-Release") !== TOLD.release) throw new Error(`${file}: ${response.status}`);
  await cache.put(file, response);
}

async function activate() {
  const alive = new Set((await clients.matchAll({ includeUncontrolled: true })).map((client) => client.id));
  for (const { name } of await allOf("facts")) if (name.startsWith("client:") && !alive.has(name.slice(7))) await drop("facts", name);
  await pruneStatic(TOLD.release);
  await clients.claim();
}

/** Who answers; nothing for what is none of the worker's business. */
function answerFor(event, url) {
  const { request } = event;
  if (request.mode === "navigate") {
    if (request.method === "GET") return url.pathname === CHECK || /^\/v\/[0-9a-z]{10}$/u.test(url.pathname) ? printed(event) : page(event, url);
    return request.method === "POST" && url.pathname === "/sign-out" ? signOut(event) : null;
  }
  if (request.method !== "GET") return null;
  if (KNOWN_PATHS.includes(url.pathname)) return known(request, url.pathname);
  if (/^\/(?:static|viewer)[/]/u.test(url.pathname)) return file(event, url);
  if (/^\/renditions\/[^/]+\/(?:tiles\/.+\.webp|thumb\.webp|text\.json)$/u.test(url.pathname)) return bytes(request, url);
  if (/^\/renditions\/[^/]+\/(?:page|callouts)\.json$/u.test(url.pathname)) return fresh(request, url);
  if (/^\/revisions\/[^/]+\/marks$/u.test(url.pathname)) return fresh(request, url);
  if (/^\/renditions\/[^/]+\/segments\.json$/u.test(url.pathname)) return fetch(request).catch(() => json({ segments: [], is_cut: true }));
  return null;
}

// -- pages ------------------------------------------------------------------------------------------------------------

async function page(event, url) {
  const kept = url.search ? null : await (await caches.open(KEPT)).match(url.pathname);
  let why = "silent";
  try {
    const answer = await inTime(fetch(event.request), kept ? PATIENCE_MS : 0);
    if (!GATEWAY.has(answer.status) || !kept) return await noted(event, url, answer);
  } catch { why = navigator.onLine === false ? "offline" : "silent"; }
  if (!(await fact("owner"))) return bare(event, "nothing");
  if (!(await mayShow())) return bare(event, "locked");
  if (kept) {
    const sheet = await oneOf("sheets", url.pathname.split("/")[2] ?? "");
    return marked(event, kept, { kept: why, ...(sheet?.changed && { changed: "yes" }) });
  }
  const list = await (await caches.open(KEPT)).match(LIST);
  return list ? marked(event, list, { kept: why, missed: "yes" }) : bare(event, "nothing");
}

/** What an answer of the server tells about what may be kept. */
async function noted(event, url, answer) {
  const sheet = /^\/sheets\/([^/]+)$/u.exec(url.pathname)?.[1];
  if (sheet && (answer.status === 403 || answer.status === 404)) await forgetSheet(sheet);
  if (url.pathname === "/sign-in" && answer.ok) await ended(answer);
  await remember(event, answer.headers.get("X-OneSet-Release"));
  return answer;
}

async function remember(event, release) {
  if (!release || !event.resultingClientId) return;
  releases.set(event.resultingClientId, release);
  await setFact(`client:${event.resultingClientId}`, release);
  if (release !== TOLD.release && !registration.waiting) registration.update().catch(() => {});
}

/** The session is over: kept things are shut until the same person is back; where somebody ended it, they go. */
async function ended(signIn) {
  if (signIn.headers.get("X-OneSet-Session") === "revoked") await clearDevice();
  else if (await fact("owner")) await setFact("isLocked", true);
}

async function mayShow() {
  const contact = await fact("contact");
  return !(await fact("isLocked")) && contact > Date.now() - TOLD.lifeMs;
}

/** A kept page, which says of itself that it is kept: without any script its style and its band tell. */
async function marked(event, kept, data) {
  const release = kept.headers.get("X-OneSet-Release");
  await remember(event, release);
  const said = Object.entries(data).map(([name, value]) => `data-${name}="${value}"`).join(" ");
  const text = (await kept.text()).replace("<html ", `<html ${said} `);
  const headers = new Headers(kept.headers);
  headers.delete("Content-Length");
  headers.delete("Content-Encoding");
  return new Response(text, { status: 200, headers });
}

async function bare(event, why) {
  const kept = await caches.match(BARE); // of any release: it stands for itself
  return kept ? marked(event, kept, { why }) : Response.error();
}

async function signOut(event) {
  await clearDevice();
  try { return await fetch(event.request); } catch { return bare(event, "signed-out"); }
}

// -- printed codes, for everybody ---------------------------------------------------------------------------------------

/** The server's word on a printed code; without it the page that checks its signature here, whoever is signed in or nobody. */
async function printed(event) {
  let why = "silent";
  try {
    // Asked anew each time: an answer of a minute ago would be shown as that of now.
    const answer = await inTime(fetch(event.request.url, { cache: "no-cache", headers: { Accept: "text/html" } }), PATIENCE_MS);
    if (!GATEWAY.has(answer.status)) {
      await remember(event, answer.headers.get("X-OneSet-Release"));
      return answer;
    }
  } catch { why = navigator.onLine === false ? "offline" : "silent"; }
  const kept = await (await caches.open(STATIC_PREFIX + TOLD.release)).match(CHECK);
  return kept ? marked(event, kept, { kept: why }) : bare(event, "nothing");
}

/** Public keys and the list of what ended: the newest there is, else what was fetched last. Their signatures are checked by the page. */
async function known(request, path) {
  const cache = await caches.open(KNOWN);
  try {
    const answer = await inTime(fetch(request, { cache: "no-cache" }), PATIENCE_MS);
    if (answer.ok) await cache.put(path, answer.clone());
    if (!GATEWAY.has(answer.status)) return answer;
  } catch { /* what is kept answers */ }
  return (await cache.match(path)) ?? Response.error();
}

// -- what pages load --------------------------------------------------------------------------------------------------

/** A file of the release of the page that asks; of an unknown page's nothing is known, the server decides. */
async function file(event, url) {
  const release = releases.get(event.clientId) ?? (await fact(`client:${event.clientId}`));
  if (!release) return fetch(event.request);
  releases.set(event.clientId, release);
  const name = STATIC_PREFIX + release;
  const found = (await caches.has(name)) ? await (await caches.open(name)).match(url.pathname) : null;
  return found ?? fetch(event.request);
}

/** Bytes that never change at their address: kept first. A blank tile was not stored, but is known. */
async function bytes(request, url) {
  const isShut = await fact("isLocked");
  const kept = isShut ? null : await (await caches.open(KEPT)).match(url.pathname);
  if (kept) return kept;
  try { return await fetch(request); } catch (error) {
    if (request.signal?.aborted) throw error;
    const [, , rendition, , level] = url.pathname.split("/");
    const sheet = isShut ? null : await sheetOfRendition(rendition);
    if (sheet?.levels.includes(Number(level))) return new Response(null, { status: 204 });
    return new Response(null, { status: 404, statusText: "not on this device" }); // final: a coarser level stays on show
  }
}

/** What may change: the server's word, else what was kept, with a header that says so. */
async function fresh(request, url) {
  try {
    const answer = await inTime(fetch(request), PATIENCE_MS);
    if (answer.status === 401) await ended(await fetch("/sign-in"));
    if (!GATEWAY.has(answer.status)) {
      if (answer.status === 200) await renew(url, answer);
      return answer;
    }
    return (await keptAnswer(url)) ?? answer;
  } catch (error) {
    if (request.signal?.aborted) throw error;
    return (await keptAnswer(url)) ?? Response.error();
  }
}

async function keptAnswer(url) {
  const kept = (await mayShow()) ? await (await caches.open(KEPT)).match(url.pathname) : null;
  if (!kept) return null;
  const headers = new Headers(kept.headers);
  headers.set("X-OneSet-Kept", kept.headers.get("Date") ?? "");
  headers.delete("Content-Encoding");
  return new Response(await kept.blob(), { status: 200, headers });
}

/** A newer answer takes the place of a kept one. */
async function renew(url, answer) {
  const cache = await caches.open(KEPT);
  if (await cache.match(url.pathname)) await cache.put(url.pathname, answer.clone()).catch(() => {});
}

// -- small things -----------------------------------------------------------------------------------------------------

const json = (value) => new Response(JSON.stringify(value), { headers: { "Content-Type": "application/json" } });

/** What is promised, or a failure after so long; 0: however long it takes. */
function inTime(promise, ms) {
  if (!ms) return promise;
  promise.catch(() => {});
  return Promise.race([promise, new Promise((_, reject) => { setTimeout(() => reject(new Error("no answer")), ms); })]);
}
