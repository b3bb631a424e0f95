// Keeps the page of its scope on the device, so that it opens when the network is off. Data is never kept here.
"use strict";

const SCOPE = new URL(self.registration.scope).pathname;
const SHARED = ["/static/style.css", "/static/icon.svg", "/static/talk.js", "/static/taps.js"];
const OWN = { "/kiosk": ["/static/kiosk.js"], "/merchant": ["/static/taken.js", "/static/merchant.js"] };
const PAGE = [SCOPE, ...SHARED, ...OWN[SCOPE]];
const KEPT = `${SCOPE.slice(1)}-2`;

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll(PAGE)));
});

self.addEventListener("activate", (event) => {
  const others = caches.keys().then((names) => Promise.all(names.filter((name) => name.startsWith(KEPT.slice(0, -1)) && name !== KEPT).map((name) => caches.delete(name))));
  event.waitUntil(others.then(() => self.clients.claim()));
});

// The network first: the newest page wherever there is one, what is kept where there is none.
self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== self.location.origin || !PAGE.includes(pathname)) return;
  event.respondWith((async () => {
    try {
      const answer = await fetch(event.request);
      if (answer.ok) (await caches.open(KEPT)).put(pathname, answer.clone());
      return answer;
    } catch (error) {
      const kept = await caches.match(pathname);
      if (kept) return kept;
      throw error;
    }
  })());
});
