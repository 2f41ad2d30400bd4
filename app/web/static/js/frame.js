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
  const response = await fetch(path, { method, headers, signal, body: body === undefined ? undefined : JSON.stringify(body) });
  const text = await response.text();
  const answer = text ? JSON.parse(text) : {};
  if (!response.ok) throw new Refusal(answer, response.status);
  return answer;
}

/** A short message that goes away by itself. */
export function toast(text, { isBad = false } = {}) {
  const place = document.getElementById("toasts");
  const note = document.createElement("div");
  note.className = isBad ? "toast stop" : "toast";
  note.textContent = text;
  place.append(note);
  setTimeout(() => note.remove(), isBad ? 9000 : 4000);
}

/** Say a refusal: its sentence and its way out. */
export const sayRefusal = (error) => toast(error instanceof Refusal ? `${error.message} ${error.wayOut}` : String(error), { isBad: true });

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
