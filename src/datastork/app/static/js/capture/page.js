// The page where phones take photos and record sounds as new samples: a prompt, a recording, a look at it, and on.

import { get, uuid } from "../api.js";
import { open } from "../db.js";
import { h, fill, icon, say } from "../dom.js";
import { Locks } from "../locks.js";
import { scopeOf, whoami } from "../me.js";
import { begin, device, nav, rest, stranger, themeButton } from "../owner/pieces.js";
import { guideSheet, sheet } from "../sheets.js";
import { mine } from "./mine.js";
import { Captures } from "./queue.js";
import { canRecord, LONGEST, Recorder } from "./sound.js";

const $ = (id) => document.getElementById(id);
const NAMES = { photo: "photo", sound: "recording" };

class Page {
  #place = 0; // of the prompt
  #stop = null; // ends what is under way
  #address = null;
  #asking = false;

  constructor(parts) {
    Object.assign(this, parts);
    this.kind = this.wanted.kinds[0];
    this.prompts = this.wanted.prompts;
    this.stage = h("section", { class: "capture-stage", "aria-label": "recording" });
    this.list = mine(this.captures, { agree: () => this.agree(true) });
    fill($("main"), this.stage, this.list);
  }

  get prompt() {
    return this.prompts[this.#place] ?? { class: this.free?.value.trim(), name: this.free?.value.trim() };
  }

  get guide() {
    return this.me.plan.questions[0].classes?.find((one) => one.id === this.prompt.class) ?? { id: this.prompt.class, name: this.prompt.name, says: this.prompt.says };
  }

  clear() {
    this.#stop?.();
    this.#stop = null;
    if (this.#address) URL.revokeObjectURL(this.#address);
    this.#address = null;
  }

  /** What is wanted now, and the button that begins. */
  show() {
    this.clear();
    const { prompt } = this;
    const guide = this.guide;
    const any = this.prompts.length > 0;
    this.free = any ? null : h("input", { class: "field", maxlength: "200", dir: "auto", placeholder: "What is it?", "aria-label": "What is it?" });
    fill(this.stage,
      any ? [
        h("p", { class: "muted small", role: "status" }, `${prompt.have.toLocaleString("en")} of ${prompt.wanted.toLocaleString("en")}`),
        h("h1", { class: "wanted", dir: "auto" }, prompt.name || prompt.class),
        prompt.says ? h("p", { class: "says", dir: "auto" }, prompt.says) : null,
        guide.positive?.length || guide.negative?.length || guide.edge?.length ? h("button", { type: "button", class: "tool", onclick: () => guideSheet(this.me.plan.questions[0], guide) }, icon("info", 20), "Examples") : null,
      ] : [h("h1", { class: "wanted" }, `Make a ${NAMES[this.kind]}`), this.free],
      h("div", { class: "begin" }, this.kind === "photo" ? this.photoButton() : this.soundButton()),
      this.prompts.length > 1 ? h("div", { class: "row others" }, h("button", { type: "button", class: "button", onclick: () => this.move() }, "Another", icon("next", 20)), this.choice()) : null);
  }

  choice() {
    const select = h("select", { class: "field", "aria-label": "Choose what to record", onchange: () => { this.#place = Number(select.value); this.show(); } },
      this.prompts.map((one, place) => h("option", { value: String(place), selected: place === this.#place }, `${one.name || one.class} (${one.have})`)));
    return select;
  }

  move() {
    this.#place = (this.#place + 1) % this.prompts.length;
    this.show();
    this.stage.querySelector(".others button").focus();
    say(this.prompt.name || this.prompt.class);
  }

  /** A file input works without https, and opens the camera on phones. */
  fileButton(words, accept, capture) {
    const input = h("input", { type: "file", class: "unseen file", accept, capture, id: "file", tabIndex: -1, "aria-hidden": "true", onchange: async () => {
      const [file] = input.files;
      if (file && (await this.agree())) this.look(file, null);
    } });
    return [input, h("button", { type: "button", class: "button main shutter", onclick: async () => {
      if (!this.named() || !(await this.agree())) return;
      input.click();
    } }, icon("plus", 24), words)];
  }

  photoButton = () => this.fileButton("Take a photo", "image/*", "environment");

  soundButton() {
    if (canRecord()) return h("button", { type: "button", class: "button main shutter", onclick: async () => { if (this.named() && (await this.agree())) this.record(); } }, h("span", { class: "record-dot", "aria-hidden": "true" }), "Record");
    return [this.fileButton("Record with this device", "audio/*", "microphone"),
      h("p", { class: "small muted" }, "Browsers give pages the microphone only over https. Ask the owner to start the app with --https; until then your phone’s own recorder is used.")];
  }

  named() {
    if (this.prompt.class) return true;
    this.free?.focus();
    return false;
  }

  /** The consent text, in full, before the first recording and whenever it changed; resolves to whether it is agreed to. */
  async agree(again = false) {
    if (this.#asking) return false; // pressed twice it is asked once
    this.#asking = true;
    try {
      return await this.#agree(again);
    } finally {
      this.#asking = false;
    }
  }

  async #agree(again) {
    const key = `consent:${this.captures.scope}`;
    const { text, version } = this.wanted.consent;
    const asked = again ? (await this.fetchWanted(), this.wanted.consent.version) : version;
    if ((await this.db.get("kept", key))?.version !== asked && !(await ask(this.wanted.consent.text ?? text))) return false;
    await this.db.put("kept", { key, version: asked });
    for (const one of await this.captures.all()) {
      if (one.state === "consent") await this.captures.change(one.uuid, { state: "waiting", error: "", meta: { ...one.meta, consent_version: asked } });
    }
    this.captures.retry();
    return true;
  }

  async fetchWanted() {
    this.wanted = await wantedNow(this.db, this.captures.scope);
  }

  async record() {
    const recorder = new Recorder();
    const meter = h("div", { class: "meter", role: "meter", "aria-label": "loudness", "aria-valuemin": "0", "aria-valuemax": "100", "aria-valuenow": "0" }, h("div", { class: "fill" }));
    const time = h("p", { class: "clock" }, "0.0 s");
    const loud = h("p", { class: "small warn", role: "status" });
    const end = h("button", { type: "button", class: "button main shutter", onclick: () => done() }, h("span", { class: "stop-square", "aria-hidden": "true" }), "Stop");
    const done = () => {
      this.#stop = null;
      const { blob, seconds, peak } = recorder.stop();
      if (!seconds) return this.trouble("Nothing was recorded.");
      this.look(blob, { seconds, peak });
    };
    recorder.addEventListener("level", ({ detail: { peak, seconds } }) => {
      // decibels below the loudest there is, from −60
      const level = Math.max(0, Math.min(1, 1 + (20 * Math.log10(peak || 1e-6)) / 60));
      meter.firstChild.style.transform = `scaleX(${level})`;
      meter.setAttribute("aria-valuenow", Math.round(100 * level));
      time.textContent = `${seconds.toFixed(1)} s`;
      if (peak >= 0.99 && !loud.textContent) loud.textContent = "Too loud: hold the device further away.";
    });
    recorder.addEventListener("full", done);
    try {
      await recorder.start();
    } catch (error) {
      return this.trouble(error.name === "NotAllowedError" ? "The microphone is not allowed for this page. Allow it in the settings of the browser." : error.name === "NotFoundError" ? "This device has no microphone." : `The microphone cannot be used: ${error.message}.`);
    }
    this.clear();
    this.#stop = () => recorder.cancel();
    fill(this.stage, h("p", { class: "muted small" }, `up to ${LONGEST} s`), h("h1", { class: "wanted", dir: "auto" }, this.prompt.name || this.prompt.class), time, meter, loud, h("div", { class: "begin" }, end));
    end.focus();
    say("Recording");
  }

  trouble(words) {
    this.show();
    this.stage.append(h("p", { class: "note bad", role: "alert" }, words));
  }

  /** Look at it or hear it, then send it or do it again. */
  look(blob, sound) {
    const { prompt } = this;
    this.clear();
    const largest = this.wanted.limits[this.kind];
    if (blob.size > largest) return this.trouble(`This file has ${Math.round(blob.size / 2 ** 20)} MB; ${Math.round(largest / 2 ** 20)} MB is the most.`);
    this.#address = URL.createObjectURL(blob);
    const shown = this.kind === "photo" ? h("img", { class: "preview", src: this.#address, alt: "your photo" }) : h("audio", { class: "preview", controls: true, src: this.#address, "aria-label": "your recording" });
    const send = h("button", { type: "button", class: "button main", onclick: async () => {
      send.disabled = true;
      const id = uuid();
      const meta = { uuid: id, class: prompt.class, kind: this.kind, consent_version: this.wanted.consent.version, created_at: new Date().toISOString(), device: device(), ...(sound ? { seconds: Math.round(sound.seconds * 1000) / 1000 } : {}) };
      try {
        await this.captures.add({ uuid: id, class: prompt.class, name: prompt.name, kind: this.kind, meta, blob });
      } catch (error) {
        send.disabled = false;
        return void this.stage.append(h("p", { class: "note bad", role: "alert" }, `This browser could not keep it: ${error.message}. It is still here: try again.`));
      }
      if ("have" in prompt) prompt.have += 1;
      this.show();
      this.stage.querySelector(".shutter").focus();
      say("Kept. It is sent by itself.");
    } }, icon("check", 20), "Send");
    fill(this.stage, h("h1", { class: "wanted", dir: "auto" }, prompt.name || prompt.class), shown,
      sound ? h("p", { class: "small muted" }, `${sound.seconds.toFixed(1)} s${sound.peak >= 0.99 ? "; parts are too loud and cut off" : sound.peak < 0.01 ? "; hardly anything is heard" : ""}`) : null,
      h("div", { class: "row decide" }, h("button", { type: "button", class: "button", onclick: () => this.show() }, icon("undo", 20), "Again"), send));
    send.focus();
  }
}

/** Show the consent text; resolves to whether it is agreed to. */
function ask(text) {
  return new Promise((resolve) => {
    let agreed = false;
    const box = h("input", { type: "checkbox", id: "agree", onchange: () => (go.disabled = !box.checked) });
    const go = h("button", { type: "button", class: "button main", disabled: true, onclick: () => { agreed = true; dialog.close(); } }, "Agree");
    const dialog = sheet("Before you record", [h("p", { class: "said consent", dir: "auto" }, text), h("label", { class: "check" }, box, h("span", {}, "I have read this and agree")), h("div", { class: "row" }, go, h("button", { type: "button", class: "button", onclick: () => dialog.close() }, "Not now"))], { onclose: () => resolve(agreed) });
  });
}

/** What is wanted, from the server or as it was kept. */
async function wantedNow(db, scope) {
  const key = `capture:${scope}`;
  try {
    const value = await get("/api/capture");
    await db.put("kept", { key, value });
    return value;
  } catch (error) {
    const kept = await db.get("kept", key);
    if (!kept) throw error;
    return kept.value;
  }
}

const SAYS = { offline: ["wait", "Offline"], trouble: ["wait", "Trouble"], signedout: ["bad", "Sign in"] };

function chip(captures, open) {
  const words = h("span", { class: "chip-words" });
  const element = h("button", { type: "button", class: "chip", onclick: open }, h("span", { class: "chip-dot" }), words);
  const show = async () => {
    const all = await captures.all();
    const waiting = all.filter((one) => one.state === "waiting").length;
    const bad = all.filter((one) => one.state === "refused" || one.state === "consent").length;
    const [state, text] = bad ? ["bad", `Refused ${bad}`] : SAYS[captures.network] && waiting ? [SAYS[captures.network][0], `${SAYS[captures.network][1]} · ${waiting}`] : waiting ? ["busy", `Sending ${waiting}`] : ["good", "All sent"];
    element.dataset.state = state;
    words.textContent = text;
    element.setAttribute("aria-label", `${text}. ${waiting ? "What waits is kept on this device and sent by itself." : "My recordings"}`);
  };
  captures.addEventListener("change", show);
  show();
  return element;
}

async function start() {
  const db = await open();
  const { me, error } = await whoami(db);
  if (!me) return void fill($("main"), stranger(error, "those who were invited"));
  document.title = `Record – ${me.dataset.title || me.dataset.name}`;
  const captures = new Captures(db, new Locks(db), scopeOf(me));
  fill($("top"), nav(me, "/capture"), h("span", { class: "grow" }), themeButton(), chip(captures, () => document.querySelector(".mine h2")?.focus()));
  const wanted = await wantedNow(db, captures.scope);
  if (!wanted.kinds.length) fill($("main"), rest("Nothing to record", `Samples of this dataset are not photos or sounds but of the kind “${me.dataset.modality}”.`));
  else new Page({ db, me, captures, wanted }).show();
  if (!db.durable) banner("This browser keeps nothing (a private window?). Leave this page open until all is sent, and write the codes down.");
  captures.pump();
  navigator.serviceWorker?.register("/sw.js").catch(() => {});
}

function banner(words) {
  fill($("banner"), h("p", {}, words));
  $("banner").hidden = false;
}

begin(start);
