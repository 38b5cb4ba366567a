import { finger } from '../islands/finger'
import { make } from '../map/panel'
import { say } from '../words'
import type { App } from './app'
import { asked, failed, owed, roundsOf, type Asked, type Checklist, type Entry } from './checklist'
import { photoButton } from './home'
import { input, labelled, press } from './parts'
import type { Visit } from './store'

const VERDICTS = [['pass', 'fieldPass'], ['fail', 'fieldFail'], ['out', 'fieldOut']] as const

/** One visit: to be begun, gone through, handed in, signed. */
export function visitScreen(app: App, visit: Visit, done: () => void): HTMLElement[] {
  const list = app.checklist(visit.checklist)
  const head = make('div', 'field-head')
  head.append(make('h1', '', visit.site.name), make('p', 'small soft', [visit.number, visit.site.address, list?.title ?? visit.checklist].filter(Boolean).join(' · ')))
  if (!list) return [head, make('p', 'nothing', say('fieldNotHere'))]
  if (visit.state === 'planned') return [head, press(say('fieldBegin'), 'primary tall field-start', () => app.start(visit))]
  if (visit.state === 'started') return [head, ...going(app, visit, list)]
  if (visit.state === 'submitted') return [head, ...signing(app, visit, done)]
  return [head, make('p', 'nothing', say('fieldSigned'))]
}

function going(app: App, visit: Visit, list: Checklist): HTMLElement[] {
  const rows: HTMLElement[] = []
  let group = ''
  const all = asked(list, visit.answers)
  const alone = all.filter((each) => !each.round)
  for (const each of alone) {
    const of = list.groups.find((one) => one.key === each.item.group)
    if (of && of.key !== group) rows.push(make('h2', 'field-group', of.text))
    group = each.item.group ?? ''
    rows.push(row(app, visit, each))
  }
  for (const of of list.groups.filter((one) => one.repeats)) {
    const rounds = roundsOf(of.key, visit.answers)
    for (const round of rounds) {
      rows.push(make('h2', 'field-group', say('fieldRound', { name: of.text, n: round })))
      rows.push(...all.filter((each) => each.round === round && each.item.group === of.key).map((each) => row(app, visit, each)))
    }
    const first = list.items.find((item) => item.group === of.key)
    if (first) rows.push(press(say('fieldMore', { name: of.text }), 'tall', () => app.answer(visit, `${of.key}/${Number(rounds.at(-1) ?? 0) + 1}/${first.key}`, () => ({}))))
  }
  const left = owed(list, visit.answers)
  const foot = make('footer', 'field-foot')
  const hand = press(left.length > 0 ? say('fieldOwed', { n: left.length }) : say('fieldSubmit'), left.length > 0 ? 'tall' : 'primary tall', async () => {
    const first = left[0]
    if (first) document.getElementById(`item-${first.path}`)?.scrollIntoView({ behavior: 'smooth', block: 'center' })
    else await app.submit(visit, '')
  })
  foot.append(hand)
  return [...rows, foot]
}

/** One item: what is looked at, its basis, the answer, and when it fails the words and the picture. */
function row(app: App, visit: Visit, { path, item }: Asked): HTMLElement {
  const entry = visit.answers[path] ?? {}
  const box = make('section', 'field-item')
  box.id = `item-${path}`
  const wrong = failed(item, entry)
  if (wrong) box.dataset['wrong'] = ''
  box.append(make('p', 'field-what', item.text))
  if (item.departments && item.departments.length > 0) box.append(make('p', 'tiny soft', item.departments.join('、')))
  if (item.clause) box.append(basis(item.clause, item.law ?? '', item.penalty ?? ''))
  if (item.hint) box.append(make('p', 'small soft', item.hint))
  const tell = (changed: Entry): Promise<void> => app.answer(visit, path, (now) => ({ ...now, ...changed }))
  box.append(answerOf(item, entry, tell))
  const kind = item.answer ?? 'judge'
  if (wrong || kind === 'photo' || (entry.pictures ?? []).length > 0) {
    if (wrong) {
      const note = make('textarea', 'input')
      note.rows = 2
      note.value = entry.note ?? ''
      note.placeholder = say('fieldNote')
      note.setAttribute('aria-label', say('fieldNote'))
      note.addEventListener('change', () => void tell({ note: note.value.trim() }))
      box.append(note)
    }
    box.append(photoButton((file) => void app.take(file, visit.id, path).then((id) => app.answer(visit, path, (now) => ({ ...now, pictures: [...(now.pictures ?? []), id] }))), (entry.pictures ?? []).length))
  }
  return box
}

