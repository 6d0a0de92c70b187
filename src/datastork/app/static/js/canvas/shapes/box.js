// A box: x, y, width, height before it is rotated, and degrees clockwise about its centre.

import { stroke, tag } from "../paint.js";

export const round = (number) => Math.round(number * 100) / 100;

/** A point turned by degrees about another. */
export function turn({ x, y }, about, degrees) {
  if (!degrees) return { x, y };
  const angle = (degrees * Math.PI) / 180;
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  return { x: about.x + (x - about.x) * cos - (y - about.y) * sin, y: about.y + (x - about.x) * sin + (y - about.y) * cos };
}

export const centre = (box) => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 });

/** The place of (-1…1, -1…1) on a box: corners, middles of sides, centre. */
export function spot(box, [across, down]) {
  const { x, y } = centre(box);
  return turn({ x: x + (across * box.width) / 2, y: y + (down * box.height) / 2 }, { x, y }, box.rotation);
}

export const CORNERS = [[-1, -1], [1, -1], [1, 1], [-1, 1]];

/** The box between two corners. */
export function between(a, b) {
  return { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y), rotation: 0 };
}

/** The box with one corner or side moved to a point; what lies opposite stays. */
export function resized(box, [across, down], point, least = 1) {
  const fixed = spot(box, [-across, -down]);
  const local = turn(point, fixed, -box.rotation);
  const dx = across ? local.x - fixed.x : 0;
  const dy = down ? local.y - fixed.y : 0;
  const width = across ? Math.max(Math.abs(dx), least) : box.width;
  const height = down ? Math.max(Math.abs(dy), least) : box.height;
  const way = (distance, side) => (distance < 0 ? -1 : distance > 0 ? 1 : side);
  const middle = turn({
    x: fixed.x + (across ? (way(dx, across) * width) / 2 : 0), y: fixed.y + (down ? (way(dy, down) * height) / 2 : 0),
  }, fixed, box.rotation);
  return { ...box, x: middle.x - width / 2, y: middle.y - height / 2, width, height };
}

/** A box moved; it stays in the image, a rotated one with its centre. */
export function shifted(box, dx, dy, size) {
  if (box.rotation) {
    const at = centre(box);
    const x = Math.min(Math.max(at.x + dx, 0), size.width);
    const y = Math.min(Math.max(at.y + dy, 0), size.height);
    return { ...box, x: x - box.width / 2, y: y - box.height / 2 };
  }
  return {
    ...box,
    x: Math.min(Math.max(box.x + dx, 0), Math.max(0, size.width - box.width)),
    y: Math.min(Math.max(box.y + dy, 0), Math.max(0, size.height - box.height)),
  };
}

/** A box as it is kept: two decimals, inside of the image where it is not rotated. */
export function settled(box, size) {
  const rotation = round(((box.rotation % 360) + 360) % 360) % 360;
  if (rotation) return { ...box, x: round(box.x), y: round(box.y), width: round(box.width), height: round(box.height), rotation };
  const clamp = (value, most) => round(Math.min(Math.max(value, 0), most));
  const x = clamp(box.x, size.width);
  const y = clamp(box.y, size.height);
  return {
    ...box, x, y, rotation: 0,
    width: round(clamp(box.x + box.width, size.width) - x), height: round(clamp(box.y + box.height, size.height) - y),
  };
}

export const shape = {
  read: ({ x, y, width, height, rotation = 0 }) => ({ x, y, width, height, rotation }),

  write({ x, y, width, height, rotation }) {
    const done = { x: round(x), y: round(y), width: round(width), height: round(height) };
    return rotation ? { ...done, rotation: round(rotation) } : done;
  },

  bounds(box) {
    if (!box.rotation) return box;
    const corners = CORNERS.map((corner) => spot(box, corner));
    const x = Math.min(...corners.map((one) => one.x));
    const y = Math.min(...corners.map((one) => one.y));
    return { x, y, width: Math.max(...corners.map((one) => one.x)) - x, height: Math.max(...corners.map((one) => one.y)) - y };
  },

  /** The area of a box under a point, Infinity where it is not. */
  hit(box, point, slack) {
    const at = turn(point, centre(box), -box.rotation);
    const inside = at.x >= box.x - slack && at.x <= box.x + box.width + slack && at.y >= box.y - slack && at.y <= box.y + box.height + slack;
    return inside ? box.width * box.height : Infinity;
  },

  shift: (box, dx, dy, size) => settled(shifted(box, dx, dy, size), size),

  size: (box) => `${Math.round(box.width)} × ${Math.round(box.height)}${box.rotation ? `, ${Math.round(box.rotation)}°` : ""}`,

  draw(context, view, box, look) {
    context.beginPath();
    let top;
    if (box.rotation) {
      const corners = CORNERS.map((corner) => spot(box, corner)).map(({ x, y }) => view.toScreen(x, y));
      for (const { x, y } of corners) context.lineTo(x, y);
      context.closePath();
      top = corners.reduce((best, one) => (one.y < best.y ? one : best));
    } else {
      top = view.toScreen(box.x, box.y);
      context.rect(top.x, top.y, box.width * view.scale, box.height * view.scale);
    }
    if (look.chosen) {
      context.globalAlpha = 0.14;
      context.fillStyle = look.colour;
      context.fill();
      context.globalAlpha = 1;
    }
    stroke(context, look);
    tag(context, view, look, top.x, top.y - 2);
  },
};
