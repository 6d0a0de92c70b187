// What happens between tasks: the next one, submit, undo, skip, comment, revising what was answered.

import { call, get, post, uuid } from "./api.js";
import { h, icon, say } from "./dom.js";
import { choose, sheet } from "./sheets.js";

const HOLD = 1000; // ms in which an answer can be taken back before it is sent
const KEPT = 30; // answers that undo reaches
const TAB = sessionTab(); // undo is for what this tab did
const DRAFT = 2500; // ms after which a draft goes to the server

/** Events: "task" (another task is shown), "empty" ({why}), "recent" (what undo would take back), "notice", "alarm". */
export class Flow extends EventTarget {
  current = null; // {task, release, replaces, mends}
  busy = false;
  #draft = { writing: false, again: false, timer: 0 };

  constructor({ db, outbox, tasks, files, desk, timer }) {
    super();
    Object.assign(this, { db, outbox, tasks, files, desk, timer });
    desk.addEventListener("change", () => this.#keepDraft());
    desk.addEventListener("submit", () => this.submit());
  }

  #event(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  /** Whether what is on the desk is the current task, and can be answered now. */
  get ready() {
    return Boolean(this.current) && !this.busy && this.desk.task === this.current.task;
  }

  /** Show the next task. */
  async next() {
    this.current?.release?.();
    this.current = null;
    const found = await this.tasks.next();
    if (this.current) return void found?.release?.(); // something else was shown meanwhile
    if (!found) {
      this.desk.clear();
      this.#event("empty", this.tasks.why);
      return false;
    }
    await this.#show(found);
    return true;
  }

  async #show({ task, release }, { answers = null, seconds = 0, replaces = null, mends = null, note = "", readonly = false } = {}) {
    this.current = { task, release, replaces, mends };
    this.tasks.shown = task;
    let given = answers;
    if (!given) {
      const local = await this.db.get("drafts", this.tasks.key(task));
      const remote = task.draft;
      const draft = local && !(remote && Date.parse(remote.at) > local.at) ? local : remote;
      if (draft?.answers && Object.keys(draft.answers).length) {
        given = draft.answers;
        note ||= "What you had begun is here again.";
        seconds = draft.seconds ?? 0;
      }
    }
    if (this.current?.task !== task) return; // something else was shown meanwhile
    this.desk.show(task, { answers: given ?? task.answers, readonly });
    this.timer.start(seconds);
    this.#event("task", { task, note, replaces, mends });
  }

