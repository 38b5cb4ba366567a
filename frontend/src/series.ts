import { readLevel, type Level } from './levels'

export interface Rung { level: string | number; raise: number; clear?: number | null; label?: string }
export interface Series { points: [number, number | null][]; ladder?: Rung[]; unit?: string; forecast?: [number, number | null][]; name?: string; spells?: [number, number, string][] }
export interface Threshold { level: Level; raise: number; clear: number | null; label: string }

/** Scale of the value axis: a step of 1, 2 or 5 times a power of ten, at most five of them, and the top that clears the highest value. */
export function scale(top: number): { max: number; interval: number } {
  if (!(top > 0)) return { max: 1, interval: 0.2 }
  const rough = (top * 1.08) / 5
  const power = 10 ** Math.floor(Math.log10(rough))
  const interval = power * ([1, 2, 5].find((each) => each * power >= rough) ?? 10)
  const steps = Math.ceil((top * 1.08) / interval)
  return { max: Number((interval * steps).toPrecision(6)), interval: Number(interval.toPrecision(6)) }
}

/** The ladder as lines to draw, worst first, without rungs far above anything measured (three times the highest value), but never fewer than the lowest. */
export function thresholds(series: Series): Threshold[] {
  const values = [...series.points, ...(series.forecast ?? [])].map(([, value]) => value).filter((value) => value !== null)
  const top = Math.max(...values, 0)
  const rungs = (series.ladder ?? []).map((rung) => ({ level: readLevel(rung.level), raise: rung.raise, clear: rung.clear ?? null, label: rung.label ?? '' }))
  const lowest = Math.min(...rungs.map((rung) => rung.raise))
  return rungs.filter((rung) => rung.raise <= top * 3 || rung.raise === lowest).sort((a, b) => b.raise - a.raise)
}
