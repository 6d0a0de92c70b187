// Building what is shown: elements from plain values, text only as text. Nothing here (or anywhere) parses HTML.

const SVG = "http://www.w3.org/2000/svg";

/**
 * h("button", {class: "big", onclick: go, "aria-label": "Go"}, "Go", icon("next")) -> HTMLElement
 *
 * Settings: `on…` adds a listener, `class`, `data` ({name: value}), `style` ({property: value}, through the CSSOM, which
 * the content policy allows), true/false/null for attributes that are there or not; `value`, `checked`, `disabled`,
 * `hidden`, `tabIndex`, `textContent` and such are set as properties. Children: nodes, text, numbers, lists; null, false: left out.
 */
export function h(tag, settings, ...children) {
  const element = document.createElement(tag);
  if (settings) set(element, settings);
  add(element, children);
  return element;
}

/** Change settings of an element, in the form `h` takes. */
export function set(element, settings) {
  for (const [name, value] of Object.entries(settings)) {
    if (name.startsWith("on") && typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value || "";
    else if (name === "data") Object.assign(element.dataset, value);
    else if (name === "style") for (const [key, one] of Object.entries(value)) element.style.setProperty(key, one);
    else if (name in PROPERTIES) element[PROPERTIES[name]] = value;
    else if (name.startsWith("aria-") && typeof value === "boolean") element.setAttribute(name, String(value));
    else if (value === true) element.setAttribute(name, "");
    else if (value === false || value === null || value === undefined) element.removeAttribute(name);
    else element.setAttribute(name, value);
  }
  return element;
}

const PROPERTIES = Object.fromEntries(
  ["value", "checked", "disabled", "hidden", "tabIndex", "textContent", "readOnly", "open", "selected"].map((name) => [name, name]),
);

/** Add children: nodes, text, numbers, nested lists; null, undefined and false are left out. */
export function add(parent, children) {
  for (const child of [children].flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    parent.append(child instanceof Node ? child : String(child));
  }
  return parent;
}

/** Replace all children. */
export function fill(parent, ...children) {
  parent.replaceChildren();
  return add(parent, children);
}

/** An SVG element: svg("path", {d: "M0 0"}). */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const ICONS = {
  undo: "M9 7 4.5 11.5 9 16M5 11.5h9a5 5 0 0 1 0 10h-2",
  skip: "M6 5.5v13l8-6.5zM18 5.5v13",
  comment: "M4.5 5.5h15v10.5h-8.5l-4 3.5v-3.5h-2.5z",
  info: "M12 11v6M12 7.5v.5M12 3a9 9 0 1 0 .01 0z",
  next: "M5 12h14M13 6l6 6-6 6",
  check: "M4.5 12.5 10 18 19.5 7",
  close: "M6 6l12 12M18 6 6 18",
  menu: "M4 7h16M4 12h16M4 17h16",
  search: "M10.5 4a6.5 6.5 0 1 0 .01 0zM15.5 15.5 20 20",
  keys: "M3.5 7h17v10h-17zM7 10.5h.5M11 10.5h.5M15 10.5h.5M8 14h8",
  moon: "M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z",
  spark: "M12 3.5l2 6.5 6.5 2-6.5 2-2 6.5-2-6.5L3.5 12l6.5-2z",
  cloud: "M7 18.5a4 4 0 0 1-.4-8 5.5 5.5 0 0 1 10.7.6A3.75 3.75 0 0 1 17 18.5z",
  bin: "M5 7h14M9.5 7V4.5h5V7M7 7l1 13h8l1-13",
  edit: "M5 19l1-4L16 5l3 3L9 18zM14 7l3 3",
  left: "M14.5 5.5 8 12l6.5 6.5",
  right: "M9.5 5.5 16 12l-6.5 6.5",
  equal: "M5 9.5h14M5 14.5h14",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  play: "M7 5v14l12-7z",
  pause: "M8 5v14M16 5v14",
  redo: "M15 7l4.5 4.5L15 16M19 11.5h-9a5 5 0 0 0 0 10h2",
};

/** A line icon of 24 × 24 in the colour of the text around it; decoration only, so the control needs a name of its own. */
export function icon(name, size = 22) {
  return svg(
    "svg",
    { viewBox: "0 0 24 24", width: size, height: size, class: "icon", "aria-hidden": "true", focusable: "false" },
    svg("path", { d: ICONS[name] }),
  );
}

/** A key as it is shown on a button. */
export const key = (text) => h("kbd", { class: "key", "aria-hidden": "true" }, text);

let region;
/** Say something to screen readers, politely; `now` interrupts. */
export function say(text, now = false) {
  region ??= { polite: live("polite"), assertive: live("assertive") };
  const place = now ? region.assertive : region.polite;
  const said = (waiting.get(place) ?? waiting.set(place, []).get(place));
  if (said.push(text) > 1) return; // with what is said in the same moment
  place.textContent = "";
  // a change in the same turn is not announced
  requestAnimationFrame(() => (place.textContent = said.splice(0).join(". ")));
}

const waiting = new Map(); // live region -> what is to be said in it

const live = (how) => document.body.appendChild(h("div", { class: "unseen", "aria-live": how, role: how === "polite" ? "status" : "alert" }));

const sheets = new Map();
/** Load a style sheet of `css/` once; resolves when it applies, so nothing is shown unstyled. */
export function style(name) {
  if (!sheets.has(name)) {
    const link = h("link", { rel: "stylesheet", href: new URL(`../css/${name}.css`, import.meta.url).href });
    sheets.set(name, new Promise((done) => { link.onload = link.onerror = () => done(); }));
    document.head.append(link);
  }
  return sheets.get(name);
}

/** The colour variable of the class at a place: "var(--class-3)"; a colour of its own wins where it is a plain one. */
export function colour(one, place) {
  const own = one?.colour;
  return own && /^(#[0-9a-f]{3,8}|[a-z]{3,20})$/i.test(own) ? own : `var(--class-${place % 12})`;
}

/** A short text for a share: 0.874 -> "87 %". */
export const percent = (share) => `${Math.round(share * 100)} %`;

/** "1 answer", "3 answers" */
export const count = (number, word) => `${number.toLocaleString("en")} ${word}${number === 1 ? "" : "s"}`;
