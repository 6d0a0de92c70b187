// The labelling page: puts the parts together.

import { chip } from "./chip.js";
import { open } from "./db.js";
import { Desk } from "./desk.js";
import { h, fill, icon, key, say } from "./dom.js";
import { Files } from "./files.js";
import { Flow } from "./flow.js";
import { install } from "./keys.js";
import { Locks } from "./locks.js";
import { scopeOf, whoami } from "./me.js";
import { Outbox } from "./outbox.js";
import { empty, feedback, Notes } from "./notes.js";
import { fetched, guideSheet, keysSheet, sheet } from "./sheets.js";
import { Tasks } from "./tasks.js";
import { Timer } from "./timer.js";

const $ = (id) => document.getElementById(id);
const lists = () => import("./lists.js"); // fetched once the first task is there
const AGAIN = 180000; // ms between looks at whether plan or guideline changed

async function start() {
  const db = await open();
  const { me, kept, error } = await whoami(db);
  if (!me) return stranger(error);
  document.title = `${me.dataset.title || me.dataset.name} – datastork`;

  const locks = new Locks(db);
  const outbox = new Outbox(db, locks, scopeOf(me));
  const files = new Files(db);
  const tasks = new Tasks(db, locks, outbox, files);
  const desk = new Desk({ stage: $("stage"), panel: $("questions"), files });
  const timer = new Timer();
  const flow = new Flow({ db, outbox, tasks, files, desk, timer });
  const notes = new Notes($("notes"), $("banner"));

  const acts = {
    undo: () => flow.undo(),
    skip: () => flow.skip(),
    comment: () => flow.comment(),
    submit: () => (flow.ready && desk.offers && !desk.complete ? desk.accept() : flow.submit()),
    mine: () => fetched([lists()], (all) => all.mineSheet({ flow, me })),
    queue: () => fetched([lists(), outbox.entries()], (all, entries) => all.queueSheet({ outbox, flow, entries })),
    menu: () => fetched([lists()], (all) => all.menuSheet({ me, flow, outbox, tasks, acts })),
    instructions: () => instructions(me),
    keys: () => keysSheet([["This task", desk.keys], ["Everywhere", EVERYWHERE]]),
  };

  header(me, outbox, acts, flow);
  const bar = actions(acts);

  desk.addEventListener("change", () => bar.update(desk));
  flow.addEventListener("task", ({ detail }) => {
    bar.update(desk);
    notice(detail, flow, notes);
    delete $("rest").dataset.shows;
    // who cannot see the page hears that it went on, and what a text says
    const { text, modality } = detail.task.media ?? {};
    if (!detail.note) say(text ? `Next: ${text.slice(0, 600)}` : `Next ${modality === "row" ? "row" : (modality ?? "sample")}`);
    document.body.dataset.state = "task";
  });
  flow.addEventListener("empty", async ({ detail }) => {
    if (detail === "preparing") me.preparing = (await whoami(db)).me?.preparing;
    document.body.dataset.state = "empty";
    fill($("notice"));
    bar.update(desk);
    empty($("rest"), { why: detail, flow, outbox, me, acts });
  });
  flow.addEventListener("recent", ({ detail }) => bar.recent(detail));
  flow.addEventListener("notice", ({ detail }) => notes.show(detail));
  flow.addEventListener("alarm", ({ detail }) => notes.banner("alarm", detail, "bad"));
  flow.addEventListener("answered", ({ detail }) => !detail.replaces && progress(flow, { by: 1 }));
  flow.addEventListener("undone", () => progress(flow, { by: -1 }));
  outbox.addEventListener("left", ({ detail }) => progress(flow, { left: detail, ahead: outbox.status.ahead }));
  tasks.addEventListener("left", ({ detail }) => progress(flow, { left: detail, ahead: outbox.status.ahead }));
  outbox.addEventListener("feedback", ({ detail }) => feedback(notes, detail, me.plan, files));
  outbox.addEventListener("signedout", () => notes.banner("session", signedOut(), "bad"));
  outbox.addEventListener("change", ({ detail }) => detail.network === "ok" && notes.banner("session", ""));
  document.addEventListener("guide", ({ detail }) => guideSheet(detail.question, detail.one));

  if (!db.durable) notes.banner("kept", "This browser keeps nothing (a private window?). Every answer is sent before the next sample is shown; leave the page open until the chip says saved.", "warn");
  if (me.problem) notes.banner("problem", me.problem, "warn");
  if (kept && error?.status === 401) notes.banner("session", signedOut(), "bad");

  await desk.prepare(me.plan);
  install({
    screen: (event) => flow.ready && desk.onkey(event),
    media: (event) => desk.mediaKey(event),
    shell: shellKeys(acts, desk, flow),
  });
  await outbox.start();
  bar.recent(await flow.last());
  await flow.next();
  if (me.plan.instructions) await firstTime(db, me);
  navigator.serviceWorker?.register("/sw.js").catch(() => {});
  watch(db, me, notes);
  addEventListener("online", () => !flow.current && !flow.busy && flow.next());
  addEventListener("beforeunload", (event) => {
    if (!db.durable && (outbox.status.waiting || outbox.status.refused)) event.preventDefault();
  });
  document.documentElement.dataset.ready = "true";
  setTimeout(lists, 1000);
}

