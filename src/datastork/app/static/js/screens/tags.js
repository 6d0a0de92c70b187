// Any number of classes, none of them too. Keys toggle; Enter submits.

import { h, fill, icon, key, say } from "../dom.js";
import { Screen } from "./screen.js";
import { answers, classButtons, classKeys, filterBox } from "./classes.js";

export default class Tags extends Screen {
  #buttons = null;
  #none = null;
  #past = [];
  #future = [];

  show() {
    const { question } = this;
    if (this.#buttons?.question !== question) {
      this.#buttons = { question, ...classButtons(question, (one) => this.toggle(one.id)) };
      this.#none = h("button", { type: "button", class: "class none", "aria-pressed": "false", "aria-keyshortcuts": "-", onclick: () => this.none() },
        icon("close", 18), h("span", { class: "name" }, "None of these"), key("-"));
      fill(this, filterBox(this.#buttons, (one) => this.toggle(one.id)), this.#buttons.element, this.#none);
    }
    this.#past = [];
    this.#future = [];
    this.#mark();
  }

  #mark() {
    this.#buttons.mark(this.value, this.suggestion, this.readonly);
    this.#none.setAttribute("aria-pressed", Array.isArray(this.value) && !this.value.length);
    this.#none.disabled = this.readonly;
  }

  #change(value) {
    this.#past.push(this.value);
    this.#future = [];
    this.answer(value);
    this.#mark();
  }

  toggle(id) {
    if (this.readonly) return;
    const chosen = new Set(this.value ?? []);
    const on = !chosen.delete(id);
    if (on) chosen.add(id);
    // in the order of the classes, each once; nothing chosen is no answer until "none of these" says so
    const value = answers(this.question).map((one) => one.id).filter((one) => chosen.has(one));
    this.#change(value.length ? value : undefined);
    const one = this.question.classes.find((each) => each.id === id);
    say(`${one.name || one.id} ${on ? "chosen" : "taken away"}`);
  }

  none() {
    if (this.readonly) return;
    this.#change([]);
    say("None of these");
  }

  onkey(event) {
    if (event.key === "-" && !event.ctrlKey && !event.metaKey) return (this.none(), true);
    const one = this.#buttons.ofKey(event);
    if (!one) return false;
    if (!event.repeat) this.toggle(one.id);
    return true;
  }

  undo() {
    return this.#step(this.#past, this.#future);
  }

  redo() {
    return this.#step(this.#future, this.#past);
  }

  #step(from, to) {
    if (!from.length) return false;
    to.push(this.value);
    this.answer(from.pop());
    this.#mark();
    return true;
  }

  get keys() {
    return [[classKeys(this.question), "choose a class, or take it away"], ["-", "none of these"]];
  }
}
