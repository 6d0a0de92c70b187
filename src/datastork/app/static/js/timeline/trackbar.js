// The timeline of tracks: a line for each where it is there, a diamond at each keyframe.

import { lanes } from "./lanes.js";
import { stretches } from "./trackmodel.js";

const LOW = 5; // CSS pixels a line has at least
const HIGH = 20;

const extent = (desk, track) => {
  const found = stretches(track.keyframes, desk.film.count);
  return { key: track.key, onset: found[0]?.[0] ?? track.keyframes[0].frame, offset: found.at(-1)?.[1] ?? track.keyframes[0].frame + 1, found };
};

/** Where the lines lie: [{track, y, height, found}]. */
export function lines(desk, box) {
  if (!desk.size || !desk.film.count) return [];
  const all = desk.model.everything.map((track) => ({ track, ...extent(desk, track) }));
  const { lane, count } = lanes(all);
  const height = Math.min(Math.max(box.height / count, LOW), HIGH);
  return all.map((one) => ({ ...one, y: box.y + lane.get(one.track.key) * height, height }));
}

export function draw(desk, context, box, colours) {
  const { surface, film, model } = desk;
  const { span } = surface;
  const { edges } = film;
  for (const { track, y, height, found } of lines(desk, box)) {
    if (y + height > box.y + box.height + 1) continue;
    const chosen = track.key === model.chosen;
    const colour = desk.colourOf(track);
    context.strokeStyle = colour;
    context.fillStyle = colour;
    context.setLineDash(track.person !== undefined ? [4, 3] : []);
    for (const [from, to] of found) {
      const [left, right] = [span.x(edges[from]), span.x(edges[to])];
      context.globalAlpha = chosen ? 1 : 0.55;
      context.fillRect(left, y + height / 2 - (chosen ? 3 : 1.5), Math.max(right - left, 2), chosen ? 6 : 3);
      context.globalAlpha = 1;
    }
    context.setLineDash([]);
    const size = Math.min(height / 2 - 1, chosen ? 7 : 4);
    for (const one of track.keyframes) {
      const x = span.x(edges[one.frame]);
      if (x < -8 || x > span.across + 8) continue;
      context.beginPath();
      context.moveTo(x, y + height / 2 - size);
      context.lineTo(x + size, y + height / 2);
      context.lineTo(x, y + height / 2 + size);
      context.lineTo(x - size, y + height / 2);
      context.closePath();
      context.fillStyle = one.outside ? colours.panel : chosen ? colours.ink : colour;
      context.strokeStyle = chosen ? colours.ink : colour;
      context.lineWidth = 1.5;
      context.fill();
      context.stroke();
    }
  }
}

/** A click selects a track, a drag moves through the frames. */
export class TrackTime {
  #from = null;

  constructor(desk) {
    this.desk = desk;
  }

  press(point) {
    this.#from = point;
  }

  drag(point) {
    if (point.moved) this.desk.film.seek(this.desk.surface.span.inside(point.x));
  }

  release(point) {
    const { desk } = this;
    if (point.moved) return;
    const box = desk.surface.boxes.get("lanes");
    const here = lines(desk, box).filter((one) => point.sy >= one.y && point.sy < one.y + one.height);
    const frame = desk.film.at(desk.surface.span.inside(point.x));
    const hit = here.find((one) => frame >= one.onset && frame < one.offset) ?? here[0];
    const near = hit?.track.keyframes.find((one) => Math.abs(desk.surface.span.x(desk.film.edges[one.frame]) - point.sx) <= point.slack / 2 + 2);
    desk.film.go(near ? near.frame : frame);
    if (hit) desk.select(hit.track.key);
  }

  lift() {}

  looks() {
    return "pointer";
  }
}
