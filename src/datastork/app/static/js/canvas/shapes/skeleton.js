// Named points of an object, in their order, with the lines between them. A point is visible, hidden, or not there;
// while it is `open` nobody has said.

import { knob, tag } from "../paint.js";
import { round } from "./box.js";
import { nearest } from "./polygon.js";

export const STATES = ["not there", "hidden", "visible"];

export const placed = (point) => point.visible > 0;

/** The shape of keypoints with the names and links of a question. */
export function skeletonShape({ points: names = [], links = [] }) {
  const set = (region) => region.points.filter(placed);

  const lines = (region) => {
    const byName = new Map(region.points.map((one) => [one.name, one]));
    return links.map(([a, b]) => [byName.get(a), byName.get(b)]).filter(([a, b]) => a && b && placed(a) && placed(b));
  };

  return {
    /** Points for all names, those first that the question orders; unnamed ones in `points` stay behind. */
    empty: () => names.map((name) => ({ name, x: 0, y: 0, visible: 0, open: true })),

    read({ points }) {
      const given = new Map(points.map((one) => [one.name, { name: one.name, x: one.x, y: one.y, visible: one.visible }]));
      const known = names.map((name) => given.get(name) ?? { name, x: 0, y: 0, visible: 0 });
      return { points: [...known, ...[...given.values()].filter((one) => !names.includes(one.name))] };
    },

    write(region) {
      if (!set(region).length) return null;
      return {
        points: region.points.map(({ name, x, y, visible }) =>
          (visible ? { name, x: round(x), y: round(y), visible } : { name, x: 0, y: 0, visible: 0 })),
      };
    },

    bounds(region) {
      const all = set(region);
      if (!all.length) return { x: 0, y: 0, width: 0, height: 0 };
      const xs = all.map((one) => one.x);
      const ys = all.map((one) => one.y);
      const x = Math.min(...xs);
      const y = Math.min(...ys);
      return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
    },

    hit(region, point, slack) {
      const near = set(region).some((one) => Math.hypot(one.x - point.x, one.y - point.y) <= slack)
        || lines(region).some(([a, b]) => nearest([a.x, a.y], [b.x, b.y], point).far <= slack);
      if (!near) return Infinity;
      const { width, height } = this.bounds(region);
      return width * height + 1;
    },

    shift(region, dx, dy, size) {
      const { x, y, width, height } = this.bounds(region);
      const across = Math.min(Math.max(dx, -x), size.width - x - width);
      const down = Math.min(Math.max(dy, -y), size.height - y - height);
      return {
        ...region, points: region.points.map((one) => (placed(one) ? { ...one, x: round(one.x + across), y: round(one.y + down) } : one)),
      };
    },

    size(region) {
      return `${set(region).length} of ${region.points.length} points`;
    },

    draw(context, view, region, look) {
      context.beginPath();
      for (const [a, b] of lines(region)) {
        const from = view.toScreen(a.x, a.y);
        const to = view.toScreen(b.x, b.y);
        context.moveTo(from.x, from.y);
        context.lineTo(to.x, to.y);
      }
      for (const [colour, width] of [["rgb(0 0 0 / 55%)", look.chosen ? 5 : 4], [look.colour, look.chosen ? 3 : 2]]) {
        context.setLineDash(look.dashed ? [6, 4] : []);
        context.strokeStyle = colour;
        context.lineWidth = width;
        context.stroke();
      }
      context.setLineDash([]);
      for (const one of set(region)) {
        const { x, y } = view.toScreen(one.x, one.y);
        knob(context, x, y, look.colour, { round: true, radius: look.chosen ? 5 : 4, full: one.visible === 2 });
      }
      const { x, y } = this.bounds(region);
      const top = view.toScreen(x, y);
      tag(context, view, look, top.x, top.y - 10);
    },
  };
}
