// The page of reviewers: one doubtful sample after another, with what was said side by side; one key decides.

import { uuid } from "../api.js";
import { chip } from "../chip.js";
import { open } from "../db.js";
import { Desk } from "../desk.js";
import { h, fill, icon, key, say } from "../dom.js";
import { Files } from "../files.js";
import { install } from "../keys.js";
import { Locks } from "../locks.js";
import { scopeOf, whoami } from "../me.js";
import { begin, device, nav, rest, stranger, themeButton } from "../owner/pieces.js";
import { Outbox } from "../outbox.js";
import { Notes } from "../notes.js";
import { STAGE } from "../screens/registry.js";
import { fetched, guideSheet, keysSheet } from "../sheets.js";
import { Timer } from "../timer.js";
import { Queue } from "./queue.js";
import { cards, inWords, said } from "./said.js";
import { talk } from "./talk.js";

const $ = (id) => document.getElementById(id);
const HOLD = 1000; // ms in which a decision is taken back without the server
const LOOK = 10000; // ms between looks for new work
const KEYS = [["1–9", "take an answer over"], ["e", "answer yourself (Esc: back)"], ["Enter", "decide as it stands"], ["s", "later"], ["c", "comments"], ["Backspace", "take the last decision back"], ["?", "these keys"]];

class Review {
  task = null;
  busy = false;
  mode = "said"; // keys go to what was said, or to the reviewer's own answer ("own")
  past = []; // decided in this visit, newest last

  constructor(parts) {
    Object.assign(this, parts);
    this.questions = this.me.plan.questions;
    this.decide = h("button", { type: "button", class: "button main submit", disabled: true, onclick: () => this.submit() }, "Decide", key("⏎"));
    this.back = h("button", { type: "button", class: "tool undo", disabled: true, title: "Take the last decision back (Backspace)", "aria-label": "Nothing to take back", onclick: () => this.undo() }, icon("undo"), h("span", { class: "last" }));
    this.laterButton = h("button", { type: "button", class: "tool", "aria-label": "Later", title: "Later (s)", onclick: () => this.later() }, icon("skip"), h("span", { class: "wide" }, "Later"));
    this.comments = h("button", { type: "button", class: "tool", title: "Comments (c)", onclick: () => this.talk() }, icon("comment"), h("span", { class: "comment-count" }));
    fill($("actions"), this.back, this.laterButton, this.comments, this.decide);
    fill($("own-head"), h("h2", { class: "part-title", id: "own-title" }, "Or your own answer"), h("button", { type: "button", class: "tool small", onclick: () => this.turn(this.mode === "own" ? "said" : "own") }, h("span", {}, "Keys here"), key("e")));
    for (const place of [$("own"), $("stage")]) place.addEventListener("pointerdown", () => this.staged(place) && this.turn("own"));
    $("said").addEventListener("pointerdown", () => this.turn("said"));
    this.desk.addEventListener("change", () => this.update());
    this.desk.addEventListener("submit", () => this.submit());
  }

  staged = (place) => place.id === "own" || this.questions.some((question) => STAGE.has(question.kind) && question.kind !== "preference");

  turn(mode) {
    this.mode = mode;
    document.body.dataset.mode = mode;
    $("own-head").querySelector("button").setAttribute("aria-pressed", mode === "own");
  }

  update() {
    this.decide.disabled = !this.task || !this.desk.complete;
  }

  async next() {
    clearTimeout(this.timer);
    const task = await this.queue.next();
    if (this.task) return void (task && this.queue.first(task)); // something else was shown meanwhile
    if (!task) return this.rest();
    this.show(task);
  }

  show(task, answers = null) {
    this.task = task;
    this.queue.current = task.item;
    this.list = said(task, this.questions);
    // what a model proposed is no more than one more voice: it is not put into the answer
    this.desk.show({ ...task, suggestions: {} }, { answers });
    const doubt = task.why === "skipped" ? "Several skipped this sample." : `${this.list.length} different answers.`;
    fill($("said"), h("h2", { class: "part-title" }, this.questions[0].ask || "What was said"), h("p", { class: "muted small" }, doubt),
      h("ul", { class: "cards" }, cards(this.list, this.questions, task, (one) => this.take(one))));
    this.counted(task.comments ?? 0);
    this.turn("said");
    this.update();
    this.numbers();
    this.clock.start();
    document.body.dataset.state = "task";
    say(`${doubt} ${this.list.map((one) => `${one.by.length} say ${inWords(one, this.questions, task)}`).join("; ")}`);
  }

