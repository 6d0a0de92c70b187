// Comments on a sample: threads with replies, and whether they are dealt with.

import { get, post, uuid } from "../api.js";
import { h, fill, icon, say } from "../dom.js";
import { day, notice } from "../owner/pieces.js";
import { sheet } from "../sheets.js";


/** talk(item, {changed}) opens the comments on a sample. */
export function talk(item, { changed = () => {} } = {}) {
  const place = h("div", { class: "threads", "aria-busy": "true" });
  const dialog = sheet("Comments on this sample", [place]);
  load(place, item, changed);
  return dialog;
}

/** Fill a place with the threads of a sample. */
export async function load(place, item, changed = () => {}) {
  let found;
  try {
    found = (await get(`/api/comments?item=${encodeURIComponent(item)}`)).comments;
  } catch (error) {
    fill(place, h("p", { class: "note bad", role: "alert" }, `The comments cannot be shown: ${error.message}.`));
    return;
  }
  place.setAttribute("aria-busy", "false");
  const roots = found.filter((one) => !one.reply_to || !found.some((other) => other.uuid === one.reply_to));
  const again = () => load(place, item, changed);
  fill(place,
    roots.length ? null : h("p", { class: "muted" }, "Nobody has said anything about this sample."),
    roots.map((one) => thread(one, found, item, again)),
    form("Add a comment", item, null, again));
  changed(found.length);
}

function thread(root, all, item, again) {
  const replies = [];
  const gather = (one) => all.filter((other) => other.reply_to === one.uuid).forEach((other) => { replies.push(other); gather(other); });
  gather(root);
  const solve = root.resolved_at ? h("span", { class: "solved small" }, icon("check", 16), "solved") : h("button", { type: "button", class: "tool", onclick: async (event) => {
    event.currentTarget.disabled = true;
    await post(`/api/comments/${encodeURIComponent(root.uuid)}/resolve`, {}).catch((error) => say(error.message, true));
    await again();
  } }, icon("check", 20), "Solved");
  return h("article", { class: "thread" },
    h("div", { class: "thread-head" }, head(root), solve),
    root.text ? h("p", { class: "said", dir: "auto" }, root.text) : null,
    replies.map((one) => h("div", { class: "reply" }, head(one), h("p", { class: "said", dir: "auto" }, one.text))),
    form("Reply", item, root.uuid, again));
}

const head = (one) => h("p", { class: "small who" }, h("strong", {}, one.mine ? "you" : one.by), one.kind !== "note" ? h("span", { class: "tag" }, one.kind) : null, h("span", { class: "muted" }, day(one.created_at)));

function form(name, item, reply, again) {
  const text = h("input", { class: "field", maxlength: "2000", dir: "auto", placeholder: name, "aria-label": name, autocomplete: "off", required: true });
  const problem = notice();
  let id = uuid(); // sent again after a broken connection it is the same comment
  return h("form", { class: "talk-form", onsubmit: async (event) => {
    event.preventDefault();
    if (!text.value.trim()) return;
    try {
      await post("/api/comments", { uuid: id, item, kind: "note", text: text.value.trim(), reply_to: reply });
      id = uuid();
      await again();
    } catch (error) {
      problem.tell(`Not sent: ${error.message}.`);
    }
  } }, h("div", { class: "talk-line" }, text, h("button", { class: "button", "aria-label": `Send: ${name}` }, icon("next", 20))), problem);
}
