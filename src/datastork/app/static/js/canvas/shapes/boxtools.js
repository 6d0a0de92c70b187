// Tools for boxes: draw by drag or two clicks, by four extreme points, and move; handles, turning, arrow keys.

import { Hand, mover } from "../hand.js";
import { knob } from "../paint.js";
import { between, centre, CORNERS, resized, settled, shape, shifted, spot } from "./box.js";

const SIDES = [[0, -1], [1, 0], [0, 1], [-1, 0]];
const ROOM = 44; // CSS pixels a side must have for a handle in its middle
const STALK = 30; // CSS pixels from the box to the handle that turns it
const TURNS = { 0: "ew-resize", 45: "nwse-resize", 90: "ns-resize", 135: "nesw-resize" };

class BoxHand extends Hand {
  cross = true;

  /** The handles of the selected box: [{grip, x, y}] in CSS pixels. */
  handles(box) {
    const { view } = this.desk.stage;
    const wide = box.width * view.scale;
    const high = box.height * view.scale;
    const places = [...CORNERS, ...SIDES.filter(([across]) => (across ? high : wide) >= ROOM)];
    const found = places.map((grip) => {
      const at = spot(box, grip);
      return { grip, ...view.toScreen(at.x, at.y) };
    });
    found.push({ grip: "turn", ...this.#turner(box, view) });
    if (Math.min(wide, high) >= ROOM) {
      const middle = centre(box);
      found.push({ grip: "move", ...view.toScreen(middle.x, middle.y) });
    }
    return found;
  }

  /** The handle that turns: below the box, above where that is out of sight; `from` the side it hangs on. */
  #turner(box, view) {
    const away = 1 + (2 * STALK) / Math.max(box.height * view.scale, 1);
    const [below, above] = [1, -1].map((side) => {
      const from = spot(box, [0, side]);
      const at = spot(box, [0, side * away]);
      return { ...view.toScreen(at.x, at.y), from: view.toScreen(from.x, from.y) };
    });
    return below.y > view.down - 8 || below.x < 8 || below.x > view.across - 8 ? above : below;
  }

  gripAt(point) {
    const box = this.desk.model.selected;
    if (!box || !this.desk.model.shows(box)) return null;
    const best = this.nearest(this.handles(box), point);
    return best && { grip: best.grip, box, dx: best.x - point.sx, dy: best.y - point.sy };
  }

  /** Begin with a handle of the selected box, or with the box under the pointer. */
  grasp(point, anywhere) {
    const found = this.gripAt(point);
    if (found) this.act = { ...found, from: point };
    else if (anywhere) {
      const box = this.under(point);
      if (box) this.act = { grip: "move", box, from: point };
    }
    return Boolean(this.act);
  }

  drag(point) {
    const { act, desk } = this;
    if (!act || !point.moved) return;
    const { view } = desk.stage;
    const { box, grip } = act;
    if (grip === "move") desk.draft = shifted(box, point.x - act.from.x, point.y - act.from.y, desk.size);
    else if (grip === "turn") {
      const middle = centre(box);
      const angle = (at) => (Math.atan2(at.y - middle.y, at.x - middle.x) * 180) / Math.PI;
      const degrees = box.rotation + angle(point) - angle(act.from);
      desk.draft = { ...box, rotation: point.shift ? Math.round(degrees / 15) * 15 : Math.round(degrees * 2) / 2 };
    } else {
      // the handle stays where it was gripped, not where the finger is
      desk.draft = resized(box, grip, view.inside(view.toImage(point.sx + act.dx, point.sy + act.dy)));
    }
    desk.status(shape.size(desk.draft));
  }

  release(point) {
    const { act, desk } = this;
    this.act = null;
    const box = desk.draft;
    desk.draft = null;
    if (act && box && point.moved) {
      const done = settled(box, desk.size);
      desk.model.put(done, `${act.grip === "move" ? "moved" : act.grip === "turn" ? "turned" : "resized"} ${desk.nameOf(done.label)}, ${shape.size(done)}`);
    } else if (act && !point.moved) this.choose(point);
  }

  nudge(box, dx, dy, alt) {
    const { desk } = this;
    const moved = alt
      ? { ...box, width: Math.max(1, box.width + dx), height: Math.max(1, box.height + dy) }
      : shifted(box, dx, dy, desk.size);
    const done = settled(moved, desk.size);
    desk.model.put(done, alt ? shape.size(done) : `${Math.round(done.x)}, ${Math.round(done.y)}`);
    return true;
  }

  key(event) {
    const box = this.desk.model.selected;
    const way = { Comma: -1, Period: 1 }[event.code];
    if (!box || !way || event.altKey) return false;
    const done = settled({ ...box, rotation: box.rotation + way * (event.shiftKey ? 15 : 1) }, this.desk.size);
    this.desk.model.put(done, `${done.rotation}°`);
    return true;
  }

  looks(point) {
    const found = this.gripAt(point);
    if (!found) return null;
    if (found.grip === "move") return "move";
    if (found.grip === "turn") return "grab";
    const [across, down] = found.grip;
    const angle = (Math.atan2(down, across) * 180) / Math.PI + (found.box.rotation || 0);
    return TURNS[((Math.round(angle / 45) * 45) % 180 + 180) % 180];
  }

  overlay(context, view) {
    const { desk } = this;
    const box = desk.draft ?? desk.model.selected;
    if (!box || !desk.model.shows(box) || (desk.draft && !this.act?.grip)) return;
    const colour = desk.colourOf(box);
    for (const { grip, x, y, from } of this.handles(box)) {
      if (grip === "turn") {
        context.beginPath();
        context.moveTo(from.x, from.y);
        context.lineTo(x, y);
        context.strokeStyle = colour;
        context.lineWidth = 1.5;
        context.stroke();
        knob(context, x, y, colour, { round: true });
      } else if (grip === "move") knob(context, x, y, colour, { round: true, radius: 5.5, full: true });
      else knob(context, x, y, colour);
    }
  }
}

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

  overlay(context, view) {
    super.overlay(context, view);
    for (const point of this.#points) {
      const { x, y } = view.toScreen(point.x, point.y);
      knob(context, x, y, this.desk.palette.of(this.desk.label), { round: true, full: true });
    }
  }
}

export const MoveBox = mover(BoxHand);