  /** What is on the desk as a submission. */
  #submission(id, skipped) {
    const { task, replaces } = this.current;
    const { plan } = this.desk;
    return {
      uuid: id,
      item: task.item,
      answers: skipped === null ? this.desk.answers : {},
      skipped,
      seconds: this.timer.seconds,
      device: device(),
      schema_version: plan.version ?? plan.questions[0].version ?? 1,
      created_at: new Date().toISOString(),
      replaces,
      repeat: task.repeat ?? 0,
      decides: false,
    };
  }

  /** Keep the answer, then go on; with a reason: skip. */
  async submit(skipped = null) {
    if (!this.ready || this.desk.readonly) return;
    if (skipped === null && !this.desk.complete) return void this.#event("notice", "Answer the question first, or skip it.");
    this.busy = true;
    try {
      const { task, mends } = this.current;
      const id = uuid();
      const body = this.#submission(id, skipped);
      const shown = skipped === null ? this.desk.shown : `skipped: ${skipped}`;
      const key = this.tasks.key(task);
      clearTimeout(this.#draft.timer);
      const recent = { uuid: id, scope: this.outbox.scope, tab: TAB, item: task.item, task: { ...task, draft: null }, answers: body.answers, skipped, shown, seconds: body.seconds, replaces: body.replaces, at: Date.now() };
      const also = async (tx) => {
        await tx.delete("tasks", key);
        await tx.delete("drafts", key);
        if (mends) await tx.delete("outbox", mends);
        const own = (await tx.all("recent")).filter((one) => one.scope === recent.scope).sort((a, b) => b.at - a.at);
        // the newest is the newest also where the clock was set back meanwhile
        await tx.put("recent", { ...recent, at: Math.max(recent.at, (own[0]?.at ?? 0) + 1) });
        for (const one of own.slice(KEPT - 1)) await tx.delete("recent", one.uuid);
      };
      try {
        const keep = () => this.outbox.add("vote", id, body, { task: recent.task, shown, hold: body.replaces ? 0 : (this.desk.plan.hold ?? HOLD), also, stores: ["tasks", "drafts", "recent"] });
        // no room: media that were fetched ahead make way for an answer
        await keep().catch(() => this.files.keep([task]).then(keep));
      } catch (error) {
        // the disk is full, or the browser gave up its database: never go on with an answer that is nowhere
        this.#event("alarm", `This browser could not keep the answer (${error?.message ?? error}). It is being sent directly.`);
        const { saved = [], known = [], refused = [] } = (await post("/api/votes", { submissions: [body] })) ?? {};
        if (![...saved, ...known].includes(id)) throw new Error(refused[0]?.error ?? "the server did not say what became of it");
        await this.tasks.remove(task).catch(() => {});
      }
      if (!this.db.durable && !(await this.#sent())) return;
      say(shown);
      this.#event("recent", recent);
      this.#event("answered", { task, skipped, replaces: body.replaces });
      await this.next();
    } catch (error) {
      this.#event("alarm", `The answer is not saved: ${error.message}. It is still here: try again.`);
    } finally {
      this.busy = false;
    }
  }

  /** Where nothing can be kept: only go on when the server has it. */
  async #sent() {
    while (this.outbox.status.waiting) {
      await this.outbox.retry();
      const { waiting, network, message } = this.outbox.status;
      if (!waiting) break;
      if (network === "signedout") {
        this.#event("alarm", "Your session has ended and this browser keeps nothing. Open your invitation link in another tab; the answer waits here.");
      } else if (network !== "ok") this.#event("alarm", `Not saved yet: ${message}. This browser keeps nothing, so leave this page open.`);
      await new Promise((go) => setTimeout(go, 1500));
    }
    this.#event("alarm", "");
    return true;
  }

  /** Take the last answer back and show its task again. */
  async undo() {
    if (this.busy) return;
    this.busy = true;
    try {
      const last = await this.last();
      if (!last) return void this.#event("notice", "There is nothing to take back.");
      const taken = (await this.outbox.take(last.uuid)) ?? (await this.outbox.take(last.uuid, { refused: true }));
      if (!taken) {
        const id = uuid();
        await this.outbox.add("undo", id, { uuid: id, of: last.uuid }, { shown: last.shown });
      }
      await this.db.delete("recent", last.uuid);
      await this.tasks.put(last.task);
      this.current?.release?.();
      const open = (await this.tasks.claim(last.task)) ?? { task: last.task, release: null };
      const before = await this.last();
      // from here on the task can be answered anew
      await this.#show(open, { answers: last.answers, seconds: last.seconds, replaces: taken ? last.replaces : null, note: `Taken back: ${last.shown}` });
      this.#event("undone", { task: last.task });
      this.#event("recent", before);
      say(`Taken back: ${last.shown}`);
    } finally {
      this.busy = false;
    }
  }

  async last() {
    const all = (await this.db.all("recent")).filter((one) => one.scope === this.outbox.scope && one.tab === TAB);
    return all.sort((a, b) => b.at - a.at)[0] ?? null;
  }

  /** Look at an own earlier answer, to revise it. */
  async open(item, replaces) {
    const task = await get(`/api/tasks/${encodeURIComponent(item)}`);
    this.current?.release?.();
    await this.#show({ task, release: null }, { answers: task.answers ?? {}, replaces, note: "An earlier answer of yours." });
  }

  /** Mend what the server refused. */
  async mend(entry) {
    this.current?.release?.();
    const why = [entry.error, ...(entry.problems ?? [])].filter(Boolean).join(": ");
    await this.#show({ task: entry.task, release: null }, { answers: entry.body.answers, seconds: entry.body.seconds ?? 0, replaces: entry.body.replaces, mends: entry.seq, note: `Refused: ${why}` });
  }

  async skip() {
    if (!this.ready || this.desk.readonly) return;
    const { task } = this.current;
    const reasons = this.desk.plan.skips?.length ? this.desk.plan.skips : ["broken", "unclear", "not sure"];
    const reason = await choose("Why skip it?", reasons, { other: "Another reason" });
    if (reason && this.current?.task === task) await this.submit(reason);
  }

  async comment() {
    if (!this.current) return;
    const { task } = this.current;
    const kinds = { unclear: "The question is unclear here", broken: "The sample is broken", hard: "It is hard", note: "A note" };
    let kind = "unclear";
    const buttons = Object.entries(kinds).map(([name, title]) => h("button", { type: "button", class: "button", "aria-pressed": name === kind, title, onclick: () => {
      kind = name;
      buttons.forEach((button) => button.setAttribute("aria-pressed", button.title === title));
    } }, name));
    const text = h("textarea", { class: "field", rows: 3, maxlength: "2000", dir: "auto", "aria-label": "Comment", placeholder: "What should others know about this sample?", autofocus: true });
    const send = async (event) => {
      event?.preventDefault();
      if (kind === "note" && !text.value.trim()) return text.focus();
      dialog.close();
      const id = uuid();
      await this.outbox.add("comment", id, { uuid: id, item: task.item, kind, text: text.value.trim() }, { shown: `comment: ${kind}` });
      this.#event("notice", "Your comment is kept.");
    };
    const earlier = h("ul", { class: "comments" });
    const dialog = sheet("Comment on this sample", [
      earlier,
      h("form", { class: "comment-form", onsubmit: send }, h("div", { class: "row", role: "group", "aria-label": "what it is about" }, buttons), text,
        h("button", { class: "button main" }, "Comment", icon("check", 20))),
    ], { keys: (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && (send(), true) });
    if (!task.comments) return;
    const found = await get(`/api/comments?item=${encodeURIComponent(task.item)}`).catch(() => null);
    for (const one of found?.comments ?? []) earlier.append(h("li", { dir: "auto" }, h("strong", {}, one.kind), ` ${one.text ?? ""}`));
  }

  /** Drafts: on this device at once, to the server a little later. */
  #keepDraft() {
    const { current } = this;
    if (!this.ready || current.mends || this.desk.readonly) return;
    setTimeout(() => current === this.current && !this.busy && this.#writeDraft(current), 0);
    clearTimeout(this.#draft.timer);
    this.#draft.timer = setTimeout(() => {
      if (current !== this.current || !this.desk.task) return;
      const path = `/api/drafts/${encodeURIComponent(current.task.item)}`;
      // the copy on this device is the one that counts; the server's is for another device
      call("PUT", path, { answers: this.desk.answers, at: new Date().toISOString() }).catch(() => {});
    }, DRAFT);
  }

  async #writeDraft(current) {
    if (this.#draft.writing) return void (this.#draft.again = true);
    this.#draft.writing = true;
    do {
      this.#draft.again = false;
      const { task } = current;
      await this.db.put("drafts", { key: this.tasks.key(task), scope: this.outbox.scope, item: task.item, answers: this.desk.answers, seconds: this.timer.seconds, at: Date.now() }).catch(() => {});
    } while (this.#draft.again && current === this.current);
    this.#draft.writing = false;
    // answered while it was written: the draft is no longer wanted
    const key = this.tasks.key(current.task);
    if (current !== this.current && !(await this.db.get("tasks", key))) await this.db.delete("drafts", key).catch(() => {});
  }
}

/** A name of this tab that outlives a reload. */
function sessionTab() {
  try {
    return (sessionStorage["stork-tab"] ||= uuid());
  } catch {
    return uuid();
  }
}

/** What kind of device this is, in one word. */
function device() {
  if (!matchMedia("(pointer: coarse)").matches) return "desktop";
  return Math.min(screen.width, screen.height) < 600 ? "phone" : "tablet";
}

