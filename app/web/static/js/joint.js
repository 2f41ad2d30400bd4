// A joint drawing review: questions, answers, the meeting's facts, steps and signatures.
import { askYes } from "./confirm-dialog.js";
import { ask, sayRefusal, toast } from "./frame.js";
import { JointTable } from "./joint-table.js";
import { askWords } from "./words-dialog.js";

const setup = JSON.parse(document.getElementById("setup").textContent);
const { words } = setup;
const { texts } = words;
const base = `/joint-reviews/${setup.review}`;
const CONSEQUENCE = { answer: "joint_answer" };

/** Run an act once, and look at the page anew. */
async function act(button, work) {
  button.disabled = true;
  try { await work(); location.reload(); } catch (error) { sayRefusal(error); button.disabled = false; }
}

/** In signing every change makes the signatures fall: asked before, each time. */
const mayChange = async () => setup.state !== "signing" || askYes({ title: words.jointEvents.reopen, sentence: texts.takesBack });

for (const dialog of document.querySelectorAll("dialog")) {
  dialog.querySelector("[data-close]")?.addEventListener("click", () => dialog.close());
}

// -- steps and signatures ---------------------------------------------------------------------------------------------

for (const button of document.querySelectorAll("[data-move]")) {
  button.addEventListener("click", async () => {
    const event = button.dataset.move;
    const isNeeded = event === "reopen";
    const note = await askWords({ title: words.jointEvents[event], consequence: words.consequences[CONSEQUENCE[event] ?? event], label: isNeeded ? texts.reason : texts.note, isNeeded });
    if (note !== null) await act(button, () => ask(`${base}/move`, { method: "POST", body: { event, note } }));
  });
}
document.getElementById("sign")?.addEventListener("click", async ({ currentTarget: button }) => {
  const sentence = texts.signWords.replace("{party}", setup.party).replace("{digest}", setup.digest.slice(0, 12)).replace("{n}", setup.count);
  if (!await askYes({ title: texts.signTitle, sentence })) return;
  await act(button, async () => {
    const { effective } = await ask(`${base}/sign`, { method: "POST", body: { digest: setup.digest } });
    toast(effective ? texts.effective : texts.signed);
  });
});

// -- the meeting ------------------------------------------------------------------------------------------------------

const meeting = document.getElementById("meeting-dialog");
document.getElementById("edit-meeting")?.addEventListener("click", () => meeting.showModal());
meeting?.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  if (!await mayChange()) return;
  const attendees = [...form.querySelectorAll("[data-party]")].flatMap((field) => field.value.split(/[、,，;；]/u).map((name) => name.trim()).filter(Boolean).map((name) => [field.dataset.party, name]));
  act(form.querySelector(".primary"), () => ask(`${base}/meeting-facts`, { method: "POST", body: { version: setup.version, meeting_on: form.elements.meeting_on.value, place: form.elements.place.value, attendees } }));
});

// -- questions --------------------------------------------------------------------------------------------------------

const dialog = document.getElementById("item-dialog");
let edited = null;

/** Open the form, empty or with a question that is put right. */
function open(item) {
  edited = item;
  const form = dialog.querySelector("form");
  form.reset();
  dialog.querySelector("h2").textContent = item ? texts.edit : texts.ask;
  for (const name of item ? ["number", "place", "discipline", "severity", "question"] : []) form.elements[name].value = item[name];
  dialog.showModal();
  form.elements[item ? "question" : "number"].focus();
}

/** The sheet that is named: of the list, or the one that the question stands on already. */
function revisionOf(number) {
  const option = [...document.querySelectorAll("#sheet-numbers option")].find((one) => one.value === number.trim());
  if (option) return option.dataset.revision;
  return edited && edited.number === number ? edited.revision : "";
}

document.getElementById("ask-item")?.addEventListener("click", () => open(null));
dialog?.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const { number, place, discipline, severity, question } = event.currentTarget.elements;
  const revision = revisionOf(number.value);
  const written = number.value.trim() && !revision ? `${number.value.trim()} ${place.value}`.trim() : place.value;
  const isSame = edited && revision === edited.revision;
  const body = { revision, region: isSame ? edited.region : [], place: written, discipline: discipline.value, severity: severity.value, question: question.value };
  act(dialog.querySelector(".primary"), () => edited
    ? ask(`/joint-items/${edited.id}`, { method: "PATCH", body: { ...body, version: edited.version } })
    : ask(`${base}/items`, { method: "POST", body }));
});

const rows = [...document.querySelectorAll("[data-item]")];
for (const row of rows) {
  const { item, version } = row.dataset;
  row.querySelector("[data-edit]")?.addEventListener("click", ({ currentTarget }) => open({ ...JSON.parse(currentTarget.dataset.edit), id: item, version: Number(version) }));
  row.querySelector("[data-withdraw]")?.addEventListener("click", async ({ currentTarget }) => { if (await askYes({ sentence: texts.withdrawItem })) act(currentTarget, () => ask(`/joint-items/${item}/withdraw`, { method: "POST" })); });
  for (const [name, by] of [["up", -1], ["down", 1]]) row.querySelector(`[data-${name}]`)?.addEventListener("click", ({ currentTarget }) => move(row, by, currentTarget));
  row.querySelector(".answer-item")?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.currentTarget;
    if (!await mayChange()) return;
    const { elements } = form;
    const body = { version: Number(version), answer: elements.answer.value, class: elements.class.value, outcome: elements.outcome.value, severity: elements.severity.value, mandatory: elements.mandatory.checked };
    act(form.querySelector(".primary"), () => ask(`/joint-items/${item}/answer`, { method: "POST", body }));
  });
}

/** One place up or down; numbers stay. */
function move(row, by, button) {
  const ids = rows.map((each) => each.dataset.item);
  const from = ids.indexOf(row.dataset.item);
  if (from + by < 0 || from + by >= ids.length) return;
  [ids[from], ids[from + by]] = [ids[from + by], ids[from]];
  act(button, () => ask(`${base}/order`, { method: "POST", body: { items: ids } }));
}

if (document.getElementById("paste-dialog")) new JointTable(base, texts);
