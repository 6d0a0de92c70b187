// What screens that mark stretches of time share: the timeline, stretches with their history, classes, list, numbers, keys.
// A screen adds the player and the shape of its stretches.

import { Bar } from "../canvas/bars.js";
import { Classes, classesOf } from "../canvas/classes.js";
import { Edits } from "../canvas/edits.js";
import { List, offers } from "../canvas/list.js";
import { Palette } from "../canvas/palette.js";
import { Regions } from "../canvas/regions.js";
import { fill, h, say, style } from "../dom.js";
import { settings } from "../media/settings.js";
import { switching, tool } from "../media/transport.js";
import { Screen } from "../screens/screen.js";
import { TimeHand } from "./hand.js";
import { keyed, released } from "./keyboard.js";
import { lanes } from "./lanes.js";
import { EDGES, Marks } from "./marks.js";
import { Numbers } from "./numbers.js";
import { paint } from "./paint.js";

await Promise.all([style("canvas"), style("timeline")]);

export class TimelineScreen extends Marks(Edits(Screen)) {
  shape = null; // how stretches are read, written, measured and settled
  hint = "";
  word = "Stretches";
  relabels = true;
  toolset = [];
  draft = null; // the stretch that is drawn or moved by a pointer
  mark = null; // the stretch that is begun by a key: {onset}
  edge = "offset"; // what arrow keys move
  held = new Map(); // class keys that are down
  snappedTo = null;
  hertzToo = false;
  hasHertz = false;
  leaving = false;
  side = h("div", { class: "cv-side" });
  fields = [];
  lane = null; // (region) -> its lane, where that is fixed
  #built = null;
  #readonly = false;

  /** Make `player`, `clock`, `surface`, and what stands above the bar; called once for a question. Returns elements. */
  build() {}

  show() {
    this.classList.add("cv", "tl");
    if (this.#built !== this.question || this.#readonly !== this.readonly) this.#build();
    this.draft = this.mark = this.snappedTo = null;
    this.held.clear();
    this.edge = "offset";
    this.size = null;
    this.open(this.task?.media ?? {});
  }

  #build() {
    const { question } = this;
    this.#built = question;
    this.#readonly = this.readonly;
    this.close?.();
    this.classes = new Classes(question, (id, keep) => this.pickClass(id, keep));
    const known = classesOf(question).map((one) => one.id);
    if (!known.includes(this.label)) this.label = known[0] ?? "event";
    this.place = h("output", { class: "tl-place", "aria-live": "off" });
    this.buttons = this.#tools();
    const above = this.build(this.buttons);
    this.hand = new TimeHand(this);
    this.tool = { id: "draw", hand: this.hand };
    this.surface.hand = this.hand;
    this.surface.draw = (context, boxes, colours) => this.#paint(context, boxes, colours);
    this.surface.element.append(this.place);
    // what the keys of the canvas ask of its stage
    this.stage = { marks: this.surface.marks, view: this.surface.span, cursor: null, changed: () => this.surface.changed() };
    this.clock.addEventListener("tick", () => this.mark && this.surface.changed());
    this.palette = new Palette(this.place, question.classes ?? []);
    this.bar = new Bar(this);
    this.list = new List(this);
    this.numbers = new Numbers(this, this.fields, (region, name, value) => this.typed(region, name, value));
    this.heading = h("p", { class: "cv-heading" });
    this.offers = h("div", { class: "cv-offers" });
    fill(this.side, known.length ? this.classes.element : null, this.offers, this.numbers.element,
      h("div", { class: "cv-regions" }, this.heading, this.list.element));
    const home = !this.side.isConnected || this.contains(this.side);
    fill(this, above, this.bar.element, this.controls, home ? this.side : null);
    if (this.isConnected) this.connectedCallback();
  }

