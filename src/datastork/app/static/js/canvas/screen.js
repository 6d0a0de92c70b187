// What the screens on images share: the image, regions with their history, classes, tools, list and keys. A screen adds
// the shape of its regions and its tools.

import { fill, h, say } from "../dom.js";
import { Screen } from "../screens/screen.js";
import { Bar, Tools } from "./bars.js";
import { Classes, classesOf } from "./classes.js";
import { Edits } from "./edits.js";
import { pressed } from "./keyboard.js";
import { List, offers } from "./list.js";
import { Paint } from "./paint.js";
import { Palette } from "./palette.js";
import { Picture } from "./picture.js";
import { Regions } from "./regions.js";
import { Stage } from "./stage.js";

export class CanvasScreen extends Edits(Screen) {
  shape = null; // how regions are read, written, drawn, hit, moved and described
  toolset = []; // [{id, name, key, icon, hand}]
  hint = "";
  relabels = true; // a class chosen while a region is selected changes that region
  draft = null; // the region that is being drawn or changed
  side = h("div", { class: "cv-side" }); // classes, suggestions and the list of regions
  leaving = false;
  #loading = 0;
  #built = null;
  #readonly = false;

  /** Make `shape` and `toolset`; called once for a question. */
  prepare() {}

  show() {
    this.classList.add("cv");
    if (this.#built !== this.question || this.#readonly !== this.readonly) this.#build();
    this.draft = null;
    this.leaving = false;
    for (const tool of this.toolset) tool.hand.reset?.();
    const media = this.task?.media ?? {};
    this.size = null;
    this.#open(media);
    if (media.width && media.height) this.#begin({ width: media.width, height: media.height });
  }

  #build() {
    const { question } = this;
    this.#built = question;
    this.#readonly = this.readonly;
    this.stage?.disconnect();
    this.prepare(question);
    this.model = new Regions(this.shape, (what) => this.#changed(what));
    this.stage = new Stage({
      label: `${question.ask || "Image"}: ${this.hint}`,
      draw: (context, view, small) => this.paint.draw(context, view, small),
      moved: (point) => this.status(point ? `${Math.floor(point.x)}, ${Math.floor(point.y)}` : ""),
    });
    this.paint = new Paint(this);
    this.classes = new Classes(question, (id, keep) => this.pickClass(id, keep));
    const known = classesOf(question).map((one) => one.id);
    if (!known.includes(this.label)) this.label = known[0] ?? "object";
    this.tools = new Tools(this);
    this.bar = new Bar(this);
    this.list = new List(this);
    this.heading = h("p", { class: "cv-heading" });
    this.offers = h("div", { class: "cv-offers" });
    this.place = h("output", { class: "cv-place", "aria-live": "off" });
    this.stage.element.append(this.place);
    fill(this.side, known.length ? this.classes.element : null, this.offers,
      h("div", { class: "cv-regions" }, this.heading, this.list.element));
    // a page may have taken the side to another place, where it stays
    const home = !this.side.isConnected || this.contains(this.side);
    fill(this, h("div", { class: "cv-desk" }, this.tools.element, this.stage.element, this.bar.element, home ? this.side : null));
    this.palette = new Palette(this.place, question.classes ?? []);
    this.tool = null;
    this.use(this.toolset[0].id, true);
    if (this.isConnected) this.connectedCallback();
  }

  #begin(size) {
    const proposed = [];
    if (this.suggestion) {
      const { value, by, probability } = Array.isArray(this.suggestion) ? { value: this.suggestion } : this.suggestion;
      // an answer that is there already has dealt with what was suggested
      if (!this.readonly && super.value === undefined) proposed.push({ value, by, probability });
    }
    (this.others ?? []).forEach((one, person) => proposed.push({ value: one.value ?? one[this.question.name], by: one.annotator, person }));
    this.size = size;
    this.model.load({ value: super.value, proposed, size });
    this.stage.view.setImage(size.width, size.height);
    this.paint.forget();
    this.refresh();
  }

