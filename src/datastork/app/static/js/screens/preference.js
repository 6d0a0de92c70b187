// Which of two is better. One key, one tap or one swipe.

import { h, fill, icon, key } from "../dom.js";
import { view } from "../media/view.js";
import { Screen } from "./screen.js";
import { said } from "./classes.js";

const SWIPE = 60; // px

export default class Preference extends Screen {
  #sides = {};
  #views = [];

  show() {
    this.unload();
    const { pair } = this.task;
    if (!pair?.left || !pair?.right) {
      fill(this, h("p", { class: "note bad", role: "alert" }, "This question compares two samples, and the task has only one."));
      return;
    }
    const side = (name, words, sign) => {
      const shown = view(pair[name].media, this.media, { label: `the ${name} one` });
      this.#views.push(shown);
      const button = h("button", { type: "button", class: "class pick", "aria-pressed": "false", "aria-keyshortcuts": name === "left" ? "ArrowLeft" : "ArrowRight", onclick: () => this.choose(name) },
        h("span", { class: "name" }, words), key(sign));
      this.#sides[name] = button;
      return h("section", { class: "side", "aria-label": words }, h("div", { class: "side-view", ondblclick: () => this.choose(name) }, shown), button);
    };
    const tie = h("button", { type: "button", class: "class pick tie", "aria-pressed": "false", "aria-keyshortcuts": "=", onclick: () => this.choose("tie") },
      icon("equal", 18), h("span", { class: "name" }, "Equal"), key("="));
    this.#sides.tie = tie;
    fill(this,
      h("div", { class: "pair", ontouchstart: (event) => this.#touch(event), ontouchend: (event) => this.#release(event) },
        side("left", "This one is better", "←"), side("right", "This one is better", "→")),
      h("div", { class: "pair-foot" }, tie, h("p", { class: "muted small suggested-line" }, this.suggestion ? `${this.#word(this.suggestion.value)}: ${said(this.suggestion)}` : "")));
    this.#sides.left.setAttribute("aria-label", "The left one is better");
    this.#sides.right.setAttribute("aria-label", "The right one is better");
    this.#mark();
  }

  #word = (value) => ({ left: "Left", right: "Right", tie: "Equal" })[value?.answer] ?? "";

  #mark() {
    for (const [name, button] of Object.entries(this.#sides)) {
      button.setAttribute("aria-pressed", this.value?.answer === name);
      button.classList.toggle("suggested", this.suggestion?.value?.answer === name);
      button.disabled = this.readonly;
    }
  }

  choose(answer) {
    if (this.readonly) return;
    const { left, right } = this.task.pair;
    this.answer({ left: left.sample, right: right.sample, answer });
    this.#mark();
    this.finish();
  }

  // a swipe pushes the better one's side outwards, as the arrow keys do
  #touch(event) {
    const [touch] = event.touches;
    this.from = event.touches.length === 1 ? { x: touch.clientX, y: touch.clientY, at: Date.now() } : null;
  }

  #release(event) {
    const [touch] = event.changedTouches;
    if (!this.from || Date.now() - this.from.at > 700) return;
    const across = touch.clientX - this.from.x;
    if (Math.abs(across) > SWIPE && Math.abs(touch.clientY - this.from.y) < Math.abs(across) / 2) this.choose(across < 0 ? "left" : "right");
  }

  onkey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    const answer = { ArrowLeft: "left", ArrowRight: "right", "=": "tie", ArrowDown: "tie", 1: "left", 2: "right", 0: "tie" }[event.key];
    if (!answer) return this.#views.some((one) => one.onkey?.(event));
    if (!event.repeat) this.choose(answer);
    return true;
  }

  unload() {
    for (const one of this.#views) one.stop?.();
    this.#views = [];
  }

  get keys() {
    return [["←", "the left one is better"], ["→", "the right one is better"], ["=", "equal"]];
  }
}
