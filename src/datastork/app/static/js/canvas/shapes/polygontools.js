// Tools for polygons: draw them, move and insert and delete points, move the whole.

import { Hand, mover } from "../hand.js";
import { knob } from "../paint.js";
import { Outline, snapped } from "./outline.js";
import { extent, nearest, settled, shape, tangled } from "./polygon.js";

/** Moving what is there: points, new ones in the middle of sides, whole polygons. */
class PolygonHand extends Hand {
  vertex = -1; // the point of the selected polygon that is selected

  reset() {
    this.vertex = -1;
    super.reset();
  }

  follow() {
    const points = this.desk.model.selected?.points;
    if (!points || this.vertex >= points.length || this.of !== this.desk.model.chosen) this.vertex = -1;
    this.of = this.desk.model.chosen;
  }

  /** The point of the selected polygon under the pointer, or the side on which one would be inserted. */
  gripAt(point) {
    const region = this.desk.model.selected;
    if (!region || !this.desk.model.shows(region)) return null;
    const { view } = this.desk.stage;
    const { points } = region;
    const best = this.nearest(points.map(([x, y], at) => ({ region, at, ...view.toScreen(x, y) })), point);
    if (best) return best;
    const slack = Math.min(point.slack, 12) / view.scale;
    const sides = points.map((one, at) => ({ region, at: at + 1, on: nearest(one, points[(at + 1) % points.length], point) }));
    const side = sides.reduce((one, other) => (other.on.far < one.on.far ? other : one));
    return side.on.far < slack ? { ...side, insert: true } : null;
  }

  grasp(point, anywhere) {
    const found = this.gripAt(point);
    if (found) this.act = { ...found, from: point };
    else if (anywhere) {
      const region = this.under(point);
      if (region) this.act = { region, from: point, whole: true };
    }
    return Boolean(this.act);
  }

  drag(point) {
    const { act, desk } = this;
    if (!act || !point.moved) return;
    if (act.whole) {
      desk.draft = shape.shift(act.region, point.x - act.from.x, point.y - act.from.y, desk.size);
      return;
    }
    const { x, y } = snapped(point, desk.stage.view);
    desk.draft = { ...act.region, points: act.region.points.toSpliced(act.at, act.insert ? 0 : 1, [x, y]) };
    this.vertex = act.at;
  }

  release(point) {
    const { act, desk } = this;
    const { draft } = desk;
    this.act = desk.draft = null;
    if (act && draft && point.moved) {
      const keep = this.vertex;
      const points = settled(draft.points, desk.size);
      desk.model.put({ ...draft, points }, `${act.whole ? "moved" : act.insert ? "inserted a point of" : "moved a point of"} ${desk.nameOf(draft.label)}${tangled(points) ? "; the outline crosses itself" : ""}`);
      if (!act.whole) this.vertex = keep;
    } else if (act && !act.whole && !act.insert) {
      this.vertex = act.at;
      desk.say(`point ${act.at + 1}`);
      desk.refresh();
    } else this.choose(point);
  }

  /** Double click on a point deletes it. */
  twice(point) {
    const found = this.gripAt(point);
    if (found && !found.insert) this.delete(found.at);
  }

  delete(at) {
    const { model } = this.desk;
    const region = model.selected;
    if (region.points.length <= 3) return this.desk.say("A polygon needs three points.");
    this.vertex = -1;
    return model.put({ ...region, points: region.points.toSpliced(at, 1) }, `deleted point ${at + 1}`);
  }

  nudge(region, dx, dy) {
    const { desk } = this;
    if (this.vertex < 0) {
      desk.model.put(shape.shift(region, dx, dy, desk.size), `moved ${desk.nameOf(region.label)}`);
      return true;
    }
    const keep = this.vertex;
    const [x, y] = region.points[keep];
    const points = settled(region.points.toSpliced(keep, 1, [x + dx, y + dy]), desk.size);
    desk.model.put({ ...region, points }, `${Math.round(x + dx)}, ${Math.round(y + dy)}`);
    this.vertex = keep;
    return true;
  }

