// The library's page: clauses found while typing, phrases, standards, and the import of a table.
import { ask, sayRefusal, toast } from "./frame.js";
import { TableImport, make } from "./table-import.js";

const setup = JSON.parse(document.getElementById("setup").textContent);
const { words } = setup;
const base = `/projects/${setup.project}/review`;
const WAIT = 120;

const field = document.getElementById("clause-query");
const place = document.getElementById("clauses");
let asked;
let timer;

/** One clause as a row. */
function clauseRow(clause) {
  const row = document.createElement("tr");
  const cited = row.insertCell();
  cited.className = "cited";
  cited.append(make("strong", "nowrap", clause.standard_no), " ", make("strong", "clause-no", clause.clause_no));
  if (clause.standard_name) cited.append(make("small", "muted", clause.standard_name));
  const text = row.insertCell();
  text.className = "clause-text";
  text.textContent = clause.text;
  const kind = row.insertCell();
  if (clause.is_mandatory) kind.append(make("span", "axis must", words.mandatory));
  kind.append(make("small", "muted", clause.discipline ? words.disciplines[clause.discipline] ?? clause.discipline : words.any));
  return row;
}

async function search() {
  asked?.abort();
  asked = new AbortController();
  try {
    const answer = await ask(`${base}/clauses?q=${encodeURIComponent(field.value)}`, { signal: asked.signal });
    place.replaceChildren(...answer.clauses.map(clauseRow));
    if (!answer.clauses.length) {
      const cell = place.insertRow().insertCell();
      cell.colSpan = 3;
      cell.className = "muted";
      cell.textContent = words.none;
    }
  } catch (error) { if (error.name !== "AbortError") sayRefusal(error); }
}

field?.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(search, WAIT); });
field?.form.addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(timer); search(); });

document.getElementById("phrase-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  try {
    await ask(`${base}/phrases`, { method: "POST", body: { text: form.elements.text.value, discipline: form.elements.discipline.value } });
    location.reload();
  } catch (error) { sayRefusal(error); }
});

document.addEventListener("click", async (event) => {
  const phrase = event.target.closest("[data-drop-phrase]");
  const standard = event.target.closest("[data-drop-standard]");
  try {
    if (phrase) {
      await ask(`${base}/phrases/${phrase.dataset.dropPhrase}/drop`, { method: "POST" });
      phrase.closest("li").remove();
    }
    if (standard && confirm(words.dropStandard.replace("%s", standard.dataset.dropStandard))) {
      const answer = await ask(`${base}/library/drop-standard`, { method: "POST", body: { standard: standard.dataset.dropStandard } });
      toast(words.dropped.replace("%d", answer.dropped));
      standard.closest("tr").remove();
    }
  } catch (error) { sayRefusal(error); }
});

const input = document.getElementById("library-file");
if (input) {
  new TableImport({ place: document.getElementById("library-import"), input, drop: document.getElementById("library-drop"), path: `${base}/library`, words, onDone: () => setTimeout(() => location.reload(), 1200) });
}
