// The two bars: tools above the image, and below it what can be done with the selected region, or what to do next.

import { h, fill, key, percent } from "../dom.js";
import { icon } from "./icons.js";

export const ATTRIBUTES = ["occluded", "truncated", "difficult"];

const button = (name, picture, onclick, extra = {}, ...rest) =>
  h("button", { type: "button", class: "tool", title: name, "aria-label": name, onclick, ...extra }, picture && icon(picture), ...rest);

export class Tools {
  /** `desk` is the screen: toolset, use(id), undo(), redo(), stage. */
  constructor(desk) {
    this.desk = desk;
    this.buttons = new Map(desk.toolset.map((tool) => [tool.id, h("button", {
      type: "button", class: "tool", title: `${tool.name} (${tool.key})`, "aria-pressed": "false", "aria-keyshortcuts": tool.key,
      onclick: () => desk.use(tool.id),
    }, icon(tool.icon), h("span", { class: "cv-word" }, tool.name), key(tool.key))]));
    this.undo = button("Undo", "undo", () => desk.undo(), { "aria-keyshortcuts": "Control+Z" });
    this.redo = button("Redo", "redo", () => desk.redo(), { class: "tool cv-spare", "aria-keyshortcuts": "Control+Shift+Z" });
    this.scale = h("span", { class: "cv-scale" });
    this.number = h("span", { class: "cv-number" });
    this.listing = button("Regions", "list", () => this.listing.setAttribute("aria-expanded", desk.unfold()), {
      class: "tool cv-listing", "aria-expanded": "false",
    }, this.number);
    this.element = h("div", { class: "cv-tools", role: "toolbar", "aria-label": "Drawing" },
      h("div", { class: "cv-group", hidden: desk.readonly }, [...this.buttons.values()], desk.extras ?? null),
      h("div", { class: "cv-group cv-end" },
        this.listing, h("span", { class: "cv-group", hidden: desk.readonly }, this.undo, this.redo),
        button("Zoom out", "minus", () => desk.stage.zoom(1 / 1.5), { class: "tool cv-zoom" }),
        this.scale, button("Fit the image, again for 100 %", "whole", () => desk.stage.fit(), { class: "tool cv-spare", "aria-keyshortcuts": "0" }),
        button("Zoom in", "plus", () => desk.stage.zoom(1.5), { class: "tool cv-zoom" })));
  }

  show() {
    const { desk } = this;
    for (const [id, one] of this.buttons) one.setAttribute("aria-pressed", id === desk.tool?.id);
    this.undo.disabled = !desk.canUndo;
    this.redo.disabled = !desk.model.canRedo;
  }

  count(number) {
    this.number.textContent = number;
    this.listing.setAttribute("aria-label", `List of regions, ${number}`);
  }

  zoomed(scale) {
    const text = percent(scale);
    if (this.scale.textContent !== text) this.scale.textContent = text;
  }
}

export class Bar {
  #shown = "";

  constructor(desk) {
    this.desk = desk;
    this.element = h("div", { class: "cv-bar", role: "group", "aria-label": "Selected region" });
  }

  /** Buttons for what is selected; without a selection a hint, and "nothing here". */
  show() {
    const { desk } = this;
    const region = desk.model.selected;
    const kind = !region ? "none" : desk.model.isProposal(region.key) ? "proposal" : "region";
    const state = JSON.stringify([
      kind, region?.label, region?.attributes, region && desk.model.shows(region), desk.hint, desk.model.list.length,
      desk.model.state.nothing, desk.actions(region).map((one) => one.name), desk.warning(region), desk.advice(region), desk.tool?.id,
    ]);
    if (state === this.#shown && region === this.region) return;
    const focused = this.element.contains(document.activeElement) && document.activeElement.dataset.id;
    this.#shown = state;
    this.region = region;
    fill(this.element, kind === "none" ? this.#nothing() : kind === "proposal" ? this.#proposal(region) : this.#region(region));
    // the button that was pressed is a new one now: the focus stays with it
    if (focused) this.element.querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }

  #name(region) {
    const { desk } = this;
    return h("span", { class: "cv-what" }, h("span", { class: "dot", style: { "--class": desk.colourOf(region) } }),
      h("span", {}, h("b", {}, desk.nameOf(region.label)), " ", h("span", { class: "muted small" }, desk.shape.size(region))));
  }

  #act(name, picture, onclick, more = {}) {
    return h("button", { type: "button", class: "tool", "aria-label": name, title: name, onclick, data: { id: name }, ...more },
      icon(picture), h("span", { class: "cv-word" }, name));
  }

  #region(region) {
    const { desk } = this;
    const warning = desk.warning(region);
    const shown = desk.model.shows(region);
    const given = region.attributes ?? {};
    return [
      this.#name(region),
      desk.advice(region) && h("span", { class: "cv-advice small" }, desk.advice(region)),
      warning && h("span", { class: "cv-warning small", role: "note" }, warning),
      desk.readonly ? null : desk.actions(region).map((one) =>
        this.#act(one.name, one.icon, one.act, one.pressed === undefined ? {} : { "aria-pressed": String(one.pressed) })),
      this.#act(shown ? "Hide" : "Show", shown ? "eye" : "shut", () => desk.toggle(region.key)),
      desk.readonly ? null : [
        desk.shape.shift && this.#act("Duplicate", "copy", () => desk.duplicate()),
        this.#act("Delete", "bin", () => desk.remove(region.key)),
        ATTRIBUTES.map((name) => h("button", {
          type: "button", class: "tool cv-attribute", "aria-pressed": String(given[name] === true), data: { id: name },
          onclick: () => desk.attribute(region, name, given[name] !== true),
        }, name)),
      ],
    ];
  }

  #proposal(region) {
    const { desk } = this;
    const own = region.person === null;
    const score = typeof region.score === "number" ? `, ${percent(region.score)}` : "";
    return [
      this.#name(region),
      h("span", { class: "muted small" }, `${own ? `suggested${region.by ? ` by ${region.by}` : ""}` : `by ${region.by}`}${score}`),
      desk.readonly ? null : [
        this.#act(own ? "Accept" : "Take over", "check", () => desk.accept(region.key), { "aria-keyshortcuts": "Enter" }),
        this.#act("Dismiss", "close", () => desk.remove(region.key)),
      ],
      this.#act(desk.model.shows(region) ? "Hide" : "Show", desk.model.shows(region) ? "eye" : "shut", () => desk.toggle(region.key)),
    ];
  }

  #nothing() {
    const { desk } = this;
    const { list, state } = desk.model;
    const said = state.nothing && !list.length;
    const acts = desk.actions(null);
    return [
      h("span", { class: "cv-hint small" }, said ? "Answered: nothing here." : desk.hint),
      acts.map((one) => this.#act(one.name, one.icon, one.act)),
      desk.readonly || list.length || acts.length ? null : h("button", {
        type: "button", class: "button cv-nothing", "aria-pressed": String(said), "aria-keyshortcuts": "N", data: { id: "nothing" },
        onclick: () => desk.nothing(),
      }, "Nothing here", key("N")),
    ];
  }
}
