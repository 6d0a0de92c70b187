// Setting pixels of a mask: along a stroke, inside an outline, in what is enclosed. A pixel belongs to a shape when its
// centre does; everything is done by runs down columns.

/** The pixels within `radius` of the line from `a` to `b`. */
export function capsule(edit, a, b, radius, value) {
  // a brush smaller than a pixel sets the pixel it is on
  const [from, to] = radius < 1 ? [middle(a), middle(b)] : [a, b];
  const reach = Math.max(radius, 0.5);
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const nx = length ? (-(to.y - from.y) / length) * reach : 0;
  const ny = length ? ((to.x - from.x) / length) * reach : 0;
  const first = Math.ceil(Math.min(from.x, to.x) - reach - 0.5);
  const last = Math.floor(Math.max(from.x, to.x) + reach - 0.5);
  for (let x = Math.max(first, 0); x <= Math.min(last, edit.mask.width - 1); x++) {
    const at = x + 0.5;
    let top = Infinity;
    let bottom = -Infinity;
    for (const end of [from, to]) {
      const away = at - end.x;
      if (Math.abs(away) > reach) continue;
      const half = Math.sqrt(reach * reach - away * away);
      top = Math.min(top, end.y - half);
      bottom = Math.max(bottom, end.y + half);
    }
    // the two sides that join the circles
    for (const way of [1, -1]) {
      const x0 = from.x + way * nx;
      const x1 = to.x + way * nx;
      if (x0 === x1 || at < Math.min(x0, x1) || at > Math.max(x0, x1)) continue;
      const y = from.y + way * ny + ((at - x0) / (x1 - x0)) * (to.y - from.y);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
    edit.column(x, Math.ceil(top - 0.5), Math.floor(bottom - 0.5) + 1, value);
  }
}

const middle = ({ x, y }) => ({ x: Math.floor(x) + 0.5, y: Math.floor(y) + 0.5 });

/** The pixels inside of an outline, by the even-odd rule. */
export function outline(edit, points, value) {
  const crossings = new Map(); // column -> where sides cross its middle
  points.forEach(([ax, ay], place) => {
    const [bx, by] = points[(place + 1) % points.length];
    const [left, right] = ax < bx ? [ax, bx] : [bx, ax];
    for (let x = Math.max(0, Math.ceil(left - 0.5)); x + 0.5 < right && x < edit.mask.width; x++) {
      if (x + 0.5 < left) continue;
      const y = ay + ((x + 0.5 - ax) / (bx - ax)) * (by - ay);
      if (crossings.has(x)) crossings.get(x).push(y);
      else crossings.set(x, [y]);
    }
  });
  for (const [x, found] of crossings) {
    found.sort((one, other) => one - other);
    for (let at = 0; at + 1 < found.length; at += 2) {
      edit.column(x, Math.ceil(found[at] - 0.5), Math.ceil(found[at + 1] - 0.5), value);
    }
  }
}

/**
 * Fill what the mask encloses around a pixel; the border of the image encloses too, but not alone: an area that
 * reaches all four sides is no enclosed one. Returns the number of pixels, 0 where nothing was filled.
 */
export function enclosed(edit, x, y) {
  const { mask } = edit;
  const { width, height } = mask;
  if (x < 0 || y < 0 || x >= width || y >= height || mask.has(x, y)) return 0;
  const flat = flattened(mask);
  const runs = []; // [x, top, bottom] …
  const open = [x, y];
  const sides = new Set();
  let count = 0;
  while (open.length) {
    const row = open.pop();
    const column = open.pop();
    const base = column * height;
    if (flat[base + row]) continue;
    let top = row;
    let bottom = row + 1;
    while (top > 0 && !flat[base + top - 1]) top--;
    while (bottom < height && !flat[base + bottom]) bottom++;
    flat.fill(1, base + top, base + bottom);
    runs.push(column, top, bottom);
    count += bottom - top;
    if (top === 0) sides.add("top");
    if (bottom === height) sides.add("bottom");
    for (const [next, side, end] of [[column - 1, "left", column === 0], [column + 1, "right", column === width - 1]]) {
      if (end) {
        sides.add(side);
        continue;
      }
      // one seed for each gap of the neighbouring column
      for (let at = next * height + top, stop = next * height + bottom, gap = false; at < stop; at++) {
        if (flat[at]) gap = false;
        else if (!gap) {
          gap = true;
          open.push(next, at - next * height);
        }
      }
    }
    if (sides.size === 4) return 0;
  }
  for (let at = 0; at < runs.length; at += 3) edit.column(runs[at], runs[at + 1], runs[at + 2], 1);
  return count;
}

/** All pixels of a mask in one array, column by column. */
function flattened(mask) {
  const flat = new Uint8Array(mask.width * mask.height);
  mask.tiles.forEach((tile, place) => {
    if (!tile) return;
    const left = Math.floor(place / mask.down) * 256;
    const top = (place % mask.down) * 256;
    const across = Math.min(256, mask.width - left);
    const down = Math.min(256, mask.height - top);
    for (let x = 0; x < across; x++) flat.set(tile.subarray(x << 8, (x << 8) + down), (left + x) * mask.height + top);
  });
  return flat;
}
