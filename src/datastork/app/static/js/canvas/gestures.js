// Pointers made into acts: one finger or the left button works with the tool, two fingers pan and zoom, so do the wheel,
// the middle button and the space bar. A second finger takes back what the first began; what was set by clicks before stays.

const NEAR = { mouse: 7, pen: 12, touch: 22 }; // CSS pixels around a handle that still grip it; touch: 44 px across
export const CLICK = 5; // CSS pixels a pointer may move and still click

export class Gestures {
  space = false;
  #pointers = new Map();
  #mode = null; // "tool" | "pan" | "pinch" | "spent"
  #from = null;
  #pinch = null;

  /** `act` has view, place, hand (the tool at work), changed(), cursor(), pressing({x, y, touch} or null). */
  constructor(canvas, act) {
    this.canvas = canvas;
    this.act = act;
    const on = (name, handler, options) => canvas.addEventListener(name, handler, options);
    on("pointerdown", (event) => this.#down(event));
    on("pointermove", (event) => this.#move(event));
    on("pointerup", (event) => this.#up(event));
    on("pointercancel", (event) => this.#up(event, true));
    on("pointerleave", () => this.#mode ?? this.act.hover(null));
    on("dblclick", (event) => this.act.hand?.twice?.(this.point(event)));
    on("keydown", () => canvas.classList.remove("cv-touched"));
    on("blur", () => canvas.classList.remove("cv-touched"));
    on("contextmenu", (event) => event.preventDefault());
    on("wheel", (event) => this.#wheel(event), { passive: false });
    // what a finger does here is never a scroll of the page
    on("touchstart", (event) => event.cancelable && event.preventDefault(), { passive: false });
    on("mousedown", (event) => event.button === 1 && event.preventDefault());
  }

  /** The place of an event: x, y in the image (not moved into it), sx, sy on the screen, and how near is near. */
  point(event) {
    const { left, top } = this.act.place;
    const sx = event.clientX - left;
    const sy = event.clientY - top;
    const slack = NEAR[event.pointerType] ?? NEAR.mouse;
    return {
      ...this.act.view.toImage(sx, sy), sx, sy, slack, touch: event.pointerType === "touch", shift: event.shiftKey,
      alt: event.altKey, ctrl: event.ctrlKey || event.metaKey, pressure: event.pressure,
    };
  }

  #down(event) {
    this.canvas.classList.add("cv-touched"); // the ring of the focus is for the keyboard
    this.canvas.focus({ preventScroll: true });
    const point = this.point(event);
    this.#pointers.set(event.pointerId, point);
    try {
      this.canvas.setPointerCapture(event.pointerId);
    } catch {
      // a pointer that is gone already cannot be held; its end comes as usual
    }
    if (this.#pointers.size === 2) return this.#beginPinch();
    if (this.#pointers.size > 2) return;
    this.#from = point;
    if (event.button === 1 || this.space || (event.button === 0 && !this.act.hand)) this.#mode = "pan";
    else if (event.button === 0) this.#mode = this.act.hand.press(point) === "pan" ? "pan" : "tool";
    else {
      this.#mode = "spent";
      if (event.button === 2) this.act.hand?.other?.(point);
    }
    this.act.pressing(this.#mode === "tool" ? point : null);
    this.act.changed();
  }

  #move(event) {
    const last = this.#pointers.get(event.pointerId);
    const point = this.point(event);
    if (!last) {
      if (!this.#mode && event.pointerType !== "touch") this.act.hover(point);
      return;
    }
    this.#pointers.set(event.pointerId, point);
    if (this.#mode === "pinch") this.#pinched();
    else if (this.#mode === "pan") {
      this.act.view.pan(point.sx - last.sx, point.sy - last.sy);
      this.act.changed(true);
    } else if (this.#mode === "tool") {
      const passed = this.act.hand.fine ? (event.getCoalescedEvents?.() ?? []) : [];
      point.moved = Math.hypot(point.sx - this.#from.sx, point.sy - this.#from.sy) > CLICK;
      this.#from.moved ||= point.moved;
      point.moved = this.#from.moved;
      for (const one of passed.slice(0, -1)) this.act.hand.drag({ ...this.point(one), moved: point.moved }, this.#from);
      this.act.hand.drag(point, this.#from);
      this.act.pressing(point);
      this.act.changed();
    }
  }

  #up(event, cancelled = false) {
    if (!this.#pointers.has(event.pointerId)) return;
    this.#pointers.delete(event.pointerId);
    const point = this.point(event);
    if (this.#mode === "tool") {
      point.moved = Boolean(this.#from.moved);
      if (cancelled) this.act.hand.lift();
      else this.act.hand.release(point, this.#from);
    } else if (this.#mode === "pan" && !this.#from.moved && event.button === 0 && !this.space
      && Math.hypot(point.sx - this.#from.sx, point.sy - this.#from.sy) <= CLICK) {
      this.act.hand?.click?.(point);
    }
    // what is left of a pinch does not draw
    this.#mode = this.#pointers.size ? (this.#mode === "pinch" ? "spent" : this.#mode) : null;
    this.act.pressing(null);
    this.act.changed();
  }

  #beginPinch() {
    if (this.#mode === "tool") this.act.hand.lift();
    this.#mode = "pinch";
    this.act.pressing(null);
    this.#pinch = this.#spread();
  }

  #spread() {
    const [a, b] = this.#pointers.values();
    return { x: (a.sx + b.sx) / 2, y: (a.sy + b.sy) / 2, apart: Math.max(Math.hypot(a.sx - b.sx, a.sy - b.sy), 1) };
  }

  #pinched() {
    const now = this.#spread();
    this.act.view.pan(now.x - this.#pinch.x, now.y - this.#pinch.y);
    this.act.view.zoom(now.apart / this.#pinch.apart, now.x, now.y);
    this.#pinch = now;
    this.act.changed(true);
  }

  #wheel(event) {
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 18 : event.deltaMode === 2 ? 400 : 1;
    const dx = event.deltaX * lines;
    const dy = event.deltaY * lines;
    const { sx, sy } = this.point(event);
    if (event.shiftKey || Math.abs(dx) > Math.abs(dy)) this.act.view.pan(-(dx || dy), 0);
    else {
      // a touchpad's pinch comes as small steps with ctrlKey
      const step = Math.max(-240, Math.min(240, dy)) * (event.ctrlKey ? 0.01 : 0.0018);
      this.act.view.zoom(Math.exp(-step), sx, sy);
    }
    this.act.changed(true);
  }
}
