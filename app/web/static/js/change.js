// One change document: its steps, class, words, files, places in the as-built.
import { answerOf, ask, csrfToken, reach, Refusal, sayRefusal, toast } from "./frame.js";
import { askWords } from "./words-dialog.js";

const setup = JSON.parse(document.getElementById("setup").textContent);
const { words } = setup;
const base = `/changes/${setup.change}`;
const NUMBERED = new Set(["pass", "confirm_review"]);
const needsNote = new Set(setup.needsNote);

/** Run an act once, and look at the page anew. */
async function act(button, work) {
  if (button) button.disabled = true;
  try { await work(); location.reload(); } catch (error) { sayRefusal(error); if (button) button.disabled = false; }
}

/** Fields of the dialog that belong to one event alone. */
function showFields(event) {
  for (const field of document.querySelectorAll("#words-dialog [data-for]")) field.hidden = field.dataset.for !== event;
}

for (const button of document.querySelectorAll("[data-move]")) {
  button.addEventListener("click", async () => {
    const event = button.dataset.move;
    showFields(event);
    const label = NUMBERED.has(event) ? words.texts.number : needsNote.has(event) ? words.texts.reason : words.texts.note;
    const note = await askWords({ title: words.events[event], consequence: words.consequences[event], label, isNeeded: needsNote.has(event) });
    if (note === null) return;
    const body = { event, note };
    const effective = document.getElementById("effective");
    if (event === "countersign" && effective.value) body.effective_at = effective.value;
    if (event === "accept") body.designer = document.getElementById("designer")?.value ?? "";
    await act(button, () => ask(`${base}/move`, { method: "POST", body }));
  });
}

for (const button of document.querySelectorAll("[data-word]")) {
  button.addEventListener("click", async () => {
    const kind = button.dataset.word;
    const isYes = !button.dataset.no;
    showFields("");
    const isEmergency = kind === "emergency";
    const note = await askWords({
      title: isEmergency ? words.texts.agree : isYes ? words.texts.yes : words.texts.no,
      consequence: isEmergency ? words.texts.agreeConsequence : "",
      label: words.texts.reason,
      isNeeded: isEmergency || !isYes,
    });
    if (note === null) return;
    const domain = kind === "authority" ? document.getElementById("domain").value : "";
    await act(button, () => ask(`${base}/words`, { method: "POST", body: { kind, yes: isYes, note, domain } }));
  });
}

// -- the class -----------------------------------------------------------------------------------------------------

const form = document.getElementById("class-form");
if (form) {
  const chosen = (name) => [...form.querySelectorAll(`input[name=${name}]:checked`)].map((box) => box.value);
  const remind = () => { document.getElementById("trigger-note").hidden = !(chosen("trigger").length && chosen("flag").includes("general")); };
  form.addEventListener("change", remind);
  remind();
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const problem = form.querySelector(".problem");
    problem.textContent = "";
    const body = { version: setup.version, flags: chosen("flag"), basis: form.basis.value, externals: chosen("external"), triggers: chosen("trigger") };
    try { await ask(`${base}/class`, { method: "POST", body }); location.reload(); } catch (error) {
      if (error instanceof Refusal) problem.textContent = `${error.message} ${error.wayOut}`;
      else sayRefusal(error);
    }
  });
}

// -- files and places ------------------------------------------------------------------------------------------------

const files = document.getElementById("file-form");
if (files) {
  const settle = () => { files.querySelector("[data-for]").hidden = files.kind.value !== "approval"; };
  files.addEventListener("change", settle);
  settle();
  files.addEventListener("submit", (event) => {
    event.preventDefault();
    const [file] = files.file.files;
    const domain = files.kind.value === "approval" ? files.domain.value : "";
    const query = new URLSearchParams({ kind: files.kind.value, title: files.title.value, number: files.number.value, name: file.name, domain });
    toast(words.texts.uploading);
    act(files.querySelector("button"), async () => answerOf(await reach(`${base}/files?${query}`, { method: "POST", body: file, headers: { Accept: "application/json", "X-CSRF-Token": csrfToken(), "Content-Type": "application/octet-stream" } })));
  });
}

document.getElementById("save-places")?.addEventListener("click", (event) => {
  const places = Object.fromEntries([...document.querySelectorAll("[data-place]")].map((field) => [field.dataset.place, field.value]));
  act(event.currentTarget, () => ask(`${base}/incorporated`, { method: "POST", body: { places } }));
});
