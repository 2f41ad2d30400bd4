// Asking: a sentence, a photo, and off it goes. Sent twice under one key the note exists once.
import { ask, answerOf, csrfToken, reach, sayRefusal } from "./frame.js";

const setup = JSON.parse(document.getElementById("setup").textContent);
const { texts } = setup.words;
const form = document.getElementById("ask-form");
const status = document.getElementById("sending");
const problem = form.querySelector(".problem");

form.elements.files.addEventListener("change", () => {
  const count = form.elements.files.files.length;
  document.getElementById("chosen-files").textContent = count ? texts.photos.replace("{n}", count) : "";
});

/** What the form says, as the server takes it. */
function said() {
  const value = (name) => form.elements[name]?.value ?? "";
  const region = value("region");
  return {
    key: setup.key, to: value("to"), question: value("question"), title: value("title"), revision: value("revision"), grid: value("grid"),
    region: region ? region.split(",").map(Number) : [], discipline: value("discipline"), wanted_on: value("wanted_on"),
    copies: [...form.querySelectorAll("input[name=copy]:checked")].map((box) => box.value),
  };
}

async function upload(note, file) {
  status.textContent = texts.uploading.replace("{name}", file.name);
  const headers = { Accept: "application/json", "X-CSRF-Token": csrfToken(), "Content-Type": "application/octet-stream" };
  await answerOf(await reach(`/notes/${note}/files?name=${encodeURIComponent(file.name)}`, { method: "POST", headers, body: file }));
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button.primary");
  button.disabled = true;
  problem.replaceChildren();
  status.textContent = texts.sending;
  try {
    const { note } = await ask(`/projects/${setup.project}/notes`, { method: "POST", body: said() });
    const failed = [];
    for (const file of form.elements.files.files) {
      try { await upload(note, file); } catch (error) { failed.push(`${file.name}: ${error.message} ${error.wayOut ?? ""}`); }
    }
    if (!failed.length) { location.assign(`/notes/${note}`); return; }
    const open = Object.assign(document.createElement("a"), { href: `/notes/${note}`, textContent: texts.openNote });
    problem.append(`${texts.fileFailed} ${failed.join(" ")} `, open);
    status.textContent = "";
  } catch (error) { sayRefusal(error); status.textContent = ""; button.disabled = false; }
});
