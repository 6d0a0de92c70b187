// Tracks: boxes through the frames of a video, given at keyframes.

import { CanvasScreen } from "../canvas/screen.js";
import { newKey } from "../canvas/regions.js";
import { DrawBox, ExtremeBox, MoveBox } from "../canvas/shapes/boxtools.js";
import { add, h, say } from "../dom.js";
import { Film, filmKey, filmKeys } from "../media/film.js";
import { Surface } from "../media/surface.js";
import { playerKey, tool } from "../media/transport.js";
import { filmTransport } from "../media/video.js";
import { draw, TrackTime } from "../timeline/trackbar.js";
import { shape, TrackModel } from "../timeline/trackmodel.js";

/** Tools of boxes that never turn them, and stop the video before they touch it. */
const still = (Base) => class extends Base {
  handles(box) {
    return super.handles(box).filter((one) => one.grip !== "turn");
  }

  key() {
    return false;
  }

  press(point) {
    this.desk.halt();
    return super.press(point);
  }
};

/** What the canvas draws: the video as it is now. */
class Moving {
  constructor(film, { width, height }) {
    Object.assign(this, { film, width, height });
  }

  draw(context, view) {
    const { x, y } = view.toScreen(0, 0);
    context.imageSmoothingEnabled = view.scale <= 4;
    context.drawImage(this.film.source, x, y, this.width * view.scale, this.height * view.scale);
  }

  close() {}
}

export default class Tracks extends CanvasScreen {
  shape = shape;
  hint = "Draw a box, go some frames on, move it: what lies between is filled in.";
  merging = null; // the key of the track that another one is to be merged into
  #model = null;

  prepare() {
    this.film?.unload();
    this.surface?.close();
    this.film = new Film({ label: "the video" });
    this.clock = this.film.clock;
    this.film.element.classList.add("unseen");
    this.toolset = [
      { id: "box", name: "Box", key: "B", icon: "box", hand: new (still(DrawBox))(this) },
      { id: "extreme", name: "4 points", key: "X", icon: "extreme", hand: new (still(ExtremeBox))(this) },
      { id: "move", name: "Move", key: "V", icon: "move", hand: new (still(MoveBox))(this) },
    ];
    this.surface = new Surface({ label: "Frames", clock: this.clock });
    this.surface.bands = [{ id: "lanes", grow: 1, draw: (context, box, colours) => {
      context.fillStyle = colours.bg;
      context.fillRect(box.x, box.y, box.width, box.height);
    } }];
    this.surface.hand = new TrackTime(this);
    this.surface.draw = (context, boxes, colours) => draw(this, context, boxes.get("lanes"), colours);
    const edit = this.readonly ? [] : [
      tool("Cut the track in two here", "split", () => this.split(), { "aria-keyshortcuts": "W" }),
      tool("Merge with another track", "merge", () => this.mergeNext(), { "aria-keyshortcuts": "E" }),
    ];
    this.transport = filmTransport(this.film, [[
      tool("Keyframe before", "begin", () => this.toKeyframe(-1), { "aria-keyshortcuts": "[" }),
      tool("Next keyframe", "end", () => this.toKeyframe(1), { "aria-keyshortcuts": "]" }), edit,
    ]]);
    this.below = h("div", { class: "tl-below" }, this.surface.element, this.transport.element, this.film.element);
    this.film.addEventListener("frame", () => this.#framed());
    this.film.addEventListener("drawn", () => this.#drawn());
    this.clock.addEventListener("state", () => this.refresh());
  }

  // the canvas makes a model of plain regions; this one knows of frames
  get model() {
    return this.#model;
  }

  set model(given) {
    this.#model = new TrackModel(given.changed, this.film);
  }

  show() {
    this.classList.add("tl-tracks");
    this.merging = null;
    const files = this.media;
    const media = this.task?.media ?? {};
    // the canvas asks for a picture: it is the first frame, once the video is there
    this.media = { open: () => this.#first(media, files) };
    super.show();
    if (this.below.parentNode !== this) add(this, this.below);
  }

  async #first(media, files) {
    let problem = "the video could not be read";
    this.film.addEventListener("problem", ({ detail }) => (problem = detail), { once: true });
    if (!(await this.film.load(media, files))) throw new Error(problem);
    const { video } = this.film;
    const canvas = h("canvas", { width: video.videoWidth, height: video.videoHeight });
    canvas.getContext("2d").drawImage(video, 0, 0);
    this.moving = new Moving(this.film, { width: media.width || video.videoWidth, height: media.height || video.videoHeight });
    this.surface.span.whole(this.film.seconds);
    this.surface.changed(true);
    return new Response(await new Promise((done) => canvas.toBlob(done)));
  }

  /** The browser has drawn a frame: so does the canvas. */
  #drawn() {
    if (!this.moving || !this.stage?.picture) return;
    this.stage.picture = this.moving;
    this.stage.changed(true);
  }

  #framed() {
    if (!this.size) return;
    this.paint.forget();
    this.draft = null;
    if (this.clock.playing) this.stage.changed(true);
    else this.refresh();
    this.surface.changed();
  }

  refresh() {
    super.refresh();
    this.surface?.changed();
  }

