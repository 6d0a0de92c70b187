// Setting the points of a new outline, by clicks or free-hand; it snaps to the border of the image.

import { knob } from "../paint.js";
import { settled, simplified } from "./polygon.js";

const SNAP = 8; // CSS pixels from which on the border of the image, or the first point, draws a point to it
const FINE = 1; // CSS pixels that a free-hand line may be simplified by

/** A point on the border of the image where it lies near it. */
export function snapped(point, view) {
  const { x, y } = view.inside(point);
  const near = Math.max(SNAP, point.touch ? 12 : 0) / view.scale;
  const to = (value, most) => (value < near ? 0 : value > most - near ? most : value);
  return point.keyboard ? { x, y } : { x: to(x, view.width), y: to(y, view.height) };
}

/** Setting the points of a new outline; `finish(points)` is called with it. Masks use it too. */
export class Outline {
  points = [];
  clicked = -Infinity; // when the last one was closed by a click, in ms
  #pointer = null;
  #free = null; // the free-hand line that is being drawn

  constructor(desk, finish) {
    this.desk = desk;
    this.finish = finish;
  }

  get working() {
    return this.points.length > 0;
  }

  #near(point) {
    const [first] = this.points;
    if (!first || this.points.length < 3) return false;
    const { x, y } = this.desk.stage.view.toScreen(...first);
    return Math.hypot(x - point.sx, y - point.sy) <= Math.max(point.slack, SNAP);
  }

  drag(point, from) {
    if (!point.moved) return;
    const { view } = this.desk.stage;
    const { x, y } = snapped(point, view);
    if (!this.#free) {
      const start = snapped(from, view);
      this.#free = [[start.x, start.y]];
    }
    this.#free.push([x, y]);
    this.#pointer = { x, y };
  }

  release(point) {
    if (!this.#free) return this.click(point);
    const { view } = this.desk.stage;
    const line = simplified(this.#free, FINE / view.scale);
    this.#free = null;
    const alone = !this.working;
    this.points.push(...line);
    // a line drawn in one go is a whole outline, one added to clicked points goes on from there
    if ((alone && this.points.length > 2) || this.#near(point)) return this.close();
    this.desk.refresh();
    return undefined;
  }

  click(point) {
    const { x, y } = snapped(point, this.desk.stage.view);
    const last = this.points.at(-1);
    // the first point closes, and so does the second click of a double one, or Enter without having moved
    if (this.#near(point) || (last && Math.hypot(last[0] - x, last[1] - y) * this.desk.stage.view.scale < 3)) {
      this.clicked = performance.now();
      return this.close();
    }
    this.points.push([x, y]);
    this.desk.say(`point ${this.points.length}`);
    this.desk.refresh();
    return undefined;
  }

  hover(point) {
    this.#pointer = point && snapped(point, this.desk.stage.view);
  }

  close() {
    const points = settled(this.points, this.desk.size);
    if (points.length < 3) return this.desk.say("A polygon needs three points.");
    this.cancel();
    this.desk.stage.cursor = null;
    return this.finish(points);
  }

  /** The pointer was taken away: the line it drew goes, points that were set stay. */
  lift() {
    this.#free = null;
  }

  undo() {
    return Boolean(this.points.pop());
  }

  cancel() {
    const working = this.working || Boolean(this.#free);
    this.points = [];
    this.#free = this.#pointer = null;
    return working;
  }

  /** Enter closes, Backspace takes the last point back. */
  key(event) {
    if (!this.working) return false;
    if (event.key === "Backspace" || event.key === "Delete") this.points.pop();
    else if (event.key === "Enter" && !this.desk.stage.cursor) this.close();
    else return false;
    this.desk.refresh();
    return true;
  }

  overlay(context, view) {
    if (!this.working && !this.#free) return;
    const colour = this.desk.palette.of(this.desk.label);
    const line = [...this.points, ...(this.#free ?? (this.#pointer ? [[this.#pointer.x, this.#pointer.y]] : []))];
    context.beginPath();
    for (const [x, y] of line) {
      const at = view.toScreen(x, y);
      context.lineTo(at.x, at.y);
    }
    for (const [ink, width] of [["rgb(0 0 0 / 55%)", 4], [colour, 2]]) {
      context.strokeStyle = ink;
      context.lineWidth = width;
      context.stroke();
    }
    this.points.forEach(([x, y], place) => {
      const at = view.toScreen(x, y);
      knob(context, at.x, at.y, colour, { round: true, radius: place === 0 && this.points.length > 2 ? 6 : 3.5, full: place === 0 });
    });
  }
}
