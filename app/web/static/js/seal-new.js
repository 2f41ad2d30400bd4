// Registering a seal: its picture as one types, and what was typed stays when the server refuses.
import { Refusal, answerOf, csrfToken, reach, sayRefusal } from "./frame.js";

const form = document.getElementById("seal-new");
const image = document.getElementById("preview");
const why = document.getElementById("preview-refusal");
const box = document.getElementById("refusal");
const headers = { Accept: "application/json", "X-CSRF-Token": csrfToken() };
const WAIT = 250; // milliseconds after the last key
let turn = 0;
let timer = 0;

/** Draw the picture anew; what cannot be drawn says why. */
async function draw() {
  const own = ++turn;
  const texts = new URLSearchParams([...new FormData(form)].filter(([name, value]) => typeof value === "string" && (name === "kind" || name.startsWith("picture_"))));
  try {
    const response = await reach(`${form.dataset.preview}?${texts}`, { headers });
    if (!response.ok) await answerOf(response);
    const drawn = await response.blob();
    if (own !== turn) return;
    URL.revokeObjectURL(image.src);
    image.src = URL.createObjectURL(drawn);
    image.hidden = false;
    why.textContent = "";
  } catch (error) {
    if (own === turn) why.textContent = error instanceof Refusal ? `${error.message} ${error.wayOut}` : "";
  }
}

form.addEventListener("input", (event) => {
  if (!event.target.name?.startsWith("picture_")) return;
  clearTimeout(timer);
  timer = setTimeout(draw, WAIT);
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = new FormData(form);
  const button = event.submitter;
  if (button?.name) body.set(button.name, button.value);
  if (button) button.disabled = true;
  try {
    const response = await reach(form.action, { method: "POST", headers, body });
    if (!response.ok) await answerOf(response);
    location.assign(response.url);
  } catch (error) {
    if (button) button.disabled = false;
    if (!(error instanceof Refusal)) { sayRefusal(error); return; }
    box.replaceChildren(...[error.message, error.wayOut].map((text) => Object.assign(document.createElement("p"), { textContent: text })));
    box.hidden = false;
    box.scrollIntoView({ block: "center" });
  }
});

draw();
