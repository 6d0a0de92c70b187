// The place where the image lies: one canvas for it, one for what is drawn on it, a crosshair, and a loupe for fingers.

import { h } from "../dom.js";
import { Gestures } from "./gestures.js";
import { View } from "./view.js";

const LOUPE = 132; // CSS pixels
const CLOSER = 3; // how much the loupe magnifies

export class Stage {
  view = new View();
  picture = null;
  hand = null; // the tool that pointers work with
  cursor = null; // where the keyboard points, in the image
  ratio = 1;
  frames = 0; // frames drawn so far
  #wanted = 0;
  #imageWanted = true;
  #press = null;

  /** `draw(context, view)` draws what lies on the image; `moved(point or null)` hears where the pointer is. */
  constructor({ draw, moved, label }) {
    this.draw = draw;
    this.moved = moved;
    this.image = h("canvas", { class: "cv-image", "aria-hidden": "true" });
    this.marks = h("canvas", {
      class: "cv-marks", tabindex: "0", role: "application", "aria-label": label, "aria-roledescription": "drawing area",
    });
    this.loupe = h("canvas", { class: "cv-loupe", hidden: true, "aria-hidden": "true" });
    this.across = h("i", { class: "cv-cross cv-across", hidden: true });
    this.down = h("i", { class: "cv-cross cv-down", hidden: true });
    this.note = h("div", { class: "cv-note", hidden: true });
    this.element = h("div", { class: "cv-stage" }, this.image, this.marks, this.across, this.down, this.loupe, this.note);
    this.gestures = new Gestures(this.marks, this);
    this.watcher = new ResizeObserver(() => this.resize());
  }

  connect() {
    this.watcher.observe(this.element);
    this.resize();
  }

  disconnect() {
    this.watcher.disconnect();
    cancelAnimationFrame(this.#wanted);
    this.#wanted = 0;
  }

  setPicture(picture) {
    this.picture = picture;
    if (picture) this.view.setImage(picture.width, picture.height);
    this.changed(true);
  }

  /** Where the canvas lies, as the browser draws it: its edges fall on pixels of the device. */
  get place() {
    const { left, top, right, bottom } = this.element.getBoundingClientRect();
    const ratio = window.devicePixelRatio || 1;
    const [x0, y0, x1, y1] = [left, top, right, bottom].map((edge) => Math.round(edge * ratio));
    return { left: x0 / ratio, top: y0 / ratio, wide: x1 - x0, high: y1 - y0, ratio };
  }

  resize() {
    const { wide, high, ratio } = this.place;
    if (!wide || !high) return;
    this.ratio = ratio;
    for (const canvas of [this.image, this.marks]) {
      if (canvas.width !== wide) canvas.width = wide;
      if (canvas.height !== high) canvas.height = high;
    }
    this.view.setPlace(wide / ratio, high / ratio);
    this.changed(true);
    // a canvas that was resized is empty until it is drawn again
    this.#paint();
  }

  /** Something is to be drawn anew: what lies on the image, or (`image`) the image as well. */
  changed(image = false) {
    this.#imageWanted ||= image;
    this.#wanted ||= requestAnimationFrame(() => this.#paint());
  }

  #paint() {
    cancelAnimationFrame(this.#wanted);
    this.#wanted = 0;
    this.frames++;
    if (this.ratio !== (window.devicePixelRatio || 1)) return this.resize();
    if (this.#imageWanted) {
      this.#imageWanted = false;
      const context = this.#clean(this.image);
      this.picture?.draw(context, this.view, this.ratio);
    }
    const context = this.#clean(this.marks);
    if (!this.picture) return;
    this.draw(context, this.view);
    if (this.cursor) this.#drawCursor(context);
    this.#drawLoupe();
  }

  #clean(canvas) {
    const context = canvas.getContext("2d");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    return context;
  }

  #drawCursor(context) {
    const { x, y } = this.view.toScreen(this.cursor.x, this.cursor.y);
    for (const [colour, width] of [["#000", 4], ["#fff", 2]]) {
      context.beginPath();
      context.strokeStyle = colour;
      context.lineWidth = width;
      for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
        context.moveTo(x + 4 * dx, y + 4 * dy);
        context.lineTo(x + 16 * dx, y + 16 * dy);
      }
      context.stroke();
    }
  }

  #drawLoupe() {
    const press = this.#press;
    const shown = Boolean(press?.touch && press.moved && this.hand?.loupe !== false);
    this.loupe.hidden = !shown;
    if (!shown) return;
    this.loupe.classList.toggle("cv-right", press.sx < LOUPE + 48 && press.sy < LOUPE + 64);
    if (this.loupe.width !== Math.round(LOUPE * this.ratio)) this.loupe.width = this.loupe.height = Math.round(LOUPE * this.ratio);
    const context = this.#clean(this.loupe);
    const view = this.view.magnified(press, CLOSER, LOUPE, LOUPE);
    this.picture.draw(context, view, this.ratio);
    this.draw(context, view, true);
    context.beginPath();
    context.strokeStyle = "#fff";
    context.lineWidth = 1;
    context.moveTo(LOUPE / 2 - 12, LOUPE / 2);
    context.lineTo(LOUPE / 2 + 12, LOUPE / 2);
    context.moveTo(LOUPE / 2, LOUPE / 2 - 12);
    context.lineTo(LOUPE / 2, LOUPE / 2 + 12);
    context.stroke();
  }

  // what gestures tell

  pressing(point) {
    this.#press = point;
    if (point) this.cursor = null;
    this.#cross(point?.touch ? null : point);
    this.moved(point);
  }

  hover(point) {
    if (point) this.cursor = null;
    this.hand?.hover?.(point);
    this.#cross(point);
    this.moved(point);
    if (this.hand?.follows) this.changed();
    this.marks.style.cursor = this.gestures.space || !this.hand ? "grab" : ((point && this.hand.looks?.(point)) ?? "crosshair");
  }

  #cross(point) {
    const shown = Boolean(point && this.hand?.cross);
    this.across.hidden = this.down.hidden = !shown;
    if (!shown) return;
    this.across.style.transform = `translateY(${point.sy}px)`;
    this.down.style.transform = `translateX(${point.sx}px)`;
  }

  /** Words in place of the image, or over it. */
  say(text) {
    this.note.hidden = !text;
    this.note.textContent = text ?? "";
  }

  zoom(factor) {
    const at = this.cursor && this.view.toScreen(this.cursor.x, this.cursor.y);
    this.view.zoom(factor, at?.x, at?.y);
    this.changed(true);
  }

  /** The whole image, or where that is shown already one CSS pixel for a pixel. */
  fit() {
    if (this.view.fitted) this.view.zoomTo(1);
    else this.view.fit();
    this.changed(true);
  }
}
