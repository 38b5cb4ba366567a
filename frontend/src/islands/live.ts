import htmx from 'htmx.org'
import { concerns, waitSeconds, type Change } from '../change'
import { everySecond, type Mount } from '../island'
import { isTyping } from '../keymap'
import { say } from '../words'

const due = new Set<HTMLElement>()
const loading = new WeakSet<Element>()
let flushing = 0

/** An element that was replaced while it waited hands its turn to the one that came in its place. */
function heirs(gone: HTMLElement): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('[data-refresh-on]')].filter((each) => each.getAttribute('hx-get') === gone.getAttribute('hx-get'))
}

/** Somebody is in the middle of something here: types, fills in a dialog, looks through a menu. A refresh waits for them. */
function engaged(element: Element): boolean {
  const focus = document.activeElement as HTMLElement | null
  return (element.contains(focus) && isTyping(focus)) || element.querySelector('dialog[open], details.menu[open]:focus-within') !== null
}

/** An answer that arrives while somebody has begun something is not put in; it is fetched again when they are done. */
function hold(event: Event): void {
  const source = event.target
  if (!(source instanceof HTMLElement) || !source.hasAttribute('data-refresh-on') || !engaged(source)) return
  event.preventDefault()
  due.add(source)
  flushing ||= window.setTimeout(flush, 300)
}

function flush(): void {
  flushing = 0
  for (const element of due) {
    if (!element.isConnected) { due.delete(element); heirs(element).forEach((heir) => due.add(heir)); continue }
    if (loading.has(element) || engaged(element)) continue
    due.delete(element)
    loading.add(element)
    htmx.trigger(element, 'refresh', {}, false)
  }
  if (due.size > 0) flushing = window.setTimeout(flush, 300)
}

/** Refresh what names this change; at most ten rounds a second, one request per element at a time. */
function refresh(change: Change): void {
  document.querySelectorAll<HTMLElement>('[data-refresh-on]').forEach((element) => {
    if (concerns(element.dataset['refreshOn'] ?? '', change)) due.add(element)
  })
  if (due.size > 0) flushing ||= window.setTimeout(flush, 100)
}

function tell(text: string): void {
  try {
    const change = JSON.parse(text) as Change
    document.dispatchEvent(new CustomEvent('anshu:change', { detail: change }))
  } catch { /* A line that is not JSON is not a change; the next one is. */ }
}

type State = 'connecting' | 'open' | 'waiting' | 'offline'

/** One event stream. Props: `url` (default /api/events), `since` (id of the last change already on the page), `silence` (seconds without a ping before it counts as lost). */
export const live: Mount = (element, props) => {
  const words = element.querySelector('span') ?? element
  let source: EventSource | undefined
  let state: State = 'connecting'
  let tries = 0
  let again = 0
  let heard = 0
  let last = String(props['since'] ?? '')
  const show = (next: State): void => {
    state = next
    document.documentElement.dataset['live'] = next
    const left = Math.max(0, Math.ceil((again - Date.now()) / 1000))
    words.textContent = { open: say('liveOpen'), connecting: say('liveConnecting'), waiting: say('liveWaiting', { n: left }), offline: say('liveOffline') }[next]
  }
  const lose = (): void => {
    source?.close()
    again = Date.now() + waitSeconds(tries, Math.random()) * 1000
    tries += 1
    show(navigator.onLine ? 'waiting' : 'offline')
  }
  const connect = (): void => {
    const url = new URL(String(props['url'] ?? '/api/events'), location.href)
    if (last) url.searchParams.set('last_event_id', last)
    show('connecting')
    source = new EventSource(url)
    heard = 0
    source.onopen = () => { tries = 0; show('open') }
    // The browser's own reconnect hides its state and gives up on a 5xx, so we close and try again ourselves.
    source.onerror = lose
    source.onmessage = (event: MessageEvent<string>) => { if (event.lastEventId) last = event.lastEventId; heard = Date.now(); tell(event.data) }
    source.addEventListener('ping', () => { heard = Date.now() })
    source.addEventListener('reset', () => location.reload())
  }
  const stop = everySecond(() => {
    const silent = heard > 0 && Date.now() - heard > Number(props['silence'] ?? 45) * 1000
    if (state === 'open' && silent) lose()
    else if (state === 'waiting' && Date.now() >= again) connect()
    else if (state === 'waiting') show('waiting')
  })
  const back = (): void => { if (state === 'offline') connect() }
  const gone = (): void => { source?.close(); show('offline') }
  const changed = (event: CustomEvent<Change>): void => refresh(event.detail)
  const freed = (event: Event): void => { loading.delete((event as CustomEvent<{ ctx?: { sourceElement?: Element } }>).detail.ctx?.sourceElement ?? (event.target as Element)) }
  window.addEventListener('online', back)
  window.addEventListener('offline', gone)
  document.addEventListener('anshu:change', changed)
  document.addEventListener('htmx:finally:request', freed)
  document.addEventListener('htmx:before:swap', hold)
  connect()
  return () => {
    stop()
    source?.close()
    window.removeEventListener('online', back)
    window.removeEventListener('offline', gone)
    document.removeEventListener('anshu:change', changed)
    document.removeEventListener('htmx:finally:request', freed)
    document.removeEventListener('htmx:before:swap', hold)
  }
}
