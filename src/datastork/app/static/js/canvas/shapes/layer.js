// A mask as a region: one layer for each object or class.

import { tag } from "../paint.js";
import { Composite } from "./composite.js";
import { Mask } from "./mask.js";
import { decode, encode } from "./rle.js";

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
