import type { Mount } from '../island'
import { begins, sha256 } from '../sha256'

/** So many tries before the page gets its turn again. */
const AT_ONCE = 400

/** A little work done while the form is filled in, so that a flood costs more than a letter. Props: bits. */
export const proof: Mount = (element, props) => {
  const form = element as HTMLFormElement
  const challenge = form.elements.namedItem('challenge')
  const answer = form.elements.namedItem('proof')
  if (!(challenge instanceof HTMLInputElement) || !(answer instanceof HTMLInputElement)) return
  const bits = Number(props['bits'] ?? 0)
  let tried = 0
  const tryMore = (): void => {
    for (const last = tried + AT_ONCE; tried < last; tried += 1) {
      if (begins(sha256(`${challenge.value}:${tried}`), bits)) { answer.value = String(tried); return }
    }
    if (element.isConnected) window.setTimeout(tryMore)
  }
  window.setTimeout(tryMore)
}
