/** The field app without network: its page and what it is made of are kept here; what it knows and has done is in the database of the page.
 *  The server puts two lines before this file: `self.anshuVersion` and `self.anshuAssets`. */

interface Scope extends EventTarget {
  anshuVersion: string; anshuAssets: string[]
  skipWaiting(): Promise<void>
  clients: { claim(): Promise<void> }
}
interface Waiting extends Event { waitUntil(done: Promise<unknown>): void }
interface Fetching extends Waiting { request: Request; respondWith(answer: Promise<Response>): void }

const scope = self as unknown as Scope
const SHELL = '/field/'
const CACHE = `anshu-field-${scope.anshuVersion}`

async function install(): Promise<void> {
  const cache = await caches.open(CACHE)
  await cache.addAll([SHELL, ...scope.anshuAssets])
  await scope.skipWaiting()
}

/** Of earlier versions only what belongs to the map is taken over: it is large, and does not change with the app. */
async function activate(): Promise<void> {
  const cache = await caches.open(CACHE)
  for (const name of (await caches.keys()).filter((each) => each.startsWith('anshu-field-') && each !== CACHE)) {
    const old = await caches.open(name)
    for (const request of await old.keys()) {
      const answer = await old.match(request)
      if (answer && new URL(request.url).pathname.startsWith('/map/base/')) await cache.put(request, answer)
    }
    await caches.delete(name)
  }
  await scope.clients.claim()
}

/** What is kept here first; then from the server, to be kept. */
async function keptFirst(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE)
  const known = await cache.match(request, { ignoreSearch: false })
  if (known) return known
  const answer = await fetch(request)
  if (answer.ok) await cache.put(request, answer.clone())
  return answer
}

/** The page of the app: what is kept is shown at once, and replaced for the next time when there is network. */
async function shell(event: Fetching): Promise<Response> {
  const cache = await caches.open(CACHE)
  const known = await cache.match(SHELL)
  const fresh = fetch(SHELL, { redirect: 'manual' }).then(async (answer) => {
    if (answer.ok) await cache.put(SHELL, answer.clone())
    return answer
  })
  if (!known) return fresh
  event.waitUntil(fresh.catch(() => undefined))
  return known
}

scope.addEventListener('install', (event) => (event as Waiting).waitUntil(install()))
scope.addEventListener('activate', (event) => (event as Waiting).waitUntil(activate()))
scope.addEventListener('fetch', (event) => {
  const { request } = event as Fetching
  const { pathname, origin } = new URL(request.url)
  if (request.method !== 'GET' || origin !== location.origin) return
  if (request.mode === 'navigate' && pathname === SHELL) (event as Fetching).respondWith(shell(event as Fetching))
  else if (pathname.startsWith('/static/') || pathname.startsWith('/map/base/')) (event as Fetching).respondWith(keptFirst(request))
})
