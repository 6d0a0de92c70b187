// Tracks: boxes that are given at some frames and lie in between on straight lines. At every moment the model speaks of
// boxes as they are at the frame that is shown, so that the tools of boxes work on them.

import { Regions } from "../canvas/regions.js";
import { shape as boxes } from "../canvas/shapes/box.js";

const round = (value) => Math.round(value * 100) / 100;
const SIDES = ["x", "y", "width", "height"];

/** Where a box is at a frame: {x, y, width, height, present, occluded, fixed}; `fixed`: a keyframe lies there. */
export function boxAt(keyframes, frame) {
  let at = -1;
  while (at + 1 < keyframes.length && keyframes[at + 1].frame <= frame) at++;
  const before = keyframes[Math.max(at, 0)];
  const after = keyframes[at + 1];
  const found = {
    x: before.x, y: before.y, width: before.width, height: before.height, rotation: 0,
    present: at >= 0 && !before.outside, occluded: at >= 0 && Boolean(before.occluded), fixed: at >= 0 && before.frame === frame,
  };
  // a keyframe with `outside` says when the object goes, not where to
  if (!found.present || found.fixed || !after || after.outside) return found;
  const share = (frame - before.frame) / (after.frame - before.frame);
  for (const side of SIDES) found[side] = before[side] + share * (after[side] - before[side]);
  return found;
}

/** The stretches of frames in which a track is there: [[from, to (exclusive)], …] */
export function stretches(keyframes, count) {
  const found = [];
  for (const one of keyframes) {
    const last = found.at(-1);
    if (one.outside) {
      if (last && last[1] === null) last[1] = one.frame;
    } else if (!last || last[1] !== null) found.push([one.frame, null]);
  }
  return found.map(([from, to]) => [from, to ?? count]);
}

export const shape = {
  ...boxes,
  shift: null,
  read: ({ track, keyframes }) => ({ track, keyframes: [...keyframes].sort((a, b) => a.frame - b.frame), rotation: 0 }),
  write: ({ track, keyframes }) => ({ track, keyframes }),
  size(one) {
    const keys = one.keyframes?.length ?? 1;
    return [`#${one.track ?? "new"}`, `${keys} ${keys === 1 ? "keyframe" : "keyframes"}`, ...(one.present === false ? ["not in this frame"] : one.occluded ? ["occluded"] : [])].join(", ");
  },
  draw(context, view, box, look) {
    // one that is hidden by something else is drawn lighter, one between keyframes thinner than on one
    context.save();
    if (box.occluded) context.globalAlpha = 0.55;
    boxes.draw(context, view, box, look);
    context.restore();
  },
};

export class TrackModel extends Regions {
  #made = new WeakMap(); // a track -> {frame, box}
  #instead = null; // the tracks that a step of several changes leads to

  /** `film` says which frame is shown, and when frames are. */
  constructor(changed, film) {
    super(shape, changed);
    this.film = film;
  }

  #now(region) {
    const { frame } = this.film;
    let made = this.#made.get(region);
    if (made?.frame !== frame) {
      made = { frame, box: { ...region, ...boxAt(region.keyframes, frame) } };
      this.#made.set(region, made);
    }
    return made.box;
  }

  get list() {
    return (this.#instead ?? super.list).map((one) => this.#now(one));
  }

  get proposals() {
    return super.proposals.map((one) => this.#now(one));
  }

  shows(region) {
    const one = region.keyframes ? region : this.get(region.key);
    return super.shows(region) && one?.present !== false;
  }

  /** A keyframe at the frame that is shown. */
  keyframe(box, more = {}) {
    const { frame, times } = this.film;
    const sides = Object.fromEntries(SIDES.map((side) => [side, round(box[side])]));
    return { frame, time: times[frame], ...sides, outside: false, occluded: Boolean(box.occluded), ...more };
  }

  #with(keyframes, one) {
    return [...keyframes.filter((each) => each.frame !== one.frame), one].sort((a, b) => a.frame - b.frame);
  }

  add(region, what) {
    if (region.keyframes) return super.add(region, what);
    const track = Math.max(0, ...this.everything.map((one) => one.track ?? 0)) + 1;
    return super.add({ ...region, track, keyframes: [this.keyframe(region)] }, what);
  }

  /** A box that was moved gets a keyframe where it was moved. */
  put(region, what) {
    const now = this.get(region.key);
    const moved = now && region.keyframes === now.keyframes && SIDES.some((side) => Math.abs(region[side] - now[side]) > 1e-9);
    const keyframes = moved ? this.#with(region.keyframes, this.keyframe(region)) : region.keyframes;
    return super.put({ ...region, keyframes }, what);
  }

  /** Put a keyframe where the track is now, with `outside` or `occluded` changed. */
  fix(track, more, what) {
    super.put({ ...track, keyframes: this.#with(track.keyframes, this.keyframe(track, { outside: !track.present, ...more })) }, what);
  }

  unfix(track, what) {
    const keyframes = track.keyframes.filter((one) => one.frame !== this.film.frame);
    if (!keyframes.length || keyframes.length === track.keyframes.length) return false;
    super.put({ ...track, keyframes }, what);
    return true;
  }

  /** Cut a track in two at the frame that is shown, which is the second one's first. */
  split(track, key, what) {
    const { frame } = this.film;
    const before = track.keyframes.filter((one) => one.frame < frame);
    if (!before.length || !track.present) return false;
    const here = this.keyframe(track);
    const behind = this.#with(track.keyframes.filter((one) => one.frame >= frame), here);
    const number = Math.max(...this.everything.map((one) => one.track ?? 0)) + 1;
    const { id, ...rest } = track;
    this.#replace([track.key], [{ ...track, keyframes: [...before, { ...here, outside: true }] }, { ...rest, key, track: number, keyframes: behind }], what, key);
    return true;
  }

  /** Make one track of two that are never there at once; returns whether they could be. */
  merge(one, other, what) {
    const last = (track) => track.keyframes.filter((each) => !each.outside).at(-1)?.frame ?? track.keyframes[0].frame;
    const [first, second] = [one, other].sort((a, b) => a.keyframes[0].frame - b.keyframes[0].frame);
    const begins = second.keyframes[0].frame;
    if (last(first) >= begins) return false;
    const keyframes = [...first.keyframes.filter((each) => each.frame < begins), ...second.keyframes];
    this.#replace([one.key, other.key], [{ ...one, track: first.track, keyframes }], what, one.key);
    return true;
  }

  /** Several tracks changed in one step of the history: all but one before that one is put. */
  #replace(keys, made, what, chosen) {
    const at = this.list.findIndex((one) => keys.includes(one.key));
    const rest = this.list.filter((one) => !keys.includes(one.key));
    this.#instead = [...rest.slice(0, at), ...made, ...rest.slice(at)];
    try {
      super.put(made.find((one) => one.key === chosen), what);
    } finally {
      this.#instead = null;
    }
  }
}
