// What was done, to be undone and done again. States are never changed, only replaced, so keeping them costs little.

const MOST = 500;

export class History {
  #past = [];
  #future = [];

  constructor(now) {
    this.now = now;
  }

  /** A new state, and in words what led to it. */
  commit(state, what) {
    this.#past.push({ state: this.now, what });
    if (this.#past.length > MOST) this.#past.shift();
    this.#future = [];
    this.now = state;
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  get canRedo() {
    return this.#future.length > 0;
  }

  /** Go back; returns what was undone, null where there is nothing. */
  undo() {
    return this.#step(this.#past, this.#future);
  }

  redo() {
    return this.#step(this.#future, this.#past);
  }

  #step(from, to) {
    const last = from.pop();
    if (!last) return null;
    to.push({ state: this.now, what: last.what });
    this.now = last.state;
    return last.what;
  }
}
