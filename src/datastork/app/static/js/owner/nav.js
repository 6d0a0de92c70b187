// The way from one page to another, and the switch between light and dark; the same on all pages but that of labelling.

import { h, icon } from "../dom.js";

const PAGES = [
  ["/", "Label", ["annotator", "reviewer", "owner"]],
  ["/review", "Review", ["reviewer", "owner"]],
  ["/owner", "Owner", ["owner"]],
  ["/capture", "Record", ["annotator", "reviewer", "owner"]],
];

/** nav(me, "/review") -> links to the pages this person may open. */
export function nav(me, here) {
  const links = PAGES.filter(([path, , roles]) => roles.includes(me?.role) && (path !== "/capture" || path === here || records(me)))
    .map(([path, name]) => h("a", { href: path, class: "nav-link", "aria-current": path === here ? "page" : null }, name));
  return h("nav", { class: "pages", "aria-label": "pages" }, links);
}

// pictures and sounds are what phones record
const records = (me) => ["image", "audio"].includes(me?.dataset?.modality);

/** A button that turns the page light or dark, and remembers it. */
export function themeButton() {
  const dark = () => (document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  return h("button", { type: "button", class: "tool theme", title: "Light or dark", "aria-label": "Dark colours", "aria-pressed": dark(), onclick: (event) => {
    const next = dark() ? "light" : "dark";
    document.documentElement.dataset.theme = next;
    event.currentTarget.setAttribute("aria-pressed", next === "dark");
    try {
      localStorage.setItem("stork-theme", next);
    } catch { /* it holds for this visit */ }
  } }, icon("moon", 20));
}
