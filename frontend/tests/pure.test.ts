import { describe, expect, it } from 'vitest'
import { concerns, waitSeconds } from '../src/change'
import { readEntry } from '../src/entry'
import { stepFrom } from '../src/step'
import { KeyMap, isTyping } from '../src/keymap'
import { LEVELS, levelWord, readLevel, worst } from '../src/levels'
import { circle, closed, metres } from '../src/map/geometry'
import { levelled } from '../src/map/layers'
import { drift, sceneAt } from '../src/scenes'
import { scale, thresholds } from '../src/series'
import { age, countdown, followServer, now, shortTime, span } from '../src/time'
import { TONES, toneOf } from '../src/tone'
import { say } from '../src/words'

const MINUTE = 60_000

describe('levels', () => {
  it('reads colours, numbers and Roman numerals', () => {
    expect(['RED', '2', 'iii', 'IV', '', null, 'pink'].map(readLevel)).toEqual(['red', 'orange', 'yellow', 'blue', 'grey', 'grey', 'grey'])
  })
  it('says each level in Chinese and knows the worst', () => {
    expect(LEVELS.map(levelWord)).toEqual(['红色', '橙色', '黄色', '蓝色', '正常', '已核实'])
    expect(worst(['blue', 'orange', 'grey'])).toBe('orange')
    expect(worst([])).toBe('grey')
  })
  it('has a tone for the four loud levels, the red one most often', () => {
    expect(toneOf('grey')).toBeUndefined()
    expect(Object.values(TONES).map((tone) => tone.repeat)).toEqual([4, 8, 15, 30])
  })
})

describe('words', () => {
  it('fills in values in both languages', () => {
    expect(say('minutesAgo', { n: 3 }, 'zh')).toBe('3 分钟前')
    expect(say('minutesAgo', { n: 3 }, 'en')).toBe('3 min ago')
  })
})

describe('time', () => {
  it.each([[0, '刚刚'], [9_999, '刚刚'], [30_000, '30 秒前'], [3 * MINUTE, '3 分钟前'], [59 * MINUTE + 59_000, '59 分钟前'], [2 * 60 * MINUTE, '2 小时前'], [49 * 60 * MINUTE, '2 天前']])('age of %i ms is %s', (ms, words) => {
    expect(age(0, ms)).toBe(words)
  })
  it('spans name the two units that matter', () => {
    expect([59_000, 60_000, 90 * MINUTE, 48 * 60 * MINUTE, 31 * 60 * MINUTE].map(span)).toEqual(['59 秒', '1 分', '1 小时 30 分', '2 天', '1 天 7 小时'])
  })
  it('a countdown turns at its last quarter and at the end', () => {
    expect(countdown(0, 60 * MINUTE, 30 * MINUTE)).toEqual({ part: 0.5, turn: 'calm', words: '剩 30 分' })
    expect(countdown(0, 60 * MINUTE, 46 * MINUTE).turn).toBe('soon')
    expect(countdown(0, 60 * MINUTE, 62 * MINUTE)).toEqual({ part: 0, turn: 'over', words: '超 2 分' })
  })
  it('writes 14:05 today, 11-20 14:05 this year, in Beijing', () => {
    const at = Date.parse('2026-11-21T06:05:00Z')
    expect(shortTime(at, Date.parse('2026-11-21T15:59:00Z'))).toBe('14:05')
    expect(shortTime(at, Date.parse('2026-11-21T16:00:00Z'))).toBe('11-21 14:05')
    expect(shortTime(at, Date.parse('2027-01-21T16:00:00Z'))).toBe('2026-11-21 14:05')
  })
  it('follows the server and its simulated speed', () => {
    followServer(1000, 60, 500)
    expect(now(510)).toBe(1600)
  })
})

describe('step', () => {
  it('steps through a list and stays at its ends', () => {
    expect(stepFrom(['a', 'b'], null, 1)).toBe('a')
    expect(stepFrom(['a', 'b'], null, -1)).toBe('b')
    expect(stepFrom(['a', 'b'], 'b', 1)).toBe('b')
    expect(stepFrom(['a', 'b'], 'gone', 1)).toBe('a')
    expect(stepFrom([], 'a', 1)).toBeNull()
  })
})

