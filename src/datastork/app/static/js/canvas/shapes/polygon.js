// A polygon: a list of [x, y], closed by itself.

import { stroke, tag } from "../paint.js";
import { round } from "./box.js";

const paths = new WeakMap(); // points -> Path2D in pixels of the image
const extents = new WeakMap();

export function path(points) {
  let done = paths.get(points);
  if (!done) {
    done = new Path2D();
    for (const [x, y] of points) done.lineTo(x, y);
    done.closePath();
    paths.set(points, done);
  }
  return done;
}

export function extent(points) {
  let done = extents.get(points);
  if (!done) {
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const [x, y] of points) {
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
    extents.set(points, (done = { x: left, y: top, width: right - left, height: bottom - top }));
  }
  return done;
}

/** The area, by the shoelace formula. */
export function area(points) {
  let sum = 0;
  for (let at = 0; at < points.length; at++) {
    const [x, y] = points[at];
    const [nextX, nextY] = points[(at + 1) % points.length];
    sum += x * nextY - nextX * y;
  }
  return Math.abs(sum) / 2;
}

/** Whether a point lies inside, by the even-odd rule. */
export function inside(points, { x, y }) {
  let odd = false;
  for (let at = 0, before = points.length - 1; at < points.length; before = at++) {
    const [ax, ay] = points[at];
    const [bx, by] = points[before];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) odd = !odd;
  }
  return odd;
}

/** The nearest place on the line from a to b: {x, y, far}. */
export function nearest([ax, ay], [bx, by], { x, y }) {
  const dx = bx - ax;
  const dy = by - ay;
  const length = dx * dx + dy * dy;
  const part = length ? Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / length)) : 0;
  const at = { x: ax + part * dx, y: ay + part * dy };
  return { ...at, far: Math.hypot(x - at.x, y - at.y) };
}

/** Fewer points, none farther than `tolerance` from the line (Douglas-Peucker, without recursion). */
export function simplified(points, tolerance) {
  if (points.length < 3) return points;
  const keep = new Uint8Array(points.length);
  keep[0] = keep[points.length - 1] = 1;
  const open = [[0, points.length - 1]];
  while (open.length) {
    const [from, to] = open.pop();
    let most = tolerance;
    let place = -1;
    for (let at = from + 1; at < to; at++) {
      const { far } = nearest(points[from], points[to], { x: points[at][0], y: points[at][1] });
      if (far > most) [most, place] = [far, at];
    }
    if (place < 0) continue;
    keep[place] = 1;
    open.push([from, place], [place, to]);
  }
  return points.filter((_, at) => keep[at]);
}

const side = ([ax, ay], [bx, by], [cx, cy]) => Math.sign((bx - ax) * (cy - ay) - (by - ay) * (cx - ax));
const crosses = (a, b, c, d) => side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;

const checked = new WeakMap();
/** Whether the outline crosses itself. Sides are compared from left to right, so that long outlines stay cheap. */
export function tangled(points) {
  if (!checked.has(points)) checked.set(points, compare(points));
  return checked.get(points);
}

function compare(points) {
  const sides = points.map((point, at) => {
    const next = points[(at + 1) % points.length];
    return { at, a: point, b: next, left: Math.min(point[0], next[0]), right: Math.max(point[0], next[0]) };
  }).sort((one, other) => one.left - other.left);
  let near = [];
  for (const one of sides) {
    near = near.filter((other) => other.right >= one.left);
    for (const other of near) if (crosses(one.a, one.b, other.a, other.b)) return true;
    near.push(one);
  }
  return false;
}

/** Points with two decimals inside of the image, none twice in a row. */
export function settled(points, size) {
  const done = points.map(([x, y]) => [round(Math.min(Math.max(x, 0), size.width)), round(Math.min(Math.max(y, 0), size.height))]);
  return done.filter(([x, y], at) => {
    const [beforeX, beforeY] = done[(at + done.length - 1) % done.length];
    return done.length < 2 || x !== beforeX || y !== beforeY;
  });
}

export const shape = {
  read: ({ points }) => ({ points }),

  write: ({ points }) => ({ points: points.map(([x, y]) => [round(x), round(y)]) }),

  bounds: ({ points }) => extent(points),

  hit({ points }, point, slack) {
    const { x, y, width, height } = extent(points);
    if (point.x < x - slack || point.x > x + width + slack || point.y < y - slack || point.y > y + height + slack) return Infinity;
    if (inside(points, point)) return area(points);
    const near = points.some((one, at) => nearest(one, points[(at + 1) % points.length], point).far <= slack);
    return near ? area(points) : Infinity;
  },

  shift(region, dx, dy, size) {
    const { x, y, width, height } = extent(region.points);
    const across = Math.min(Math.max(dx, -x), size.width - x - width);
    const down = Math.min(Math.max(dy, -y), size.height - y - height);
    return { ...region, points: region.points.map(([px, py]) => [round(px + across), round(py + down)]) };
  },

  size: ({ points }) => `${points.length} points`,

  draw(context, view, { points }, look) {
    context.save();
    context.translate(view.x, view.y);
    context.scale(view.scale, view.scale);
    const outline = path(points);
    context.globalAlpha = look.chosen ? 0.24 : 0.1;
    context.fillStyle = look.colour;
    context.fill(outline, "evenodd");
    context.globalAlpha = 1;
    stroke(context, look, undefined, outline, view.scale);
    context.restore();
    const { x, y, width } = extent(points);
    const top = view.toScreen(x, y);
    if (look.chosen || width * view.scale > 48) tag(context, view, look, top.x, top.y - 2);
  },
};
