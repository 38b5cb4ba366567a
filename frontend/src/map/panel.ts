import { levelChip, type Level } from '../levels'
import { shortTime, now } from '../time'
import { say } from '../words'
import type { LayerRow } from './layers'

/** Make an element with classes and text. */
export function make<K extends keyof HTMLElementTagNameMap>(tag: K, className = '', text = ''): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  if (className) element.className = className
  if (text) element.textContent = text
  return element
}

/** The layer tree, grouped as the registers are. */
export function layerTree(rows: readonly LayerRow[], toggle: (row: LayerRow, on: boolean) => void): HTMLDetailsElement {
  const tree = make('details', 'map-layers')
  tree.open = matchMedia('(min-width: 720px)').matches
  tree.append(make('summary', '', say('layers')))
  for (const group of new Set(rows.map((row) => row.group))) {
    const box = make('fieldset')
    box.append(make('legend', '', group))
    for (const row of rows.filter((each) => each.group === group)) {
      const label = make('label')
      const check = make('input')
      check.type = 'checkbox'
      check.checked = row.visible ?? false
      check.addEventListener('change', () => toggle(row, check.checked))
      const count = make('span', 'n')
      count.dataset['count'] = row.key
      label.append(check, make('span', '', row.label), count)
      box.append(label)
    }
    tree.append(box)
  }
  return tree
}

/** The legend names what is on screen and nothing else. */
export function fillLegend(legend: HTMLElement, onScreen: ReadonlyMap<LayerRow, ReadonlySet<Level>>): void {
  legend.replaceChildren()
  for (const [row, levels] of onScreen) {
    const line = make('div')
    if (row.colour_by) line.append(make('b', '', row.label), ...[...levels].map((level) => levelChip(level)))
    else line.append(make('span', 'plain', row.label))
    legend.append(line)
  }
}

/** Slider over the past hours; the far right is now. Calls back with an ISO instant, or null for now. */
export function timeSlider(hours: number, look: (at: string | null) => void): HTMLElement {
  const box = make('div', 'map-time no-print')
  const back = make('button', 'button small', say('backToNow'))
  back.type = 'button'
  back.hidden = true
  const slider = make('input')
  Object.assign(slider, { type: 'range', min: String(-hours * 60), max: '0', step: '5', value: '0' })
  slider.setAttribute('aria-label', say('past'))
  const shown = make('output', '', say('timeNow'))
  let wait = 0
  const turn = (): void => {
    const minutes = Number(slider.value)
    const at = minutes === 0 ? null : new Date(now() + minutes * 60_000)
    box.toggleAttribute('data-past', at !== null)
    back.hidden = at === null
    shown.textContent = at === null ? say('timeNow') : shortTime(at.getTime(), now())
    window.clearTimeout(wait)
    wait = window.setTimeout(() => look(at?.toISOString() ?? null), 250)
  }
  slider.addEventListener('input', turn)
  back.addEventListener('click', () => { slider.value = '0'; turn() })
  box.append(make('span', '', say('past')), slider, shown, back)
  return box
}

/** A button that stays pressed while its tool is in hand. */
export function toolButton(label: string, press: () => void): HTMLButtonElement {
  const button = make('button', 'button small', label)
  button.type = 'button'
  button.addEventListener('click', press)
  return button
}
