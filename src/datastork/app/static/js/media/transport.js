// The buttons of a player, and its keys.

import { h, say } from "../dom.js";
import { SPEEDS } from "./clock.js";
import { icon } from "./icons.js";
import { settings } from "./settings.js";
import { clockTime } from "./span.js";

export const tool = (name, picture, onclick, extra = {}, ...rest) =>
  h("button", { type: "button", class: "tool", title: name, "aria-label": name, onclick, ...extra }, picture && icon(picture), ...rest);

/** A button that stays pressed: `get()` says whether it is. */
export function switching(name, picture, get, set, extra = {}) {
  const button = tool(name, picture, () => {
    set(!get());
    button.show();
    say(`${name}: ${get() ? "on" : "off"}`);
  }, extra);
  button.show = () => button.setAttribute("aria-pressed", Boolean(get()));
  button.show();
  return button;
}

/** Play or pause, speed, time; `more` goes between. {element, show()} */
export function transport(clock, { label = "Player", before = [], more = [], words = () => "" } = {}) {
  const play = tool("Play", "play", () => clock.toggle(), { class: "tool tl-play", "aria-keyshortcuts": "Space" });
  const time = h("output", { class: "tl-time", "aria-live": "off" });
  const speed = h("select", { class: "tl-select", "aria-label": "Speed", title: "Speed (< >)", onchange: (event) => {
    event.stopPropagation();
    faster(clock, Number(speed.value));
  } }, SPEEDS.map((one) => h("option", { value: String(one) }, `${one}×`)));
  const show = () => {
    const { playing } = clock;
    if (play.dataset.playing !== String(playing)) {
      play.dataset.playing = playing;
      play.replaceChildren(icon(playing ? "pause" : "play", 24));
      play.setAttribute("aria-label", playing ? "Pause" : "Play");
      play.title = `${playing ? "Pause" : "Play"} (Space)`;
    }
    if (speed.value !== String(clock.speed)) speed.value = String(clock.speed);
    tick();
  };
  const tick = () => {
    const text = words() || `${clockTime(clock.time)} / ${clockTime(clock.seconds)}`;
    if (time.textContent !== text) time.textContent = text;
  };
  clock.addEventListener("tick", tick);
  clock.addEventListener("state", show);
  clock.speed = settings.get("speed");
  const element = h("div", { class: "tl-transport", role: "toolbar", "aria-label": label }, before, play, time, more.slice(0, 1), speed, more.slice(1));
  show();
  return { element, show };
}

export function faster(clock, speed) {
  clock.speed = speed;
  settings.set("speed", speed);
}

/** Keys that every player has; returns whether one was used. `surface` may be null. */
export function playerKey(event, clock, surface, step = 1) {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  switch (event.key) {
    case " ":
      clock.toggle();
      return true;
    case "ArrowLeft":
    case "ArrowRight": {
      clock.seek(clock.time + (event.key === "ArrowLeft" ? -1 : 1) * step * (event.shiftKey ? 10 : 1));
      surface?.reveal(clock.time);
      say(clockTime(clock.time, 2));
      return true;
    }
    case "Home":
    case "End":
      clock.seek(event.key === "Home" ? 0 : clock.seconds);
      surface?.reveal(clock.time);
      return true;
    case "<":
    case ">": {
      const at = SPEEDS.indexOf(clock.speed) + (event.key === "<" ? -1 : 1);
      if (SPEEDS[at]) faster(clock, SPEEDS[at]);
      say(`speed ${clock.speed}`);
      return true;
    }
  }
  if (!surface) return false;
  if (event.key === "+" || event.key === "=") surface.zoom(1.6);
  else if (event.key === "-") surface.zoom(1 / 1.6);
  else if (event.key === "0" || event.code === "Digit0") surface.fit();
  else return false;
  return true;
}

const WORDS = { Space: 0, Comma: -2, Period: 2 }; // seconds to go with Ctrl held

/** Keys that work while something is written, such as what is said: Ctrl+Space, Ctrl+, and Ctrl+. Returns what ends them. */
export function whileWriting(element, clock) {
  const listen = (event) => {
    const by = event.ctrlKey && !event.altKey && !event.metaKey ? WORDS[event.code] : undefined;
    // of two players beside each other the one that was used last is meant
    const meant = document.querySelectorAll(".tl-player").length < 2 || clock.time > 0;
    if (by === undefined || !element.isConnected || !meant) return;
    event.preventDefault();
    event.stopPropagation();
    if (by) clock.seek(clock.time + by);
    else clock.toggle();
  };
  document.addEventListener("keydown", listen, true);
  return () => document.removeEventListener("keydown", listen, true);
}

export const playerKeys = [
  ["Space", "play, pause"], ["← →", "a step back, on; Shift: ten"], ["Home, End", "to the beginning, to the end"],
  ["< >", "slower, faster"], ["+ − 0", "zoom in, out, all"],
  ["Ctrl+Space", "play, pause while writing; Ctrl+, and Ctrl+. two seconds back, on"],
];

