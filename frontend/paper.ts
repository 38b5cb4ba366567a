/** Puts the typefaces of printed documents where the server finds them, as the plain TrueType files its PDF writer reads. */
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inflateSync } from 'node:zlib'
import type { Plugin } from 'vite'

const PLACE = fileURLToPath(new URL('../src/anshu/reports/fonts/', import.meta.url))
const FACES: Record<string, readonly [string, string]> = {
  fangsong: ['@fontsource/lxgw-wenkai', 'lxgw-wenkai-latin-300-normal'],
  kai: ['@fontsource/lxgw-wenkai', 'lxgw-wenkai-latin-500-normal'],
  song: ['@fontsource/noto-serif-sc', 'noto-serif-sc-chinese-simplified-700-normal'],
  hei: ['@fontsource/noto-sans-sc', 'noto-sans-sc-chinese-simplified-500-normal'],
}
const HEADER = 12
const WOFF_HEADER = 44

/** The TrueType font inside a WOFF 1.0 file: the same tables, no longer deflated. Throws when it is not such a file. */
export function sfnt(woff: Buffer): Buffer {
  if (woff.toString('latin1', 0, 4) !== 'wOFF') throw new Error('not a WOFF 1.0 file')
  const count = woff.readUInt16BE(12)
  const directory = Buffer.alloc(HEADER + 16 * count)
  const power = 2 ** Math.floor(Math.log2(count))
  directory.writeUInt32BE(woff.readUInt32BE(4), 0)
  directory.writeUInt16BE(count, 4)
  directory.writeUInt16BE(16 * power, 6)
  directory.writeUInt16BE(Math.log2(power), 8)
  directory.writeUInt16BE(16 * (count - power), 10)
  const parts: Buffer[] = [directory]
  let place = directory.length
  for (let index = 0; index < count; index++) {
    const entry = WOFF_HEADER + 20 * index
    const [start, packed, length] = [woff.readUInt32BE(entry + 4), woff.readUInt32BE(entry + 8), woff.readUInt32BE(entry + 12)]
    const stored = woff.subarray(start, start + packed)
    const table = packed < length ? inflateSync(stored) : stored
    if (table.length !== length) throw new Error('a table of the font is damaged')
    woff.copy(directory, HEADER + 16 * index, entry, entry + 4)
    woff.copy(directory, HEADER + 16 * index + 4, entry + 16, entry + 20)
    directory.writeUInt32BE(place, HEADER + 16 * index + 8)
    directory.writeUInt32BE(length, HEADER + 16 * index + 12)
    const padding = Buffer.alloc((4 - (length % 4)) % 4)
    parts.push(table, padding)
    place += length + padding.length
  }
  return Buffer.concat(parts)
}

function put(): void {
  const { resolve } = createRequire(import.meta.url)
  rmSync(PLACE, { recursive: true, force: true })
  mkdirSync(PLACE, { recursive: true })
  for (const [face, [name, file]] of Object.entries(FACES)) {
    const home = dirname(resolve(`${name}/package.json`))
    writeFileSync(join(PLACE, `${face}.ttf`), sfnt(readFileSync(join(home, 'files', `${file}.woff`))))
    // The Open Font License asks that it goes where the font goes.
    copyFileSync(join(home, 'LICENSE'), join(PLACE, `${face}.LICENSE`))
  }
}

export function paper(): Plugin {
  return { name: 'paper', apply: 'build', closeBundle: put }
}
