// Keeps the pages that ask for it, so that they open without a connection; everything else goes to the server.
"use strict";

const CACHE = "klassensatz";
const KEPT = ["style", "script", "font", "image"];

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

// {page: address, files: addresses}: the page is kept by its path, whatever its query.
self.addEventListener("message", (event) => event.waitUntil(keep(event.data.page, event.data.files)));

const keep = async (page, files) => {
  const cache = await caches.open(CACHE);
  const response = await fetch(page, { redirect: "manual" });
  if (!response.ok) return;
  await cache.put(new URL(page).pathname, response);
  const own = new Set(files.filter((file) => new URL(file, page).origin === location.origin));
  await Promise.all([...own].map((file) => fetch(file).then((got) => got.ok && cache.put(file, got))));
};

const fromServer = async (request) => {
  try {
    return await fetch(request);
  } catch (error) {
    const address = request.mode === "navigate" ? new URL(request.url).pathname : request;
    const kept = await caches.match(address);
    if (kept) return kept;
    throw error;
  }
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const isKept = KEPT.includes(request.destination) || request.url.endsWith(".wasm");
  if (request.method === "GET" && (request.mode === "navigate" || isKept)) event.respondWith(fromServer(request));
});
