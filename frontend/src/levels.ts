import { say, type Word } from './words'

/** National levels, worst first, then the two quiet ones. */
export const LEVELS = ['red', 'orange', 'yellow', 'blue', 'grey', 'green'] as const
export type Level = (typeof LEVELS)[number]

const ROMAN: Record<string, Level> = { '1': 'red', '2': 'orange', '3': 'yellow', '4': 'blue', i: 'red', ii: 'orange', iii: 'yellow', iv: 'blue' }

/** Reads a level as the server may write it: a colour, 1 to 4 or I to IV; anything else is grey. */
export function readLevel(value: unknown): Level {
  const text = String(value ?? '').trim().toLowerCase()
  return LEVELS.find((level) => level === text) ?? ROMAN[text] ?? 'grey'
}

export function rank(level: Level): number {
  return LEVELS.indexOf(level)
}

export function worst(levels: readonly Level[]): Level {
  return levels.reduce<Level>((top, level) => (rank(level) < rank(top) ? level : top), 'grey')
}

export function levelWord(level: Level): string {
  return say(level satisfies Word)
}

/** Colour of a token such as `red` or `ink-2` under the current theme. */
export function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()
}

export function levelChip(level: Level, text = levelWord(level)): HTMLElement {
  const chip = document.createElement('span')
  chip.className = 'level quiet'
  chip.dataset['level'] = level
  chip.textContent = text
  return chip
}
