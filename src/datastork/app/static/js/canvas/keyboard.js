// Everything by keyboard: a cursor that arrows move and Enter draws with, regions that arrows move, and the keys of tools.

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const STRIDE = 8; // CSS pixels the cursor moves at a press

/** Handle a key for a screen; returns whether it was used. */
export function pressed(desk, event) {
  const used = handle(desk, event);
  if (used) event.preventDefault();
  return used;
}

function handle(desk, event) {
  const at = event.target instanceof Element ? event.target : null;
  if (at?.closest("input, textarea, select")) return false;
  const control = at?.closest("button, a, summary");
  if (control && ["Enter", " "].includes(event.key)) return false;
  if (event.ctrlKey || event.metaKey) return combination(desk, event);
  const zoom = zoomed(desk, event);
  if (zoom) return true;
  if (event.key === "Tab") return tab(desk, event);
  if (desk.readonly) return at?.closest(".cv-list") ? walk(desk, event) : false;
  const one = desk.classes.ofKey(event);
  if (one && !event.altKey) {
    desk.pickClass(one.id, event.shiftKey);
    return true;
  }
  if (at?.closest(".cv-list") && walk(desk, event)) return true;
  if (desk.tool.hand.key?.(event)) return true;
  return arrow(desk, event) || simple(desk, event);
}

function combination(desk, event) {
  const key = event.key.toLowerCase();
  if (desk.readonly || event.altKey) return false;
  if (key === "z") return event.shiftKey ? desk.redo() : desk.undo();
  if (key === "y") return desk.redo();
  if (key === "d") return desk.duplicate();
  return false;
}

function zoomed(desk, event) {
  if (event.altKey) return false;
  if (event.key === " " && desk.stage.marks === event.target) {
    desk.panning(true);
    return true;
  }
  if (event.code === "Digit0" || event.key === "0") desk.stage.fit();
  else if (event.key === "+" || event.key === "=") desk.stage.zoom(1.5);
  else if (event.key === "-") desk.stage.zoom(1 / 1.5);
  else return false;
  desk.say(`${Math.round(desk.stage.view.scale * 100)} %`);
  return true;
}

/** Tab goes through the regions and leaves behind the last one, or after Escape: no one is caught. */
function tab(desk, event) {
  if (event.target !== desk.stage.marks || desk.leaving) return false;
  const order = desk.model.everything;
  const now = order.findIndex((one) => one.key === desk.model.chosen);
  const next = event.shiftKey ? (now < 0 ? order.length : now) - 1 : now + 1;
  if (next < 0 || next >= order.length) return false;
  desk.select(order[next].key);
  desk.reveal();
  return true;
}

/** In the list arrows go from region to region. */
function walk(desk, event) {
  const order = desk.model.everything;
  const now = order.findIndex((one) => one.key === desk.model.chosen);
  const to = { ArrowDown: now + 1, ArrowUp: now < 0 ? order.length - 1 : now - 1, Home: 0, End: order.length - 1 }[event.key];
  if (to === undefined || event.altKey) return false;
  if (order[to]) {
    desk.select(order[to].key);
    desk.reveal();
  }
  return true;
}

function arrow(desk, event) {
  const way = ARROWS[event.key];
  if (!way) return false;
  const region = desk.model.selected;
  const step = event.shiftKey ? 10 : 1;
  if (region && desk.tool.hand.nudge?.(region, way[0] * step, way[1] * step, event.altKey)) return true;
  if (event.altKey && (region || !desk.stage.cursor)) return false; // Alt and an arrow go to another question
  moveCursor(desk, way, event);
  return true;
}

/** Without a selection arrows move a cursor: 8 pixels of the screen, with Shift eight times as far, with Alt one of the image. */
export function moveCursor(desk, way, event) {
  const { stage } = desk;
  const { view } = stage;
  const stride = event.altKey ? 1 : Math.max(1, Math.round((STRIDE * (event.shiftKey ? 8 : 1)) / view.scale));
  const from = stage.cursor ?? view.inside(view.toImage(view.across / 2, view.down / 2));
  const to = stage.cursor ? { x: from.x + way[0] * stride, y: from.y + way[1] * stride } : { x: Math.round(from.x), y: Math.round(from.y) };
  stage.cursor = view.inside(to);
  view.reveal(stage.cursor);
  desk.tool.hand.hover?.(desk.cursorPoint());
  stage.changed(true);
  desk.status(`${Math.round(stage.cursor.x)}, ${Math.round(stage.cursor.y)}`, true);
}

function simple(desk, event) {
  const { model } = desk;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const region = model.selected;
  if (key === "Enter") return enter(desk, region);
  if (key === "Escape") return escape(desk);
  if (event.altKey) return false;
  // who deletes regions does not take back the last answer with one press too many
  if (["Delete", "Backspace"].includes(key)) return region ? desk.remove(region.key) : model.canUndo || model.list.length > 0;
  if (key === "h" && event.shiftKey) return desk.alone();
  if (key === "h") return region ? desk.toggle(region.key) : false;
  if (key === "a" && !event.shiftKey) return desk.acceptAll();
  if (key === "n") return desk.nothing();
  if (key === "/") {
    desk.classes.filter?.focus();
    return Boolean(desk.classes.filter);
  }
  const tool = desk.toolset.find((one) => one.key.toLowerCase() === key);
  if (tool && !event.shiftKey) return desk.use(tool.id);
  return false;
}

function enter(desk, region) {
  if (region && desk.model.isProposal(region.key)) return desk.accept(region.key);
  if (desk.stage.cursor && (!region || desk.tool.hand.places?.(region))) {
    desk.tool.hand.click?.(desk.cursorPoint());
    desk.stage.changed();
    return true;
  }
  // suggestions are taken over by Enter as long as nothing else was done
  if (!region && !desk.model.list.length && desk.acceptAll()) return true;
  if (desk.value === undefined) return false;
  desk.finish(); // to the next question, or it is submitted
  return true;
}

function escape(desk) {
  if (desk.tool.hand.cancel?.()) return desk.stage.changed(), true;
  if (desk.model.chosen) {
    desk.select(null);
    return true;
  }
  if (desk.stage.cursor) {
    desk.stage.cursor = null;
    desk.stage.changed();
    return true;
  }
  desk.leaving = true; // the next Tab leaves the image
  return false;
}
