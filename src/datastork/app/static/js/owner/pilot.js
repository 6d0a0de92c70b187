// Pilot rounds: label a few, see where answers differ, revise the guideline of those classes, and once more.

import { get, post } from "../api.js";
import { h, icon } from "../dom.js";
import { guideSheet, sheet } from "../sheets.js";
import { coefficients, named, pairLine } from "./agreement.js";
import { block } from "./block.js";
import { number } from "./charts.js";
import { day, labelled, notice, table } from "./pieces.js";

const STATES = { none: "There was no pilot round yet.", running: "A round is running.", over: "The round is over. Nothing is handed out until you have looked.", finished: "The pilot is finished: all samples are handed out." };

export const pilot = (context) => block({
  id: "pilot",
  title: "Pilot rounds",
  about: "A few samples, each answered by several. Then look at where answers differ, sharpen the guideline of those classes, and go on.",
  paths: ["/api/owner/pilot"],
  render([told], again) {
    const problem = notice();
    const go = (action) => async () => {
      try {
        await post("/api/owner/pilot", { action });
        await again();
      } catch (error) {
        problem.tell(error);
      }
    };
    const button = (words, action, main) => h("button", { type: "button", class: main ? "button main" : "button", data: { keep: `pilot-${action}` }, onclick: go(action) }, words);
    const { state, rounds } = told;
    return [
      h("p", { class: state === "over" ? "note warn" : "" }, STATES[state] ?? state, told.done !== null && state === "running" ? ` ${number(told.done)} of ${number(told.total)} samples are done.` : ""),
      h("div", { class: "row" }, state === "over" ? button("Next round", "next", true) : null, state === "none" || state === "finished" ? button(rounds.length ? "Another round" : `Start a round${told.size ? ` of ${told.size}` : ""}`, "start") : null,
        state === "over" || state === "running" ? button("Finish: open all samples", "finish") : null), problem,
      rounds.length ? table("rounds", [["round"], ["samples", "num"], ["guideline"], ["began", "small"], ["ended", "small"]],
        rounds.map((one) => [number(one.round), number(one.samples.length), `version ${one.guideline_version}`, day(one.started_at), one.ended_at ? day(one.ended_at) : "–"])) : null,
      rounds.length ? context.me.plan.questions.filter(({ name }) => told.agreement?.[name]).map((question) => latest(told, question, context)) : null,
    ];
  },
});

function latest(told, question, context) {
  const pairs = told.confusion?.[question.name] ?? [];
  return h("section", { class: "part" },
    h("h3", {}, `Round ${told.rounds.at(-1).round}: agreement`), coefficients(told.agreement[question.name]),
    pairs.length ? [h("h3", {}, "Most often taken for one another"), h("ol", { class: "pairs" }, pairs.slice(0, 3).map((pair) => pairLine(pair, question, context)))] : null,
    told.state !== "running" && pairs.length ? h("p", { class: "small muted" }, "Revise the guideline of the pair above, then start the next round: annotators see the new words at once.") : null);
}

/** The guidelines of all classes, to be revised. */
export const guideline = (context) => block({
  id: "guideline",
  title: "Guideline",
  paths: ["/api/owner/guideline", "/api/me"],
  render([{ version, revisions }, { plan }]) {
    const classed = plan.questions.filter((question) => question.classes.length);
    const line = (question, one) => h("li", {},
      h("button", { type: "button", class: "link grow", data: { keep: `guide-${question.name}-${one.id}` }, onclick: () => guideSheet(question, one) }, h("strong", { dir: "auto" }, one.name || one.id), h("span", { class: "muted small", dir: "auto" }, one.says ?? "no words yet")),
      h("button", { type: "button", class: "tool", "aria-label": `Revise ${one.name || one.id}`, onclick: () => context.guideline(question, [one.id]) }, icon("edit", 20)));
    return [
      h("p", { class: "muted" }, `Version ${version}${version === 1 ? ": as the recipe has it" : ""}.`),
      classed.map((question) => h("details", { data: { keep: `guides-${question.name}` }, open: question.classes.length <= 20 }, h("summary", {}, question.ask || question.name), h("ul", { class: "lines" }, question.classes.slice(0, 500).map((one) => line(question, one))))),
      classed.length ? null : h("p", { class: "muted" }, "No question has classes that travel with the plan."),
      revisions.length ? h("details", { data: { keep: "revisions" } }, h("summary", {}, "Revisions"), h("ul", { class: "lines" }, [...revisions].reverse().map((one) => h("li", {}, h("span", { class: "grow", dir: "auto" }, h("strong", {}, `${one.version}. ${named(plan.questions.find(({ name }) => name === one.question), one.class)}`), ` ${one.why || one.says}`, h("span", { class: "muted small" }, ` ${one.by}, ${day(one.at)}`)))))) : null,
    ];
  },
});

/** Revise the guideline of classes, one beside the other. */
export async function guidelineSheet(question, ids, context) {
  let plan = context.me.plan;
  try {
    ({ plan } = await get("/api/me"));
  } catch { /* as it was when the page was opened */ }
  const now = plan.questions.find(({ name }) => name === question.name)?.classes ?? [];
  const all = now.length ? now : question.classes;
  const forms = ids.map((id) => editor(question, all.find((one) => one.id === id) ?? { id, name: id }, context));
  const dialog = sheet(ids.length > 1 ? "Where one ends and the other begins" : "Guideline", [h("p", { class: "muted small" }, "Annotators see the new words at once; the recipe’s own are kept as version 1."), h("div", { class: "editors" }, forms)]);
  dialog.classList.add("wide");
  return dialog;
}

function editor(question, one, context) {
  const lines = (name) => h("textarea", { class: "field", rows: 2, dir: "auto", maxlength: "20000", value: (one[name] ?? []).join("\n"), id: `${name}-${one.id}` });
  const says = h("textarea", { class: "field", rows: 3, dir: "auto", maxlength: "4000", value: one.says ?? "", id: `says-${one.id}` });
  const lists = { positive: lines("positive"), negative: lines("negative"), edge: lines("edge") };
  const why = h("input", { class: "field", maxlength: "4000", dir: "auto", id: `why-${one.id}`, autocomplete: "off" });
  const note = notice();
  const save = async (event) => {
    event.preventDefault();
    try {
      const given = Object.fromEntries(Object.entries(lists).map(([name, field]) => [name, field.value.split("\n").map((text) => text.trim()).filter(Boolean)]));
      const { version } = await post("/api/owner/guideline", { question: question.name, class: one.id, says: says.value.trim(), why: why.value.trim(), ...given });
      note.tell(`Kept as version ${version}.`, "good");
      context.changed();
    } catch (error) {
      note.tell(error);
    }
  };
  return h("form", { class: "editor", onsubmit: save }, h("h3", { dir: "auto" }, one.name || one.id), labelled("What it means", says), labelled("Yes: examples, one a line", lists.positive), labelled("No: what is not meant", lists.negative), labelled("At the edge: what counts all the same", lists.edge), labelled("Why it changes", why), h("button", { class: "button main" }, icon("check", 20), "Keep"), note);
}
