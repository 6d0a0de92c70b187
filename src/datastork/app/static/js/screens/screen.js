// What every screen shares: a custom element that is loaded once per task and tells the shell of changes.

export class Screen extends HTMLElement {
  task = null;
  question = null;
  suggestion = null; // {value, by, probability} or null
  readonly = false;
  media = null; // files: src(url), ready(url), open(url)
  #value = undefined;

  /** Show a task. Screens override `show()`, which reads the fields, rather than this. */
  load({ task, question, value, suggestion = null, readonly = false, media = null, others = null }) {
    Object.assign(this, { task, question, suggestion, readonly, media, others });
    this.#value = value;
    this.show();
  }

  show() {}

  /** What a screen of the stage wants beside the media, within the thumb's reach (classes, a list of regions); or null. */
  get side() {
    return null;
  }

  /** Whether a text field of this screen should have the keyboard as soon as the task is shown. */
  get wantsFocus() {
    return false;
  }

  /** The answer as JSON, undefined while there is none. */
  get value() {
    return this.#value;
  }

  /** The user changed the answer: keep it and tell the shell. */
  answer(value) {
    if (this.readonly) return;
    this.#value = value;
    this.dispatchEvent(new CustomEvent("change", { bubbles: true }));
  }

  /** The user made a final choice with one act: the shell submits and goes on. */
  finish() {
    if (!this.readonly) this.dispatchEvent(new CustomEvent("done", { bubbles: true }));
  }

  /** Take over what is suggested; returns whether there was something to take. */
  accept() {
    if (!this.suggestion || this.readonly) return false;
    this.answer(structuredClone(this.suggestion.value));
    this.show();
    return true;
  }

  /** [[keys, what they do], …] for the page of keys. */
  get keys() {
    return [];
  }

  /** A key was pressed outside of a text field; returns whether it was used. */
  onkey() {
    return false;
  }

  /** Undo or redo an edit inside the answer; returns whether there was one. */
  undo() {
    return false;
  }

  redo() {
    return false;
  }

  focusFirst() {
    (this.querySelector("button:not([disabled]), input, textarea, [tabindex='0']") ?? this).focus({ preventScroll: true });
  }

  unload() {}
}
