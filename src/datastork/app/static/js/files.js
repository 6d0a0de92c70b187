// Media of tasks, fetched before they are needed and kept for when there is no network.

const LARGEST = 24 * 2 ** 20; // bytes; longer media are streamed by the browser instead

export class Files {
  #db;
  #here = new Map(); // url -> {address, blob}
  #coming = new Map();

  constructor(db) {
    this.#db = db;
  }

  /** An address that needs no network, or null. */
  ready(url) {
    return this.#here.get(url)?.address ?? null;
  }

  /** An address for `img.src` and the like; the media's own where it is too large to be kept. `again`: fetch anew. */
  async src(url, again = false) {
    if (again) await this.drop([url]);
    const file = await this.#file(url);
    return file?.address ?? url;
  }

  /** The bytes, as a Response; from here where they are. */
  async open(url) {
    const file = await this.#file(url);
    if (file) return new Response(file.blob, { headers: { "Content-Type": file.blob.type } });
    const answer = await fetch(url, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
    return answer;
  }

  /** Fetch what a task needs; failures are left to the moment of showing. */
  prefetch(task) {
    return Promise.all(urls(task).map((url) => this.#file(url).then(decoded, () => null)));
  }

  /** Keep only the media of these tasks. */
  async keep(tasks) {
    const wanted = new Set(tasks.flatMap(urls));
    const known = await this.#db.keys("files");
    await this.drop([...known, ...this.#here.keys()].filter((url) => !wanted.has(url)));
  }

  async drop(gone) {
    for (const url of new Set(gone)) {
      const file = this.#here.get(url);
      if (file) URL.revokeObjectURL(file.address);
      this.#here.delete(url);
      await this.#db.delete("files", url);
    }
  }

  #file(url) {
    if (this.#here.has(url)) return Promise.resolve(this.#here.get(url));
    if (!this.#coming.has(url)) {
      this.#coming.set(url, this.#fetch(url).finally(() => this.#coming.delete(url)));
    }
    return this.#coming.get(url);
  }

  async #fetch(url) {
    let blob = (await this.#db.get("files", url))?.blob;
    if (!blob) {
      const stop = new AbortController();
      const answer = await fetch(url, { credentials: "same-origin", signal: stop.signal }).catch(() => {
        throw new Error("the server cannot be reached");
      });
      if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
      if (Number(answer.headers.get("Content-Length")) > LARGEST) {
        stop.abort();
        return null;
      }
      blob = await answer.blob();
      // a slow disk holds up no picture, and a full one only keeps none
      this.#db.put("files", { url, blob }).catch(() => {});
    }
    const file = { blob, address: URL.createObjectURL(blob) };
    this.#here.set(url, file);
    return file;
  }
}

/** The addresses of what a task shows. */
export function urls(task) {
  const media = [task.media, task.pair?.left?.media, task.pair?.right?.media].filter(Boolean);
  return media.flatMap((one) => [one.url, one.peaks, one.spectrogram, one.times]).filter((url) => typeof url === "string" && url.startsWith("/"));
}

/** Have pictures decoded before they are shown. */
const decoded = async (file) => {
  if (!file?.blob.type.startsWith("image/")) return;
  const picture = new Image();
  picture.src = file.address;
  await picture.decode().catch(() => {});
};
