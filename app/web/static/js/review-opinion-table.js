// The page on which an agency's table of opinions comes in.
import { TableImport } from "./table-import.js";

const setup = JSON.parse(document.getElementById("setup").textContent);
const discipline = document.getElementById("default-discipline");
new TableImport({
  place: document.getElementById("opinion-import"),
  input: document.getElementById("opinion-file"),
  drop: document.getElementById("opinion-drop"),
  path: `/review/${setup.case}/opinion-table`,
  words: setup.words,
  fields: () => ({ discipline: discipline.value }),
  onDone: () => setTimeout(() => location.assign(`/review/${setup.case}?tab=opinions`), 1200),
});
