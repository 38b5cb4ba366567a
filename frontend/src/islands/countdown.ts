import { everySecond, type Mount } from '../island'
import { countdown as turned, now } from '../time'

/** A bar that turns: `data-due` and `data-start` are ISO instants on the element itself. */
export const countdown: Mount = (element) => everySecond(() => {
  const due = Date.parse(element.dataset['due'] ?? '')
  if (Number.isNaN(due)) return
  const start = Date.parse(element.dataset['start'] ?? '')
  const state = turned(Number.isNaN(start) ? due - 3_600_000 : start, due, now())
  if (element.dataset['turn'] !== state.turn) element.dataset['turn'] = state.turn
  const words = element.querySelector('.left')
  if (words && words.textContent !== state.words) words.textContent = state.words
  element.querySelector<HTMLElement>('.track i')?.style.setProperty('--part', state.part.toFixed(4))
})
