// The outline of a sound, as the server made it of the decoded samples.

const LOUDER = 16; // the most that quiet sounds are enlarged

export class Wave {
  /** Read the server's answer: a line of JSON, then least and greatest of every bin: of the mean, then of each channel. */
  static read(buffer) {
    const bytes = new Uint8Array(buffer);
    const line = bytes.indexOf(10);
    const head = JSON.parse(new TextDecoder().decode(bytes.subarray(0, line)));
    return new Wave(head, new Int8Array(buffer, line + 1));
  }

  constructor(head, values) {
    Object.assign(this, head);
    this.values = values;
    let most = 1;
    for (const value of values) if (Math.abs(value) > most) most = Math.abs(value);
    this.gain = Math.min(127 / most, LOUDER);
  }

  /** The rows to draw: one channel, each of two (-1), or their mean (null, and -1 for more of them). */
  rows(channel) {
    if (this.channels < 2 || channel === null) return [0];
    if (channel >= 0) return [channel + 1];
    return this.channels <= 2 ? [1, 2] : [0];
  }

  /** Draw the rows below each other into a box {x, y, width, height}. */
  draw(context, span, box, colour, channel = -1) {
    const rows = this.rows(channel);
    const high = box.height / rows.length;
    rows.forEach((row, place) => this.#row(context, span, { ...box, y: box.y + place * high, height: high }, colour, row));
  }

  #row(context, span, box, colour, row) {
    const { per_second: per, bins, values } = this;
    const base = row * bins * 2;
    const middle = box.y + box.height / 2;
    const half = (box.height / 2 - 2) * (this.gain / 127);
    context.fillStyle = colour;
    context.globalAlpha = 0.35;
    context.fillRect(box.x, middle - 0.5, box.width, 1);
    context.globalAlpha = 1;
    const scale = (span.end - span.start) / box.width;
    for (let x = 0; x < box.width; x++) {
      const from = Math.floor((span.start + x * scale) * per);
      const to = Math.max(from + 1, Math.floor((span.start + (x + 1) * scale) * per));
      let low = 127;
      let high = -127;
      for (let bin = Math.max(from, 0); bin < Math.min(to, bins); bin++) {
        const at = base + 2 * bin;
        if (values[at] < low) low = values[at];
        if (values[at + 1] > high) high = values[at + 1];
      }
      if (low > high) continue;
      const top = middle - high * half;
      context.fillRect(box.x + x, top, 1, Math.max(1, (high - low) * half));
    }
  }
}
