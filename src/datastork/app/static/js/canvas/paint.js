// Drawing regions. Those at rest are drawn once and kept as a picture as long as view and answer stay the same, so that
// dragging one among hundreds costs no more than dragging one.

import { percent } from "../dom.js";

const WORTH = 40; // regions from which on a picture of those at rest is kept
const READABLE = 34; // CSS pixels a region must be wide for its name to be written on it

export class Paint {
  #kept = null; // {canvas, holds: what it was drawn from}
  #epoch = 0;

  /** `desk` is the screen: model, shape, stage, draft, tool, palette. */
  constructor(desk) {
    this.desk = desk;
  }

  /** Colours or the image changed: nothing that was kept holds. */
  forget() {
    this.#epoch++;
    this.desk.shape.forget?.();
  }

  draw(context, view, small = false) {
    const { desk } = this;
    const { model, draft, shape } = desk;
    shape.under?.(context, view, desk);
    const front = new Set([model.chosen, draft?.key]);
    if (small || model.everything.length < WORTH) this.#rest(context, view, front);
    else this.#keep(context, view, front);
    const chosen = model.selected;
    if (chosen && chosen.key !== draft?.key && model.shows(chosen)) shape.draw(context, view, chosen, this.look(chosen, view, true));
    if (draft) shape.draw(context, view, draft, { ...this.look(draft, view, true), live: true });
    if (!desk.readonly) desk.tool.hand.overlay?.(context, view);
    if (!small) desk.tools.zoomed(view.scale);
  }

  #rest(context, view, front) {
    const { model, shape } = this.desk;
    for (const region of model.everything) {
      if (front.has(region.key) || !model.shows(region)) continue;
      if (view.shows(shape.bounds(region))) shape.draw(context, view, region, this.look(region, view, false));
    }
  }

  #keep(context, view, front) {
    const { model, stage } = this.desk;
    const holds = [view.changes, model.state, [...front].join(), [...model.hidden].join(), this.#epoch, stage.ratio, stage.marks.width, stage.marks.height];
    if (!this.#kept || holds.some((one, place) => one !== this.#kept.holds[place])) {
      const canvas = this.#kept?.canvas ?? document.createElement("canvas");
      canvas.width = stage.marks.width;
      canvas.height = stage.marks.height;
      const own = canvas.getContext("2d");
      own.setTransform(stage.ratio, 0, 0, stage.ratio, 0, 0);
      this.#rest(own, view, front);
      this.#kept = { canvas, holds };
    }
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(this.#kept.canvas, 0, 0);
    context.restore();
  }

  /** How a region is drawn: colour, ink on it, dashed where proposed, its name where there is room. */
  look(region, view, chosen) {
    const { desk } = this;
    const proposal = region.person !== undefined;
    const colour = desk.colourOf(region);
    const wide = chosen || desk.shape.bounds(region).width * view.scale >= READABLE;
    const score = proposal && typeof region.score === "number" ? ` ${percent(region.score)}` : "";
    const who = proposal && region.person !== null ? ` · ${region.by}` : "";
    return {
      colour, ink: desk.palette.ink(colour), chosen, dashed: proposal,
      text: wide ? `${desk.nameOf(region.label)}${score}${who}` : "",
    };
  }
}

/** Stroke a path, or the current one, so that it stands out on any image; `scale`: the canvas is scaled by as much. */
export function stroke(context, look, width = look.chosen ? 2 : 1.5, path = null, scale = 1) {
  const line = (colour, wide) => {
    context.strokeStyle = colour;
    context.lineWidth = wide / scale;
    if (path) context.stroke(path);
    else context.stroke();
  };
  context.lineJoin = "round";
  context.setLineDash([]);
  line(look.dashed ? "rgb(255 255 255 / 45%)" : "rgb(0 0 0 / 55%)", look.dashed ? width + 1 : width + 2);
  if (look.dashed) context.setLineDash([7 / scale, 5 / scale]);
  line(look.colour, look.dashed ? width + 1 : width);
  context.setLineDash([]);
}

/** A handle to grip: white with a rim in colour. */
export function knob(context, x, y, colour, { round = false, radius = 4.5, full = false } = {}) {
  context.beginPath();
  if (round) context.arc(x, y, radius, 0, 2 * Math.PI);
  else context.rect(x - radius, y - radius, 2 * radius, 2 * radius);
  context.strokeStyle = "rgb(0 0 0 / 55%)";
  context.lineWidth = 3.5;
  context.stroke();
  context.fillStyle = full ? colour : "#fff";
  context.fill();
  context.strokeStyle = full ? "#fff" : colour;
  context.lineWidth = 1.5;
  context.stroke();
}

const widths = new Map();
/** The name of a region on its colour, above (x, y), or below where there is no room. */
export function tag(context, view, look, x, y) {
  if (!look.text) return;
  context.font = "600 12px system-ui, sans-serif";
  let width = widths.get(look.text);
  if (width === undefined) {
    if (widths.size > 2000) widths.clear();
    widths.set(look.text, (width = context.measureText(look.text).width));
  }
  const left = Math.min(Math.max(x, 0), Math.max(0, view.across - width - 10));
  const top = y - 19 < 0 ? Math.max(0, y) : y - 19;
  context.globalAlpha = look.dashed ? 0.85 : 1;
  context.fillStyle = look.colour;
  context.fillRect(left - 0.5, top, width + 10, 18);
  context.fillStyle = look.ink;
  context.textBaseline = "middle";
  context.fillText(look.text, left + 4.5, top + 9.5);
  context.globalAlpha = 1;
}
