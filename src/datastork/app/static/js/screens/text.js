// Free text. Ctrl+Enter submits; what is typed is kept as a draft at once.

import { h, fill, key } from "../dom.js";
import { Screen } from "./screen.js";
import { said } from "./classes.js";

export default class Text extends Screen {
  #field = null;
  rows = 4;
  placeholder = "Your answer";
  enterSubmits = false; // whether Enter alone submits

  show() {
    const { question, suggestion } = this;
    this.#field = h("textarea", {
      class: "field", rows: this.rows, dir: "auto", placeholder: this.placeholder, "aria-label": question.ask || this.placeholder,
      spellcheck: "true", value: this.value ?? "", readOnly: this.readonly,
      oninput: () => this.answer(this.#field.value.trim() ? this.#field.value : undefined),
      onkeydown: (event) => this.#typed(event),
    });
    fill(this, this.#field,
      suggestion ? h("div", { class: "proposal" },
        h("p", { class: "muted small" }, said(suggestion)),
        h("p", { class: "proposal-text", dir: "auto" }, String(suggestion.value)),
        this.readonly ? null : h("button", { type: "button", class: "button", onclick: () => this.accept() }, "Take it over", key("Enter"))) : null);
  }

  #typed(event) {
    if (event.isComposing || event.key !== "Enter" || event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return;
    if (this.suggestion && this.value === undefined) {
      event.preventDefault();
      this.accept();
    } else if (this.enterSubmits && this.value !== undefined) {
      event.preventDefault();
      this.finish();
    }
  }

  accept() {
    if (this.value !== undefined || !super.accept()) return false;
    this.#field.focus();
    return true;
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
