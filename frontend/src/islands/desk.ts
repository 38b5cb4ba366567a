import htmx from 'htmx.org'
import { stepFrom } from '../step'
import type { Mount } from '../island'
import { isTyping } from '../keymap'
import { say } from '../words'

/** What must outlive a refresh: the row one stands on and the groups that are unfolded. */
interface Memory { chosen: string | null; unfolded: Set<string> }

const rowsOf = (list: HTMLElement): HTMLElement[] => [...list.querySelectorAll<HTMLElement>('[data-row]')]
const idOf = (row: HTMLElement): string => row.dataset['id'] ?? ''

/** Show the members of unfolded groups, hide those of the others, mark the chosen row. */
function arrange(list: HTMLElement, memory: Memory): void {
  list.querySelectorAll<HTMLElement>('[data-of]').forEach((each) => { each.hidden = !memory.unfolded.has(each.dataset['of'] ?? '') })
  rowsOf(list).forEach((row) => {
    const open = memory.unfolded.has(row.dataset['group'] ?? '')
    const times = row.querySelector<HTMLElement>('.times')
    row.toggleAttribute('data-unfolded', open && times !== null)
    times?.setAttribute('aria-expanded', String(open))
    times?.setAttribute('aria-label', open ? say('fold') : say('unfold', { n: times.dataset['count'] ?? '' }))
    row.setAttribute('aria-selected', String(idOf(row) === memory.chosen))
    row.tabIndex = idOf(row) === memory.chosen ? 0 : -1
  })
}

function unansweredAbove(list: HTMLElement, pill: HTMLElement | null): void {
  if (!pill) return
  const top = (list.closest('.pane') ?? list).getBoundingClientRect().top + 44
  const above = rowsOf(list).filter((row) => 'unanswered' in row.dataset && !row.hidden && row.getBoundingClientRect().bottom < top)
  pill.hidden = above.length === 0
  pill.textContent = say('unansweredAbove', { n: above.length })
}

/** Duty list. Rows: `data-row data-id data-group data-level [data-unanswered] hx-get`; what unfolds under a group says `data-of`. Verdicts are the server's own buttons with `data-key`. */
export const desk: Mount = (element) => {
  const list = (): HTMLElement => element.querySelector<HTMLElement>('[data-list]') ?? element
  const pill = element.querySelector<HTMLElement>('.unseen-above')
  const memory: Memory = { chosen: element.querySelector<HTMLElement>('[data-row][aria-selected="true"]')?.dataset['id'] ?? null, unfolded: new Set() }
  // Until the panel shows the alarm one stands on, its verdict keys would judge the one before: they are out of reach.
  const guard = (): void => {
    const panel = document.getElementById('standing')
    if (panel) panel.inert = memory.chosen !== null && panel.querySelector(`[hx-get$="/${CSS.escape(memory.chosen)}"]`) === null
  }
  const seen = (): HTMLElement[] => rowsOf(list()).filter((row) => !row.hidden)
  const stand = (id: string | null): void => {
    if (id === null) return
    const changed = id !== memory.chosen
    memory.chosen = id
    arrange(list(), memory)
    guard()
    const row = seen().find((each) => idOf(each) === id)
    row?.scrollIntoView({ block: 'nearest' })
    row?.focus({ preventScroll: true })
    if (changed && row) htmx.trigger(row, 'stand', {}, false)
    document.dispatchEvent(new CustomEvent('anshu:stand', { detail: { id, longitude: Number(row?.dataset['longitude']), latitude: Number(row?.dataset['latitude']) } }))
  }
  const unfold = (row: HTMLElement): void => {
    const group = row.dataset['group'] ?? ''
    if (!memory.unfolded.delete(group)) memory.unfolded.add(group)
    arrange(list(), memory)
  }
  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target as HTMLElement) || document.querySelector('dialog[open]')) return
    const ids = seen().map(idOf)
    const row = seen().find((each) => idOf(each) === memory.chosen)
    if (event.key === 'j' || event.key === 'ArrowDown') stand(stepFrom(ids, memory.chosen, 1))
    else if (event.key === 'k' || event.key === 'ArrowUp') stand(stepFrom(ids, memory.chosen, -1))
    else if (event.key === 'o' && row) unfold(row)
    else return
    event.preventDefault()
  }
  const onClick = (event: MouseEvent): void => {
    const row = (event.target as HTMLElement).closest<HTMLElement>('[data-row]')
    if (!row) return
    if ((event.target as HTMLElement).closest('.times')) { event.preventDefault(); event.stopPropagation(); unfold(row) } else stand(idOf(row))
  }
  // A morph takes the row's tabindex away for a moment and the browser drops the focus with it.
  let held = false
  const about = (): void => { held = list().contains(document.activeElement) }
  const settled = (event: Event): void => {
    guard()
    if (!element.contains(event.target as Node) && !(event.target as Node).contains(element)) return
    arrange(list(), memory)
    unansweredAbove(list(), pill)
    if (held) seen().find((row) => idOf(row) === memory.chosen)?.focus({ preventScroll: true })
  }
  const scrolled = (): void => unansweredAbove(list(), pill)
  const pane = element.closest('.pane') ?? element
  document.addEventListener('keydown', onKey)
  element.addEventListener('click', onClick, true)
  document.addEventListener('htmx:before:swap', about)
  document.addEventListener('htmx:after:swap', settled)
  pane.addEventListener('scroll', scrolled, { passive: true })
  pill?.addEventListener('click', () => stand(seen().map(idOf)[0] ?? null))
  arrange(list(), memory)
  if (memory.chosen === null) stand(seen().map(idOf)[0] ?? null)
  return () => {
    document.removeEventListener('keydown', onKey)
    document.removeEventListener('htmx:before:swap', about)
    document.removeEventListener('htmx:after:swap', settled)
    pane.removeEventListener('scroll', scrolled)
  }
}
