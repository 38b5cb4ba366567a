import { make } from '../map/panel'
import { now, shortTime } from '../time'
import { say } from '../words'
import type { App } from './app'
import { away, awayWords, input, labelled, press, select } from './parts'
import type { KnownHazard, Site } from './store'

const SHOWN = 30
const STATES = { planned: 'fieldPlanned', started: 'fieldStarted', submitted: 'fieldUnsigned', signed: 'fieldSigned' } as const

function card(href: string, title: string, about: readonly string[], tag = ''): HTMLAnchorElement {
  const row = make('a', 'field-card')
  row.href = href
  row.append(make('b', '', title), make('span', 'small soft', about.filter(Boolean).join(' · ')))
  if (tag) row.append(make('span', 'tag strong', tag))
  return row
}

function part(title: string, rows: readonly HTMLElement[]): HTMLElement {
  const section = make('section')
  const head = make('header', 'rule-head')
  head.append(make('h2', '', title), make('span', 'count', String(rows.length)))
  section.append(head, ...rows)
  return section
}

/** My list: visits (those only on this telephone first), what to look at again, tasks. */
export function home(app: App): HTMLElement[] {
  const known = app.package
  if (!known) return [make('p', 'nothing', say(app.line === 'open' && app.busy ? 'loading' : 'fieldNoPackage'))]
  const mine = [...app.visits.values()].filter((visit) => !known.visits.some((each) => each.id === visit.id)).sort((a, b) => b.touched - a.touched)
  const local = mine.map((visit) => card(`#/visit/${visit.id}`, visit.site.name, [visit.site.address], say(STATES[visit.state], { date: '' })))
  const planned = known.visits.map((visit) => {
    const state = app.visit(visit.id)?.state ?? 'planned'
    return card(`#/visit/${visit.id}`, visit.site.name, [visit.number, visit.second || visit.lead, awayWords(away(app.here, visit.site.lon, visit.site.lat))], say(STATES[state], { date: visit.planned_on.slice(5) }))
  })
  const visits = [...local, ...planned]
  const toMap = make('a', 'button tall', say('fieldMap'))
  toMap.href = '#/map'
  const found: HTMLElement[] = [press(say('fieldStart'), 'primary tall field-start', () => { location.hash = '#/new' }), toMap]
  found.push(visits.length > 0 ? part(say('fieldMine'), visits) : make('p', 'nothing', say('fieldNothing')))
  const open = known.rechecks.filter((hazard) => !app.operations.some((each) => each.subject === hazard.id && each.kind === 'recheck' && each.kept !== 'refused'))
  if (open.length > 0) found.push(part(say('fieldRechecks'), open.map((hazard) => card(`#/hazard/${hazard.id}`, hazard.summary, [hazard.site.name, hazard.place], hazard.due_on ? say('fieldDue', { date: hazard.due_on.slice(5) }) : ''))))
  if (known.tasks.length > 0) found.push(part(say('fieldTasks'), known.tasks.map((task) => card(task.address, task.text, [task.number, task.state]))))
  found.push(make('p', 'tiny soft', say('fieldTakenAt', { time: shortTime(app.packageAt, now()) })))
  return found
}

/** Where, how and by which list: works without network from what was taken along. */
export function begin(app: App, go: (id: string) => void): HTMLElement[] {
  const known = app.package
  if (!known) return [make('p', 'nothing', say('fieldNoPackage'))]
  const search = input('search')
  search.placeholder = say('fieldFind')
  const head = make('h2', 'label')
  const list = make('div')
  const fill = (): void => {
    const words = search.value.trim().toLowerCase().split(/\s+/).filter(Boolean)
    const matching = known.sites.filter(([, number, name, address]) => words.every((word) => `${number} ${name} ${address}`.toLowerCase().includes(word)))
    const near = matching.map((site) => ({ site, distance: away(app.here, site[4], site[5]) })).sort((a, b) => (a.distance ?? Infinity) - (b.distance ?? Infinity)).slice(0, SHOWN)
    head.textContent = say(words.length > 0 ? 'fieldFound' : 'fieldNear')
    list.replaceChildren(...near.map(({ site, distance }) => {
      const row = make('button', 'field-card')
      row.type = 'button'
      row.append(make('b', '', site[2]), make('span', 'small soft', [site[3], awayWords(distance)].filter(Boolean).join(' · ')))
      row.addEventListener('click', () => choose(app, { id: site[0], name: site[2], address: site[3], lon: site[4], lat: site[5] }, list, go))
      return row
    }))
  }
  search.addEventListener('input', fill)
  fill()
  return [labelled('', search), head, list]
}

