// SPDX-License-Identifier: AGPL-3.0-or-later
// Runs only after a reader pressed "Keep the pages on this device". Keeps the public quick
// references and the styles and scripts that they use, and nothing else: no other page, no answer
// to a form, no address with a question in it. "Leave this site" makes the browser drop all of it.
const STORE = "kept-pages";
const PAGE = /^\/(?:(?:en|es)\/)?signs(?:\/[a-z0-9-]+)?$/;
const isAsset = (path) => path.startsWith("/assets/");

// A page and what it links to in this site's /assets/.
async function keep(store, path) {
  const answer = await fetch(path, { credentials: "omit", redirect: "error" });
  if (!answer.ok) return;
  const text = await answer.clone().text();
  await store.put(path, answer);
  for (const [, asset] of text.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)) await keepAsset(store, asset);
}

async function keepAsset(store, path) {
  if (await store.match(path, { ignoreVary: true })) return;
  const answer = await fetch(path, { credentials: "omit" });
  if (!answer.ok) return;
  await store.put(path, answer.clone());
  if (!path.endsWith(".css")) return;
  for (const [, name] of (await answer.text()).matchAll(/url\("?([^")]+\.(?:woff2|svg))"?\)/g)) {
    if (!name.startsWith("data:")) await keepAsset(store, new URL(name, location.origin + path).pathname);
  }
}

self.addEventListener("install", (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  const pages = event.data.pages.filter((path) => PAGE.test(path));
  const work = async () => {
    const store = await caches.open(STORE);
    for (const path of pages) await keep(store, path);
    event.ports[0].postMessage((await store.keys()).length);
  };
  event.waitUntil(work());
});

// A page that was kept is kept anew when it is seen, so that the copy says what the page says.
async function renew(path) {
  const store = await caches.open(STORE);
  if (await store.match(path, { ignoreVary: true })) await keep(store, path);
}

// The network first, so that a changed fact is seen at once; the kept page when there is none.
self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== location.origin) return;
  if (!PAGE.test(address.pathname) && !isAsset(address.pathname)) return;
  if (PAGE.test(address.pathname)) event.waitUntil(renew(address.pathname).catch(() => undefined));
  event.respondWith(
    fetch(event.request).catch(async () => {
      const store = await caches.open(STORE);
      return (await store.match(address.pathname, { ignoreVary: true })) ?? Response.error();
    }),
  );
});
