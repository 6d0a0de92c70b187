// Drawing stretches of time: a bar in its lane with the name of its class, its ground over what is seen above, its edges.

import { percent } from "../dom.js";

const RADIUS = 5;

/** Draw all stretches of a desk. */
export function paint(desk, context, boxes, colours) {
  const { model, surface, draft } = desk;
  const { span } = surface;
  const shown = desk.shown();
  const { lane, count } = desk.lanes(shown);
  const place = boxes.get("lanes");
  for (const region of shown) {
    const chosen = region.key === model.chosen || region === draft;
    const left = span.x(region.onset);
    const right = span.x(region.offset);
    if (right < -2 || left > span.across + 2) continue;
    const look = { colour: desk.colourOf(region), chosen, dashed: region.person !== undefined || region === draft };
    for (const [id, box] of boxes) if (id !== "lanes") over(desk, context, region, look, left, right, id, box);
    if (place) bar(desk, context, region, look, left, right, lane.get(region.key) ?? 0, count, place, colours);
  }
  snapped(desk, context, colours);
}

function over(desk, context, region, look, left, right, id, box) {
  let { y, height } = box;
  if (id === "spectrogram" && region.low !== undefined && region.high !== undefined) {
    y = desk.hertzY(region.high) ?? y;
    height = Math.max((desk.hertzY(region.low) ?? y + height) - y, 2);
  }
  context.fillStyle = look.colour;
  context.globalAlpha = look.chosen ? 0.26 : 0.13;
  context.fillRect(left, y, Math.max(right - left, 1), height);
  context.globalAlpha = 1;
  context.strokeStyle = look.colour;
  context.lineWidth = look.chosen ? 2 : 1;
  context.setLineDash(look.dashed ? [5, 4] : []);
  context.beginPath();
  if (region.low !== undefined && id === "spectrogram") context.rect(left, y, right - left, height);
  else {
    context.moveTo(left, y);
    context.lineTo(left, y + height);
    context.moveTo(right, y);
    context.lineTo(right, y + height);
  }
  context.stroke();
  context.setLineDash([]);
  if (!look.chosen || desk.readonly || look.dashed) return;
  // handles to grip, in the middle of the edges
  for (const [edge, x] of [["onset", left], ["offset", right]]) {
    const active = desk.edge === edge || desk.edge === "whole";
    context.beginPath();
    context.roundRect(x - 4, y + height / 2 - 14, 8, 28, 4);
    context.fillStyle = active ? look.colour : "#fff";
    context.strokeStyle = active ? "#fff" : look.colour;
    context.lineWidth = 2;
    context.fill();
    context.stroke();
  }
}

/** Where the bar of a lane lies. */
export function laneBox(place, lane, count) {
  const high = Math.min(Math.max(place.height / count, 8), 34);
  return { y: place.y + lane * Math.min(high, place.height / count), height: Math.min(high, place.height / count) };
}

function bar(desk, context, region, look, left, right, lane, count, place) {
  const { y, height } = laneBox(place, lane, count);
  const wide = Math.max(right - left, 3);
  context.beginPath();
  context.roundRect(left, y + 1.5, wide, height - 3, Math.min(RADIUS, wide / 2));
  context.fillStyle = look.colour;
  context.globalAlpha = look.dashed ? 0.18 : 1;
  context.fill();
  context.globalAlpha = 1;
  context.lineWidth = look.chosen ? 3 : 1.5;
  context.strokeStyle = look.chosen ? desk.ink : look.colour;
  context.setLineDash(look.dashed ? [5, 4] : []);
  context.stroke();
  context.setLineDash([]);
  const from = Math.max(left, 0) + 6;
  const room = Math.min(right, desk.surface.span.across) - from - 4;
  if (room < 16 || height < 12) return;
  const score = look.dashed && typeof region.score === "number" ? ` ${percent(region.score)}` : "";
  const who = region.person !== undefined && region.person !== null ? ` · ${region.by}` : "";
  context.font = "550 12px system-ui, sans-serif";
  context.textBaseline = "middle";
  context.textAlign = "left";
  context.fillStyle = look.dashed ? desk.ink : desk.palette.ink(look.colour);
  context.save();
  context.beginPath();
  context.rect(from, y, room, height);
  context.clip();
  context.fillText(`${desk.nameOf(region.label)}${score}${who}`, from, y + height / 2 + 0.5);
  context.restore();
}

/** A line where an edge snapped to. */
function snapped(desk, context, colours) {
  if (desk.snappedTo === null) return;
  context.fillStyle = colours.focus;
  context.fillRect(desk.surface.span.x(desk.snappedTo) - 0.5, 24, 1, desk.surface.height);
}
