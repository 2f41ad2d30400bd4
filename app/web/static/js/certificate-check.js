// Does this certificate list this file? The digest is computed here; the file stays on the device.
import { digestOf } from "./sha256.js";

const place = document.getElementById("check");
const results = document.getElementById("check-results");
const drop = document.getElementById("check-drop");
const MOST_FILES = 50;

/** Both languages, as the rest of the page. */
function both(tag, zh, en) {
  const made = document.createElement(tag);
  const english = document.createElement("span");
  english.lang = "en";
  english.textContent = en;
  made.append(zh, " ", english);
  return made;
}

function line(name) {
  const item = document.createElement("li");
  const title = document.createElement("span");
  title.className = "check-name";
  title.textContent = name;
  item.append(title);
  results.append(item);
  return item;
}

async function check(file) {
  const item = line(file.name);
  const wait = both("span", "正在计算指纹…", "Computing…");
  item.append(wait);
  try {
    const digest = await digestOf(file, (share) => { wait.firstChild.textContent = `正在计算指纹 ${Math.round(share * 100)}%`; });
    const response = await fetch(`/c/${place.dataset.code}.json?sha256=${digest}`, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(String(response.status));
    show(item, await response.json(), digest);
  } catch {
    item.className = "check-unsure";
    wait.replaceWith(both("b", "? 没有核对成，请检查网络后再试", "Not checked: look at the network and try again"));
    return;
  }
  wait.remove();
}

function show(item, answer, digest) {
  item.className = answer.is_listed ? "check-ok" : "check-no";
  const verdict = answer.is_listed ? both("b", "✓ 已列入", "Listed") : both("b", "✕ 未列入本合格书", "Not listed");
  item.prepend(verdict);
  for (const sheet of answer.listed_as) {
    const named = document.createElement("span");
    named.className = "sheet-no";
    named.textContent = ` ${sheet.number} ${sheet.revision} `;
    item.append(named);
  }
  if (answer.is_listed && place.dataset.ended) item.append(both("span", "但本合格书已失效。", "But this certificate is not in force."));
  const code = document.createElement("code");
  code.className = "digest";
  code.textContent = digest;
  item.append(code);
}

async function all(files) {
  for (const file of [...files].slice(0, MOST_FILES)) await check(file);
}

if (place) {
  drop.hidden = false;
  const input = document.getElementById("check-file");
  input.addEventListener("change", () => { all([...input.files]); input.value = ""; });
  place.addEventListener("dragover", (event) => { event.preventDefault(); place.classList.add("is-over"); });
  place.addEventListener("dragleave", () => place.classList.remove("is-over"));
  place.addEventListener("drop", (event) => { event.preventDefault(); place.classList.remove("is-over"); all(event.dataTransfer.files); });
}
