// Serves the pages and their files when there is no network. Answers and media are kept by the page itself.

const CACHE = "stork-BUILD_HASH";
const STATIC = "/static/"; // sent with the hash of the build behind it
const SLOW = 4000; // ms; a network slower than this counts as none for a page that is kept

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (event.request.mode === "navigate") {
    if (["/", "/capture", "/review", "/owner"].includes(url.pathname)) event.respondWith(page(event));
  } else if (/^\/static\b/.test(url.pathname) || url.pathname === "/icon.svg" || url.pathname === "/manifest.webmanifest") {
    event.respondWith(file(event.request));
  }
});

async function install() {
  const cache = await caches.open(CACHE);
  const { files } = await (await fetch("/api/files", { cache: "no-store" })).json();
  const names = files.filter((name) => /\.(js|css)$/.test(name) && name !== "sw.js");
  await Promise.all(names.map(async (name) => {
    const answer = await fetch(STATIC + name);
    if (!answer.ok) throw new Error(`${name} is missing`); // half a shell is none
    await cache.put(STATIC + name, answer);
  }));
  const home = await fetch("/", { cache: "no-store" });
  if (home.ok) await cache.put("/", home);
  await Promise.all(["/icon.svg", "/manifest.webmanifest"].map((path) => cache.add(path).catch(() => {})));
  await self.skipWaiting();
}

// the build before this one stays: tabs that are open may still ask for its files
async function activate() {
  const own = (await caches.keys()).filter((name) => name.startsWith("stork-") && name !== CACHE);
  for (const name of own.slice(0, -1)) await caches.delete(name);
  await self.clients.claim();
}

async function page(event) {
  const path = new URL(event.request.url).pathname;
  const kept = await caches.match(path, { cacheName: CACHE });
  const fresh = fetch(event.request).then(async (answer) => {
    if (answer.ok && !answer.redirected) await (await caches.open(CACHE)).put(path, answer.clone());
    return answer.status >= 500 && kept ? kept : answer; // a gate whose server is starting anew
  });
  if (!kept) return fresh;
  event.waitUntil(fresh.catch(() => {}));
  return Promise.race([fresh.catch(() => kept), new Promise((go) => setTimeout(() => go(kept), SLOW))]);
}

async function file(request) {
  const kept = await caches.match(request, { ignoreVary: true });
  return kept ?? fetch(request);
}