const EVERYWHERE = [
  ["Enter", "submit, or take over what is suggested"],
  ["Backspace", "take the last answer back"],
  ["Ctrl Z", "undo an edit, else take the last answer back"],
  ["Ctrl Shift Z", "redo an edit"],
  ["s", "skip, with a reason (Alt s where a class has the key)"],
  ["c", "comment (Alt c)"],
  ["g", "what a class means (Alt g)"],
  ["i", "instructions (Alt i)"],
  ["m", "my answers (Alt m)"],
  ["Alt ↓", "next question (Alt ↑: the one before)"],
  ["?", "these keys"],
];

function shellKeys(acts, desk, flow) {
  const guide = () => {
    const found = document.querySelector(".question.active .class[aria-pressed='true'] + .guide") ?? document.querySelector(".question.active .guide, .question .guide");
    found ? found.click() : flow.dispatchEvent(new CustomEvent("notice", { detail: "No class has a guideline." }));
  };
  const letters = { s: acts.skip, c: acts.comment, g: guide, i: acts.instructions, m: acts.mine };
  return {
    ...letters,
    ...Object.fromEntries(Object.entries(letters).map(([letter, act]) => [`Alt+${letter}`, act])),
    Enter: acts.submit,
    "Ctrl+Enter": acts.submit,
    Backspace: acts.undo,
    "Ctrl+z": () => desk.undo() || flow.undo(),
    "Ctrl+y": () => desk.redo(),
    "Ctrl+Shift+z": () => desk.redo(),
    "Ctrl+Z": () => desk.redo(),
    "Alt+ArrowDown": () => desk.move(1),
    "Alt+ArrowUp": () => desk.move(-1),
    "?": acts.keys,
  };
}

function header(me, outbox, acts, flow) {
  const bar = h("div", { class: "bar", role: "progressbar", "aria-label": "your progress", "aria-valuemin": "0", "aria-valuemax": "100", "aria-valuenow": "0" }, h("div", { class: "bar-done" }));
  const numbers = h("span", { class: "numbers" }, " ");
  fill($("top"),
    h("button", { type: "button", class: "tool", "aria-label": "Menu", title: "Menu", onclick: acts.menu }, icon("menu")),
    h("h1", { class: "title" }, me.dataset.title || me.dataset.name),
    h("div", { class: "progress" }, bar, numbers),
    h("button", { type: "button", class: "tool keys-tool", "aria-label": "Keys", title: "Keys (?)", onclick: acts.keys }, icon("keys")),
    chip(outbox, acts.queue));
  flow.progress = { bar, numbers };
}

/** Show counts; between answers of the server they move on by themselves. */
function progress(flow, { left = null, ahead = 0, by = 0 }) {
  // what waits here is not yet in the server's counts
  if (left) flow.left = { ...left, mine: left.mine + ahead, todo: Math.max(0, left.todo - ahead) };
  else if (flow.left) flow.left = { ...flow.left, mine: Math.max(0, flow.left.mine + by), todo: Math.max(0, flow.left.todo - by) };
  if (!flow.left) return;
  const { mine, todo } = flow.left;
  const share = mine + todo ? mine / (mine + todo) : 0;
  const { bar, numbers } = flow.progress;
  bar.firstChild.style.transform = `scaleX(${share})`;
  bar.setAttribute("aria-valuenow", Math.round(share * 100));
  bar.setAttribute("aria-valuetext", `${mine} of ${mine + todo}`);
  numbers.textContent = `${mine.toLocaleString("en")} / ${(mine + todo).toLocaleString("en")}`;
}

