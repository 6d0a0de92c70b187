// Where time lies from left to right: a ruler, bands below each other, what is marked on them, the playhead, and below
// all a small picture of the whole. Pointers zoom and pan it as they do an image.

import { Gestures } from "../canvas/gestures.js";
import { h } from "../dom.js";
import { clockTime, Span, ticks } from "./span.js";

const RULER = 24;
const MINI = 30;
const EDGE = 0.92; // share of the width the playhead may reach before the view follows

/** The colours of the page now, as the canvas needs them. */
export function inks(element) {
  const style = getComputedStyle(element);
  return Object.fromEntries(["ink", "muted", "line", "edge", "panel", "bg", "sunken", "accent", "soft", "focus"].map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
}

export class Surface {
  span = new Span();
  bands = []; // [{id, height (px) or grow, draw(context, box, colours), readout?(point, box)}]
  boxes = new Map(); // id -> {x, y, width, height}
  hand = null; // what pointers do
  mini = null; // (context, span, box, colours): draws the whole, small
  draw = null; // (context, boxes, colours): what is marked
  ratio = 1;
  follow = true;
  #asked = 0;
  #ground = true;

  /** `clock` says where the playhead is; pointers on the ruler move it. `moved(point or null)` hears of the pointer. */
  constructor({ label, clock, moved = () => {} }) {
    this.clock = clock;
    this.moved = moved;
    this.groundCanvas = h("canvas", { class: "tl-ground", "aria-hidden": "true" });
    this.marks = h("canvas", { class: "tl-marks", tabindex: "0", role: "application", "aria-label": label, "aria-roledescription": "timeline" });
    this.playhead = h("i", { class: "tl-playhead" });
    this.miniCanvas = h("canvas", { class: "tl-mini", "aria-hidden": "true" });
    this.note = h("div", { class: "tl-note", hidden: true });
    this.element = h("div", { class: "tl-surface" }, h("div", { class: "tl-area" }, this.groundCanvas, this.marks, this.playhead, this.note), this.miniCanvas);
    this.gestures = new Gestures(this.marks, this.#acts());
    this.miniCanvas.addEventListener("pointerdown", (event) => {
      this.miniCanvas.setPointerCapture(event.pointerId);
      this.#centre(event);
    });
    this.miniCanvas.addEventListener("pointermove", (event) => event.buttons && this.#centre(event));
    this.watcher = new ResizeObserver(() => this.#resize());
    this.watcher.observe(this.element);
    this.themes = new MutationObserver(() => this.changed(true));
    this.themes.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    this.dark = matchMedia("(prefers-color-scheme: dark)");
    this.dark.addEventListener("change", this.#recolour);
    clock.addEventListener("tick", this.#tick);
  }

  #recolour = () => this.changed(true);
  #tick = () => this.tick();

  close() {
    this.watcher.disconnect();
    this.themes.disconnect();
    this.dark.removeEventListener("change", this.#recolour);
    this.clock.removeEventListener("tick", this.#tick);
    cancelAnimationFrame(this.#asked);
  }

  /** What the gestures work with; the ruler has a hand of its own, which moves the playhead. */
  #acts() {
    const surface = this;
    const ruler = {
      press: (point) => surface.clock.seek(surface.span.inside(point.x)),
      drag: (point) => surface.clock.seek(surface.span.inside(point.x)),
      release: () => {},
      lift: () => {},
      looks: () => "col-resize",
    };
    let hand = ruler;
    const at = (point) => (point && point.sy < RULER ? ruler : (surface.hand ?? ruler));
    const relay = {
      fine: false,
      press: (point) => (hand = at(point)).press(point),
      drag: (point, from) => hand.drag(point, from),
      release: (point, from) => hand.release(point, from),
      lift: () => hand.lift(),
      twice: (point) => at(point).twice?.(point),
    };
    return {
      view: surface.span,
      hand: relay,
      get place() {
        return surface.marks.getBoundingClientRect();
      },
      changed: (view) => surface.changed(view),
      pressing: (point) => point && surface.moved(point),
      hover: (point) => {
        if (point) surface.marks.style.cursor = at(point).looks?.(point) ?? "default";
        surface.moved(point);
      },
    };
  }

  #centre(event) {
    const { left, width } = this.miniCanvas.getBoundingClientRect();
    const time = ((event.clientX - left) / width) * this.span.seconds;
    if (this.span.fitted) this.clock.seek(this.span.inside(time));
    else this.span.centre(time);
    this.changed(true);
  }

  #resize() {
    const { width, height } = this.marks.getBoundingClientRect();
    if (!width || !height) return;
    this.ratio = window.devicePixelRatio || 1;
    for (const canvas of [this.groundCanvas, this.marks, this.miniCanvas]) {
      const box = canvas.getBoundingClientRect();
      const [across, down] = [Math.round(box.width * this.ratio), Math.round(box.height * this.ratio)];
      if (canvas.width !== across) canvas.width = across;
      if (canvas.height !== down) canvas.height = down;
    }
    this.height = height;
    this.span.across = width;
    this.span.changes++;
    this.arrange();
    this.#paint();
  }

  /** Give bands their places. */
  arrange() {
    const fixed = this.bands.reduce((sum, one) => sum + (one.height ?? 0), 0);
    const grow = this.bands.reduce((sum, one) => sum + (one.grow ?? 0), 0);
    const free = Math.max((this.height ?? 0) - RULER - fixed, 0);
    let y = RULER;
    this.boxes.clear();
    for (const one of this.bands) {
      const height = one.height ?? Math.floor((free * one.grow) / grow);
      this.boxes.set(one.id, { x: 0, y, width: this.span.across, height });
      y += height;
    }
    this.changed(true);
  }

  /** The band under a point: {id, box}. */
  band(y) {
    for (const [id, box] of this.boxes) if (y >= box.y && y < box.y + box.height) return { id, box };
    return null;
  }

  changed(ground = false) {
    this.#ground ||= ground;
    this.#asked ||= requestAnimationFrame(() => this.#paint());
  }

  #clean(canvas) {
    const context = canvas.getContext("2d");
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    return context;
  }

  #paint() {
    cancelAnimationFrame(this.#asked);
    this.#asked = 0;
    if (!this.marks.width || !this.height) return;
    const colours = inks(this.element);
    if (this.#ground) {
      this.#ground = false;
      const context = this.#clean(this.groundCanvas);
      for (const one of this.bands) {
        const box = this.boxes.get(one.id);
        if (box?.height > 0) one.draw(context, box, colours);
      }
      this.#ruler(context, colours);
      this.#mini(colours);
    }
    this.draw?.(this.#clean(this.marks), this.boxes, colours);
    this.tick(false);
  }

  #ruler(context, colours) {
    const { span } = this;
    context.fillStyle = colours.panel;
    context.fillRect(0, 0, span.across, RULER);
    context.fillStyle = colours.line;
    context.fillRect(0, RULER - 1, span.across, 1);
    context.font = "500 11px system-ui, sans-serif";
    context.textBaseline = "middle";
    context.textAlign = "left";
    const { times, digits } = ticks(span);
    for (const time of times) {
      const x = Math.round(span.x(time));
      context.fillStyle = colours.edge;
      context.fillRect(x, RULER - 8, 1, 8);
      context.fillStyle = colours.muted;
      context.fillText(clockTime(time, digits), x + 4, RULER / 2 - 1);
    }
  }

  #mini(colours) {
    const context = this.#clean(this.miniCanvas);
    const box = { x: 0, y: 0, width: this.span.across, height: MINI };
    const whole = new Span();
    whole.whole(this.span.seconds);
    whole.across = this.span.across;
    this.mini?.(context, whole, box, colours);
    const [from, to] = [whole.x(this.span.start), whole.x(this.span.end)];
    if (this.span.fitted) return;
    context.fillStyle = colours.bg;
    context.globalAlpha = 0.68;
    context.fillRect(0, 0, from, MINI);
    context.fillRect(to, 0, whole.across - to, MINI);
    context.globalAlpha = 1;
    context.strokeStyle = colours.accent;
    context.lineWidth = 2;
    context.strokeRect(from + 1, 1, Math.max(to - from - 2, 2), MINI - 2);
  }

  /** Show where the playhead is; while it plays, the view follows. */
  tick(follow = true) {
    const { time, playing } = this.clock;
    const { span } = this;
    if (follow && playing && this.follow && !span.fitted && (span.x(time) > span.across * EDGE || time < span.start)) {
      if (span.reveal(time) || (span.centre(time), true)) this.changed(true);
    }
    const x = span.x(time);
    this.playhead.style.transform = `translateX(${x}px)`;
    this.playhead.hidden = x < -1 || x > span.across + 1;
  }

  zoom(factor) {
    const x = this.span.x(this.clock.time);
    this.span.zoom(factor, x >= 0 && x <= this.span.across ? x : undefined);
    this.changed(true);
  }

  fit() {
    this.span.fit();
    this.changed(true);
  }

  reveal(time) {
    if (this.span.reveal(time, 0.3)) this.changed(true);
  }

  /** Words in place of what cannot be shown. */
  say(text) {
    this.note.hidden = !text;
    this.note.textContent = text ?? "";
  }
}
