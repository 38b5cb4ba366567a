import { say } from './words'

export interface Notice { text: string; level?: string; retry?: () => void }

function shelf(): HTMLElement {
  const there = document.querySelector<HTMLElement>('.toasts')
  if (there) return there
  const made = document.createElement('div')
  made.className = 'toasts'
  made.setAttribute('role', 'status')
  document.body.append(made)
  return made
}

/** Show one line at the bottom right; errors stay until closed, the rest leave after six seconds. */
export function toast(notice: Notice): void {
  const box = document.createElement('div')
  box.className = 'toast'
  if (notice.level) box.dataset['level'] = notice.level
  const text = document.createElement('span')
  text.className = 'grow'
  text.textContent = notice.text
  box.append(text)
  const button = (label: string, press: () => void): void => {
    const made = document.createElement('button')
    made.type = 'button'
    made.textContent = label
    made.addEventListener('click', () => { box.remove(); press() })
    box.append(made)
  }
  if (notice.retry) button(say('retry'), notice.retry)
  button(say('close'), () => undefined)
  shelf().append(box)
  if (notice.level !== 'red') window.setTimeout(() => box.remove(), 6000)
}
