// My recordings: what is sent, what waits, and the codes with which they are taken back.

import { post } from "../api.js";
import { h, fill, icon } from "../dom.js";
import { day, notice } from "../owner/pieces.js";
import { sheet } from "../sheets.js";

const STATES = { waiting: "waits on this device", sent: "sent", refused: "refused", consent: "agree again to send it", withdrawn: "taken back" };

/** A list that keeps itself up to date: mine(captures, {agree}) -> element. */
export function mine(captures, { agree }) {
  const list = h("ul", { class: "lines recordings" });
  const title = h("h2", { tabIndex: -1 }, "My recordings");
  const note = h("p", { class: "muted small" }, "Each has a code. With it you can take the recording back at any time, on any device: keep a copy of codes you care about.");
  const element = h("section", { class: "mine", hidden: true, "aria-label": "My recordings" }, title, note, list);
  let shown = "";
  const show = async () => {
    const all = await captures.all();
    const now = JSON.stringify(all.map((one) => [one.uuid, one.state, one.code, one.error]));
    if (now === shown) return;
    shown = now;
    element.hidden = !all.length;
    fill(list, all.slice(0, 200).map((one) => line(one, captures, agree)));
  };
  captures.addEventListener("change", show);
  show();
  return element;
}

function line(one, captures, agree) {
  const bad = one.state === "refused" || one.state === "consent";
  return h("li", { class: bad ? "refused" : "", data: { state: one.state } },
    h("span", { class: "grow" },
      h("strong", { dir: "auto" }, one.name || one.class), h("span", { class: "muted small" }, ` ${one.kind}, ${day(one.at)}`),
      h("span", { class: `small state ${one.state}` }, one.state === "sent" ? icon("check", 16) : null, STATES[one.state], one.error ? `: ${one.error}` : ""),
      one.code && one.state === "sent" ? h("code", { class: "code" }, one.code) : null),
    one.state === "consent" ? h("button", { type: "button", class: "button", onclick: agree }, "Read and agree") : null,
    one.state === "sent" ? h("button", { type: "button", class: "tool", onclick: () => back(one, captures) }, icon("undo", 20), "Take back") : null,
    ["waiting", "refused", "consent"].includes(one.state) ? h("button", { type: "button", class: "tool", "aria-label": `Throw away: ${one.name || one.class}`, onclick: () => away(one, captures) }, icon("bin", 20)) : null);
}

function back(one, captures) {
  const problem = notice();
  const dialog = sheet("Take this recording back?", [
    h("p", {}, `“${one.name || one.class}”: the files are deleted at once, and it leaves the dataset with its next version. Copies that others already have cannot be called back.`),
    problem,
    h("div", { class: "row" }, h("button", { type: "button", class: "button danger", onclick: async () => {
      try {
        await post("/api/capture/withdraw", { code: one.code });
        await captures.change(one.uuid, { state: "withdrawn", blob: null });
        dialog.close();
      } catch (error) {
        problem.tell(`${error.message}. Nothing is changed.`);
      }
    } }, "Take it back"), h("button", { type: "button", class: "button", onclick: () => dialog.close() }, "Keep it")),
  ]);
}

function away(one, captures) {
  const dialog = sheet("Throw this away?", [
    h("p", {}, "It was not sent yet, and is nowhere but on this device."),
    h("div", { class: "row" }, h("button", { type: "button", class: "button danger", onclick: async () => { await captures.drop(one.uuid); dialog.close(); } }, "Throw it away"), h("button", { type: "button", class: "button", onclick: () => dialog.close() }, "Keep it")),
  ]);
}
