import { everySecond, type Mount } from '../island'
import { clockTime, dayText, followServer, now } from '../time'

/** Beijing time. Props: `now` (ISO, the server's time at rendering), `rate` (simulated speed), `simulated`. */
export const clock: Mount = (element, props) => {
  if (typeof props['now'] === 'string') followServer(Date.parse(props['now']), Number(props['rate'] ?? 1))
  if (props['simulated'] === true) element.dataset['simulated'] = ''
  const time = element.querySelector('time')
  const day = element.querySelector<HTMLElement>('[data-day]')
  return everySecond(() => {
    const at = now()
    if (time) { time.textContent = clockTime(at); time.dateTime = new Date(at).toISOString() }
    if (day) day.textContent = dayText(at)
  })
}
