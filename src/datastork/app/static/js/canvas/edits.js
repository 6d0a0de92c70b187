// What can be done to the answer, each with words for those who hear it: undo, accept, delete, duplicate, classes.

import { say } from "../dom.js";
import { newKey } from "./regions.js";

export const Edits = (Base) => class extends Base {
  get canUndo() {
    return Boolean(this.tool?.hand.undoes) || this.model.canUndo;
  }

  undo() {
    if (this.tool.hand.undo?.()) return this.refresh(), true;
    return this.#step("undo", "Undone");
  }

  redo() {
    return this.#step("redo", "Done again");
  }

  #step(way, word) {
    if (this.readonly) return false;
    const what = this.model.step(way);
    if (what !== null) say(`${word}: ${what}`);
    return what !== null;
  }

  accept(key) {
    if (key === undefined) return this.acceptAll();
    const region = this.model.get(key);
    return !this.readonly && this.model.accept(key, `${region.person === null ? "accepted" : `taken over from ${region.by}:`} ${this.nameOf(region.label)}`) > 0;
  }

  /** Take over all suggestions, or all of one annotator. */
  acceptAll(person = null) {
    const which = (one) => one.person === person && this.model.shows(one);
    const found = this.model.proposals.filter(which).length;
    return !this.readonly && found > 0 && this.model.accept(which, `accepted ${found}`) > 0;
  }

  remove(key) {
    if (this.readonly) return false;
    const region = this.model.get(key);
    this.model.remove(key, `${this.model.isProposal(key) ? "dismissed" : "deleted"} ${this.nameOf(region.label)}`);
    return true;
  }

  duplicate() {
    const region = this.model.selected;
    if (!region || this.readonly || !this.shape.shift) return false;
    const { by, person, score, id, ...rest } = region;
    const far = Math.max(1, Math.round(12 / this.stage.view.scale));
    const copy = this.shape.shift({ ...rest, key: newKey() }, far, far, this.size);
    this.model.add(copy, `duplicated ${this.nameOf(region.label)}`);
    return true;
  }

  nothing() {
    if (this.readonly) return false;
    if (this.model.list.length) {
      say("There are regions: delete them first.");
      return true;
    }
    this.model.sayNothing("nothing here");
    this.finish();
    return true;
  }

  attribute(region, name, on) {
    const { [name]: before, ...rest } = region.attributes ?? {};
    this.model.put({ ...region, attributes: on ? { ...rest, [name]: true } : rest }, `${on ? "" : "not "}${name}`);
  }

  pickClass(id, keep = false) {
    const region = this.model.selected;
    this.label = id;
    if (region && this.relabels && !keep && !this.readonly && region.label !== id) {
      this.model.put({ ...region, label: id }, `class ${this.nameOf(id)}`);
    } else {
      this.tool.hand.classed?.(id);
      say(this.nameOf(id));
    }
    this.refresh();
  }

  /** A region of the class at hand. */
  fresh(shape) {
    return { key: newKey(), label: this.label, ...shape };
  }
};
