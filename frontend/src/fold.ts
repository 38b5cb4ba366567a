import { rank, type Level } from './levels'

export interface Line { id: string; group: string; level: Level; unanswered: boolean }
export interface Folded { head: string; members: string[] }

/** Lines of one object become one line: its worst unanswered one, the newest of equals (the list is oldest first);
 * groups keep the place of their first line, those with an unanswered line come first. */
export function fold(lines: readonly Line[]): Folded[] {
  const groups = new Map<string, Line[]>()
  for (const line of lines) {
    const key = line.group || line.id
    const group = groups.get(key)
    if (group) group.push(line)
    else groups.set(key, [line])
  }
  const weight = (line: Line): number => (line.unanswered ? 0 : 10) + rank(line.level)
  const folded = [...groups.values()].map((group) => {
    const head = group.reduce((best, line) => (weight(line) <= weight(best) ? line : best))
    return { head, members: group.filter((line) => line !== head).map((line) => line.id) }
  })
  const ordered = [...folded.filter((each) => each.head.unanswered), ...folded.filter((each) => !each.head.unanswered)]
  return ordered.map((each) => ({ head: each.head.id, members: each.members }))
}

/** The id to stand on after a move of step lines; at the ends it stays. */
export function stepFrom(ids: readonly string[], current: string | null, step: 1 | -1): string | null {
  if (ids.length === 0) return null
  const at = current === null ? -1 : ids.indexOf(current)
  if (at < 0) return (step > 0 ? ids[0] : ids.at(-1)) ?? null
  return ids[Math.min(Math.max(at + step, 0), ids.length - 1)] ?? null
}
