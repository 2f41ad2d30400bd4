// The assisted review of a case: waiting for a run, and accepting, dropping and restoring findings.
import { ask, sayRefusal, toast } from "./frame.js";

const setup = JSON.parse(document.getElementById("setup").textContent);
const { texts } = setup.words;
/** Of a case, or of a design institute's self-check. */
const base = setup.base ?? `/review/${setup.case}`;
const DROPPED = `dropped:${base}`;

// -- a run under way -----------------------------------------------------------------------------------------------------

const waiting = document.getElementById("assist-running");
if (waiting) {
  /** Look whether the run has its answer; a cut line is no reason to stop looking. */
  const look = async () => {
    try {
      const { running, run } = await ask(`${base}/assist.json`);
      if (!running || run !== waiting.dataset.run) { location.reload(); return; }
    } catch { /* asked again below */ }
    setTimeout(look, 2000);
  };
  setTimeout(look, 1500);
}

// -- the choice of findings ----------------------------------------------------------------------------------------------

const list = document.getElementById("findings-list");
const rows = [...(list?.querySelectorAll("[data-finding]") ?? [])];
const boxOf = (row) => row.querySelector("input[name=finding]");
const isOpen = (row) => row.dataset.decision === "open";
const chosen = () => rows.filter((row) => !row.hidden && boxOf(row).checked).map((row) => row.dataset.finding);
const onlyOpen = document.getElementById("only-open");
const buttons = [...document.querySelectorAll("[data-decide]")];
const isWriting = ["first_review", "recheck"].includes(setup.state);

/** Show what is wanted, and say how many are chosen. */
function show() {
  for (const row of rows) {
    row.hidden = onlyOpen.checked && !isOpen(row);
    if (row.hidden) boxOf(row).checked = false;
  }
  for (const group of list.querySelectorAll(".group")) {
    const inside = [...group.querySelectorAll("[data-finding]")];
    group.hidden = inside.every((row) => row.hidden);
    const open = inside.filter((row) => isOpen(row) && !row.hidden);
    const all = group.querySelector(".all-of-rule");
    const count = open.filter((row) => boxOf(row).checked).length;
    all.disabled = !open.length;
    all.checked = open.length > 0 && count === open.length;
    all.indeterminate = count > 0 && count < open.length;
  }
  document.getElementById("none-open").hidden = rows.some((row) => !row.hidden);
  const picked = chosen().length;
  document.getElementById("finding-count").textContent = picked ? texts.findingsChosen.replace("{n}", picked) : "";
  list.classList.toggle("has-chosen", picked > 0);
  for (const button of buttons) button.disabled = !picked || (button.dataset.decide !== "drop" && !isWriting);
}

/** Decide about findings; what is refused is said, each reason once. Resolves to the ids that were done. */
async function decide(decision, findings, more = {}) {
  const report = await ask(`${base}/findings/${decision}`, { method: "POST", body: { findings, ...more } });
  const refused = new Set(Object.values(report.refused ?? {}).map((r) => `${r.message} ${r.way_out}`));
  if (refused.size) toast([...refused].join("\n"), { isBad: true });
  return report.done;
}

/** Decide, and look at the page anew when something was done. */
async function act(button, work) {
  button.disabled = true;
  try { if (await work()) location.reload(); } catch (error) { sayRefusal(error); } finally { if (list) show(); button.disabled = false; }
}

if (list) {
  list.addEventListener("change", (event) => {
    if (event.target.matches(".all-of-rule")) {
      for (const row of event.target.closest(".group").querySelectorAll("[data-finding]")) if (isOpen(row) && !row.hidden) boxOf(row).checked = event.target.checked;
    }
    show();
  });
  show();
}
for (const button of buttons) {
  button.addEventListener("click", () => act(button, async () => {
    const kind = button.dataset.decide;
    const done = await decide(kind === "drop" ? "drop" : "accept", chosen(), kind === "together" ? { together: true } : {});
    if (done.length) sessionStorage.setItem(DROPPED, JSON.stringify({ kind, done }));
    return done.length;
  }));
}
for (const button of document.querySelectorAll("[data-restore]")) {
  button.addEventListener("click", () => act(button, async () => (await decide("restore", [button.dataset.restore])).length));
}

// -- after a decision: say it, and offer to undo a drop -------------------------------------------------------------------

const last = JSON.parse(sessionStorage.getItem(DROPPED) ?? "null");
sessionStorage.removeItem(DROPPED);
if (last) {
  const bar = document.getElementById("assist-undo");
  const undo = bar.querySelector("button");
  bar.hidden = false;
  bar.querySelector("span").textContent = (last.kind === "drop" ? texts.dropped : texts.accepted).replace("{n}", last.done.length);
  undo.hidden = last.kind !== "drop";
  undo.addEventListener("click", () => act(undo, async () => (await decide("restore", last.done)).length));
}
