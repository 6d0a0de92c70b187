// The answer as it is worked on: regions, what is proposed beside them, whether "nothing here" was said. All of it is one
// state that is replaced and never changed, so everything can be undone.

const KEPT = ["id", "attributes", "iscrowd"]; // what any region may carry beside its shape
const STEPS = 500; // that can be undone
const EMPTY = { regions: [], proposals: [], nothing: false };

let keys = 0;
/** A key that no other region of this page has. */
export const newKey = () => `r${++keys}`;

export class Regions {
  #history = new History(EMPTY);
  #written = new WeakMap(); // region -> its part of the answer, as long as it stays the same
  hidden = new Set();
  chosen = null; // the key of the selected region or proposal

  /** `shape` reads, writes, measures and moves regions; `changed(what)` hears of every change of the answer. */
  constructor(shape, changed) {
    this.shape = shape;
    this.changed = changed;
  }

  /** `proposed` = [{value, by, probability, person}]: a suggestion, or what other annotators answered. */
  load({ value, proposed = [], size }) {
    this.size = size;
    this.hidden.clear();
    this.chosen = null;
    const proposals = proposed.flatMap((one) => (Array.isArray(one.value) ? one.value : []).map((raw) => ({
      ...this.#read(raw), by: one.by ?? "", person: one.person ?? null,
      score: raw.score ?? raw.attributes?.score ?? one.probability ?? null,
    })));
    this.#history = new History({
      regions: (value ?? []).map((raw) => this.#read(raw)), proposals, nothing: Array.isArray(value) && !value.length,
    });
  }

  #read(raw) {
    const kept = Object.fromEntries(KEPT.filter((name) => raw[name] !== undefined).map((name) => [name, raw[name]]));
    return { key: newKey(), label: raw.label, ...kept, ...this.shape.read(raw, this.size) };
  }

  get state() {
    return this.#history.now;
  }

  get list() {
    return this.state.regions;
  }

  get proposals() {
    return this.state.proposals;
  }

  /** All that can be selected, in the order of the list. */
  get everything() {
    return [...this.list, ...this.proposals];
  }

  get(key) {
    return this.list.find((one) => one.key === key) ?? this.proposals.find((one) => one.key === key) ?? null;
  }

  get selected() {
    return this.chosen ? this.get(this.chosen) : null;
  }

  isProposal(key) {
    return this.proposals.some((one) => one.key === key);
  }

  /** The answer; undefined until there is a region, or "nothing here" was said. */
  get value() {
    const found = this.list.map((region) => this.#write(region)).filter(Boolean);
    return found.length || this.state.nothing ? found : undefined;
  }

  #write(region) {
    let done = this.#written.get(region);
    if (done === undefined) {
      const shape = this.shape.write(region, this.size);
      done = shape && { label: region.label, ...shape };
      for (const name of KEPT) {
        const own = region[name];
        if (done && own !== undefined && own !== false && !(name === "attributes" && !Object.keys(own).length)) done[name] = own;
      }
      this.#written.set(region, done ?? null);
    }
    return done;
  }

  #commit(part, what, chosen = this.chosen) {
    const regions = part.regions ?? this.list;
    // a region is said to be there, so "nothing" no longer holds
    this.#history.commit({ ...this.state, nothing: false, ...part, regions }, what);
    this.chosen = chosen;
    this.changed(what);
  }

  add(region, what) {
    this.#commit({ regions: [...this.list, region] }, what, region.key);
  }

  /** Replace a region, or take over a proposal changed. */
  put(region, what) {
    if (this.isProposal(region.key)) return this.#take([region], what);
    this.#commit({ regions: this.list.map((one) => (one.key === region.key ? region : one)) }, what, region.key);
  }

  remove(key, what) {
    const order = this.everything;
    const at = order.findIndex((one) => one.key === key);
    if (at < 0) return;
    const next = order[at + 1] ?? order[at - 1] ?? null;
    const without = (list) => list.filter((one) => one.key !== key);
    this.#commit({ regions: without(this.list), proposals: without(this.proposals), nothing: this.state.nothing }, what, next?.key ?? null);
  }

  /** Take over proposals: one by its key, or all that `which` says yes to. */
  accept(which, what) {
    const taken = this.proposals.filter((one) => (typeof which === "function" ? which(one) : one.key === which));
    if (taken.length) this.#take(taken, what);
    return taken.length;
  }

  #take(taken, what) {
    const keys = new Set(taken.map((one) => one.key));
    const own = taken.map(({ by, person, score, ...region }) => {
      if (region.attributes && "score" in region.attributes) {
        const { score: dropped, ...rest } = region.attributes;
        region.attributes = rest;
      }
      if (region.id !== undefined && this.list.some((one) => one.id === region.id)) delete region.id;
      return region;
    });
    this.#commit({
      regions: [...this.list, ...own], proposals: this.proposals.filter((one) => !keys.has(one.key)),
    }, what, taken.length === 1 ? taken[0].key : null);
  }

  /** Say that there is nothing; only where there is no region. */
  sayNothing(what) {
    if (this.list.length) return false;
    this.#commit({ nothing: true }, what, null);
    return true;
  }

  step(way) {
    const what = way === "undo" ? this.#history.undo() : this.#history.redo();
    if (what === null) return null;
    if (this.chosen && !this.get(this.chosen)) this.chosen = null;
    this.changed(what);
    return what;
  }

  get canUndo() {
    return this.#history.canUndo;
  }

  get canRedo() {
    return this.#history.canRedo;
  }

  shows(region) {
    return !this.hidden.has(region.key);
  }

  toggle(key) {
    if (!this.hidden.delete(key)) this.hidden.add(key);
  }

  /** Hide all but one, or show all again. */
  alone(key) {
    if (this.hidden.size) this.hidden.clear();
    else for (const one of this.everything) if (one.key !== key) this.hidden.add(one.key);
    return this.hidden.size > 0;
  }

  /** What lies under a point, the smallest first. */
  under(point, slack) {
    const found = [];
    for (const region of this.everything) {
      if (!this.shows(region)) continue;
      const size = this.shape.hit(region, point, slack);
      if (size !== Infinity) found.push([size, region]);
    }
    return found.sort((a, b) => a[0] - b[0]).map(([, region]) => region);
  }

  /** Select what lies under a point; a second time the next below it. */
  pick(point, slack) {
    const found = this.under(point, slack);
    const at = found.findIndex((one) => one.key === this.chosen);
    return found.length ? found[(at + 1) % found.length] : null;
  }
}

// states as they were: they are never changed, only replaced, so keeping them costs little
class History {
  #past = [];
  #future = [];

  constructor(now) {
    this.now = now;
  }

  /** A new state, and in words what led to it. */
  commit(state, what) {
    this.#past.push({ state: this.now, what });
    if (this.#past.length > STEPS) this.#past.shift();
    this.#future = [];
    this.now = state;
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  get canRedo() {
    return this.#future.length > 0;
  }

  /** Go back; returns what was undone, null where there is nothing. */
  undo() {
    return this.#step(this.#past, this.#future);
  }

  redo() {
    return this.#step(this.#future, this.#past);
  }

  #step(from, to) {
    const last = from.pop();
    if (!last) return null;
    to.push({ state: this.now, what: last.what });
    this.now = last.state;
    return last.what;
  }
}
