// The owner's page: parts that keep themselves up to date, a few at a time.

import { open } from "../db.js";
import { h, fill, say } from "../dom.js";
import { Files } from "../files.js";
import { whoami } from "../me.js";
import { guideSheet } from "../sheets.js";
import { agreement, confusion } from "./agreement.js";
import { Source } from "./block.js";
import { invites, people } from "./people.js";
import { begin, nav, stranger, themeButton } from "./pieces.js";
import { guideline, guidelineSheet, pilot } from "./pilot.js";
import { progress } from "./progress.js";
import { sampleSheet } from "./sample.js";
import { captures, comments, doubtful, files, gold } from "./samples.js";

const $ = (id) => document.getElementById(id);
const LOOK = 5000; // ms between looks at what is shown
const PARTS = [
  ["progress", "Progress", [progress, files]],
  ["agreement", "Agreement", [agreement, confusion]],
  ["people", "People", [people, invites]],
  ["guideline", "Guideline", [pilot, guideline]],
  ["samples", "Samples", [doubtful, comments, gold, captures]],
];

async function start() {
  const db = await open();
  const { me, error } = await whoami(db);
  if (!me || me.role !== "owner") return void fill($("main"), stranger(error, "the owner"));
  document.title = `${me.dataset.title || me.dataset.name} – owner`;
  const context = {
    me,
    files: new Files(db),
    sample: (item) => sampleSheet(item, context),
    guideline: (question, ids) => guidelineSheet(question, ids, context),
    changed: () => look(),
  };
  fill($("top"), nav(me, "/owner"), h("h1", { class: "title grow" }, me.dataset.title || me.dataset.name), themeButton());
  document.addEventListener("guide", ({ detail }) => guideSheet(detail.question, detail.one));

  const made = new Map();
  let shown = null;
  const show = (name) => {
    const [id, , makers] = PARTS.find(([one]) => one === name) ?? PARTS[0];
    if (!made.has(id)) made.set(id, makers.map((make) => make(context)));
    shown = id;
    for (const link of $("tabs").children) {
      link.setAttribute("aria-current", String(link.hash === `#${id}`));
      if (link.hash === `#${id}`) link.scrollIntoView({ inline: "center", block: "nearest" });
    }
    fill($("main"), made.get(id).map((block) => block.element));
    return look();
  };
  let looking = null;
  const look = () => (looking ??= update().finally(() => (looking = null)));
  const update = async () => {
    const source = new Source();
    await Promise.all(made.get(shown).map((block) => block.update(source)));
  };
  fill($("tabs"), PARTS.map(([id, name]) => h("a", { class: "tab", href: `#${id}` }, name)));
  addEventListener("hashchange", () => {
    show(location.hash.slice(1));
    say(`${PARTS.find(([id]) => id === shown)[1]} is shown`);
  });
  setInterval(() => document.visibilityState === "visible" && look(), LOOK);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look());
  await show(location.hash.slice(1));
}

begin(start);
