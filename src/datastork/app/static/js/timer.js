// Active seconds: the page is visible and something was touched, typed or played within the last 30 s.

const IDLE = 30000; // ms
const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "input", "scroll", "timeupdate"];

export class Timer {
  #total = 0;
  #last = null; // time of the last sign, null while the page is hidden
  #now;

  constructor(now = () => performance.now()) {
    this.#now = now;
    for (const sign of SIGNS) addEventListener(sign, () => this.touch(), { capture: true, passive: true });
    document.addEventListener("visibilitychange", () => (document.visibilityState === "visible" ? this.touch() : this.pause()));
  }

  /** Begin at nought for a new task. */
  start(seconds = 0) {
    this.#total = seconds * 1000;
    this.#last = document.visibilityState === "visible" ? this.#now() : null;
  }

  /** A sign of work. */
  touch() {
    if (document.visibilityState !== "visible") return;
    this.#gather();
    this.#last = this.#now();
  }

  pause() {
    this.#gather();
    this.#last = null;
  }

  #gather() {
    if (this.#last !== null) this.#total += Math.min(this.#now() - this.#last, IDLE);
  }

  /** Active seconds so far, to a tenth. */
  get seconds() {
    const open = this.#last === null ? 0 : Math.min(this.#now() - this.#last, IDLE);
    return Math.round((this.#total + open) / 100) / 10;
  }
}
