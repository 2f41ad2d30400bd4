// The one editor of the table. It always has the keyboard, invisible over the focused cell, so that Chinese input methods
// compose their first letter in it; it shows itself when somebody types.

export class CellEditor {
  #options;
  #input = document.createElement("input");
  #list = document.createElement("div");
  #column = null;
  #text = "";
  #shown = [];
  #picked = 0;
  #isOpen = false;

  /**
   * @param {HTMLElement} body
   * @param {{onCommit: (text: string, move?: object) => boolean, onKey: (event: KeyboardEvent) => void, onCopy: (event: ClipboardEvent) => void, onPaste: (event: ClipboardEvent) => void, mayEdit: () => boolean}} options
   */
  constructor(body, options) {
    this.#options = options;
    this.#input.className = "cell-editor";
    this.#input.autocomplete = "off";
    this.#input.spellcheck = false;
    this.#input.setAttribute("role", "combobox");
    this.#input.setAttribute("aria-expanded", "false");
    this.#list.className = "cell-choices";
    this.#list.setAttribute("role", "listbox");
    this.#list.hidden = true;
    body.append(this.#input, this.#list);
    this.#input.addEventListener("keydown", (event) => this.#key(event));
    this.#input.addEventListener("compositionstart", () => this.#begin());
    this.#input.addEventListener("input", () => { this.#begin(); this.#filter(); });
    this.#input.addEventListener("blur", () => this.close(true));
    this.#input.addEventListener("copy", (event) => { if (!this.#isOpen) this.#options.onCopy(event); });
    this.#input.addEventListener("paste", (event) => { if (!this.#isOpen) this.#options.onPaste(event); });
    this.#list.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const item = event.target.closest("[data-word]");
      if (item) { this.#input.value = item.dataset.word; this.#finish({ down: 1 }, item.dataset.word); }
    });
  }

  /** Stand over a cell; not while somebody types. */
  stand(cell, column, value, text) {
    if (this.#isOpen) return;
    this.#column = column;
    this.#text = text;
    const row = cell.parentElement;
    Object.assign(this.#input.style, { left: `${cell.offsetLeft}px`, top: row.style.top, width: `${cell.offsetWidth}px`, height: row.style.height });
    this.#input.setAttribute("aria-label", `${column.label}: ${text}`);
    this.#input.readOnly = !this.#options.mayEdit();
    this.#input.value = "";
  }

  /** Take the keyboard. A closing dialog gives it back without a caret, and then Chromium drops what is typed: set one. */
  take() {
    this.#input.focus({ preventScroll: true });
    if (!this.#isOpen) this.#input.setSelectionRange(0, 0);
  }

  /** Show the editor with what the cell holds. */
  open() {
    if (!this.#options.mayEdit() || this.#isOpen) return;
    this.#begin();
    this.#input.value = this.#text;
    this.#input.select();
    this.#filter(true);
  }

  /** Hide it; what was typed is kept, or thrown away. */
  close(isKept) {
    if (!this.#isOpen) return;
    if (isKept) this.#finish();
    else this.#hide();
  }

  #begin() {
    if (this.#isOpen || !this.#options.mayEdit()) return;
    this.#isOpen = true;
    this.#input.classList.add("is-open");
  }

  #hide() {
    this.#isOpen = false;
    this.#input.classList.remove("is-open");
    this.#input.value = "";
    this.#list.hidden = true;
    this.#input.setAttribute("aria-expanded", "false");
  }

  #finish(move, word) {
    const isChoice = this.#column.edit === "choice";
    const text = word ?? (isChoice && this.#input.value.trim() && this.#shown.length ? this.#shown[this.#picked] : this.#input.value);
    this.#hide();
    this.#options.onCommit(text, move);
  }

  #key(event) {
    if (event.isComposing || event.keyCode === 229) return;
    if (!this.#isOpen) { this.#idleKey(event); return; }
    const moves = { Enter: { down: event.shiftKey ? -1 : 1 }, Tab: { right: event.shiftKey ? -1 : 1 } };
    if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); this.#hide(); }
    else if (event.key in moves) { event.preventDefault(); this.#finish(moves[event.key]); }
    else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !this.#list.hidden) {
      event.preventDefault();
      this.#picked = (this.#picked + (event.key === "ArrowDown" ? 1 : -1) + this.#shown.length) % Math.max(1, this.#shown.length);
      this.#drawList();
      this.#input.value = this.#shown[this.#picked] ?? this.#input.value;
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); this.#finish({ down: event.key === "ArrowDown" ? 1 : -1 }); }
  }

  #idleKey(event) {
    if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "F2") { event.preventDefault(); this.open(); return; }
    if (event.altKey && event.key === "ArrowDown") { event.preventDefault(); this.open(); return; }
    const isTyping = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey && event.key !== " " && event.key !== "f";
    if (!isTyping) this.#options.onKey(event);
  }

  #filter(isAll = false) {
    if (this.#column?.edit !== "choice") return;
    const { choices, none } = this.#column;
    const words = [...(none !== undefined ? [none] : []), ...Object.values(choices)];
    const wanted = this.#input.value.normalize("NFKC").trim().toLowerCase();
    const keyOf = new Map(Object.entries(choices).map(([key, word]) => [word, key]));
    this.#shown = isAll || !wanted ? words : words.filter((word) => word.toLowerCase().includes(wanted) || (keyOf.get(word) ?? "").toLowerCase().startsWith(wanted));
    this.#picked = Math.max(0, isAll ? this.#shown.indexOf(this.#text) : 0);
    this.#list.hidden = !this.#shown.length;
    this.#input.setAttribute("aria-expanded", String(!this.#list.hidden));
    this.#drawList();
  }

  #drawList() {
    const { left, top, width, height } = this.#input.style;
    Object.assign(this.#list.style, { left, top: `${parseFloat(top) + parseFloat(height)}px`, minWidth: width });
    this.#list.replaceChildren(...this.#shown.map((word, index) => {
      const item = document.createElement("div");
      item.setAttribute("role", "option");
      item.ariaSelected = String(index === this.#picked);
      item.dataset.word = word;
      item.textContent = word;
      return item;
    }));
    this.#list.children[this.#picked]?.scrollIntoView({ block: "nearest" });
  }
}
