// Ctrl+Z of the clerk's table: the last cells typed, pasted, filled or set in bulk get back what stood there.

const MOST = 100;

export class UndoStack {
  #groups = [];

  /** @param {{id: string, field: string, value: string}[]} before  what stood in the cells that one act changes */
  remember(before) {
    if (!before.length) return;
    this.#groups.push(before);
    if (this.#groups.length > MOST) this.#groups.shift();
  }

  /** The cells of the last act, with what stood there; empty when there is nothing to undo. */
  take() { return this.#groups.pop() ?? []; }
}
