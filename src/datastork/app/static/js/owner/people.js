// Annotators: how much, how fast, how right where the answer is known, and what they earn an hour; and inviting them.

import { call, post } from "../api.js";
import { h, icon, say, svg } from "../dom.js";
import { choose, sheet } from "../sheets.js";
import { block } from "./block.js";
import { number, share, tiles, whisker } from "./charts.js";
import { day, labelled, notice, table, why } from "./pieces.js";

const money = (value, currency) => (value === null || value === undefined ? "–" : `${number(value, 2)} ${currency ?? ""}`.trim());

export const people = (context) => block({
  id: "people",
  title: "Annotators",
  about: "Seconds are those in which somebody was at it, per sample. Gold: right answers where the answer is known, before anything was taught.",
  paths: ["/api/owner/annotators", "/api/owner/pay"],
  render([{ annotators }, pay], again) {
    const earns = new Map(pay.annotators.map((one) => [one.annotator, one]));
    const columns = [["annotator"], ["answers", "num"], ["skips", "num"], ["gold", "num", "share right, with its 95 % interval"], ["seconds", "num", "median, and what three quarters stay under"],
      pay.per_vote !== null ? ["an hour", "num", "pay per hour by the median of seconds, and for the slower quarter"] : null, ["like others", "num", "how often others gave the same answer"], ["like before", "num", "how often the same answer was given the second time"], [""]].filter(Boolean);
    return [
      pay.per_vote !== null || pay.wanted !== null ? payTiles(pay) : null,
      table("annotators", columns, annotators.map((one) => ({ class: one.disabled ? "past" : "", cells: cells(one, earns.get(one.annotator), pay, context, again) }))),
    ];
  },
});

function payTiles(pay) {
  const under = pay.fair === false;
  return [tiles([
    ["paid per answer", money(pay.per_vote, pay.currency)],
    ["wanted per hour", money(pay.wanted, pay.currency)],
    ["paid per hour, effectively", money(pay.hourly, pay.currency), under ? "bad" : ""],
    pay.per_vote_wanted !== null ? ["would be fair per answer", money(pay.per_vote_wanted, pay.currency)] : null,
  ]), under ? h("p", { class: "note bad" }, `At the usual speed an hour earns ${money(pay.hourly, pay.currency)}: less than the ${money(pay.wanted, pay.currency)} wanted.`) : null];
}

function cells(one, earned, pay, context, again) {
  const low = (value) => (pay.wanted !== null && value !== null && value !== undefined && value < pay.wanted ? "low" : "");
  const mine = one.annotator === context.me.annotator;
  return [
    [one.annotator, one.role !== "annotator" ? h("span", { class: "tag plain" }, one.role) : null, one.disabled ? h("span", { class: "tag" }, "shut out") : null, mine ? h("span", { class: "muted small" }, " you") : null],
    number(one.answers), number(one.skips),
    one.gold?.asked ? [`${one.gold.right} of ${one.gold.asked}`, h("span", { class: "small muted" }, ` ${share(one.gold.low)}–${share(one.gold.high)}`), whisker({ value: one.gold.share, low: one.gold.low, high: one.gold.high })] : "–",
    one.seconds?.median == null ? "–" : [number(one.seconds.median, 1), h("span", { class: "small muted" }, ` / ${number(one.seconds.p75, 1)}`)],
    pay.per_vote !== null ? { class: low(earned?.hourly), nodes: earned?.hourly == null ? "–" : [low(earned.hourly) ? h("span", { class: "unseen" }, "less than wanted: ") : null, money(earned.hourly, pay.currency), h("span", { class: `small ${low(earned.hourly_p75) || "muted"}` }, ` / ${number(earned.hourly_p75, 2)}`)] } : false,
    share(one.alike), one.again ? `${one.again.same} of ${one.again.seen}` : "–",
    mine ? null : h("button", { type: "button", class: "tool", "aria-label": `Change ${one.annotator}`, data: { keep: `person-${one.annotator}` }, onclick: () => change(one, again) }, icon("edit", 20)),
  ].filter((cell) => cell !== false);
}

