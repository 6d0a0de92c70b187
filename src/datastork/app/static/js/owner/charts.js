// Charts: each says its numbers in text too, so that nothing is known by looking alone.

import { h, svg } from "../dom.js";

export const number = (value, digits = 0) => (value === null || value === undefined ? "–" : value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits }).replace("-", "−"));
export const share = (value) => (value === null || value === undefined ? "–" : `${Math.round(value * 100)} %`);

/** A table whose rows have bars: bars([{name, value, note, colour}], {caption, unit}). */
export function bars(rows, { caption, head = ["", "answers"] }) {
  const most = Math.max(1, ...rows.map((row) => row.value));
  return h("table", { class: "bars" },
    h("caption", { class: "unseen" }, caption),
    h("thead", { class: "unseen" }, h("tr", {}, h("th", { scope: "col" }, head[0]), h("th", { scope: "col" }, head[1]), h("td", {}))),
    h("tbody", {}, rows.map((row) => h("tr", {},
      h("th", { scope: "row", dir: "auto" }, row.name),
      h("td", { class: "num" }, row.note ?? number(row.value)),
      h("td", { class: "bar-cell", "aria-hidden": "true" }, h("div", { class: "fill", style: { width: `${(100 * row.value) / most}%`, background: row.colour ?? "var(--accent)" } }))))));
}

/** A value with its interval on a line from `from` to 1: a dot and whiskers. */
export function whisker({ value, low, high }, from = 0) {
  const x = (one) => 4 + (112 * (Math.max(from, Math.min(1, one)) - from)) / (1 - from);
  const marks = [svg("line", { x1: x(from), x2: x(1), y1: 10, y2: 10, class: "axis" })];
  if (from < 0) marks.push(svg("line", { x1: x(0), x2: x(0), y1: 6, y2: 14, class: "axis" }));
  if (low !== null && low !== undefined) marks.push(svg("line", { x1: x(low), x2: x(high), y1: 10, y2: 10, class: "range" }));
  if (value !== null && value !== undefined) marks.push(svg("circle", { cx: x(value), cy: 10, r: 4.5, class: "dot" }));
  return svg("svg", { viewBox: "0 0 120 20", width: 120, height: 20, class: "whisker", "aria-hidden": "true", focusable: "false" }, ...marks);
}

/** A value and its interval, "0.82 (0.75 to 0.88)"; on a phone below one another. */
export function interval({ value, low, high }, show = (one) => number(one, 2)) {
  if (value === null || value === undefined) return "–";
  return low === null || low === undefined ? show(value) : [show(value), " ", h("span", { class: "range-text" }, `(${show(low)} to ${show(high)})`)];
}

const HOUR = 3600000;

/** Answers over time, by hour or by day: bars above a line, and the same as a table for screen readers. */
export function overTime(byHour) {
  const given = byHour.filter((one) => one.hour).map((one) => ({ at: Date.parse(one.hour.replace("Z", ":00Z")), answers: one.answers })).filter((one) => Number.isFinite(one.at));
  if (!given.length) return h("p", { class: "muted" }, "Nothing has been answered yet.");
  const span = given.at(-1).at - given[0].at;
  const step = span > 3 * 24 * HOUR ? 24 * HOUR : HOUR;
  const bins = new Map();
  for (const one of given) {
    const at = Math.floor(one.at / step) * step;
    bins.set(at, (bins.get(at) ?? 0) + one.answers);
  }
  const last = Math.max(...bins.keys());
  const first = Math.max(Math.min(...bins.keys()), last - 71 * step);
  const places = Array.from({ length: Math.max(12, (last - first) / step + 1) }, (_, place) => last - step * (Math.max(12, (last - first) / step + 1) - 1 - place));
  const values = places.map((at) => bins.get(at) ?? 0);
  const most = Math.max(1, ...values);
  const wide = 600 / places.length;
  const drawn = values.map((value, place) => svg("rect", { x: (place * wide + wide * 0.12).toFixed(1), width: (wide * 0.76).toFixed(1), y: (100 - (96 * value) / most).toFixed(1), height: ((96 * value) / most).toFixed(1), rx: 1.5 }));
  const named = (at) => new Date(at).toLocaleString(undefined, step === HOUR ? { weekday: "short", hour: "2-digit", minute: "2-digit" } : { day: "numeric", month: "short" });
  const unit = step === HOUR ? "hour" : "day";
  return h("figure", { class: "time" },
    h("figcaption", { class: "muted small" }, `Answers and skips by ${unit}; at most ${number(most)} in one ${unit}`),
    svg("svg", { viewBox: "0 0 600 101", preserveAspectRatio: "none", class: "columns", "aria-hidden": "true", focusable: "false" }, ...drawn, svg("line", { x1: 0, x2: 600, y1: 100.5, y2: 100.5, class: "axis" })),
    h("div", { class: "ends small muted", "aria-hidden": "true" }, h("span", {}, named(places[0])), h("span", {}, named(last))),
    h("table", { class: "unseen" }, h("caption", {}, `Answers by ${unit}`), h("tbody", {}, places.map((at, place) => values[place] ? h("tr", {}, h("th", { scope: "row" }, named(at)), h("td", {}, number(values[place]))) : null))));
}

/** Numbers that matter, large: tiles([["samples done", "12 of 40"], …]). */
export const tiles = (list) => h("dl", { class: "tiles" }, list.filter(Boolean).map(([name, value, kind]) => h("div", { class: kind ? `tile ${kind}` : "tile" }, h("dt", {}, name), h("dd", {}, value))));
