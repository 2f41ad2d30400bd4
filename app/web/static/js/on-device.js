// The page of what is on this device: packs with their state, sheets by project, storage, and ways to be rid of them.
import { allOf, clearDevice } from "./device-store.js";
import { sizeText } from "./device-words.js";
import { toast } from "./frame.js";
import { canKeep, contact, isKept, ready, setOwner } from "./offline.js";
import { PackTaking, deletePack, stopAll } from "./pack-taking.js";

const texts = JSON.parse(document.getElementById("texts").textContent);
const at = (id) => document.getElementById(id);
const fill = (text, data) => text.replace(/\{(\w+)\}/gu, (_, name) => data[name]);

function make(tag, data = {}, ...children) {
  const element = Object.assign(document.createElement(tag), data);
  element.append(...children.filter((child) => child !== null));
  return element;
}

const mark = (meaning, text) => make("span", { className: `mark mark-${meaning}`, textContent: text });
const then = (text) => make("span", { className: "mark then", textContent: text });

function button(text, act, className = "small") {
  const element = make("button", { type: "button", className, textContent: text });
  element.addEventListener("click", act);
  return element;
}

/** What is here, as last read: thousands of records are not read again at each letter that is sought. */
let sheets = [];

async function show() {
  let packs;
  [sheets, packs] = await Promise.all([allOf("sheets"), allOf("packs")]);
  at("clear").hidden = !sheets.length && !packs.length;
  at("packs-card").hidden = !packs.length;
  at("packs").replaceChildren(...packs.map((pack) => packRow(pack, sheets)));
  showSheets();
  await showSize();
}

function packRow(pack, sheets) {
  const here = new Map(sheets.filter((s) => s.packs.includes(pack.id)).map((s) => [s.sheet, s]));
  const known = pack.sheets.filter((id) => here.get(id)?.isWhole);
  const changed = known.filter((id) => here.get(id).changed).length;
  const missing = pack.sheets.length - known.length;
  const bytes = [...here.values()].reduce((sum, s) => sum + s.bytes, 0);
  const oldest = [...here.values()].sort((a, b) => a.keptAt - b.keptAt)[0];
  const taking = PackTaking.of(pack.id);
  const row = make("li", {},
    make("div", {}, make("h3", { textContent: pack.name }),
      make("p", { className: "muted", textContent: [pack.projectName, fill(texts.sheets, { n: known.length }), sizeText(bytes), oldest && fill(texts.asOf, { at: oldest.at })].filter(Boolean).join(" · ") }),
      make("p", {}, ...(changed || missing ? [changed ? mark("attention", fill(texts.changedCount, { n: changed })) : null, missing ? mark("waiting", fill(texts.missing, { n: missing })) : null] : [make("span", { className: "muted", textContent: texts.same })]))),
    make("div", { className: "acts" },
      isKept() ? null : taking ? button(texts.stop, () => taking.stop()) : button(pack.state === "whole" || !pack.problem ? texts.update : texts.resume, () => take(pack.id), changed || missing ? "small primary" : "small"),
      button(texts.delete, () => removePack(pack), "small danger")));
  if (taking) row.append(progressOf(taking));
  else if (pack.problem) row.append(make("p", { className: "problem", textContent: texts[pack.problem] ?? texts.unknown }));
  row.dataset.pack = pack.id;
  return row;
}

function progressOf(taking) {
  const line = make("p", { className: "muted" });
  const bar = make("progress", { max: 1, value: 0 });
  const draw = () => {
    Object.assign(bar, { max: taking.total || 1, value: taking.done });
    line.textContent = `${fill(texts.running, { n: taking.done, m: taking.total })} · ${sizeText(taking.bytes)}`;
  };
  taking.addEventListener("progress", draw);
  draw();
  const place = make("div", { className: "taking" }, line, bar);
  return place;
}

function take(id) {
  PackTaking.begin(id).addEventListener("end", () => show());
  show();
}

async function removePack(pack) {
  if (!confirm(fill(texts.surePack, pack))) return;
  document.querySelector(`[data-pack="${pack.id}"] .acts`)?.replaceChildren(make("span", { className: "muted", role: "status", textContent: texts.deleting }));
  await deletePack(pack.id);
  await show();
}

function showSheets() {
  const wanted = at("find").value.trim().normalize("NFKC").toLowerCase();
  const found = sheets.filter((s) => !wanted || s.number.toLowerCase().includes(wanted) || s.title.toLowerCase().includes(wanted));
  found.sort((a, b) => a.projectName.localeCompare(b.projectName, "zh") || a.number.localeCompare(b.number, "zh", { numeric: true }));
  at("sheet-count").textContent = sheets.length ? fill(texts.sheets, { n: found.length }) : "";
  at("none").hidden = sheets.length > 0;
  const groups = Map.groupBy ? Map.groupBy(found, (s) => s.projectName) : grouped(found);
  at("sheets").replaceChildren(...[...groups].map(([name, items]) => make("section", { className: "kept-group" }, make("h3", { textContent: name }), make("ul", { className: "kept-sheets" }, ...items.map(sheetRow)))));
  if (sheets.length && !found.length) at("sheets").append(make("p", { className: "empty", textContent: texts.none }));
}

function grouped(sheets) {
  const groups = new Map();
  for (const sheet of sheets) groups.set(sheet.projectName, [...(groups.get(sheet.projectName) ?? []), sheet]);
  return groups;
}

function sheetRow(sheet) {
  const link = make("a", { href: `/sheets/${sheet.sheet}`, className: "sheet-no", textContent: sheet.number });
  const picture = sheet.rendition ? make("img", { src: `/renditions/${sheet.rendition}/thumb.webp`, alt: "", loading: "lazy" }) : make("span");
  return make("li", {}, picture,
    make("span", { className: "title" }, link, sheet.title),
    make("span", { className: "state" }, then(`${sheet.label} · ${sheet.standingWord}`), make("span", { className: "muted", textContent: fill(texts.asOf, { at: sheet.at }) }),
      sheet.changed ? mark("attention", texts.changed) : null, sheet.isWhole ? null : make("span", { className: "muted", textContent: texts.part })),
    make("span", { className: "bytes", textContent: sizeText(sheet.bytes) }));
}

async function showSize() {
  const { usage = 0, quota = 0 } = (await navigator.storage?.estimate?.()) ?? {};
  at("device-size").textContent = quota ? fill(texts.used, { used: sizeText(usage), free: sizeText(Math.max(0, quota - usage)) }) : "";
}

async function clear() {
  if (!confirm(texts.sureAll)) return;
  await stopAll();
  await clearDevice();
  if (!isKept()) await setOwner();
  await show();
}

async function check() {
  const isDone = await contact({ always: true }).catch(() => false);
  await show();
  toast(isDone ? texts.checked : texts.lineCut, { isBad: !isDone });
}

at("cannot").hidden = canKeep;
at("find").addEventListener("input", showSheets);
if (canKeep) {
  at("clear").addEventListener("click", clear);
  at("check").addEventListener("click", check);
  await ready;
  await show();
  if (!isKept()) contact({ always: true }).then(show, () => {});
}
