// The page of an invitation: a name, and in.

import { get, post } from "./api.js";
import { h, fill, icon } from "./dom.js";

const place = document.getElementById("join");
const invited = /^\/i\/([^/]+)$/.exec(location.pathname)?.[1];

const problem = h("p", { class: "note bad", role: "alert", hidden: true });
const name = h("input", { class: "field", id: "name", autocomplete: "nickname", maxlength: "60", required: true, autofocus: true, dir: "auto", enterkeyhint: "go" });
const link = h("input", { class: "field", id: "link", required: true, autocomplete: "off", spellcheck: "false" });
const go = h("button", { class: "button main" }, "Start labelling", icon("next", 20));

const form = h("form", { class: "join", onsubmit: join },
  h("span", { class: "mark" }, h("img", { src: "/icon.svg", alt: "", width: "56", height: "56" })),
  h("h1", {}, "You are invited to label"),
  h("p", { class: "muted" }, "Choose a name: it stands beside your answers. Nothing else is asked of you, and there is no password."),
  invited ? null : h("div", {}, h("label", { class: "label", for: "link" }, "Invitation link"), link),
  h("div", {}, h("label", { class: "label", for: "name" }, "Your name"), name),
  problem,
  go);
fill(place, form);
if (invited) name.focus();

// what one is invited to, or at once that the link opens nothing
if (invited) {
  post("/api/invited", { token: decodeURIComponent(invited) }).then(({ role, dataset }) => {
    if (!dataset) return;
    form.querySelector("h1").textContent = `You are invited to ${role === "reviewer" ? "review" : "label"}`;
    form.querySelector("h1").after(h("p", { class: "invited", dir: "auto" }, h("strong", {}, dataset.title || dataset.name)));
  }, (error) => {
    if (error.status !== 404) return;
    fill(problem, "This link is used up, taken back or too old. Ask for a new one.");
    problem.hidden = false;
  });
}

get("/api/me").then((me) => {
  if (me?.annotator) form.append(h("p", { class: "muted small" }, `This browser is signed in as ${me.annotator}. `, h("a", { href: "/" }, "Go on as this person")));
}, () => {});

async function join(event) {
  event.preventDefault();
  const token = invited ?? link.value.trim().split("/").filter(Boolean).at(-1) ?? "";
  go.disabled = true;
  problem.hidden = true;
  try {
    await post("/api/join", { token: decodeURIComponent(token), name: name.value.trim() });
    location.replace("/");
  } catch (error) {
    fill(problem, [error.message, error.hint, ...(error.problems ?? [])].filter(Boolean).join(": "));
    problem.hidden = false;
    go.disabled = false;
    name.focus();
  }
}
