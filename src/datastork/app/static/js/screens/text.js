// Free text. Ctrl+Enter submits; what is typed is kept as a draft at once.

import { h, fill, key } from "../dom.js";
import { said } from "./classes.js";
import { Screen } from "./screen.js";

export default class Text extends Screen {
  rows = 4;
  placeholder = "Your answer";
  enterSubmits = false; // whether Enter alone submits
  #proposal = h("div");
  // the same field for all tasks: on a phone its keyboard stays open
  #field = h("textarea", {
    class: "field", dir: "auto", spellcheck: "true",
    oninput: () => this.typed(this.#field.value),
    onkeydown: (event) => this.#pressed(event),
  });

  show() {
    if (!this.#field.isConnected) fill(this, this.#field, this.more(), this.#proposal);
    const { question, suggestion } = this;
    for (const [name, value] of [["rows", this.rows], ["placeholder", this.placeholder], ["aria-label", question.ask || this.placeholder]]) {
      this.#field.setAttribute(name, value);
    }
    this.#field.value = this.value ?? "";
    this.#field.readOnly = this.readonly;
    fill(this.#proposal, suggestion ? h("div", { class: "proposal" },
      h("p", { class: "muted small" }, said(suggestion)),
      h("p", { class: "proposal-text", dir: "auto" }, String(suggestion.value)),
      this.readonly ? null : h("button", { type: "button", class: "button", onclick: () => this.accept() }, "Take it over", key("Enter"))) : null);
  }

  /** What stands below the field. */
  more() {
    return null;
  }

  typed(text) {
    this.answer(text.trim() ? text : undefined);
  }

  #pressed(event) {
    if (event.isComposing || event.key !== "Enter" || event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return;
    if (this.suggestion && this.value === undefined) {
      event.preventDefault();
      this.accept();
    } else if (this.enterSubmits && this.value !== undefined) {
      event.preventDefault();
      this.finish();
    }
  }

  /** Take over what is suggested, to be read and mended: it is submitted by the next Enter. */
  accept() {
    if (this.value !== undefined || !super.accept()) return false;
    this.#field.focus();
    return false;
  }

  focusFirst() {
    this.#field.focus({ preventScroll: true });
  }

  get wantsFocus() {
    return true;
  }

  get keys() {
    return [[this.enterSubmits ? "Enter" : "Ctrl Enter", "submit and go on"], ...(this.enterSubmits ? [["Shift Enter", "new line"]] : []), ["Esc", "leave the field"]];
  }
}