describe('keys', () => {
  const press = (key: string, more = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, ...more })
  it('hears single keys and chords within a second', () => {
    const map = new KeyMap()
    expect(map.names(press('g'), 0)).toEqual(['g'])
    expect(map.names(press('d'), 900)).toEqual(['g d', 'd'])
    expect(map.names(press('d'), 950)).toEqual(['d'])
    map.names(press('g'), 2000)
    expect(map.names(press('m'), 3100)).toEqual(['m'])
  })
  it('leaves the browser its own keys', () => {
    expect(new KeyMap().names(press('f', { ctrlKey: true }), 0)).toEqual([])
  })
  it('knows when a person types', () => {
    expect(isTyping({ tagName: 'INPUT', type: 'text' })).toBe(true)
    expect(isTyping({ tagName: 'INPUT', type: 'checkbox' })).toBe(false)
    expect(isTyping({ tagName: 'BUTTON' })).toBe(false)
  })
})

describe('changes', () => {
  const change = { id: '7', subject: 'warnings.alarm', verb: 'raised', record: 'r1' }
  it('matches prefixes and single records', () => {
    expect(concerns('incidents. warnings.', change)).toBe(true)
    expect(concerns('warnings.alarm#r1', change)).toBe(true)
    expect(concerns('warnings.alarm#r2', change)).toBe(false)
    expect(concerns('incidents.', change)).toBe(false)
    expect(concerns('', change)).toBe(false)
  })
  it('waits longer each time, half a minute at most', () => {
    expect([0, 1, 2, 9].map((tries) => waitSeconds(tries, 0.5))).toEqual([1, 2, 4, 30])
    expect(waitSeconds(9, 1)).toBeLessThanOrEqual(33)
  })
})

describe('radio entry', () => {
  it.each([
    ['14:05 水泵到位', '14:05', '水泵到位', 'kindArrive'], ['9点30分 派二队', '09:30', '派二队', 'kindTask'], ['1405 已转移31人', '14:05', '已转移31人', 'kindPeople'],
    ['路面见底', '00:48', '路面见底', 'kindNote'], ['31人在场', '00:48', '31人在场', 'kindNote'], ['25:00 断电', '00:48', '25:00 断电', 'kindNote'],
  ])('%s', (text, time, rest, kind) => {
    expect(readEntry(text, '00:48')).toEqual({ time, text: rest, kind })
  })
})

describe('map geometry', () => {
  it('a circle keeps its radius at every corner and is closed', () => {
    const ring = circle([114.25, 22.72], 1500).coordinates[0] ?? []
    expect(ring[0]).toEqual(ring.at(-1))
    for (const corner of ring) expect(Math.abs(metres([114.25, 22.72], corner) - 1500)).toBeLessThan(5)
  })
  it('an area needs three points', () => {
    expect(closed([[0, 0], [1, 1]])).toBeNull()
    expect(closed([[0, 0], [1, 0], [1, 1]])?.coordinates[0]).toHaveLength(4)
  })
  it('gives features the level they are coloured by', () => {
    const data = levelled({ type: 'FeatureCollection', features: [{ type: 'Feature', geometry: { type: 'Point', coordinates: [0, 0] }, properties: { grade: 'II' } }] }, 'grade')
    expect(data.features[0]?.properties).toMatchObject({ level_: 'orange', rank_: 1 })
  })
  it('gives what was counted together its worst level', () => {
    const data = levelled({ type: 'FeatureCollection', features: [{ type: 'Feature', geometry: { type: 'Point', coordinates: [0, 0] }, properties: { count: 9, levels: ['', '3', '2'] } }] }, 'level')
    expect(data.features[0]?.properties).toMatchObject({ level_: 'orange', rank_: 1, count: 9 })
  })
})

describe('curve and wall', () => {
  it('draws the rungs within reach and always the lowest', () => {
    const ladder = [{ level: 'red', raise: 9 }, { level: 2, raise: 0.27 }, { level: 'yellow', raise: 0.15 }]
    expect(thresholds({ points: [[0, 0.1]], ladder }).map((rung) => rung.level)).toEqual(['orange', 'yellow'])
    expect(thresholds({ points: [[0, 0]], ladder }).map((rung) => rung.level)).toEqual(['yellow'])
  })
  it.each([[0.44, 0.5], [0.51, 0.6], [3.4, 4], [38.6, 50], [0, 1]])('the axis over %f ends at %f', (top, max) => {
    expect(scale(top).max).toBe(max)
  })
  it('rotates only when calm, and drifts a pixel at a time', () => {
    expect(sceneAt(3, 65, 30, true)).toBe(2)
    expect(sceneAt(3, 65, 30, false)).toBe(0)
    for (let minute = 0; minute < 64; minute += 1) {
      const [a, b] = [drift(minute * 60), drift(minute * 60 + 60)]
      expect(Math.abs(a.x - b.x) + Math.abs(a.y - b.y)).toBe(1)
    }
  })
})
