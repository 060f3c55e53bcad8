// The night pages without a network. Copies are kept of these pages and what they need, and of nothing else: never of
// answers, the log or the API.
'use strict'
const FILES = /*FILES*/ {}
const CACHE = 'charley-' + FILES.assets.map(name => name.split('=')[1]).join('')
// A network that is there but does not answer must not keep somebody in pain waiting.
const PATIENCE_MS = 2500

self.addEventListener('install', event => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE)
    await cache.addAll(FILES.assets)
    await Promise.all(FILES.pages.map(async path => {
      const response = await fetch(path, { credentials: 'same-origin' })
      if (!keepable(response)) throw new Error(path)
      await cache.put(path, response)
    }))
    await self.skipWaiting()
  })())
})

self.addEventListener('activate', event => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith('charley-') && name !== CACHE) await caches.delete(name)
    await self.clients.claim()
  })())
})

const keepable = response => response.ok && !response.redirected && response.type === 'basic'

async function page (request, path, event) {
  const cache = await caches.open(CACHE)
  const fetched = fetch(request).then(response => {
    if (keepable(response)) event.waitUntil(cache.put(path, response.clone()))
    return response
  })
  const late = new Promise(resolve => setTimeout(resolve, PATIENCE_MS))
  try {
    const first = await Promise.race([fetched, late])
    if (first && first.status < 500) return first
    const copy = await cache.match(path)
    return copy || first || await fetched
  } catch (error) {
    return (await cache.match(path)) || Response.error()
  } finally {
    event.waitUntil(fetched.catch(() => {}))
  }
}

self.addEventListener('fetch', event => {
  const address = new URL(event.request.url)
  if (event.request.method !== 'GET' || address.origin !== location.origin) return
  if (FILES.pages.includes(address.pathname)) event.respondWith(page(event.request, address.pathname, event))
  else if (FILES.assets.includes(address.pathname + address.search)) {
    event.respondWith(caches.open(CACHE).then(async cache => (await cache.match(event.request)) || fetch(event.request)))
  }
})
