// Pieces that the pages beside labelling are made of: the way between them, what went wrong, tables, fields, nothing to show.

import { h, fill, icon, say } from "../dom.js";

/** What an error says, with its hint and what is wrong one by one. */
export const why = (error) => [...new Set([error.message, error.hint, ...(error.problems ?? [])].filter(Boolean))].join(": ");

/** A line that is hidden until `tell(words or error)`; told nothing it is hidden again. `kind` "good": it went well. */
export function notice() {
  const element = h("p", { class: "note bad", role: "alert", hidden: true });
  element.tell = (said, kind = "bad") => {
    if (!said && element.hidden) return; // nothing to draw anew
    element.className = `note ${kind}`;
    element.hidden = !said;
    fill(element, said instanceof Error ? why(said) : said);
  };
  return element;
}

/**
 * table("all answers", [["who"], ["seconds", "num", "what it is"], [""]], rows of cells) -> a table that can be moved
 * sideways where it is too wide. A row is a list of cells, the first names it, or {class, cells}; a cell is nodes, or
 * {class, nodes}.
 */
export function table(label, columns, rows) {
  const cell = (one, place) => {
    const own = one?.nodes === undefined ? { nodes: one } : one;
    return h(place ? "td" : "th", { scope: place ? null : "row", dir: place ? null : "auto", class: [columns[place][1], own.class].filter(Boolean).join(" ") }, own.nodes);
  };
  return h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": label }, h("table", { class: "figures" },
    h("thead", {}, h("tr", {}, columns.map(([name, kind, title]) => (name ? h("th", { scope: "col", class: kind ?? "", title }, name) : h("td", {}))))),
    h("tbody", {}, rows.map((row) => h("tr", { class: row.class ?? "" }, (row.cells ?? row).map(cell))))));
}

/** A field with its label above. */
export const labelled = (words, field) => h("div", {}, h("label", { class: "label", for: field.id }, words), field);

/** A page with nothing to show: why, and where to go. */
export const rest = (title, text, ...more) => h("div", { class: "rest" }, h("img", { src: "/icon.svg", alt: "", width: "64", height: "64" }), h("h1", {}, title), h("p", { class: "muted" }, text), h("div", { class: "row" }, more));

/** Nobody who may be here is signed in, or the server is away. */
export const stranger = (error, who) => rest(error?.status === 0 ? "The server cannot be reached" : `This page is for ${who}`, error?.status === 0 ? "" : "Open the link you were given, in this browser.", h("a", { class: "button main", href: "/" }, "To labelling"));

/** Run the start of a page; `data-ready` says that it is there. */
export async function begin(start) {
  try {
    await start();
  } catch (error) {
    console.error(error);
    const banner = document.getElementById("banner");
    fill(banner, `This page could not start: ${error.message}. What you did is kept. `, h("button", { type: "button", class: "button", onclick: () => location.reload() }, "Reload"));
    banner.hidden = false;
    say(banner.textContent, true);
  }
  document.documentElement.dataset.ready = "true";
}

/** "Jan 31, 08:00" */
export const day = (at) => new Date(at).toLocaleString(undefined, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

/** What kind of device this is, in one word. */
export function device() {
  if (!matchMedia("(pointer: coarse)").matches) return "desktop";
  return Math.min(screen.width, screen.height) < 600 ? "phone" : "tablet";
}

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
