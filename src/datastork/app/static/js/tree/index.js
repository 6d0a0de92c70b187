// A tree of classes: its paths, its children, and the words its classes are found under.

/** "Écureuil" -> "ecureuil" */
export function fold(text) {
  // most names are plain letters: the costly way only for those that are not
  return /^[\x20-\x7e]*$/.test(text) ? text.toLowerCase() : text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

export class Tree {
  constructor(classes) {
    this.classes = classes;
    this.place = new Map(classes.map((one, place) => [one.id, place]));
    this.children = classes.map(() => []);
    this.roots = [];
    classes.forEach((one, place) => {
      const above = (one.parents ?? []).map((id) => this.place.get(id)).filter((at) => at !== undefined && at !== place);
      for (const at of above) this.children[at].push(place);
      if (!above.length) this.roots.push(place);
    });
    // name, and all that it is found under, with a blank before each word
    this.names = classes.map((one) => fold(one.name || one.id));
    this.texts = classes.map((one, place) => {
      const others = one.aliases?.length ? ` | ${one.aliases.map(fold).join(" | ")}` : "";
      return ` ${this.names[place].replace(/[-_/,()]+/g, " ")}${others} | ${fold(one.id)}`;
    });
    this.last = { query: "", found: null };
  }

  /** The names above a class, from the root: of several parents the first. Circles end where they close. */
  path(place) {
    const above = [];
    const seen = new Set([place]);
    let at = this.#parent(place);
    while (at !== undefined && !seen.has(at)) {
      seen.add(at);
      above.unshift(this.classes[at].name || this.classes[at].id);
      at = this.#parent(at);
    }
    return above;
  }

  #parent(place) {
    for (const id of this.classes[place].parents ?? []) if (this.place.has(id)) return this.place.get(id);
    return undefined;
  }

  /**
   * find("gua bark") -> {places, total}: classes in which all words occur, best first: the name itself, its beginning,
   * the beginning of a word, of an alias, then anywhere. What was typed on is looked for in what was found before.
   */
  find(query, most = 50) {
    const words = fold(query).split(/[\s\-_/,()]+/).filter(Boolean);
    if (!words.length) return { places: [], total: 0 };
    const whole = words.join(" ");
    const { last } = this;
    const among = last.found && whole.startsWith(last.query) ? last.found : null;
    const found = [];
    const scores = [];
    const size = among ? among.length : this.texts.length;
    for (let at = 0; at < size; at++) {
      const place = among ? among[at] : at;
      const text = this.texts[place];
      let score = 0;
      for (const word of words) {
        const here = text.indexOf(word);
        if (here < 0) {
          score = -1;
          break;
        }
        // at the beginning of a word, and in the name rather than in an alias
        const start = text.charCodeAt(here - 1) === 32 ? here : text.indexOf(` ${word}`);
        score += start < 0 ? 40 : start < this.names[place].length ? 0 : 20;
      }
      if (score < 0) continue;
      const name = this.names[place];
      score += name === whole ? -60 : name.startsWith(whole) ? -30 : 0;
      found.push(place);
      scores.push(score + Math.min(name.length, 60) / 8);
    }
    this.last = { query: whole, found };
    return { places: best(found, scores, most), total: found.length };
  }

  /** Which other name a class was found under, if it is not in its own. */
  alias(place, query) {
    const words = fold(query).split(/\s+/).filter(Boolean);
    if (words.every((word) => this.names[place].includes(word))) return "";
    return this.classes[place].aliases?.find((one) => words.some((word) => fold(one).includes(word))) ?? "";
  }
}

/** The places with the least scores, in order, without sorting all. */
function best(found, scores, most) {
  const order = found.map((_, at) => at);
  if (order.length > 4 * most) {
    // the score below which about `most` lie, by a histogram of its whole range
    const low = scores.reduce((a, b) => Math.min(a, b), Infinity);
    const high = scores.reduce((a, b) => Math.max(a, b), -Infinity);
    const bins = new Uint32Array(256);
    const bin = (score) => Math.min(255, Math.floor(((score - low) / (high - low || 1)) * 256));
    for (const score of scores) bins[bin(score)]++;
    let limit = 0;
    for (let sum = 0; limit < 255 && (sum += bins[limit]) < most; limit++);
    const few = order.filter((at) => bin(scores[at]) <= limit);
    return few.sort((a, b) => scores[a] - scores[b] || found[a] - found[b]).slice(0, most).map((at) => found[at]);
  }
  return order.sort((a, b) => scores[a] - scores[b] || found[a] - found[b]).slice(0, most).map((at) => found[at]);
}