  counted(number) {
    this.comments.querySelector(".comment-count").textContent = number || "";
    this.comments.setAttribute("aria-label", number ? `Comments, ${number}` : "Comments");
    if (this.task) this.task.comments = number;
  }

  numbers() {
    const { left } = this.queue;
    fill($("left"), left === null ? null : [left.toLocaleString("en"), h("span", { class: "wide" }, " to decide")]);
  }

  /** Take an answer over: it is decided; regions are first put on the stage, to be looked at and mended. */
  take(one) {
    if (!this.task || this.busy) return;
    const regions = one.values && this.questions.some(({ kind, name }) => name in one.values && STAGE.has(kind) && !["preference", "cells"].includes(kind));
    if (!regions) return this.submit(one);
    // what is taken over is not drawn a second time as an offer
    const decisions = this.task.decisions.filter(({ annotator }) => !one.by.includes(annotator));
    this.desk.show({ ...this.task, decisions, suggestions: {} }, { answers: structuredClone(one.values) });
    this.turn("own");
    this.update();
    $("said").querySelectorAll(".card").forEach((card, place) => card.setAttribute("aria-pressed", this.list[place] === one));
    say(`${inWords(one, this.questions, this.task)}. Enter decides.`);
  }

  async submit(one = null) {
    const { task } = this;
    if (!task || this.busy || (!one && !this.desk.complete)) return;
    this.busy = true;
    const id = uuid();
    const answers = one ? Object.fromEntries(Object.entries(one.values ?? {}).map(([name, value]) => [name, { value }])) : this.desk.answers;
    const shown = one ? inWords(one, this.questions, task) : this.desk.shown;
    const { plan } = this.me;
    const body = {
      uuid: id, item: task.item, answers, skipped: one?.skipped ?? null, seconds: this.clock.seconds,
      device: device(), schema_version: plan.version ?? 1,
      created_at: new Date().toISOString(), replaces: null, repeat: 0, decides: true,
    };
    try {
      await this.outbox.add("vote", id, body, { task, shown, hold: plan.hold ?? HOLD });
      if (!this.db.durable) await this.outbox.retry();
      this.past.push({ id, task, shown, answers });
      this.queue.decided(task);
      this.recent();
      this.task = null;
      await this.next();
    } catch (error) {
      this.notes.banner("alarm", `The decision is not saved: ${error.message}. It is still here: try again.`, "bad");
    } finally {
      this.busy = false;
    }
  }

  recent() {
    const last = this.past.at(-1);
    this.back.disabled = !last;
    this.back.querySelector(".last").textContent = last?.shown ?? "";
    this.back.setAttribute("aria-label", last ? `Take back: ${last.shown}` : "Nothing to take back");
  }

  async undo() {
    const last = this.past.pop();
    if (!last || this.busy) return void (last && this.past.push(last));
    this.busy = true;
    try {
      const taken = (await this.outbox.take(last.id)) ?? (await this.outbox.take(last.id, { refused: true }));
      if (!taken) {
        const id = uuid();
        await this.outbox.add("undo", id, { uuid: id, of: last.id }, { shown: last.shown });
      }
      this.queue.back(last.task);
      if (this.task) this.queue.first(this.task);
      clearTimeout(this.timer);
      this.show(last.task);
      this.notes.show(`Taken back: ${last.shown}`);
      this.recent();
    } finally {
      this.busy = false;
    }
  }

  /** What the server refused comes back to be decided anew. */
  async mend(entry) {
    if (!(await this.outbox.take(entry.uuid, { refused: true }))) return;
    if (this.task) this.queue.first(this.task);
    this.show(entry.task);
    this.notes.show(`Refused: ${entry.error}`, "bad");
  }

