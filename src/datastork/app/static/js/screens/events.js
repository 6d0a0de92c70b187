// Events of a sound: from when to when, and where wanted between which frequencies.

import { say } from "../dom.js";
import { SoundPlayer, soundKeys } from "../media/player.js";
import { playerKeys, switching } from "../media/transport.js";
import { events } from "../timeline/shapes.js";
import { TimelineScreen } from "../timeline/screen.js";

const STEP = 0.01; // seconds an arrow moves an edge by

export default class Events extends TimelineScreen {
  shape = events;
  word = "Events";
  hint = "Drag over the sound to mark an event, or press I and O while it plays.";
  hasHertz = true;
  fields = [
    { name: "onset", label: "Onset", step: 0.01, unit: "s" }, { name: "offset", label: "Offset", step: 0.01, unit: "s" },
    { name: "low", label: "Lowest", step: 1, unit: "Hz", optional: true, digits: 0 }, { name: "high", label: "Highest", step: 1, unit: "Hz", optional: true, digits: 0 },
  ];
  #loading = 0;

  build(buttons) {
    this.hertzButton = switching("Frequencies too", "hertz", () => this.hertzToo, (on) => this.frequencies(on), { "aria-keyshortcuts": "F", hidden: this.readonly });
    this.player = new SoundPlayer({
      label: `${this.question.ask || "Sound"}: ${this.hint}`,
      extra: [...buttons, this.hertzButton],
      bands: [{ id: "lanes", height: 58, draw: (context, box, colours) => this.#ground(context, box, colours) }],
      target: () => {
        const one = this.model?.selected;
        return one ? { start: one.onset, end: one.offset } : null;
      },
      moved: (point) => !this.draft && this.status(point && this.surface ? this.#where(point) : ""),
    });
    this.clock = this.player.clock;
    this.surface = this.player.surface;
    this.controls = this.player.transport.element;
    return this.surface.element;
  }

  #ground(context, box, colours) {
    context.fillStyle = colours.panel;
    context.fillRect(box.x, box.y, box.width, box.height);
    context.fillStyle = colours.line;
    context.fillRect(box.x, box.y, box.width, 1);
  }

  #where(point) {
    const time = `${this.surface.span.inside(point.x).toFixed(3)} s`;
    return this.surface.band(point.sy)?.id === "spectrogram" ? `${time}, ${Math.round(this.hertz(point.sy))} Hz` : time;
  }

  async open(media) {
    const mine = ++this.#loading;
    const limits = (seconds) => ({ seconds, top: (media.rate || 44100) / 2 });
    if (media.seconds) this.begin(limits(media.seconds));
    await this.player.load(media, this.media);
    if (mine !== this.#loading) return;
    if (!this.size) this.begin(limits(this.clock.seconds));
  }

  aim() {
    this.player.aim();
  }

  /** As many lanes as there are events at once: the place for them grows with them. */
  refreshed() {
    const { count } = this.lanes(this.shown());
    const high = Math.min(Math.max(44, 8 + 26 * count), 122);
    const band = this.player.more[0];
    if (band.height === high) return;
    band.height = high;
    this.surface.arrange();
  }

  hertz(y) {
    return this.player.hertz(y);
  }

  hertzY(hertz) {
    return this.player.hertzY(hertz);
  }

  frequencies(on) {
    this.hertzToo = on;
    this.hertzButton.show();
    say(on ? "a drag in the spectrogram gives frequencies too" : "a drag gives times only");
    return true;
  }

  actions(region) {
    const found = super.actions(region);
    if (!region || this.readonly || region.low === undefined) return found;
    return [...found, { name: "Without frequencies", icon: "none", act: () => {
      const { low, high, ...rest } = region;
      this.model.put(rest, "without frequencies");
    } }];
  }

  typed(region, name, value) {
    if (name !== "low" && name !== "high") return super.typed(region, name, value);
    if (value === null) {
      const { low, high, ...rest } = region;
      return this.model.put(rest, "without frequencies");
    }
    // one alone is half of a pair: the other is the edge of what can be heard
    return super.typed({ low: 0, high: this.size.top, ...region }, name, value);
  }

  stepped(time, steps) {
    return time + steps * STEP;
  }

  playerKey(event) {
    return this.player.onkey(event, 0.1);
  }

  unload() {
    this.#loading++;
    this.player?.unload();
  }

  close() {
    this.player?.close();
  }

  get keys() {
    return [...super.keys, ["← →", "move the edge by 10 ms, with Shift 100 ms"], ["F", "frequencies too, or not"], ...playerKeys, ...soundKeys];
  }
}
