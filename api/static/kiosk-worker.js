// Keeps the kiosk's page on the device, so that it opens when the network is off. Data is never kept here.
"use strict";

const KEPT = "kiosk-1";
const PAGE = [
  "/kiosk", "/static/style.css", "/static/icon.svg", "/static/talk.js", "/static/taps.js", "/static/kiosk.js",
];

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll(PAGE)));
});

self.addEventListener("activate", (event) => {
  const others = caches.keys().then((names) => Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name))));
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