  async later() {
    if (!this.task || this.busy) return;
    const { task } = this;
    this.busy = true;
    const next = await this.queue.next();
    this.busy = false;
    if (next) this.queue.later(task);
    if (!next) this.notes.show("Nothing else is to be decided.");
    this.show(next ?? task);
  }

  talk() {
    if (this.task) talk(this.task.item, { changed: (number) => this.counted(number) });
  }

  rest() {
    this.task = null;
    this.queue.current = null;
    document.body.dataset.state = "empty";
    this.desk.clear();
    this.update();
    this.numbers();
    const { error } = this.queue;
    const [title, text] = error ? ["This cannot be shown now", `${error.message}. It is tried again by itself.`] : ["Nothing to decide", "Where annotators differ, the samples come here."];
    fill($("rest"), rest(title, text, h("button", { type: "button", class: "button", onclick: () => this.next() }, "Look again")));
    this.timer = setTimeout(() => document.visibilityState === "visible" && !this.busy ? this.next() : this.rest(), LOOK);
  }

  onkey(event) {
    if (!this.task || this.busy) return false;
    if (this.mode === "own") {
      if (this.desk.onkey(event)) return true;
      if (event.key === "Escape") return (this.turn("said"), true);
      return false;
    }
    const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code ?? "")?.[1];
    if (!digit || event.ctrlKey || event.altKey || event.metaKey) return this.desk.mediaKey(event);
    if (this.list[digit - 1]) this.take(this.list[digit - 1]);
    return true;
  }
}

async function start() {
  const db = await open();
  const { me, error } = await whoami(db);
  if (!me) {
    document.body.dataset.state = "empty";
    return void fill($("rest"), stranger(error, "reviewers"));
  }
  document.title = `Review – ${me.dataset.title || me.dataset.name}`;
  const locks = new Locks(db);
  const outbox = new Outbox(db, locks, scopeOf(me));
  const files = new Files(db);
  const notes = new Notes($("notes"), $("banner"));
  const desk = new Desk({ stage: $("stage"), panel: $("questions"), files });
  const queue = new Queue(files, outbox);
  fill($("top"), nav(me, "/review"), h("h1", { class: "unseen" }, "Review"), h("span", { class: "numbers grow", id: "left", role: "status" }), themeButton(),
    h("button", { type: "button", class: "tool keys-tool", "aria-label": "Keys", title: "Keys (?)", onclick: () => keys() }, icon("keys")),
    chip(outbox, () => fetched([import("../lists.js"), outbox.entries()], (lists, entries) => lists.queueSheet({ outbox, flow: review, entries }))));
  await desk.prepare({ ...me.plan, also_ask: [] });
  const review = new Review({ db, me, outbox, files, notes, desk, queue, clock: new Timer() });
  const keys = () => keysSheet([["Here", KEYS], ["Your own answer", desk.keys]]);
  install({
    screen: (event) => review.onkey(event),
    media: (event) => desk.mediaKey(event),
    shell: {
      Enter: () => review.submit(), "Ctrl+Enter": () => review.submit(), Backspace: () => review.undo(), "Ctrl+z": () => desk.undo() || review.undo(), "Ctrl+Shift+z": () => desk.redo(), "Ctrl+Z": () => desk.redo(),
      e: () => review.turn("own"), s: () => review.later(), c: () => review.talk(), "Alt+c": () => review.talk(), "Alt+s": () => review.later(), Escape: () => review.turn("said"),
      "Alt+ArrowDown": () => desk.move(1), "Alt+ArrowUp": () => desk.move(-1), "?": keys,
    },
  });
  document.addEventListener("guide", ({ detail }) => guideSheet(detail.question, detail.one));
  outbox.addEventListener("signedout", () => notes.banner("session", "Your session has ended. Decisions made are safe on this device and are sent once you open your invitation link again.", "bad"));
  outbox.addEventListener("change", ({ detail }) => detail.network === "ok" && notes.banner("session", ""));
  await outbox.start();
  await review.next();
}

begin(start);
