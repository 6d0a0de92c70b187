// The classes to draw with: buttons with colour, name and key. Digits are the keys of the first nine, letters stay with
// the tools unless the plan gives a class one.

import { h, colour, key } from "../dom.js";
import { filterBox } from "../screens/classes.js";
import { icon } from "./icons.js";

export function classesOf(question) {
  return (question.classes ?? []).filter((one) => !one.abstract);
}

/** A key for each class: its own, else the first digits. */
export function keysOf(classes) {
  const own = new Set(classes.map((one) => one.key).filter(Boolean));
  const free = [..."123456789"].filter((one) => !own.has(one));
  return classes.map((one) => one.key || free.shift() || "");
}

export class Classes {
  /** `pick(id, keep)`: a class was chosen; `keep` leaves the selected region as it is. */
  constructor(question, pick) {
    this.list = classesOf(question);
    this.keys = keysOf(this.list);
    this.rows = this.list.map((one, place) => this.#row(one, place, question, pick));
    const take = (one) => pick(one.id, false);
    this.filter = filterBox(this, take);
    this.element = h("div", { class: "cv-classes" }, this.filter,
      h("div", { class: "cv-chips", role: "group", "aria-label": "Class to draw" }, this.rows.map((row) => row.element)));
  }

  #row(one, place, question, pick) {
    const name = one.name || one.id;
    const button = h("button", {
      type: "button", class: "class", "aria-pressed": "false", "aria-keyshortcuts": this.keys[place] || null,
      style: { "--class": colour(one, question.classes.indexOf(one)) }, data: { id: one.id },
      onclick: (event) => pick(one.id, event.shiftKey),
    }, h("span", { class: "dot" }), h("span", { class: "name" }, name), this.keys[place] ? key(this.keys[place]) : null);
    const said = one.says || one.positive?.length || one.negative?.length || one.edge?.length;
    const guide = said && h("button", {
      type: "button", class: "guide", "aria-label": `What “${name}” means`, title: `What “${name}” means`,
      onclick: () => guide.dispatchEvent(new CustomEvent("guide", { bubbles: true, detail: { question, one } })),
    }, icon("info", 20));
    return { one, button, element: h("div", { class: "class-row" }, button, guide) };
  }

  /** Show which class is drawn with. */
  mark(id) {
    for (const { one, button } of this.rows) {
      const is = one.id === id;
      if (is === (button.getAttribute("aria-pressed") === "true")) continue;
      button.setAttribute("aria-pressed", is);
      if (is && this.element.offsetParent) button.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  }

  name(id) {
    const found = this.list.find((one) => one.id === id);
    return found?.name || id;
  }

  /** The class whose key was pressed; digits also where a keyboard needs Shift for them. */
  ofKey(event) {
    const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code ?? "")?.[1];
    const at = this.keys.indexOf(event.key);
    const place = at >= 0 ? at : digit ? this.keys.indexOf(digit) : -1;
    return place < 0 ? null : this.list[place];
  }
}
