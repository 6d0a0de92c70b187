// Sheets: the dialogs of the app. They trap the keyboard, close by Escape and by a press beside them.

import { h, fill, icon, key } from "./dom.js";

/** sheet("Title", content, {onclose}) -> the dialog, open; `close()` closes it. Content may be a list. */
export function sheet(title, content, { onclose = null, keys = null, label = null } = {}) {
  const from = document.activeElement;
  const close = h("button", { type: "button", class: "tool", "aria-label": "Close", onclick: () => dialog.close() }, icon("close"));
  const body = h("div", { class: "sheet-body", tabIndex: -1 });
  fill(body, content);
  const dialog = h("dialog", {
    class: "sheet",
    "aria-label": label ?? title,
    onclick: (event) => event.target === dialog && dialog.close(),
    onkeydown: (event) => {
      if (event.isComposing) return;
      if (keys?.(event)) event.preventDefault();
    },
    onclose: () => {
      dialog.remove();
      if (from?.isConnected && from !== document.body) from.focus({ preventScroll: true });
      onclose?.();
    },
  }, h("div", { class: "sheet-head" }, h("h2", {}, title), close), body);
  document.body.append(dialog);
  dialog.showModal();
  dialog.body = body;
  return dialog;
}

/** Open a sheet once what it needs is here: fetched([import("./lists.js")], (lists) => …); pressed twice it opens once. */
export async function fetched(needs, open) {
  const found = await Promise.all(needs);
  if (!document.querySelector("dialog[open]")) open(...found);
}

/** The keys, in groups: [["On this task", [["1–9", "choose"]]], …] */
export function keysSheet(groups) {
  const line = ([keys, does]) => h("tr", {}, h("th", { scope: "row" }, keys.split(" ").map((one) => key(one.length > 1 ? one.replace(/,$/, "") : one))), h("td", {}, does));
  return sheet("Keys", groups.filter(([, lines]) => lines.length).map(([name, lines]) =>
    h("section", {}, h("h3", {}, name), h("table", { class: "keys-table" }, h("tbody", {}, lines.map(line))))));
}

/** What a class means: words and examples. */
export function guideSheet(question, one) {
  const looks = (title, list, kind) => list?.length
    ? h("section", { class: `examples ${kind}` }, h("h3", {}, title), h("ul", {}, list.map(example)))
    : null;
  return sheet(one.name || one.id, [
    one.says ? h("p", {}, one.says) : null,
    looks("Yes", one.positive, "yes"),
    looks("No", one.negative, "no"),
    looks("At the edge", one.edge, "edge"),
    one.aliases?.length ? h("p", { class: "muted small" }, `Also called ${one.aliases.join(", ")}`) : null,
  ]);
}

// an example is a sample of the dataset, or words
const SAMPLE = /^[0-9a-f]{16,}(-\d+)?$/;
function example(text) {
  if (!SAMPLE.test(text)) return h("li", { dir: "auto" }, text);
  const picture = h("img", { class: "example", alt: `sample ${text.slice(0, 8)}`, width: "120", height: "120", loading: "lazy", src: `/media/${encodeURIComponent(text)}/thumb?size=256` });
  picture.onerror = () => picture.replaceWith(text);
  return h("li", { class: "pictured" }, picture);
}

/** A few choices, chosen by digit or tap: choose("Why?", ["broken", "unclear"], {other: "In your words"}) -> promise of text or null. */
export function choose(title, options, { other = null, note = null } = {}) {
  return new Promise((resolve) => {
    let chosen = null;
    const pick = (value) => {
      chosen = value;
      dialog.close();
    };
    const field = other ? h("input", { class: "field", maxlength: "500", placeholder: other, "aria-label": other, dir: "auto", autocomplete: "off" }) : null;
    const dialog = sheet(title, [
      note ? h("p", { class: "muted" }, note) : null,
      h("div", { class: "classes long" }, options.map((option, place) =>
        h("button", { type: "button", class: "class", autofocus: place === 0, "aria-keyshortcuts": place < 9 ? String(place + 1) : null, onclick: () => pick(option) }, h("span", { class: "name" }, option), place < 9 ? key(place + 1) : null))),
      field ? h("form", { class: "other", onsubmit: (event) => { event.preventDefault(); if (field.value.trim()) pick(field.value.trim()); } }, field, h("button", { class: "button", "aria-label": "Take these words" }, icon("check"))) : null,
    ], {
      onclose: () => resolve(chosen),
      keys: (event) => {
        if (event.target === field || event.ctrlKey || event.metaKey || event.altKey) return false;
        const option = options[Number(event.key) - 1];
        if (option === undefined) return false;
        pick(option);
        return true;
      },
    });
  });
}
