// The regions as a list that is worked with the keyboard and read out: one listbox, whatever is selected acts in the bar.

import { count, h, key, percent } from "../dom.js";
import { icon } from "./icons.js";

let lists = 0;

export class List {
  #rows = new Map(); // key -> {element, name, size, seen, region, shown}
  #id = `cv-list-${++lists}`;

  /** `act` has model, colourOf(region), nameOf(label), select(key), toggle(key), remove(key), shape, readonly. */
  constructor(act) {
    this.act = act;
    this.element = h("div", {
      class: "cv-list", role: "listbox", tabindex: "0", "aria-label": "Regions",
      onclick: (event) => this.#clicked(event),
      ondblclick: () => this.act.reveal(),
    });
    this.empty = h("p", { class: "muted small cv-none" });
  }

  #clicked(event) {
    const row = event.target.closest("[data-key]");
    if (!row) return;
    const { key } = row.dataset;
    const what = event.target.closest("[data-act]")?.dataset.act;
    if (what === "hide") this.act.toggle(key);
    else if (what === "delete") this.act.remove(key);
    else this.act.select(key);
  }

  show() {
    const { model } = this.act;
    const all = model.everything;
    const keys = new Set(all.map((one) => one.key));
    for (const [key, row] of this.#rows) {
      if (keys.has(key)) continue;
      row.element.remove();
      this.#rows.delete(key);
    }
    let before = null;
    for (const region of all) {
      let row = this.#rows.get(region.key);
      if (!row) this.#rows.set(region.key, (row = this.#row(region.key)));
      if (before ? before.nextSibling !== row.element : this.element.firstChild !== row.element) {
        this.element.insertBefore(row.element, before ? before.nextSibling : this.element.firstChild);
      }
      before = row.element;
      this.#fill(row, region);
    }
    this.select();
  }

  #row(key) {
    const row = { name: h("span", { class: "cv-name" }), size: h("span", { class: "cv-size" }), unseen: h("span", { class: "unseen" }) };
    // for pointers; the keyboard has H and Del, and the bar has buttons
    row.seen = h("span", { class: "cv-mini", data: { act: "hide" }, "aria-hidden": "true" });
    row.dot = h("span", { class: "dot" });
    row.bin = h("span", { class: "cv-mini", data: { act: "delete" }, "aria-hidden": "true" }, icon("bin", 18));
    row.element = h("div", { class: "cv-row", role: "option", id: `${this.#id}-${key}`, "aria-selected": "false", data: { key } },
      row.dot, row.name, " ", row.size, row.unseen, row.seen, row.bin);
    return row;
  }

  #fill(row, region) {
    const { model } = this.act;
    const proposal = model.isProposal(region.key);
    const shown = model.shows(region);
    const colour = this.act.colourOf(region);
    if (row.region === region && row.shown === shown && row.colour === colour && row.proposal === proposal) return;
    Object.assign(row, { region, shown, colour, proposal });
    row.dot.style.setProperty("--class", colour);
    row.name.textContent = this.act.nameOf(region.label);
    const score = typeof region.score === "number" ? ` ${percent(region.score)}` : "";
    const flags = Object.entries(region.attributes ?? {}).filter(([, value]) => value === true).map(([name]) => name);
    row.size.textContent = proposal
      ? `${region.person === null ? (score ? "" : "suggested") : region.by}${score}`
      : [this.act.shape.size(region), ...flags].join(" · ");
    row.seen.replaceChildren(icon(shown ? "eye" : "shut", 18));
    row.bin.hidden = this.act.readonly;
    row.element.classList.toggle("cv-proposal", proposal);
    row.element.classList.toggle("cv-hidden", !shown);
    row.unseen.textContent = `${proposal && region.person === null ? ", suggested" : ""}${shown ? "" : ", not shown"}`;
  }

  /** Show which one is selected. */
  select() {
    const { chosen } = this.act.model;
    this.element.querySelector('[aria-selected="true"]')?.setAttribute("aria-selected", "false");
    const row = chosen && this.#rows.get(chosen);
    if (!row) return this.element.removeAttribute("aria-activedescendant");
    row.element.setAttribute("aria-selected", "true");
    this.element.setAttribute("aria-activedescendant", row.element.id);
    // only this list is scrolled, never the page
    const { offsetTop, offsetHeight } = row.element;
    const { scrollTop, clientHeight } = this.element;
    if (offsetTop < scrollTop) this.element.scrollTop = offsetTop;
    else if (offsetTop + offsetHeight > scrollTop + clientHeight) this.element.scrollTop = offsetTop + offsetHeight - clientHeight;
  }
}

/** A line for each who proposes: how much, whose colour, and a button that takes all of it. */
export function offers(desk) {
  const groups = new Map();
  for (const one of desk.model.proposals) {
    const group = groups.get(one.person) ?? { person: one.person, by: one.by, regions: [] };
    group.regions.push(one);
    groups.set(one.person, group);
  }
  return [...groups.values()].map(({ person, by, regions }) => h("div", { class: "cv-offer" },
    person === null ? null : h("span", { class: "dot", style: { "--class": desk.palette.person(person) } }),
    h("span", { class: "cv-grow small" }, person === null
      ? `${count(regions.length, "suggestion")}${by ? ` by ${by}` : ""}`
      : `${by}: ${count(regions.length, "region")}`),
    desk.readonly ? null : h("button", {
      type: "button", class: "button", "aria-keyshortcuts": person === null ? "A" : null,
      "aria-label": person === null ? "Accept all suggestions" : `Take all of ${by}`,
      onclick: () => desk.acceptAll(person),
    }, person === null ? "Accept all" : "Take all", person === null ? key("A") : null)));
}
