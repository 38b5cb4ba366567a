/** Bringing what was done here to the server: each thing once, as often as it takes. */
import { device } from './identity'
import type { Operation, Package, Picture, Store } from './store'

const AT_ONCE = 50

export type Line = 'open' | 'offline' | 'locked'
export interface Answer { id: string; outcome: string; told: string; waits: boolean; was: string; conflicts: string[] }

function token(): string {
  return /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? ''
}

/** Fetch that tells a lost line and a lost log-in apart from an answer. */
async function ask(path: string, init: RequestInit = {}): Promise<Response | Line> {
  try {
    const answer = await fetch(path, { credentials: 'same-origin', ...init, headers: { Accept: 'application/json', 'X-CSRFToken': token(), ...init.headers } })
    if (answer.status === 401 || answer.status === 403) return 'locked'
    return answer.status >= 500 ? 'offline' : answer
  } catch {
    return 'offline'
  }
}

/** What to take along, unless it is as before. */
export async function fetchPackage(known: { etag: string } | undefined, here: [number, number] | null): Promise<{ etag: string; content: Package } | 'same' | Line> {
  const query = here ? `?lon=${here[0].toFixed(5)}&lat=${here[1].toFixed(5)}` : ''
  const answer = await ask(`/api/field/package${query}`, known ? { headers: { 'If-None-Match': known.etag } } : {})
  if (typeof answer === 'string') return answer
  if (answer.status === 304) return 'same'
  return { etag: answer.headers.get('ETag') ?? '', content: (await answer.json()) as Package }
}

const unsent = (each: { kept: string }): boolean => each.kept === 'here' || each.kept === 'sending'

/** Send everything that waits; stops at the first lost line and keeps the rest. `changed` is called after each step that a reader should see. */
export async function sendAll(store: Store, all: { operations: Operation[]; pictures: Picture[] }, changed: () => void): Promise<Line> {
  const waiting = all.operations.filter(unsent)
  for (let start = 0; start < waiting.length; start += AT_ONCE) {
    const line = await sendOperations(store, waiting.slice(start, start + AT_ONCE), changed)
    if (line !== 'open') return line
  }
  for (const picture of all.pictures.filter(unsent)) {
    const line = await sendPicture(store, picture, changed)
    if (line !== 'open') return line
  }
  return 'open'
}

async function sendOperations(store: Store, some: Operation[], changed: () => void): Promise<Line> {
  // Marked before anything is awaited: an answer given meanwhile begins an operation of its own instead of changing this one.
  some.forEach((each) => Object.assign(each, { kept: 'sending', tried: true }))
  changed()
  const operations = some.map(({ id, kind, subject, at, after, payload, typed_s }) => ({ id, kind, subject, at, after, payload, typed_s }))
  const body = JSON.stringify({ device: device(), clock_now: new Date().toISOString(), operations })
  await store.put({ operations: some.map((each) => ({ ...each, kept: 'here' as const })) })
  const answer = await ask('/api/field/sync', { method: 'POST', body, headers: { 'Content-Type': 'application/json' } })
  if (typeof answer === 'string') {
    some.forEach((each) => { each.kept = 'here' })
    return answer
  }
  if (!answer.ok) {
    const { detail } = (await answer.json()) as { detail?: string }
    some.forEach((each) => Object.assign(each, { kept: 'refused', told: detail ?? '' }))
  } else {
    const { answers } = (await answer.json()) as { answers: Answer[] }
    some.forEach((each) => Object.assign(each, settled(answers.find((one) => one.id === each.id))))
  }
  await store.put({ operations: some })
  changed()
  return 'open'
}

/** What became of an operation there; a duplicate is what it was the first time. */
export function settled(answer: Answer | undefined): Pick<Operation, 'kept' | 'told' | 'conflicts'> {
  if (!answer) return { kept: 'here', told: '', conflicts: [] }
  const outcome = answer.outcome === 'duplicate' ? answer.was : answer.outcome
  return { kept: outcome === 'conflict' || outcome === 'refused' ? outcome : 'there', told: answer.told, conflicts: answer.conflicts }
}

async function sendPicture(store: Store, picture: Picture, changed: () => void): Promise<Line> {
  const { id, subject, at, name, purpose, sha256, lon, lat, accuracy_m } = picture
  const form = new FormData()
  form.set('operation', JSON.stringify({ id, subject, at, payload: { name, purpose, sha256, lon, lat, accuracy_m } }))
  form.set('device', device())
  form.set('clock_now', new Date().toISOString())
  form.set('picture', picture.content, name)
  const answer = await ask('/api/field/pictures', { method: 'POST', body: form })
  if (typeof answer === 'string') return answer
  const body = (await answer.json()) as { answers?: Answer[]; detail?: string }
  const told = body.answers?.[0]
  const refused = !answer.ok || told?.outcome === 'refused' || told?.was === 'refused'
  Object.assign(picture, { kept: refused ? 'refused' : 'there', told: told?.told ?? body.detail ?? '' })
  await store.put({ pictures: [picture] })
  changed()
  return 'open'
}
