import { deflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { sfnt } from '../paper.ts'

/** A WOFF of two tables, the first deflated, the second stored as it is. */
function woff(): Buffer {
  const tables = [['glyf', Buffer.alloc(1001, 7)], ['head', Buffer.from('abcd')]] as const
  const head = Buffer.alloc(44 + 40)
  head.write('wOFF', 0, 'latin1')
  head.writeUInt32BE(0x00010000, 4)
  head.writeUInt16BE(2, 12)
  const parts = [head]
  let place = head.length
  tables.forEach(([tag, table], index) => {
    const packed = tag === 'glyf' ? deflateSync(table) : table
    const entry = 44 + 20 * index
    head.write(tag, entry, 'latin1')
    ;[place, packed.length, table.length, 99 + index].forEach((value, position) => head.writeUInt32BE(value, entry + 4 + 4 * position))
    parts.push(packed)
    place += packed.length
  })
  return Buffer.concat(parts)
}

test('a font comes out with its tables where the directory says', () => {
  const font = sfnt(woff())
  expect(font.readUInt32BE(0)).toBe(0x00010000)
  expect([4, 6, 8, 10].map((place) => font.readUInt16BE(place))).toEqual([2, 32, 1, 0])
  const entries = [0, 1].map((index) => 12 + 16 * index)
  expect(entries.map((entry) => font.toString('latin1', entry, entry + 4))).toEqual(['glyf', 'head'])
  expect(entries.map((entry) => font.readUInt32BE(entry + 4))).toEqual([99, 100])
  const [glyf = 0, text = 0] = entries.map((entry) => font.readUInt32BE(entry + 8))
  expect(font.subarray(glyf, glyf + 1001)).toEqual(Buffer.alloc(1001, 7))
  expect(text % 4).toBe(0)
  expect(font.toString('latin1', text, text + 4)).toBe('abcd')
})

test('what is no font is refused', () => {
  expect(() => sfnt(Buffer.from('wOF2 and so on'))).toThrow('WOFF 1.0')
})
