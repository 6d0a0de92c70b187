// What is to be decided: a few ahead, with their media, the most doubtful first.

import { get } from "../api.js";
import { urls } from "../files.js";

const AHEAD = 4;

export class Queue {
  #files;
  #outbox;
  #pool = [];
  #later = []; // put off in this visit
  #gone = new Set(); // decided in this visit: the server may not know yet
  #fetching = null;
  left = null;
  error = null;

  constructor(files, outbox) {
    this.#files = files;
    this.#outbox = outbox;
  }

  /** The next task, or null; what was put off comes when there is nothing else. */
  async next() {
    if (!this.#pool.length) await this.fill();
    else this.fill();
    return this.#pool.shift() ?? this.#later.shift() ?? null;
  }

  fill() {
    this.#fetching ??= this.#fetch().finally(() => (this.#fetching = null));
    return this.#fetching;
  }

  async #fetch() {
    if (this.#pool.length >= AHEAD) return;
    const known = new Set([...this.#pool, ...this.#later].map((task) => task.item).concat(...this.#gone, await this.#outbox.items(), this.current ?? []));
    try {
      // newest names last: a line of addresses is bounded
      const have = [...known].slice(-100).map(encodeURIComponent).join(",");
      const found = await get(`/api/adjudicate?count=${AHEAD}&have=${have}`);
      this.error = null;
      this.left = Math.max(0, found.left - this.#outbox.status.ahead);
      const fresh = found.tasks.filter((task) => !known.has(task.item));
      this.#pool.push(...fresh);
      for (const task of fresh) this.#files.prefetch(task);
    } catch (error) {
      this.error = error;
    }
  }

  /** A task is decided: its media go. */
  decided(task) {
    this.#gone.add(task.item);
    if (this.left) this.left -= 1;
    this.#files.drop(urls(task)).catch(() => {});
  }

  later(task) {
    this.#later.push(task);
  }

  /** A decision was taken back. */
  back(task) {
    this.#gone.delete(task.item);
    if (this.left !== null) this.left += 1;
  }

  /** Show this again first, before what was about to be shown. */
  first(task) {
    this.#pool.unshift(task);
  }
}
