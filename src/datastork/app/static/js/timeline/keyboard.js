// The keys of a timeline: what the player has, edges to set and move, classes tapped or held while it plays. The rest is
// as on images.

import { pressed } from "../canvas/keyboard.js";

const HELD = 220; // ms from which a class key counts as held

/** Handle a key; returns whether it was used. */
export function keyed(desk, event) {
  const at = event.target instanceof Element ? event.target : null;
  if (at?.closest("input, textarea, select")) return false;
  if (at?.closest("button, a, summary") && ["Enter", " "].includes(event.key)) return false;
  const used = handle(desk, event, at);
  if (used) event.preventDefault();
  return used;
}

function handle(desk, event, at) {
  const { key } = event;
  // brackets need AltGr on many keyboards, which comes as Ctrl and Alt
  if (!desk.readonly && (key === "[" || key === "]")) return desk.setEdge(key === "[" ? "onset" : "offset");
  if (event.ctrlKey || event.metaKey || event.altKey) return pressed(desk, event);
  if (!desk.readonly && holds(desk, event)) return true;
  const one = desk.readonly ? null : desk.classes.ofKey(event);
  if (one) {
    desk.pickClass(one.id, event.shiftKey);
    return true;
  }
  const listed = at?.closest(".cv-list") && ["ArrowUp", "ArrowDown", "Home", "End"].includes(key);
  if (listed) return pressed(desk, event);
  const region = desk.model.selected;
  if (region && !desk.readonly && !desk.model.isProposal(region.key) && (key === "ArrowLeft" || key === "ArrowRight")) {
    return desk.nudge(region, (key === "ArrowLeft" ? -1 : 1) * (event.shiftKey ? 10 : 1));
  }
  const low = key.toLowerCase();
  if (low === "p" && region) return desk.playRegion(region);
  if (desk.playerKey(event)) return true;
  if (desk.readonly) return pressed(desk, event);
  if (low === "i" || low === "o") return desk.markEdge(low === "i" ? "onset" : "offset");
  if (key === "Enter" && desk.mark) return desk.endMark();
  if (key === "Escape" && desk.mark) return desk.dropMark();
  if (low === "e" && region) return desk.nextEdge();
  if (low === "x") return desk.snap(!desk.snapping);
  if (low === "f" && desk.hasHertz) return desk.frequencies(!desk.hertzToo);
  if (key === "ArrowUp" || key === "ArrowDown") return walk(desk, key === "ArrowUp" ? -1 : 1);
  return pressed(desk, event);
}

function walk(desk, by) {
  const order = desk.model.everything;
  if (!order.length) return false;
  const now = order.findIndex((one) => one.key === desk.model.chosen);
  const next = order[now < 0 ? (by > 0 ? 0 : order.length - 1) : now + by];
  if (next) {
    desk.select(next.key);
    desk.reveal();
  }
  return true;
}

/** While it plays, a class key that is held marks the time it is held for; a tap chooses the class. */
function holds(desk, event) {
  const one = desk.classes.ofKey(event);
  if (!one || !desk.clock.playing || event.shiftKey) return false;
  if (event.repeat || desk.held.has(event.code)) return true;
  desk.held.set(event.code, { label: one.id, onset: desk.clock.time, at: performance.now() });
  return true;
}

/** A key was let go. */
export function released(desk, event) {
  const held = desk.held.get(event.code);
  if (!held) return;
  desk.held.delete(event.code);
  if (performance.now() - held.at < HELD) return desk.pickClass(held.label);
  desk.make(desk.settle(desk.fresh({ label: held.label, onset: held.onset, offset: Math.max(desk.clock.time, held.onset) })));
}
