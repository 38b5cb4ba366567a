import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { begins, sha256 } from '../src/sha256'

const hex = (digest: Uint32Array): string => [...digest].map((word) => word.toString(16).padStart(8, '0')).join('')

describe('proof of a little work', () => {
  it('digests as FIPS 180-4 and the machine do, at every length around a block', () => {
    expect(hex(sha256('abc'))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
    for (const length of [0, 1, 54, 55, 56, 57, 63, 64, 65, 119, 120, 200]) {
      const text = '安'.repeat(length % 3) + 'x'.repeat(length)
      expect(hex(sha256(text))).toBe(createHash('sha256').update(text).digest('hex'))
    }
  })
  it('counts leading bits', () => {
    expect([0, 8, 15, 16].map((bits) => begins(Uint32Array.of(0x0001ffff), bits))).toEqual([true, true, true, false])
  })
})
