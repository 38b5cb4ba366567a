import { everySecond, type Mount } from '../island'
import { play } from '../tone'

/** Phone simulator: rings while a `[data-ringing]` handset is on the page; the answers are the server's own buttons. */
export const simulator: Mount = (element) => {
  let second = 0
  return everySecond(() => {
    second += 1
    const ringing = element.querySelector('[data-ringing]') !== null
    if (ringing && second % 4 === 0 && navigator.userActivation?.hasBeenActive !== false) play([440, 480, 440, 480, 440])
  })
}
