// The desk: one task with its questions. It shows media and screens, gathers answers, and says when they are complete.

import { h, fill, say } from "./dom.js";
import { Also } from "./also.js";
import { said } from "./screens/classes.js";
import { screen, STAGE } from "./screens/registry.js";
import { view } from "./media/view.js";

/** Events: "change" (an answer changed by the user), "submit" (all is answered and the last act was final). */
export class Desk extends EventTarget {
  #stage;
  #panel;
  #files;
  #parts = []; // {question, element, section, name, stage}
  #also = null;
  #view = null;
  #active = 0;
  task = null;

  constructor({ stage, panel, files }) {
    super();
    this.#stage = stage;
    this.#panel = panel;
    this.#files = files;
  }

  /** Build the screens of a plan; done anew when the plan changes. */
  async prepare(plan) {
    const made = await Promise.all(plan.questions.map((question) => screen(question.kind)));
    this.plan = plan;
    this.#also = new Also(plan.also_ask ?? [], () => this.#alsoChanged());
    this.#parts = plan.questions.map((question, place) => {
      const stage = STAGE.has(question.kind);
      const element = made[place];
      element.classList.add("screen", stage ? "on-stage" : "in-panel");
      element.addEventListener("change", (event) => (event.target === element ? this.#changed(place) : null));
      element.addEventListener("done", () => this.#advance(place));
      const heading = h("h2", { class: "ask", tabIndex: -1 }, question.ask || question.name);
      const note = h("p", { class: "question-note small" });
      const part = { question, element, stage, heading, note };
      part.section = h("section", { class: "question", "aria-label": question.ask || question.name, onpointerdown: () => this.activate(place, true), onfocusin: () => this.activate(place, true) },
        heading, note, stage ? null : element);
      return part;
    });
    fill(this.#panel, this.#parts.map((part) => part.section), this.#also.element);
    this.#panel.classList.toggle("several", this.#parts.length > 1);
    this.#view = null;
    fill(this.#stage);
    for (const part of this.#parts) if (part.stage) this.#stage.append(part.element);
  }

  get #staged() {
    return this.#parts.some((part) => part.stage);
  }

  /**
   * Show a task. `answers` as they are submitted ({question: {value, confidence, …}}) or plain values, for drafts,
   * undone and earlier answers.
   */
  show(task, { answers = null, readonly = false } = {}) {
    for (const part of this.#parts) part.element.unload?.();
    this.#view?.stop?.();
    this.task = task;
    this.readonly = readonly;
    const label = `the ${task.media?.modality === "row" ? "row" : (task.media?.modality ?? "sample")} to be labelled`;
    if (!this.#staged) {
      this.#view = view(task.media, this.#files, { label });
      fill(this.#stage, this.#view);
    }
    const rich = (name) => {
      const one = answers?.[name];
      return one && typeof one === "object" && !Array.isArray(one) && "value" in one && ("suggestion" in one || "confidence" in one) ? one : { value: one };
    };
    for (const part of this.#parts) {
      const { name } = part.question;
      const suggestion = task.suggestions?.[name] ?? null;
      part.suggestion = suggestion;
      part.element.load({ task, question: part.question, value: rich(name).value ?? undefined, suggestion, readonly, media: this.#files, others: task.decisions ?? null });
      part.note.textContent = part.stage && suggestion ? `Dashed: ${said(suggestion)}` : "";
      // classes and lists of a screen on the stage stand below its question
      const side = part.element.side;
      if (part.stage && side && side.parentNode !== part.section) part.section.append(side);
    }
    this.#also.values = rich(this.plan.questions[0].name);
    this.#visible();
    this.activate(Math.max(0, this.#next(-1, true)), false);
    this.#panel.scrollTop = 0;
  }

  /** Which questions are asked, by the answers so far (`when`). */
  #visible() {
    const values = Object.fromEntries(this.#parts.map((part) => [part.question.name, part.element.value]));
    for (const part of this.#parts) {
      part.asked = Object.entries(part.question.when ?? {}).every(([name, wanted]) => names(values[name]).some((one) => wanted.includes(one)));
      part.section.hidden = !part.asked;
    }
    const staged = this.#parts.filter((part) => part.stage);
    // where nothing stands beside the media, the media have the whole width
    const wide = staged.length > 0 && !this.#also.any && this.#parts.every((part) => !part.asked || (part.stage && !part.element.side));
    document.body.dataset.layout = wide ? "wide" : "beside";
    const shown = staged.find((part) => part === this.#parts[this.#active] && part.asked) ?? staged.find((part) => part.asked) ?? staged[0];
    for (const part of staged) part.element.hidden = part !== shown;
  }

  /** Let keys go to a question. */
  activate(place, quiet) {
    if (!this.#parts[place]?.asked || (quiet && place === this.#active)) return;
    this.#active = place;
    this.#also.point(-1);
    this.#parts.forEach((part, at) => part.section.classList.toggle("active", at === place));
    this.#visible();
    if (quiet) return;
    const { element } = this.#parts[place];
    const phone = matchMedia("(hover: none) and (pointer: coarse)").matches;
    if (element.wantsFocus && !phone && !this.readonly) element.focusFirst();
  }

  /** Go to the question before or behind. */
  move(by) {
    let place = this.#active + by;
    while (this.#parts[place] && !this.#parts[place].asked) place += by;
    if (!this.#parts[place]) return;
    this.activate(place, false);
    this.#parts[place].heading.focus();
    this.#parts[place].section.scrollIntoView({ block: "nearest" });
  }

  #changed() {
    this.#visible();
    this.dispatchEvent(new CustomEvent("change"));
  }

  #next(after, fromStart) {
    const open = (part) => part.asked && part.element.value === undefined;
    const place = this.#parts.findIndex((part, at) => at > after && open(part) && part.question.required !== false);
    return place < 0 && !fromStart ? this.#parts.findIndex((part) => open(part) && part.question.required !== false) : place;
  }

  /** After a final act in one question: the next open one, then what is asked beside, then submit. */
  #advance(place) {
    const next = this.#next(place, false);
    if (next >= 0) {
      this.activate(next, false);
      this.#parts[next].section.scrollIntoView({ block: "nearest" });
      say(this.#parts[next].question.ask || this.#parts[next].question.name);
      return;
    }
    if (this.#also.any && this.#also.open >= 0) {
      this.#also.point(this.#also.open);
      this.#also.element.scrollIntoView({ block: "nearest" });
      return;
    }
    this.dispatchEvent(new CustomEvent("submit"));
  }

  #alsoChanged() {
    this.dispatchEvent(new CustomEvent("change"));
    if (!this.complete) return;
    if (this.#also.open >= 0) this.#also.point(this.#also.open);
    else this.dispatchEvent(new CustomEvent("submit"));
  }

  /** Whether everything that must be answered is. */
  get complete() {
    return this.#parts.every((part) => !part.asked || part.question.required === false || part.element.value !== undefined) &&
      this.#parts.some((part) => part.asked && part.element.value !== undefined);
  }

  /** Whether Enter would take over a suggestion. */
  get offers() {
    const part = this.#parts[this.#active];
    return Boolean(part?.asked && part.suggestion && part.element.value === undefined && !this.readonly && part.element.accept);
  }

  /** The answers as they are submitted; those of questions that are not asked are left out. */
  get answers() {
    const given = {};
    this.#parts.forEach(({ question, element, suggestion, asked }, place) => {
      if (!asked || element.value === undefined) return;
      given[question.name] = {
        value: element.value,
        ...{ confidence: null, difficulty: null, prominence: null, ...(place === 0 ? this.#also.values : {}) },
        suggestion: suggestion?.value ?? null,
        suggestion_by: suggestion?.by ?? null,
        changed: suggestion ? !same(suggestion.value, element.value) : null,
      };
    });
    return given;
  }

  /** The answer of the main question in few words: for undo. */
  get shown() {
    for (const { question, element, asked } of this.#parts) {
      if (asked && element.value !== undefined) return words(question, element.value);
    }
    return "";
  }

  onkey(event) {
    if (this.readonly) return this.#view?.onkey?.(event) ?? this.#parts[this.#active]?.element.onkey?.(event) ?? false;
    if (this.#also.digit(event)) return true;
    if (this.#also.active >= 0 && event.key === "Escape") return (this.#also.point(-1), true);
    if (this.#parts[this.#active]?.element.onkey?.(event)) return true;
    return this.#view?.onkey?.(event) ?? false;
  }

  /** Keys for what plays, while a text is typed. */
  mediaKey = (event) => this.#view?.onkey?.(event) ?? false;

  /** Enter: take over what is suggested, and go on as after a final act. */
  accept() {
    const part = this.#parts[this.#active];
    if (!this.offers || !part.element.accept()) return false;
    this.#advance(this.#active);
    return true;
  }

  undo = () => this.#parts[this.#active]?.element.undo?.() ?? false;
  redo = () => this.#parts[this.#active]?.element.redo?.() ?? false;

  get keys() {
    const shown = this.#parts.filter((part) => part.asked).flatMap((part) => part.element.keys ?? []);
    return [...shown, ...(this.#view?.keys ?? []), ...(this.#also?.keys ?? [])];
  }

  /** Empty the desk. */
  clear() {
    for (const part of this.#parts) part.element.unload?.();
    this.#view?.stop?.();
    this.task = null;
  }
}

/** The classes that an answer names. */
const names = (value) => [value ?? []].flat().map((one) => (one && typeof one === "object" ? one.label : String(one)));

/** Whether two answers are the same; the order of the names of an object does not count. */
function same(one, other) {
  const sorted = (value) => (value && typeof value === "object" && !Array.isArray(value) ? Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])])) : Array.isArray(value) ? value.map(sorted) : value);
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

/** An answer in few words. */
export function words(question, value) {
  const name = (id) => {
    const one = question?.classes?.find((each) => each.id === id);
    return one ? one.name || one.id : String(id);
  };
  if (value === undefined || value === null) return "no answer";
  if (Array.isArray(value)) {
    if (!value.length) return "none";
    const found = value.map((one) => (one && typeof one === "object" ? name(one.label) : name(one)));
    return found.length > 3 ? `${found.slice(0, 3).join(", ")} +${found.length - 3}` : found.join(", ");
  }
  if (typeof value === "object") {
    if (value.answer) return { left: "left", right: "right", tie: "equal" }[value.answer] ?? value.answer;
    const changed = Object.keys(value);
    return changed.length ? changed.join(", ") : "nothing wrong";
  }
  return name(value);
}
