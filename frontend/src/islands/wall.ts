import { everySecond, type Mount } from '../island'
import { drift, sceneAt } from '../scenes'

/** Wall. Props: `seconds` a scene is shown. Scenes are `[data-scene]` in `[data-scenes]`; `[data-calm="false"]` anywhere holds the first, the live one. */
export const wall: Mount = (element, props) => {
  const seconds = Number(props['seconds'] ?? 30)
  const began = Date.now()
  return everySecond(() => {
    const passed = (Date.now() - began) / 1000
    const calm = element.querySelector('[data-calm="false"]') === null && element.dataset['calm'] !== 'false'
    element.querySelectorAll<HTMLElement>('[data-scenes]').forEach((stage) => {
      const scenes = [...stage.querySelectorAll<HTMLElement>('[data-scene]')]
      const shown = sceneAt(scenes.length, passed, seconds, calm)
      scenes.forEach((scene, index) => scene.toggleAttribute('data-showing', index === shown))
    })
    const { x, y } = drift(passed)
    element.style.setProperty('--drift-x', `${x}px`)
    element.style.setProperty('--drift-y', `${y}px`)
    element.querySelectorAll<HTMLElement>('.ticker').forEach(runTicker)
  })
}

/** Let the line run only when it does not fit; its facts are doubled so that the loop has no seam. */
function runTicker(ticker: HTMLElement): void {
  const line = ticker.querySelector<HTMLElement>('.facts-line')
  if (!line || 'running' in ticker.dataset || line.scrollWidth <= ticker.clientWidth - line.offsetLeft) return
  line.style.setProperty('--tick-time', `${Math.round(line.scrollWidth / 60)}s`)
  ;[...line.children].forEach((child) => {
    const copy = child.cloneNode(true) as HTMLElement
    copy.setAttribute('aria-hidden', 'true')
    line.append(copy)
  })
  ticker.dataset['running'] = ''
}
