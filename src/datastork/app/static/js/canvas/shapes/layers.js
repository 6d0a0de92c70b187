// Masks as regions: a layer for each object or class, and all of them over the image as one picture, tile by tile. A tile is made anew only when a mask changed in it, and with no
// more pixels than the screen shows: painting costs what the brush touches, however large the image is.

import { tag } from "../paint.js";
import { Palette } from "../palette.js";
import { decode, encode, Mask, SIDE } from "./mask.js";

const FILL = 0.42;
const CHOSEN = 0.55;
const HATCH = 0.3;

class Composite {
  #tiles = new Map(); // place -> {canvas, step, made: what it was made from}

  forget() {
    this.#tiles.clear();
  }

  /** These tiles changed, though they are the same arrays. */
  touch(places) {
    for (const place of places) {
      const tile = this.#tiles.get(place);
      if (tile) tile.made = null;
    }
  }

  /** `layers` = [{mask, colour, chosen, dashed}], the lowest first. */
  draw(context, view, ratio, layers) {
    if (!layers.length) return this.#tiles.clear();
    const [{ mask }] = layers;
    const shrunk = Math.floor(Math.log2(1 / (view.scale * ratio)));
    const step = 1 << Math.max(0, Math.min(4, shrunk));
    const { left, top, right, bottom } = view.seen;
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.imageSmoothingEnabled = false;
    for (let across = left >> 8; across < mask.across && across * SIDE < right; across++) {
      for (let down = top >> 8; down < mask.down && down * SIDE < bottom; down++) {
        const place = mask.place(across, down);
        const here = layers.filter((one) => one.mask.tiles[place]);
        if (!here.length) {
          this.#tiles.delete(place);
          continue;
        }
        const tile = this.#made(place, here, step);
        // tiles end on pixels of the screen, so that no seam shows
        const on = (x, from) => Math.round((x * view.scale + from) * ratio);
        const x0 = on(across * SIDE, view.x);
        const y0 = on(down * SIDE, view.y);
        const wide = Math.min(SIDE, mask.width - across * SIDE);
        const high = Math.min(SIDE, mask.height - down * SIDE);
        context.drawImage(tile.canvas, 0, 0, wide / step, high / step,
          x0, y0, on(across * SIDE + wide, view.x) - x0, on(down * SIDE + high, view.y) - y0);
      }
    }
    context.restore();
    return undefined;
  }

  #made(place, layers, step) {
    let tile = this.#tiles.get(place);
    const from = layers.flatMap((one) => [one.mask.tiles[place], one.colour, one.chosen, one.dashed]);
    if (tile?.made && tile.step === step && tile.made.length === from.length && tile.made.every((one, at) => one === from[at])) return tile;
    if (!tile) {
      tile = { canvas: document.createElement("canvas") };
      this.#tiles.set(place, tile);
    }
    const side = SIDE / step;
    if (tile.canvas.width !== side) tile.canvas.width = tile.canvas.height = side;
    const context = tile.canvas.getContext("2d");
    const image = context.createImageData(side, side);
    const pixels = new Uint32Array(image.data.buffer);
    for (const layer of layers) over(pixels, layer.mask.tiles[place], side, step, layer);
    context.putImageData(image, 0, 0);
    return Object.assign(tile, { step, made: from });
  }
}

/** Lay one mask over the pixels of a tile: its area in a light colour, its edge in a strong one. */
function over(pixels, tile, side, step, { colour, chosen, dashed }) {
  const [red, green, blue] = Palette.parts(colour);
  const area = mixer(red, green, blue, dashed ? HATCH : chosen ? CHOSEN : FILL);
  const edge = mixer(red, green, blue, chosen || dashed ? 1 : 0.85);
  const far = step * SIDE;
  const last = SIDE - step;
  for (let x = 0; x < SIDE; x += step) {
    for (let y = 0; y < SIDE; y += step) {
      const at = (x << 8) + y;
      if (!tile[at]) continue;
      const rim = (y > 0 && !tile[at - step]) || (y < last && !tile[at + step]) || (x > 0 && !tile[at - far]) || (x < last && !tile[at + far]);
      const to = (y / step) * side + x / step;
      if (rim) pixels[to] = edge(pixels[to]);
      else if (!dashed || ((x + y) / step) & 4) pixels[to] = area(pixels[to]);
    }
  }
}

/** A function that lays a colour over a pixel (as little-endian RGBA); neighbours are mostly alike, so the last is kept. */
function mixer(red, green, blue, alpha) {
  let before = -1;
  let after = 0;
  return (pixel) => {
    if (pixel === before) return after;
    before = pixel;
    const under = (pixel >>> 24) / 255;
    const whole = alpha + under * (1 - alpha);
    const mix = (top, bottom) => Math.round((top * alpha + bottom * under * (1 - alpha)) / whole);
    after = ((Math.round(whole * 255) << 24) | (mix(blue, (pixel >>> 16) & 255) << 16) | (mix(green, (pixel >>> 8) & 255) << 8) | mix(red, pixel & 255)) >>> 0;
    return after;
  };
}

/** The shape of masks; it keeps the picture that all of them make. */
export function maskShape() {
  const composite = new Composite();
  return {
    composite,

    /** What does not fit the image cannot be drawn, and stays in the answer as it is. */
    read({ size, counts }, { width, height }) {
      const fits = Array.isArray(counts) && Array.isArray(size) && size[0] === height && size[1] === width;
      const mask = fits ? decode(counts, width, height) : null;
      return mask ? { mask } : { mask: new Mask(width, height), foreign: { size, counts } };
    },

    /** COCO's run lengths; null for a mask without a pixel, which is no answer. */
    write({ mask, foreign }) {
      if (!mask.area) return foreign ?? null;
      return { size: [mask.height, mask.width], counts: encode(mask) };
    },

    bounds: ({ mask }) => mask.bounds,

    hit: ({ mask }, { x, y }) => (mask.has(Math.floor(x), Math.floor(y)) ? mask.area : Infinity),

    size: ({ mask, foreign }) => (foreign && !mask.area ? "does not fit the image" : `${mask.area.toLocaleString("en")} px`),

    forget: () => composite.forget(),

    under(context, view, desk) {
      const { model, draft, stage } = desk;
      const layers = model.everything.filter((one) => model.shows(one)).map((one) => (one.key === draft?.key ? draft : one));
      if (draft && !model.get(draft.key)) layers.push(draft);
      composite.draw(context, view, stage.ratio, layers.map((one) => ({
        mask: one.mask, colour: desk.colourOf(one), chosen: one.key === model.chosen || one === draft, dashed: one.person !== undefined,
      })));
    },

    draw(context, view, region, look) {
      if (look.live) return;
      const { x, y, width } = region.mask.bounds;
      if (!width || !(look.chosen || width * view.scale > 48)) return;
      const top = view.toScreen(x, y);
      tag(context, view, look, top.x, top.y - 2);
    },
  };
}
