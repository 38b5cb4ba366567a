export interface Press { key: string; ctrlKey: boolean; metaKey: boolean; altKey: boolean }

/** Follows key presses into single keys and two-key chords such as `g d`; a chord must be finished within a second. */
export class KeyMap {
  private first = ''
  private firstAt = -Infinity

  /** The names to try for this press, the longest first; empty when the press belongs to the browser. */
  names(press: Press, atMs: number): string[] {
    if (press.ctrlKey || press.metaKey || press.altKey || press.key.length === 0) return []
    const key = press.key.length === 1 ? press.key.toLowerCase() : press.key
    const chord = this.first && atMs - this.firstAt <= 1000 ? `${this.first} ${key}` : ''
    this.first = chord ? '' : key
    this.firstAt = atMs
    return chord ? [chord, key] : [key]
  }
}

/** While a person types, only Escape is ours. */
export function isTyping(target: { tagName?: string; type?: string; isContentEditable?: boolean } | null): boolean {
  if (!target) return false
  if (target.isContentEditable) return true
  if (target.tagName === 'INPUT') return !['checkbox', 'radio', 'button', 'submit', 'range', 'file'].includes(target.type ?? 'text')
  return target.tagName === 'TEXTAREA' || target.tagName === 'SELECT'
}