  #tools() {
    this.undoButton = tool("Undo", "undo", () => this.undo(), { "aria-keyshortcuts": "Control+Z" });
    this.redoButton = tool("Redo", "redo", () => this.redo(), { "aria-keyshortcuts": "Control+Shift+Z" });
    this.number = h("span", {});
    this.listing = tool(this.word, "list", () => this.listing.setAttribute("aria-expanded", this.unfold()), { class: "tool tl-listing", "aria-expanded": "false" }, this.number);
    this.snapButton = switching("Snap", "magnet", () => this.snapping, (on) => settings.set("snap", on), { "aria-keyshortcuts": "X" });
    if (this.readonly) return [this.listing];
    return [
      tool("Set the beginning", "begin", () => this.markEdge("onset"), { "aria-keyshortcuts": "I" }),
      tool("Set the end", "end", () => this.markEdge("offset"), { "aria-keyshortcuts": "O" }),
      this.listing, this.undoButton, this.redoButton, this.snapButton,
    ];
  }

  /** The media is known well enough to show the answer: `limits` is what `shape.settle` needs. */
  begin(limits) {
    const proposed = [];
    if (this.suggestion && !this.readonly && super.value === undefined) proposed.push(this.suggestion);
    (this.others ?? []).forEach((one, person) => proposed.push({ value: one.value ?? one[this.question.name], by: one.annotator, person }));
    this.size = limits;
    this.model = new Regions(this.shape, (what) => this.#changed(what));
    this.model.load({ value: super.value, proposed, size: limits });
    this.refresh();
  }

  get value() {
    return this.size ? this.model.value : super.value;
  }

  get seconds() {
    return this.size?.seconds ?? this.surface.span.seconds;
  }

  get snapping() {
    return settings.get("snap");
  }

  #changed(what) {
    this.draft = null;
    this.refresh();
    say(what);
    this.dispatchEvent(new CustomEvent("change", { bubbles: true }));
  }

  connectedCallback() {
    this.ending?.abort();
    this.ending = new AbortController();
    const { signal } = this.ending;
    addEventListener("keyup", (event) => released(this, event), { signal });
    addEventListener("blur", () => this.held.clear(), { signal });
    this.addEventListener("change", (event) => event.target !== this && event.stopPropagation(), { signal });
    const again = () => requestAnimationFrame(() => this.recolour());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again, { signal });
    this.themes ??= new MutationObserver(again);
    this.themes.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  }

  disconnectedCallback() {
    this.ending?.abort();
    this.themes?.disconnect();
    this.unload();
  }

  recolour() {
    this.palette?.refresh();
    this.refresh();
  }

  // what is seen

  /** All stretches that are shown, the one that is drawn now in its new place. */
  shown() {
    if (!this.size) return [];
    const { draft } = this;
    const all = this.model.everything.filter((one) => this.model.shows(one)).map((one) => (one.key === draft?.key ? draft : one));
    const live = this.#live();
    return [...all, ...(draft && !all.includes(draft) ? [draft] : []), ...(live ? [live] : [])];
  }

  /** What a key began and the playhead ends. */
  #live() {
    if (!this.mark) return null;
    const { time } = this.clock;
    return { key: "live", label: this.label, person: null, onset: Math.min(this.mark.onset, time), offset: Math.max(this.mark.onset, time) };
  }

  lanes(regions) {
    return lanes(regions, this.lane);
  }

  #paint(context, boxes, colours) {
    if (!this.size) return;
    this.ink = colours.ink;
    paint(this, context, boxes, colours);
  }

  refresh() {
    if (!this.size) return;
    const { list, everything } = this.model;
    this.bar.show();
    this.list.show();
    this.numbers.show();
    this.list.element.hidden = !everything.length;
    this.heading.textContent = list.length ? `${this.word} ${list.length}` : this.model.state.nothing ? "Nothing here" : "Nothing marked yet";
    this.number.textContent = list.length;
    this.listing.setAttribute("aria-label", `${this.word}, ${list.length}`);
    this.undoButton.disabled = !this.canUndo;
    this.redoButton.disabled = !this.model.canRedo;
    this.snapButton.show();
    fill(this.offers, offers(this));
    this.classes.mark(this.label);
    this.refreshed?.();
    this.surface.changed();
  }

  select(key) {
    this.model.chosen = key;
    this.leaving = false;
    const region = this.model.selected;
    if (region) say(`${this.nameOf(region.label)}, ${this.shape.size(region)}${this.model.isProposal(key) ? ", suggested" : ""}`);
    this.refresh();
    this.aim?.();
  }

  reveal() {
    const region = this.model.selected;
    if (!region) return;
    this.surface.reveal(region.onset);
    if (!this.clock.playing) this.clock.seek(region.onset);
  }

  toggle(key) {
    this.model.toggle(key);
    say(this.model.shows({ key }) ? "shown" : "hidden, and kept in the answer");
    this.refresh();
    return true;
  }

  alone() {
    say(this.model.alone(this.model.chosen) ? "others hidden" : "all shown");
    this.refresh();
    return true;
  }

  unfold() {
    return this.side.classList.toggle("cv-open");
  }

  status(text) {
    if (this.place.textContent !== text) this.place.textContent = text;
  }

  say(text) {
    say(text);
  }

  nameOf(label) {
    return this.classes.name(label);
  }

  colourOf(region) {
    return region.person === undefined || region.person === null ? this.palette.of(region.label) : this.palette.person(region.person);
  }

  actions(region) {
    if (!region) return [];
    const edges = this.readonly || this.model.isProposal(region.key) ? [] : [{ name: `Arrows move ${EDGES[this.edge]}`, icon: "move", act: () => this.nextEdge() }];
    return [{ name: "Play", icon: "play", act: () => this.playRegion(region) }, ...edges];
  }

  warning() {
    return "";
  }

  advice() {
    return "";
  }

  focusFirst() {
    this.surface?.marks.focus({ preventScroll: true });
  }

  onkey(event) {
    return this.size ? keyed(this, event) : false;
  }

  get keys() {
    return [
      ["1–9", "choose a class; held while it plays: mark as long as it is held"],
      ["I, O", "begin and end a stretch at the playhead (Enter ends it too)"],
      ["[ ]", "move the beginning or end of the selected one to the playhead"],
      ["E", "what arrows move: its beginning, its end, all of it"],
      ["P", "play the selected one"], ["↑ ↓, Tab", "another one"],
      ["Del", "delete"], ["H", "hide or show"], ["X", "snap or not"],
      ["A", "accept all suggestions"], ["Enter", "accept the selected suggestion"], ["N", "nothing here"],
      ["Ctrl+Z, Ctrl+Shift+Z", "undo, redo"],
    ];
  }
}
