// A sound: outline and spectrogram over time, with all that plays it. Marks on it are drawn by whoever uses it.

import { h, say } from "../dom.js";
import { Clock } from "./clock.js";
import { guesses, samples } from "./exact.js";
import { settings } from "./settings.js";
import { asked, Spectrogram } from "./spectro.js";
import { Surface } from "./surface.js";
import { playerKey, switching, tool, transport } from "./transport.js";
import { Wave } from "./wave.js";

const FINE = 1000; // bins a second, asked for where the usual 100 are too coarse
const FINE_SECONDS = 900; // and the sound is not longer
const VIEWS = { both: "Outline and spectrogram", wave: "Outline", spectrogram: "Spectrogram" };
const alive = new Set();

export class SoundPlayer {
  channel = -1;
  wave = null;
  spectrogram = null;
  #fine = null;
  #loading = 0;
  #address = "";

  /** `extra` are buttons beside the player's own; `bands` lie below outline and spectrogram; `target()` is looped. */
  constructor({ label, extra = [], bands = [], target = () => null, moved = () => {} }) {
    this.audio = h("audio", { preload: "auto" });
    this.clock = new Clock(this.audio);
    this.surface = new Surface({ label, clock: this.clock, moved });
    this.target = target;
    this.looping = false;
    this.more = bands;
    this.view = tool("", "wave", () => this.nextView(), { "aria-keyshortcuts": "V" });
    this.loopButton = switching("Loop", "loop", () => this.looping, (on) => this.loop(on), { "aria-keyshortcuts": "L" });
    this.channels = h("select", { class: "tl-select", "aria-label": "Channel", hidden: true, onchange: (event) => {
      event.stopPropagation();
      this.listen(Number(this.channels.value));
    } });
    this.scale = switching("Linear frequencies", "bands", () => settings.get("scale") === "linear", (on) => {
      settings.set("scale", on ? "linear" : "mel");
      this.surface.changed(true);
    });
    const auto = switching("Play by itself", "auto", () => settings.get("autoplay"), (on) => settings.set("autoplay", on));
    this.transport = transport(this.clock, {
      label: "Sound",
      more: [extra, this.loopButton, h("span", { class: "tl-gap" }),
        tool("Zoom out", "minus", () => this.surface.zoom(1 / 1.6), { class: "tool tl-wide" }),
        tool("All", "whole", () => this.surface.fit(), { "aria-keyshortcuts": "0" }),
        tool("Zoom in", "plus", () => this.surface.zoom(1.6), { class: "tool tl-wide" }), this.view, this.scale, auto, this.channels],
    });
    this.surface.mini = (context, span, box, colours) => this.wave?.draw(context, span, box, colours.muted, null);
    this.clock.addEventListener("problem", ({ detail }) => this.failed(`This sound cannot be played: ${detail}`));
    this.clock.addEventListener("state", () => this.clock.playing && this.aim());
    this.arrange();
  }

