// On every page of a signed-in person: starts the worker, sees to whom the device's store belongs, and asks the server
// now and then whether what is kept may still be kept and still holds.
import { ask } from "./frame.js";
import { KEPT, allOf, change, changeMany, clearDevice, fact, forgetSheets, oneOf, pruneStatic, save, setFact } from "./device-store.js";

const root = document.documentElement;
const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";
const EVERY_MS = 60_000;
const PAGES_AT_ONCE = 30;

/** Whether this page was shown from the device, because nobody answered. */
export const isKept = () => "kept" in root.dataset && root.dataset.kept !== "live";
export const canKeep = "serviceWorker" in navigator && "caches" in globalThis && isSecureContext;
export const person = meta("person");
export const release = meta("release");

/** Resolves when the device's store is this person's. */
export const ready = canKeep && !isKept() ? begin() : Promise.resolve();

async function begin() {
  const owner = await fact("owner");
  if (owner && owner !== person) await clearDevice();
  await setOwner();
  await navigator.serviceWorker.register("/service-worker.js").catch((error) => console.warn(error));
}

/** The store is this person's, who is here right now. */
export async function setOwner() {
  await setFact("owner", person);
  await setFact("isLocked", false);
  await setFact("contact", Date.now());
}

/**
 * Ask the server about everything kept: what may be seen no more goes, what has changed is marked.
 * @param {{always?: boolean}} [options]
 * @returns {Promise<boolean>} false when the server did not answer
 */
export async function contact({ always = false } = {}) {
  await ready;
  if (!canKeep || isKept()) return true;
  await keepList();
  if (!always && Date.now() - ((await fact("checked")) ?? 0) < EVERY_MS) return true;
  const sheets = await allOf("sheets");
  for (const project of new Set([...sheets, ...(await allOf("packs"))].map((item) => item.project))) {
    const told = await listOf(project);
    if (!told) return false; // no answer: nothing is known, nothing is changed
    const here = sheets.filter((item) => item.project === project);
    await forgetSheets(here.filter(({ sheet }) => !told.sheets[sheet]).map(({ sheet }) => sheet));
    const isChanged = (record) => record.digest !== told.sheets[record.sheet][0];
    const other = here.filter((record) => told.sheets[record.sheet] && Boolean(record.changed) !== isChanged(record));
    await changeMany("sheets", other.map(({ sheet }) => sheet), (record) => ({ ...record, changed: isChanged(record) }));
    for (const pack of (await allOf("packs")).filter((item) => item.project === project)) await sizeUp(pack, told);
  }
  await setFact("checked", Date.now());
  await renewPages();
  return true;
}

/** What the server tells of a project; nobody's project any more has no sheets. */
async function listOf(project) {
  try { return await ask(`/projects/${project}/offline.json`); } catch (error) {
    return error.status === 403 || error.status === 404 ? { sheets: {}, buildings: {} } : null;
  }
}

/** Which sheets a pack should hold now. */
async function sizeUp(pack, told) {
  const ids = pack.filter ? Object.keys(told.sheets).filter((id) => fits(pack.filter, told.sheets[id])) : pack.sheets.filter((id) => told.sheets[id]);
  await change("packs", pack.id, (record) => ({ ...record, sheets: ids }));
}

/** @param {{discipline: string[], building: string[]}} filter empty lists mean all */
function fits({ discipline, building }, [, , itsDiscipline, itsBuilding]) {
  return (!discipline.length || discipline.includes(itsDiscipline)) && (!building.length || building.includes(itsBuilding));
}

/** The page that stands for all that is not here. */
async function keepList() {
  const wanted = [release, root.lang, person].join(" ");
  if ((await fact("list")) === wanted) return;
  const response = await fetch("/on-device", { headers: { Accept: "text/html" } });
  if (!response.ok || response.redirected) return;
  await (await caches.open(KEPT)).put("/on-device", response);
  await setFact("list", wanted);
  await setFact("listRelease", release);
}

/** Pages of a former release, or in the other language, come anew; their files are kept until then. */
async function renewPages() {
  const old = (await allOf("sheets")).filter((sheet) => !sheet.changed && (sheet.release !== release || sheet.lang !== root.lang));
  for (const sheet of old.slice(0, PAGES_AT_ONCE)) await keepPage(sheet.sheet);
  await pruneStatic(release);
}

/** Put the page of a sheet into the store and note what it says of itself. @returns {Promise<object>} what changed of the record */
export async function keepPage(id, signal) {
  const response = await fetch(`/sheets/${id}`, { headers: { Accept: "text/html" }, signal });
  if (!response.ok || response.redirected) throw new Error(`${response.status}`);
  const said = { release: response.headers.get("X-OneSet-Release") ?? "", lang: root.lang };
  await (await caches.open(KEPT)).put(`/sheets/${id}`, response);
  await change("sheets", id, (record) => ({ ...record, ...said }));
  return said;
}

/** The line was lost or found while the page is open: what it shows of status is from then on old. */
function watchLine() {
  const band = document.getElementById("offline-band");
  if (!band) return;
  const lost = () => { if (!isKept()) { root.dataset.kept = "live"; delete root.dataset.back; } };
  addEventListener("offline", lost);
  addEventListener("online", () => found(band));
  band.querySelector("button").addEventListener("click", () => location.reload());
  if (navigator.onLine === false) lost();
}

/** Back again: a sheet whose state is the same as before holds; of anything else one is told to look anew. */
async function found(band) {
  const { sheet, digest } = band.dataset;
  if (sheet && digest) {
    const now = await ask(`/sheets/${sheet}/offline.json`).catch(() => null);
    if (now?.digest === digest && !isKept()) { delete root.dataset.kept; return; }
    if (now && now.digest !== digest) root.dataset.changed = "yes";
  }
  if ("kept" in root.dataset) root.dataset.back = "yes";
}

/** What is kept goes with the person, also when the worker does not see the form leave. */
function watchSignOut() {
  document.querySelector('form[action="/sign-out"]')?.addEventListener("submit", () => { clearDevice().catch(() => {}); });
}

/** One more pack, or what became of one. */
export const notePack = async (id, changed) => ((await oneOf("packs", id)) ? change("packs", id, (pack) => ({ ...pack, ...changed })) : save("packs", { id, ...changed }));

watchLine();
watchSignOut();
contact().catch((error) => console.warn(error));
