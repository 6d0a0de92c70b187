// What pointers do on the timeline: draw a stretch, move it or its edges, select, go to a time.

import { Hand } from "../canvas/hand.js";
import { laneBox } from "./paint.js";

const SNAP = 8; // CSS pixels within which an edge snaps

export class TimeHand extends Hand {
  /** The edge of a stretch under a point: those of the selected one first. */
  #grip(point) {
    const { desk } = this;
    const { span } = desk.surface;
    const band = desk.surface.band(point.sy);
    const chosen = desk.model.selected;
    const near = (region, slack) => {
      const ends = [["onset", span.x(region.onset)], ["offset", span.x(region.offset)]].map(([edge, x]) => ({ edge, far: Math.abs(x - point.sx), x, region }));
      const best = ends[0].far <= ends[1].far ? ends[0] : ends[1];
      return best.far <= slack ? best : null;
    };
    if (chosen && desk.model.shows(chosen)) {
      const found = near(chosen, point.slack);
      const level = band?.id === "spectrogram" ? this.#level(chosen, point) : null;
      if (level && !(found && found.far < level.far)) return level;
      if (found && (band?.id !== "lanes" || this.#lane(point)?.key === chosen.key || !this.#lane(point))) return found;
    }
    if (point.touch) return null;
    const below = band?.id === "lanes" ? [this.#lane(point)].filter(Boolean) : desk.shown();
    return below.map((one) => near(one, point.slack - 2)).filter(Boolean).sort((a, b) => a.far - b.far)[0] ?? null;
  }

  /** The lower or upper edge of a stretch with frequencies. */
  #level(region, point) {
    const { desk } = this;
    const { span } = desk.surface;
    if (region.low === undefined || region.high === undefined || point.x < region.onset - 2 / span.scale || point.x > region.offset + 2 / span.scale) return null;
    const ends = ["low", "high"].map((edge) => ({ edge, far: Math.abs(desk.hertzY(region[edge]) - point.sy), region, level: true }));
    const best = ends[0].far <= ends[1].far ? ends[0] : ends[1];
    return best.far <= point.slack ? best : null;
  }

  /** The stretch whose bar lies under a point of the lanes. */
  #lane(point) {
    const { desk } = this;
    const place = desk.surface.boxes.get("lanes");
    if (!place || point.sy < place.y || point.sy >= place.y + place.height) return null;
    const shown = desk.shown();
    const { lane, count } = desk.lanes(shown);
    const slack = point.touch ? 12 / desk.surface.span.scale : 2 / desk.surface.span.scale;
    const found = shown.filter((one) => {
      const box = laneBox(place, lane.get(one.key) ?? 0, count);
      return point.sy >= box.y && point.sy < box.y + box.height && point.x >= one.onset - slack && point.x <= one.offset + slack;
    });
    return found.find((one) => one.key === desk.model.chosen) ?? found.at(-1) ?? null;
  }

  press(point) {
    const { desk } = this;
    if (desk.readonly) {
      this.act = { kind: "look" };
      return undefined;
    }
    const grip = this.#grip(point);
    const bar = this.#lane(point);
    if (grip) this.act = { kind: "edge", ...grip, by: (grip.x ?? point.sx) - point.sx };
    else if (bar) this.act = { kind: "move", region: bar, from: point.x };
    else this.act = { kind: "draw", from: this.#snap(point.x), y: point.sy, band: desk.surface.band(point.sy)?.id };
    return undefined;
  }

  /** A time where an edge snaps to what is near: edges of others, the playhead, the ends. */
  #snap(time, own = null) {
    const { desk } = this;
    desk.snappedTo = null;
    const inside = desk.surface.span.inside(time);
    if (!desk.snapping) return desk.quantise(inside);
    const within = SNAP / desk.surface.span.scale;
    const all = [0, desk.seconds, ...(desk.preview || desk.clock.playing ? [] : [desk.clock.time]), ...desk.shown().filter((one) => one.key !== own).flatMap((one) => [one.onset, one.offset])];
    const best = all.reduce((found, one) => (Math.abs(one - inside) < Math.abs(found - inside) ? one : found), Infinity);
    if (Math.abs(best - inside) > within) return desk.quantise(inside);
    desk.snappedTo = best;
    return desk.quantise(best);
  }

