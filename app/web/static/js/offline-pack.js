// The dialog that takes a set of sheets along: how many, about how large, what is left out; then its progress.
import { sizeText } from "./device-words.js";
import { ask, sayRefusal, toast } from "./frame.js";
import { canKeep, notePack, ready } from "./offline.js";
import { PackTaking } from "./pack-taking.js";

/** Sheets whose size is asked for; the size of the rest is estimated by them. */
const SAMPLES = 8;

export class PackDialog {
  #options;
  #dialog = document.getElementById("pack-dialog");
  #texts = JSON.parse(document.getElementById("pack-texts").textContent);
  #what = null;
  #taking = null;

  /** @param {{project: string, projectName: string, fill: (text: string, data: object) => string, what: () => {rows: object[], filter: object | null, name: string}}} options */
  constructor(options) {
    this.#options = options;
    document.getElementById("take-along").addEventListener("click", () => this.#open().catch(sayRefusal));
    this.#at("pack-go").addEventListener("click", () => this.#begin().catch((error) => { if (error.name === "QuotaExceededError") this.#say(this.#texts.room); else sayRefusal(error); }));
    this.#at("pack-stop").addEventListener("click", () => this.#taking?.stop());
    addEventListener("beforeunload", (event) => { if (this.#taking) event.preventDefault(); });
  }

  #at(id) { return document.getElementById(id); }

  async #open() {
    const { fill } = this.#options;
    if (this.#taking) { this.#dialog.showModal(); return; }
    this.#what = this.#options.what();
    const { rows, name } = this.#what;
    if (!rows.length) { toast(this.#texts.nothing, { isBad: true }); return; }
    this.#state("asked");
    this.#at("pack-name").value = name;
    this.#at("pack-count").textContent = fill(this.#texts.count, { n: rows.length });
    this.#at("pack-size").textContent = this.#texts.reckoning;
    this.#at("pack-free").textContent = "";
    this.#say(canKeep ? "" : this.#texts.cannot);
    this.#at("pack-go").disabled = !canKeep;
    this.#dialog.showModal();
    await this.#reckon(rows);
  }

  /** About how large: of small sets exactly as told, of large ones by a sample. */
  async #reckon(rows) {
    const { fill } = this.#options;
    const step = Math.max(1, rows.length / SAMPLES);
    const some = Array.from({ length: Math.min(SAMPLES, rows.length) }, (_, n) => rows[Math.floor(n * step)]);
    const sizes = await Promise.all(some.map(async ({ sheet }) => sizeOf(await ask(`/sheets/${sheet}/offline.json`))));
    const all = (sizes.reduce((sum, size) => sum + size, 0) / sizes.length) * rows.length;
    const { quota = 0, usage = 0 } = (await navigator.storage?.estimate?.()) ?? {};
    const about = { size: sizeText(Math.round(all)), n: some.length };
    this.#at("pack-size").textContent = fill(some.length < rows.length ? this.#texts.aboutSample : this.#texts.about, about);
    this.#at("pack-free").textContent = quota ? sizeText(Math.max(0, quota - usage)) : "—";
    if (quota && all > quota - usage) this.#say(this.#texts.tooLarge);
  }

  async #begin() {
    await ready;
    const { project, projectName } = this.#options;
    const { rows, filter } = this.#what;
    const id = `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;
    await notePack(id, {
      name: this.#at("pack-name").value.trim() || this.#what.name, project, projectName, filter,
      sheets: rows.map((row) => row.sheet), state: "new", problem: "", madeAt: Date.now(),
    });
    this.#state("running");
    this.#say("");
    this.#taking = PackTaking.begin(id);
    this.#taking.addEventListener("progress", () => this.#progress());
    this.#taking.addEventListener("end", () => this.#end());
    this.#progress();
  }

  #progress() {
    const { total, done, bytes } = this.#taking;
    Object.assign(this.#at("pack-progress"), { max: total || 1, value: done });
    this.#at("pack-done").textContent = this.#options.fill(this.#texts.running, { n: done, m: total || this.#what.rows.length, size: sizeText(bytes) });
  }

  #end() {
    const { problem, done, bytes } = this.#taking;
    this.#taking = null;
    this.#state("ended");
    this.#at("pack-done").textContent = this.#options.fill(this.#texts.done, { n: done, size: sizeText(bytes) });
    this.#say(problem ? this.#texts[problem] : "");
    if (!this.#dialog.open) toast(problem ? this.#texts[problem] : this.#at("pack-done").textContent, { isBad: Boolean(problem) });
  }

  #say(problem) {
    this.#at("pack-problem").textContent = problem;
    this.#at("pack-problem").hidden = !problem;
  }

  #state(state) { this.#dialog.dataset.state = state; }
}

/** What a sheet takes on the device, by its list. */
function sizeOf({ parts, tiles, finer }) {
  const sum = (pairs) => pairs.reduce((total, [, bytes]) => total + bytes, 0);
  return sum(parts) + Object.values(tiles).reduce((total, level) => total + sum(level), 0) + (finer?.about ?? 0) + 40_000;
}
