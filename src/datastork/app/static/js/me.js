// Who we are and what is asked: from the server, or as it was kept when there is no network.

import { get } from "./api.js";

/** {me, kept: whether it is what an earlier visit kept, error: why} ; me is null where nobody is signed in. */
export async function whoami(db) {
  try {
    const me = await get("/api/me", { timeout: 10000 });
    await complete(me, db);
    await db.put("kept", { key: "me", value: me });
    return { me, kept: false, error: null };
  } catch (error) {
    const kept = await db.get("kept", "me");
    if (error.status === 403) return { me: null, kept: false, error };
    return { me: kept?.value ?? null, kept: true, error };
  }
}

/** Large taxonomies come from an address of their own, once. */
async function complete(me, db) {
  for (const question of me.plan.questions) {
    if (!question.classes_url) continue;
    const key = `classes:${question.name}`;
    const kept = await db.get("kept", key);
    if (kept?.url !== question.classes_url) {
      const found = await get(question.classes_url, { timeout: 60000 });
      await db.put("kept", { key, url: question.classes_url, value: found.classes ?? found });
      question.classes = found.classes ?? found;
    } else question.classes = kept.value;
  }
}

/** What separates the queues of different datasets and people in one browser. */
export const scopeOf = (me) => `${me.dataset.id ?? me.dataset.name}\n${me.annotator}`;
