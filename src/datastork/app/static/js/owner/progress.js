// How far it is: samples done, answers over time and by class, skips, and when it will be finished.

import { h, colour } from "../dom.js";
import { block } from "./block.js";
import { bars, number, overTime, share, tiles } from "./charts.js";

const DAY = 86400000;
const HOUR = 3600000;

export const progress = ({ me }) => block({
  id: "progress",
  title: "Progress",
  paths: ["/api/owner/progress"],
  render([told]) {
    const { total, done } = told.samples;
    const end = estimate(told);
    const main = me.plan.questions[0];
    const named = new Map(main.classes.map((one, place) => [one.id, { name: one.name || one.id, colour: colour(one, place) }]));
    const skips = Object.entries(told.skips);
    return [
      told.preparing ? h("p", { class: "note" }, `Samples come in: ${number(told.preparing.done)} of ${number(told.preparing.total)}.`) : null,
      tiles([
        ["samples done", h("span", {}, number(done), h("small", {}, ` of ${number(total)}`))],
        ["answers", number(told.answers)],
        ["annotators", number(told.annotators)],
        ["finished", h("span", { title: end.why }, end.words)],
      ]),
      h("div", { class: "long-bar", role: "progressbar", "aria-label": "samples done", "aria-valuemin": "0", "aria-valuemax": "100", "aria-valuenow": String(total ? Math.round((100 * done) / total) : 0) },
        h("div", { class: "fill", style: { width: `${total ? (100 * done) / total : 0}%` } })),
      h("p", { class: "small muted" }, `${share(total ? done / total : 0)} done. ${end.why}`),
      overTime(told.by_hour),
      told.by_class.length ? h("h3", {}, "Answers by class") : null,
      told.by_class.length ? bars(told.by_class.slice(0, 30).map((one) => ({ name: named.get(one.class)?.name ?? one.class, value: one.answers, colour: named.get(one.class)?.colour })), { caption: "Answers by class", head: ["class", "answers"] }) : null,
      told.by_class.length > 30 ? h("p", { class: "small muted" }, `and ${number(told.by_class.length - 30)} more classes`) : null,
      skips.length ? h("h3", {}, "Skipped") : null,
      skips.length ? bars(skips.sort((a, b) => b[1] - a[1]).map(([name, value]) => ({ name, value, colour: "var(--warn)" })), { caption: "Skips by reason", head: ["reason", "times"] }) : null,
    ];
  },
});

/** When it will be finished, at the pace of the last week: {words, why}. */
export function estimate(told, now = Date.now()) {
  const { total, done, wanted } = told.samples;
  if (total && done >= total) return { words: "yes", why: "All samples are done." };
  const hours = told.by_hour.map((one) => ({ at: Date.parse((one.hour ?? "").replace("Z", ":00Z")), answers: one.answers })).filter((one) => one.at > now - 7 * DAY);
  const made = hours.reduce((sum, one) => sum + one.answers, 0);
  const each = done ? told.answers / done : null; // answers a sample took so far; too many rather than too few
  const open = wanted ?? (each === null ? null : (total - done) * each);
  if (!made || open === null) return { words: "–", why: made || !told.answers ? "An estimate of the end comes with the first finished samples." : "Nothing was answered in the last week: the end cannot be estimated." };
  const since = Math.max(HOUR, now - Math.min(...hours.map((one) => one.at)));
  const left = (open / made) * since;
  const end = new Date(now + left);
  const words = left < 2 * HOUR ? `in ${Math.max(1, Math.round(left / 60000))} min` : left < 2 * DAY ? `in ${Math.round(left / HOUR)} h` : end.toLocaleDateString(undefined, { day: "numeric", month: "short", ...(left > 300 * DAY ? { year: "numeric" } : {}) });
  return { words, why: `About ${number(Math.round(open))} answers are still to be given; at the pace of the last days (${number((made / since) * HOUR, 1)} an hour, nights included) that is finished ${end.toLocaleDateString(undefined, { weekday: "long", day: "numeric", month: "long" })}.` };
}
