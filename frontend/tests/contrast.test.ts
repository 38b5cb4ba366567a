import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const css = readFileSync(new URL('../src/styles/tokens.css', import.meta.url), 'utf8')

function tokensOf(selector: string): Record<string, string> {
  const start = css.indexOf(selector)
  const body = css.slice(css.indexOf('{', start) + 1, css.indexOf('}', start))
  return Object.fromEntries([...body.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map((match) => [match[1], match[2]]))
}

function luminance(hex: string): number {
  const part = (at: number): number => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
}

function contrast(a = '', b = ''): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (high + 0.05) / (low + 0.05)
}

const light = tokensOf(':root {')
const themes = { light, dark: { ...light, ...tokensOf(':root[data-theme="dark"]') } }
const levels = ['red', 'orange', 'yellow', 'blue', 'grey', 'green']

describe.each(Object.entries(themes))('WCAG 2.2 AA in %s', (_, theme) => {
  it.each(['ink', 'ink-2', 'ink-3'])('%s reads on every surface', (ink) => {
    for (const surface of ['paper', 'sheet', 'sunk', 'chosen']) expect(contrast(theme[ink], theme[surface]), surface).toBeGreaterThanOrEqual(4.5)
  })
  it.each(levels)('%s: the word reads on its fill, its ink on paper and on its wash', (level) => {
    expect(contrast(theme[`${level}-on`], theme[level])).toBeGreaterThanOrEqual(4.5)
    for (const surface of ['paper', 'sheet', `${level}-wash`]) expect(contrast(theme[`${level}-ink`], theme[surface]), surface).toBeGreaterThanOrEqual(4.5)
    expect(contrast(theme['ink'], theme[`${level}-wash`])).toBeGreaterThanOrEqual(4.5)
    expect(contrast(theme['ink-2'], theme[`${level}-wash`])).toBeGreaterThanOrEqual(4.5)
  })
  it('edges of controls stand out from the surface', () => {
    for (const surface of ['paper', 'sheet']) expect(contrast(theme['edge'], theme[surface])).toBeGreaterThanOrEqual(3)
  })
})

it('the system dark theme is the chosen dark theme', () => {
  expect(tokensOf(':root:not([data-theme="light"]')).toEqual(tokensOf(':root[data-theme="dark"]'))
})
