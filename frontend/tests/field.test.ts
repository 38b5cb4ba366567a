import { describe, expect, it } from 'vitest'
import { asked, failed, holds, owed, proper, type Checklist } from '../src/field/checklist'
import { uuid7 } from '../src/field/identity'
import { settled } from '../src/field/sending'
import { formAt, Stopwatch } from '../src/field/stopwatch'

const list: Checklist = {
  number: 'a-v1', title: 'a', uses: [], in_force: true, groups: [{ key: 'rooms', text: 'rooms', repeats: true }],
  items: [
    { key: 'exit', text: 'exit', condition: null },
    { key: 'storeys', text: 'storeys', answer: 'number', needed: false, least: 1, most: 3, condition: null },
    { key: 'window', text: 'window', condition: ['or', ['=', ['item', 'exit'], 'fail'], ['>=', ['item', 'storeys'], 2]] },
    { key: 'lives', text: 'lives', answer: 'choice', group: 'rooms', choices: [{ key: 'no', text: 'no' }, { key: 'yes', text: 'yes', fails: true }], condition: null },
    { key: 'bed', text: 'bed', group: 'rooms', condition: ['=', ['item', 'lives'], 'yes'] },
  ],
}
const paths = (answers: Parameters<typeof asked>[1]): string[] => asked(list, answers).map((each) => each.path)

describe('a checklist on a telephone', () => {
  it('asks what its conditions say', () => {
    expect(paths({})).toEqual(['exit', 'storeys'])
    expect(paths({ exit: { value: 'fail' } })).toEqual(['exit', 'storeys', 'window'])
    expect(paths({ storeys: { value: 2 } })).toContain('window')
  })
  it('asks a group once for each round, by the answers of that round', () => {
    expect(paths({ 'rooms/1/lives': { value: 'no' }, 'rooms/2/lives': { value: 'yes' } })).toEqual(['exit', 'storeys', 'rooms/1/lives', 'rooms/2/lives', 'rooms/2/bed'])
  })
  it('knows what is owed, proper and a defect', () => {
    expect(owed(list, { exit: { value: 'pass' } })).toEqual([])
    const [exit, storeys] = list.items
    expect([proper(exit!, { value: 'maybe' }), proper(storeys!, { value: Number.NaN }), failed(storeys!, { value: 4 }), failed(storeys!, { value: 3 })]).toEqual([false, false, true, false])
  })
  it('compares numbers as numbers and nothing with nothing', () => {
    expect(holds(['>=', ['item', 'a'], 2], () => '10')).toBe(true)
    expect(holds(['<', ['item', 'a'], 2], () => '')).toBe(false)
    expect(holds(['not', ['and', ['=', ['item', 'a'], 'x'], ['!=', ['item', 'a'], 'y']]], () => 'x')).toBe(false)
  })
})

describe('what is sent', () => {
  it('has ids that sort by the instant', () => {
    const [first, second] = [uuid7(1_700_000_000_000), uuid7(1_700_000_000_001)]
    expect(first < second).toBe(true)
    expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })
  it('is what became of it the first time when it comes again, and waits here when nothing was said of it', () => {
    const answer = { id: 'a', outcome: 'duplicate', told: 'no', waits: false, was: 'refused', conflicts: [] }
    expect(settled(answer).kept).toBe('refused')
    expect(settled({ ...answer, was: 'kept' }).kept).toBe('there')
    expect(settled({ ...answer, outcome: 'conflict', was: '', conflicts: ['CT1'] })).toEqual({ kept: 'conflict', told: 'no', conflicts: ['CT1'] })
    expect(settled(undefined).kept).toBe('here')
  })
})

describe('how long a form took', () => {
  const kept = new Map<string, string>()
  const shelf = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value), removeItem: (key: string) => void kept.delete(key) }
  let ms = 0
  it('is counted from the first touch, while it is shown, over a killed page, and told once', () => {
    const first = new Stopwatch(shelf, () => ms)
    expect(first.take('a')).toBeUndefined()
    first.touch('a')
    ms = 4000; first.touch('a')
    ms = 5000; first.pause()
    ms = 90_000; first.touch('a')
    ms = 92_000; first.touch('a')
    ms = 99_000  // since the last touch the page was killed
    const second = new Stopwatch(shelf, () => ms)
    second.touch('a')
    ms = 102_000; second.touch('b')
    ms = 103_000
    expect([second.take('a'), second.take('a'), second.take('b')]).toEqual([10, undefined, 1])
    expect(kept.size).toBe(0)
  })
  it('knows a form by what it is about', () => {
    expect(['#/visit/7', '#/hazard/8', '#/new', '#/', '', '#/map', '#/queue'].map(formAt)).toEqual(['7', '8', 'new', '', '', '', ''])
  })
})
