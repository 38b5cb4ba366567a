/** Walking a checklist: the same rules as the server, over data the server has read (conditions come as trees). */

export type Condition = null | string | number | Condition[]
export interface Choice { key: string; text: string; fails?: boolean }
export interface Item {
  key: string; text: string; answer?: 'judge' | 'number' | 'text' | 'choice' | 'photo'; group?: string; clause?: string; law?: string; penalty?: string
  needed?: boolean; choices?: Choice[]; least?: number; most?: number; unit?: string; hint?: string; departments?: string[]; condition: Condition
}
export interface Group { key: string; text: string; repeats?: boolean }
export interface Checklist { number: string; title: string; uses: string[]; groups: Group[]; items: Item[]; in_force: boolean }
export interface Entry { value?: string | number | null; note?: string; pictures?: string[] }
export type Answers = Readonly<Record<string, Entry>>
export interface Asked { path: string; item: Item; round: string }

const ORDER: Record<string, (a: number, b: number) => boolean> = {
  '=': (a, b) => a === b, '!=': (a, b) => a !== b, '<': (a, b) => a < b, '<=': (a, b) => a <= b, '>': (a, b) => a > b, '>=': (a, b) => a >= b,
}

type Value = string | number | boolean

function valueOf(condition: Condition, look: (key: string) => Value): Value {
  if (!Array.isArray(condition)) return condition ?? ''
  const [sign, ...parts] = condition as [string, ...Condition[]]
  if (sign === 'item') return look(parts[0] as string)
  if (sign === 'or') return parts.some((part) => Boolean(valueOf(part, look)))
  if (sign === 'and') return parts.every((part) => Boolean(valueOf(part, look)))
  if (sign === 'not') return !valueOf(parts[0] ?? null, look)
  return compare(sign, valueOf(parts[0] ?? null, look), valueOf(parts[1] ?? null, look))
}

/** Numbers as numbers, anything else equal or not as text; what is empty is never more or less. */
function compare(sign: string, left: Value, right: Value): boolean {
  const numeric = (value: Value): boolean => typeof value !== 'boolean' && value !== '' && Number.isFinite(Number(value))
  if (numeric(left) && numeric(right)) return ORDER[sign]?.(Number(left), Number(right)) ?? false
  if (sign === '=') return String(left) === String(right)
  return sign === '!=' && String(left) !== String(right)
}

export function holds(condition: Condition, look: (key: string) => Value): boolean {
  return condition === null || Boolean(valueOf(condition, look))
}

export function repeats(list: Checklist, item: Item): boolean {
  return list.groups.some((group) => group.key === item.group && group.repeats)
}

export function pathOf(list: Checklist, item: Item, round: string): string {
  return repeats(list, item) ? `${item.group ?? ''}/${round}/${item.key}` : item.key
}

/** Rounds begun of a group that repeats, in order. */
export function roundsOf(group: string, answers: Answers): string[] {
  const found = Object.keys(answers).map((path) => path.split('/')).filter((parts) => parts.length === 3 && parts[0] === group).map((parts) => parts[1] ?? '')
  return [...new Set(found)].sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
}

/** Everything that is asked, given the answers so far. */
export function asked(list: Checklist, answers: Answers): Asked[] {
  const found: Asked[] = []
  for (const item of list.items) {
    const rounds = repeats(list, item) ? roundsOf(item.group ?? '', answers) : ['']
    for (const round of rounds) {
      const look = (key: string): Value => {
        const other = list.items.find((each) => each.key === key)
        return (other && answers[pathOf(list, other, round)]?.value) ?? ''
      }
      if (holds(item.condition, look)) found.push({ path: pathOf(list, item, round), item, round })
    }
  }
  return found
}

/** Whether an answer is one that the item can have. */
export function proper(item: Item, entry: Entry | undefined): boolean {
  const value = entry?.value
  switch (item.answer ?? 'judge') {
    case 'judge': return value === 'pass' || value === 'fail' || value === 'out'
    case 'number': return typeof value === 'number' && Number.isFinite(value)
    case 'choice': return (item.choices ?? []).some((choice) => choice.key === value)
    case 'photo': return (entry?.pictures ?? []).length > 0
    case 'text': return typeof value === 'string' && value.trim() !== ''
  }
}

/** Whether the answer is a defect. */
export function failed(item: Item, entry: Entry | undefined): boolean {
  const value = entry?.value
  if ((item.answer ?? 'judge') === 'judge') return value === 'fail'
  if (item.answer === 'number' && typeof value === 'number') return (item.least !== undefined && item.least !== null && value < item.least) || (item.most !== undefined && item.most !== null && value > item.most)
  return item.answer === 'choice' && (item.choices ?? []).some((choice) => choice.fails && choice.key === value)
}

/** What must still be answered before it can be handed in. */
export function owed(list: Checklist, answers: Answers): Asked[] {
  return asked(list, answers).filter(({ path, item }) => item.needed !== false && !proper(item, answers[path]))
}
