import { metres } from '../map/geometry'
import { make } from '../map/panel'
import { say } from '../words'
import type { Here } from './app'
import type { Kept } from './store'

/** A button for a thumb. */
export function press(label: string, className: string, deed: () => unknown): HTMLButtonElement {
  const button = make('button', `button ${className}`, label)
  button.type = 'button'
  button.addEventListener('click', () => void deed())
  return button
}

/** A labelled field; the element comes back filled in. */
export function labelled<T extends HTMLElement>(label: string, input: T): HTMLLabelElement {
  const box = make('label', 'field')
  box.append(make('span', 'label', label), input)
  return box
}

export function input(kind: string, value = ''): HTMLInputElement {
  const made = make('input', 'input')
  made.type = kind
  made.value = value
  return made
}

export function select(choices: readonly (readonly [string, string])[], chosen = ''): HTMLSelectElement {
  const made = make('select', 'input')
  for (const [value, title] of choices) made.append(new Option(title, value, false, value === chosen))
  return made
}

/** Metres from where one stands to a place, or null when either is unknown. */
export function away(here: Here, lon: number | null, lat: number | null): number | null {
  return here && lon !== null && lat !== null ? metres([here.lon, here.lat], [lon, lat]) : null
}

export function awayWords(distance: number | null): string {
  if (distance === null) return ''
  return distance < 1000 ? say('fieldAway', { m: Math.round(distance / 10) * 10 }) : say('fieldAwayKm', { km: (distance / 1000).toFixed(1) })
}

const WORDS = { here: 'fieldHere', sending: 'fieldSending', there: 'fieldThere', conflict: 'fieldConflict', refused: 'fieldRefused' } as const
const LEVELS: Partial<Record<Kept, string>> = { conflict: 'orange', refused: 'red' }

/** How something is kept, in words with a shape of its own. */
export function keptChip(kept: Kept): HTMLElement {
  const level = LEVELS[kept]
  const chip = make('span', level ? 'level quiet' : 'state', say(WORDS[kept]))
  if (level) chip.dataset['level'] = level
  else if (kept === 'there') chip.dataset['done'] = ''
  return chip
}
