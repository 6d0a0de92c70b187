// Named points of objects on an image.

import { fill, h } from "../dom.js";
import { CanvasScreen } from "../canvas/screen.js";
import { placed, skeletonShape, STATES } from "../canvas/shapes/skeleton.js";
import { PointHand } from "../canvas/shapes/skeletontools.js";

export default class Keypoints extends CanvasScreen {
  prepare(question) {
    this.shape = skeletonShape(question);
    const [first] = question.points ?? [];
    this.hint = first ? `Click where “${first}” is; the others follow.` : "Click point after point; O begins the next object.";
    this.toolset = [{ id: "point", name: "Point", key: "P", icon: "point", hand: new PointHand(this) }];
    this.points ??= h("div", { class: "cv-points", role: "group", "aria-label": "Points of the selected object" });
  }

  refresh() {
    super.refresh();
    if (!this.size) return;
    const { hand } = this.tool;
    const { region } = hand;
    this.points.hidden = !region;
    if (this.points.parentNode !== this.side) this.list.element.parentNode.before(this.points);
    const focused = this.points.contains(document.activeElement) ? document.activeElement.dataset.name : null;
    fill(this.points, (region?.points ?? []).map((one, at) => h("button", {
      type: "button", "aria-pressed": String(at === hand.vertex), data: { name: one.name, seen: one.open ? "none" : String(one.visible) },
      onclick: () => hand.go(at),
    }, one.name, h("span", { class: "muted" }, one.open ? " ·" : one.visible === 2 ? " ✓" : ` ${STATES[one.visible]}`))));
    if (focused) this.points.querySelector(`[data-name="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
    this.points.querySelector('[aria-pressed="true"]')?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** The next click begins another object. */
  another() {
    this.select(null);
    this.say(`a new ${this.nameOf(this.label)}`);
  }

  actions(region) {
    const { hand } = this.tool;
    if (!region || region.person !== undefined) return [];
    const one = region.points[hand.vertex];
    const states = one ? [
      placed(one) && { name: one.visible === 2 ? "Visible" : "Hidden", icon: one.visible === 2 ? "eye" : "shut", act: () => hand.mark(one.visible === 2 ? 1 : 2), pressed: one.visible === 2 },
      { name: "Not there", icon: "none", act: () => hand.mark(0), pressed: !one.open && !placed(one) },
    ].filter(Boolean) : [];
    return [...states, { name: "Next object", icon: "add", act: () => this.another() }];
  }

  advice(region) {
    const one = region?.points[this.tool.hand.vertex];
    return !one ? "" : one.open ? `Now: ${one.name}` : one.name;
  }

  onkey(event) {
    const plain = this.size && !this.readonly && !event.ctrlKey && !event.metaKey && !event.altKey && !event.target?.closest?.("input, textarea, select");
    if (plain && event.key.toLowerCase() === "o" && this.model.selected) return this.another(), true;
    return super.onkey(event);
  }

  get keys() {
    return [["Shift+click", "a hidden point"], ["V", "visible or hidden"], ["X", "not there"], ["[ ]", "point before, next point"],
      ["O", "next object"], ...super.keys];
  }
}
