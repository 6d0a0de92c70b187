// A sound to be heard and seen beside a question: drag selects a stretch, which is played and looped.

import { h, style } from "../dom.js";
import { SoundPlayer, soundKeys } from "./player.js";
import { clockTime } from "./span.js";
import { playerKeys, whileWriting } from "./transport.js";

await style("timeline");

/** Drag selects a stretch, a click goes to where it is and lets the stretch go. */
class Pick {
  stretch = null;
  #from = 0;

  constructor(player) {
    this.player = player;
  }

  press(point) {
    this.#from = this.player.surface.span.inside(point.x);
  }

  drag(point) {
    if (!point.moved) return;
    const to = this.player.surface.span.inside(point.x);
    this.stretch = { start: Math.min(this.#from, to), end: Math.max(this.#from, to) };
    this.player.surface.changed();
  }

  release(point) {
    const { clock } = this.player;
    if (!point.moved) {
      this.stretch = null;
      clock.seek(this.player.surface.span.inside(point.x));
    } else if (this.stretch) clock.seek(this.stretch.start);
    this.player.aim();
    this.player.surface.changed();
  }

  lift() {
    this.stretch = null;
  }

  looks() {
    return "text";
  }

  draw(context, boxes, colours) {
    const { span, height } = this.player.surface;
    if (!this.stretch) return;
    const [left, right] = [span.x(this.stretch.start), span.x(this.stretch.end)];
    context.fillStyle = colours.accent;
    context.globalAlpha = 0.22;
    context.fillRect(left, 24, right - left, height);
    context.globalAlpha = 1;
    context.fillRect(left - 1, 24, 2, height);
    context.fillRect(right - 1, 24, 2, height);
  }
}

export default function sound(media, files, { label = "the sound" } = {}) {
  let pick = null;
  const player = new SoundPlayer({ label, target: () => pick.stretch });
  pick = player.surface.hand = new Pick(player);
  player.surface.draw = (...given) => pick.draw(...given);
  const element = h("div", { class: "tl-player", role: "group", "aria-label": `${label}, ${clockTime(media.seconds ?? 0, 1)} s` },
    player.surface.element, player.transport.element);
  element.player = player;
  element.onkey = (event) => {
    if (event.key === "Escape" && pick.stretch) {
      pick.lift();
      player.aim();
      player.surface.changed();
      return true;
    }
    return player.onkey(event, 0.5);
  };
  const end = whileWriting(element, player.clock);
  element.stop = () => {
    end();
    player.close();
  };
  Object.defineProperty(element, "keys", { get: () => [...playerKeys, ...soundKeys, ["drag", "select a stretch to loop"]] });
  player.load(media, files);
  return element;
}
