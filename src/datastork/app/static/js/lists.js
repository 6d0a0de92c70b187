// Lists behind the chip and the menu: what waits, what was answered, and where else to go.

import { get, post } from "./api.js";
import { h, icon, count, percent } from "./dom.js";
import { words } from "./desk.js";
import { sheet } from "./sheets.js";
import { say as chipSays } from "./chip.js";

const clock = (at) => new Date(at).toLocaleString(undefined, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const thumb = (item) => h("img", { class: "thumb", alt: "", width: "48", height: "48", loading: "lazy", src: `/media/${encodeURIComponent(item)}/thumb?size=128`, onerror: (event) => (event.target.style.visibility = "hidden") });

/** What is kept on this device: waiting and refused answers. */
export function queueSheet({ outbox, flow, entries }) {
  const { status } = outbox;
  const line = (entry) => {
    const refused = entry.state === "refused";
    const li = h("li", { class: refused ? "entry refused" : "entry" },
      h("div", { class: "entry-words" },
        h("strong", { dir: "auto" }, entry.kind === "undo" ? `take back: ${entry.shown}` : entry.shown || entry.kind),
        h("span", { class: "muted small" }, refused ? [entry.error, ...(entry.problems ?? [])].filter(Boolean).join(": ") : `since ${clock(entry.at)}`)),
      refused && entry.kind === "vote" && entry.task ? h("button", { type: "button", class: "button", onclick: () => { dialog.close(); flow.mend(entry); } }, "Mend") : null,
      refused ? h("button", { type: "button", class: "tool", "aria-label": "Throw this answer away", title: "Throw this answer away", onclick: async () => { if (await outbox.take(entry.uuid, { refused: true })) li.remove(); } }, icon("bin", 20)) : null);
    return li;
  };
  const dialog = sheet("Your answers on this device", [
    h("p", {}, chipSays(status).long),
    status.foreign ? h("p", { class: "note warn" }, `${count(status.foreign, "answer")} of another annotator wait here too, and are sent when that person signs in on this browser.`) : null,
    entries.length ? h("ul", { class: "entries" }, entries.slice(0, 200).map(line)) : null,
    status.waiting ? h("button", { type: "button", class: "button", onclick: () => { outbox.retry(); dialog.close(); } }, "Send now") : null,
  ]);
}

/** Own earlier answers, newest first. */
export async function mineSheet({ flow, me }) {
  const list = h("ul", { class: "entries", "aria-busy": "true" });
  const more = h("button", { type: "button", class: "button", hidden: true, onclick: () => load() }, "Earlier ones");
  const state = h("p", { class: "muted", role: "status" }, "Looking …");
  const dialog = sheet("My answers", [state, list, more]);
  const main = me.plan.questions[0];
  let before = null;
  const line = (one) => {
    const answers = one.answers ?? {};
    const first = me.plan.questions.find((question) => question.name in answers) ?? main;
    const given = answers[first.name];
    const value = given && typeof given === "object" && "value" in given ? given.value : given;
    return h("li", {}, h("button", { type: "button", class: "entry open-entry", onclick: async () => {
      try {
        await flow.open(one.item ?? one.sample, one.uuid);
        dialog.close();
      } catch (error) {
        state.textContent = `It cannot be opened: ${error.message}`;
        state.hidden = false;
      }
    } }, thumb(one.item ?? one.sample), h("span", { class: "entry-words" },
      h("strong", { dir: "auto" }, one.skipped ? `skipped: ${one.skipped}` : words(first, value)),
      h("span", { class: "muted small" }, clock(one.created_at)))));
  };
  const load = async () => {
    try {
      const found = await get(`/api/mine?limit=50${before ? `&before=${encodeURIComponent(before)}` : ""}`);
      const rows = found.submissions ?? found.mine ?? found;
      list.append(...rows.map(line));
      before = found.before ?? rows.at(-1)?.seq ?? rows.at(-1)?.created_at ?? null;
      more.hidden = rows.length < 50 || !before;
      state.hidden = list.childElementCount > 0;
      const { waiting } = flow.outbox.status;
      state.textContent = waiting ? `${count(waiting, "answer")} still on the way.` : "You have not answered anything yet.";
    } catch (error) {
      state.textContent = error.status ? error.message : "Your earlier answers need a connection.";
    }
    list.setAttribute("aria-busy", "false");
  };
  await load();
}

/** The menu. */
export function menuSheet({ me, flow, outbox, tasks, acts }) {
  const go = (words, act, sign) => h("button", { type: "button", class: "menu-line", onclick: () => { dialog.close(); act(); } }, icon(sign, 20), words);
  const link = (words, href) => h("a", { class: "menu-line", href }, icon("next", 20), words);
  const theme = document.documentElement.dataset.theme ?? "system";
  const themes = ["system", "light", "dark"].map((name) => h("button", { type: "button", "aria-pressed": name === theme, onclick: (event) => {
    if (name === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = name;
    try {
      localStorage.setItem("stork-theme", name);
    } catch { /* it holds for this visit */ }
    for (const button of event.target.parentNode.children) button.setAttribute("aria-pressed", button === event.target);
  } }, name));
  const along = [5, 25, 100].map((number) => h("button", { type: "button", "aria-pressed": number === tasks.ahead, onclick: (event) => {
    tasks.ahead = number;
    tasks.fill();
    for (const button of event.target.parentNode.children) button.setAttribute("aria-pressed", button === event.target);
  } }, String(number)));
  const { left } = flow;
  const dialog = sheet(me.dataset.title || me.dataset.name, [
    h("p", { class: "muted" }, `You are ${me.annotator}.`, left ? ` You answered ${left.mine.toLocaleString("en")}; ${left.todo.toLocaleString("en")} are to do.` : "",
      me.plan.pilot ? ` Pilot round ${me.plan.pilot.round}: ${me.plan.pilot.done} of ${me.plan.pilot.size}.` : "",
      left?.total ? ` The dataset is ${percent(left.done / left.total)} done.` : ""),
    h("nav", { class: "menu-lines", "aria-label": "menu" },
      me.plan.instructions ? go("Instructions", acts.instructions, "info") : null,
      go("My answers", acts.mine, "check"),
      go("Keys", acts.keys, "keys"),
      go("What is on this device", acts.queue, "cloud"),
      me.role === "reviewer" || me.role === "owner" ? link("Review", "/review") : null,
      me.role === "owner" ? link("Owner’s page", "/owner") : null,
      me.capture === false ? null : link("Take photos and sounds", "/capture")),
    h("div", {}, h("span", { class: "label" }, "Colours"), h("div", { class: "segments", role: "group", "aria-label": "Colours" }, themes)),
    h("div", {}, h("span", { class: "label" }, "Samples to take along for when there is no network"), h("div", { class: "segments", role: "group", "aria-label": "Samples to take along" }, along)),
    h("button", { type: "button", class: "button", onclick: async (event) => {
      const asked = event.target.dataset.asked;
      if (outbox.status.waiting) await outbox.retry();
      const { waiting } = outbox.status;
      if (waiting && !asked) {
        event.target.dataset.asked = "yes";
        event.target.textContent = `${count(waiting, "answer")} cannot be sent now and stay on this device, for when you come back. Sign out all the same`;
        return;
      }
      await post("/api/leave", {}).then(() => tasks.leave()).catch(() => {});
      location.assign("/join");
    } }, outbox.status.waiting ? "Send what waits and sign out" : "Sign out"),
  ]);
}
