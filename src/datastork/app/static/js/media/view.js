// Showing a sample, whatever it is. Sizes are known before anything is loaded, so nothing moves when it is.

import { h, fill } from "../dom.js";

const RETRIES = [400, 1500, 5000]; // ms to wait before a picture that did not come is asked for again

/**
 * view(media, files) -> HTMLElement
 *
 * `media` as the server gives it (modality, url, width, height, text, row, …); `files` has `ready(url)` (an address that
 * is here already, or null) and `src(url)` (a promise of one). The element fills the place it is put into. It may have
 * `onkey(event) -> boolean`, `keys` ([[keys, what they do], …]) and `stop()`, which is called when it goes.
 */
export function view(media, files, { label = "the sample" } = {}) {
  if (!media) return h("div", { class: "view empty" }, "There is nothing to show.");
  if (media.modality === "image") return image(media, files, label);
  if (media.modality === "text") return text(media, label);
  if (media.modality === "row" || media.modality === "table" || (!media.url && media.row)) return row(media, label);
  if (media.modality === "audio" || media.modality === "video") return lazy(media, files, label);
  return h("div", { class: "view empty" }, `A sample of the kind “${media.modality}” cannot be shown.`);
}

function image(media, files, label) {
  const ratio = media.width && media.height ? `${media.width} / ${media.height}` : "4 / 3";
  // small pictures are enlarged, pixels kept apart, up to what the place holds
  const small = media.width && Math.max(media.width, media.height) < 256;
  const picture = h("img", {
    class: small ? "picture small" : "picture",
    alt: media.alt || label,
    draggable: "false",
    decoding: "async",
    width: media.width || null,
    height: media.height || null,
    style: { "aspect-ratio": ratio },
  });
  const element = h("div", { class: "view image", "aria-busy": "true" }, picture);
  picture.onload = () => element.setAttribute("aria-busy", "false");
  let tried = 0;
  const trouble = (message) => {
    if (tried < RETRIES.length) setTimeout(() => load(true), RETRIES[tried++]);
    else failed(element, message, () => load(true));
  };
  picture.onerror = () => trouble("This picture could not be loaded.");
  const load = async (again = false) => {
    const here = !again && files?.ready?.(media.url);
    try {
      picture.src = here || (files?.src ? await files.src(media.url, again) : media.url);
    } catch (error) {
      trouble(`This picture could not be loaded: ${error.message}.`);
    }
  };
  load();
  return element;
}

function failed(element, message, again) {
  const note = h("div", { class: "view-failed", role: "alert" }, h("p", {}, message),
    h("button", { type: "button", class: "button", onclick: () => { note.remove(); again(); } }, "Try again"));
  element.querySelector(".view-failed")?.remove();
  element.setAttribute("aria-busy", "false");
  element.append(note);
}

function text(media, label) {
  // direction by paragraph, as its first strong letter says
  const words = String(media.text ?? "");
  const size = words.length < 160 ? "short" : words.length < 1200 ? "middling" : "long";
  return h("div", { class: "view text", tabindex: "0", role: "article", "aria-label": label },
    h("div", { class: `prose ${size}` }, words.split("\n").map((line) => h("p", { dir: "auto" }, line))));
}

/** A value of a table as it is shown. */
export function cell(value) {
  if (value === null || value === undefined) return h("span", { class: "muted" }, "empty");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function row(media, label) {
  return h("div", { class: "view row", tabindex: "0" },
    h("table", { class: "row-table", "aria-label": label },
      h("tbody", {}, Object.entries(media.row ?? {}).map(([name, value]) =>
        h("tr", {}, h("th", { scope: "row" }, name), h("td", { dir: "auto" }, cell(value)))))));
}

// js/media/sound.js and video.js: `export default (media, files, {label}) -> HTMLElement`
const PLAYERS = { audio: () => import("./sound.js"), video: () => import("./video.js") };

function lazy(media, files, label) {
  const place = h("div", { class: `view ${media.modality}`, "aria-busy": "true" });
  if (media.modality === "video" && media.width) place.style.aspectRatio = `${media.width} / ${media.height}`;
  let gone = false;
  place.stop = () => (gone = true);
  PLAYERS[media.modality]()
    .then((module) => {
      if (gone) return;
      const player = module.default(media, files, { label });
      place.player = player;
      place.onkey = (event) => player.onkey?.(event) ?? false;
      place.stop = () => player.stop?.();
      Object.defineProperty(place, "keys", { get: () => player.keys ?? [] });
      fill(place, player);
      place.setAttribute("aria-busy", "false");
    })
    .catch((error) => failed(place, `This ${media.modality === "audio" ? "sound" : "video"} cannot be played here: ${error.message}`, () => {}));
  return place;
}
