// One sample: what it is, everything said about it, and what the owner decides about it (known answer, closed or open).

import { get, post } from "../api.js";
import { words } from "../desk.js";
import { h, fill, icon } from "../dom.js";
import { view } from "../media/view.js";
import { load as threads } from "../review/talk.js";
import { screen, STAGE } from "../screens/registry.js";
import { sheet } from "../sheets.js";
import { day, notice, table } from "./pieces.js";

/** A small picture of a sample that opens it: tile(task, context); `task` has item and media. */
export function tile(task, context) {
  const { media, item } = task;
  const text = () => h("span", { class: "tile-text small", dir: "auto" }, media?.text ?? (media?.row ? Object.values(media.row).slice(0, 4).join(" · ") : item));
  const face = media?.thumb ? h("img", { onerror: (event) => event.target.replaceWith(text()),  src: media.thumb.replace(/(\?|$)/, (sign) => (sign ? "?size=256&" : "?size=256")), alt: "", loading: "lazy", width: "112", height: "84" }) : text();
  const said = (task.decisions ?? []).map((one) => one.skipped ?? words(context.me.plan.questions[0], one[context.me.plan.questions[0].name]));
  return h("button", { type: "button", class: "sample-tile", title: item, onclick: () => context.sample(item) }, face, h("span", { class: "small tile-said", dir: "auto" }, said.join(" / ") || item.slice(0, 12)));
}

/** Open a sample in a sheet. */
export async function sampleSheet(item, context) {
  const body = h("div", { class: "sample", "aria-busy": "true" }, h("p", { class: "muted" }, "Looking …"));
  // what plays falls silent with the sheet
  const dialog = sheet(`Sample ${item.slice(0, 16)}`, [body], { onclose: () => body.querySelectorAll(".sample-media > *").forEach((one) => one.stop?.()) });
  dialog.classList.add("wide");
  const path = `/api/owner/samples?item=${encodeURIComponent(item)}`;
  try {
    const [told, task, golds] = await Promise.all([get(path), get(`/api/tasks/${encodeURIComponent(item)}`), get("/api/owner/gold")]);
    const state = h("div", {});
    const again = async () => fill(state, about(await get(path), context, again));
    fill(state, about(told, context, again));
    const talk = h("div", { class: "threads" });
    const shown = task.pair ? h("div", { class: "pair-media" }, ["left", "right"].map((side) => media(task.pair[side].media, context))) : media(task.media, context);
    fill(body, shown, state, await known(task, golds.gold.filter((one) => one.item === item), context), h("h3", {}, "Comments"), talk);
    threads(talk, item);
  } catch (error) {
    fill(body, h("p", { class: "note bad", role: "alert" }, `This sample cannot be shown: ${error.message}.`));
  }
  body.setAttribute("aria-busy", "false");
  return dialog;
}

const media = (one, context) => h("div", { class: "sample-media" }, view(one, context.files));

/** What was said about it, and whether it is still handed out. */
function about(told, context, again) {
  const questions = new Map(context.me.plan.questions.map((one) => [one.name, one]));
  const closed = told.state === "closed";
  const move = async () => {
    await post("/api/owner/samples", { action: closed ? "reopen" : "close", items: [told.item] });
    await again();
  };
  return [
    h("p", { class: "row" }, h("span", { class: "tag plain" }, told.state), h("span", { class: "muted small" }, `${told.answered} of ${told.wanted} answers${told.skips ? `, ${told.skips} skips` : ""}${told.leased ? `, ${told.leased} at it` : ""}${told.why ? `; ${told.why}` : ""}`),
      h("button", { type: "button", class: "tool", onclick: move }, closed ? "Open again" : "Close")),
    told.votes.length ? table("all answers", [["who"], ["said"], ["seconds", "num"], ["when", "small"]], told.votes.map((vote) => ({ class: vote.current ? "" : "past", cells: [
      [vote.annotator, vote.decides ? h("span", { class: "tag plain" }, "decision") : null],
      h("bdi", {}, vote.skipped !== null ? `skipped: ${vote.skipped}` : vote.value === null ? "taken back" : words(questions.get(vote.question), vote.value), vote.current || vote.value === null ? "" : " (replaced)"),
      vote.seconds ?? "–", day(vote.created_at),
    ] }))) : h("p", { class: "muted" }, "Nobody has answered it yet."),
  ];
}

/** Mark the answer as known: the sample then checks and teaches annotators. */
async function known(task, golds, context) {
  const question = context.me.plan.questions[0];
  const held = golds.find((one) => one.question === question.name);
  const element = await screen(question.kind);
  const stage = STAGE.has(question.kind);
  element.classList.add("screen", ...(stage ? ["gold-stage"] : []));
  const says = h("textarea", { class: "field", rows: 2, maxlength: "4000", dir: "auto", value: held?.says ?? "", placeholder: "Why it is so: shown to those who answer otherwise", "aria-label": "Why it is so" });
  const note = notice();
  const save = async (value) => {
    try {
      await post("/api/owner/gold", { item: task.item, question: question.name, value, says: says.value.trim() });
      note.tell(value === null ? "It is an ordinary sample again." : "Kept. It is mixed in among the samples of everybody.", "good");
      context.changed();
    } catch (error) {
      note.tell(error);
    }
  };
  const button = h("button", { type: "button", class: "button main", disabled: held === undefined, onclick: () => save(element.value) }, icon("check", 20), "Keep as known");
  element.addEventListener("change", () => (button.disabled = element.value === undefined));
  const part = h("details", { class: "known", open: Boolean(held) }, h("summary", {}, held ? "The answer is known" : "Mark the answer as known (gold)"),
    h("p", { class: "small muted" }, question.ask || question.name), element, stage && element.side ? element.side : null, says, h("div", { class: "row" }, button, held ? h("button", { type: "button", class: "button danger", onclick: () => save(null) }, "No longer known") : null), note);
  const begin = () => {
    element.load({ task, question, value: held?.value, suggestion: null, readonly: false, media: context.files });
    if (stage && element.side && !part.contains(element.side)) element.after(element.side);
  };
  // screens that draw need their size
  if (part.open) requestAnimationFrame(begin);
  else part.addEventListener("toggle", begin, { once: true });
  return part;
}
