import { say } from './words'

const ZONE = 'Asia/Shanghai'
const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

let base = { server: 0, local: 0, rate: 1 }

/** Follow the server's clock; with rate other than 1 the time is simulated and runs faster or slower. */
export function followServer(serverMs: number, rate = 1, localMs = Date.now()): void {
  base = { server: serverMs, local: localMs, rate }
}

/** Milliseconds now by the server's clock, or the machine's when no server time was given. */
export function now(localMs = Date.now()): number {
  return base.local === 0 ? localMs : base.server + (localMs - base.local) * base.rate
}

/** A span as words: the two largest units that matter. */
export function span(ms: number): string {
  const value = Math.abs(ms)
  if (value < MINUTE) return say('seconds', { n: Math.floor(value / SECOND) })
  if (value < HOUR) return say('minutes', { n: Math.floor(value / MINUTE) })
  if (value < DAY) return say('hoursMinutes', { h: Math.floor(value / HOUR), m: Math.floor((value % HOUR) / MINUTE) })
  if (value % DAY < HOUR) return say('dayCount', { n: Math.floor(value / DAY) })
  return say('days', { d: Math.floor(value / DAY), h: Math.floor((value % DAY) / HOUR) })
}

export function age(atMs: number, nowMs: number): string {
  const passed = nowMs - atMs
  if (passed < 10 * SECOND) return say('now')
  if (passed < MINUTE) return say('secondsAgo', { n: Math.floor(passed / SECOND) })
  if (passed < HOUR) return say('minutesAgo', { n: Math.floor(passed / MINUTE) })
  if (passed < DAY) return say('hoursAgo', { n: Math.floor(passed / HOUR) })
  return say('daysAgo', { n: Math.floor(passed / DAY) })
}

export type Turn = 'calm' | 'soon' | 'over'

/** How far a countdown has turned: part left (1 to 0), whether it is soon (last quarter) or over, and the words. */
export function countdown(startMs: number, dueMs: number, nowMs: number): { part: number; turn: Turn; words: string } {
  const left = dueMs - nowMs
  const whole = Math.max(dueMs - startMs, 1)
  if (left <= 0) return { part: 0, turn: 'over', words: say('over', { time: span(left) }) }
  const part = Math.min(left / whole, 1)
  return { part, turn: part < 0.25 ? 'soon' : 'calm', words: say('left', { time: span(left) }) }
}

const clockFormat = new Intl.DateTimeFormat('zh-CN', { timeZone: ZONE, hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })
const minuteFormat = new Intl.DateTimeFormat('zh-CN', { timeZone: ZONE, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const dayFormat = new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE })

export function clockTime(ms: number): string {
  return clockFormat.format(ms)
}

export function dayText(ms: number): string {
  return dayFormat.format(ms)
}

/** 14:05 today, 11-20 14:05 this year, else with the year. */
export function shortTime(ms: number, nowMs: number): string {
  const day = dayText(ms)
  const today = dayText(nowMs)
  if (day === today) return minuteFormat.format(ms)
  return `${day.slice(0, 4) === today.slice(0, 4) ? day.slice(5) : day} ${minuteFormat.format(ms)}`
}
