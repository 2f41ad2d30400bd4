// Controlled copies: recall or destroy what is chosen.
import { ask, sayRefusal, toast } from "./frame.js";
import { askWords } from "./words-dialog.js";

const setup = JSON.parse(document.getElementById("setup").textContent);
const words = document.getElementById("copy-words").dataset;
const boxes = [...document.querySelectorAll(".paper input[type=checkbox]:not([disabled])")];
const buttons = [...document.querySelectorAll("[data-event]")];
const chosen = () => boxes.filter((box) => box.checked);

function look() {
  const states = chosen().map((box) => box.dataset.state);
  for (const button of buttons) button.disabled = !states.length || (button.dataset.event === "recall" && states.some((state) => state !== "out"));
}
for (const box of boxes) box.addEventListener("change", look);
for (const button of buttons) {
  button.addEventListener("click", async () => {
    const { event } = button.dataset;
    const isNeeded = event === "destroy" && chosen().some((box) => box.dataset.state === "out");
    const note = await askWords({ title: words[event], consequence: event === "destroy" ? words.destroyed : words.recalled, label: words.note, isNeeded });
    if (note === null) return;
    try {
      const { refused } = await ask(`/projects/${setup.project}/copies/move`, { method: "POST", body: { copies: chosen().map((box) => box.value), event, note } });
      const why = Object.values(refused)[0];
      if (why) toast(`${why.message} ${why.way_out}`, { isBad: true });
      else location.reload();
    } catch (error) { sayRefusal(error); }
  });
}
look();
