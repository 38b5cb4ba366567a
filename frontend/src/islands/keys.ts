import { KeyMap, isTyping } from '../keymap'
import type { Mount } from '../island'
import { say } from '../words'
import { stepFrom } from '../step'

const shown = (element: HTMLElement): boolean => element.offsetParent !== null || element.getClientRects().length > 0

function layer(): ParentNode {
  return [...document.querySelectorAll<HTMLDialogElement>('dialog[open]')].at(-1) ?? document
}

/** The element that a key names: in the list row one stands on first, then anywhere in the topmost layer. */
function named(key: string): HTMLElement | undefined {
  const quoted = `[data-key="${CSS.escape(key)}"]`
  const within = [...layer().querySelectorAll<HTMLElement>(quoted)].filter((element) => shown(element) && !element.closest('[inert]'))
  return within.find((element) => element.closest('[aria-selected="true"]')) ?? within[0]
}

export function pressKey(key: string): boolean {
  const target = named(key)
  if (!target) return false
  if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) target.focus()
  else if (!target.matches(':disabled, [aria-disabled="true"]')) {
    // Whoever opens a menu by its key is in it: without the focus a live refresh would close it under their hand.
    if (target.matches('summary')) target.focus()
    target.click()
  }
  return true
}

const labelOf = (element: HTMLElement): string => {
  const given = element.dataset['keyLabel'] ?? element.dataset['hint'] ?? element.getAttribute('aria-label') ?? element.getAttribute('placeholder')
  if (given) return given
  const copy = element.cloneNode(true) as HTMLElement
  copy.querySelectorAll('kbd, svg, .waiting').forEach((part) => part.remove())
  return (copy.textContent ?? '').replace(/\s+/g, ' ').trim()
}

function showHelp(): void {
  const dialog = document.createElement('dialog')
  dialog.className = 'wide'
  dialog.innerHTML = '<header><h2></h2></header><div class="body"><dl class="keys-list"></dl></div><footer><form method="dialog"><button class="button"><span></span> <kbd>Esc</kbd></button></form></footer>'
  const put = (selector: string, text: string): void => { const part = dialog.querySelector(selector); if (part) part.textContent = text }
  put('h2', say('keysTitle'))
  put('footer span', say('close'))
  const seen = new Set<string>()
  for (const element of [...document.querySelectorAll<HTMLElement>('[data-key], kbd[data-hint]')].filter(shown)) {
    const key = element.dataset['key'] ?? element.textContent ?? ''
    if (seen.has(key)) continue
    seen.add(key)
    const row = document.createElement('div')
    const term = document.createElement('dt')
    for (const part of key.split(' ')) term.append(Object.assign(document.createElement('kbd'), { textContent: part }))
    row.append(term, Object.assign(document.createElement('dd'), { textContent: labelOf(element) }))
    dialog.querySelector('dl')?.append(row)
  }
  dialog.addEventListener('close', () => dialog.remove())
  document.body.append(dialog)
  dialog.showModal()
}

/** Move the chosen row of the page's first `[data-list]`; Enter opens it. */
function moveInList(step: 1 | -1): boolean {
  const list = document.querySelector<HTMLElement>('[data-list]:not([data-island])')
  if (!list) return false
  const rows = [...list.querySelectorAll<HTMLElement>('[data-row]')].filter(shown)
  const chosen = rows.findIndex((row) => row.getAttribute('aria-selected') === 'true')
  const next = stepFrom(rows.map((_, index) => String(index)), chosen < 0 ? null : String(chosen), step)
  rows.forEach((row, index) => row.setAttribute('aria-selected', String(String(index) === next)))
  rows[Number(next)]?.scrollIntoView({ block: 'nearest' })
  return rows.length > 0
}

function openChosen(): boolean {
  const link = document.querySelector<HTMLElement>('[data-list]:not([data-island]) [aria-selected="true"]')
  const target = link?.matches('a') ? link : link?.querySelector<HTMLElement>('a[href]')
  target?.click()
  return Boolean(target)
}

function goBack(): boolean {
  const close = [...document.querySelectorAll<HTMLElement>('[data-key="Escape"]')].filter(shown).at(-1)
  close?.click()
  return Boolean(close)
}

function act(key: string): boolean {
  if (key === '?') { showHelp(); return true }
  if (pressKey(key)) return true
  if (key === 'j' || key === 'k') return moveInList(key === 'j' ? 1 : -1)
  return key === 'Enter' ? openChosen() : key === 'Escape' ? goBack() : false
}

/** Global keys. `<kbd data-hint="next">j</kbd>` only lists a key in the help. Any visible element with `data-key="x"` or `data-key="g d"` is pressed, or focused when it is a field. */
export const keys: Mount = () => {
  const map = new KeyMap()
  const listen = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing) return
    const target = event.target as HTMLElement | null
    if (isTyping(target)) { if (event.key === 'Escape') target?.blur(); return }
    if (document.querySelector('dialog[open]') && event.key === 'Escape') return
    if (event.key === 'Enter' && target?.closest('a, button, summary')) return
    for (const key of map.names(event, event.timeStamp)) {
      if (!act(key)) continue
      event.preventDefault()
      return
    }
  }
  document.addEventListener('keydown', listen)
  return () => document.removeEventListener('keydown', listen)
}
