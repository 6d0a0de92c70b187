// A text with marked stretches, which may overlap. Lines are paragraphs, each with the direction of its first strong
// letter; only lines whose marks changed are drawn again, so long texts stay quick.

import { h, fill } from "../dom.js";

/** Marks: {start, end (units), colour, name, kind: "" | "proposed", selected}. */
export class Marked {
  element = h("div", { class: "marked" });
  #lines = []; // {start, end, element, drawn}

  set text(text) {
    let start = 0;
    this.#lines = text.split("\n").map((line) => {
      const one = { start, end: start + line.length, text: line, element: h("p", { dir: "auto" }), drawn: null };
      start = one.end + 1;
      return one;
    });
    this.draw([]);
    fill(this.element, this.#lines.map((line) => line.element));
  }

  draw(marks) {
    const lanes = laned(marks);
    const of = this.#lines.map(() => null);
    for (const mark of lanes) {
      for (let at = this.#line(mark.start); at < this.#lines.length && this.#lines[at].start < mark.end; at++) (of[at] ??= []).push(mark);
    }
    this.#lines.forEach((line, at) => {
      const own = of[at];
      const sign = own ? own.map((one) => `${one.start},${one.end},${one.name},${one.colour},${one.kind},${one.selected},${one.lane}`).join(";") : "";
      if (line.drawn === sign) return;
      line.drawn = sign;
      fill(line.element, own ? segments(line, own) : h("span", { data: { start: line.start } }, line.text));
    });
  }

  /** The line with a unit. */
  #line(unit) {
    let low = 0;
    let high = this.#lines.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#lines[middle].start <= unit) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The unit at a place of the page, as selections and pointers give it; null outside the text. */
  unit(node, offset) {
    if (!this.element.contains(node)) return null;
    if (node.nodeType === Node.TEXT_NODE) return Number(node.parentElement.dataset.start) + offset;
    const line = this.#lines.find((one) => one.element === node || one.element.contains(node));
    if (!line) return offset ? (this.#lines.at(-1)?.end ?? 0) : 0; // the whole element
    if (node === line.element) {
      const child = node.children[offset];
      return child ? Number(child.dataset.start) : line.end;
    }
    return Number(node.dataset.start) + (offset ? node.textContent.length : 0);
  }

  /** The place of the page of a unit: [node, offset]; of two at a seam the later one, or the earlier with `before`. */
  place(unit, before = false) {
    const line = this.#lines[this.#line(unit)];
    let found = line.element.firstElementChild;
    for (const one of line.element.children) {
      const start = Number(one.dataset.start);
      if (start > unit || (before && start === unit && start > line.start)) break;
      found = one;
    }
    const node = found.firstChild;
    if (!node) return [found, 0];
    return [node, Math.min(unit - Number(found.dataset.start), node.length)];
  }

  range(start, end) {
    const range = document.createRange();
    range.setStart(...this.place(start));
    range.setEnd(...this.place(end, true));
    return range;
  }

  /** Whether a unit stands in a line that runs from right to left. */
  rightToLeft(unit) {
    return getComputedStyle(this.#lines[this.#line(Math.max(0, unit))].element).direction === "rtl";
  }
}

/** Give overlapping marks lanes for their lines below the text. */
function laned(marks) {
  const ends = [];
  return [...marks].sort((a, b) => a.start - b.start || b.end - a.end).map((mark) => {
    let lane = ends.findIndex((end) => end <= mark.start);
    if (lane < 0) lane = ends.length;
    ends[lane] = mark.end;
    return { ...mark, lane };
  });
}

function segments(line, marks) {
  const cuts = new Set([line.start, line.end]);
  for (const { start, end } of marks) {
    if (start > line.start) cuts.add(start);
    if (end < line.end) cuts.add(end);
  }
  const sorted = [...cuts].sort((a, b) => a - b);
  if (sorted.length === 1) return [h("span", { data: { start: line.start } })];
  return sorted.slice(0, -1).map((start, at) => {
    const end = sorted[at + 1];
    const over = marks.filter((mark) => mark.start < end && mark.end > start);
    const words = line.text.slice(start - line.start, end - line.start);
    if (!over.length) return h("span", { data: { start } }, words);
    // the shortest is on top: its colour is the ground; all have a line, each in its lane
    const top = over.reduce((one, other) => (other.end - other.start < one.end - one.start ? other : one));
    const ending = over.filter((mark) => mark.end === end && mark.kind !== "proposed").map((mark) => mark.name);
    const proposed = over.every((mark) => mark.kind === "proposed");
    // lines below the letters, one for each, which take no room
    const shadow = over.filter((mark) => mark.kind !== "proposed").sort((a, b) => a.lane - b.lane)
      .flatMap(({ lane, colour }) => [...(lane ? [`0 ${3 * lane}px 0 var(--panel)`] : []), `0 ${3 * lane + 2}px 0 ${colour}`]);
    const classes = ["mark", proposed ? "proposed" : "", over.some((mark) => mark.selected) ? "selected" : ""].filter(Boolean).join(" ");
    return h("span", {
      class: classes,
      data: { start, ...(ending.length ? { tag: ending.join(" · ") } : {}) },
      style: { "--mark": top.colour, "box-shadow": shadow.join(", ") || "none" },
    }, words);
  });
}
