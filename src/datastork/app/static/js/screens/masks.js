// Masks painted over an image; each object or class is a layer of its own, so they may overlap.

import { h } from "../dom.js";
import { CanvasScreen } from "../canvas/screen.js";
import { maskShape } from "../canvas/shapes/layers.js";
import { Brush, Fill, Lasso, PickMask } from "../canvas/shapes/masktools.js";

const LARGEST = 1000; // pixels

export default class Masks extends CanvasScreen {
  hint = "Paint what belongs to the class at hand.";
  relabels = false; // a class chosen is one to paint with
  brush = 0; // pixels of the image across

  prepare() {
    this.shape = maskShape();
    this.toolset = [
      { id: "brush", name: "Brush", key: "B", icon: "brush", hand: new Brush(this, 1) },
      { id: "erase", name: "Eraser", key: "E", icon: "eraser", hand: new Brush(this, 0) },
      { id: "fill", name: "Fill", key: "F", icon: "fill", hand: new Fill(this) },
      { id: "lasso", name: "Outline", key: "P", icon: "lasso", hand: new Lasso(this) },
      { id: "move", name: "Select", key: "V", icon: "move", hand: new PickMask(this) },
    ];
    this.slider = h("input", {
      type: "range", min: 0, max: 100, step: 1, "aria-label": "Size of the brush",
      oninput: () => this.resize(LARGEST ** (this.slider.value / 100)),
    });
    this.shown = h("output", {});
    this.extras = h("label", { class: "cv-brush", title: "Size of the brush ([ and ])" }, this.slider, this.shown);
    if (this.brush) this.resize(this.brush);
  }

  refresh() {
    if (!this.brush && this.size) this.resize(Math.min(this.size.width, this.size.height) / 20);
    super.refresh();
  }

  resize(size) {
    this.brush = Math.min(LARGEST, Math.max(1, Math.round(size)));
    this.slider.value = (100 * Math.log(this.brush)) / Math.log(LARGEST);
    this.slider.setAttribute("aria-valuetext", `${this.brush} pixels`);
    this.shown.textContent = this.brush;
    this.stage?.changed();
  }

  /** A class chosen: go on with its last mask, or begin one. With Shift the selected mask changes its class. */
  pickClass(id, shift = false) {
    const region = this.model.selected;
    if (shift && region && !this.readonly) {
      this.label = id;
      this.model.put({ ...region, label: id }, `class ${this.nameOf(id)}`);
      return;
    }
    this.label = id;
    const last = this.model.list.findLast((one) => one.label === id);
    this.select(last?.key ?? null);
    this.say(`${this.nameOf(id)}${last ? "" : ", a new mask"}`);
  }

  select(key) {
    const region = key && this.model.get(key);
    if (region) this.label = region.label;
    super.select(key);
  }

  /** The next stroke begins another object of the class. */
  another() {
    this.select(null);
    this.say(`a new mask of ${this.nameOf(this.label)}`);
  }

  actions(region) {
    const outline = this.tool.hand.outline?.working
      ? [{ name: "Take back the last point", icon: "undo", act: () => this.undo() }, { name: "Close", icon: "check", act: () => this.tool.hand.outline.close() }]
      : [];
    return region ? [...outline, { name: "Next object", icon: "add", act: () => this.another() }] : outline;
  }

  onkey(event) {
    const plain = this.size && !this.readonly && !event.ctrlKey && !event.metaKey && !event.altKey && !event.target?.closest?.("input, textarea, select");
    const grow = plain ? { "[": 1 / 1.2, "]": 1.2 }[event.key] : null;
    if (grow) {
      this.resize(grow > 1 ? Math.max(this.brush + 1, this.brush * grow) : Math.min(this.brush - 1, this.brush * grow));
      this.say(`brush ${this.brush} pixels`);
      return event.preventDefault(), true;
    }
    if (plain && event.key.toLowerCase() === "o" && this.model.selected) return this.another(), true;
    return super.onkey(event);
  }

  get keys() {
    return [
      ["1–9", "paint a class: its last mask, or a new one"], ["Shift+1–9", "change the class of the selected mask"], ["O", "next object of the class"],
      ["[ ]", "smaller, larger brush"], ["Alt+drag", "erase, cut out"], ["Ctrl+click", "select a mask"], ["arrows, Enter", "move a cursor, pen down and up"],
      ...super.keys.filter(([, what]) => !/class of|choose a class|by 1 pixel|draw with it|duplicate/.test(what)),
    ];
  }
}
