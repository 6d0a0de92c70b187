// The list of marked stretches: what is marked, said in words, to choose and take away.

import { h, fill, icon, key, count } from "../dom.js";

const LISTED = 300;

/**
 * list(element, {spans, proposed, at, none, readonly, text, name, tint, by}, {select, remove, take, nothing}): draws it.
 * `spans` have units; `name` and `tint` tell what a class is called and its colour.
 */
export function list(element, { spans, proposed, at, none, readonly, text, name, tint, by }, acts) {
  const words = (one) => text.slice(one.start, Math.min(one.end, one.start + 60)) + (one.end - one.start > 60 ? " …" : "");
  const label = (one) => h("span", { class: "span-label", style: { "--class": tint(one.label) } }, name(one.label));
  const order = spans.map((one, place) => [one, place]).sort(([a], [b]) => a.start - b.start || a.end - b.end);
  const line = ([one, place]) => h("li", { class: place === at ? "span-line selected" : "span-line" },
    h("button", { type: "button", class: "span-words", "aria-pressed": place === at, onclick: () => acts.select(place) }, label(one), h("bdi", {}, words(one))),
    readonly ? null : h("button", { type: "button", class: "tool", "aria-label": `Take away ${name(one.label)}: ${words(one)}`, onclick: () => acts.remove(place) }, icon("close", 18)));
  const proposal = (one) => h("li", { class: "span-line proposed" },
    h("button", { type: "button", class: "span-words", onclick: () => acts.take([one]) }, label(one), h("bdi", {}, words(one)), h("span", { class: "unseen" }, `: ${by}, take over`)));
  const nothing = () => h("li", {}, h("button", { type: "button", class: "class none", "aria-pressed": none, "aria-keyshortcuts": "-", onclick: acts.nothing },
    icon("close", 18), h("span", { class: "name" }, "Nothing to mark here"), key("-")));
  fill(element,
    proposed.map(proposal),
    order.slice(0, LISTED).map(line),
    order.length > LISTED ? h("li", { class: "muted small" }, `and ${count(order.length - LISTED, "other")}`) : null,
    order.length || readonly ? null : nothing());
}