  async #open(media) {
    const mine = ++this.#loading;
    this.stage.picture?.close();
    this.stage.setPicture(null);
    this.stage.say("");
    this.stage.element.setAttribute("aria-busy", "true");
    try {
      const answer = await (this.media?.open ? this.media.open(media.url) : fetch(media.url));
      if (answer.ok === false) throw new Error(`the server answered ${answer.status}`);
      const blob = await answer.blob();
      const picture = await Picture.decode(blob, media.width, media.height);
      if (mine !== this.#loading) return picture.close();
      if (!media.width || !media.height) this.#begin(picture);
      this.stage.setPicture(picture);
      picture.shrink(() => mine === this.#loading && this.stage.changed(true));
    } catch (error) {
      if (mine !== this.#loading) return;
      this.stage.say(`This image could not be shown: ${error.message}.`);
      say(`This image could not be shown: ${error.message}.`, true);
    } finally {
      if (mine === this.#loading) this.stage.element.setAttribute("aria-busy", "false");
    }
  }

  connectedCallback() {
    this.ending?.abort();
    this.ending = new AbortController();
    const { signal } = this.ending;
    this.stage?.connect();
    addEventListener("keyup", (event) => event.key === " " && this.panning(false), { signal });
    addEventListener("blur", () => this.panning(false), { signal });
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", () => this.recolour(), { signal });
    this.themes ??= new MutationObserver(() => this.recolour());
    this.themes.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    // fields inside of the screen are no answers
    this.addEventListener("change", (event) => event.target !== this && event.stopPropagation(), { signal });
  }

  disconnectedCallback() {
    this.ending?.abort();
    this.themes?.disconnect();
    this.stage?.disconnect();
  }

  unload() {
    this.#loading++;
    this.stage?.picture?.close();
    this.stage?.setPicture(null);
  }

  // the answer

  get value() {
    return this.size ? this.model.value : super.value;
  }

  #changed(what) {
    this.draft = null;
    for (const tool of this.toolset) tool.hand.follow?.();
    this.refresh();
    say(what);
    this.dispatchEvent(new CustomEvent("change", { bubbles: true }));
  }

  // what is seen

  select(key) {
    this.model.chosen = key;
    this.leaving = false;
    const region = this.model.selected;
    for (const tool of this.toolset) tool.hand.follow?.();
    if (region) {
      this.stage.cursor = null;
      say(`${this.nameOf(region.label)}, ${this.shape.size(region)}${this.model.isProposal(key) ? ", suggested" : ""}`);
    }
    this.refresh();
  }

  reveal() {
    const region = this.model.selected;
    const bounds = region && this.shape.bounds(region);
    if (!bounds || this.stage.view.shows(bounds, -24)) return;
    this.stage.view.reveal({ x: bounds.x + bounds.width / 2, y: bounds.y + bounds.height / 2 });
    this.stage.changed(true);
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

  use(id, quiet = false) {
    const tool = this.toolset.find((one) => one.id === id);
    this.tool?.hand.cancel?.();
    this.tool = tool;
    this.stage.hand = this.readonly ? this.watcher : tool.hand;
    if (!quiet) say(tool.name);
    this.refresh();
    return true;
  }

  /** The only hand of a screen that is read: a click selects, a drag pans. */
  watcher = { press: () => "pan", lift: () => {}, click: (point) => this.select(this.model.pick(point, point.slack / this.stage.view.scale)?.key ?? null) };

  refresh() {
    if (!this.tools || !this.size) return;
    const { list } = this.model;
    this.tools.show();
    this.bar.show();
    this.list.show();
    this.list.element.hidden = !this.model.everything.length;
    this.tools.count(list.length);
    this.heading.textContent = list.length ? `Regions ${list.length}` : this.model.state.nothing ? "Nothing here" : "No regions yet";
    fill(this.offers, offers(this));
    this.classes.mark(this.label);
    this.stage.changed();
  }

  /** On a small screen the list lies behind a button; returns whether it is open now. */
  unfold() {
    return this.side.classList.toggle("cv-open");
  }

  recolour() {
    this.palette?.refresh();
    this.paint?.forget();
    this.refresh();
  }

  panning(on) {
    if (!this.stage || this.stage.gestures.space === on) return;
    this.stage.gestures.space = on;
    this.stage.marks.style.cursor = on ? "grab" : "crosshair";
  }

  cursorPoint() {
    const { cursor, view } = this.stage;
    const at = view.toScreen(cursor.x, cursor.y);
    return { ...cursor, sx: at.x, sy: at.y, slack: 10, touch: false, keyboard: true };
  }

  /** Words about what is under the pointer, beside the image; `aloud` for those who do not see it. */
  status(text, aloud = false) {
    if (this.place.textContent !== text) this.place.textContent = text;
    if (aloud) say(text);
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

  actions() {
    return [];
  }

  /** What is wrong with a region. */
  warning() {
    return "";
  }

  /** What comes next for the selected region. */
  advice() {
    return "";
  }

  focusFirst() {
    this.stage?.marks.focus({ preventScroll: true });
  }

  onkey(event) {
    return this.size ? pressed(this, event) : false;
  }

  get keys() {
    return [
      ["1–9", "choose a class (of the selected region, if one is)"],
      ["Shift+1–9", "choose the class of the next region"],
      ...this.toolset.map((tool) => [tool.key, tool.name]),
      ["arrows, Enter", "move a cursor, draw with it"],
      ["Tab", "next region; Esc, then Tab leaves the image"],
      ["arrows", "move the selected region by 1 pixel, Shift 10"],
      ["Del", "delete"], ["Ctrl+D", "duplicate"], ["H", "hide or show"], ["Shift+H", "hide the others"],
      ["A", "accept all suggestions"], ["Enter", "accept the selected suggestion"], ["N", "nothing here"],
      ["Ctrl+Z, Ctrl+Shift+Z", "undo, redo"],
      ["+ − 0", "zoom in, out, fit (again: 100 %)"], ["Space, drag", "pan"], ["wheel, two fingers", "zoom"],
    ];
  }
}
