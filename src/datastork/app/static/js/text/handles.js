// Handles at both ends of the selected stretch: dragged by finger or mouse, moved by letters with the arrow keys.

import { h, fill } from "../dom.js";

export class Handles {
  element = h("div", { class: "handles" });
  #marked;
  #acts;

  /** `acts`: drawn(stretch) shows it for now, resized(stretch) makes it so, nudged(which, by). */
  constructor(marked, acts) {
    this.#marked = marked;
    this.#acts = acts;
  }

  /** Put them at a stretch of the text ({start, end} in units), or away with null. */
  place(one, offsets) {
    if (!one || !this.element.isConnected) return void fill(this.element);
    const box = this.element.parentElement.getBoundingClientRect();
    const edge = (which) => {
      const range = which === "start" ? this.#marked.range(one.start, offsets.letter(one.start)[1]) : this.#marked.range(offsets.letter(one.end - 1)[0], one.end);
      const rects = range.getClientRects();
      const rect = which === "start" ? rects[0] : rects[rects.length - 1];
      if (!rect) return null;
      const rightToLeft = this.#marked.rightToLeft(one.start);
      const left = (which === "start") !== rightToLeft;
      return h("button", {
        type: "button",
        class: `handle ${left ? "at-left" : "at-right"}`,
        "aria-label": which === "start" ? "Beginning of the stretch" : "End of the stretch",
        style: { left: `${(left ? rect.left : rect.right) - box.left}px`, top: `${rect.top - box.top}px`, "--height": `${rect.height}px` },
        onpointerdown: (event) => this.#drag(event, which, one, offsets),
        onkeydown: (event) => {
          const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
          if (!by) return;
          event.preventDefault();
          event.stopPropagation();
          this.#acts.nudged(which, rightToLeft ? -by : by);
          this.element.querySelectorAll("button")[which === "start" ? 0 : 1]?.focus();
        },
      });
    };
    fill(this.element, edge("start"), edge("end"));
  }

  #drag(event, which, one, offsets) {
    event.preventDefault();
    event.stopPropagation();
    const handle = event.currentTarget;
    handle.setPointerCapture(event.pointerId);
    let stretch = null;
    const move = (now) => {
      const unit = this.#unitAt(now.clientX, now.clientY - (now.pointerType === "touch" ? 24 : 0), handle);
      if (unit === null) return;
      stretch = offsets.tidy(...(which === "start" ? [Math.min(unit, one.end - 1), one.end] : [one.start, Math.max(unit, one.start + 1)])) ?? stretch;
      if (stretch) this.#acts.drawn(stretch);
    };
    const end = () => {
      for (const name of ["pointerup", "pointercancel"]) handle.removeEventListener(name, end);
      handle.removeEventListener("pointermove", move);
      if (stretch) this.#acts.resized(stretch);
    };
    handle.addEventListener("pointermove", move);
    for (const name of ["pointerup", "pointercancel"]) handle.addEventListener(name, end);
  }

  /** The unit of the text under a point of the page; null where there is none. */
  #unitAt(x, y, handle) {
    handle.style.setProperty("pointer-events", "none");
    const found = document.caretPositionFromPoint?.(x, y);
    const range = found ? null : document.caretRangeFromPoint?.(x, y);
    handle.style.removeProperty("pointer-events");
    if (found) return this.#marked.unit(found.offsetNode, found.offset);
    return range ? this.#marked.unit(range.startContainer, range.startOffset) : null;
  }
}
