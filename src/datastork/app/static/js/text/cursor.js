// What is selected in a text: by the browser's own selection, or word by word with the arrow keys.

import { say } from "../dom.js";
import { Offsets } from "./offsets.js";

export class Cursor {
  range = null; // {anchor, focus} in units
  here = 0; // where the arrows go on from
  #marked;
  #scroll;
  #offsets = new Offsets("");

  constructor(marked, scroll) {
    this.#marked = marked;
    this.#scroll = scroll;
  }

  begin(offsets) {
    this.#offsets = offsets;
    this.range = null;
    this.here = 0;
  }

  /** Whether anything is selected. */
  get any() {
    return Boolean(this.range) && this.range.anchor !== this.range.focus;
  }

  /** What is selected, without blanks at its ends and with whole letters: [start, end) or null. */
  get stretch() {
    return this.range && this.#offsets.tidy(this.range.anchor, this.range.focus);
  }

  clear() {
    this.range = null;
    getSelection().removeAllRanges();
  }

  /** Take over what the browser has selected; whether that lies in the text. */
  read() {
    const selection = getSelection();
    if (!selection.rangeCount || !this.#marked.element.contains(selection.anchorNode)) return false;
    const anchor = this.#marked.unit(selection.anchorNode, selection.anchorOffset);
    const focus = this.#marked.unit(selection.focusNode, selection.focusOffset);
    if (anchor === null || focus === null) return false;
    this.range = { anchor, focus };
    return !selection.isCollapsed;
  }

  /** Whether an arrow goes on in the direction of reading where the cursor is. */
  onward(right) {
    return right !== this.#marked.rightToLeft(this.range?.focus ?? this.here);
  }

  /** Select the word behind or before; `extend`: and all up to it. */
  step(onward, extend) {
    if (extend && this.range) {
      const { anchor, focus } = this.range;
      const word = this.#offsets.word(focus, !onward);
      const to = word ? word[onward ? 1 : 0] : onward ? this.#offsets.text.length : 0;
      return this.set(anchor, to === anchor ? focus : to); // turning round at the first word keeps it
    }
    const { anchor, focus } = this.range ?? { anchor: this.here, focus: this.here };
    const word = this.#offsets.word(onward ? Math.max(anchor, focus) : Math.min(anchor, focus), !onward);
    if (word) this.set(...word);
  }

  set(anchor, focus) {
    this.range = { anchor, focus };
    this.here = focus;
    const back = focus < anchor;
    getSelection().setBaseAndExtent(...this.#marked.place(anchor, back), ...this.#marked.place(focus, !back));
    const [start, end] = [Math.min(anchor, focus), Math.max(anchor, focus)];
    this.reveal(start, end);
    say(this.#offsets.text.slice(start, end).slice(-80));
  }

  /** Scroll a stretch into sight. */
  reveal(start, end) {
    const rect = this.#marked.range(start, end).getBoundingClientRect();
    const box = this.#scroll.getBoundingClientRect();
    if (rect.top < box.top + 20 || rect.bottom > box.bottom - 20) this.#scroll.scrollTop += rect.top - box.top - box.height / 3;
  }
}
