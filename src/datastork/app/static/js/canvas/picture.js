// The image, decoded once off the main thread, with smaller copies of it: drawing costs what the screen shows, not what
// the image holds, also at 12,000 pixels.

import { PIXELATED } from "./view.js";

const HUGE = 40e6; // pixels above which the first smaller copy has a quarter of the sides, to spare memory
const SMALL = 1024; // no smaller copies below this side
const POCKET = 48e6; // pixels that a device of little memory decodes whole

export class Picture {
  levels = []; // [{source, factor}]: the image and smaller copies; factor = their pixels for one of the image
  #closed = false;

  /** `blob` the encoded image; `width`, `height` the pixels that coordinates count in, where they are known. */
  static async decode(blob, width, height) {
    const picture = new Picture();
    const source = await open(blob, width, height);
    picture.width = width || source.width;
    picture.height = height || source.height;
    picture.levels.push({ source, factor: source.width / picture.width });
    return picture;
  }

  /** Make the smaller copies; `made` is called after each, so that the screen can show it. */
  async shrink(made) {
    let { source, factor } = this.levels[0];
    let step = this.width * this.height > HUGE ? 4 : 2;
    while (Math.max(source.width, source.height) > SMALL && !this.#closed) {
      const resizeWidth = Math.ceil(source.width / step);
      const resizeHeight = Math.ceil(source.height / step);
      try {
        source = await createImageBitmap(source, { resizeWidth, resizeHeight, resizeQuality: "medium" });
      } catch {
        return; // no memory for a copy: the larger one is drawn instead
      }
      factor = source.width / this.width;
      if (this.#closed) return source.close();
      this.levels.push({ source, factor });
      step = 2;
      made();
    }
  }

  /** Draw the part that can be seen; `ratio` = device pixels for a CSS pixel. */
  draw(context, view, ratio) {
    const needed = view.scale * ratio;
    let level = this.levels[0];
    for (const one of this.levels) if (one.factor >= needed) level = one;
    const { source } = level;
    const kx = source.width / this.width;
    const ky = source.height / this.height;
    const { left, top, right, bottom } = view.seen;
    if (right <= left || bottom <= top) return;
    context.imageSmoothingEnabled = view.scale <= PIXELATED;
    context.imageSmoothingQuality = "medium";
    const at = view.toScreen(left, top);
    context.drawImage(
      source, left * kx, top * ky, (right - left) * kx, (bottom - top) * ky,
      at.x, at.y, (right - left) * view.scale, (bottom - top) * view.scale,
    );
  }

  close() {
    this.#closed = true;
    for (const { source } of this.levels) source.close?.();
    this.levels = [];
  }
}

async function open(blob, width, height) {
  const pocket = (navigator.deviceMemory ?? 8) <= 4 && width * height > POCKET;
  try {
    if (!pocket) return await createImageBitmap(blob);
    const part = Math.sqrt(POCKET / (width * height));
    return await createImageBitmap(blob, { resizeWidth: Math.round(width * part), resizeQuality: "medium" });
  } catch {
    return element(blob); // what has no bitmap (a drawing in SVG), or no memory for one
  }
}

function element(blob) {
  return new Promise((done, failed) => {
    const image = new Image();
    const url = URL.createObjectURL(blob);
    image.onload = () => done(image);
    image.onerror = () => failed(new Error("the image cannot be decoded"));
    image.close = () => URL.revokeObjectURL(url);
    image.src = url;
  });
}
