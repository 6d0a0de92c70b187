// The spectrogram: pictures of the server, one of all and one of what is seen, kept as long as they may be wanted again.

const KEPT = 16; // pictures
const HIGH = 256; // pixels of a picture from below to above
const SETTLED = 140; // ms without a change of the view before a finer picture is asked for
const WRITTEN = [50, 100, 200, 500, 1000, 2000, 4000, 8000, 16000, 32000];

const mel = (hertz) => 2595 * Math.log10(1 + hertz / 700);
/** An address with a place for more settings. */
export const asked = (url) => `${url}${url.includes("?") ? "&" : "?"}`;
const unmel = (value) => 700 * (10 ** (value / 2595) - 1);

export class Spectrogram {
  #pictures = new Map(); // url -> {picture, start, end} (null while it comes)
  #timer = 0;
  #gone = false;

  /** `changed()` is called when there is more to see. */
  constructor(media, files, changed) {
    Object.assign(this, { media, files, changed });
    this.top = (media.rate || 44100) / 2;
  }

  close() {
    this.#gone = true;
    clearTimeout(this.#timer);
    for (const one of this.#pictures.values()) if (one?.address) URL.revokeObjectURL(one.address);
    this.#pictures.clear();
  }

  hertz(y, box, scale) {
    const share = Math.min(Math.max(1 - (y - box.y) / box.height, 0), 1);
    return scale === "mel" ? unmel(share * mel(this.top)) : share * this.top;
  }

  y(hertz, box, scale) {
    const share = scale === "mel" ? mel(hertz) / mel(this.top) : hertz / this.top;
    return box.y + (1 - share) * box.height;
  }

  draw(context, span, box, scale, ratio) {
    context.fillStyle = "#000004";
    context.fillRect(box.x, box.y, box.width, box.height);
    context.save();
    context.beginPath();
    context.rect(box.x, box.y, box.width, box.height);
    context.clip();
    context.imageSmoothingQuality = "high";
    const wanted = this.#wanted(span, box, scale, ratio);
    const here = [...this.#pictures.values()].filter((one) => one?.scale === scale && one.end > span.start && one.start < span.end);
    // the coarse ones first, what is asked for last
    here.sort((a, b) => b.end - b.start - (a.end - a.start));
    const best = this.#pictures.get(wanted.url);
    for (const one of best ? [...here.filter((each) => each !== best), best] : here) {
      const left = span.x(one.start);
      context.drawImage(one.picture, box.x + left, box.y, span.x(one.end) - left, box.height);
    }
    context.restore();
    if (best === undefined) this.#later(wanted);
  }

  /** The picture for a view: its stretch lies on a grid, so that a small move needs no other one. */
  #wanted(span, box, scale, ratio) {
    const { seconds } = span;
    const seen = span.end - span.start;
    const base = { scale, start: 0, end: seconds };
    const fine = box.width * ratio;
    if (scale === "mel" && (1000 / seconds) * seen >= fine * 0.7) return { ...base, url: this.media.spectrogram };
    const long = Math.min(2 ** Math.ceil(Math.log2(seen * 1.25)), seconds);
    const grid = long / 8;
    const start = long >= seconds ? 0 : Math.min(Math.floor(span.start / grid) * grid, seconds - long);
    const end = long >= seconds ? seconds : start + long;
    const width = Math.min(Math.max(256, Math.ceil((fine * (end - start)) / seen / 256) * 256), 4096);
    const stretch = end - start < seconds ? `&start=${start.toFixed(6)}&end=${end.toFixed(6)}` : "";
    return { scale, start, end, url: `${asked(this.media.spectrogram)}width=${width}&height=${HIGH}&scale=${scale}${stretch}` };
  }

  #later(wanted) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#fetch(wanted), this.#pictures.size ? SETTLED : 0);
  }

  async #fetch({ url, scale, start, end }) {
    if (this.#pictures.has(url) || this.#gone) return;
    this.#pictures.set(url, null);
    try {
      const whole = url === this.media.spectrogram && this.files?.open;
      const answer = await (whole ? this.files.open(url) : fetch(url, { credentials: "same-origin" }));
      if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
      const picture = new Image();
      const address = URL.createObjectURL(await answer.blob());
      picture.src = address;
      await picture.decode();
      if (this.#gone) return URL.revokeObjectURL(address);
      this.#pictures.set(url, { picture, scale, start, end, address });
      this.#forget();
      this.changed();
    } catch {
      // coarser pictures stay; it is asked for again when the view changes
      if (this.#pictures.get(url) === null) this.#pictures.delete(url);
    }
  }

  #forget() {
    for (const [url, one] of this.#pictures) {
      if (this.#pictures.size <= KEPT) return;
      if (!one || url === this.media.spectrogram) continue;
      URL.revokeObjectURL(one.address);
      this.#pictures.delete(url);
    }
  }

  /** Write frequencies at the left. */
  axis(context, box, scale) {
    context.font = "500 10px ui-monospace, monospace";
    context.textBaseline = "middle";
    context.textAlign = "left";
    let last = Infinity;
    for (const hertz of WRITTEN) {
      const y = this.y(hertz, box, scale);
      if (hertz >= this.top || y > box.y + box.height - 6 || y < box.y + 7 || last - y < 15) continue;
      last = y;
      const text = hertz >= 1000 ? `${hertz / 1000} kHz` : `${hertz} Hz`;
      context.fillStyle = "rgb(0 0 0 / 60%)";
      context.fillRect(box.x, y - 6, context.measureText(text).width + 8, 12);
      context.fillStyle = "#fff";
      context.fillText(text, box.x + 4, y + 0.5);
    }
  }
}
