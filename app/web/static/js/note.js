// One contact note: answers, steps, the turn into a change, photos and files.
import { ask, answerOf, csrfToken, reach, sayRefusal } from "./frame.js";
import { askWords } from "./words-dialog.js";

const setup = JSON.parse(document.getElementById("setup").textContent);
const { words } = setup;
const base = `/notes/${setup.note}`;
const NOTED = new Set(["reopen", "withdraw"]);
const CONSEQUENCE = { close: "note_close", reopen: "note_reopen" };

async function act(button, body) {
  button.disabled = true;
  try {
    const { change } = await ask(`${base}/move`, { method: "POST", body });
    if (change) location.assign(`/changes/${change}`); else location.reload();
  } catch (error) { sayRefusal(error); button.disabled = false; }
}

const answer = document.getElementById("answer-form");
answer?.addEventListener("submit", (event) => {
  event.preventDefault();
  act(answer.querySelector("button"), { event: "answer", text: answer.elements.text.value });
});

const turn = document.getElementById("turn-dialog");
turn.querySelector("[data-close]").addEventListener("click", () => turn.close());
turn.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const { kind, reason, text } = event.currentTarget.elements;
  act(turn.querySelector(".primary"), { event: "turn", kind: kind.value, reason: reason.value, text: text.value });
});

for (const button of document.querySelectorAll("[data-move]")) {
  button.addEventListener("click", async () => {
    const event = button.dataset.move;
    if (event === "turn") { turn.showModal(); return; }
    const isNeeded = NOTED.has(event);
    const text = await askWords({ title: words.noteEvents[event], consequence: words.consequences[CONSEQUENCE[event] ?? event], label: isNeeded ? words.texts.reason : words.texts.note, isNeeded });
    if (text !== null) await act(button, { event, text });
  });
}

const files = document.getElementById("file-form");
files?.elements.files.addEventListener("change", async () => {
  const status = document.getElementById("sending");
  try {
    for (const file of files.elements.files.files) {
      status.textContent = words.texts.uploading.replace("{name}", file.name);
      const headers = { Accept: "application/json", "X-CSRF-Token": csrfToken(), "Content-Type": "application/octet-stream" };
      await answerOf(await reach(`${base}/files?name=${encodeURIComponent(file.name)}`, { method: "POST", headers, body: file }));
    }
    location.reload();
  } catch (error) { sayRefusal(error); status.textContent = ""; files.reset(); }
});
