// Choosing from a list: a filter, and all that the filter shows at once.

const boxes = [...document.querySelectorAll(".choose-list tbody input[type=checkbox]:not(:disabled)")];
const all = document.getElementById("all-items");
const find = document.getElementById("item-find");
const place = document.getElementById("chosen-count");
const rowOf = (box) => box.closest("tr");
const shown = () => boxes.filter((box) => !rowOf(box).hidden);

function count() {
  const n = boxes.filter((box) => box.checked).length;
  place.textContent = place.dataset.words.replace("{n}", n);
  const seen = shown();
  all.checked = seen.length > 0 && seen.every((box) => box.checked);
}
if (all) {
  all.addEventListener("change", () => { for (const box of shown()) box.checked = all.checked; count(); });
  for (const box of boxes) box.addEventListener("change", count);
  find.addEventListener("input", () => {
    const wanted = find.value.trim().toLowerCase();
    for (const box of boxes) rowOf(box).hidden = !rowOf(box).textContent.toLowerCase().includes(wanted);
    count();
  });
  find.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  count();
}
