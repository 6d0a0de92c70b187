// Colours of classes and annotators, as the canvas needs them: resolved from the style sheet, with ink that is readable on them.

import { colour } from "../dom.js";

export class Palette {
  #colours = new Map();
  #ink = new Map();
  #probe;

  constructor(element, classes = []) {
    this.#probe = element;
    this.places = new Map(classes.map((one, place) => [one.id, { one, place }]));
  }

  /** The theme may have changed: ask the style sheet again. */
  refresh() {
    this.#colours.clear();
  }

  /** The colour of a class, as "rgb(…)"; an unknown one takes its place behind the known. */
  of(label) {
    let found = this.#colours.get(label);
    if (!found) {
      const { one, place } = this.places.get(label) ?? { one: null, place: this.places.size };
      found = this.#resolve(colour(one, place));
      this.#colours.set(label, found);
    }
    return found;
  }

  /** The colour of the annotator at a place. */
  person(place) {
    return this.of(`\u0000${place}`) && this.#resolve(`var(--class-${(place * 5) % 12})`);
  }

  #resolve(text) {
    const before = this.#probe.style.color;
    this.#probe.style.color = text;
    const found = getComputedStyle(this.#probe).color;
    this.#probe.style.color = before;
    return found;
  }

  /** [red, green, blue] of a colour that `of` gave. */
  static parts(text) {
    const [red = 0, green = 0, blue = 0] = (text.match(/[\d.]+/g) ?? []).map(Number);
    return [red, green, blue];
  }

  /** Black or white, whichever reads better on a colour. */
  ink(text) {
    let found = this.#ink.get(text);
    if (!found) {
      const [red, green, blue] = Palette.parts(text).map((part) => ((part / 255 + 0.055) / 1.055) ** 2.4);
      found = 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.19 ? "#101214" : "#ffffff";
      this.#ink.set(text, found);
    }
    return found;
  }
}
