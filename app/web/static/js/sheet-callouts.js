// Callouts of a sheet: links on the drawing, and the list of them in the panel. Texts of the drawing only ever become text.

/**
 * @param {import("/viewer/sheet-view.js").SheetView} view
 * @param {{text: string, number: string, box: number[], sheet: string | null, title: string}[]} callouts
 * @param {Record<string, string>} words
 */
export function showCallouts(view, callouts, words) {
  const boxes = callouts.map(({ box: [x0, y0, x1, y1] }) => ({ x0, y0, x1, y1 }));
  view.links = callouts.map(({ sheet }, index) => ({ box: boxes[index], isDangling: !sheet }));
  view.addEventListener("link", ({ detail }) => {
    const { sheet } = callouts[detail.index];
    if (sheet) location.href = addressOf(sheet);
    else openList();
  });
  const known = callouts.filter(({ sheet }) => sheet).length;
  const missing = callouts.length - known;
  document.getElementById("callout-count").textContent = missing ? `${known} + ${missing}` : String(known);
  fill("callout-links", callouts, boxes, view, words, (callout) => callout.sheet);
  fill("callout-dangling", callouts, boxes, view, words, (callout) => !callout.sheet);
  document.getElementById("callouts-missing").hidden = missing === 0;
  document.getElementById("callouts-none").hidden = callouts.length > 0;
}

/** The set as of the same instant, when one is shown. @param {string} sheet */
function addressOf(sheet) {
  const shown = new URLSearchParams(location.search);
  const kept = new URLSearchParams();
  for (const name of ["as_of", "known_at"]) if (shown.has(name)) kept.set(name, shown.get(name));
  return `/sheets/${sheet}${kept.size ? `?${kept}` : ""}`;
}

function openList() {
  document.querySelector(".work").classList.remove("no-panel");
  const list = document.getElementById("callouts");
  list.open = true;
  list.scrollIntoView({ block: "nearest" });
}

/** One line per number, with a way to each of its places. */
function fill(id, callouts, boxes, view, words, isWanted) {
  const lines = new Map();
  callouts.forEach((callout, index) => {
    if (!isWanted(callout)) return;
    if (!lines.has(callout.number)) lines.set(callout.number, { callout, places: [] });
    lines.get(callout.number).places.push(index);
  });
  const items = [...lines.values()].map(({ callout, places }) => {
    const item = document.createElement("li");
    const name = document.createElement(callout.sheet ? "a" : "span");
    if (callout.sheet) name.href = addressOf(callout.sheet);
    name.className = "sheet-no";
    name.textContent = callout.number;
    const title = document.createElement("span");
    title.textContent = callout.title;
    item.append(name, title);
    places.forEach((index, nth) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "small";
      button.textContent = String(nth + 1);
      button.title = callouts[index].text;
      button.setAttribute("aria-label", `${words.calloutPlace} ${nth + 1}: ${callouts[index].text}`);
      button.addEventListener("click", () => look(view, boxes[index]));
      item.append(button);
    });
    return item;
  });
  document.getElementById(id).replaceChildren(...items);
}

/** The place with some of what is around it. */
function look(view, { x0, y0, x1, y1 }) {
  const around = 40_000;
  document.getElementById("stage").scrollIntoView({ block: "nearest" });
  view.highlight([{ x0, y0, x1, y1 }]);
  view.goTo({ x0: x0 - around, y0: y0 - around, x1: x1 + around, y1: y1 + around });
}