  drag(point) {
    const { act, desk } = this;
    if (!act || !point.moved || act.kind === "look") return;
    const { span } = desk.surface;
    if (act.kind === "draw") this.#span(act, point);
    else if (act.level) {
      const hertz = Math.round(desk.hertz(point.sy));
      const other = act.region[act.edge === "low" ? "high" : "low"];
      desk.draft = { ...act.region, low: Math.min(hertz, other), high: Math.max(hertz, other) };
    } else if (act.kind === "edge") {
      const time = this.#snap(span.time(point.sx + act.by), act.region.key);
      const other = act.region[act.edge === "onset" ? "offset" : "onset"];
      desk.draft = { ...act.region, onset: Math.min(time, other), offset: Math.max(time, other) };
      desk.preview?.(time, time > other);
    } else {
      const long = act.region.offset - act.region.onset;
      const wanted = Math.min(Math.max(act.region.onset + point.x - act.from, 0), desk.seconds - long);
      let onset = this.#snap(wanted, act.region.key);
      if (desk.snappedTo === null) {
        const end = this.#snap(wanted + long, act.region.key);
        if (desk.snappedTo !== null) onset = end - long;
      }
      onset = Math.min(Math.max(onset, 0), desk.seconds - long);
      desk.draft = { ...act.region, onset, offset: onset + long };
    }
    desk.status(desk.shape.size(desk.draft));
  }

  #span(act, point) {
    const { desk } = this;
    const to = this.#snap(point.x);
    const stretch = { onset: Math.min(act.from, to), offset: Math.max(act.from, to) };
    if (desk.hertzToo && act.band === "spectrogram") {
      const levels = [act.y, point.sy].map((y) => Math.round(desk.hertz(y)));
      Object.assign(stretch, { low: Math.min(...levels), high: Math.max(...levels) });
    }
    const label = desk.laneLabel?.(act.y);
    desk.preview?.(to, to > act.from);
    desk.draft = { ...(desk.draft ?? desk.fresh(label ? { label } : {})), ...stretch };
  }

  release(point) {
    const { act, desk } = this;
    const { draft } = desk;
    this.act = desk.draft = desk.snappedTo = null;
    desk.status("");
    if (!act) return;
    if (!point.moved) return this.#click(point, act);
    if (!draft) return;
    const done = desk.settle(draft);
    if (act.kind === "draw") return desk.make(done);
    if (act.kind === "edge") desk.edge = act.level ? desk.edge : done.onset === act.region.onset ? "offset" : "onset";
    desk.model.put(done, `${act.kind === "move" ? "moved" : "changed"} ${desk.nameOf(done.label)}, ${desk.shape.size(done)}`);
  }

  #click(point, act) {
    const { desk } = this;
    const bar = this.#lane(point);
    if (act.kind === "edge" && !act.level && act.region.key === desk.model.chosen) {
      desk.edge = act.edge; // the arrow keys move this one now
      return desk.refresh();
    }
    const found = bar ?? this.#next(point);
    if (found) {
      if (found.person !== undefined && found.person !== null && !desk.readonly) desk.accept(found.key);
      else desk.select(found.key);
      if (!bar) desk.clock.seek(point.x);
      return;
    }
    if (desk.model.chosen) desk.select(null);
    desk.clock.seek(desk.surface.span.inside(point.x));
  }

  /** What lies under a point above the lanes: the smallest, a second time the next. */
  #next(point) {
    const found = this.desk.shown().filter((one) => point.x >= one.onset && point.x <= one.offset)
      .sort((a, b) => a.offset - a.onset - (b.offset - b.onset));
    const at = found.findIndex((one) => one.key === this.desk.model.chosen);
    return found.length ? found[(at + 1) % found.length] : null;
  }

  lift() {
    super.lift();
    this.desk.snappedTo = null;
  }

  looks(point) {
    if (this.desk.readonly) return "pointer";
    const grip = this.#grip(point);
    if (grip) return grip.level ? "ns-resize" : "ew-resize";
    return this.#lane(point) ? "move" : "crosshair";
  }
}
