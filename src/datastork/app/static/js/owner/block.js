// A part of the page that keeps itself up to date: drawn anew only when its data changed, and never under a hand that types.

import { get } from "../api.js";
import { h, fill } from "../dom.js";
import { notice, why } from "./pieces.js";

/** The answers of the server, each address asked once however many blocks want it. */
export class Source {
  #asked = new Map();

  ask(path) {
    if (!this.#asked.has(path)) this.#asked.set(path, get(path, { timeout: 130000 }));
    return this.#asked.get(path);
  }

  forget() {
    this.#asked.clear();
  }
}

/**
 * block({id, title, about, paths: [address], render(data, again) -> nodes, form: node}) -> {element, update(source)}
 * `form` stands above what is drawn and is never replaced. `again()` draws anew at once, with fresh data.
 */
export function block({ id, title, about = "", paths = [], render, form = null }) {
  const body = h("div", { class: "block-body", "aria-busy": "true" }, h("p", { class: "muted" }, "Counting …"));
  const problem = notice();
  const element = h("section", { class: "block", id, "aria-labelledby": `${id}-title` },
    h("h2", { id: `${id}-title` }, title), about ? h("p", { class: "muted small about" }, about) : null, form, problem, body);
  let shown = null;
  const update = async (source) => {
    try {
      const data = await Promise.all(paths.map((path) => source.ask(path)));
      problem.tell("");
      const now = JSON.stringify(data);
      if (now === shown || typing(body)) return;
      shown = now;
      draw(body, render(data, again));
    } catch (error) {
      problem.tell(`This cannot be shown now: ${why(error)}.`);
    }
    body.setAttribute("aria-busy", "false");
  };
  const again = () => {
    shown = null;
    return update(new Source());
  };
  return { element, update, again };
}

const typing = (place) => {
  const at = document.activeElement;
  return place.contains(at) && ["INPUT", "TEXTAREA", "SELECT"].includes(at.tagName) && at.value !== at.defaultValue;
};

// the control that had the keyboard has it again, and open details stay open
function draw(place, nodes) {
  const at = place.contains(document.activeElement) ? document.activeElement.dataset.keep : null;
  const open = new Set([...place.querySelectorAll("details[open]")].map((one) => one.dataset.keep));
  fill(place, nodes);
  for (const one of place.querySelectorAll("details")) if (open.has(one.dataset.keep)) one.open = true;
  if (at) place.querySelector(`[data-keep="${CSS.escape(at)}"]`)?.focus({ preventScroll: true });
}
