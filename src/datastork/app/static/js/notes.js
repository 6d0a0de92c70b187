// What the page says by the way: short notes, lasting banners, answers to known samples, and the page at rest.

import { h, fill, icon, count, say } from "./dom.js";
import { words } from "./desk.js";
import { guideSheet, sheet } from "./sheets.js";

const LONG = 2600; // ms

export class Notes {
  #place;
  #bannerPlace;
  #banners = new Map();
  #timer = 0;

  constructor(place, banner) {
    this.#place = place;
    this.#bannerPlace = banner;
  }

  /** A note that goes by itself. */
  show(text, kind = "") {
    clearTimeout(this.#timer);
    fill(this.#place, h("div", { class: `note toast ${kind}` }, text));
    say(typeof text === "string" ? text : this.#place.textContent);
    this.#timer = setTimeout(() => fill(this.#place), LONG);
  }

  /** A note that stays until it is taken back with an empty text. */
  banner(name, content, kind = "") {
    if (content && String(content).length) this.#banners.set(name, { content, kind });
    else if (!this.#banners.delete(name)) return;
    const shown = [...this.#banners.values()].at(-1);
    this.#bannerPlace.hidden = !shown;
    this.#bannerPlace.className = `banner ${shown?.kind ?? ""}`;
    fill(this.#bannerPlace, shown ? h("p", {}, shown.content) : null);
  }
}

/** The sample was one whose answer is known: say so, kindly, and show what is right. */
export function feedback(notes, { entry, feedback }, plan, files) {
  const { question: name, right, expected, says } = feedback;
  const question = plan.questions.find((one) => one.name === name) ?? plan.questions[0];
  const known = words(question, expected);
  if (right) return notes.show([icon("check", 20), ` Right: ${known}. This one was for practice.`], "good");
  const given = words(question, entry.body.answers[question.name]?.value);
  const one = question.classes?.find((each) => each.id === expected);
  const picture = entry.task?.media?.modality === "image" ? files.ready(entry.task.media.url) : null;
  const dialog = sheet("This one was for practice", [
    picture ? h("img", { class: "taught", src: picture, alt: "the sample", width: "320", height: "200" }) : null,
    entry.task?.media?.text ? h("p", { class: "taught-text", dir: "auto" }, entry.task.media.text.slice(0, 400)) : null,
    h("dl", { class: "taught-answers" }, h("dt", {}, "It is"), h("dd", { class: "good", dir: "auto" }, known), h("dt", {}, "You said"), h("dd", { dir: "auto" }, given)),
    says || one?.says ? h("p", { dir: "auto" }, says || one.says) : null,
    h("p", { class: "muted small" }, "Everyone gets some samples whose answer is known. They are there to learn from."),
    h("div", { class: "row" },
      h("button", { type: "button", class: "button main", autofocus: true, onclick: () => dialog.close() }, "Go on"),
      one && (one.says || one.positive?.length) ? h("button", { type: "button", class: "button", onclick: () => guideSheet(question, one) }, `What “${one.name || one.id}” means`) : null),
  ]);
  dialog.querySelector(".button.main").focus();
}

/** Nothing is to be labelled now: say why, and look again where that can help. */
export function empty(place, { why, flow, outbox, me, acts }) {
  const waiting = outbox.status.waiting;
  const found = {
    "all answered": ["All done", "You have answered everything there is for you. Thank you.", 60],
    "others are at the rest": ["The rest is with others", "Others are working on what is left. If they leave some, it comes to you.", 15],
    "pilot round is over": ["The pilot round is over", "The owner now looks at where answers differ, and sharpens the guideline. Then it goes on.", 30],
    preparing: ["Getting the samples ready", me.preparing?.total ? `${me.preparing.done.toLocaleString("en")} of ${me.preparing.total.toLocaleString("en")} are there.` : "This takes a moment.", 1.5],
    offline: ["No connection", "All samples that were fetched are answered. New ones come when the connection is back.", 5],
    "signed out": ["Your session has ended", "Open your invitation link again in this browser to go on.", 0],
  }[why] ?? (!why && waiting ? ["One moment", "The last answers are on their way.", 1.5] : why ? ["Nothing comes at the moment", `The server says: ${why}.`, 10] : ["Nothing to label", "There are no samples for you at the moment.", 20]);
  const [title, text, seconds] = found;
  const look = () => flow.current || flow.next();
  // looked at again and again: what is the same is neither drawn nor said anew, and keeps the focus
  if (place.dataset.shows !== `${title} ${text}`) {
    place.dataset.shows = `${title} ${text}`;
    fill(place, h("div", { class: "rest" },
      h("img", { src: "/icon.svg", alt: "", width: "64", height: "64", onerror: (event) => event.target.remove() }),
      h("h2", {}, title),
      h("p", { class: "muted" }, text),
      h("p", { class: "note", hidden: true }),
      h("div", { class: "row" },
        h("button", { type: "button", class: "button", onclick: acts.mine }, "My answers"),
        h("button", { type: "button", class: "button", onclick: look }, "Look again"))));
    say(`${title}. ${text}`);
  }
  const note = place.querySelector(".note");
  const tell = () => {
    const { waiting } = outbox.status;
    note.hidden = !waiting || why === "all answered";
    note.textContent = waiting === 1 ? "1 answer waits on this device and is sent by itself." : `${count(waiting, "answer")} wait on this device and are sent by themselves.`;
  };
  tell();
  empty.stop?.abort();
  empty.stop = new AbortController();
  const { signal } = empty.stop;
  outbox.addEventListener("change", tell, { signal });
  clearTimeout(empty.timer);
  const later = () => {
    if (signal.aborted || flow.current || !place.isConnected) return;
    if (document.visibilityState === "visible") look();
    else document.addEventListener("visibilitychange", later, { once: true, signal }); // nobody looks: no request
  };
  if (seconds) empty.timer = setTimeout(later, seconds * 1000);
}
