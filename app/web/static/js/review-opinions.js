// The opinions of a case: filters, bulk acts, and the forms for writing, answering and rechecking.
import { Refusal, ask, sayRefusal, toast } from "./frame.js";
import { askWords } from "./words-dialog.js";

const setup = JSON.parse(document.getElementById("setup").textContent);
const { words } = setup;
const base = `/review/${setup.case}`;
const table = document.getElementById("opinions");
const rows = [...(table?.querySelectorAll("tbody tr") ?? [])];
const byNumber = new Map(setup.sheets.map((sheet) => [sheet.number, sheet]));

// -- filters -----------------------------------------------------------------------------------------------------------

const discipline = document.getElementById("filter-discipline");
const state = document.getElementById("filter-state");
const must = document.getElementById("filter-must");
function filter() {
  let shown = 0;
  for (const row of rows) {
    row.hidden = (discipline.value && row.dataset.discipline !== discipline.value) || (state.value && row.dataset.opinionState !== state.value) || (must.checked && row.dataset.severity !== "must_fix");
    if (!row.hidden) shown += 1;
  }
  const count = document.getElementById("opinion-count");
  count.textContent = count.textContent.replace(/\d+/, shown);
}
for (const control of [discipline, state, must]) control?.addEventListener("change", filter);

// -- bulk --------------------------------------------------------------------------------------------------------------

const boxes = [...(table?.querySelectorAll("input[name=opinion]") ?? [])];
const bulk = document.querySelector(".bulk");
const chosen = () => boxes.filter((box) => box.checked && !box.closest("tr").hidden);
table?.addEventListener("change", () => { if (bulk) bulk.hidden = !chosen().length; });
document.getElementById("all-opinions")?.addEventListener("change", (event) => {
  for (const box of boxes) if (!box.closest("tr").hidden) box.checked = event.target.checked;
});

/** Do one act for many opinions; what is refused is said row by row. */
async function moveMany(event, ids, more = {}) {
  const report = await ask(`${base}/opinions/${event}`, { method: "POST", body: { opinions: ids, ...more } });
  const refused = Object.values(report.refused ?? {});
  if (refused.length) { toast(refused.map((r) => `${r.message} ${r.way_out}`).join("\n"), { isBad: true }); if (!report.done.length) return; }
  location.reload();
}
for (const button of document.querySelectorAll("[data-bulk]")) {
  button.addEventListener("click", async () => {
    const event = button.dataset.bulk;
    const picked = chosen();
    const more = {};
    if (event === "reject") {
      more.note = await askWords({ title: words.opinionEvents.reject, label: words.texts.reason, isNeeded: true });
      if (more.note === null) return;
    }
    if (event === "merge") {
      const serial = await askWords({ title: words.opinionEvents.merge, label: words.texts.mergeInto, isNeeded: true });
      const into = boxes.find((box) => box.dataset.serial === serial?.trim());
      if (!into) return;
      more.into = into.value;
    }
    await moveMany(event, picked.map((box) => box.value).filter((id) => id !== more.into), more).catch(sayRefusal);
  });
}
for (const button of document.querySelectorAll("[data-retract]")) {
  button.addEventListener("click", async () => {
    const note = await askWords({ title: words.opinionEvents.retract, label: words.texts.reason, isNeeded: true });
    if (note) moveMany("retract", [button.dataset.retract], { note }).catch(sayRefusal);
  });
}

// -- from marks ----------------------------------------------------------------------------------------------------------

const marks = document.getElementById("marks-dialog");
if (marks) {
  const picks = [...marks.querySelectorAll("input[name=mark]")];
  document.getElementById("from-marks").addEventListener("click", () => marks.showModal());
  document.getElementById("all-marks").addEventListener("change", (event) => { for (const pick of picks) pick.checked = event.target.checked; });
  marks.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const ids = picks.filter((pick) => pick.checked).map((pick) => pick.value);
    if (!ids.length) return say(marks, words.texts.nothingMarked);
    try {
      const report = await ask(`${base}/opinions/from-marks`, { method: "POST", body: { marks: ids } });
      const refused = Object.values(report.refused ?? {});
      if (refused.length) say(marks, refused.map((r) => `${r.message} ${r.way_out}`).join("\n"));
      if (report.done.length) location.reload();
    } catch (error) { sayRefusal(error); }
  });
}

