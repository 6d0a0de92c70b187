// What this browser keeps: one IndexedDB, and a stand-in in memory where there is none (private windows), which says so.

const NAME = "datastork";
const VERSION = 1;
// store: key path, and indexes
const STORES = {
  outbox: { keyPath: "seq", autoIncrement: true }, // what is to be sent, in order
  tasks: { keyPath: "key" }, // fetched, not yet answered
  drafts: { keyPath: "key" }, // begun answers
  recent: { keyPath: "uuid" }, // given a while ago, for undo
  files: { keyPath: "url" }, // media
  captures: { keyPath: "uuid" }, // photos and sounds taken, to be sent
  kept: { keyPath: "key" }, // small things: who we are, switches
};

/** Open the browser's database; resolves to a Memory where it cannot be had. */
export async function open() {
  try {
    const db = await opened();
    // some private windows open a database and refuse to write to it
    await new Database(db).put("kept", { key: "probe", value: 1 });
    navigator.storage?.persist?.().catch(() => {});
    return new Database(db);
  } catch (error) {
    return new Memory(error);
  }
}

function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    const late = setTimeout(() => reject(new Error("the database of this browser does not open")), 5000);
    request.onupgradeneeded = () => {
      for (const [name, settings] of Object.entries(STORES)) {
        if (!request.result.objectStoreNames.contains(name)) request.result.createObjectStore(name, settings);
      }
    };
    request.onsuccess = () => {
      clearTimeout(late);
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  });
}

const result = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

class Database {
  durable = true;
  #db;

  constructor(db) {
    this.#db = db;
  }

  get = (store, key) => result(this.#db.transaction(store).objectStore(store).get(key));
  all = (store) => result(this.#db.transaction(store).objectStore(store).getAll());
  keys = (store) => result(this.#db.transaction(store).objectStore(store).getAllKeys());
  put = (store, value) => this.change([store], (tx) => tx.put(store, value));
  delete = (store, key) => this.change([store], (tx) => tx.delete(store, key));

  /** All or nothing: change(["outbox", "tasks"], async (tx) => …) with tx.get, tx.all, tx.put (resolves to the key), tx.delete. */
  change(stores, work) {
    return new Promise((resolve, reject) => {
      // strict: on disk before it is said to be kept; what can be fetched or made again need not be
      const relaxed = stores.every((name) => ["files", "kept", "tasks"].includes(name));
      const tx = this.#db.transaction(stores, "readwrite", { durability: relaxed ? "relaxed" : "strict" });
      const of = (name) => tx.objectStore(name);
      let given;
      tx.oncomplete = () => resolve(given);
      tx.onabort = () => reject(tx.error ?? new Error("the change was given up"));
      Promise.resolve(work({
        get: (name, key) => result(of(name).get(key)),
        all: (name) => result(of(name).getAll()),
        put: (name, value) => result(of(name).put(value)),
        delete: (name, key) => result(of(name).delete(key)),
      })).then((value) => (given = value), (error) => {
        try { tx.abort(); } catch { /* it has ended already */ }
        reject(error);
      });
    });
  }
}

/** The same in memory: nothing outlives the page, so answers are sent before the page goes on. */
class Memory {
  durable = false;
  #stores = Object.fromEntries(Object.keys(STORES).map((name) => [name, new Map()]));
  #last = 0;

  constructor(why) {
    this.why = why;
  }

  get = async (store, key) => this.#stores[store].get(key);
  all = async (store) => [...this.#stores[store].values()];
  keys = async (store) => [...this.#stores[store].keys()];
  put = async (store, value) => {
    const { keyPath, autoIncrement } = STORES[store];
    const key = value[keyPath] ?? (autoIncrement ? ++this.#last : undefined);
    this.#stores[store].set(key, { ...value, [keyPath]: key });
    return key;
  };

  delete = async (store, key) => void this.#stores[store].delete(key);
  change = async (stores, work) => work(this);
}
