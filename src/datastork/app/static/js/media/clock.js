// Playing, for sound and video alike: where we are, from where to where, how fast. Times are seconds of the media.

export const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2];
const NEAR_END = 0.02; // seconds before the end from which playing begins anew

let playing = null; // the one clock of the page that plays

/** Events: "tick" (the time changed), "state" (playing or not, speed), "problem" (message). */
export class Clock extends EventTarget {
  stretch = null; // {start, end}: what is played once
  loop = null; // {start, end}: what is played over and over
  #seconds = 0;
  #asked = 0;

  /** `element` is an audio or video element. */
  constructor(element) {
    super();
    this.element = element;
    element.preload = "auto";
    element.preservesPitch = true;
    const tell = () => this.#tell("tick");
    const state = () => (this.#run(), this.#tell("state"));
    for (const name of ["play", "playing", "pause", "ended", "ratechange"]) element.addEventListener(name, state);
    for (const name of ["seeking", "seeked", "loadedmetadata"]) element.addEventListener(name, tell);
    // pages in the background get no frames
    element.addEventListener("timeupdate", () => this.#bounds());
    element.addEventListener("error", () => element.getAttribute("src") && this.#tell("problem", element.error?.message || "this browser cannot play it"));
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  /** The true length, where it is known; a browser only guesses that of some files. */
  set seconds(value) {
    this.#seconds = value;
  }

  get seconds() {
    return this.#seconds || (Number.isFinite(this.element.duration) ? this.element.duration : 0);
  }

  get time() {
    return Math.min(this.element.currentTime, this.seconds || Infinity);
  }

  get playing() {
    return !this.element.paused && !this.element.ended;
  }

  get speed() {
    return this.element.defaultPlaybackRate;
  }

  set speed(value) {
    this.element.defaultPlaybackRate = this.element.playbackRate = value;
  }

  seek(time) {
    this.stretch = null;
    this.#go(time);
  }

  #go(time) {
    this.element.currentTime = Math.min(Math.max(time, 0), this.seconds || time);
    this.#tell("tick");
  }

  /** Play on; with a stretch: that, once. Resolves to whether the browser let it. */
  async play(stretch = null) {
    if (playing && playing !== this) playing.pause();
    playing = this;
    this.stretch = stretch;
    const { loop, time } = this;
    if (stretch) this.#go(stretch.start);
    else if (loop && (time < loop.start || time >= loop.end - NEAR_END)) this.#go(loop.start);
    else if (time >= this.seconds - NEAR_END) this.#go(0);
    try {
      await this.element.play();
      return true;
    } catch (error) {
      // paused before it began, or not allowed before the person did something
      if (!["AbortError", "NotAllowedError"].includes(error.name)) this.#tell("problem", error.message);
      return false;
    }
  }

  pause() {
    this.element.pause();
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  #run() {
    if (!this.playing || this.#asked) return;
    const step = () => {
      this.#asked = 0;
      this.#bounds();
      this.#tell("tick");
      if (this.playing) this.#asked = requestAnimationFrame(step);
    };
    this.#asked = requestAnimationFrame(step);
  }

  /** Stop at the end of a stretch, go round at the end of a loop. */
  #bounds() {
    if (!this.playing) return;
    const { stretch, loop, time } = this;
    if (stretch) {
      if (time < stretch.end) return;
      this.pause();
      this.#go(stretch.end);
      this.stretch = null;
    } else if (loop && time >= Math.min(loop.end, this.seconds - NEAR_END / 2)) this.#go(loop.start);
  }

  /** Let go of the media. */
  empty() {
    this.stretch = this.loop = null;
    this.pause();
    if (playing === this) playing = null;
    this.element.removeAttribute("src");
    this.element.load();
  }
}