function basis(clause: string, law: string, penalty: string): HTMLElement {
  const more = make('details', 'field-basis small')
  more.append(make('summary', '', `${say('fieldBasis')} ${clause}`))
  if (law) more.append(make('p', '', law))
  if (penalty) more.append(make('p', 'soft', `${say('fieldPenalty')} ${penalty}`))
  return more
}

function answerOf(item: Asked['item'], entry: Entry, tell: (entry: Entry) => Promise<void>): HTMLElement {
  switch (item.answer ?? 'judge') {
    case 'judge': return choices(VERDICTS.map(([value, word]) => [value, say(word)] as const), entry.value, tell)
    case 'choice': return choices((item.choices ?? []).map((choice) => [choice.key, choice.text] as const), entry.value, tell)
    case 'number': {
      const field = input('text', entry.value === undefined || entry.value === null ? '' : String(entry.value))
      field.inputMode = 'decimal'
      field.setAttribute('aria-label', item.text)
      field.addEventListener('change', () => {
        const value = field.value.trim() === '' ? null : Number(field.value)
        if (value === null || Number.isFinite(value)) void tell({ value })
      })
      const line = make('div', 'with-unit')
      line.append(field, make('span', '', item.unit ?? ''))
      return line
    }
    case 'text': {
      const field = make('textarea', 'input')
      field.rows = 2
      field.value = String(entry.value ?? '')
      field.setAttribute('aria-label', item.text)
      field.addEventListener('change', () => void tell({ value: field.value.trim() }))
      return field
    }
    case 'photo': return make('span')
  }
}

function choices(all: readonly (readonly [string, string])[], chosen: unknown, tell: (entry: Entry) => Promise<void>): HTMLElement {
  const box = make('div', 'field-verdicts')
  box.setAttribute('role', 'group')
  for (const [value, title] of all) {
    const button = press(title, 'tall', () => tell({ value }))
    button.dataset['value'] = value
    button.setAttribute('aria-pressed', String(chosen === value))
    box.append(button)
  }
  return box
}

/** The visited side signs on the glass; the signature is a picture kept with the visit. */
function signing(app: App, visit: Visit, done: () => void): HTMLElement[] {
  const signer = input('text')
  const refuses = input('checkbox')
  refuses.className = ''
  const witness = input('text')
  const pad = make('div', 'field-sign')
  const canvas = make('canvas', 'finger')
  const drawn = input('hidden')
  const erase = press(say('erase'), 'small', () => undefined)
  erase.dataset['erase'] = ''
  pad.append(canvas, drawn, erase)
  const check = make('label', 'check')
  check.append(refuses, say('fieldRefuses'))
  const seen = labelled(say('fieldWitness'), witness)
  seen.hidden = true
  refuses.addEventListener('change', () => { seen.hidden = !refuses.checked; pad.hidden = refuses.checked })
  requestAnimationFrame(() => finger(pad, {}))
  const sign = async (): Promise<void> => {
    const missing = refuses.checked ? witness : signer
    if (!missing.value.trim()) { missing.focus(); return }
    if (drawn.value && !refuses.checked) {
      const picture = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
      if (picture) await app.take(picture, visit.id, '', 'paper')
    }
    await app.sign(visit, { signer: signer.value.trim(), refused_to_sign: refuses.checked, witness: witness.value.trim() })
    done()
  }
  return [make('p', 'field-told', say('fieldSubmitted')), labelled(say('fieldSigner'), signer), make('span', 'label', say('signHere')), pad, check, seen, press(say('fieldSign'), 'primary tall', sign)]
}
