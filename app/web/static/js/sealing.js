// A set being sealed: how far it is, asked now and then; when it is settled the page is read again.
import { ask } from "./frame.js";

const EVERY_MS = 1_500;
const row = document.getElementById("progress");
const bar = row.querySelector("progress");
const line = row.querySelector("p");

async function look() {
  try {
    const now = await ask(row.dataset.url);
    bar.value = now.sealed + now.refused;
    line.textContent = line.dataset.words.replace(/\{(\w+)\}/gu, (_, name) => now[name]);
    document.querySelector("#batch-state .mark").textContent = now.label;
    if (now.settled) { location.reload(); return; }
  } catch (error) { console.info(String(error)); } // the line is cut: asked again
  setTimeout(look, EVERY_MS);
}
setTimeout(look, EVERY_MS);