  arrange() {
    const shown = settings.get("shown");
    const bands = [];
    if (shown !== "spectrogram") bands.push({ id: "wave", grow: 4, draw: (...given) => this.#drawWave(...given) });
    if (shown !== "wave") bands.push({ id: "spectrogram", grow: 5, draw: (...given) => this.#drawSpectrogram(...given) });
    this.surface.bands = [...bands, ...this.more];
    this.view.setAttribute("aria-label", `Shown: ${VIEWS[shown]}`);
    this.view.title = `Shown: ${VIEWS[shown]} (V)`;
    this.scale.hidden = shown === "wave";
    this.surface.arrange();
  }

  nextView() {
    const names = Object.keys(VIEWS);
    settings.set("shown", names[(names.indexOf(settings.get("shown")) + 1) % names.length]);
    this.arrange();
    say(VIEWS[settings.get("shown")]);
  }

  /** Show and play another sound. */
  async load(media, files) {
    const mine = ++this.#loading;
    this.#let();
    alive.add(this);
    this.media = media;
    this.clock.seconds = media.seconds ?? 0;
    this.surface.span.whole(media.seconds || 1);
    this.surface.say("");
    this.surface.element.setAttribute("aria-busy", "true");
    this.channel = -1;
    this.spectrogram = media.spectrogram ? new Spectrogram(media, files, () => this.surface.changed(true)) : null;
    this.surface.changed(true);
    this.#channels(media.channels ?? 1);
    try {
      await Promise.all([this.#source(media, files, mine), this.#outline(media, files, mine)]);
    } catch (error) {
      if (mine === this.#loading) this.failed(`This sound could not be loaded: ${error.message}.`);
    }
    if (mine !== this.#loading) return;
    this.surface.element.setAttribute("aria-busy", "false");
    this.surface.changed(true);
    this.transport.show();
    if (settings.get("autoplay") && navigator.userActivation?.hasBeenActive !== false && alive.size === 1) this.clock.play();
  }

  async #source(media, files, mine) {
    let address = files?.ready?.(media.url);
    if (guesses(media)) {
      const answer = await (files?.open ? files.open(media.url) : fetch(media.url));
      const blob = await samples(await answer.arrayBuffer(), media.rate).catch(() => null); // then as it is
      if (blob && mine === this.#loading) this.#address = address = URL.createObjectURL(blob);
    }
    address ||= files?.src ? await files.src(media.url) : media.url;
    if (mine === this.#loading) this.audio.src = address;
  }

  async #outline(media, files, mine) {
    if (!media.peaks) return;
    const answer = await (files?.open ? files.open(media.peaks) : fetch(media.peaks));
    if (answer.ok === false) throw new Error(`the server answered ${answer.status}`);
    const wave = Wave.read(await answer.arrayBuffer());
    if (mine !== this.#loading) return;
    this.wave = wave;
    this.clock.seconds = wave.seconds;
    const { span } = this.surface;
    if (span.fitted) span.whole(wave.seconds);
    else span.seconds = wave.seconds;
    this.surface.changed(true);
  }

  /** A finer outline, once the usual one is too coarse for the view. */
  async #finer() {
    if (this.#fine !== null || !this.wave || this.wave.seconds > FINE_SECONDS) return;
    const mine = this.#loading;
    this.#fine = false;
    try {
      const answer = await fetch(`${asked(this.media.peaks)}per_second=${FINE}`, { credentials: "same-origin" });
      if (!answer.ok || mine !== this.#loading) return;
      this.#fine = Wave.read(await answer.arrayBuffer());
      this.surface.changed(true);
    } catch {
      // the coarse one stays
    }
  }

  #drawWave(context, box, colours) {
    const { surface } = this;
    context.fillStyle = colours.bg;
    context.fillRect(box.x, box.y, box.width, box.height);
    const { wave } = this;
    if (!wave) return;
    const coarse = surface.span.scale > wave.per_second * 0.8;
    if (coarse) this.#finer();
    ((coarse && this.#fine) || wave).draw(context, surface.span, box, colours.accent, this.channel);
    if (wave.gain < 1.5) return;
    context.fillStyle = colours.muted;
    context.font = "500 10px system-ui, sans-serif";
    context.textAlign = "right";
    context.textBaseline = "top";
    context.fillText(`enlarged ${wave.gain.toFixed(wave.gain < 3 ? 1 : 0)}×`, box.width - 5, box.y + 4);
  }

  #drawSpectrogram(context, box) {
    if (!this.spectrogram) return;
    const scale = settings.get("scale");
    this.spectrogram.draw(context, this.surface.span, box, scale, this.surface.ratio);
    this.spectrogram.axis(context, box, scale);
  }

  hertz(y) {
    const box = this.surface.boxes.get("spectrogram");
    return box && this.spectrogram ? this.spectrogram.hertz(y, box, settings.get("scale")) : null;
  }

  hertzY(hertz) {
    const box = this.surface.boxes.get("spectrogram");
    return box && this.spectrogram ? this.spectrogram.y(hertz, box, settings.get("scale")) : null;
  }

  #channels(count) {
    this.channels.hidden = count < 2;
    const names = count === 2 ? ["left", "right"] : Array.from({ length: count }, (_, at) => `channel ${at + 1}`);
    this.channels.replaceChildren(...["all channels", ...names].map((name, at) => h("option", { value: String(at - 1) }, name)));
    this.channels.value = "-1";
    this.listen(-1);
  }

  /** Hear and see one channel only; -1 for all. */
  listen(channel) {
    this.channel = channel;
    this.surface.changed(true);
    if (channel < 0 && !this.sound) return;
    this.sound ??= new AudioContext();
    this.sound.resume();
    this.source ??= this.sound.createMediaElementSource(this.audio);
    this.source.disconnect();
    this.splitter?.disconnect();
    if (channel < 0) return void this.source.connect(this.sound.destination);
    this.splitter = this.sound.createChannelSplitter(Math.max(this.media?.channels ?? 2, channel + 1));
    const merger = this.sound.createChannelMerger(1);
    this.source.connect(this.splitter);
    this.splitter.connect(merger, channel, 0);
    merger.connect(this.sound.destination);
  }

  loop(on) {
    this.looping = on;
    this.aim();
    this.loopButton.show();
  }

  /** What is looped may have changed. */
  aim() {
    this.clock.loop = this.looping ? (this.target() ?? { start: 0, end: this.clock.seconds }) : null;
  }

  failed(message) {
    this.surface.say(message);
    say(message, true);
  }

  #let() {
    this.clock.empty();
    this.spectrogram?.close();
    this.wave = this.#fine = this.spectrogram = null;
    if (this.#address) URL.revokeObjectURL(this.#address);
    this.#address = "";
    alive.delete(this);
  }

  /** Let go of the sound; another may be loaded. */
  unload() {
    this.#loading++;
    this.#let();
  }

  close() {
    this.unload();
    this.surface.close();
    this.sound?.close();
  }

  onkey(event, step) {
    if (playerKey(event, this.clock, this.surface, step)) return true;
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    if (event.key === "l") this.loopButton.click();
    else if (event.key === "v") this.nextView();
    else return false;
    return true;
  }
}

export const soundKeys = [["L", "loop what is selected, else all"], ["V", "outline, spectrogram or both"]];