// -- writing -----------------------------------------------------------------------------------------------------------

const editor = document.getElementById("opinion-dialog");
const form = editor.querySelector("form");
let edited = null;

/** @param {object | null} opinion to change; null for a new one */
function openEditor(opinion) {
  edited = opinion;
  form.reset();
  say(form, "");
  form.querySelector("[data-confirm]").hidden = true;
  if (opinion) {
    for (const name of ["discipline", "basis", "fact", "standard_no", "standard_name", "clause_no", "clause_text", "basis_reason", "action"]) form[name].value = opinion[name];
    form.fire.checked = opinion.domain === "fire";
    form.severity.value = opinion.severity;
    form.sheets.value = [...new Set(opinion.places.map((place) => place.number))].join("，");
  }
  settle();
  editor.showModal();
  form.sheets.focus();
}
/** Fire and mandatory clauses are always must-fix; without a clause a reason is asked for. */
function settle() {
  const isFixed = form.fire.checked || form.basis.value === "mandatory_clause";
  for (const radio of form.severity) radio.disabled = isFixed;
  if (isFixed) form.severity.value = "must_fix";
  form.querySelector('[data-for="design_depth"]').hidden = form.basis.value !== "design_depth" && !form.basis_reason.value;
}
form.addEventListener("change", settle);
form.sheets.addEventListener("input", () => { const { strange } = sheetsOf(); form.querySelector(".sheet-hint").textContent = strange.join("、"); });

/** Sheets by the numbers that were typed; numbers that are not of the case apart. */
function sheetsOf() {
  const typed = form.sheets.value.split(/[,，、;；\s]+/).filter(Boolean);
  return { sheets: typed.map((number) => byNumber.get(number)).filter(Boolean), strange: typed.filter((number) => !byNumber.has(number)) };
}
/** Places as they were, for sheets that stay; whole sheets for new ones. */
function placesOf(sheets) {
  const kept = (edited?.places ?? []).filter((place) => sheets.some((sheet) => sheet.id === place.sheet_id)).map((place) => ({ sheet: place.sheet_id, region: place.region, grid: place.grid }));
  const known = new Set(kept.map((place) => place.sheet));
  return [...kept, ...sheets.filter((sheet) => !known.has(sheet.id)).map((sheet) => ({ sheet: sheet.id, region: [] }))];
}
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { sheets, strange } = sheetsOf();
  if (strange.length) return say(form, strange.join("、"));
  const value = (name) => form[name].value;
  const body = { discipline: value("discipline"), basis: value("basis"), domain: form.fire.checked ? "fire" : "other", severity: value("severity"), fact: value("fact"), standard_no: value("standard_no"), standard_name: value("standard_name"), clause_no: value("clause_no"), clause_text: value("clause_text"), basis_reason: value("basis_reason"), action: value("action"), places: placesOf(sheets), confirmed: form.confirmed.checked };
  try {
    await (edited ? ask(`/review/opinions/${edited.id}`, { method: "PATCH", body: { ...body, version: edited.version } }) : ask(`${base}/opinions`, { method: "POST", body }));
    location.reload();
  } catch (error) {
    say(form, refusalText(error));
    if (error instanceof Refusal && error.code === "contradicts-earlier-round") {
      const box = form.querySelector("[data-confirm]");
      box.hidden = false;
      box.querySelector("span").textContent = words.texts.confirmAgain;
    }
  }
});
document.getElementById("new-opinion")?.addEventListener("click", () => openEditor(null));
for (const button of document.querySelectorAll("[data-edit]")) button.addEventListener("click", () => opinionOf(button.dataset.edit).then(openEditor).catch(sayRefusal));

// -- answering and rechecking --------------------------------------------------------------------------------------------

const replying = document.getElementById("reply-dialog");
const judging = document.getElementById("judge-dialog");
const ruling = document.getElementById("rule-dialog");
let answered = null;

