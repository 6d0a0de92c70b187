// Line icons of the players, 24 × 24, beside those of dom.js.

import { icon as general, svg } from "../dom.js";

const ICONS = {
  loop: "M7 7h9a4 4 0 0 1 4 4v1M17 17H8a4 4 0 0 1-4-4v-1M9.500 4.500 7 7l2.500 2.500M14.500 19.500 17 17l-2.500-2.500",
  wave: "M3 12h2l1.500-5 2 12L11 5l2 13 2-10 1.500 6 1.500-2h3",
  bands: "M4 18h16M4 14h16M4 10h10M4 6h6",
  whole: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  hertz: "M8 4v16M5 7l3-3 3 3M5 17l3 3 3-3M15 8h5M15 12h5M15 16h5",
  magnet: "M6 4v8a6 6 0 0 0 12 0V4h-4v8a2 2 0 0 1-4 0V4zM6 8h4M14 8h4",
  auto: "M5 5v14l9-7zM17 5v14M20.500 5v14",
  list: "M8 6h12M8 12h12M8 18h12M4 6v.01M4 12v.01M4 18v.01",
  before: "M18 5 9 12l9 7zM6 5v14",
  after: "M6 5l9 7-9 7zM18 5v14",
  begin: "M16 5H9v14h7M4 12h5",
  end: "M8 5h7v14H8M15 12h5",
  diamond: "M12 4.500 19.500 12 12 19.500 4.500 12z",
  gone: "M5 6h14v12H5zM5 6l14 12",
  behind: "M4 5h11v11H4zM9 19h11V8",
  split: "M12 3v18M8 8l-4 4 4 4M16 8l4 4-4 4",
  merge: "M4 6c8 0 5 12 12 12h4M4 18c8 0 5-12 12-12h4",
};

export function icon(name, size = 20) {
  if (!ICONS[name]) return general(name, size);
  return svg(
    "svg",
    { viewBox: "0 0 24 24", width: size, height: size, class: "icon", "aria-hidden": "true", focusable: "false" },
    svg("path", { d: ICONS[name] }),
  );
}
