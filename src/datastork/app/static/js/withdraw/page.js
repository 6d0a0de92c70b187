// Taking a recording back: the code is all that is needed.

import { post } from "../api.js";
import { h, fill, say } from "../dom.js";

const place = document.getElementById("withdraw");
const note = h("p", { class: "note", role: "alert", hidden: true });
const go = h("button", { class: "button danger" }, "Take it back");
const code = h("input", {
  class: "field code", id: "code", required: true, autofocus: true, autocomplete: "off", autocapitalize: "characters", spellcheck: "false", maxlength: "40",
  placeholder: "ABCD-EFGH-JKMN-PQRS", "aria-describedby": "code-help",
  // what stands behind # is not sent to any server
  value: decodeURIComponent(location.hash.slice(1)).slice(0, 40),
});

fill(place, h("form", { class: "join", onsubmit: withdraw },
  h("span", { class: "mark" }, h("img", { src: "/icon.svg", alt: "", width: "56", height: "56" })),
  h("h1", {}, "Take a recording back"),
  h("p", { class: "muted", id: "code-help" }, "With the code you got when you sent it. The files are deleted at once; the sample leaves the dataset with its next version. Copies that others already have cannot be called back."),
  h("div", {}, h("label", { class: "label", for: "code" }, "Withdrawal code"), code),
  note, go));
code.focus();

async function withdraw(event) {
  event.preventDefault();
  go.disabled = true;
  note.hidden = true;
  try {
    const told = await post("/api/capture/withdraw", { code: code.value.trim() });
    tell("good", `It is taken back${told.at ? ` (${new Date(told.at).toLocaleString()})` : ""}. The photo or sound is deleted here.`);
    code.value = "";
  } catch (error) {
    tell("bad", [error.message, error.hint].filter(Boolean).join(": "));
    code.focus();
  }
  go.disabled = false;
}

function tell(kind, words) {
  note.className = `note ${kind}`;
  note.textContent = words;
  note.hidden = false;
  say(words);
}
