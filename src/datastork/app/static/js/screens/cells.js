// Cells of a row that are wrong. The old value stays in sight; what is not changed is not in the answer.

import { h, fill, icon, key, say, count } from "../dom.js";
import { cell } from "../media/view.js";
import { Screen } from "./screen.js";
import { said } from "./classes.js";

export default class Cells extends Screen {
  #fields = new Map();
  #fine = null;
  #state = null;

  show() {
    const row = this.task.media.row ?? {};
    const named = this.question.classes?.map((one) => one.id) ?? [];
    const columns = named.length ? named.filter((name) => name in row) : Object.keys(row);
    const others = Object.keys(row).filter((name) => !columns.includes(name));
    this.#fields.clear();
    const proposed = this.suggestion?.value ?? {};
    const line = (name, place) => {
      const old = row[name];
      const field = h("input", {
        class: "field", id: `cell-${place}`, value: this.value?.[name] ?? this.#text(old), readOnly: this.readonly, autocomplete: "off", spellcheck: "false", dir: "auto",
        inputmode: typeof old === "number" ? "decimal" : null, oninput: () => this.#changed(),
        onkeydown: (event) => { if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); event.stopPropagation(); this.#next(place); } },
      });
      const was = h("p", { class: "was small", dir: "auto" });
      const take = proposed[name] !== undefined && !this.readonly
        ? h("button", { type: "button", class: "button take", onclick: () => { field.value = this.#text(proposed[name]); this.#changed(); field.focus(); } }, icon("spark", 18), this.#text(proposed[name]) || "empty", h("span", { class: "unseen" }, `: ${said(this.suggestion)}`))
        : null;
      const back = h("button", { type: "button", class: "tool", title: "Take the old value", "aria-label": `${name}: take the old value`, hidden: true, onclick: () => { field.value = this.#text(old); this.#changed(); field.focus(); } }, icon("undo", 18));
      const element = h("div", { class: "cell" }, h("label", { class: "label", for: `cell-${place}` }, name), h("div", { class: "cell-field" }, field, back), was, take);
      this.#fields.set(name, { field, was, back, element, old });
      return element;
    };
    this.#fine = h("button", { type: "button", class: "class fine", "aria-pressed": "false", "aria-keyshortcuts": "Alt+0", onclick: () => this.fine() },
      icon("check", 18), h("span", { class: "name" }, "Nothing is wrong"), key("Alt 0"));
    this.#state = h("p", { class: "muted small", role: "status" });
    fill(this, h("div", { class: "cells-form" },
      h("div", { class: "cells-grid" }, columns.map(line)),
      others.length ? h("details", {}, h("summary", {}, `${count(others.length, "other column")}`), h("dl", { class: "cells-others" }, others.map((name) => [h("dt", {}, name), h("dd", { dir: "auto" }, cell(row[name]))]))) : null,
      h("div", { class: "cells-foot" }, this.#fine, this.#state)));
    this.#mark();
  }

  #text = (value) => (value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value));

  #changed() {
    const value = {};
    for (const [name, { field, old }] of this.#fields) if (field.value !== this.#text(old)) value[name] = field.value;
    this.answer(Object.keys(value).length ? value : undefined);
    this.#mark();
  }

  #mark() {
    const changed = Object.keys(this.value ?? {});
    for (const [name, { element, was, back, old }] of this.#fields) {
      const is = changed.includes(name);
      element.classList.toggle("changed", is);
      back.hidden = !is || this.readonly;
      was.textContent = is ? `was ${this.#text(old) || "empty"}` : "";
    }
    this.#fine.setAttribute("aria-pressed", Boolean(this.value) && !changed.length);
    this.#fine.disabled = this.readonly;
    this.#state.textContent = changed.length ? `${count(changed.length, "cell")} changed` : "";
  }

  #next(place) {
    const next = this.querySelector(`#cell-${place + 1}`);
    next ? (next.focus(), next.select()) : this.finish();
  }

  /** Nothing is wrong: the cells get their old values back. */
  fine() {
    if (this.readonly) return;
    for (const { field, old } of this.#fields.values()) field.value = this.#text(old);
    this.answer({});
    this.#mark();
    say("Nothing is wrong");
  }

  onkey(event) {
    if ((event.key === "0" || event.code === "Digit0") && !event.ctrlKey && !event.metaKey) return (this.fine(), true);
    return false;
  }

  get keys() {
    return [["Enter", "next cell; in the last one: submit"], ["Ctrl Enter", "submit and go on"], ["Alt 0", "nothing is wrong"]];
  }
}
