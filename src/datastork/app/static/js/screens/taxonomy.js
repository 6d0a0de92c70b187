// A class of a tree: found as one types, or by walking down the tree. By keyboard: type, ↓, Enter.

import { h, fill, icon, key, say, count } from "../dom.js";
import { Tree } from "../tree/index.js";
import { Screen } from "./screen.js";
import { said } from "./classes.js";

const SHOWN = 40; // results
const LINES = 300; // of the tree at once
const RECENT = 6;

export default class Taxonomy extends Screen {
  #tree = null;
  #field = null;
  #list = null;
  #chosen = null;
  #state = null;
  #lines = []; // {place, element, button, depth, kind}
  #at = -1;
  #open = new Set();

  show() {
    const { question } = this;
    if (this.#tree?.classes !== question.classes) {
      this.#tree = new Tree(question.classes);
      this.#open = new Set(this.#tree.roots.length === 1 ? this.#tree.roots : []);
      this.#build();
    }
    this.#field.value = "";
    this.#field.disabled = this.readonly;
    this.#browse();
    this.#mark();
  }

  #build() {
    this.#field = h("input", {
      type: "search", class: "field", placeholder: `Search ${this.question.classes.length.toLocaleString("en")} classes`, "aria-label": this.question.ask || "Search classes",
      autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "done", oninput: () => this.#search(), onkeydown: (event) => this.#typed(event),
    });
    this.#chosen = h("div", { class: "chosen-classes" });
    this.#state = h("p", { class: "unseen", role: "status" });
    this.#list = h("ul", { class: "nodes", "aria-label": "classes", onclick: (event) => this.#clicked(event) });
    fill(this, this.#chosen, h("div", { class: "search-box" }, icon("search", 20), this.#field), this.#list, this.#state);
  }

  // --- what is shown

  #search() {
    const query = this.#field.value.trim();
    if (!query) return this.#browse();
    const { places, total } = this.#tree.find(query, SHOWN);
    this.#lines = places.map((place) => ({ place, depth: 0, kind: "found" }));
    this.#render(query);
    this.#point(places.length ? 0 : -1, true);
    this.#state.textContent = total ? `${count(total, "class").replace("classs", "classes")} found` : "No class is called that";
    if (!total) fill(this.#list, h("li", { class: "no-node muted" }, "No class is called that."));
    else if (total > places.length) this.#list.append(h("li", { class: "no-node muted small" }, `and ${(total - places.length).toLocaleString("en")} more: type on`));
    this.#list.scrollTop = 0;
  }

  #browse() {
    const lines = this.#recent().map((place) => ({ place, depth: 0, kind: "recent" }));
    const seen = new Set();
    const walk = (place, depth) => {
      if (lines.length >= LINES || seen.has(place)) return;
      lines.push({ place, depth, kind: "tree" });
      if (!this.#open.has(place)) return;
      seen.add(place); // a circle ends here
      for (const child of this.#tree.children[place]) walk(child, depth + 1);
      seen.delete(place);
    };
    for (const place of this.#tree.roots) walk(place, 0);
    this.#lines = lines;
    this.#render("");
    this.#point(-1, true);
    if (lines.length >= LINES) this.#list.append(h("li", { class: "no-node muted small" }, "There are more: type to search."));
  }

  #render(query) {
    let kind = "";
    fill(this.#list, this.#lines.map((line, at) => {
      const one = this.#tree.classes[line.place];
      const path = line.kind === "tree" ? "" : this.#tree.path(line.place).join(" › ");
      const alias = query ? this.#tree.alias(line.place, query) : "";
      const below = this.#tree.children[line.place].length;
      const isOpen = this.#open.has(line.place);
      const name = one.name || one.id;
      const toggle = line.kind === "tree" && below
        ? h("button", { type: "button", class: "twist", tabIndex: -1, "aria-expanded": isOpen, "aria-label": `${isOpen ? "Close" : "Open"} ${name}`, data: { twist: at } }, icon("right", 18))
        : h("span", { class: line.kind === "tree" ? "twist" : "" });
      line.button = h("button", { type: "button", class: "node", tabIndex: -1, "aria-pressed": "false", data: { pick: at }, disabled: this.readonly || (one.abstract && !below) },
        h("span", { class: "node-name" }, name, alias ? h("span", { class: "muted" }, ` (${alias})`) : null, one.abstract ? h("span", { class: "muted small" }, " group") : null),
        path ? h("span", { class: "node-path small muted" }, path) : null);
      const guide = one.says || one.positive?.length || one.negative?.length
        ? h("button", { type: "button", class: "guide-node", tabIndex: -1, "aria-label": `What “${name}” means`, data: { guide: at } }, icon("info", 18)) : null;
      const head = line.kind !== kind && line.kind === "recent" ? h("li", { class: "no-node muted small" }, "Chosen lately") : line.kind !== kind && kind === "recent" ? h("li", { class: "no-node muted small" }, "All") : null;
      kind = line.kind;
      line.element = h("li", { class: "node-line", style: { "--depth": line.depth } }, toggle, line.button, guide);
      return [head, line.element];
    }));
    this.#press();
  }

  #press() {
    const chosen = new Set([this.value ?? []].flat());
    const proposed = new Set([this.suggestion?.value ?? []].flat());
    for (const { place, button } of this.#lines) {
      button.setAttribute("aria-pressed", chosen.has(this.#tree.classes[place].id));
      button.classList.toggle("suggested", proposed.has(this.#tree.classes[place].id));
    }
  }

  /** Chosen classes, and what is suggested, above the search. */
  #mark() {
    this.#press();
    const line = (id, suggested) => {
      const place = this.#tree.place.get(id);
      const path = place === undefined ? [id] : [...this.#tree.path(place), this.#tree.classes[place].name || id];
      return h("div", { class: suggested ? "chosen-class suggested" : "chosen-class" },
        h("span", { class: "chosen-path", dir: "auto" }, path.length > 1 ? h("span", { class: "muted small" }, `${path.slice(0, -1).join(" › ")} › `) : null, path.at(-1), suggested ? h("span", { class: "muted small" }, ` ${said(this.suggestion)}`) : null),
        this.readonly ? null : suggested
          ? h("button", { type: "button", class: "button", onclick: () => this.accept() && this.finish() }, "Accept", key("⏎"))
          : h("button", { type: "button", class: "tool", "aria-label": `Take ${path.at(-1)} away`, onclick: () => this.#take(id) }, icon("close", 18)));
    };
    const chosen = [this.value ?? []].flat();
    const suggested = this.value === undefined ? [this.suggestion?.value ?? []].flat() : [];
    fill(this.#chosen, chosen.map((id) => line(id, false)), suggested.map((id) => line(id, true)),
      this.question.multiple && Array.isArray(this.value) && !this.value.length ? h("p", { class: "chosen-class" }, "None of these") : null);
  }

  // --- what is done

  #clicked(event) {
    const button = event.target.closest("button");
    if (!button) return;
    const { twist, pick, guide } = button.dataset;
    if (twist !== undefined) this.#twist(Number(twist));
    else if (pick !== undefined) this.#pick(Number(pick));
    else if (guide !== undefined) button.dispatchEvent(new CustomEvent("guide", { bubbles: true, detail: { question: this.question, one: this.#tree.classes[this.#lines[guide].place] } }));
  }

  #twist(at, open = null) {
    const { place } = this.#lines[at];
    const wanted = open ?? !this.#open.has(place);
    if (wanted === this.#open.has(place)) return;
    wanted ? this.#open.add(place) : this.#open.delete(place);
    const scroll = this.#list.scrollTop;
    this.#browse();
    this.#list.scrollTop = scroll;
    this.#point(this.#lines.findIndex((line) => line.place === place && line.kind === "tree"));
  }

  #pick(at) {
    if (this.readonly) return;
    const line = this.#lines[at];
    const one = this.#tree.classes[line.place];
    if (one.abstract) {
      if (line.kind === "tree") return this.#twist(at);
      return void say(`${one.name} is a group: choose a class in it`, true);
    }
    this.#remember(one.id);
    if (!this.question.multiple) {
      this.answer(one.id);
      this.#mark();
      this.finish();
      return;
    }
    const chosen = [...(this.value ?? [])];
    if (chosen.includes(one.id)) return this.#take(one.id);
    this.answer(this.#ordered([...chosen, one.id]));
    say(`${one.name || one.id} chosen`);
    this.#field.value = "";
    this.#browse();
    this.#mark();
  }

  #ordered = (ids) => [...ids].sort((a, b) => (this.#tree.place.get(a) ?? 0) - (this.#tree.place.get(b) ?? 0));

  #take(id) {
    const left = this.question.multiple ? (this.value ?? []).filter((one) => one !== id) : [];
    this.answer(left.length ? left : undefined);
    this.#mark();
    this.#field.focus();
  }

  #typed(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    const line = this.#lines[this.#at];
    const empty = !this.#field.value;
    if (step) this.#point(Math.max(-1, Math.min(this.#lines.length - 1, this.#at + step)));
    else if (event.key === "Enter") {
      if (line) this.#pick(this.#at);
      else if (empty && this.value !== undefined) this.finish();
      else if (empty && this.suggestion && this.accept()) this.finish();
    } else if (event.key === "ArrowRight" && empty && line?.kind === "tree") this.#twist(this.#at, true);
    else if (event.key === "ArrowLeft" && empty && line?.kind === "tree") {
      if (this.#open.has(line.place)) this.#twist(this.#at, false);
      else this.#point(this.#lines.findLastIndex((other, at) => at < this.#at && other.depth < line.depth));
    } else if (event.key === "Backspace" && empty && this.question.multiple && this.value?.length) this.#take(this.value.at(-1));
    else if (event.key === "Escape" && !empty) {
      this.#field.value = "";
      this.#browse();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #point(at, quiet = false) {
    this.#lines[this.#at]?.element?.classList.remove("at");
    this.#at = at;
    const line = this.#lines[at];
    if (!line) return;
    line.element.classList.add("at");
    if (!quiet) {
      line.element.scrollIntoView({ block: "nearest" });
      const one = this.#tree.classes[line.place];
      say(`${one.name || one.id}${line.kind === "tree" && this.#tree.children[line.place].length ? (this.#open.has(line.place) ? ", open" : ", closed") : ""}`);
    }
  }

  // --- chosen lately, kept in this browser

  #recent() {
    try {
      const ids = JSON.parse(localStorage.getItem(`stork-recent-${this.question.name}`) ?? "[]");
      return ids.map((id) => this.#tree.place.get(id)).filter((place) => place !== undefined);
    } catch {
      return [];
    }
  }

  #remember(id) {
    try {
      const ids = this.#recent().map((place) => this.#tree.classes[place].id).filter((one) => one !== id);
      localStorage.setItem(`stork-recent-${this.question.name}`, JSON.stringify([id, ...ids].slice(0, RECENT)));
    } catch { /* a list that is not kept */ }
  }

  onkey(event) {
    // typing anywhere searches
    if (event.ctrlKey || event.metaKey || event.altKey || this.readonly) return false;
    if (event.key === "/" || (event.key === "ArrowDown" && document.activeElement !== this.#field)) return (this.#field.focus(), true);
    if (/^[\p{L}\p{N}]$/u.test(event.key)) {
      this.#field.focus();
      this.#field.value += event.key;
      this.#search();
      return true;
    }
    return false;
  }

  focusFirst() {
    this.#field.focus({ preventScroll: true });
  }

  get wantsFocus() {
    return true;
  }

  get keys() {
    return [["letters", "search"], ["↑ ↓ Enter", "choose"], ["→ ←", "open and close a branch, where nothing is typed"], ...(this.question.multiple ? [["Enter", "where nothing is typed: submit"]] : [])];
  }
}
