// The stretch of time that is seen: seconds from left to right, one scale. Speaks as the views of the canvas do, so that
// the same gestures zoom and pan it.

const LEAST = 0.01; // seconds that can be seen at least

export class Span {
  seconds = 1;
  start = 0;
  end = 1;
  across = 1; // CSS pixels
  changes = 0;

  /** Another sound, of as many seconds: all of it. */
  whole(seconds) {
    this.seconds = Math.max(seconds, LEAST);
    this.fit();
  }

  fit() {
    Object.assign(this, { start: 0, end: this.seconds });
    this.changes++;
  }

  get fitted() {
    return this.start <= 0 && this.end >= this.seconds;
  }

  /** CSS pixels for a second. */
  get scale() {
    return this.across / (this.end - this.start);
  }

  x(time) {
    return (time - this.start) * this.scale;
  }

  time(x) {
    return this.start + x / this.scale;
  }

  toImage(x, y) {
    return { x: this.time(x), y };
  }

  inside(time) {
    return Math.min(Math.max(time, 0), this.seconds);
  }

  /** Zoom by a factor; the time under x stays there. */
  zoom(factor, x = this.across / 2) {
    const at = this.time(x);
    const long = Math.min(Math.max((this.end - this.start) / factor, LEAST), this.seconds);
    this.#place(at - (x / this.across) * long, long);
  }

  pan(dx) {
    this.#place(this.start - dx / this.scale, this.end - this.start);
  }

  #place(start, long) {
    this.start = Math.min(Math.max(start, 0), this.seconds - long);
    this.end = this.start + long;
    this.changes++;
  }

  /** Bring a time into sight; returns whether anything moved. */
  reveal(time, from = 0.1) {
    if ((time >= this.start && time <= this.end) || this.fitted) return false;
    const long = this.end - this.start;
    this.#place(time - from * long, long);
    return true;
  }

  /** Bring a time to the middle. */
  centre(time) {
    const long = this.end - this.start;
    this.#place(time - long / 2, long);
  }
}

/** Seconds as they are read: "1.250", "1:02.500". `digits` after the point. */
export function clockTime(seconds, digits = 3) {
  const whole = Math.max(0, seconds);
  const factor = 10 ** digits;
  const rounded = Math.round(whole * factor) / factor;
  if (rounded < 60) return rounded.toFixed(digits);
  const hours = Math.floor(rounded / 3600);
  const minutes = Math.floor((rounded % 3600) / 60);
  const rest = (rounded % 60).toFixed(digits).padStart(digits ? digits + 3 : 2, "0");
  return `${hours ? `${hours}:${String(minutes).padStart(2, "0")}` : minutes}:${rest}`;
}

const STEPS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600];

/** The times to write on a ruler: {step, digits, times}. */
export function ticks(span, room = 74) {
  const step = STEPS.find((one) => one * span.scale >= room) ?? STEPS.at(-1);
  const first = Math.ceil(span.start / step - 1e-9);
  const count = Math.max(0, Math.floor(span.end / step + 1e-9) - first + 1);
  return { step, digits: step < 1 ? Math.ceil(-Math.log10(step) - 1e-9) : 0, times: Array.from({ length: count }, (_, at) => (first + at) * step) };
}
