// The queue of what was answered: kept before anything else happens, sent in order, gone only when the server has it.

import { as, post } from "./api.js";

const MOST = 50; // submissions in one request
const HEAVY = 4 * 2 ** 20; // characters in one request; the server takes 8 MiB
const SLOW = 8; // characters a ms that the slowest network is taken to carry
const PATHS = { undo: "/api/undo", comment: "/api/comments" };
const CLOSED = [400, 404, 405, 409, 413, 415, 422]; // the server has judged what was sent; sending it again changes nothing

/**
 * Entries: {seq, kind: "vote" | "undo" | "comment", uuid, scope, body, task, shown, state, error, problems, at, hold}.
 * `scope` names dataset and annotator: what one person answered is never sent in the name of another.
 * `state`: "waiting", "sending" (a request may be on its way), "refused" (kept until it is mended or thrown away).
 *
 * Events: "change" (`status` is new), "feedback" ({entry, feedback}), "left" (counts), "undone" ({entry, task}), "signedout".
 */
export class Outbox extends EventTarget {
  #db;
  #locks;
  #timer = 0;
  #running = null;
  #again = false;
  #notBefore = 0; // no request before this moment of performance.now(): the clock of the day may be set back
  #most = MOST;
  #failures = 0;
  #alone = 0; // so many are sent one by one
  #channel = typeof BroadcastChannel === "function" ? new BroadcastChannel("stork-outbox") : null;
  scope;
  status = { waiting: 0, ahead: 0, fresh: true, refused: 0, foreign: 0, network: "ok", message: "", durable: true };

  constructor(db, locks, scope) {
    super();
    this.#db = db;
    this.#locks = locks;
    this.scope = scope;
    this.status.durable = db.durable;
    as(scope.slice(scope.indexOf("\n") + 1));
    if (this.#channel) this.#channel.onmessage = () => this.#count();
    addEventListener("online", () => this.retry());
    addEventListener("pageshow", () => this.retry());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.retry());
  }

  /** Begin: count what an earlier visit left, and send it. */
  async start() {
    await this.#count();
    this.pump();
  }