async function change(one, again) {
  const roles = ["annotator", "reviewer", "owner"].filter((role) => role !== one.role);
  const ways = [one.disabled ? "let in again" : "shut out", "a new link, for who lost the session", ...roles.map((role) => `make ${role}`)];
  const chosen = await choose(one.annotator, ways, { note: "What was answered stays, whatever you choose." });
  if (!chosen) return;
  try {
    if (chosen === ways[1]) return linkSheet(await post("/api/owner/invites", { name: one.annotator, days: 7 }));
    await post(`/api/owner/annotators/${encodeURIComponent(one.annotator)}`, chosen === ways[0] ? { disabled: !one.disabled } : { role: chosen.slice(5) });
  } catch (error) {
    sheet("That did not work", [h("p", {}, why(error))]);
  }
  await again();
}

export function invites() {
  const role = h("select", { class: "field", id: "invite-role" }, ["annotator", "reviewer", "owner"].map((name) => h("option", { value: name }, name)));
  const uses = h("input", { class: "field", id: "invite-uses", type: "number", min: "1", max: "1000", value: "1", required: true });
  const days = h("input", { class: "field", id: "invite-days", type: "number", min: "1", max: "366", value: "30", required: true });
  const label = h("input", { class: "field", id: "invite-label", maxlength: "100", placeholder: "for whom", dir: "auto", autocomplete: "off" });
  const problem = notice();
  const form = h("form", { class: "invite-form", onsubmit: async (event) => {
    event.preventDefault();
    problem.tell("");
    try {
      linkSheet(await post("/api/owner/invites", { role: role.value, uses: Number(uses.value), days: Number(days.value), label: label.value.trim() }));
      await made.again();
    } catch (error) {
      problem.tell(error);
    }
  } }, labelled("Role", role), labelled("How many may use it", uses), labelled("Days", days), labelled("Note", label), h("button", { class: "button main" }, icon("plus", 20), "Make a link"), problem);
  const made = block({
    id: "invites",
    title: "Invitations",
    about: "Who opens the link chooses a name, and is in. A link shows once: only a hash of it is kept.",
    paths: ["/api/owner/invites"],
    form,
    render: ([{ invites: list }], again) => (list.length ? h("ul", { class: "lines" }, list.map((one) => h("li", {},
      h("span", { class: "grow" }, h("strong", {}, one.role), one.label ? h("span", { dir: "auto" }, ` ${one.label}`) : null, h("span", { class: "muted small" }, ` ${one.name ? `for ${one.name}, ` : ""}${one.uses} left, until ${day(one.expires)}`)),
      h("button", { type: "button", class: "tool", data: { keep: `invite-${one.id}` }, "aria-label": `Take back the link ${one.label || one.role}`, onclick: async () => {
        await call("DELETE", `/api/owner/invites?id=${one.id}`).catch((error) => say(error.message, true));
        await again();
      } }, icon("bin", 20), h("span", {}, "Take back"))))) : h("p", { class: "muted" }, "No link is open.")),
  });
  return made;
}

/** A link that was made: to copy, and as a picture for a phone. */
function linkSheet(made) {
  const field = h("input", { class: "field", readOnly: true, value: made.url, "aria-label": "The link", onclick: () => field.select() });
  const note = h("span", { class: "small muted", role: "status" });
  const copy = async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(made.url);
      note.textContent = "Copied.";
    } catch {
      note.textContent = "Press Ctrl C to copy it."; // the clipboard is closed to pages without https
    }
  };
  sheet("A link for one of your people", [
    h("p", { class: "muted" }, `It makes ${made.uses === 1 ? "one person" : `${made.uses} people`} ${made.role}, within ${made.days} days. It is shown this once.`),
    field, h("div", { class: "row" }, h("button", { type: "button", class: "button main", autofocus: true, onclick: copy }, "Copy"), note),
    made.qr ? qr(made.qr) : null,
  ]);
}

/** The squares of a QR code as one path. */
function qr(rows) {
  const size = rows.length;
  let path = "";
  rows.forEach((row, y) => [...row].forEach((one, x) => { if (one === "1") path += `M${x + 4} ${y + 4}h1v1h-1z`; }));
  return svg("svg", { viewBox: `0 0 ${size + 8} ${size + 8}`, class: "qr", role: "img", "aria-label": "The link as a QR code", "shape-rendering": "crispEdges" },
    svg("rect", { width: size + 8, height: size + 8, fill: "#fff" }), svg("path", { d: path, fill: "#000" }));
}
