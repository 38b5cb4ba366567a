/** Which of count scenes is shown after seconds; when not calm always the first. */
export function sceneAt(count: number, passed: number, seconds: number, calm: boolean): number {
  return calm && count > 0 ? Math.floor(passed / seconds) % count : 0
}

/** Whole-picture shift against burn-in: one pixel a minute round a square of eight. */
export function drift(passed: number): { x: number; y: number } {
  const step = Math.floor(passed / 60) % 32
  const side = Math.floor(step / 8)
  const along = step % 8
  return [{ x: along, y: 0 }, { x: 8, y: along }, { x: 8 - along, y: 8 }, { x: 0, y: 8 - along }][side] ?? { x: 0, y: 0 }
}
