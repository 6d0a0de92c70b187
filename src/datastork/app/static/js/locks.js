// One tab at a time: for sending, for fetching tasks, for each task that is open. Locks go with the tab that held them.
// Web Locks where the browser has them (https and loopback); else leases in the database, renewed while the tab lives.

const LEASE = 6000; // ms
const BEAT = 2000;

export class Locks {
  #db;
  #me = Math.random().toString(36).slice(2);
  #held = new Set();

  constructor(db, native = navigator.locks) {
    this.#db = db;
    this.native = db.durable ? native : null;
    if (!this.native && db.durable) {
      setInterval(() => this.#held.forEach((name) => this.#lease(name)), BEAT);
      addEventListener("pagehide", () => this.#held.forEach((name) => this.#release(name)));
    }
  }

  /** Run `work` while holding the lock; waits for others. */
  async locked(name, work) {
    if (this.native) return this.native.request(`stork:${name}`, work);
    let release = await this.hold(name);
    while (!release) {
      await new Promise((go) => setTimeout(go, 200));
      release = await this.hold(name);
    }
    try {
      return await work();
    } finally {
      release();
    }
  }

  /** Take the lock if it is free: resolves to a function that gives it back, or to null. */
  async hold(name) {
    if (this.native) {
      return new Promise((resolve, reject) => {
        this.native
          .request(`stork:${name}`, { ifAvailable: true }, (lock) => {
            if (!lock) return resolve(null);
            return new Promise((release) => resolve(release));
          })
          .catch(reject);
      });
    }
    if (this.#held.has(name)) return null;
    this.#held.add(name);
    if (!(await this.#lease(name))) {
      this.#held.delete(name);
      return null;
    }
    return () => {
      this.#held.delete(name);
      this.#release(name);
    };
  }

  #lease(name) {
    const key = `lock:${name}`;
    return this.#db.change(["kept"], async (tx) => {
      const lock = await tx.get("kept", key);
      const left = lock ? lock.until - Date.now() : 0; // more than a lease: the clock was set back
      if (lock && lock.tab !== this.#me && left > 0 && left <= LEASE) return false;
      await tx.put("kept", { key, tab: this.#me, until: Date.now() + LEASE });
      return true;
    });
  }

  #release(name) {
    const key = `lock:${name}`;
    return this.#db.change(["kept"], async (tx) => {
      if ((await tx.get("kept", key))?.tab === this.#me) await tx.delete("kept", key);
    });
  }
}
