// A whole number from low to high. A digit answers and goes on.

import { h, fill, key } from "../dom.js";
import { Screen } from "./screen.js";
import { said } from "./classes.js";

export default class Rating extends Screen {
  #buttons = [];

  show() {
    const { low, high, classes = [] } = this.question;
    const one = (value) => {
      const name = classes.find((each) => each.id === String(value))?.name;
      return h("button", {
        type: "button", class: "grade", "aria-pressed": "false", "aria-label": name ? `${value}: ${name}` : null,
        data: { value }, onclick: () => this.choose(value),
      }, h("span", { class: "grade-value" }, value), name ? h("span", { class: "grade-name" }, name) : null);
    };
    this.#buttons = Array.from({ length: high - low + 1 }, (_, place) => one(low + place));
    const { suggestion } = this;
    fill(this,
      h("div", { class: high - low > 10 ? "grades many" : "grades", role: "group", "aria-label": this.question.ask || "rating" }, this.#buttons),
      h("p", { class: "muted small suggested-line" }, suggestion ? `${suggestion.value}: ${said(suggestion)}` : ""));
    this.#mark();
  }

  #mark() {
    for (const button of this.#buttons) {
      button.setAttribute("aria-pressed", Number(button.dataset.value) === this.value);
      button.classList.toggle("suggested", Number(button.dataset.value) === this.suggestion?.value);
      button.disabled = this.readonly;
    }
  }

  choose(value) {
    if (this.readonly || value < this.question.low || value > this.question.high) return;
    this.answer(value);
    this.#mark();
    this.finish();
  }

  onkey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !/^\d$/.test(event.key)) return false;
    const digit = Number(event.key);
    // 0 is ten where there is a ten and no nought
    this.choose(digit === 0 && this.question.low > 0 ? 10 : digit);
    return true;
  }

  get keys() {
    const { low, high } = this.question;
    return [[`${low}–${Math.min(high, 9)}${high >= 10 && low > 0 ? ", 0 for 10" : ""}`, "rate and go on"]];
  }
}
