import { everySecond, type Mount } from '../island'
import { age as ageWords, clockTime, dayText, now } from '../time'

/** Age of an instant (`datetime` or `data-at`); after `data-old` seconds the element is marked old. */
export const age: Mount = (element) => everySecond(() => {
  const at = Date.parse(element.dataset['at'] ?? element.getAttribute('datetime') ?? '')
  if (Number.isNaN(at)) return
  const words = ageWords(at, now())
  if (element.textContent !== words) element.textContent = words
  element.title = `${dayText(at)} ${clockTime(at)}`
  const limit = Number(element.dataset['oldAfter'] ?? Infinity)
  element.toggleAttribute('data-old', now() - at > limit * 1000)
})