  /**
   * Keep something to send. `also(tx)` does what must happen in the same transaction (drop the task, the draft); the
   * promise resolves once it is on disk. `hold` ms: not sent before, so that it can still be taken back.
   */
  async add(kind, uuid, body, { task = null, shown = "", hold = 0, also = null, stores = [] } = {}) {
    const now = Date.now();
    const entry = { kind, uuid, scope: this.scope, body, task, shown, state: "waiting", at: now, hold: now + hold };
    await this.#db.change(["outbox", ...stores], async (tx) => {
      await tx.put("outbox", entry);
      await also?.(tx);
    });
    this.#tell();
    this.pump();
  }

  /** Take back what has not been sent; returns the entry, or null where a request may be on its way or done. */
  async take(uuid, { refused = false } = {}) {
    const taken = await this.#db.change(["outbox"], async (tx) => {
      const entry = (await tx.all("outbox")).find((one) => one.uuid === uuid);
      // what was sent once may be there, though no answer came: it is taken back by an undo behind it
      if (!entry || entry.state !== (refused ? "refused" : "waiting") || (entry.sent && !refused)) return null;
      await tx.delete("outbox", entry.seq);
      return entry;
    });
    if (taken) this.#tell();
    return taken;
  }

  /** All entries of this person, oldest first. */
  async entries() {
    return (await this.#db.all("outbox")).filter((one) => one.scope === this.scope);
  }

  /** Items with answers that the server may not know of yet. */
  async items() {
    return (await this.entries()).filter((one) => one.kind === "vote").map((one) => one.body.item);
  }

  /** Try now, whatever the back-off says. */
  retry() {
    this.#failures = 0;
    this.#notBefore = 0;
    return this.pump();
  }

  /** Send what waits, as far as back-off lets; where nothing can be kept, the shell awaits this before it goes on. */
  pump() {
    if (this.#running) this.#again = true;
    else this.#running = this.#run().finally(() => (this.#running = null));
    return this.#running;
  }

  async #run() {
    clearTimeout(this.#timer);
    let wait;
    do {
      this.#again = false;
      wait = this.#notBefore - performance.now();
      try {
        if (wait <= 0) wait = await this.#locks.locked("send", () => this.#pass());
      } catch (error) {
        wait = this.#later(error); // the browser's own database failed: later again
      }
    } while (wait === 0 || this.#again && wait === null);
    if (wait) this.#timer = setTimeout(() => this.pump(), wait);
    this.#tell();
  }

  /** One request; returns ms to wait before the next, 0 for at once, null when there is nothing more. */
  async #pass() {
    const now = Date.now();
    const batch = await this.#db.change(["outbox"], async (tx) => {
      const waiting = (await tx.all("outbox")).filter((one) => one.scope === this.scope && one.state !== "refused");
      if (!waiting.length) return [];
      // a clock that was set back holds nothing up
      const held = (one) => this.#db.durable && one.at <= now && one.hold > now;
      if (held(waiting[0])) return waiting[0].hold - now + 5;
      const kind = waiting[0].kind;
      const most = kind === "vote" && !this.#alone ? this.#most : 1;
      const batch = [];
      let size = 0;
      for (const one of waiting.slice(0, most)) {
        size += JSON.stringify(one.body).length;
        if (one.kind !== kind || held(one) || (batch.length && size > HEAVY)) break;
        batch.push(one);
      }
      for (const entry of batch) await tx.put("outbox", { ...entry, state: "sending", sent: true });
      return batch;
    });
    if (typeof batch === "number") return batch;
    if (!batch.length) return null;
    try {
      await (batch[0].kind === "vote" ? this.#votes(batch) : this.#one(batch[0]));
    } catch (error) {
      return this.#failed(error, batch);
    }
    this.#failures = 0;
    this.#most = Math.min(MOST, this.#most * 2);
    this.#network("ok");
    return 0;
  }

  async #votes(batch) {
    const answer = (await post("/api/votes", { submissions: batch.map((one) => one.body) }, patience(batch))) ?? {};
    const settled = new Set([...(answer.saved ?? []), ...(answer.known ?? [])]);
    const refused = new Map((answer.refused ?? []).map((one) => [one.uuid, one]));
    await this.#settle(batch, settled, refused);
    if (this.#alone) this.#alone -= 1;
    for (const entry of batch) {
      const feedback = answer.feedback?.[entry.uuid];
      if (feedback) this.#event("feedback", { entry, feedback });
    }
    await this.#count();
    if (answer.left) this.#event("left", answer.left);
    if (batch.some((one) => !settled.has(one.uuid) && !refused.has(one.uuid))) {
      throw new Error("the server did not say what became of an answer");
    }
  }

  async #one(entry) {
    const undo = entry.kind === "undo";
    const answer = await post(PATHS[entry.kind], entry.body).catch((error) => {
      // nothing of it is there (any more): that is what was asked for
      if (undo && error.status === 404) return { task: null };
      throw error;
    });
    if (!(undo ? answer && "task" in answer : answer?.uuid === entry.uuid)) throw new Error("the server did not say what became of it");
    await this.#settle([entry], new Set([entry.uuid]), new Map());
    // an answer that was refused and then taken back needs no mending
    if (undo) await this.take(entry.body.of, { refused: true });
    if (undo) this.#event("undone", { entry, task: answer.task });
  }

  #settle(batch, settled, refused) {
    return this.#db.change(["outbox"], async (tx) => {
      for (const entry of batch) {
        const why = refused.get(entry.uuid);
        if (settled.has(entry.uuid)) await tx.delete("outbox", entry.seq);
        else if (why) await tx.put("outbox", { ...entry, state: "refused", error: why.error, problems: why.problems ?? [] });
        else await tx.put("outbox", { ...entry, state: "waiting", sent: true });
      }
    });
  }

  async #failed(error, batch) {
    const status = error.status ?? -1;
    if (CLOSED.includes(status) && batch.length > 1) {
      this.#alone = batch.length; // one of them is the reason: send them one by one
      await this.#settle(batch, new Set(), new Map());
      return 0;
    }
    if (CLOSED.includes(status)) {
      const why = { error: error.message, problems: error.problems?.length ? error.problems : [error.hint].filter(Boolean) };
      await this.#settle(batch, new Set(), new Map([[batch[0].uuid, why]]));
      if (this.#alone) this.#alone -= 1;
      return 0;
    }
    await this.#settle(batch, new Set(), new Map());
    if (status === 401) {
      this.#network("signedout", error.message);
      this.#event("signedout");
      this.#notBefore = performance.now() + 15000; // nothing helps but a new session; the queue stays
      return null;
    }
    if (status === 0) this.#most = Math.max(1, Math.floor(batch.length / 2)); // a thin line may carry less at once
    return this.#later(error, status === 0 ? "offline" : "trouble");
  }

  #later(error, state = "trouble") {
    this.#network(state, error.message);
    this.#failures += 1;
    const wait = Math.min(30000, 500 * 2 ** Math.min(this.#failures, 7)) * (0.75 + Math.random() / 2);
    this.#notBefore = performance.now() + Math.max(wait, (error.after ?? 0) * 1000);
    return this.#notBefore - performance.now();
  }

  #network(state, message = "") {
    Object.assign(this.status, { network: state, message });
    this.#tell();
  }

  #tell() {
    this.#count().catch(() => {}); // the next look tells
    this.#channel?.postMessage("changed");
  }

  async #count() {
    const all = await this.#db.all("outbox");
    const own = all.filter((one) => one.scope === this.scope);
    const waiting = own.filter((one) => one.state !== "refused");
    Object.assign(this.status, {
      waiting: waiting.length,
      // how many answers the server will count more once it has all of this
      ahead: waiting.reduce((sum, one) => sum + (one.kind === "undo" ? -1 : one.kind === "vote" && !one.body.replaces ? 1 : 0), 0),
      fresh: waiting.every((one) => Date.now() - one.at < 4000),
      refused: own.length - waiting.length,
      foreign: all.length - own.length,
    });
    this.#event("change", this.status);
  }

  #event(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

/** How long a request may take: more where there is more to carry. */
const patience = (batch) => ({ timeout: 20000 + JSON.stringify(batch.map((one) => one.body)).length / SLOW });
