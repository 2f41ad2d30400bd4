// The tabs beside a sheet. They work at once, before the drawing is there: bound by the page, not by what a tab shows.
const NAMES = ["marks", "changes", "opinions"];

export function showTab(name) {
  for (const tab of NAMES) document.getElementById("panel").classList.toggle(`is-${tab}`, name === tab);
  for (const tab of document.querySelectorAll(".panel-tabs button")) tab.setAttribute("aria-pressed", String(tab.dataset.tab === name));
}

/** An address with the name of a section leads to the facts, where the sections are. */
export function mountTabs() {
  for (const tab of document.querySelectorAll(".panel-tabs button")) tab.addEventListener("click", () => showTab(tab.dataset.tab));
  addEventListener("hashchange", () => {
    const named = /^#\w+$/u.test(location.hash) ? location.hash : "#none";
    if (document.querySelector(`#panel > section${named}`)) showTab("facts");
  });
}
