// Which module shows which kind of question. Modules and style sheets are loaded when a plan needs them.

import { style } from "../dom.js";

export const registry = {
  choice: () => import("./choice.js"),
  tags: () => import("./tags.js"),
  taxonomy: () => import("./taxonomy.js"),
  open: () => import("./open.js"),
  rating: () => import("./rating.js"),
  text: () => import("./text.js"),
  transcript: () => import("./transcript.js"),
  spans: () => import("./spans.js"),
  preference: () => import("./preference.js"),
  cells: () => import("./cells.js"),
  boxes: () => import("./boxes.js"),
  polygons: () => import("./polygons.js"),
  masks: () => import("./masks.js"),
  keypoints: () => import("./keypoints.js"),
  events: () => import("./events.js"),
  frames: () => import("./frames.js"),
  tracks: () => import("./tracks.js"),
};

// Screens that show the media themselves get the large place in the middle; the others stand beside `view(media)`.
export const STAGE = new Set([
  "spans", "preference", "cells", "boxes", "polygons", "masks", "keypoints", "events", "frames", "tracks",
]);

const SHEETS = {
  taxonomy: ["taxonomy"],
  spans: ["spans"],
  preference: ["pairs"],
  cells: ["cells"],
  boxes: ["canvas"],
  polygons: ["canvas"],
  masks: ["canvas"],
  keypoints: ["canvas"],
  events: ["timeline"],
  frames: ["timeline"],
  tracks: ["timeline", "canvas"],
};

/** Make the element of a kind: loads its module and style sheets, defines `stork-<kind>`. */
export async function screen(kind) {
  if (!Object.hasOwn(registry, kind)) throw new Error(`no screen shows a question of the kind ${JSON.stringify(kind)}`);
  const name = `stork-${kind}`;
  const [module] = await Promise.all([registry[kind](), ...(SHEETS[kind] ?? []).map(style)]);
  if (!customElements.get(name)) customElements.define(name, module.default);
  return document.createElement(name);
}