  /** Stop the video on the frame that is shown. */
  halt() {
    if (this.clock.playing) this.film.go(this.film.frame);
  }

  unload() {
    super.unload();
    this.moving = null;
    this.film?.unload();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.film?.unload();
  }

  // what is done to tracks

  #track() {
    const { selected } = this.model;
    return selected && !this.readonly && !this.model.isProposal(selected.key) ? selected : null;
  }

  /** All that is suggested, also what is not there in this frame. */
  acceptAll(person = null) {
    const which = (one) => one.person === person && !this.model.hidden.has(one.key);
    const found = this.model.proposals.filter(which).length;
    return !this.readonly && found > 0 && this.model.accept(which, `accepted ${found}`) > 0;
  }

  fixHere() {
    const track = this.#track();
    if (!track) return false;
    if (track.fixed) {
      if (!this.model.unfix(track, "keyframe deleted")) say("It is the only keyframe: delete the track instead.");
    } else this.model.fix(track, {}, "keyframe");
    return true;
  }

  outside() {
    const track = this.#track();
    if (track) this.model.fix(track, { outside: track.present }, track.present ? "outside from here on" : "back from here on");
    return Boolean(track);
  }

  occluded() {
    const track = this.#track();
    if (track?.present) this.model.fix(track, { occluded: !track.occluded }, track.occluded ? "visible from here on" : "occluded from here on");
    return Boolean(track);
  }

  split() {
    const track = this.#track();
    if (!track) say("Select a track first.");
    else if (!this.model.split(track, newKey(), `cut at frame ${this.film.frame}`)) say("A track is cut behind its first frame, where it is there.");
    return true;
  }

  mergeNext() {
    const track = this.#track();
    this.merging = this.merging ? null : (track?.key ?? null);
    say(this.merging ? "Select the track to merge with; Escape leaves it." : track ? "Not merged." : "Select a track first.");
    this.refresh();
    return true;
  }

  select(key) {
    const { merging } = this;
    this.merging = null;
    const [one, other] = [this.model.get(merging), this.model.get(key)];
    if (one && other && one !== other && !this.model.isProposal(key)) {
      if (this.model.merge(one, other, `merged #${one.track} and #${other.track}`)) return;
      say("They are there at the same time: they cannot be one.", true);
    }
    super.select(key);
  }

  toKeyframe(way) {
    const track = this.model?.selected;
    if (!track) return say("Select a track first."), true;
    const { frame } = this.film;
    const found = way > 0 ? track.keyframes.find((one) => one.frame > frame) : track.keyframes.findLast((one) => one.frame < frame);
    if (found) this.film.go(found.frame);
    say(found ? `frame ${found.frame}` : "no more keyframes");
    return true;
  }

  reveal() {
    const track = this.model.selected;
    if (track && !track.present) this.film.go(track.keyframes.find((one) => !one.outside)?.frame ?? track.keyframes[0].frame);
    super.reveal();
  }

  advice() {
    return this.merging ? "Select the track to merge with." : "";
  }

  actions(region) {
    if (!region || this.readonly || this.model.isProposal(region.key)) return [];
    return [
      { name: region.fixed ? "Delete keyframe" : "Keyframe", icon: "point", act: () => this.fixHere() },
      { name: region.present ? "Outside from here" : "Back from here", icon: "none", act: () => this.outside() },
      ...(region.present ? [{ name: region.occluded ? "Visible from here" : "Occluded from here", icon: "copy", act: () => this.occluded() }] : []),
    ];
  }

  onkey(event) {
    if (!this.size) return false;
    const at = event.target instanceof Element ? event.target : null;
    if (at?.closest("input, textarea, select")) return false;
    if (at?.closest("button, a, summary") && ["Enter", " "].includes(event.key)) return false;
    if (this.#own(event, at)) {
      event.preventDefault();
      return true;
    }
    return super.onkey(event);
  }

  #own(event, at) {
    const { key } = event;
    if (key === "[" || key === "]") return this.toKeyframe(key === "[" ? -1 : 1);
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    if (this.classes.ofKey(event)) return false;
    const low = key.toLowerCase();
    if (key === "Escape" && this.merging) return this.mergeNext();
    if (key === "Delete" && event.shiftKey) return this.#track()?.fixed ? this.fixHere() : false;
    const acts = { o: () => this.outside(), h: () => this.occluded(), f: () => this.fixHere(), w: () => this.split(), e: () => this.mergeNext() };
    if (!event.shiftKey && acts[low]) return acts[low]();
    // arrows move the box or the cursor, in the list they walk, on the timeline they go through the frames
    const time = at === this.surface.marks;
    if (!time && (key.startsWith("Arrow") || key === "Home" || key === "End" || ["+", "-", "=", "0"].includes(key))) return false;
    return filmKey(event, this.film) || playerKey(event, this.clock, time ? this.surface : null);
  }

  get keys() {
    return [
      ...filmKeys, ["[ ]", "keyframe before, next"], ["F", "keyframe here, or delete it"], ["O", "outside from here on, or back"],
      ["H", "occluded from here on, or visible"], ["W", "cut the track in two"], ["E", "merge with another track"],
      ...super.keys.filter(([keys]) => !["H", "Shift+H", "Ctrl+D", "Space, drag"].includes(keys)),
    ];
  }
}
