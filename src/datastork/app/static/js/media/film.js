// A video by its frames: frame n is shown from times[n] to times[n + 1], as the file says, and never by a guessed rate.
// Browsers search by the order of storage, and land one group of frames too late just before a key frame: what they show is
// checked, and where it is another frame, the server's picture of the right one lies over it.

import { h, say } from "../dom.js";
import { Clock } from "./clock.js";

const PATIENCE = 1500; // ms to wait for a first picture once the length is known

export class Film extends EventTarget {
  times = [];
  frame = 0;
  #wanted = null; // the frame a seek goes to
  #loading = 0;
  #exact = false; // the browser tells which frame it shows
  #seen = null; // which one it was, since the last seek

  /** Events: "frame" (another one is shown), "ready", "problem". */
  constructor({ label = "the video" } = {}) {
    super();
    this.video = h("video", { preload: "auto", playsinline: "", "aria-label": label, tabindex: "-1", disablepictureinpicture: true });
    this.clock = new Clock(this.video);
    this.still = h("img", { class: "tl-still", alt: "", hidden: true, draggable: "false" });
    this.note = h("div", { class: "tl-note", role: "alert", hidden: true });
    this.element = h("div", { class: "tl-film" }, this.video, this.still, this.note);
    this.clock.addEventListener("tick", () => this.#look());
    this.video.addEventListener("seeking", () => (this.#seen = null));
    this.video.addEventListener("seeked", () => this.#arrived());
    this.clock.addEventListener("problem", ({ detail }) => this.fail(detail));
    if (this.video.requestVideoFrameCallback) this.#listen();
  }

  /** The browser says of each frame that it shows when in the video it is. */
  #listen() {
    this.video.requestVideoFrameCallback((now, { mediaTime }) => {
      this.#exact = true;
      const seen = this.at(mediaTime + 1e-4);
      this.#seen = seen;
      if (this.times.length && this.clock.playing) {
        this.still.hidden = true;
        this.#shows(seen);
      } else if (this.times.length && this.#wanted === null && !this.video.seeking) this.#check(seen);
      this.dispatchEvent(new CustomEvent("drawn"));
      this.#listen();
    });
  }

  /** The browser shows a frame while it stands still: is it the right one? */
  async #check(seen) {
    const { frame, media } = this;
    if (seen === frame || !media?.frame) {
      this.still.hidden = true;
      return;
    }
    const mine = this.#loading;
    try {
      const answer = await fetch(media.frame.replace("{n}", frame), { credentials: "same-origin" });
      if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
      const address = URL.createObjectURL(await answer.blob());
      const picture = new Image();
      picture.src = address;
      await picture.decode();
      URL.revokeObjectURL(this.still.src);
      if (mine !== this.#loading || this.frame !== frame || this.clock.playing) return URL.revokeObjectURL(address);
      this.still.src = address;
      await this.still.decode();
      this.still.hidden = this.frame !== frame || this.clock.playing;
      this.dispatchEvent(new CustomEvent("drawn"));
    } catch {
      say(`frame ${frame} cannot be shown exactly just now`);
    }
  }

  /** What shows the frame: the video, or a picture over it. */
  get source() {
    return this.still.hidden ? this.video : this.still;
  }

  /** Load a video and the times of its frames. */
  async load(media, files) {
    const mine = ++this.#loading;
    this.frame = 0;
    this.media = media;
    this.#wanted = null;
    this.times = [];
    this.still.hidden = true;
    this.note.hidden = true;
    this.element.setAttribute("aria-busy", "true");
    try {
      const [times, address] = await Promise.all([
        (async () => {
          const answer = await (files?.open ? files.open(media.times) : fetch(media.times));
          if (answer.ok === false) throw new Error(`the server answered ${answer.status}`);
          return (await answer.json()).times;
        })(),
        files?.ready?.(media.url) || (files?.src ? files.src(media.url) : media.url),
      ]);
      if (mine !== this.#loading) return false;
      this.times = times;
      const last = times.at(-1) + (times.length > 1 ? (times.at(-1) - times[0]) / (times.length - 1) : 0.04);
      this.seconds = media.seconds > times.at(-1) + 1e-3 ? media.seconds : last;
      this.edges = [...times, this.seconds];
      this.shortest = this.edges.reduce((least, one, at) => (at ? Math.min(least, one - this.edges[at - 1]) : least), Infinity);
      this.clock.seconds = this.seconds;
      await new Promise((done, refuse) => {
        this.video.onloadeddata = done;
        // some phones load no picture before it is wanted: a seek makes them
        this.video.onloadedmetadata = () => setTimeout(done, PATIENCE);
        this.video.onerror = () => refuse(new Error(this.video.error?.message || "this browser cannot play it"));
        this.video.src = address;
      });
      if (mine !== this.#loading) return false;
      this.go(0);
      this.dispatchEvent(new CustomEvent("ready"));
      return true;
    } catch (error) {
      if (mine === this.#loading) this.fail(`This video cannot be shown: ${error.message}.`);
      return false;
    } finally {
      if (mine === this.#loading) this.element.setAttribute("aria-busy", "false");
    }
  }

  fail(message) {
    this.note.textContent = message;
    this.note.hidden = false;
    this.dispatchEvent(new CustomEvent("problem", { detail: message }));
  }

  get count() {
    return this.times.length;
  }

  /** The frame that is shown at a time. */
  at(time) {
    let low = 0;
    let high = this.times.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.times[middle] <= time) low = middle;
      else high = middle;
    }
    return low;
  }

  /**
   * A time at which frame n is shown for certain: behind its beginning by half of the shortest frame. The middle of a
   * long one is too late, because browsers take the lengths of frames in the order they are stored in.
   */
  inside(frame) {
    return this.edges[frame] + this.shortest / 2;
  }

  /** Show frame n; a seek under way is let come to its end first. */
  go(frame) {
    if (!this.count) return;
    if (this.clock.playing) this.clock.pause();
    const next = Math.min(Math.max(Math.round(frame), 0), this.count - 1);
    if (next !== this.frame) this.still.hidden = true;
    this.#shows(next);
    if (this.#wanted !== null && this.video.seeking) {
      this.#wanted = next;
      return;
    }
    this.#wanted = next;
    this.clock.seek(this.inside(next));
  }

  #arrived() {
    const wanted = this.#wanted;
    this.#wanted = null;
    if (wanted !== null && !this.clock.playing && this.at(this.video.currentTime) !== wanted) return this.go(wanted);
    this.#look();
    // the picture may have come before the end of the seek was told
    if (this.#seen !== null && this.count && !this.clock.playing) this.#check(this.#seen);
    this.dispatchEvent(new CustomEvent("drawn"));
  }

  #look() {
    if (!this.count || this.#wanted !== null) return;
    // while it plays, the frame that the browser shows counts, not the clock
    if (this.clock.playing && this.#exact) return;
    this.#shows(this.at(this.video.currentTime + 1e-6));
  }

  #shows(frame) {
    if (frame === this.frame) return;
    this.frame = frame;
    this.dispatchEvent(new CustomEvent("frame"));
  }

  step(by) {
    this.go(this.frame + by);
  }

  /** Go to a time. */
  seek(time) {
    if (this.clock.playing) return this.clock.seek(time);
    this.go(this.at(time));
  }

  unload() {
    this.#loading++;
    this.#wanted = null;
    this.video.onloadeddata = this.video.onloadedmetadata = this.video.onerror = null;
    this.clock.empty();
    this.times = [];
  }
}

/** Keys of a video: frames, J K L. */
export function filmKey(event, film) {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const { clock } = film;
  switch (event.key) {
    case ",":
    case ".":
      film.step(event.key === "," ? -1 : 1);
      return true;
    case "j":
      film.seek(Math.max(0, clock.time - 1));
      return true;
    case "k":
      clock.pause();
      return true;
    case "l":
      if (clock.playing) clock.speed = Math.min(2, clock.speed * 2);
      else clock.play();
      return true;
    case "ArrowLeft":
    case "ArrowRight":
      film.step((event.key === "ArrowLeft" ? -1 : 1) * (event.shiftKey ? 10 : 1));
      return true;
    case "Home":
    case "End":
      film.go(event.key === "Home" ? 0 : film.count - 1);
      return true;
  }
  return false;
}

export const filmKeys = [
  ["Space", "play, pause"], [", . or ← →", "a frame back, on; Shift+← →: ten"], ["J K L", "a second back, stop, play (again: faster)"],
  ["Home, End", "first and last frame"], ["< >", "slower, faster"],
];
