// What is proposed beside the answer: suggestions of a model, or what other annotators answered, to be taken over at once.

import { count, h, key } from "../dom.js";

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
      "aria-label": person === null ? "Accept all suggestions" : `Take over all of ${by}`,
      onclick: () => desk.acceptAll(person),
    }, person === null ? "Accept all" : "Take all", person === null ? key("A") : null)));
}