for (const button of document.querySelectorAll("[data-reply]")) {
  button.addEventListener("click", async () => {
    try {
      answered = await opinionOf(button.dataset.reply);
      const { fixes } = await ask(`/review/opinions/${answered.id}/fixes.json`);
      quote(replying, answered);
      replying.querySelector(".fix-list").replaceChildren(...fixes.map(fixBox));
      if (!fixes.length) replying.querySelector(".fix-list").textContent = words.texts.noFix;
      say(replying, "");
      replying.showModal();
    } catch (error) { sayRefusal(error); }
  });
}
function fixBox(fix) {
  const label = document.createElement("label");
  label.className = "check";
  const box = Object.assign(document.createElement("input"), { type: "checkbox", value: fix.revision, name: "fix", checked: true });
  label.append(box, ` ${fix.number} ${fix.label}`);
  return label;
}
replying.addEventListener("change", () => { replying.querySelector(".fixes").hidden = replying.querySelector("form").event.value !== "reply_fixed"; });
replying.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const own = event.currentTarget;
  const fixed = own.event.value === "reply_fixed" ? [...own.querySelectorAll("[name=fix]:checked")].map((box) => box.value) : [];
  send(replying, `/review/opinions/${answered.id}/reply`, { event: own.event.value, text: own.text.value, fixed_in: fixed });
});
function openAnswer(dialog, button, id) {
  button.addEventListener("click", async () => {
    try {
      answered = await opinionOf(id);
      quote(dialog, answered);
      const last = answered.replies.at(-1);
      dialog.querySelector(".answer").textContent = last ? `${words.replies[last.kind]}${last.fixes.length ? ` ${last.fixes.map((f) => `${f.number} ${f.rev_label}`).join("、")}` : ""}${last.text ? `：${last.text}` : ""}` : "";
      say(dialog, "");
      dialog.showModal();
    } catch (error) { sayRefusal(error); }
  });
}
for (const button of document.querySelectorAll("[data-judge]")) {
  openAnswer(judging, button, button.dataset.judge);
  button.addEventListener("click", () => showFlags(button.dataset.judge).catch(sayRefusal));
}
/** What the comparison says beside the answer; kept with the decision. */
let warned = [];
async function showFlags(id) {
  const box = judging.querySelector(".flags");
  box.replaceChildren();
  warned = [];
  const { places } = await ask(`/review/opinions/${id}/flags.json`);
  for (const place of places) {
    const line = (name, text) => { box.append(Object.assign(document.createElement("p"), { className: name, textContent: `${place.number} ${text}` })); };
    for (const flag of place.flags.flags) line("warn", words.texts[flag].replace("{n}", place.flags.unasked.length));
    if (place.flags.there.length) line("fine", words.texts.changedThere);
    warned.push(...place.flags.flags.filter((flag) => flag.startsWith("nothing")));
    if (place.before && place.after) {
      const link = Object.assign(document.createElement("a"), { href: `/renditions/${place.before}/compare/${place.after}`, target: "_blank", rel: "noopener", textContent: `${place.number} ${words.texts.compareBoth}` });
      const holder = document.createElement("p");
      holder.append(link);
      box.append(holder);
    }
  }
}
for (const button of document.querySelectorAll("[data-rule]")) openAnswer(ruling, button, button.dataset.rule);
judging.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  send(judging, `/review/opinions/${answered.id}/judgement`, { settled: event.submitter.value === "ok", text: event.currentTarget.text.value, warnings: event.submitter.value === "ok" ? [...new Set(warned)] : [] });
});
ruling.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  send(ruling, `/review/opinions/${answered.id}/ruling`, { upheld: event.submitter.value === "uphold", text: event.currentTarget.text.value });
});

async function send(dialog, path, body) {
  try { await ask(path, { method: "POST", body }); location.reload(); } catch (error) { say(dialog, refusalText(error)); }
}
const opinionOf = async (id) => (await ask(`/review/opinions/${id}`)).opinion;
const quote = (dialog, opinion) => { dialog.querySelector(".quoted").textContent = `${opinion.serial}. ${opinion.fact}${opinion.action ? `\n→ ${opinion.action}` : ""}`; };
const say = (dialog, text) => { dialog.querySelector(".problem").textContent = text; };
const refusalText = (error) => error instanceof Refusal ? `${error.message} ${error.wayOut}` : String(error);
for (const button of document.querySelectorAll("[data-close]")) button.addEventListener("click", () => button.closest("dialog").close());
