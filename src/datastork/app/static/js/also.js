// What is asked beside the answer: how sure, how difficult, how prominent. All of it may be left out.

import { h, fill } from "./dom.js";

const ASKED = {
  confidence: { ask: "How sure are you?", values: [0.25, 0.5, 0.75, 1], names: ["a guess", "unsure", "fairly", "sure"] },
  difficulty: { ask: "How difficult was it?", values: [1, 2, 3, 4, 5], ends: ["easy", "hard"] },
  prominence: { ask: "How prominent is it?", values: [1, 2, 3, 4, 5], ends: ["hardly", "clearly"] },
};

export class Also {
  element = h("div", { class: "also" });
  #rows = [];
  #changed;
  active = -1;

  constructor(names, changed) {
    this.#changed = changed;
    this.#rows = names.filter((name) => name in ASKED).map((name) => this.#row(name));
    fill(this.element, this.#rows.map((row) => row.element));
    this.element.hidden = !this.#rows.length;
  }

  get any() {
    return this.#rows.length > 0;
  }

  #row(name) {
    const { ask, values, names, ends } = ASKED[name];
    const row = { name, value: null };
    row.buttons = values.map((value, place) => h("button", {
      type: "button", "aria-pressed": "false", "aria-label": `${names?.[place] ?? value}`,
      onclick: () => this.#set(row, row.value === value ? null : value),
    }, names?.[place] ?? value));
    row.values = values;
    row.element = h("div", { class: "also-row", role: "group", "aria-label": ask },
      h("div", { class: "also-ask" }, h("span", {}, ask), ends ? h("span", { class: "muted" }, `${ends[0]} – ${ends[1]}`) : null),
      h("div", { class: "segments" }, row.buttons));
    return row;
  }

  #set(row, value, quiet = false) {
    row.value = value;
    row.buttons.forEach((button, place) => button.setAttribute("aria-pressed", row.values[place] === value));
    if (!quiet) this.#changed();
  }

  /** {confidence: 0.75, difficulty: null, …} */
  get values() {
    return Object.fromEntries(this.#rows.map((row) => [row.name, row.value]));
  }

  set values(values) {
    for (const row of this.#rows) this.#set(row, values?.[row.name] ?? null, true);
    this.point(-1);
  }

  /** Let digits go to a row; -1 for none. Returns whether there is such a row. */
  point(place) {
    this.active = place < this.#rows.length ? place : -1;
    this.#rows.forEach((row, at) => row.element.classList.toggle("active", at === this.active));
    return this.active >= 0;
  }

  /** The first row without a value, or -1. */
  get open() {
    return this.#rows.findIndex((row) => row.value === null);
  }

  /** A digit for the row that digits go to: returns whether it was used. */
  digit(event) {
    const row = this.#rows[this.active];
    if (!row || !/^[1-9]$/.test(event.key) || event.ctrlKey || event.metaKey || event.altKey) return false;
    const value = row.values[Number(event.key) - 1];
    if (value !== undefined) this.#set(row, value);
    return true;
  }

  get keys() {
    return this.any ? [["1–5", "after the answer: how sure, difficult, prominent"]] : [];
  }
}