  /** [ and ] go from point to point, Insert (or J) adds one, Delete deletes the selected one, Escape lets go of it. */
  key(event) {
    const region = this.desk.model.selected;
    if (!region) return false;
    const { points } = region;
    const way = { "[": -1, "]": 1 }[event.key];
    if (way) {
      this.vertex = this.vertex < 0 ? (way > 0 ? 0 : points.length - 1) : (this.vertex + way + points.length) % points.length;
      this.desk.say(`point ${this.vertex + 1} of ${points.length}, ${Math.round(points[this.vertex][0])}, ${Math.round(points[this.vertex][1])}`);
    } else if (this.vertex >= 0 && (event.key === "Delete" || event.key === "Backspace")) this.delete(this.vertex);
    else if (this.vertex >= 0 && event.key === "Escape") this.vertex = -1;
    else if (this.vertex >= 0 && (event.key === "Insert" || event.key === "j")) {
      const [x, y] = points[this.vertex];
      const [nextX, nextY] = points[(this.vertex + 1) % points.length];
      const at = this.vertex + 1;
      this.desk.model.put({ ...region, points: points.toSpliced(at, 0, [(x + nextX) / 2, (y + nextY) / 2]) }, "inserted a point");
      this.vertex = at;
    } else return false;
    this.desk.refresh();
    return true;
  }

  looks(point) {
    const found = this.gripAt(point);
    return found ? (found.insert ? "copy" : "move") : null;
  }

  overlay(context, view) {
    const { desk } = this;
    const region = desk.draft ?? desk.model.selected;
    if (!region?.points || !desk.model.shows(region)) return;
    const colour = desk.colourOf(region);
    const { width, height } = extent(region.points);
    // points that would cover each other are smaller
    const radius = (width + height) * view.scale < region.points.length * 24 ? 2.5 : 4;
    region.points.forEach(([x, y], at) => {
      const place = view.toScreen(x, y);
      if (place.x < -9 || place.y < -9 || place.x > view.across + 9 || place.y > view.down + 9) return;
      knob(context, place.x, place.y, colour, { round: true, radius: at === this.vertex ? 6 : radius, full: at === this.vertex });
    });
  }
}

export class DrawPolygon extends PolygonHand {
  cross = true;
  fine = true; // every place the pointer passed is of use

  constructor(desk) {
    super(desk);
    this.outline = new Outline(desk, (points) => {
      const region = desk.fresh({ points });
      desk.model.add(region, `${desk.nameOf(region.label)}, ${shape.size(region)}${tangled(points) ? "; the outline crosses itself" : ""}`);
    });
  }

  get follows() {
    return this.outline.working;
  }

  get undoes() {
    return this.outline.working;
  }

  press(point) {
    if (!this.outline.working) this.grasp(point, point.ctrl);
  }

  drag(point, from) {
    return this.act ? super.drag(point) : this.outline.drag(point, from);
  }

  release(point) {
    if (this.act) return super.release(point);
    if (!point.moved) return this.click(point);
    return this.outline.release(point);
  }

  /** A click on a polygon selects it, elsewhere (or with Shift) it sets a point. */
  click(point) {
    if (!this.outline.working && !point.shift && !point.keyboard && this.choose(point)) return undefined;
    return this.outline.click(point);
  }

  hover(point) {
    this.outline.hover(point);
  }

  twice(point) {
    // the double click that closed an outline is no double click on its point
    if (!this.outline.working && performance.now() - this.outline.clicked > 500) super.twice(point);
  }

  lift() {
    this.outline.lift();
    super.lift();
  }

  undo() {
    return this.outline.undo();
  }

  cancel() {
    const working = this.outline?.cancel() ?? false; // not there yet while the tool is made
    return super.cancel() || working;
  }

  key(event) {
    return this.outline.key(event) || (!this.outline.working && super.key(event));
  }

  overlay(context, view) {
    super.overlay(context, view);
    this.outline.overlay(context, view);
  }
}

export const MovePolygon = mover(PolygonHand);