function actions(acts) {
  const last = h("span", { class: "last" });
  const undo = h("button", { type: "button", class: "tool undo", title: "Take the last answer back (Backspace)", disabled: true, onclick: acts.undo }, icon("undo"), last, h("span", { class: "hold" }));
  const skip = h("button", { type: "button", class: "tool", "aria-label": "Skip", title: "Skip (s)", onclick: acts.skip }, icon("skip"), h("span", { class: "wide" }, "Skip"));
  const comment = h("button", { type: "button", class: "tool", "aria-label": "Comment", title: "Comment (c)", onclick: acts.comment }, icon("comment"));
  const words = h("span", {}, "Submit");
  const submit = h("button", { type: "button", class: "button main submit", disabled: true, onclick: acts.submit }, words, key("⏎"));
  fill($("actions"), undo, skip, comment, submit);
  return {
    update(desk) {
      const offers = desk.offers && !desk.complete;
      words.textContent = offers ? "Accept" : "Submit";
      submit.disabled = !desk.task || desk.readonly || !(desk.complete || offers);
      skip.disabled = comment.disabled = !desk.task;
    },
    recent(one) {
      undo.disabled = !one;
      last.textContent = one?.shown ?? "";
      undo.setAttribute("aria-label", one ? `Take back: ${one.shown}` : "Nothing to take back");
      undo.classList.remove("held");
      if (one && Date.now() - one.at < 400) {
        void undo.offsetWidth; // begin the line anew
        undo.classList.add("held");
      }
    },
  };
}

function notice({ note, replaces, mends }, flow, notes) {
  const back = replaces || mends ? h("button", { type: "button", class: "button", onclick: () => flow.next() }, "Back to work") : null;
  // what passes is said over the media, so that nothing moves; what lasts stands above the question
  fill($("notice"), back ? h("div", { class: mends ? "note bad" : "note" }, h("span", { class: "grow", dir: "auto" }, note), back) : null);
  if (back) say(note);
  else if (note) notes.show(note);
}

const signedOut = () => ["Your session has ended. Everything you answered is safe on this device and is sent once you open your invitation link again in this browser. ", h("a", { href: "/join" }, "Join again")];

function instructions(me) {
  const text = me.plan.instructions || "The owner of this dataset gave no instructions.";
  return sheet("Instructions", text.split(/\n{2,}/).map((part) => h("p", { class: "said", dir: "auto" }, part)));
}

/** Instructions are shown once, and again when they change. */
async function firstTime(db, me) {
  const seen = await db.get("kept", `read:${scopeOf(me)}`);
  if (seen?.value === me.plan.instructions) return;
  const dialog = instructions(me);
  dialog.body.append(h("button", { type: "button", class: "button main", autofocus: true, onclick: () => dialog.close() }, "Begin"));
  dialog.querySelector(".button.main").focus();
  await db.put("kept", { key: `read:${scopeOf(me)}`, value: me.plan.instructions });
}

/** Look now and then whether the plan, the guideline or the app changed. */
function watch(db, me, notes) {
  const look = async () => {
    if (document.visibilityState !== "visible") return;
    const { me: now, kept } = await whoami(db);
    if (!now || kept) return;
    if (now.annotator !== me.annotator || now.dataset.name !== me.dataset.name) return location.reload();
    const again = h("button", { type: "button", class: "button", onclick: () => location.reload() }, "Show");
    if (now.plan.guideline_version !== me.plan.guideline_version) notes.banner("guideline", ["The guideline has changed. ", again], "warn");
    else if (now.build !== me.build) notes.banner("build", ["A newer version of this page is there. ", again], "");
  };
  setInterval(look, AGAIN);
  document.addEventListener("visibilitychange", look);
}

function stranger(error) {
  document.body.dataset.state = "empty";
  const away = error?.status === 0;
  fill($("rest"), h("div", { class: "rest" },
    h("img", { src: "/icon.svg", alt: "", width: "64", height: "64" }),
    h("h1", {}, away ? "The server cannot be reached" : "Open your invitation link"),
    h("p", { class: "muted" }, away ? "Nothing was kept in this browser to work on without it." : "This page belongs to those who were invited. Open the link you were given, in this browser."),
    away ? h("button", { type: "button", class: "button main", onclick: () => location.reload() }, "Try again") : h("a", { class: "button main", href: "/join" }, "I have a link")));
  document.documentElement.dataset.ready = "true";
}

start().catch((error) => {
  console.error(error);
  fill($("banner"), `This page could not start: ${error.message}. What you answered is kept. `, h("button", { type: "button", class: "button", onclick: () => location.reload() }, "Reload"));
  $("banner").hidden = false;
});

