import type { Word } from './words'

export interface Entry { time: string; text: string; kind: Word }

const KINDS: readonly (readonly [RegExp, Word])[] = [
  [/到位|到场|抵达|已到/, 'kindArrive'],
  [/首报|续报|终报|上报|报送/, 'kindReport'],
  [/电话|叫应|接通|呼叫|通知/, 'kindCall'],
  [/转移|被困|受伤|伤亡|失联|安置|撤离/, 'kindPeople'],
  [/请|派|调|令|要求|封控|关闭|架设/, 'kindTask'],
]

/** Reads a line as spoken on the radio: an optional leading time (14:05, 1405, 14点05), then words whose kind is hinted by a verb. */
export function readEntry(line: string, clock: string): Entry {
  const match = /^\s*([01]?\d|2[0-3])(?:[:：点]([0-5]\d)|([0-5]\d)(?=\s))分?\s*/.exec(line)
  const time = match ? `${(match[1] ?? '').padStart(2, '0')}:${match[2] ?? match[3] ?? '00'}` : clock
  const text = (match ? line.slice(match[0].length) : line).trim()
  return { time, text, kind: KINDS.find(([hint]) => hint.test(text))?.[1] ?? 'kindNote' }
}
