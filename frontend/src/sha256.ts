/** SHA-256 (FIPS 180-4) of a text in UTF-8, as eight 32-bit words: the browser's own is closed to pages without TLS. */

const primes: number[] = []
for (let number = 2; primes.length < 64; number += 1) if (primes.every((prime) => number % prime !== 0)) primes.push(number)
const fraction = (root: number): number => ((root % 1) * 2 ** 32) | 0
const ROUNDS = primes.map((prime) => fraction(Math.cbrt(prime)))
const START = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)))

const turn = (word: number, by: number): number => (word >>> by) | (word << (32 - by))

function padded(text: string): DataView {
  const bytes = new TextEncoder().encode(text)
  const view = new DataView(new ArrayBuffer(((bytes.length + 72) >> 6) << 6))
  bytes.forEach((byte, place) => view.setUint8(place, byte))
  view.setUint8(bytes.length, 0x80)
  view.setUint32(view.byteLength - 4, bytes.length * 8)
  return view
}

export function sha256(text: string): Uint32Array {
  const view = padded(text)
  const state = Int32Array.from(START)
  const words = new Int32Array(64)
  for (let block = 0; block < view.byteLength; block += 64) {
    for (let t = 0; t < 16; t += 1) words[t] = view.getInt32(block + t * 4)
    for (let t = 16; t < 64; t += 1) {
      const [early, late] = [words[t - 15]!, words[t - 2]!]
      const low = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3)
      const high = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10)
      words[t] = (words[t - 16]! + low + words[t - 7]! + high) | 0
    }
    let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number]
    for (let t = 0; t < 64; t += 1) {
      const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + ROUNDS[t]! + words[t]!) | 0
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0
      ;[h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0]
    }
    ;[a, b, c, d, e, f, g, h].forEach((word, place) => { state[place] = (state[place]! + word) | 0 })
  }
  return Uint32Array.from(state, (word) => word >>> 0)
}

/** Whether the digest begins with so many bits of nought (at most 32). */
export const begins = (digest: Uint32Array, bits: number): boolean => Math.clz32(digest[0]!) >= bits
