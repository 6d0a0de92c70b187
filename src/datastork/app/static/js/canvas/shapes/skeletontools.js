// The tool for keypoints: a click sets the point whose turn it is, a drag moves one that is set.

import { Hand } from "../hand.js";
import { knob } from "../paint.js";
import { placed, STATES } from "./skeleton.js";

export class PointHand extends Hand {
  cross = true;
  vertex = -1; // the point of the selected object that is at hand

  reset() {
    this.vertex = -1;
    super.reset();
  }

  /** The selection changed: go to the first point of it that nobody has set. */
  follow() {
    const region = this.desk.model.selected;
    if (!region) this.vertex = -1;
    else if (this.of !== region.key || this.vertex >= region.points.length) this.vertex = region.points.findIndex((one) => one.open);
    this.of = region?.key;
  }

  get region() {
    const region = this.desk.model.selected;
    return region && region.person === undefined ? region : null;
  }

  /** Whether a click (or Enter) sets a point of the selected object. */
  places(region) {
    return region.person === undefined && (this.vertex < 0 ? !this.desk.question.points?.length : !placed(region.points[this.vertex]));
  }

  gripAt(point) {
    const { model, stage } = this.desk;
    // the selected object first, what lies over it or under it then
    for (const region of new Set([model.selected, ...model.list])) {
      if (!region || !model.shows(region)) continue;
      const set = region.points.map((one, at) => ({ region, at, one, ...stage.view.toScreen(one.x, one.y) })).filter(({ one }) => placed(one));
      const best = this.nearest(set, point, point.slack);
      if (best) return best;
    }
    return null;
  }

  press(point) {
    this.act = point.shift ? null : this.gripAt(point);
  }

  drag(point) {
    const { act, desk } = this;
    if (!point.moved) return;
    const to = desk.stage.view.inside(point);
    if (act) desk.draft = this.#with(act.region, act.at, { ...to });
    else desk.status(this.#turn());
  }

  release(point) {
    const { act, desk } = this;
    const { draft } = desk;
    this.act = desk.draft = null;
    if (act && point.moved && draft) {
      desk.model.put(draft, `moved ${draft.points[act.at].name}`);
      this.vertex = act.at;
      desk.refresh();
    } else if (act) {
      if (desk.model.chosen !== act.region.key) desk.select(act.region.key);
      this.go(act.at);
    } else this.click(point);
  }

  #with(region, at, change) {
    const { open, ...before } = region.points[at];
    return { ...region, points: region.points.toSpliced(at, 1, { ...before, ...change }) };
  }

  #turn() {
    return this.region?.points[this.vertex]?.name ?? this.desk.question.points?.[0] ?? "1";
  }

  /** Set the point whose turn it is, or begin an object; with Shift it is a hidden one. */
  click(point) {
    const { desk } = this;
    const proposal = desk.model.pick(point, point.slack / desk.stage.view.scale);
    if (!point.keyboard && proposal?.person !== undefined) return proposal.person === null ? desk.select(proposal.key) : desk.accept(proposal.key);
    const { x, y } = desk.stage.view.inside(point);
    const set = { x, y, visible: point.shift ? 1 : 2 };
    let region = this.region;
    if (!region || !this.places(region)) {
      if (region && !desk.question.points?.length) region = null;
      region = desk.fresh({ points: desk.shape.empty() });
      this.vertex = 0;
    }
    if (!desk.question.points?.length) {
      this.vertex = region.points.length;
      region = { ...region, points: [...region.points, { name: this.#unused(region), x: 0, y: 0, visible: 0, open: true }] };
    }
    const at = this.vertex;
    const done = this.#with(region, at, set);
    const next = done.points.findIndex((one, place) => one.open && place > at);
    const left = next < 0 ? done.points.findIndex((one) => one.open) : next;
    const what = `${done.points[at].name}${left >= 0 ? `; next ${done.points[left].name}` : ""}`;
    this.of = done.key; // the turn is set here
    this.vertex = left;
    if (desk.model.get(done.key)) desk.model.put(done, what);
    else desk.model.add(done, what);
    return desk.refresh();
  }

  #unused(region) {
    const taken = new Set(region.points.map((one) => one.name));
    for (let number = 1; ; number++) if (!taken.has(String(number))) return String(number);
  }

  go(at) {
    this.vertex = at;
    const one = this.region?.points[at];
    if (one) this.desk.say(`${one.name}, ${one.open ? "to be set" : STATES[one.visible]}`);
    this.desk.refresh();
  }

  /** Say of the point at hand whether it is visible, hidden or not there. */
  mark(visible) {
    const { region, desk, vertex } = this;
    const one = region?.points[vertex];
    if (!one) return false;
    if (visible && !placed(one)) return desk.say(`Set ${one.name} first.`), true;
    const done = this.#with(region, vertex, visible ? { visible } : { x: 0, y: 0, visible: 0 });
    const next = done.points.findIndex((other, place) => other.open && place > vertex);
    desk.model.put(done, `${one.name} ${STATES[visible]}`);
    if (!visible) this.vertex = next;
    desk.refresh();
    return true;
  }

  nudge(region, dx, dy) {
    const { desk, vertex } = this;
    if (vertex < 0) return this.desk.model.put(desk.shape.shift(region, dx, dy, desk.size), "moved"), true;
    const one = region.points[vertex];
    if (!placed(one)) return false; // arrows move the cursor that will set it
    const to = desk.stage.view.inside({ x: one.x + dx, y: one.y + dy });
    desk.model.put(this.#with(region, vertex, to), `${Math.round(to.x)}, ${Math.round(to.y)}`);
    return true;
  }

  key(event) {
    const { region, vertex } = this;
    if (!region || event.altKey) return false;
    const way = { "[": -1, "]": 1 }[event.key];
    const key = event.key.toLowerCase();
    if (way) this.go((vertex < 0 ? (way > 0 ? 0 : region.points.length - 1) : vertex + way + region.points.length) % region.points.length);
    else if (vertex < 0) return false;
    else if (key === "v") return this.mark(region.points[vertex].visible === 2 ? 1 : 2);
    else if (key === "x") return this.mark(0);
    else if (key === "escape" && placed(region.points[vertex])) this.go(-1);
    else return false;
    return true;
  }

  looks(point) {
    return this.gripAt(point) ? "move" : null;
  }

  overlay(context, view) {
    const { desk } = this;
    const region = desk.draft ?? this.region;
    const one = region?.points[this.vertex];
    if (!one || !placed(one)) return;
    const { x, y } = view.toScreen(one.x, one.y);
    knob(context, x, y, desk.colourOf(region), { round: true, radius: 7.5, full: one.visible === 2 });
  }
}
