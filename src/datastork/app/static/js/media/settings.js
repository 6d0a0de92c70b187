// How a person likes players to be: kept in this browser.

const NAME = "stork-players";
const USUAL = { speed: 1, shown: "both", scale: "mel", autoplay: true, snap: true };

let held = null;

function read() {
  try {
    return { ...USUAL, ...JSON.parse(localStorage.getItem(NAME) ?? "{}") };
  } catch {
    return { ...USUAL }; // no storage here, or another version wrote it: the usual settings
  }
}

export const settings = {
  get(name) {
    held ??= read();
    return held[name];
  },
  set(name, value) {
    held = { ...(held ?? read()), [name]: value };
    try {
      localStorage.setItem(NAME, JSON.stringify(held));
    } catch {
      // kept for this page only
    }
  },
};
