// The tasks at hand: a few ahead, with their media, shared by all tabs of this browser, each open in one tab only.

import { ApiError, post } from "./api.js";

const AHEAD = 5;
const AT_ONCE = 20; // tasks in one answer of the server
const HELD = 200; // that the server takes at once
const RENEWED = 60000; // ms after which tasks at hand are held anew

/** Events: "left" (counts), "why" (nothing came, and the reason), "fetched". */
export class Tasks extends EventTarget {
  #db;
  #locks;
  #outbox;
  #files;
  #filling = null;
  #renewed = performance.now();
  ahead = AHEAD;
  shown = null; // the task on the desk, which may come from elsewhere
  why = null;

  constructor(db, locks, outbox, files) {
    super();
    Object.assign(this, { scope: outbox.scope });
    this.#db = db;
    this.#locks = locks;
    this.#outbox = outbox;
    this.#files = files;
    setInterval(() => document.visibilityState === "visible" && this.fill(), RENEWED);
  }

  key = (task) => `${this.scope}\n${task.item}\n${task.repeat ?? 0}`;

  async pool() {
    const all = await this.#db.all("tasks");
    return all.filter((one) => one.scope === this.scope).sort((a, b) => a.place - b.place);
  }

  /** Open the next task that no other tab has open: {task, release}, or null and `why` says the reason. */
  async next() {
    let found = await this.#claim();
    if (!found) {
      const got = await this.fill();
      found = await this.#claim();
      // another tab may have taken what came: ask once more
      if (!found && got) found = (await this.fill(), await this.#claim());
    }
    this.fill();
    return found;
  }

  async #claim() {
    for (const { task } of await this.pool()) {
      const open = await this.claim(task);
      if (open) return open;
    }
    return null;
  }

  /** Open this task here, if no other tab has it. */
  async claim(task) {
    const release = await this.#locks.hold(`task:${this.key(task)}`);
    if (!release) return null;
    // it may have been answered in another tab between reading the pool and taking the lock
    if (!(await this.#db.get("tasks", this.key(task)))) {
      release();
      return null;
    }
    return { task, release };
  }

  /** Put a task (back) into the pool, before all others. */
  async put(task, place = -Date.now()) {
    await this.#db.put("tasks", { key: this.key(task), scope: this.scope, task, place });
  }

  async remove(task) {
    await this.#db.delete("tasks", this.key(task));
  }

  /** Forget samples, media and who we are, on signing out: the device may be another's next. What is unsent stays. */
  async leave() {
    for (const { task } of await this.pool()) await this.remove(task);
    await this.#files.keep([]);
    await this.#db.delete("kept", "me");
  }

  /** Fetch tasks until enough are at hand; resolves to how many came. */
  fill() {
    this.#filling ??= this.#locks.locked("next", () => this.#all()).finally(() => (this.#filling = null));
    return this.#filling;
  }

  async #all() {
    let came = 0;
    for (let got = -1; got && came < this.ahead; came += got) got = await this.#fetch();
    return came;
  }

  async #fetch() {
    const pool = await this.pool();
    const count = Math.min(AT_ONCE, Math.max(0, this.ahead - pool.length));
    if (!count && performance.now() - this.#renewed < RENEWED) return 0;
    let answer;
    try {
      const have = [...new Set([...pool.map((one) => one.task.item), ...(await this.#outbox.items())])];
      if (have.length > HELD) throw new ApiError(0, "the queue is to be sent first");
      answer = await post("/api/next", { have, count });
    } catch (error) {
      this.why = error.status === 401 ? "signed out" : error.status === 0 ? "offline" : error.message;
      if (error.status === 401) this.#outbox.dispatchEvent(new CustomEvent("signedout"));
      this.dispatchEvent(new CustomEvent("why"));
      return 0;
    }
    this.#renewed = performance.now();
    const known = new Set((await this.pool()).map((one) => one.key));
    const fresh = (answer.tasks ?? []).filter((task) => !known.has(this.key(task)));
    let place = Date.now();
    for (const task of fresh) await this.put(task, place++);
    this.why = answer.why ?? null;
    if (answer.left) this.dispatchEvent(new CustomEvent("left", { detail: answer.left }));
    this.dispatchEvent(new CustomEvent("why"));
    // the media, one after the other: the next one is wanted first
    this.#media();
    return fresh.length;
  }

  async #media() {
    if (this.fetching) return;
    this.fetching = true;
    try {
      const pool = await this.pool();
      for (const { task } of pool) await this.#files.prefetch(task);
      const recent = (await this.#db.all("recent")).sort((a, b) => b.at - a.at).slice(0, 4);
      const waiting = (await this.#outbox.entries()).filter((one) => one.state === "refused" && one.task);
      await this.#files.keep([...(await this.pool()), ...recent, ...waiting, { task: this.shown }].map((one) => one.task).filter(Boolean));
    } finally {
      this.fetching = false;
    }
    this.dispatchEvent(new CustomEvent("fetched"));
  }
}
