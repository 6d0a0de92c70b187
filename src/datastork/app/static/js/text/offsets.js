// Places in a text. Browsers count UTF-16 units; answers count code points; people move by what they see as one letter.

export class Offsets {
  #pairs = []; // units at which a surrogate pair begins

  constructor(text) {
    this.text = text;
    for (const found of text.matchAll(/[\ud800-\udbff][\udc00-\udfff]/g)) this.#pairs.push(found.index);
  }

  /** The number of code points before a unit. */
  point(unit) {
    return unit - this.#before((at) => this.#pairs[at] < unit);
  }

  /** The unit at which a code point begins. */
  unit(point) {
    return point + this.#before((at) => this.#pairs[at] - at < point);
  }

  /** How many pairs, from the first, fulfil a condition that holds up to one of them and not behind it. */
  #before(holds) {
    let low = 0;
    let high = this.#pairs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (holds(middle)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  // --- letters and words, as people see them; segmenters look at a stretch around the place, not at the whole text

  /** The letter (grapheme) around a unit: [start, end). A family of four is one. */
  letter(unit) {
    return this.#segment(LETTERS, unit) ?? [unit, Math.min(unit + 1, this.text.length)];
  }

  /** A stretch without blanks at its ends and with whole letters; null where nothing is left. */
  tidy(start, end) {
    let [from, to] = start <= end ? [start, end] : [end, start];
    while (from < to && /\s/.test(this.text[from])) from++;
    while (to > from && /\s/.test(this.text[to - 1])) to--;
    if (from >= to) return null;
    return [this.letter(from)[0], this.letter(to - 1)[1]];
  }

  /** The word at or behind a unit, or before it with `back`: [start, end) or null. */
  word(unit, back = false) {
    let at = back ? unit - 1 : unit;
    while (at >= 0 && at < this.text.length) {
      const [start, end] = this.#segment(WORDS, at) ?? run(this.text, at);
      if (/[\p{L}\p{N}\p{S}\p{Extended_Pictographic}]/u.test(this.text.slice(start, end)) && (back ? start < unit : true)) return [start, end];
      at = back ? start - 1 : end;
    }
    return null;
  }

  #segment(segmenter, unit) {
    if (!segmenter || unit < 0 || unit >= this.text.length) return null;
    // within a line, and of long lines a stretch from a blank on
    let from = Math.max(this.text.lastIndexOf("\n", unit - 1) + 1, unit - REACH);
    if (from === unit - REACH) from = Math.max(from, this.text.lastIndexOf(" ", from + 64));
    const line = this.text.indexOf("\n", unit);
    const to = Math.min(line < 0 ? this.text.length : line + 1, unit + REACH);
    const found = segmenter.segment(this.text.slice(from, to)).containing(unit - from);
    return found ? [from + found.index, from + found.index + found.segment.length] : null;
  }
}

const REACH = 400; // units
const LETTERS = globalThis.Intl?.Segmenter ? new Intl.Segmenter(undefined, { granularity: "grapheme" }) : null;
const WORDS = globalThis.Intl?.Segmenter ? new Intl.Segmenter(undefined, { granularity: "word" }) : null;

/** Without a segmenter: what lies between blanks. */
function run(text, at) {
  const blank = (unit) => /\s/.test(text[unit] ?? " ");
  let start = at;
  let end = at + 1;
  while (start > 0 && blank(start - 1) === blank(at)) start--;
  while (end < text.length && blank(end) === blank(at)) end++;
  return [start, end];
}
