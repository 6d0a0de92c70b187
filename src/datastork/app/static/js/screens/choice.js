// One class of several. One key or one tap answers and goes on.

import { h, fill } from "../dom.js";
import { Screen } from "./screen.js";
import { classButtons, classKeys, filterBox } from "./classes.js";

export default class Choice extends Screen {
  #buttons = null;

  show() {
    const { question } = this;
    if (this.#buttons?.question !== question) {
      const buttons = classButtons(question, (one) => this.choose(one.id));
      this.#buttons = { question, ...buttons };
      fill(this, filterBox(buttons, (one) => this.choose(one.id)), buttons.element, this.more());
    }
    this.#buttons.mark(this.value, this.suggestion, this.readonly);
    this.marked?.();
  }

  /** What stands below the classes; `open` adds to it. */
  more() {
    return h("span", { hidden: true });
  }

  choose(id) {
    if (this.readonly) return;
    this.answer(id);
    this.#buttons.mark(id, this.suggestion, this.readonly);
    this.marked?.();
    this.finish();
  }

  onkey(event) {
    const one = this.#buttons.ofKey(event);
    if (!one) return false;
    this.choose(one.id);
    return true;
  }

  get keys() {
    return [[classKeys(this.question), "choose a class and go on"]];
  }
}
