// What all tools do with the selected box: its handles, turning, arrow keys.

import { knob } from "../paint.js";
import { centre, CORNERS, resized, settled, shape, shifted, spot } from "./box.js";

const SIDES = [[0, -1], [1, 0], [0, 1], [-1, 0]];
const ROOM = 44; // CSS pixels a side must have for a handle in its middle
const STALK = 30; // CSS pixels from the box to the handle that turns it
const TURNS = ["nwse-resize", "ns-resize", "nesw-resize", "ew-resize"];

export class BoxHand {
  cross = true;
  act = null;

  constructor(desk) {
    this.desk = desk;
  }

  get scale() {
    return this.desk.stage.view.scale;
  }

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
    let best = null;
    let least = point.slack + 2;
    for (const handle of this.handles(box)) {
      const far = Math.hypot(handle.x - point.sx, handle.y - point.sy);
      if (far < least) [best, least] = [handle, far];
    }
    return best && { grip: best.grip, box, dx: best.x - point.sx, dy: best.y - point.sy };
  }

  /** Begin with a handle of the selected box, or with the box under the pointer. */
  grasp(point, anywhere) {
    const found = this.gripAt(point);
    if (found) this.act = { ...found, from: point };
    else if (anywhere) {
      const box = this.desk.model.pick(point, 0);
      const chosen = this.desk.model.selected;
      const taken = chosen && shape.hit(chosen, point, 0) !== Infinity ? chosen : box;
      if (taken) this.act = { grip: "move", box: taken, from: point };
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

  choose(point) {
    const { desk } = this;
    const found = desk.model.pick(point, point.slack / 3 / this.scale);
    if (found?.person !== undefined && found.person !== null) desk.accept(found.key);
    else if (found || desk.model.chosen) desk.select(found?.key ?? null);
    return found;
  }

  /** The pointer was taken away before it was released. */
  lift() {
    this.act = this.desk.draft = null;
  }

  cancel() {
    const working = Boolean(this.act || this.desk.draft);
    this.act = this.desk.draft = null;
    return working;
  }

  reset() {
    this.act = null;
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
    return { 0: TURNS[3], 45: TURNS[0], 90: TURNS[1], 135: TURNS[2] }[((Math.round(angle / 45) * 45) % 180 + 180) % 180];
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
