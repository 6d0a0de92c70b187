// One class of several, or none of them, or another one in words.

import { h, fill, icon, key } from "../dom.js";
import Choice from "./choice.js";

const NONE = "none of these";
const OTHER = "other: ";

export default class Open extends Choice {
  #none = null;
  #field = null;
  #form = null;

  more() {
    this.#none = h("button", { type: "button", class: "class none", "aria-pressed": "false", "aria-keyshortcuts": "-", onclick: () => this.choose(NONE) },
      icon("close", 18), h("span", { class: "name" }, "None of these"), key("-"));
    this.#field = h("input", { class: "field", maxlength: "200", placeholder: "Another class, in words", "aria-label": "Another class, in words", autocomplete: "off", dir: "auto", oninput: () => this.#typed() });
    this.#form = h("form", { class: "other", onsubmit: (event) => { event.preventDefault(); this.#other(); } },
      this.#field, h("button", { class: "button", "aria-label": "Answer with these words" }, icon("check")));
    return h("div", { class: "classes-more" }, this.#none, this.#form);
  }

  #typed() {
    const words = this.#field.value.trim();
    this.answer(words ? OTHER + words : undefined);
    this.marked();
  }

  #other() {
    if (this.#field.value.trim()) this.choose(OTHER + this.#field.value.trim());
  }

  marked() {
    const other = typeof this.value === "string" && this.value.startsWith(OTHER) ? this.value.slice(OTHER.length) : "";
    this.#none.setAttribute("aria-pressed", this.value === NONE);
    this.#none.classList.toggle("suggested", this.suggestion?.value === NONE);
    this.#none.disabled = this.readonly;
    this.#form.classList.toggle("chosen", Boolean(other));
    this.#field.readOnly = this.readonly;
    if (this.#field.value.trim() !== other) this.#field.value = other;
  }

  onkey(event) {
    if (super.onkey(event)) return true;
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    if (event.key === "-") return (this.choose(NONE), true);
    if (event.key === "/") return (this.#field.focus(), true);
    return false;
  }

  get keys() {
    return [...super.keys, ["-", "none of these"], ["/", "another class, in words"]];
  }
}
