// Line icons of the drawing tools, 24 × 24, beside those of dom.js.

import { icon as general, svg } from "../dom.js";

const ICONS = {
  box: "M5 6h14v12H5z",
  extreme: "M12 4v.01M20 11v.01M13 20v.01M4 13v.01M5 4.5h14v15H5z",
  move: "M6 3.5l12 8.5-5.2 1.2L9.6 19z",
  polygon: "M12 4l8 6-3 9H7l-3-9z",
  brush: "M14 5l5 5-7.5 7.5-5-5zM6.5 12.5c-2 1-1.5 4-3 6.5 3 .5 7 .5 8-1.5",
  eraser: "M4.5 15l8.5-9.5 6.5 5.5-8 9H8zM9 10l6.5 6",
  fill: "M5 12l7-7 7 7-7 7zM5 12h14M20 16c1.4 2 1.4 4 0 4s-1.400-2 0-4z",
  lasso: "M6 15c-4-3-2-9 6-9s9 8 3 10-9-2-9 1 2 2 1 4",
  point: "M12 12v.01M12 3v5M12 16v5M3 12h5M16 12h5",
  add: "M12 5v14M5 12h14",
  eye: "M2.500 12c4-7.500 15-7.500 19 0-4 7.500-15 7.500-19 0zM12 9a3 3 0 1 0 .01 0z",
  shut: "M3 10c4 6.500 14 6.500 18 0M7 14.500l-1.500 2.500M12 15.500v3M17 14.500l1.500 2.500",
  copy: "M8 8h11v11H8zM5 15V5h10",
  whole: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  none: "M12 4a8 8 0 1 0 .01 0zM6.500 6.500l11 11",
  list: "M8 6h12M8 12h12M8 18h12M4 6v.01M4 12v.01M4 18v.01",
};

export function icon(name, size = 20) {
  if (!ICONS[name]) return general(name, size);
  return svg(
    "svg",
    { viewBox: "0 0 24 24", width: size, height: size, class: "icon", "aria-hidden": "true", focusable: "false" },
    svg("path", { d: ICONS[name] }),
  );
}
