// Stretches as they are kept in answers: events of a sound in seconds (and Hz), stretches of frames of a video.

import { clockTime } from "../media/span.js";

const round = (value) => Math.round(value * 1000) / 1000;
const range = (one, digits) => `${clockTime(one.onset, digits)}–${clockTime(one.offset, digits)} s`;

const common = {
  bounds: (one) => ({ x: one.onset, y: 0, width: one.offset - one.onset, height: 1 }),
  hit: (one, point) => (point.x >= one.onset && point.x <= one.offset ? one.offset - one.onset : Infinity),
};

export const events = {
  ...common,
  read: ({ onset, offset, low, high, text }) => ({ onset, offset, low, high, text }),

  write({ onset, offset, low, high, text }) {
    const done = { onset, offset };
    for (const [name, value] of Object.entries({ low, high, text })) if (value !== undefined && value !== null) done[name] = value;
    return done;
  },

  size: (one) => `${range(one, 2)}${one.low !== undefined && one.high !== undefined ? `, ${Math.round(one.low)}–${Math.round(one.high)} Hz` : ""}`,

  /** As it is kept: to the millisecond, inside of the sound, at least a millisecond long. */
  settle(one, { seconds, top }) {
    // the last millisecond may be a part of one: then the end is kept exactly
    const clamp = (time) => (time >= seconds - 5e-4 ? seconds : round(Math.max(time, 0)));
    let onset = clamp(Math.min(one.onset, one.offset));
    const offset = clamp(Math.max(one.onset, one.offset, onset + 0.001));
    if (offset <= onset) onset = Math.max(0, offset - 0.001);
    const done = { ...one, onset, offset };
    if (one.low !== undefined && one.high !== undefined) {
      const levels = [one.low, one.high].map((hertz) => Math.min(Math.max(hertz, 0), top));
      Object.assign(done, { low: Math.min(...levels), high: Math.max(...levels) });
    }
    return done;
  },
};

/** Stretches of frames; `edges` are the times at which frames begin, and the end of the last one. */
export const framesOf = (edges) => ({
  ...common,
  read({ start, end, onset, offset }) {
    return { start, end, onset: onset ?? edges[start] ?? 0, offset: offset ?? edges[Math.min(end, edges.length - 1)] ?? 0 };
  },
  write: ({ start, end, onset, offset }) => ({ start, end, onset, offset }),
  size: (one) => `frames ${place(edges, one.onset)}–${Math.max(place(edges, one.offset) - 1, place(edges, one.onset))}, ${range(one, 2)}`,
  settle(one) {
    const start = Math.min(place(edges, Math.min(one.onset, one.offset)), edges.length - 2);
    const end = Math.max(place(edges, Math.max(one.onset, one.offset)), start + 1);
    return { ...one, start, end, onset: edges[start], offset: edges[end] };
  },
});

/** The edge nearest to a time. */
export function place(edges, time) {
  let low = 0;
  let high = edges.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (edges[middle] <= time) low = middle;
    else high = middle;
  }
  return time - edges[low] <= edges[high] - time ? low : high;
}
