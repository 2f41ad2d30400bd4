// Facets with counts: each group counts what the other groups leave.

export class Facets {
  #place;
  #options;
  #chosen = new Map();
  rows = [];

  /** @param {HTMLElement} place @param {{rows: object[], groups: {key: string, label: string, words: Record<string, string>, order?: Record<string, number>}[], clearText: string, onChange: () => void}} options */
  constructor(place, options) {
    this.#place = place;
    this.#options = options;
    this.rows = options.rows;
    const fold = place.closest("details");
    if (fold && matchMedia("(max-width: 760px)").matches) fold.open = false; // the list first, on a phone
    for (const group of options.groups) this.#chosen.set(group.key, new Set());
  }

  choose(key, value) {
    this.#chosen.get(key)?.add(value);
  }

  /** What is chosen in each group. @returns {Record<string, string[]>} */
  get chosen() {
    return Object.fromEntries([...this.#chosen].map(([key, values]) => [key, [...values]]));
  }

  /** Rows that match everything chosen and the given test; redraws the counts. */
  filter(rows, test) {
    const groups = this.#options.groups;
    const fits = (row, key) => { const wanted = this.#chosen.get(key); return !wanted.size || wanted.has(row[key]); };
    const counts = new Map(groups.map((g) => [g.key, new Map()]));
    const shown = [];
    for (const row of rows) {
      if (!test(row)) continue;
      const misses = groups.filter((g) => !fits(row, g.key));
      if (!misses.length) shown.push(row);
      for (const group of groups) {
        if (misses.length === 0 || (misses.length === 1 && misses[0] === group)) {
          const count = counts.get(group.key);
          count.set(row[group.key], (count.get(row[group.key]) ?? 0) + 1);
        }
      }
    }
    this.#draw(counts);
    return shown;
  }

  #draw(counts) {
    const focused = document.activeElement?.dataset?.facet;
    this.#place.replaceChildren();
    const isAny = [...this.#chosen.values()].some((set) => set.size);
    if (isAny) {
      const clear = document.createElement("button");
      clear.className = "link";
      clear.textContent = this.#options.clearText;
      clear.addEventListener("click", () => { for (const set of this.#chosen.values()) set.clear(); this.#options.onChange(); });
      this.#place.append(clear);
    }
    for (const group of this.#options.groups) {
      const found = counts.get(group.key);
      const chosen = this.#chosen.get(group.key);
      const values = [...new Set([...found.keys(), ...chosen])];
      if (values.length < 2 && !chosen.size) continue;
      values.sort((a, b) => (group.order ? group.order[a] - group.order[b] : (group.words[a] ?? a).localeCompare(group.words[b] ?? b, "zh")));
      const box = document.createElement("div");
      box.className = "facet";
      const title = document.createElement("h3");
      title.textContent = group.label;
      box.append(title);
      for (const value of values) box.append(this.#choice(group, value, found.get(value) ?? 0, chosen));
      this.#place.append(box);
    }
    if (focused) this.#place.querySelector(`[data-facet="${CSS.escape(focused)}"]`)?.focus();
  }

  #choice(group, value, count, chosen) {
    const label = document.createElement("label");
    const box = document.createElement("input");
    box.type = "checkbox";
    box.checked = chosen.has(value);
    box.dataset.facet = `${group.key}:${value}`;
    box.addEventListener("change", () => { box.checked ? chosen.add(value) : chosen.delete(value); this.#options.onChange(); });
    const number = document.createElement("span");
    number.className = "n";
    number.textContent = count;
    label.append(box, group.words[value] ?? value, number);
    return label;
  }
}
