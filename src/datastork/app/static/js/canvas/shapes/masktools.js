// Tools for masks: brush, eraser, fill, outline. They work on the selected mask, or begin one of the class at hand.

import { Hand } from "../hand.js";
import { Mask } from "./mask.js";
import { capsule, enclosed, outline } from "./fill.js";
import { Outline } from "./outline.js";

/** The mask to work on: the selected one, or a new one. */
function target(desk) {
  return desk.model.selected ?? desk.fresh({ mask: new Mask(desk.size.width, desk.size.height) });
}

function keep(desk, region, mask, what) {
  const done = { ...region, mask };
  delete done.foreign;
  if (desk.model.get(region.key)) desk.model.put(done, what);
  else if (mask.area) desk.model.add(done, what);
}

export class Brush extends Hand {
  fine = true;
  follows = true; // the ring shows what would be painted
  #edit = null;
  #last = null;
  #ring = null;
  #down = false; // the pen of the keyboard

  constructor(desk, value) {
    super(desk);
    this.value = value;
  }

  places = () => true; // Enter draws, also where a mask is selected

  press(point) {
    if (point.ctrl) {
      this.choose(point);
      return undefined;
    }
    if (!this.value && !this.desk.model.selected) {
      this.choose(point);
      if (!this.desk.model.selected) this.desk.say("Select a mask first.");
      return undefined;
    }
    return this.#begin(point);
  }

  #begin(point) {
    this.region = target(this.desk);
    this.#edit = this.region.mask.edit();
    this.erasing = !this.value || point.alt;
    this.#last = point;
    this.#stroke(point);
  }

  #stroke(point) {
    const { desk } = this;
    capsule(this.#edit, this.#last, point, desk.brush / 2, this.erasing ? 0 : 1);
    this.#last = point;
    desk.shape.composite.touch(this.#edit.touched);
    this.#edit.touched.clear();
    desk.draft = { ...this.region, mask: this.#edit.mask };
  }

  drag(point) {
    this.#ring = point;
    if (this.#edit) this.#stroke(point);
  }

  release(point) {
    if (!this.#edit) return;
    if (point) this.#stroke(point);
    const mask = this.#edit.done();
    const { region, desk } = this;
    this.#edit = desk.draft = null;
    keep(desk, region, mask, `${this.erasing ? "erased" : "painted"} ${desk.nameOf(region.label)}, ${mask.area.toLocaleString("en")} pixels`);
  }

  /** Enter: the pen goes down at the cursor, the next time up. */
  click(point) {
    this.#down = !this.#down;
    if (this.#down) this.press(point);
    else this.release(null);
    this.desk.say(this.#down ? "pen down" : "pen up");
  }

  hover(point) {
    this.#ring = point;
    if (this.#down && point?.keyboard && this.#edit) this.#stroke(point);
  }

  lift() {
    this.cancel();
  }

  cancel() {
    const working = Boolean(this.#edit);
    this.#edit = this.desk.draft = null;
    this.#down = false;
    this.desk.shape.forget();
    return working;
  }

  overlay(context, view) {
    const at = this.#ring;
    if (!at) return;
    const { x, y } = view.toScreen(at.x, at.y);
    for (const [colour, width] of [["rgb(0 0 0 / 70%)", 3], ["#fff", 1.25]]) {
      context.beginPath();
      context.arc(x, y, Math.max(1, (this.desk.brush / 2) * view.scale), 0, 2 * Math.PI);
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.stroke();
    }
  }

  looks(point) {
    return this.desk.brush * this.desk.stage.view.scale > 8 && !point.ctrl ? "none" : null;
  }
}

/** Fill what the selected mask encloses. */
export class Fill extends Hand {
  loupe = false;
  places = () => true;

  release(point) {
    this.click(point);
  }

  click(point) {
    const { desk } = this;
    const region = desk.model.selected ?? desk.model.list.at(-1);
    if (!region) return desk.say("Paint an outline first.");
    const edit = region.mask.edit();
    const count = enclosed(edit, Math.floor(point.x), Math.floor(point.y));
    if (!count) return desk.say("This area is not enclosed by the mask.");
    return keep(desk, region, edit.done(), `filled ${count.toLocaleString("en")} pixels`);
  }
}

/** An outline that becomes part of the mask; with Alt at its last point it is cut out. */
export class Lasso extends Hand {
  fine = true;
  cross = true;

  constructor(desk) {
    super(desk);
    this.outline = new Outline(desk, (points) => {
      const region = target(desk);
      const edit = region.mask.edit();
      outline(edit, points, this.cut ? 0 : 1);
      keep(desk, region, edit.done(), this.cut ? "cut out" : `added to ${desk.nameOf(region.label)}`);
    });
  }

  places = () => true;

  get follows() {
    return this.outline.working;
  }

  get undoes() {
    return this.outline.working;
  }

  press(point) {
    this.cut = point.alt;
  }

  drag(point, from) {
    this.outline.drag(point, from);
  }

  release(point) {
    this.cut = point.alt;
    if (point.ctrl && !point.moved) return this.choose(point);
    return this.outline.release(point);
  }

  click(point) {
    this.cut = point.alt;
    this.outline.click(point);
  }

  hover(point) {
    this.outline.hover(point);
  }

  key(event) {
    this.cut = event.altKey;
    return this.outline.key(event);
  }

  lift() {
    this.outline.lift();
  }

  undo() {
    return this.outline.undo();
  }

  cancel() {
    return this.outline.cancel();
  }

  overlay(context, view) {
    this.outline.overlay(context, view);
  }
}

/** Select a mask by a click, pan by a drag. */
export class PickMask extends Hand {
  press() {
    return "pan";
  }

  click(point) {
    this.choose(point);
  }

  looks(point) {
    return this.desk.model.under(point, 0).length ? "pointer" : "grab";
  }
}