function choose(app: App, site: Site, list: HTMLElement, go: (id: string) => void): void {
  const known = app.package
  if (!known) return
  const lists = known.checklists.filter((each) => each.in_force)
  const kinds = known.visit_kinds.filter(([kind]) => lists.some((each) => each.uses.includes(kind)))
  const kind = select(kinds)
  const checklist = select([])
  const second = select([['', '—'], ...known.officers])
  const offer = (): void => checklist.replaceChildren(...lists.filter((each) => each.uses.includes(kind.value)).map((each) => new Option(each.title, each.number)))
  kind.addEventListener('change', offer)
  offer()
  const box = make('div', 'field-box stack')
  box.append(make('b', '', site.name), make('span', 'small soft', site.address), labelled(say('fieldKind'), kind), labelled(say('fieldList'), checklist))
  if (known.officers.length > 0) box.append(labelled(say('fieldSecond'), second))
  box.append(press(say('fieldBegin'), 'primary tall', async () => go(await app.startHere(site, kind.value, checklist.value, second.value))))
  list.replaceChildren(box)
  box.scrollIntoView({ block: 'nearest' })
}

/** A hazard that was put right: look, and say whether it is gone. */
export function recheck(app: App, hazard: KnownHazard, done: () => void): HTMLElement[] {
  const facts = make('dl', 'facts')
  for (const [term, words] of [[say('fieldBasis'), hazard.clause], [say('fieldDone'), hazard.rectification]] as const) {
    if (words) facts.append(make('dt', '', term), make('dd', '', words))
  }
  const note = make('textarea', 'input')
  note.rows = 3
  const due = input('date')
  const photo = photoButton((file) => void app.take(file, hazard.id, ''), app.pictures.filter((each) => each.subject === hazard.id).length)
  const tell = (passed: boolean) => async (): Promise<void> => {
    if (!passed && !note.value.trim()) { note.focus(); return }
    await app.recheck(hazard, { passed, note: note.value.trim(), ...(due.value ? { due_on: due.value } : {}) })
    done()
  }
  const buttons = make('div', 'field-verdicts two')
  buttons.append(press(say('fieldPassed'), 'tall', tell(true)), press(say('fieldNotPassed'), 'tall', tell(false)))
  return [make('h1', '', hazard.summary), make('p', 'small soft', [hazard.number, hazard.site.name, hazard.place].filter(Boolean).join(' · ')), facts, photo, labelled(say('fieldWhatMissing'), note), labelled(say('fieldNewDate'), due), buttons]
}

/** A button that takes a picture with the camera, and says how many there are. */
export function photoButton(taken: (file: Blob) => void, count: number): HTMLLabelElement {
  const label = make('label', 'button tall field-photo', count > 0 ? `${say('fieldPhoto')} · ${say('fieldPhotos', { n: count })}` : say('fieldPhoto'))
  const file = make('input', 'unseen')
  Object.assign(file, { type: 'file', accept: 'image/*' })
  file.setAttribute('capture', 'environment')
  file.addEventListener('change', () => {
    // What is being written is kept before the picture, and the screen is free to show it.
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
    if (file.files?.[0]) taken(file.files[0])
  })
  label.append(file)
  return label
}
