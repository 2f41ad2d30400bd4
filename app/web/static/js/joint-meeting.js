// The meeting on a projector: one question at a time; answered, classed and left by keyboard.
import { askYes } from "./confirm-dialog.js";
import { ask, sayRefusal, toast } from "./frame.js";

const setup = JSON.parse(document.getElementById("setup").textContent);
const { items, words } = setup;
const { texts } = words;
const form = document.getElementById("meeting-form");
const agenda = document.getElementById("agenda");
const OUTCOMES = ["none", "clarified", "change_required"];
let at = Math.max(0, items.findIndex((item) => `#${item.serial}` === location.hash));

const say = (tag, name, text) => Object.assign(document.createElement(tag), { className: name, textContent: text });

/** What the form says of the question that is shown. */
function said() {
  const { answer, mandatory, major } = form.elements;
  return { answer: answer.value, class: form.elements.class.value, outcome: form.elements.outcome.value, mandatory: mandatory.checked, severity: major.checked ? "major" : "general" };
}

function isChanged() {
  const now = said();
  return items[at].mayAnswer && Object.keys(now).some((name) => now[name] !== items[at][name]);
}

function showAgenda() {
  agenda.replaceChildren(...items.map((item, n) => {
    const line = say("li", item.isDone ? "is-done" : "", "");
    const button = say("button", "link", `${item.serial} ${item.question}`);
    button.type = "button";
    if (n === at) button.setAttribute("aria-current", "true");
    button.addEventListener("click", () => go(n));
    line.append(button);
    return line;
  }));
  // Only the agenda moves: on a phone it stands below, and the page stays with the question.
  const frame = agenda.parentElement;
  const line = agenda.querySelector("[aria-current]").closest("li");
  const [above, below] = [line.offsetTop - frame.offsetTop, line.offsetTop - frame.offsetTop + line.offsetHeight];
  if (above < frame.scrollTop || below > frame.scrollTop + frame.clientHeight) frame.scrollTop = above;
  document.getElementById("where").textContent = texts.ofAll.replace("{n}", at + 1).replace("{all}", items.length).replace("{done}", items.filter((item) => item.isDone).length);
}

function showPicture({ sheet, isHidden }) {
  const link = document.getElementById("item-picture");
  link.hidden = !sheet;
  if (sheet) { link.href = sheet.path; link.querySelector("img").src = sheet.picture; }
  return sheet ? `${sheet.name} ${sheet.rev}` : isHidden ? texts.hidden : texts.noSheet;
}

function show() {
  const item = items[at];
  const where = showPicture(item);
  document.getElementById("item-axes").replaceChildren(say("strong", "serial", item.serial), say("span", "", where), say("span", "muted", item.place), say("span", "muted", item.party));
  document.getElementById("item-question").textContent = item.question;
  const { answer, mandatory, major } = form.elements;
  answer.value = item.answer;
  mandatory.checked = item.mandatory;
  major.checked = item.severity === "major";
  for (const name of ["class", "outcome"]) for (const radio of form.querySelectorAll(`[name=${name}]`)) radio.checked = radio.value === item[name];
  for (const field of form.elements) if (field.tagName !== "BUTTON") field.disabled = !item.mayAnswer;
  document.getElementById("save").disabled = !item.mayAnswer;
  history.replaceState(null, "", `#${item.serial}`);
  showAgenda();
}

/** Another question; what was typed and not saved is asked about. */
async function go(to) {
  if (to < 0 || to >= items.length || (isChanged() && !await askYes({ sentence: texts.unsaved }))) return;
  at = to;
  show();
}

async function save() {
  const item = items[at];
  if (!item.mayAnswer || document.getElementById("save").disabled) return;
  if (setup.state === "signing" && !await askYes({ title: words.jointEvents.reopen, sentence: texts.takesBack })) return;
  const now = said();
  document.getElementById("save").disabled = true;
  try {
    const { version } = await ask(`/joint-items/${item.id}/answer`, { method: "POST", body: { ...now, version: item.version } });
    Object.assign(item, now, { version, isDone: Boolean(now.answer.trim() && now.class && now.outcome) });
    if (setup.state === "signing") setup.state = "answered";
    toast(texts.saved);
    at = Math.min(at + 1, items.length - 1);
    show();
  } catch (error) { sayRefusal(error); document.getElementById("save").disabled = false; }
}

if (form) {
  form.addEventListener("submit", (event) => { event.preventDefault(); save(); });
  document.getElementById("previous").addEventListener("click", () => go(at - 1));
  document.getElementById("next").addEventListener("click", () => go(at + 1));
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") { event.preventDefault(); save(); return; }
    if (!event.altKey || event.ctrlKey) return;
    // By place of the key: on some layouts Alt turns a letter into another character.
    const letter = event.code.replace(/^(Key|Digit)/u, "");
    const tick = (selector) => { const box = form.querySelector(selector); if (!box.disabled) box.checked = box.type === "radio" || !box.checked; };
    const acts = {
      ArrowLeft: () => go(at - 1), ArrowRight: () => go(at + 1), M: () => tick("[name=mandatory]"), I: () => tick("[name=major]"),
      ...Object.fromEntries(["A", "B", "C", "D"].map((name) => [name, () => tick(`[name=class][value=${name}]`)])),
      ...Object.fromEntries(OUTCOMES.map((name, n) => [String(n + 1), () => tick(`[name=outcome][value=${name}]`)])),
    };
    if (!acts[letter]) return;
    event.preventDefault();
    acts[letter]();
  });
  addEventListener("beforeunload", (event) => { if (isChanged()) event.preventDefault(); });
  show();
}
