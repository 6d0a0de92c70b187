// Where the image lies on the screen: one scale and one offset. Image coordinates are pixels, screen ones CSS pixels.

const MOST = 64; // screen pixels for a pixel of the image
const KEEP = 64; // screen pixels of the image that always stay in sight
export const PIXELATED = 4; // above this scale pixels are shown as squares

export class View {
  width = 1; // the image, in its pixels
  height = 1;
  across = 1; // the place it is shown in, in CSS pixels
  down = 1;
  scale = 1;
  x = 0; // where the top left of the image lies on the screen
  y = 0;
  fitted = true;
  changes = 0; // grows with every change, so that what was drawn can be kept as long as it holds

  setImage(width, height) {
    Object.assign(this, { width, height });
    this.fit();
  }

  /** The place changed its size: a fitted image stays fitted, another keeps its middle. */
  setPlace(across, down) {
    if (across === this.across && down === this.down) return;
    const dx = (across - this.across) / 2;
    const dy = (down - this.down) / 2;
    Object.assign(this, { across, down });
    if (this.fitted) this.fit();
    else this.pan(dx, dy);
  }

  get whole() {
    const rim = Math.min(16, this.across / 12, this.down / 12);
    return Math.min((this.across - 2 * rim) / this.width, (this.down - 2 * rim) / this.height, MOST);
  }

  fit() {
    this.scale = Math.max(this.whole, 1e-4);
    this.#centre();
    this.fitted = true;
    this.changes++;
  }

  #centre() {
    this.x = (this.across - this.width * this.scale) / 2;
    this.y = (this.down - this.height * this.scale) / 2;
  }

  /** Zoom by a factor; the point of the image under (x, y) stays there. */
  zoom(factor, x = this.across / 2, y = this.down / 2) {
    const least = Math.min(this.whole, 1) / 2;
    const scale = Math.min(Math.max(this.scale * factor, least), Math.max(MOST, this.whole));
    const real = scale / this.scale;
    this.x = x - (x - this.x) * real;
    this.y = y - (y - this.y) * real;
    this.scale = scale;
    this.#moved();
  }

  /** Zoom to a scale: 1 is one CSS pixel for a pixel. */
  zoomTo(scale, x, y) {
    this.zoom(scale / this.scale, x, y);
  }

  pan(dx, dy) {
    this.x += dx;
    this.y += dy;
    this.#moved();
  }

  #moved() {
    const keepX = Math.min(KEEP, this.width * this.scale);
    const keepY = Math.min(KEEP, this.height * this.scale);
    this.x = Math.min(Math.max(this.x, keepX - this.width * this.scale), this.across - keepX);
    this.y = Math.min(Math.max(this.y, keepY - this.height * this.scale), this.down - keepY);
    this.fitted = false;
    this.changes++;
  }

  /** Bring a point of the image into sight, with a rim. */
  reveal({ x, y }, rim = 40) {
    const at = this.toScreen(x, y);
    const dx = at.x < rim ? rim - at.x : Math.min(0, this.across - rim - at.x);
    const dy = at.y < rim ? rim - at.y : Math.min(0, this.down - rim - at.y);
    const inside = this.scale * this.width <= this.across && this.scale * this.height <= this.down;
    if ((dx || dy) && !inside) this.pan(dx, dy);
  }

  toImage(x, y) {
    return { x: (x - this.x) / this.scale, y: (y - this.y) / this.scale };
  }

  toScreen(x, y) {
    return { x: x * this.scale + this.x, y: y * this.scale + this.y };
  }

  /** A point moved into the image. */
  inside({ x, y }) {
    return { x: Math.min(Math.max(x, 0), this.width), y: Math.min(Math.max(y, 0), this.height) };
  }

  /** Whether a rectangle of the image can be seen. */
  shows({ x, y, width, height }, rim = 8) {
    const left = x * this.scale + this.x;
    const top = y * this.scale + this.y;
    return left < this.across + rim && top < this.down + rim
      && left + width * this.scale > -rim && top + height * this.scale > -rim;
  }

  /** The part of the image that can be seen, in whole pixels. */
  get seen() {
    const from = this.inside(this.toImage(0, 0));
    const to = this.inside(this.toImage(this.across, this.down));
    return { left: Math.floor(from.x), top: Math.floor(from.y), right: Math.ceil(to.x), bottom: Math.ceil(to.y) };
  }

  /** The same view, magnified about a point that then lies in the middle of a small place. */
  magnified(point, factor, across, down) {
    const other = new View();
    const scale = Math.max(this.scale * factor, Math.min(2, MOST));
    return Object.assign(other, {
      width: this.width, height: this.height, across, down, scale,
      x: across / 2 - point.x * scale, y: down / 2 - point.y * scale, fitted: false,
    });
  }
}
