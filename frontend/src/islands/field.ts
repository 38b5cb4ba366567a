import type { Mount } from '../island'
import { make } from '../map/panel'
import { toast } from '../toast'
import { now, shortTime } from '../time'
import { say, type Word } from '../words'
import { App } from '../field/app'
import { begin, home, recheck } from '../field/home'
import { keptChip, press } from '../field/parts'
import { formAt } from '../field/stopwatch'
import { visitScreen } from '../field/visit'

const KINDS: Record<string, Word> = { start: 'opStart', start_here: 'opStart', answer: 'opAnswer', submit: 'opSubmit', sign: 'opSign', recheck: 'opRecheck' }

function full(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'QuotaExceededError'
}

/** The field app: one screen at a time by the part of the address after `#`. */
export const field: Mount = (element) => {
  const bar = make('header', 'field-bar')
  const main = make('main', 'field-main')
  main.id = 'main'
  element.append(bar, main)
  const trouble = (error: unknown): void => {
    console.error(error)
    toast({ text: say(full(error) ? 'fieldFull' : 'fieldBroken'), level: 'red' })
  }
  const app = new App(() => draw(false), trouble)
  const go = (hash: string): void => { location.hash = hash }

  const screen = (): HTMLElement[] => {
    const [, name = '', id = ''] = location.hash.split('/')
    if (!app.alone) return [make('p', 'nothing', say('fieldOther'))]
    if (name === 'new') return begin(app, (visit) => go(`#/visit/${visit}`))
    if (name === 'queue') return queue(app)
    if (name === 'map') return mapScreen(app)
    const visit = name === 'visit' ? app.visit(id) : null
    if (visit) return visitScreen(app, visit, () => go('#/'))
    const hazard = name === 'hazard' ? app.package?.rechecks.find((each) => each.id === id) : undefined
    if (hazard) return recheck(app, hazard, () => go('#/'))
    return home(app)
  }

  /** Draw the screen anew, unless somebody is writing in it; that is done when they leave the field. */
  const draw = (turned: boolean): void => {
    bar.replaceChildren(...status(app))
    const busy = main.contains(document.activeElement) && document.activeElement?.matches('input:not([type="file"]), textarea, select')
    // A choice half made, or a signature half drawn, is not taken out of somebody's hands.
    if (!turned && (busy || location.hash === '#/new' || location.hash === '#/map' || main.querySelector('canvas'))) return
    const top = turned ? 0 : main.scrollTop
    main.replaceChildren(...screen())
    main.scrollTop = top
  }

  // Before whoever hands the form over has asked how long it took.
  for (const touched of ['input', 'click']) main.addEventListener(touched, () => app.stopwatch.touch(formAt(location.hash)), { capture: true })
  document.addEventListener('visibilitychange', () => { if (document.hidden) app.stopwatch.pause() })
  window.addEventListener('hashchange', () => { app.stopwatch.pause(); draw(true) })
  main.addEventListener('focusout', () => window.setTimeout(() => draw(false), 0))
  window.addEventListener('unhandledrejection', (event) => trouble(event.reason))
  draw(true)
  void app.begin().then(() => draw(true), trouble)
  void navigator.serviceWorker?.register('/field/worker.js', { scope: '/field/' })
  // Once the worker is there to keep it, the map is fetched, so that it is here when there is no network.
  void navigator.serviceWorker?.ready.then(async () => { if (navigator.onLine) await (await import('../field/map')).takeAlong() }).catch(() => undefined)
}

function status(app: App): HTMLElement[] {
  const back = make('a', 'icon-button field-back', '‹')
  back.href = '#/'
  back.setAttribute('aria-label', say('fieldBack'))
  back.hidden = location.hash === '' || location.hash === '#/'
  const unsent = app.unsent()
  const words = app.line === 'locked' ? say('fieldLocked') : app.line === 'offline' ? say('fieldOffline') : unsent > 0 ? say('fieldUnsent', { n: unsent }) : say('fieldAllThere')
  const state = make('a', 'field-line', app.line === 'offline' && unsent > 0 ? `${words} · ${unsent}` : words)
  state.href = '#/queue'
  state.dataset['line'] = app.line
  const found: HTMLElement[] = [back, make('b', '', app.package?.me.name ?? ''), state]
  if (app.line === 'locked') {
    const again = make('a', 'button small primary', say('fieldLogIn'))
    again.href = '/login?next=/field/'
    found.push(again)
  }
  return found
}

let unmount: (() => void) | undefined

/** The map is drawn once its part has come, which is kept like everything else. */
function mapScreen(app: App): HTMLElement[] {
  const box = make('div', 'map plain-map field-map')
  unmount?.()
  void import('../field/map').then(({ drawMap }) => { if (box.isConnected) unmount = drawMap(app, box) })
  return [box]
}

/** Everything that was done here, the newest first, and how it is kept. */
function queue(app: App): HTMLElement[] {
  const rows = [
    ...app.operations.map((each) => ({ at: each.at, title: say(KINDS[each.kind] ?? 'opAnswer'), about: each.about, kept: each.kept, told: [each.told, ...each.conflicts].filter(Boolean).join(' · ') })),
    ...app.pictures.map((each) => ({ at: each.at, title: say('opPicture'), about: each.name, kept: each.kept, told: each.told })),
  ].sort((a, b) => (a.at < b.at ? 1 : -1))
  const list = make('ul', 'field-queue')
  for (const each of rows) {
    const line = make('li')
    line.append(make('b', '', each.title), make('span', 'small soft', `${each.about} · ${shortTime(Date.parse(each.at), now())}`), keptChip(each.kept))
    if (each.told) line.append(make('span', 'small', each.told))
    list.append(line)
  }
  const used = make('p', 'small soft')
  void navigator.storage?.estimate?.().then(({ usage = 0, quota = 0 }) => { used.textContent = say('fieldUsed', { mb: Math.ceil(usage / 1e6), free: Math.floor((quota - usage) / 1e6) }) })
  const found: HTMLElement[] = [make('h1', '', say('fieldQueue')), list, press(say('fieldTidy'), 'tall', () => app.tidy()), used]
  if (app.others > 0) found.push(make('p', 'trouble', say('fieldOthers', { n: app.others })))
  const all = make('a', 'small', say('fieldDesktop'))
  all.href = '/today'
  return [...found, all]
}
