// A mask as tiles of 256 × 256, column by column as COCO counts: a tile without a pixel is null, a full one is shared. A
// mask is never changed; an edit copies the tiles it touches. So masks can be kept in the history, layer by layer.
// They are written as COCO does: lengths of runs down the columns, beginning with the zeros (uncompressed).

export const SIDE = 256;
export const FULL = new Uint8Array(SIDE * SIDE).fill(1);

const known = new WeakMap([[FULL, { count: SIDE * SIDE, left: 0, top: 0, right: SIDE, bottom: SIDE }]]);

/** How many pixels a tile has, and between which columns and rows; of tiles that no longer change. */
function measured(tile) {
  let done = known.get(tile);
  if (!done) {
    let [count, left, top, right, bottom] = [0, SIDE, SIDE, 0, 0];
    for (let x = 0, at = 0; x < SIDE; x++) {
      const before = count;
      for (let y = 0; y < SIDE; y++, at++) {
        if (!tile[at]) continue;
        count++;
        if (y < top) top = y;
        if (y >= bottom) bottom = y + 1;
      }
      if (count > before) {
        if (x < left) left = x;
        right = x + 1;
      }
    }
    known.set(tile, (done = { count, left, top, right, bottom }));
  }
  return done;
}

export class Mask {
  #measure = null;

  constructor(width, height, tiles = null) {
    this.width = width;
    this.height = height;
    this.across = Math.ceil(width / SIDE);
    this.down = Math.ceil(height / SIDE);
    this.tiles = tiles ?? new Array(this.across * this.down).fill(null);
  }

  /** The place of a tile in `tiles`: column by column too. */
  place(across, down) {
    return across * this.down + down;
  }

  has(x, y) {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return false;
    const tile = this.tiles[this.place(x >> 8, y >> 8)];
    return tile !== null && tile[((x & 255) << 8) | (y & 255)] === 1;
  }

  get #measured() {
    if (!this.#measure) {
      const all = { count: 0, left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
      this.tiles.forEach((tile, at) => {
        if (!tile) return;
        const one = measured(tile);
        const x = Math.floor(at / this.down) * SIDE;
        const y = (at % this.down) * SIDE;
        // a full tile at the rim reaches over the image
        const right = Math.min(x + one.right, this.width);
        const bottom = Math.min(y + one.bottom, this.height);
        all.count += tile === FULL ? (right - x) * (bottom - y) : one.count;
        all.left = Math.min(all.left, x + one.left);
        all.top = Math.min(all.top, y + one.top);
        all.right = Math.max(all.right, right);
        all.bottom = Math.max(all.bottom, bottom);
      });
      this.#measure = all;
    }
    return this.#measure;
  }

  get area() {
    return this.#measured.count;
  }

  get bounds() {
    const { count, left, top, right, bottom } = this.#measured;
    return count ? { x: left, y: top, width: right - left, height: bottom - top } : { x: 0, y: 0, width: 0, height: 0 };
  }

  edit() {
    return new MaskEdit(this);
  }
}

/** A mask that is being worked on; `done()` gives the mask that comes of it. */
export class MaskEdit {
  #own = new Set();
  touched = new Set(); // places of tiles changed since they were last drawn

  constructor(mask) {
    this.mask = new Mask(mask.width, mask.height, mask.tiles.slice());
  }

  /** Set the pixels from `top` (included) to `bottom` (not included) of a column to 1 or 0; what lies outside is left out. */
  column(x, top, bottom, value) {
    const { mask } = this;
    if (x < 0 || x >= mask.width) return;
    let y = Math.max(0, top);
    const end = Math.min(mask.height, bottom);
    while (y < end) {
      const place = mask.place(x >> 8, y >> 8);
      const stop = Math.min(end, ((y >> 8) + 1) << 8);
      let tile = mask.tiles[place];
      const same = value ? tile === FULL : tile === null;
      if (!same) {
        if (!this.#own.has(place)) {
          tile = tile ? tile.slice() : new Uint8Array(SIDE * SIDE);
          mask.tiles[place] = tile;
          this.#own.add(place);
        }
        this.touched.add(place);
        const column = (x & 255) << 8;
        tile.fill(value, column + (y & 255), column + ((stop - 1) & 255) + 1);
      }
      y = stop;
    }
  }

  done() {
    const tiles = this.mask.tiles.map((tile, place) => {
      if (!this.#own.has(place)) return tile;
      if (tile.indexOf(1) < 0) return null;
      return tile.indexOf(0) < 0 ? FULL : tile;
    });
    return new Mask(this.mask.width, this.mask.height, tiles);
  }
}

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
