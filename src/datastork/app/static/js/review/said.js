// What annotators said about a sample: equal answers together, the commonest first.

import { h, key } from "../dom.js";
import { words } from "../desk.js";

/** An answer as all see it: a preference turned to the sides of this reviewer. */
function turned(task, value) {
  if (!task.pair || !value || typeof value !== "object" || !("answer" in value)) return value;
  const { left, right } = task.pair;
  if (value.left !== right.sample || value.answer === "tie") return { ...value, left: left.sample, right: right.sample };
  return { left: left.sample, right: right.sample, answer: value.answer === "left" ? "right" : "left" };
}

// the order of names says nothing, nor do the names that regions have among themselves
function plain(value) {
  if (Array.isArray(value)) return value.map(plain);
  if (!value || typeof value !== "object") return value;
  return Object.keys(value).filter((name) => name !== "id").sort().map((name) => [name, plain(value[name])]);
}

/**
 * said(task, questions) -> [{values: {question: value} or null, skipped, by: ["A", "C"], sure: mean of what they said or null}]
 */
export function said(task, questions) {
  const found = new Map();
  for (const one of task.decisions ?? []) {
    const values = Object.fromEntries(questions.filter(({ name }) => name in one).map(({ name }) => [name, turned(task, one[name])]));
    const skipped = one.skipped ?? null;
    const name = JSON.stringify(plain([skipped, skipped === null ? values : null]));
    if (!found.has(name)) found.set(name, { values: skipped === null ? values : null, skipped, by: [], grades: [] });
    const held = found.get(name);
    held.by.push(one.annotator);
    const grade = one.confidence?.[questions[0].name];
    if (typeof grade === "number") held.grades.push(grade);
  }
  return [...found.values()]
    .map(({ grades, ...rest }) => ({ ...rest, sure: grades.length ? grades.reduce((a, b) => a + b) / grades.length : null }))
    .sort((a, b) => b.by.length - a.by.length || (a.skipped !== null) - (b.skipped !== null));
}

/** An answer in words, question by question; stretches of a text are quoted from the task. */
export function inWords(one, questions, task = null) {
  if (one.skipped !== null) return `skipped: ${one.skipped}`;
  return questions.filter(({ name }) => name in one.values).map((question) => {
    const value = one.values[question.name];
    return questions.length > 1 && question !== questions[0] ? `${question.name}: ${long(question, value, task)}` : long(question, value, task);
  }).join(" · ");
}

const FEW = 6; // parts of an answer that are told one by one

// stretches and events are told one by one, regions counted by class, everything else as everywhere
function long(question, value, task) {
  if (!Array.isArray(value) || !value.length || typeof value[0] !== "object") return words(question, value);
  const signs = question.kind === "spans" && task?.media?.text ? [...task.media.text] : null;
  const part = (one) => (signs ? `“${signs.slice(one.start, one.end).join("")}”` : "onset" in one ? `${one.onset.toFixed(1)}–${one.offset.toFixed(1)} s` : null);
  if (value.length <= FEW && value.every(part)) return value.map((one) => `${words(question, one.label)} ${part(one)}`).join(", ");
  const counts = new Map();
  for (const one of value) counts.set(one.label, (counts.get(one.label) ?? 0) + 1);
  return [...counts].map(([label, number]) => `${number} × ${words(question, label)}`).join(", ");
}

/** The answers as buttons; `take(one)` is called with the one that is chosen. */
export function cards(list, questions, task, take) {
  const voices = list.reduce((sum, one) => sum + one.by.length, 0);
  return list.map((one, place) => h("li", {}, h("button", {
    type: "button",
    class: "class card",
    "aria-keyshortcuts": place < 9 ? String(place + 1) : null,
    "aria-pressed": "false",
    onclick: () => take(one),
  },
  place < 9 ? key(place + 1) : null,
  h("span", { class: "name" },
    h("span", { class: "card-words", dir: "auto" }, inWords(one, questions, task)),
    h("span", { class: "card-by muted small" }, `${one.by.join(", ")}${one.sure === null ? "" : ` · ${Math.round(one.sure * 100)} % sure`}`)),
  h("span", { class: "card-share" }, `${one.by.length} of ${voices}`))));
}
