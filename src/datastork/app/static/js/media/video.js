// A video to be seen beside a question, frame by frame where wanted.

import { h, style } from "../dom.js";
import { Film, filmKey, filmKeys } from "./film.js";
import { settings } from "./settings.js";
import { clockTime } from "./span.js";
import { Surface } from "./surface.js";
import { playerKey, switching, tool, transport, whileWriting } from "./transport.js";

await style("timeline");

/** Where we are: "frame 12 / 250 · 0.480". */
export const whereabouts = (film) => `${film.frame} / ${Math.max(film.count - 1, 0)} · ${clockTime(film.times[film.frame] ?? 0)}`;

/** The buttons of a video. */
export function filmTransport(film, more = []) {
  const made = transport(film.clock, {
    label: "Video",
    before: [tool("A frame back", "before", () => film.step(-1), { "aria-keyshortcuts": "," })],
    more: [[tool("A frame on", "after", () => film.step(1), { "aria-keyshortcuts": "." }), more[0] ?? []], ...more.slice(1)],
    words: () => whereabouts(film),
  });
  film.addEventListener("frame", made.show);
  film.addEventListener("ready", made.show);
  return made;
}

export default function video(media, files, { label = "the video" } = {}) {
  const film = new Film({ label });
  const looping = switching("Loop", "loop", () => Boolean(film.clock.loop), (on) => {
    film.clock.loop = on ? { start: 0, end: film.seconds } : null;
  });
  const auto = switching("Play by itself", "auto", () => settings.get("autoplay"), (on) => settings.set("autoplay", on));
  const made = filmTransport(film, [looping, h("span", { class: "tl-gap" }), auto]);
  const surface = new Surface({ label: `${label}: time`, clock: film.clock });
  surface.element.classList.add("tl-strip");
  const element = h("div", { class: "tl-player tl-with-film", role: "group", "aria-label": label }, film.element, surface.element, made.element);
  film.video.addEventListener("click", () => film.clock.toggle());
  element.film = film;
  element.onkey = (event) => filmKey(event, film) || playerKey(event, film.clock, surface);
  const end = whileWriting(element, film.clock);
  element.stop = () => {
    end();
    film.unload();
    surface.close();
  };
  Object.defineProperty(element, "keys", { get: () => filmKeys });
  film.load(media, files).then((ready) => {
    if (!ready) return;
    surface.span.whole(film.seconds);
    surface.changed(true);
    if (settings.get("autoplay") && navigator.userActivation?.hasBeenActive !== false && document.querySelectorAll(".tl-player").length === 1) film.clock.play();
  });
  return element;
}
