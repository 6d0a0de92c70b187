// Masks as COCO writes them: lengths of runs down the columns, column by column, beginning with the zeros (uncompressed).

import { FULL, Mask, SIDE } from "./mask.js";

/** The run lengths of a mask: [zeros, ones, zeros, …]. */
export function encode(mask) {
  const counts = [];
  let value = 0;
  let run = 0;
  const segment = (of, length) => {
    if (of === value) run += length;
    else {
      counts.push(run);
      value = of;
      run = length;
    }
  };
  for (let x = 0; x < mask.width; x++) {
    const column = (x & 255) << 8;
    for (let down = 0; down < mask.down; down++) {
      const length = Math.min(SIDE, mask.height - down * SIDE);
      const tile = mask.tiles[mask.place(x >> 8, down)];
      if (tile === null || tile === FULL) segment(tile === null ? 0 : 1, length);
      else {
        for (let at = column, end = column + length; at < end; at++) {
          if (tile[at] === value) run++;
          else {
            counts.push(run);
            value ^= 1;
            run = 1;
          }
        }
      }
    }
  }
  counts.push(run);
  return counts;
}

/** The mask of run lengths; null where they do not fit its size. */
export function decode(counts, width, height) {
  const edit = new Mask(width, height).edit();
  let at = 0;
  for (let place = 0; place < counts.length; place++) {
    const run = counts[place];
    if (!(Number.isInteger(run) && run >= 0) || at + run > width * height) return null;
    if (place % 2 && run) {
      let from = at;
      const end = at + run;
      while (from < end) {
        const x = Math.floor(from / height);
        const stop = Math.min(end, (x + 1) * height);
        edit.column(x, from - x * height, stop - x * height, 1);
        from = stop;
      }
    }
    at += run;
  }
  return at === width * height ? edit.done() : null;
}
