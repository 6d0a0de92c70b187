// Whether annotators agree, how sure that is, and which classes they take for one another.

import { get } from "../api.js";
import { count, h, fill, icon } from "../dom.js";
import { block } from "./block.js";
import { interval, number, share, whisker } from "./charts.js";
import { notice, table } from "./pieces.js";
import { tile } from "./sample.js";

const WORDS = [[0.8, "good"], [0.667, "enough for tentative conclusions"], [-1, "too low: the guideline or the classes need work"]];
const FEW = 10; // samples under which intervals are not to be trusted
const MOST = 12; // classes in the table of confusion

export const named = (question, id) => question?.classes?.find((one) => one.id === id)?.name || id;

/** Rows of coefficients with intervals. */
export function coefficients(told) {
  if (!told?.items) return h("p", { class: "muted" }, "No sample has the answers of two annotators yet.");
  const line = (name, title, one, from) => [h("span", { title }, name), [interval(one), " ", whisker(one, from)]];
  const alpha = told.krippendorff.value;
  const words = alpha === null ? "" : WORDS.find(([low]) => alpha >= low)?.[1] ?? "";
  return [
    table("coefficients of agreement", [["coefficient"], ["value (95 % interval)", "num"]], [
      line("percent", "how often two annotators of one sample agree", told.percent, 0),
      line("Krippendorff’s α", "beyond chance; 1 is perfect, 0 is chance", told.krippendorff, -1),
      line("Gwet’s AC1", "beyond chance, robust where one class is frequent", told.gwet, -1),
    ]),
    h("p", { class: "small muted" }, `From ${count(told.votes, "answer")}; ${count(told.items, "sample")} with two annotators or more. ${words ? `α is ${words} (Krippendorff 2004).` : ""}${told.items < FEW ? " So few samples say little: intervals drawn from them are too narrow." : ""}`),
  ];
}

export const agreement = ({ me }) => block({
  id: "agreement",
  title: "Agreement",
  paths: ["/api/owner/agreement"],
  render: ([{ questions }]) => each(me, questions, (told, question) => [
    coefficients(told),
    told.classes?.length > 1 ? h("details", { data: { keep: `classes-${question.name}` }, open: told.classes.length <= 12 }, h("summary", {}, "By class"),
      table("agreement by class", [["class"], ["answers", "num"], ["another says so too", "num", "of the other answers to samples called so"]],
        told.classes.map((one) => [named(question, one.class), number(one.votes), [interval(one.again, share), " ", whisker(one.again)]]))) : null,
  ]),
});

const each = (me, questions, draw) => {
  const found = me.plan.questions.filter(({ name }) => questions[name]);
  if (!found.length) return h("p", { class: "muted" }, "There are not enough answers to compare yet. In the recipe, the step measure.agreement puts agreement on the card.");
  return found.map((question) => [found.length > 1 ? h("h3", {}, question.ask || question.name) : null, draw(questions[question.name], question)]);
};

export const confusion = (context) => block({
  id: "confusion",
  title: "What is taken for what",
  paths: ["/api/owner/confusion", "/api/owner/agreement"],
  render: ([{ questions }, agreed]) => each(context.me, questions, (pairs, question) => (pairs.length ? [
    h("ol", { class: "pairs" }, pairs.slice(0, 6).map((pair) => pairLine(pair, question, context))),
    matrix(pairs, agreed.questions[question.name]?.classes ?? [], question),
  ] : h("p", { class: "muted" }, "No two annotators have given one sample different answers."))),
});

/** A pair of classes, how often they meet, and the way to examples. */
export function pairLine(pair, question, context) {
  const [one, other] = pair.classes.map((id) => named(question, id));
  const place = h("div", { class: "examples-place", hidden: true });
  const show = h("button", { type: "button", class: "tool", "aria-expanded": "false", data: { keep: `examples-${pair.classes.join("-")}` }, onclick: async () => {
    place.hidden = !place.hidden;
    show.setAttribute("aria-expanded", !place.hidden);
    if (!place.hidden) await examples(place, pair, question, context);
  } }, "Examples");
  return h("li", {}, h("div", { class: "pair-line" }, h("span", { class: "pair-names", dir: "auto" }, h("strong", {}, one), h("span", { class: "muted" }, " and "), h("strong", {}, other)),
    h("span", { class: "muted small" }, `${share(pair.share)} of all comparisons`), show,
    h("button", { type: "button", class: "tool", onclick: () => context.guideline(question, pair.classes) }, icon("edit", 20), "Guideline")), place);
}

async function examples(place, pair, question, context) {
  fill(place, h("p", { class: "muted" }, "Looking …"));
  try {
    const { tasks } = await get("/api/adjudicate?count=50");
    const fitting = tasks.filter((task) => pair.classes.every((id) => task.decisions.some((one) => text(one[question.name]) === id)));
    fill(place, fitting.length ? h("ul", { class: "sample-tiles" }, fitting.slice(0, 12).map((task) => h("li", {}, tile(task, context)))) : h("p", { class: "muted" }, "None of these is open any more: all are decided."));
  } catch (error) {
    const note = notice();
    fill(place, note);
    note.tell(error);
  }
}

const text = (value) => (Array.isArray(value) ? value.join(", ") || "(none)" : value && typeof value === "object" ? value.answer : String(value));

/** Of the answers beside one that says the row, the share that says the column. */
function matrix(pairs, classes, question) {
  const ids = [...new Set(pairs.flatMap((pair) => pair.classes))].slice(0, MOST);
  const of = new Map(classes.map((one) => [one.class, one]));
  const met = new Map(pairs.flatMap(({ classes: [a, b], times }) => [[`${a}\n${b}`, times / 2], [`${b}\n${a}`, times / 2]]));
  const cell = (row, column) => {
    const one = of.get(row);
    const value = row === column ? (one?.again.value ?? 0) : one?.votes ? (met.get(`${row}\n${column}`) ?? 0) / one.votes : 0;
    const tint = row === column ? "var(--good)" : "var(--bad)";
    return h("td", { class: "num", style: value ? { background: `color-mix(in srgb, ${tint} ${Math.round(6 + 30 * value)}%, transparent)` } : {} }, value ? share(value) : h("span", { class: "muted" }, "·"));
  };
  return h("figure", {}, h("figcaption", { class: "small muted" }, "Of the other answers to samples that somebody called as the row says, how many say what the column says."),
    h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "table of confusion" }, h("table", { class: "matrix" },
      h("thead", {}, h("tr", {}, h("td", {}), ids.map((id) => h("th", { scope: "col", dir: "auto" }, named(question, id))))),
      h("tbody", {}, ids.map((row) => h("tr", {}, h("th", { scope: "row", dir: "auto" }, named(question, row)), ids.map((column) => cell(row, column))))))));
}

