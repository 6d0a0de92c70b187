// What every tool does: pointers press, drag and release; a click selects; what was begun can be let go of.

export class Hand {
  cross = false; // a crosshair follows the pointer
  act = null; // what the pointer is doing now

  constructor(desk) {
    this.desk = desk;
  }

  /** Take hold of what is under the pointer; "pan" where the image is to be moved instead. */
  press() {}

  drag() {}

  release() {}

  /** Another task is shown. */
  reset() {
    this.cancel();
  }

  /** The pointer was taken away before it was released; what was set by clicks before stays. */
  lift() {
    this.act = this.desk.draft = null;
  }

  /** Let go of everything; returns whether there was something. */
  cancel() {
    const working = Boolean(this.act || this.desk.draft);
    this.act = this.desk.draft = null;
    return working;
  }

  /** The region to move from a point: the selected one where it lies there, else the smallest. */
  under(point) {
    const { model, shape } = this.desk;
    const chosen = model.selected;
    return chosen && shape.hit(chosen, point, 0) !== Infinity ? chosen : model.pick(point, 0);
  }

  /** Select what lies under a point, or nothing; what another annotator drew is taken over. */
  choose(point) {
    const { desk } = this;
    const found = desk.model.pick(point, point.slack / 3 / desk.stage.view.scale);
    if (found?.person !== undefined && found.person !== null) desk.accept(found.key);
    else if (found || desk.model.chosen) desk.select(found?.key ?? null);
    return found;
  }

  /** Of all places the nearest to the pointer that is near enough; `places` = [{x, y, …}] in CSS pixels. */
  nearest(places, point, most = point.slack + 2) {
    let best = null;
    for (const place of places) {
      const far = Math.hypot(place.x - point.sx, place.y - point.sy);
      if (far < most) [best, most] = [place, far];
    }
    return best;
  }

  /** The cursor over a point; null for the usual one. */
  looks() {
    return null;
  }
}

/** The tool that moves and selects, made of one that draws: a drag on free ground pans. */
export const mover = (Base) => class extends Base {
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
};
