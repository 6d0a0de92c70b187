// Stretches of a text with classes. Mouse: select. Touch: select, then press a class. Keys: arrows move from word to
// word, Shift extends, a class key marks. Stretches may overlap; offsets of answers are code points.

import { h, fill, colour, say } from "../dom.js";
import { Cursor } from "../text/cursor.js";
import { Handles } from "../text/handles.js";
import { list } from "../text/list.js";
import { Marked } from "../text/marked.js";
import { Offsets } from "../text/offsets.js";
import { answers, classButtons, classKeys, filterBox, said } from "./classes.js";
import { Screen } from "./screen.js";

export default class Spans extends Screen {
  #marked = new Marked();
  #offsets = new Offsets("");
  #spans = []; // {start, end (units), label, …what else the answer carries}
  #proposed = [];
  #at = -1; // the selected stretch
  #active = null; // the class that a selection gets
  #cursor = null; // what is selected
  #buttons = null;
  #side = null;
  #list = null;
  #scroll = null;
  #handles = new Handles(this.#marked, {
    drawn: (stretch) => this.#paint(stretch),
    resized: (stretch) => this.#resize(this.#at, stretch),
    nudged: (which, by) => this.#nudge(which, by),
  });
  #past = [];
  #future = [];

  show() {
    if (!this.#scroll) this.#build();
    if (this.#buttons?.question !== this.question) this.#classes();
    const text = String(this.task.media?.text ?? "");
    this.#offsets = new Offsets(text);
    this.#marked.text = text;
    this.#spans = this.#read(this.value);
    this.#proposed = this.value === undefined ? this.#read(this.suggestion?.value) : [];
    this.#at = -1;
    this.#cursor.begin(this.#offsets);
    this.#past = [];
    this.#future = [];
    const classes = answers(this.question);
    this.#active = classes.includes(this.#active) ? this.#active : (classes[0] ?? null);
    this.#scroll.scrollTop = 0;
    this.#scroll.setAttribute("aria-label", `the text, ${text.length.toLocaleString("en")} letters`);
    this.#draw();
  }

  #build() {
    const page = h("div", { class: "span-page" }, this.#marked.element, this.#handles.element);
    this.#scroll = h("div", { class: "span-text", tabindex: "0", role: "document", onclick: (event) => this.#clicked(event) }, page);
    this.#cursor = new Cursor(this.#marked, this.#scroll);
    fill(this, this.#scroll);
    new ResizeObserver(() => this.#place()).observe(page);
    document.addEventListener("selectionchange", () => this.isConnected && !this.hidden && !this.readonly && this.#cursor.read());
    document.addEventListener("pointerup", (event) => event.pointerType !== "touch" && event.button === 0 && this.isConnected && !this.hidden && this.#released());
  }

  #classes() {
    this.#buttons = { question: this.question, ...classButtons(this.question, (one) => this.#chosen(one)) };
    // a press on a class must not take the selection away
    this.#buttons.element.addEventListener("pointerdown", (event) => event.preventDefault());
    this.#buttons.element.addEventListener("mousedown", (event) => event.preventDefault());
    this.#list = h("ul", { class: "span-list", "aria-label": "marked stretches" });
    this.#side = h("div", { class: "span-side" }, filterBox(this.#buttons, (one) => this.#chosen(one)), this.#buttons.element, this.#list);
  }

  get side() {
    return this.#side;
  }

  // --- answers have code points, the page has units

  #read(value) {
    return (Array.isArray(value) ? value : []).map((one) => ({ ...one, start: this.#offsets.unit(one.start), end: this.#offsets.unit(one.end) }));
  }

  #write() {
    return this.#spans
      .map((one) => {
        // an end that was moved onto a blank is on its way to the next word
        const [start, end] = this.#offsets.tidy(one.start, one.end) ?? [one.start, one.end];
        return { ...one, start: this.#offsets.point(start), end: this.#offsets.point(end) };
      })
      .sort((a, b) => a.start - b.start || a.end - b.end || (a.label < b.label ? -1 : 1));
  }

  #change(spans, at, { none = false } = {}) {
    this.#past.push({ spans: this.#spans, proposed: this.#proposed, none: Array.isArray(this.value) && !this.value.length });
    this.#future = [];
    this.#spans = spans;
    this.#at = at;
    this.answer(spans.length || none ? this.#write() : undefined);
    this.#draw();
  }

  // --- drawing

  #name = (id) => this.question.classes.find((one) => one.id === id)?.name || id;
  #tint = (id) => {
    const place = this.question.classes.findIndex((one) => one.id === id);
    return colour(this.question.classes[place], place < 0 ? 11 : place);
  };

  /** The marks in the text; `stretch`: as if the selected one were there. */
  #paint(stretch = null) {
    const mark = (kind) => (one, at) => {
      const selected = !kind && at === this.#at;
      const [start, end] = selected && stretch ? stretch : [one.start, one.end];
      return { start, end, name: this.#name(one.label), colour: this.#tint(one.label), kind, selected };
    };
    this.#marked.draw([...this.#spans.map(mark("")), ...this.#proposed.map(mark("proposed"))]);
  }

  #draw() {
    this.#paint();
    this.#buttons.mark(this.#spans[this.#at]?.label ?? this.#active?.id, null, this.readonly);
    const none = Array.isArray(this.value) && !this.value.length;
    const by = this.suggestion ? said(this.suggestion) : "";
    list(this.#list, { spans: this.#spans, proposed: this.#proposed, at: this.#at, none, readonly: this.readonly, text: this.#offsets.text, name: this.#name, tint: this.#tint, by },
      { select: (at) => this.select(at), remove: (at) => this.remove(at), take: (some) => this.#take(some), nothing: () => this.nothing() });
    this.#place();
  }

  #place() {
    this.#handles.place(this.readonly ? null : this.#spans[this.#at], this.#offsets);
  }

  // --- doing

  /** A class was pressed: for what is selected, else for the selected stretch, else for selections to come. */
  #chosen(one) {
    if (this.readonly) return;
    this.#active = one;
    if (this.#cursor.any) this.mark(one);
    else if (this.#spans[this.#at]) {
      this.#change(this.#spans.map((span, at) => (at === this.#at ? { ...span, label: one.id } : span)), this.#at);
      say(`Now ${one.name || one.id}`);
    } else {
      this.#draw();
      say(`Selections become ${one.name || one.id}`);
    }
  }

  /** Mark what is selected. */
  mark(one = this.#active) {
    const { stretch } = this.#cursor;
    this.#cursor.clear();
    if (!stretch || !one || this.readonly) return;
    const [start, end] = stretch;
    this.#cursor.here = end;
    const known = this.#spans.findIndex((span) => span.start === start && span.end === end && span.label === one.id);
    if (known >= 0) return this.select(known);
    this.#proposed = this.#proposed.filter((span) => !(span.start === start && span.end === end));
    // it is not selected, so that the next press on a class is for the next selection
    this.#change([...this.#spans, { start, end, label: one.id }], -1);
    say(`${one.name || one.id}: ${this.#offsets.text.slice(start, Math.min(end, start + 80))}`);
  }

  select(at) {
    this.#at = at;
    this.#cursor.clear();
    this.#draw();
    const one = this.#spans[at];
    if (!one) return;
    this.#cursor.here = one.start;
    this.#cursor.reveal(one.start, one.end);
    say(`${one.label}: ${this.#offsets.text.slice(one.start, Math.min(one.end, one.start + 80))}`);
  }

  remove(at = this.#at) {
    const one = this.#spans[at];
    if (!one || this.readonly) return false;
    this.#change(this.#spans.filter((_, place) => place !== at), -1);
    say("Taken away");
    return true;
  }

  /** Nothing is to be marked: an answer of its own. */
  nothing() {
    if (this.readonly || this.#spans.length) return;
    this.#proposed = [];
    this.#change([], -1, { none: true });
    say("Nothing to mark here");
  }

  accept() {
    if (!this.#proposed.length) return super.accept();
    this.#take(this.#proposed);
    return true;
  }

  #take(list) {
    const proposed = this.#proposed.filter((one) => !list.includes(one));
    this.#change([...this.#spans, ...list], -1);
    this.#proposed = proposed;
    this.#draw();
  }

  #resize(at, [start, end]) {
    this.#change(this.#spans.map((span, place) => (place === at ? { ...span, start, end } : span)), at);
  }

  /** Move an end by a letter. */
  #nudge(which, by) {
    const one = this.#spans[this.#at];
    if (!one) return;
    const from = which === "start" ? one.start : one.end;
    const to = by > 0 ? this.#offsets.letter(from)[1] : from > 0 ? this.#offsets.letter(from - 1)[0] : 0;
    const [start, end] = which === "start" ? [to, one.end] : [one.start, to];
    if (start < end && end <= this.#offsets.text.length) this.#resize(this.#at, [start, end]);
  }

  // --- selecting by mouse and touch

  /** The mouse was let go: what is selected is marked. */
  #released() {
    if (!this.readonly && this.#cursor.read()) this.mark();
  }

  #clicked(event) {
    if (event.target.closest(".handle") || !getSelection().isCollapsed) return;
    const start = event.target.closest("[data-start]")?.dataset.start;
    const here = start === undefined ? [] : this.#spans.map((one, at) => [one, at]).filter(([one]) => one.start <= Number(start) && one.end > Number(start));
    // the shortest first; pressing again goes to the one below
    here.sort(([a], [b]) => a.end - a.start - (b.end - b.start));
    const now = here.findIndex(([, at]) => at === this.#at);
    const proposed = here.length ? null : this.#proposed.find((one) => start !== undefined && one.start <= Number(start) && one.end > Number(start));
    if (proposed && !this.readonly) this.#take([proposed]);
    else if (here.length) this.select(here[(now + 1) % here.length][1]);
    else if (this.#at >= 0) this.select(-1);
  }

  // --- by keyboard

  onkey(event) {
    if (event.ctrlKey || event.metaKey) return false;
    const { key: name } = event;
    if ((name === "ArrowLeft" || name === "ArrowRight") && !event.target.closest?.("button")) return this.#arrow(event, name === "ArrowRight");
    if (event.altKey || this.readonly) return false;
    if (name === "Delete" || name === "Backspace") return this.#at >= 0 && this.remove();
    if (name === "Escape") {
      if (this.#at < 0 && !this.#cursor.any) return false;
      this.select(-1);
      return true;
    }
    if (name === "." || name === ",") return this.#cycle(name === "." ? 1 : -1);
    if (name === "-") return (this.nothing(), true);
    const one = this.#buttons.ofKey(event);
    if (one) return (this.#chosen(one), true);
    if (name === "Enter" && this.#cursor.any) return (this.mark(), true);
    return false;
  }

  /** Through the stretches in the order of the text. */
  #cycle(by) {
    if (!this.#spans.length) return true;
    const order = this.#spans.map((_, at) => at).sort((a, b) => this.#spans[a].start - this.#spans[b].start || this.#spans[a].end - this.#spans[b].end);
    const now = order.indexOf(this.#at);
    this.select(order[now < 0 ? (by > 0 ? 0 : order.length - 1) : (now + by + order.length) % order.length]);
    return true;
  }

  #arrow(event, right) {
    const onward = this.#cursor.onward(right);
    if (event.altKey) {
      if (!this.readonly) this.#nudge(event.shiftKey ? "start" : "end", onward ? 1 : -1);
      return true;
    }
    if (!event.shiftKey && this.#at >= 0) {
      this.#at = -1;
      this.#draw();
    }
    this.#cursor.step(onward, event.shiftKey);
    return true;
  }

  // --- history

  undo() {
    return this.#step(this.#past, this.#future);
  }

  redo() {
    return this.#step(this.#future, this.#past);
  }

  #step(from, to) {
    const state = from.pop();
    if (!state) return false;
    to.push({ spans: this.#spans, proposed: this.#proposed, none: Array.isArray(this.value) && !this.value.length });
    this.#spans = state.spans;
    this.#proposed = state.proposed;
    this.#at = -1;
    this.answer(this.#spans.length || state.none ? this.#write() : undefined);
    this.#draw();
    return true;
  }

  focusFirst() {
    this.#scroll.focus({ preventScroll: true });
  }

  get keys() {
    return [
      [classKeys(this.question), "mark what is selected; give the selected stretch this class"],
      ["← →", "from word to word (Shift extends)"],
      ["Enter", "mark what is selected with the class in use"],
      [", .", "stretch before, stretch behind"],
      ["Alt ← →", "move the end of a stretch (with Shift its beginning)"],
      ["Delete", "take a stretch away"],
      ["-", "nothing to mark here"],
    ];
  }
}
