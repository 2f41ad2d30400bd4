// The sheet room: mounts the viewer on this page's rendition, the strip of the set, and the panel.
import { ask, sayRefusal } from "./frame.js";
import { mountMarks } from "./marks.js";
import { SheetView } from "/viewer/sheet-view.js";
import { ThumbStrip } from "/viewer/thumb-strip.js";

const setup = JSON.parse(document.getElementById("setup").textContent);
const base = `/renditions/${setup.rendition}`;

async function mount() {
  const page = await ask(`${base}/page.json`);
  const view = new SheetView(document.getElementById("stage"), {
    page,
    tileUrl: (level, x, y) => `${base}/tiles/${level}/${x}/${y}.webp`,
    thumbUrl: `${base}/thumb.webp`,
    textUrl: `${base}/text.json`,
    labels: { ...setup.labels, sheet: setup.title },
  });
  if (location.hash.startsWith("#at=")) view.openHash(location.hash.slice(4));
  else view.fit();
  mountMarks(view, document.getElementById("stage"));
  const problems = document.getElementById("problems");
  if (problems) problems.textContent = page.problems.map((p) => p.code).join(", ");
}

async function strip() {
  const place = document.getElementById("strip");
  if (getComputedStyle(place).display === "none") return;
  const data = await ask(`/projects/${setup.project}/register`);
  const at = Object.fromEntries(data.columns.map((name, n) => [name, n]));
  const items = data.rows.map((row) => ({ key: row[at.sheet], label: row[at.number], detail: row[at.title], thumbUrl: row[at.thumb] }));
  new ThumbStrip(place, { items, current: setup.sheet, label: setup.setLabel, onSelect: (item) => { if (item.key !== setup.sheet) location.href = `/sheets/${item.key}`; } });
}

document.getElementById("panel-toggle").addEventListener("click", () => document.querySelector(".work").classList.toggle("no-panel"));
mount().catch((error) => { console.error(error); sayRefusal(error); });
strip().catch(sayRefusal);
