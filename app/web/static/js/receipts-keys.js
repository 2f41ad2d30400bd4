// Keys in a list: arrows (or j, k) move, space chooses, Enter opens.

const list = document.querySelector("[data-keys]");
const rows = list ? [...list.querySelectorAll("tbody tr, li")].filter((row) => row.parentElement === list || row.closest("tbody")?.parentElement === list) : [];
let at = -1;

/** @param {number} next */
function go(next) {
  if (!rows.length) return;
  rows[at]?.classList.remove("is-at");
  at = Math.max(0, Math.min(rows.length - 1, next));
  rows[at].classList.add("is-at");
  rows[at].scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  const typing = event.target instanceof HTMLElement && event.target.closest("textarea, select, button, a, summary, input:not([type=checkbox])");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.key === "ArrowDown" || event.key === "j") go(at + 1);
  else if (event.key === "ArrowUp" || event.key === "k") go(at - 1);
  else if (event.key === " " && at >= 0) {
    const box = rows[at].querySelector("input[type=checkbox]:not([disabled])");
    if (!box || event.target === box) return;
    box.click();
  } else if (event.key === "Enter" && at >= 0) rows[at].querySelector("a.open-file, a")?.click();
  else return;
  event.preventDefault();
});
