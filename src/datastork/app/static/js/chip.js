// The chip that says whether answers are safe: always in the same place, of the same width.

import { h, count } from "./dom.js";

/** chip(outbox, open) -> button; `open` is called when it is pressed. */
export function chip(outbox, open) {
  const words = h("span", { class: "chip-words" });
  const element = h("button", { type: "button", class: "chip", onclick: open }, h("span", { class: "chip-dot" }), words);
  const show = () => {
    const { state, short, long } = say(outbox.status);
    element.dataset.state = state;
    words.textContent = short;
    element.title = long;
    element.setAttribute("aria-label", `${short}. ${long}`);
  };
  outbox.addEventListener("change", show);
  show();
  return element;
}

/** What the state of the queue is called: {state, short, long}. */
export function say({ waiting, fresh, refused, network, message, durable }) {
  const kept = `${count(waiting, "answer")} kept on this device`;
  if (network === "signedout") return { state: "bad", short: waiting ? `Sign in · ${waiting}` : "Sign in", long: `Your session has ended; ${kept}.` };
  if (refused) return { state: "bad", short: `Refused ${refused}`, long: `The server refused ${count(refused, "answer")}. Nothing is lost: open the list to mend.` };
  if (network === "offline") return { state: "wait", short: waiting ? `Offline · ${waiting}` : "Offline", long: `No connection; ${kept} and sent when it is back.` };
  if (network === "trouble") return { state: "wait", short: `Queued ${waiting}`, long: `The server has trouble (${message}); ${kept} and sent again.` };
  if (waiting && fresh) return { state: "busy", short: "Saving …", long: "The last answer is on its way." };
  if (waiting) return { state: "wait", short: `Queued ${waiting}`, long: `${kept}, to be sent.` };
  if (!durable) return { state: "wait", short: "Not kept", long: "This browser keeps nothing (a private window?): answers are sent one by one before the next is shown." };
  return { state: "good", short: "Saved", long: "All answers are with the server." };
}
