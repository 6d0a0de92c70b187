// Stretches of frames of a video: a lane for each class, edges on true frames.

import { Film, filmKey, filmKeys } from "../media/film.js";
import { Surface } from "../media/surface.js";
import { playerKey } from "../media/transport.js";
import { filmTransport } from "../media/video.js";
import { framesOf, place } from "../timeline/shapes.js";
import { TimelineScreen } from "../timeline/screen.js";

const LANE = 30; // CSS pixels
const MOST = 6; // lanes beyond which they become lower

export default class Frames extends TimelineScreen {
  hint = "Drag in the lane of a class, or hold its key while it plays.";
  fields = [
    { name: "start", label: "First frame", step: 1, unit: "from 0", digits: 0 }, { name: "end", label: "End frame", step: 1, unit: "exclusive", digits: 0 },
  ];
  edges = [0, 1];
  lane = (region) => Math.max(0, this.classes.list.findIndex((one) => one.id === region.label));
  #loading = 0;

  build(buttons) {
    this.classList.add("tl-video");
    this.film = new Film({ label: this.question.ask || "the video" });
    this.clock = this.film.clock;
    this.surface = new Surface({ label: `${this.question.ask || "Video"}: ${this.hint}`, clock: this.clock, moved: (point) => !this.draft && this.status(point ? this.#where(point) : "") });
    const rows = Math.max(this.classes.list.length, 1);
    this.surface.bands = [{ id: "lanes", grow: 1, draw: (context, box, colours) => this.#ground(context, box, colours, rows) }];
    this.surface.element.style.minHeight = `${54 + LANE * Math.min(rows, MOST)}px`;
    this.surface.mini = (context, span, box) => this.#mini(context, span, box);
    this.controls = filmTransport(this.film, [buttons]).element;
    this.film.video.addEventListener("click", () => this.clock.toggle());
    this.film.addEventListener("frame", () => this.mark && this.surface.changed());
    return [this.film.element, this.surface.element];
  }

  lanes(regions) {
    return { ...super.lanes(regions), count: Math.max(this.classes.list.length, 1) };
  }

  #ground(context, box, colours, rows) {
    const high = Math.min(box.height / rows, 34);
    context.fillStyle = colours.bg;
    context.fillRect(box.x, box.y, box.width, box.height);
    context.font = "500 11px system-ui, sans-serif";
    context.textBaseline = "middle";
    context.textAlign = "left";
    this.classes.list.forEach((one, row) => {
      context.fillStyle = row % 2 ? colours.bg : colours.panel;
      context.fillRect(box.x, box.y + row * high, box.width, high);
      if (high < 13) return;
      context.fillStyle = colours.muted;
      context.fillText(one.name || one.id, 6, box.y + (row + 0.5) * high);
    });
    // the beginnings of frames, once there is room between them
    const { span } = this.surface;
    const from = place(this.edges, span.start);
    const to = place(this.edges, span.end);
    if ((to - from) * 5 > span.across) return;
    context.fillStyle = colours.line;
    for (let at = from; at <= to; at++) context.fillRect(Math.round(span.x(this.edges[at])), box.y, 1, box.height);
  }

  #mini(context, span, box) {
    if (!this.size) return;
    const rows = Math.max(this.classes.list.length, 1);
    for (const one of this.model.list) {
      context.fillStyle = this.palette.of(one.label);
      context.fillRect(span.x(one.onset), 3 + (this.lane(one) * (box.height - 6)) / rows, Math.max(1, span.x(one.offset) - span.x(one.onset)), Math.max(2, (box.height - 6) / rows - 1));
    }
  }

  #where(point) {
    const time = this.surface.span.inside(point.x);
    return `frame ${this.film.at(time)}, ${time.toFixed(3)} s`;
  }

  async open(media) {
    const mine = ++this.#loading;
    if (!(await this.film.load(media, this.media)) || mine !== this.#loading) return;
    this.edges = this.film.edges;
    this.shape = framesOf(this.edges);
    this.surface.span.whole(this.film.seconds);
    this.begin({ seconds: this.film.seconds });
    this.surface.changed(true);
  }

  refreshed() {
    this.surface.changed(true);
  }

  /** Drawn in the lane of a class, it is of that class. */
  laneLabel(y) {
    const box = this.surface.boxes.get("lanes");
    const rows = Math.max(this.classes.list.length, 1);
    const high = Math.min(box.height / rows, 34);
    return this.classes.list[Math.min(Math.floor((y - box.y) / high), rows - 1)]?.id;
  }

  make(region) {
    this.label = region.label;
    return super.make(region);
  }

  /** Frames begin where a key begins a stretch, and the frame at its end belongs to it. */
  endMark() {
    const { onset } = this.mark;
    this.mark = null;
    const from = this.film.at(onset + 1e-6);
    const to = this.film.frame;
    return this.make(this.settle(this.fresh({ onset: this.edges[Math.min(from, to)], offset: this.edges[Math.max(from, to) + 1] })));
  }

  markEdge(edge) {
    if (edge !== "onset" || !this.size) return super.markEdge(edge);
    super.markEdge(edge);
    this.mark = { onset: this.edges[this.film.frame] };
    return true;
  }

  setEdge(edge) {
    const region = this.model?.selected;
    if (this.mark || !region) return this.markEdge(edge);
    const frame = this.film.frame + (edge === "onset" ? 0 : 1);
    return this.#put(region, edge === "onset" ? { start: frame, end: Math.max(region.end, frame + 1) } : { start: Math.min(region.start, frame - 1), end: frame });
  }

  typed(region, name, value) {
    this.#put(region, { start: region.start, end: region.end, [name]: Math.round(value) });
  }

  #put(region, { start, end }) {
    const from = Math.min(Math.max(start, 0), this.film.count - 1);
    const to = Math.min(Math.max(end, from + 1), this.film.count);
    const done = this.settle({ ...region, onset: this.edges[from], offset: this.edges[to] });
    this.model.put(done, this.shape.size(done));
    return true;
  }

  quantise(time) {
    return this.edges[place(this.edges, time)];
  }

  nudge(region, steps) {
    const { start, end } = region;
    if (this.edge === "whole") {
      const by = Math.min(Math.max(steps, -start), this.film.count - end);
      this.#put(region, { start: start + by, end: end + by });
    } else if (this.edge === "onset") this.#put(region, { start: Math.min(start + steps, end - 1), end });
    else this.#put(region, { start, end: Math.max(end + steps, start + 1) });
    const now = this.model.selected;
    if (!this.clock.playing) this.film.go(this.edge === "offset" ? now.end - 1 : now.start);
    this.surface.reveal(this.clock.time);
    return true;
  }

  reveal() {
    const region = this.model.selected;
    if (!region) return;
    this.surface.reveal(region.onset);
    if (!this.clock.playing) this.film.go(region.start);
  }

  /** While an edge is moved, its frame is shown: the first one, or at its end the last. */
  preview(time, end) {
    if (!this.clock.playing) this.film.go(place(this.edges, time) - (end ? 1 : 0));
  }

  playerKey(event) {
    return filmKey(event, this.film) || playerKey(event, this.clock, this.surface);
  }

  unload() {
    this.#loading++;
    this.film?.unload();
  }

  close() {
    this.film?.unload();
    this.surface?.close();
  }

  get keys() {
    return [...super.keys, ["← →", "move the edge by a frame, with Shift ten"], ...filmKeys];
  }
}
