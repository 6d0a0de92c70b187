// What was recorded: kept on this device before anything else happens, sent when there is a network, its code kept for good.

import { ApiError } from "../api.js";

const CLOSED = [400, 404, 409, 413, 415, 422];
const SLOW = 300000; // ms that sending one may take

/**
 * Entries: {uuid, scope, class, name, kind, meta, blob, state, code, error, at}; `state` is "waiting", "sent", "refused",
 * "consent" (what is agreed to has changed) or "withdrawn". The bytes go once the server has them.
 *
 * Event: "change".
 */
export class Captures extends EventTarget {
  #db;
  #locks;
  #running = null;
  #again = false;
  #timer = 0;
  #failures = 0;
  network = "ok"; // or "offline", "trouble", "signedout"
  scope;

  constructor(db, locks, scope) {
    super();
    this.#db = db;
    this.#locks = locks;
    this.scope = scope;
    addEventListener("online", () => this.retry());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.retry());
  }

  /** Own entries, newest first. */
  async all() {
    return (await this.#db.all("captures")).filter((one) => one.scope === this.scope).sort((a, b) => b.at - a.at);
  }

  /** Keep a recording, then send it; resolves once it is kept. */
  async add(entry) {
    await this.#db.put("captures", { ...entry, scope: this.scope, state: "waiting", code: null, error: "", at: Date.now() });
    this.#changed();
    this.pump();
  }

  async change(uuid, fields) {
    await this.#db.change(["captures"], async (tx) => {
      const held = await tx.get("captures", uuid);
      if (held) await tx.put("captures", { ...held, ...fields });
    });
    this.#changed();
  }

  async drop(uuid) {
    await this.#db.delete("captures", uuid);
    this.#changed();
  }

  retry() {
    this.#failures = 0;
    clearTimeout(this.#timer);
    return this.pump();
  }

  pump() {
    this.#again = true;
    this.#running ??= this.#run().finally(() => (this.#running = null));
    return this.#running;
  }

  async #run() {
    clearTimeout(this.#timer);
    let wait;
    do {
      this.#again = false; // what comes while the last request ends is sent too
      wait = await this.#locks.locked("captures", () => this.#pass());
    } while (this.#again && !wait);
    if (wait) this.#timer = setTimeout(() => this.pump(), wait);
  }

  /** Send all that waits; returns ms after which to try again, or null. */
  async #pass() {
    for (;;) {
      const waiting = (await this.all()).filter((one) => one.state === "waiting").reverse();
      if (!waiting.length) return null;
      const [entry] = waiting;
      try {
        const { code } = await send(entry);
        await this.change(entry.uuid, { state: "sent", code, blob: null, error: "" });
        this.#failures = 0;
        this.#told("ok");
      } catch (error) {
        if (CLOSED.includes(error.status)) {
          const why = [error.message, ...(error.problems ?? [])].filter((one, place, list) => list.indexOf(one) === place).join(": ");
          await this.change(entry.uuid, { state: /consent/.test(why) ? "consent" : "refused", error: why });
          continue;
        }
        this.#told(error.status === 401 ? "signedout" : error.status === 0 ? "offline" : "trouble");
        if (error.status === 401) return null;
        this.#failures += 1;
        return Math.max((error.after ?? 0) * 1000, Math.min(60000, 1000 * 2 ** Math.min(this.#failures, 6)));
      }
    }
  }

  #told(network) {
    this.network = network;
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new CustomEvent("change"));
  }
}

async function send(entry) {
  const form = new FormData();
  form.append("meta", JSON.stringify(entry.meta));
  form.append("file", entry.blob, entry.kind === "photo" ? "photo" : "sound");
  // a recording goes out under the name of who made it, or not at all
  const who = encodeURIComponent(entry.scope.slice(entry.scope.indexOf("\n") + 1));
  let answer;
  try {
    answer = await fetch("/api/capture", { method: "POST", headers: { "X-Stork": "1", "X-Stork-As": who, Accept: "application/json" }, credentials: "same-origin", body: form, signal: AbortSignal.timeout(SLOW) });
  } catch {
    throw new ApiError(0, "the server cannot be reached");
  }
  const found = await answer.json().catch(() => null);
  if (!answer.ok) throw new ApiError(answer.status, found?.error ?? `the server answered ${answer.status}`, { ...found, after: Number(answer.headers.get("Retry-After")) || 0 });
  if (!found?.code) throw new ApiError(0, "the answer of the server was cut short");
  return found;
}
