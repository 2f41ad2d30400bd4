// Questions from a spreadsheet: pasted cells or a file; shown first, with a reason for every row that cannot come in.
import { TableImport } from "./table-import.js";

export class JointTable {
  #dialog = document.getElementById("paste-dialog");

  /** @param {string} base address of the review @param {Record<string, string>} texts words of the import */
  constructor(base, texts) {
    const input = document.getElementById("item-file");
    const form = this.#dialog.querySelector("form");
    document.getElementById("paste-items").addEventListener("click", () => this.#dialog.showModal());
    input.addEventListener("change", () => this.#dialog.close());
    new TableImport({
      place: document.getElementById("item-import"), input, path: `${base}/table`, words: texts,
      onDone: () => setTimeout(() => location.reload(), 1200),
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = form.elements.pasted.value;
      if (!text.trim()) return;
      // Cells travel as the file that they would be: one way in, one way to be shown.
      const sent = new DataTransfer();
      sent.items.add(new File([text], texts.pasted, { type: "text/tab-separated-values" }));
      input.files = sent.files;
      input.dispatchEvent(new Event("change"));
    });
  }
}
