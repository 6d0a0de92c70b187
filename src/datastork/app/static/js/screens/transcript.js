// What is said, or what is written in a picture. Enter submits, Shift+Enter makes a new line.

import { h, icon, key } from "../dom.js";
import Text from "./text.js";

export default class Transcript extends Text {
  rows = 3;
  placeholder = "What is said or written";
  enterSubmits = true;
  #nothing = h("button", { type: "button", class: "class none", "aria-pressed": "false", "aria-keyshortcuts": "Alt+0", onclick: () => this.nothing() },
    icon("close", 18), h("span", { class: "name" }, "There are no words"), key("Alt 0"));

  more() {
    return this.#nothing;
  }

  show() {
    super.show();
    this.#nothing.setAttribute("aria-pressed", this.value === "");
    this.#nothing.disabled = this.readonly;
  }

  /** No words: an empty transcript is an answer, an empty field is none. */
  nothing() {
    if (this.readonly) return;
    this.answer("");
    this.show();
    this.finish();
  }

  onkey(event) {
    if (!event.altKey || event.code !== "Digit0") return false;
    this.nothing();
    return true;
  }

  get keys() {
    return [...super.keys, ["Alt 0", "there are no words"]];
  }
}
