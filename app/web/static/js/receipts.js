// Confirming and objecting: the words are shown before they are confirmed, and go back with the hash they were shown for.
import { answerOf, ask, csrfToken, reach, sayRefusal, toast } from "./frame.js";

const setup = JSON.parse(document.getElementById("setup").textContent);
const base = `/projects/${setup.project}/confirmation`;
const confirmDialog = document.getElementById("confirm-dialog");
const objectDialog = document.getElementById("object-dialog");
const rowOf = (button) => button.closest("[data-key]");
const partyOf = (button) => button.closest("[data-party]")?.dataset.party ?? setup.party;
const saidOf = (row) => row.querySelector(".said-text").textContent;
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

/**
 * Show what will be said, then say it.
 * @param {HTMLElement[]} rows
 * @param {string} party
 */
async function confirmRows(rows, party) {
  if (!rows.length) return;
  confirmDialog.querySelector("h2").textContent = filled(setup.words.chosen, { n: rows.length });
  document.getElementById("confirm-said").replaceChildren(...rows.map((row) => Object.assign(document.createElement("li"), { textContent: saidOf(row) })));
  confirmDialog.returnValue = "";
  confirmDialog.showModal();
  await new Promise((resolve) => confirmDialog.addEventListener("close", resolve, { once: true }));
  if (confirmDialog.returnValue !== "go") return;
  const items = rows.map(({ dataset }) => ({ key: dataset.key, sha256: dataset.sha, statement: dataset.statement }));
  try {
    const { done, refused } = await ask(`${base}/confirm`, { method: "POST", body: { party, items } });
    const why = Object.values(refused)[0];
    if (why) {
      // The page is not looked at anew: what was refused is to be read first.
      toast(filled(setup.words.refused, { n: Object.keys(refused).length, why: `${why.message} ${why.way_out}` }), { isBad: true });
      for (const row of rows) if (done.includes(row.dataset.key)) row.querySelectorAll("input, [data-confirm]").forEach((part) => { part.disabled = true; });
    } else {
      location.reload();
    }
  } catch (error) { sayRefusal(error); }
}

for (const button of document.querySelectorAll("[data-confirm]")) button.addEventListener("click", () => confirmRows([rowOf(button)], partyOf(button)));

// -- many at once ----------------------------------------------------------------------------------------------------

const chosenButton = document.getElementById("confirm-chosen");
if (chosenButton) {
  const boxes = [...document.querySelectorAll(".receipts input[type=checkbox]:not([disabled])")];
  const all = document.getElementById("all-rows");
  const chosen = () => boxes.filter((box) => box.checked);
  const count = () => {
    const n = chosen().length;
    chosenButton.textContent = filled(setup.words.chosen, { n });
    chosenButton.disabled = n === 0;
    all.checked = n > 0 && n === boxes.length;
    all.indeterminate = n > 0 && n < boxes.length;
  };
  all.addEventListener("change", () => { for (const box of boxes) box.checked = all.checked; count(); });
  for (const box of boxes) box.addEventListener("change", count);
  chosenButton.addEventListener("click", () => confirmRows(chosen().map(rowOf), setup.party));
  count();
}

// -- objections --------------------------------------------------------------------------------------------------------

let about = null;
for (const button of document.querySelectorAll("[data-object]")) {
  button.addEventListener("click", () => {
    about = { row: rowOf(button), party: partyOf(button) };
    objectDialog.querySelector(".about").textContent = about.row.dataset.name;
    objectDialog.querySelector("form").reset();
    objectDialog.showModal();
    objectDialog.querySelector("textarea").focus();
  });
}
objectDialog.querySelector(".dismiss").addEventListener("click", () => objectDialog.close());
objectDialog.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  const send = form.querySelector("button.primary");
  const sent = new FormData(form);
  if (!sent.get("photo")?.size) sent.delete("photo");
  sent.set("key", about.row.dataset.key);
  sent.set("sha256", about.row.dataset.sha);
  sent.set("party", about.party);
  send.disabled = true;
  try {
    await answerOf(await reach(`${base}/object`, { method: "POST", headers: { Accept: "application/json", "X-CSRF-Token": csrfToken() }, body: sent }));
    objectDialog.close();
    location.reload();
  } catch (error) { sayRefusal(error); } finally { send.disabled = false; }
});
