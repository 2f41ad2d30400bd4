// What every page does: "/" jumps to search, menus close, and one way to talk to the server.

/** The token that every unsafe request carries. */
export const csrfToken = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

/** A refusal of the server, as it said it. */
export class Refusal extends Error {
  /** @param {{code: string, message: string, way_out: string, data?: object}} body */
  constructor(body, status) {
    super(body.message);
    Object.assign(this, { code: body.code, wayOut: body.way_out, data: body.data ?? {}, status });
  }
}

/**
 * Ask the server for JSON; throws a Refusal with the server's own words.
 * @param {string} path
 * @param {{method?: string, body?: unknown, signal?: AbortSignal}} [options]
 */
export async function ask(path, { method = "GET", body, signal } = {}) {
  const headers = { Accept: "application/json", "X-CSRF-Token": csrfToken() };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  return answerOf(await reach(path, { method, headers, signal, body: body === undefined ? undefined : JSON.stringify(body) }));
}

/** The server could not be reached; nothing is known of what it did. */
export class LineCut extends Error {}

/** `fetch`, which tells a cut line from our own faults. */
export async function reach(path, options) {
  try { return await fetch(path, options); } catch (error) { throw error instanceof TypeError ? new LineCut(error.message) : error; }
}

/** The JSON of an answer; throws a Refusal for what was refused, and for what no server of ours said (a proxy's page). */
export async function answerOf(response) {
  const text = await response.text();
  let answer = {};
  try { answer = text ? JSON.parse(text) : {}; } catch { throw new Refusal({ code: `http-${response.status}`, message: `HTTP ${response.status}`, way_out: words("wayOut") }, response.status); }
  if (!response.ok) throw new Refusal(answer, response.status);
  return answer;
}

const words = (name) => document.getElementById("toasts")?.dataset[name] ?? "";

/** A short message that goes away by itself; above all else, a dialog and its veil included. */
export function toast(text, { isBad = false } = {}) {
  const place = document.getElementById("toasts");
  const note = document.createElement("div");
  note.className = isBad ? "toast stop" : "toast";
  note.textContent = text;
  place.append(note);
  if (place.matches(":popover-open")) place.hidePopover();
  place.showPopover?.();
  setTimeout(() => { note.remove(); if (!place.children.length) place.hidePopover?.(); }, isBad ? 9000 : 4000);
}

/** Say a refusal: its sentence and its way out; a cut line in words, not in the browser's. */
export function sayRefusal(error) {
  const known = error instanceof Refusal ? `${error.message} ${error.wayOut}` : error instanceof LineCut ? `${words("cut")} ${words("wayOut")}` : null;
  toast(known ?? String(error), { isBad: true });
}

document.addEventListener("keydown", (event) => {
  const typing = event.target instanceof HTMLElement && event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
    const field = document.querySelector(".search input");
    if (field) { event.preventDefault(); field.focus(); field.select(); }
  }
});
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
for (const form of document.querySelectorAll("form[data-confirm]")) {
  form.addEventListener("submit", (event) => { if (!confirm(form.dataset.confirm)) event.preventDefault(); });
}

const bell = document.querySelector("#bell .count");
/** A page that stays open for hours asks now and then, when it is looked at, whether something was told. */
async function countUnread() {
  if (document.hidden) return;
  try {
    const { unread } = await ask("/notices/count");
    bell.textContent = unread > 99 ? "99+" : String(unread);
    bell.hidden = unread === 0;
  } catch { /* signed out, or no network: the page itself says so */ }
}
if (bell) {
  setInterval(countUnread, 60_000);
  document.addEventListener("visibilitychange", countUnread);
}
