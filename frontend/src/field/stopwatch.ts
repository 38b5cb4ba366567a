const KEY = 'anshu-field-typed-'

/**
 * Seconds with a form on a telephone: from the first touch of it until it is handed over, without the time in which another screen, or none,
 * is shown. They are kept with every touch, so that a killed page loses no more than the time since; a full telephone loses them alone.
 */
export class Stopwatch {
  private running: { form: string; since: number } | null = null

  constructor(private readonly kept: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> = localStorage, private readonly now: () => number = () => performance.now()) {}

  touch(form: string): void {
    this.hold()
    if (form !== this.running?.form) this.running = form ? { form, since: this.now() } : null
  }

  /** The form is out of sight. */
  pause(): void {
    this.hold()
    this.running = null
  }

  /** Whole seconds since it was begun, at least one; undefined when nobody touched it. What was taken is forgotten. */
  take(form: string): number | undefined {
    if (this.running?.form === form) this.pause()
    const ms = this.kept.getItem(KEY + form)
    this.kept.removeItem(KEY + form)
    return ms === null ? undefined : Math.max(1, Math.round(Number(ms) / 1000))
  }

  private hold(): void {
    if (!this.running) return
    const { form, since } = this.running
    this.running.since = this.now()
    try { this.kept.setItem(KEY + form, String(Number(this.kept.getItem(KEY + form) ?? 0) + this.running.since - since)) } catch { /* full */ }
  }
}

/** The form that an address of the app shows, by what it is about; empty when it shows none. */
export function formAt(hash: string): string {
  const [, name = '', about = ''] = hash.split('/')
  return name === 'visit' || name === 'hazard' ? about : name === 'new' ? name : ''
}
