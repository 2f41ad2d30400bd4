// The form of an announcement: finds in the pool, chooses all that is shown, counts what is chosen.
const pool = document.getElementById("pool");
const count = document.getElementById("pool-count");
const find = document.getElementById("pool-find");
const boxes = [...pool.querySelectorAll('input[name="item"]')];
const take = document.querySelector('input[name="take"]');

function told() {
  const chosen = boxes.filter((box) => box.checked).length;
  count.textContent = count.dataset.words.replace("%d", String(chosen)).replace("%d", String(boxes.length));
  take.max = String(chosen);
}

const rowOf = (box) => box.closest("tr");

find.addEventListener("input", () => {
  const words = find.value.trim().toLowerCase();
  for (const box of boxes) rowOf(box).hidden = words !== "" && !rowOf(box).textContent.toLowerCase().includes(words);
});
for (const [id, checked] of [["pool-all", true], ["pool-none", false]]) {
  document.getElementById(id).addEventListener("click", () => {
    for (const box of boxes) if (!rowOf(box).hidden) box.checked = checked;
    told();
  });
}
pool.addEventListener("change", told);
document.getElementById("pool-tools").hidden = false;
const shares = document.querySelector('input[name="contributions"]');
const more = document.getElementById("shares");
const show = () => { more.hidden = !shares.checked; };
shares.addEventListener("change", show);
show();
told();
