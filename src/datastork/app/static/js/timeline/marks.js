// What can be done to stretches of time: begun and ended by keys at the playhead, edges set and moved, played, typed.

import { newKey } from "../canvas/regions.js";
import { say } from "../dom.js";
import { settings } from "../media/settings.js";

export const EDGES = { onset: "its beginning", offset: "its end", whole: "all of it" };

export const Marks = (Base) => class extends Base {
  settle(region) {
    return this.shape.settle(region, this.size);
  }

  /** Times between which edges cannot lie, moved to the nearest one. */
  quantise(time) {
    return time;
  }

  fresh(shape = {}) {
    return { key: newKey(), label: this.label, ...shape };
  }

  make(region) {
    this.edge = "offset";
    this.model.add(region, `${this.nameOf(region.label)}, ${this.shape.size(region)}`);
    this.aim?.();
    return true;
  }

  typed(region, name, value) {
    const { [name]: before, ...rest } = region;
    const done = this.settle(value === null ? rest : { ...region, [name]: value });
    this.model.put(done, `${this.nameOf(done.label)}, ${this.shape.size(done)}`);
  }

  /** Begin a stretch at the playhead, or end the one that was begun. */
  markEdge(edge) {
    if (this.readonly || !this.size) return false;
    const { time } = this.clock;
    if (edge === "offset") {
      if (!this.mark) return this.model.selected ? this.setEdge("offset") : (say("Set the beginning first."), true);
      return this.endMark();
    }
    this.mark = { onset: this.quantise(time) };
    this.model.chosen = null;
    say(`begins at ${time.toFixed(2)} s`);
    this.refresh();
    return true;
  }

  endMark() {
    const { onset } = this.mark;
    this.mark = null;
    return this.make(this.settle(this.fresh({ onset: Math.min(onset, this.clock.time), offset: Math.max(onset, this.clock.time) })));
  }

  dropMark() {
    this.mark = null;
    this.refresh();
    return true;
  }

  /** Move an edge of the selected stretch to the playhead; without one begin or end a new one. */
  setEdge(edge) {
    const region = this.model?.selected;
    if (this.mark || !region) return this.markEdge(edge);
    const other = region[edge === "onset" ? "offset" : "onset"];
    const { time } = this.clock;
    const done = this.settle({ ...region, onset: Math.min(time, other), offset: Math.max(time, other) });
    this.model.put(done, this.shape.size(done));
    return true;
  }

  nextEdge() {
    const names = Object.keys(EDGES);
    this.edge = names[(names.indexOf(this.edge) + 1) % names.length];
    say(`arrows move ${EDGES[this.edge]}`);
    this.refresh();
    return true;
  }

  /** Move what arrows move by steps. */
  nudge(region, steps) {
    const { seconds } = this;
    const moved = { ...region };
    if (this.edge === "whole") {
      const by = this.stepped(region.onset, steps) - region.onset;
      const fits = Math.min(Math.max(by, -region.onset), seconds - region.offset);
      Object.assign(moved, { onset: region.onset + fits, offset: region.offset + fits });
    } else {
      const least = this.stepped(0, 1) / 10;
      const time = this.stepped(region[this.edge], steps);
      moved[this.edge] = this.edge === "onset" ? Math.min(Math.max(time, 0), region.offset - least) : Math.max(Math.min(time, seconds), region.onset + least);
    }
    const done = this.settle(moved);
    this.model.put(done, this.shape.size(done));
    if (!this.clock.playing) this.clock.seek(this.edge === "offset" ? done.offset : done.onset);
    this.surface.reveal(this.clock.time);
    return true;
  }

  playRegion(region) {
    this.clock.play({ start: region.onset, end: region.offset });
    return true;
  }

  snap(on) {
    settings.set("snap", on);
    say(`snapping ${on ? "on" : "off"}`);
    this.refresh();
    return true;
  }
};
