// Buttons of classes: colour, name, key, and the guideline one tap away. Used by choice, tags, open and spans.

import { h, colour, fill, icon, key, percent } from "../dom.js";

const LETTERS = "qwertyuopadfhjkzvbn"; // letters that the shell leaves to screens
export const MANY = 24; // from so many classes on there is a box to find one

/** Give every class a key: its own, else the digit of its place, from the eleventh on a letter; later ones have none. */
export function keysOf(classes) {
  const own = new Set(classes.map((one) => one.key).filter(Boolean));
  const letters = [...LETTERS].filter((one) => !own.has(one));
  return classes.map((one, place) => {
    if (one.key) return one.key;
    const digit = String((place + 1) % 10);
    return place < 10 && !own.has(digit) ? digit : (letters.shift() ?? "");
  });
}

/** The keys of a question's classes in few words: "1–9, d". */
export function classKeys(question) {
  const keys = keysOf(answers(question)).filter(Boolean);
  const digits = keys.filter((one) => /^\d$/.test(one)).sort((a, b) => (a === "0") - (b === "0") || a - b);
  const rest = keys.filter((one) => !/^\d$/.test(one));
  const run = digits.length > 2 ? [`${digits[0]}–${digits.at(-1)}`] : digits;
  return [...run, ...(rest.length > 6 ? [`${rest[0]} … ${rest.at(-1)}`] : rest)].join(", ");
}

/** The classes that can be answers. */
export const answers = (question) => question.classes.filter((one) => !one.abstract);

/** The class whose key was pressed, if any. */
export function ofKey(classes, keys, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  const at = keys.indexOf(event.key);
  if (at >= 0) return classes[at];
  const digit = /^(Digit|Numpad)(\d)$/.exec(event.code ?? "")?.[2]; // digits on layouts that need Shift for them
  return digit && !event.shiftKey ? (classes[keys.indexOf(digit)] ?? null) : null;
}

const hasGuide = (one) => one.says || one.positive?.length || one.negative?.length || one.edge?.length;

/**
 * classButtons(question, pick) -> {element, mark(value, suggestion, readonly), ofKey(event), rows}
 * `value` is an id or a list of ids.
 */
export function classButtons(question, pick, { label = question.ask } = {}) {
  const classes = answers(question);
  const keys = keysOf(classes);
  const rows = classes.map((one, place) => {
    const shown = h("span", { class: "suggested-by" });
    const button = h(
      "button",
      {
        type: "button",
        class: "class",
        "aria-pressed": "false",
        "aria-keyshortcuts": keys[place] || null,
        style: { "--class": colour(one, question.classes.indexOf(one)) },
        data: { id: one.id },
        onclick: () => pick(one),
      },
      h("span", { class: "dot" }),
      h("span", { class: "name" }, one.name || one.id, shown),
      keys[place] ? key(keys[place]) : null,
    );
    const guide = hasGuide(one)
      ? h("button", {
          type: "button",
          class: "guide",
          title: `What “${one.name || one.id}” means`,
          "aria-label": `What “${one.name || one.id}” means`,
          onclick: () => guide.dispatchEvent(new CustomEvent("guide", { bubbles: true, detail: { question, one } })),
        }, icon("info", 20))
      : null;
    return { one, button, shown, element: h("div", { class: "class-row" }, button, guide) };
  });
  const long = classes.some((one) => (one.name || one.id).length > (hasGuide(one) ? 7 : 12));
  const element = h("div", { class: long ? "classes long" : "classes", role: "group", "aria-label": label || "classes" }, rows.map((row) => row.element));
  return {
    element,
    rows,
    ofKey: (event) => ofKey(classes, keys, event),
    mark(value, suggestion, readonly) {
      const chosen = new Set([value ?? []].flat());
      const proposed = new Set([suggestion?.value ?? []].flat());
      for (const { one, button, shown } of rows) {
        button.setAttribute("aria-pressed", chosen.has(one.id));
        button.disabled = Boolean(readonly);
        const is = proposed.has(one.id);
        button.classList.toggle("suggested", is);
        const sure = is && typeof suggestion.probability === "number" ? h("span", { class: "sure" }, percent(suggestion.probability)) : null;
        fill(shown, is ? [h("span", { class: "by" }, suggestion.by || "suggested"), sure] : null);
        button.title = is ? said(suggestion) : "";
      }
    },
  };
}

/** "suggested by birdnet, 87 %" */
export function said({ by, probability }) {
  const sure = typeof probability === "number" ? `, ${percent(probability)}` : "";
  return `suggested${by ? ` by ${by}` : ""}${sure}`;
}

/** A box that narrows many classes to those that have a word; Enter takes the first. */
export function filterBox(buttons, pick) {
  if (buttons.rows.length < MANY) return null;
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const named = buttons.rows.map((row) => [row, fold([row.one.name, row.one.id, ...(row.one.aliases ?? [])].join(" "))]);
  let first = null;
  const box = h("input", {
    type: "search",
    class: "field filter",
    placeholder: "Find a class",
    "aria-label": "Find a class",
    autocomplete: "off",
    spellcheck: "false",
    oninput() {
      const words = fold(box.value).split(/\s+/).filter(Boolean);
      first = null;
      for (const [row, text] of named) {
        row.element.hidden = !words.every((word) => text.includes(word));
        if (!row.element.hidden) first ??= row.one;
      }
    },
    onkeydown(event) {
      if (event.key === "Enter" && !event.isComposing && box.value && first) {
        event.preventDefault();
        event.stopPropagation();
        const found = first;
        box.value = "";
        box.dispatchEvent(new Event("input"));
        box.blur();
        pick(found);
      }
    },
  });
  return box;
}
