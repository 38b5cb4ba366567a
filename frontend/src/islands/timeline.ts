import type { Mount } from '../island'
import { readEntry } from '../entry'
import { clockTime, now } from '../time'
import { say } from '../words'

/** Incident timeline: chips named `kind` filter rows by `data-kind`; the entry line shows what it was read as. */
export const timeline: Mount = (element) => {
  const chosen = (): Set<string> => new Set([...element.querySelectorAll<HTMLInputElement>('input[name="kind"]:checked')].map((input) => input.value))
  const filter = (): void => {
    const kinds = chosen()
    element.querySelectorAll<HTMLElement>('.timeline li').forEach((row) => { row.hidden = kinds.size > 0 && !kinds.has(row.dataset['kind'] ?? '') })
  }
  const read = (event: Event): void => {
    const input = event.target as HTMLInputElement
    if (input.name === 'kind') { filter(); return }
    const shown = element.querySelector<HTMLElement>('.entry-read')
    if (!shown || !input.matches('.entry input')) return
    const entry = readEntry(input.value, clockTime(now()).slice(0, 5))
    shown.textContent = input.value ? `${say('entryRead', { time: entry.time, kind: say(entry.kind) })} · ${entry.text}` : ''
  }
  const toEnd = (): void => { const pane = element.closest('.pane'); if (pane) pane.scrollTop = pane.scrollHeight }
  element.addEventListener('input', read)
  document.addEventListener('htmx:after:swap', filter)
  toEnd()
  return () => document.removeEventListener('htmx:after:swap', filter)
}
