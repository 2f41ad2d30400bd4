// A review case: its steps, the choice of sheets, people, documents, the certificate.
import { ask, answerOf, csrfToken, reach, sayRefusal, toast } from "./frame.js";
import { askWords } from "./words-dialog.js";

const setup = JSON.parse(document.getElementById("setup").textContent);
const { words } = setup;
const NOTED = new Set(["need_documents", "send_back", "fail", "withdraw"]);
const base = `/review/${setup.case}`;
const element = (tag, name, text) => Object.assign(document.createElement(tag), { className: name ?? "", textContent: text ?? "" });

/** Run an act once, and look at the page anew. */
async function act(button, work) {
  if (button) button.disabled = true;
  try { await work(); location.reload(); } catch (error) { sayRefusal(error); if (button) button.disabled = false; }
}

// -- steps -----------------------------------------------------------------------------------------------------------

for (const button of document.querySelectorAll("[data-move]")) {
  button.addEventListener("click", async () => {
    const event = button.dataset.move;
    const isNeeded = NOTED.has(event);
    const label = isNeeded ? words.texts.reason : event === "file" ? words.texts.number : words.texts.note;
    const note = await askWords({ title: words.events[event], consequence: words.consequences[event], label, isNeeded });
    if (note === null) return;
    await act(button, () => event === "resubmit" ? ask(`${base}/resubmit`, { method: "POST", body: { note } }) : ask(`${base}/move`, { method: "POST", body: { event, note } }));
  });
}
for (const button of document.querySelectorAll("[data-done]")) {
  button.addEventListener("click", () => act(button, () => ask(`${base}/done`, { method: "POST", body: { discipline: button.dataset.done } })));
}

// -- the joint review ------------------------------------------------------------------------------------------------

for (const form of document.querySelectorAll("#joint form")) {
  // Told before it is sent: the server refuses an unfavourable conclusion without reasons.
  form.addEventListener("change", () => { form.elements.note.required = form.elements.verdict.value === "failed"; });
}

// -- the choice of sheets ----------------------------------------------------------------------------------------------

const table = document.getElementById("choose");
if (table) {
  const boxes = [...table.querySelectorAll("input[name=revision]")];
  const all = document.getElementById("all-sheets");
  const chosen = () => boxes.filter((box) => box.checked).map((box) => box.value);
  const count = () => {
    const n = chosen().length;
    document.getElementById("chosen").textContent = words.texts.sheetsChosen.replace("{n}", n);
    all.checked = n === boxes.length;
    all.indeterminate = n > 0 && n < boxes.length;
  };
  all.addEventListener("change", () => { for (const box of boxes) box.checked = all.checked; count(); });
  table.addEventListener("change", count);
  count();

  const place = document.getElementById("findings");
  async function look() {
    const { findings } = await ask(`${base}/gate`, { method: "POST", body: { revisions: chosen() } });
    place.replaceChildren(...findings.map((found) => {
      const box = element("div", found.level === "stop" ? "finding stop" : "finding");
      box.append(element("p", "", `${found.level === "stop" ? "✕" : "▲"} ${found.label}（${found.level === "stop" ? words.texts.stops : words.texts.needsReason}）`), element("p", "muted", found.wayOut));
      if (found.items.length) box.append(element("p", "items", found.items.join("、")));
      return box;
    }));
    if (!findings.length) place.append(element("p", "notice force", words.texts.noFindings));
  }
  document.getElementById("look").addEventListener("click", () => look().catch(sayRefusal));
  const submit = document.getElementById("submit-case");
  submit.addEventListener("click", async () => {
    submit.disabled = true;
    try {
      await ask(`${base}/submit`, { method: "POST", body: { revisions: chosen(), note: document.getElementById("submit-note").value } });
      location.href = base;
    } catch (error) { sayRefusal(error); submit.disabled = false; look().catch(() => {}); }
  });
  look().catch(sayRefusal);
}

// -- people, documents, certificate --------------------------------------------------------------------------------------

document.getElementById("assign")?.addEventListener("click", (event) => {
  const reviewers = Object.fromEntries([...document.querySelectorAll("#people select")].map((select) => [select.dataset.discipline, select.value]));
  act(event.currentTarget, () => ask(`${base}/assign`, { method: "POST", body: { reviewers } }));
});

document.getElementById("document-form")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  const [file] = form.file.files;
  const query = new URLSearchParams({ kind: form.kind.value, title: form.title.value, number: form.number.value, name: file.name });
  toast(words.texts.uploading);
  act(form.querySelector("button"), async () => answerOf(await reach(`${base}/documents?${query}`, { method: "POST", body: file, headers: { Accept: "application/json", "X-CSRF-Token": csrfToken(), "Content-Type": "application/octet-stream" } })));
});

document.getElementById("certify-form")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  const body = Object.fromEntries(new FormData(form));
  body.replaces = form.replaces?.checked ?? false;
  act(form.querySelector("button"), () => ask(`${base}/certify`, { method: "POST", body }));
});
