const MOST = 200;

/** What was done, to be undone and done again: each step is a pair of functions that may answer later. */
export class UndoStack {
  /** @type {{undo: () => unknown, redo: () => unknown}[]} */
  #done = [];
  /** @type {{undo: () => unknown, redo: () => unknown}[]} */
  #undone = [];
  #busy = Promise.resolve();

  get canUndo() { return this.#done.length > 0; }
  get canRedo() { return this.#undone.length > 0; }

  /** @param {() => unknown} undo @param {() => unknown} redo */
  push(undo, redo) {
    this.#done.push({ undo, redo });
    if (this.#done.length > MOST) this.#done.shift();
    this.#undone = [];
  }

  /**
   * Something is being done whose step comes when it is answered: who undoes meanwhile means this, and waits for it.
   *
   * @template T
   * @param {Promise<T>} work @returns {Promise<T>}
   */
  after(work) {
    this.#busy = this.#busy.then(() => work.then(() => undefined, () => undefined));
    return work;
  }

  /** One after the other, however fast the keys come. */
  undo() {
    return this.#run(this.#done, this.#undone, "undo");
  }

  redo() {
    return this.#run(this.#undone, this.#done, "redo");
  }

  /** @param {{undo: () => unknown, redo: () => unknown}[]} from @param {{undo: () => unknown, redo: () => unknown}[]} to @param {"undo" | "redo"} way */
  #run(from, to, way) {
    this.#busy = this.#busy.then(async () => {
      const step = from.pop();
      if (!step) return;
      try { await step[way](); to.push(step); } catch (error) { from.push(step); throw error; }
    });
    const result = this.#busy;
    this.#busy = this.#busy.catch(() => undefined);
    return result;
  }
}
