// Samples that need the owner: doubtful ones, those set aside, comments, known answers, recordings; and all votes as a file.

import { post } from "../api.js";
import { words } from "../desk.js";
import { h, icon, say } from "../dom.js";
import { block } from "./block.js";
import { number } from "./charts.js";
import { day, table } from "./pieces.js";
import { tile } from "./sample.js";

const short = (item) => (item.length > 14 ? `${item.slice(0, 12)}…` : item);
const opener = (item, context) => h("button", { type: "button", class: "link mono", title: item, data: { keep: `sample-${item}` }, onclick: () => context.sample(item) }, short(item));

export const comments = (context) => {
  let shown = "open";
  const made = block({
    id: "comments",
    title: "Comments",
    paths: ["/api/owner/comments"],
    render([{ comments: all }], again) {
      const roots = all.filter((one) => !one.reply_to);
      const open = roots.filter((one) => !one.resolved_at);
      const list = shown === "open" ? open : roots.filter((one) => one.resolved_at);
      const choice = (name, number_) => h("button", { type: "button", "aria-pressed": shown === name, data: { keep: `comments-${name}` }, onclick: () => { shown = name; again(); } }, `${name} (${number_})`);
      return [
        h("div", { class: "segments narrow", role: "group", "aria-label": "which comments" }, choice("open", open.length), choice("solved", roots.length - open.length)),
        list.length ? h("ul", { class: "lines" }, [...list].reverse().slice(0, 200).map((one) => h("li", {},
          h("span", { class: "grow" }, h("span", { class: "tag" }, one.kind), h("strong", { dir: "auto" }, ` ${one.by} `), h("span", { dir: "auto" }, one.text), h("span", { class: "muted small" }, ` ${day(one.created_at)}`, count(all, one))),
          opener(one.item, context),
          one.resolved_at ? null : h("button", { type: "button", class: "tool", data: { keep: `solve-${one.uuid}` }, onclick: async () => {
            await post(`/api/comments/${encodeURIComponent(one.uuid)}/resolve`, {}).catch((error) => say(error.message, true));
            await again();
          } }, icon("check", 20), "Solved")))) : h("p", { class: "muted" }, shown === "open" ? "No comment is open." : "None was solved yet."),
      ];
    },
  });
  return made;
};

const count = (all, one) => {
  const replies = all.filter((other) => other.reply_to === one.uuid).length;
  return replies ? `, ${replies} ${replies === 1 ? "reply" : "replies"}` : "";
};

export const doubtful = (context) => block({
  id: "doubtful",
  title: "Doubtful samples",
  about: "Where answers differ most, or several skipped. Reviewers decide them.",
  paths: ["/api/adjudicate?count=12"],
  render: ([{ tasks, left }]) => [
    h("p", { class: "row" }, h("span", {}, `${number(left)} to decide`), left ? h("a", { class: "button", href: "/review" }, "Decide them") : null),
    tasks.length ? h("ul", { class: "sample-tiles" }, tasks.map((task) => h("li", {}, tile(task, context)))) : null,
  ],
});

export function gold(context) {
  const field = h("input", { class: "field mono", id: "gold-item", required: true, autocomplete: "off", spellcheck: "false", placeholder: "the id of a sample" });
  const form = h("form", { class: "line-form", onsubmit: (event) => {
    event.preventDefault();
    context.sample(field.value.trim());
  } }, h("label", { class: "label", for: "gold-item" }, "Look a sample up"), h("div", { class: "talk-line" }, field, h("button", { class: "button" }, icon("search", 20), "Open")));
  return block({
    id: "gold",
    title: "Known answers",
    about: "Samples whose answer is known check how right annotators are, and teach. Open any sample and mark its answer.",
    paths: ["/api/owner/gold", "/api/owner/samples"],
    form,
    render([{ gold: list }, { aside }]) {
      const question = (name) => context.me.plan.questions.find((one) => one.name === name);
      return [
        list.length ? h("ul", { class: "lines" }, list.map((one) => h("li", {}, h("span", { class: "grow", dir: "auto" }, h("strong", {}, words(question(one.question), one.value)), one.says ? ` ${one.says}` : "", h("span", { class: "muted small" }, ` ${one.by}`)), opener(one.item, context)))) : h("p", { class: "muted" }, "No answer is marked as known yet."),
        aside.length ? [h("h3", {}, "Set aside"), h("ul", { class: "lines" }, aside.map((one) => h("li", {}, h("span", { class: "grow" }, one.why || `${one.skips} skips`), opener(one.item, context))))] : null,
      ];
    },
  });
}

export const captures = () => block({
  id: "captures",
  title: "Recordings",
  about: "Photos and sounds that annotators made here. They become samples with the next build of a recipe that has collect.captured.",
  paths: ["/api/owner/captures"],
  render: ([{ captures: list }]) => (list.length ? table("recordings", [["class"], ["kind"], ["by"], ["seconds", "num"], ["device"], ["when", "small"]],
    [...list].reverse().map((one) => [one.class, one.kind, h("bdi", {}, one.annotator), number(one.seconds, 1), one.device ?? "–", day(one.created_at)])) : [h("p", { class: "muted" }, "Nothing was recorded yet."), h("p", {}, h("a", { href: "/capture" }, "Record something"))]),
});

export const files = () => block({
  id: "export",
  title: "All votes",
  paths: ["/api/owner/progress"],
  render: ([told]) => [
    h("p", {}, `${number(told.samples.votes)} votes are in the store, ${number(told.samples.current)} of them stand.`),
    h("div", { class: "row" }, h("a", { class: "button", href: "/api/owner/export?format=jsonl", download: "" }, "Votes as JSONL")),
    h("p", { class: "small muted" }, "Other formats (COCO, Label Studio, CSV and more): stork votes export. Labels with probabilities: a recipe step label.resolve."),
  ],
});

