import { everySecond, type Mount } from '../island'
import { readLevel, worst } from '../levels'
import { audio, play, toneOf } from '../tone'
import { say } from '../words'

const STORE = 'anshu-muted-until'

function clockOf(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

/** A button. While any `[data-unanswered="red"]` is on the page the worst level's tone is repeated; pressing mutes for `minutes` (default 10) and it re-arms itself. */
export const sound: Mount = (element, props) => {
  const words = element.querySelector('span') ?? element
  const use = element.querySelector('use')
  let next = 0
  const mutedMs = (): number => Number(localStorage.getItem(STORE) ?? 0) - Date.now()
  const tick = (): void => {
    const muted = mutedMs()
    const blocked = muted <= 0 && navigator.userActivation?.hasBeenActive === false
    const text = muted > 0 ? say('soundMuted', { time: clockOf(muted) }) : blocked ? say('soundBlocked') : say('soundOn')
    element.setAttribute('aria-label', text)
    element.setAttribute('aria-pressed', String(muted > 0))
    element.title = text
    words.textContent = muted > 0 ? clockOf(muted) : ''
    use?.setAttribute('href', (use.getAttribute('href') ?? '').replace(/#.*$/, muted > 0 || blocked ? '#volume-3' : '#volume'))
    const levels = [...document.querySelectorAll<HTMLElement>('[data-unanswered]')].map((each) => readLevel(each.dataset['unanswered'] || each.dataset['level']))
    const tone = toneOf(worst(levels))
    if (!tone || muted > 0 || blocked) { next = 0; return }
    if (Date.now() < next) return
    next = Date.now() + tone.repeat * 1000
    play(tone.pitches)
  }
  element.addEventListener('click', () => {
    void audio().resume()
    localStorage.setItem(STORE, String(mutedMs() > 0 ? 0 : Date.now() + Number(props['minutes'] ?? 10) * 60_000))
    tick()
  })
  document.addEventListener('anshu:change', tick)
  const stop = everySecond(tick)
  return () => { stop(); document.removeEventListener('anshu:change', tick) }
}
