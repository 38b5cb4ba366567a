/** A change as the server tells it: subject is dotted (`warnings.alarm`), verb is past tense, record is the id of the row. */
export interface Change { id: string; subject: string; verb: string; record?: string; [more: string]: unknown }

/** Does a `data-refresh-on` list name this change? Tokens are prefixes of `subject.verb`; `subject#id` names one record. */
export function concerns(tokens: string, change: Change): boolean {
  const name = `${change.subject}.${change.verb}`
  return tokens.split(/\s+/).filter(Boolean).some((token) => {
    const [prefix = '', record] = token.split('#')
    return name.startsWith(prefix) && (record === undefined || record === (change.record ?? change.id))
  })
}

/** Wait before the next try: 1, 2, 4 … 30 seconds, spread by a fifth so that a district does not return at once. */
export function waitSeconds(tries: number, random: number): number {
  return Math.min(2 ** Math.min(tries, 5), 30) * (0.9 + 0.2 * random)
}

declare global {
  interface DocumentEventMap { 'anshu:change': CustomEvent<Change> }
}
