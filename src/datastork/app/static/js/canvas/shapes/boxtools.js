// Tools for boxes: draw by drag or two clicks, by four extreme points, and move.

import { knob } from "../paint.js";
import { between, settled, shape } from "./box.js";
import { BoxHand } from "./boxhand.js";

export class DrawBox extends BoxHand {
  #corner = null; // the first of two clicks
  #clicks = false; // the last box was drawn by clicks

  get follows() {
    return Boolean(this.#corner);
  }

  get undoes() {
    return Boolean(this.#corner);
  }

  press(point) {
    if (!this.#corner && this.grasp(point, point.ctrl)) return undefined;
    this.act = { from: this.desk.stage.view.inside(point) };
    return undefined;
  }

  drag(point) {
    if (this.act?.grip) return super.drag(point);
    if (point.moved) this.#span(this.#corner ?? this.act.from, point);
    return undefined;
  }

  #span(from, point) {
    const { desk } = this;
    let to = desk.stage.view.inside(point);
    if (point.shift) {
      const side = Math.min(Math.abs(to.x - from.x), Math.abs(to.y - from.y));
      to = { x: from.x + Math.sign(to.x - from.x) * side, y: from.y + Math.sign(to.y - from.y) * side };
    }
    desk.draft = { ...(desk.draft ?? desk.fresh({})), ...between(from, to) };
    desk.status(shape.size(desk.draft));
  }

  release(point) {
    if (this.act?.grip) return super.release(point);
    const { act } = this;
    this.act = null;
    if (point.moved) return this.#finish();
    this.desk.draft = this.#corner ? this.desk.draft : null;
    return act && this.click(point);
  }

  /** A click selects what is there; on free ground (or with Shift) it begins a box, the next one ends it. */
  click(point) {
    if (this.#corner) {
      this.#span(this.#corner, point);
      return this.#finish();
    }
    const chosen = Boolean(this.desk.model.chosen);
    if (!point.shift && !point.keyboard && this.choose(point)) return undefined;
    // a click beside the selected box lets go of it; who draws by clicks goes on drawing
    if (chosen && !this.#clicks && !point.shift && !point.keyboard) return undefined;
    this.#corner = this.desk.stage.view.inside(point);
    this.desk.say("first corner");
    this.desk.refresh();
    return undefined;
  }

  #finish() {
    const { desk } = this;
    const { draft } = desk;
    desk.draft = null;
    this.#clicks = Boolean(this.#corner);
    this.#corner = null;
    if (!draft) return;
    const box = settled(draft, desk.size);
    if (box.width < 1 || box.height < 1) return desk.say("too small for a box");
    desk.stage.cursor = null;
    desk.model.add(box, `${desk.nameOf(box.label)}, ${shape.size(box)}`);
  }

  hover(point) {
    if (this.#corner && point) this.#span(this.#corner, point);
  }

  undo() {
    return this.cancel();
  }

  cancel() {
    const working = Boolean(this.#corner);
    this.#corner = null;
    return super.cancel() || working;
  }

  reset() {
    this.#corner = null;
    super.reset();
  }

  overlay(context, view) {
    super.overlay(context, view);
    if (!this.#corner) return;
    const { x, y } = view.toScreen(this.#corner.x, this.#corner.y);
    knob(context, x, y, this.desk.palette.of(this.desk.label), { full: true });
  }
}

/** Four clicks on the outermost points of an object: top, left, bottom and right in any order. */
export class ExtremeBox extends BoxHand {
  #points = [];

  get undoes() {
    return this.#points.length > 0;
  }

  press(point) {
    if (!this.#points.length) this.grasp(point, point.ctrl);
  }

  release(point) {
    if (this.act) return super.release(point);
    return this.click(point);
  }

  click(point) {
    const { desk } = this;
    this.#points.push(desk.stage.view.inside(point));
    if (this.#points.length < 4) return desk.say(`point ${this.#points.length} of 4`), desk.refresh();
    const xs = this.#points.map((one) => one.x);
    const ys = this.#points.map((one) => one.y);
    this.#points = [];
    const box = settled(desk.fresh(between({ x: Math.min(...xs), y: Math.min(...ys) }, { x: Math.max(...xs), y: Math.max(...ys) })), desk.size);
    if (box.width < 1 || box.height < 1) return desk.say("too small for a box");
    return desk.model.add(box, `${desk.nameOf(box.label)}, ${shape.size(box)}`);
  }

  undo() {
    return Boolean(this.#points.pop());
  }

  cancel() {
    const working = this.#points.length > 0;
    this.#points = [];
    return super.cancel() || working;
  }

  reset() {
    this.#points = [];
    super.reset();
  }

  overlay(context, view) {
    super.overlay(context, view);
    for (const point of this.#points) {
      const { x, y } = view.toScreen(point.x, point.y);
      knob(context, x, y, this.desk.palette.of(this.desk.label), { round: true, full: true });
    }
  }
}

/** Move what is there; a drag on free ground pans. */
export class MoveBox extends BoxHand {
  cross = false;

  press(point) {
    return this.grasp(point, true) ? "tool" : "pan";
  }

  click(point) {
    this.choose(point);
  }

  looks(point) {
    return super.looks(point) ?? (this.desk.model.under(point, 0).length ? "move" : "grab");
  }
}
