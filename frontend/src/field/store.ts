/** What is kept on this telephone, one database for each person: nothing leaves it before the server has said that it is kept there. */
import type { Checklist, Entry } from './checklist'

export interface Site { id: string; name: string; address: string; lon: number | null; lat: number | null }
export interface KnownVisit {
  id: string; number: string; site: Site; enterprise: string; kind: string; state: string; planned_on: string; checklist: string; lead: string; second: string
  answers: Record<string, Entry & { op?: string }>
}
export interface KnownHazard { id: string; number: string; summary: string; place: string; clause: string; site: Site; major: boolean; rectification: string; submitted_at: string; due_on: string }
export interface Task { id: string; number: string; text: string; state: string; level: string; address: string }
export interface Package {
  me: { id: string; name: string }; visits: KnownVisit[]; rechecks: KnownHazard[]; tasks: Task[]; checklists: Checklist[]
  sites: [string, string, string, string, number, number, string][]; visit_kinds: [string, string][]; hazard_kinds: [string, string][]; officers: [string, string][]
}
/** A visit as it stands here, with what was answered on this telephone over what came from the server. */
export interface Visit {
  id: string; number: string; site: Site; kind: string; checklist: string; state: 'planned' | 'started' | 'submitted' | 'signed'
  answers: Record<string, Entry>; stamps: Record<string, string>; tail: string | null; touched: number
}
export type Kept = 'here' | 'sending' | 'there' | 'conflict' | 'refused'
export interface Operation {
  id: string; order: number; kind: string; subject: string; about: string; at: string; after: string | null; payload: Record<string, unknown>
  kept: Kept; told: string; conflicts: string[]
  /** Seconds with the form that it hands over. */
  typed_s?: number
  /** Has left this telephone at least once: it may be there although no answer came, so it never changes again. */
  tried: boolean
}
export interface Picture { id: string; subject: string; path: string; name: string; purpose: string; at: string; sha256: string; lon: number | null; lat: number | null; accuracy_m: number | null; content: Blob; kept: Kept; told: string }

interface Shelves { package: { key: string; etag: string; at: number; content: Package }; visits: Visit; operations: Operation; pictures: Picture }
type Shelf = keyof Shelves

const VERSION = 1
const PREFIX = 'anshu-field-'

function asked<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('indexedDB'))
  })
}

export class Store {
  private constructor(readonly account: string, private readonly database: IDBDatabase) {}

  static async open(account: string): Promise<Store> {
    const request = indexedDB.open(PREFIX + account, VERSION)
    request.onupgradeneeded = () => {
      request.result.createObjectStore('package', { keyPath: 'key' })
      request.result.createObjectStore('visits', { keyPath: 'id' })
      request.result.createObjectStore('operations', { keyPath: 'id' })
      request.result.createObjectStore('pictures', { keyPath: 'id' })
    }
    return new Store(account, await asked(request))
  }

  /** How many things of other people wait on this telephone, which their own log-in will send. */
  static async ofOthers(account: string): Promise<number> {
    if (!indexedDB.databases) return 0
    const names = (await indexedDB.databases()).map((each) => each.name ?? '').filter((name) => name.startsWith(PREFIX) && name !== PREFIX + account)
    const counts = await Promise.all(names.map(async (name) => {
      const other = await Store.open(name.slice(PREFIX.length))
      const waiting = (await other.all('operations')).filter((each) => each.kept === 'here' || each.kept === 'sending').length
      other.close()
      return waiting
    }))
    return counts.reduce((sum, count) => sum + count, 0)
  }

  close(): void { this.database.close() }

  get<S extends Shelf>(shelf: S, key: string): Promise<Shelves[S] | undefined> {
    return asked(this.database.transaction(shelf).objectStore(shelf).get(key) as IDBRequest<Shelves[S] | undefined>)
  }

  all<S extends Shelf>(shelf: S): Promise<Shelves[S][]> {
    return asked(this.database.transaction(shelf).objectStore(shelf).getAll() as IDBRequest<Shelves[S][]>)
  }

  /** Put records of several shelves in one transaction, durable before this returns; a full disk is an error, and then none is kept. */
  put(records: Partial<{ [S in Shelf]: Shelves[S][] }>): Promise<void> {
    const shelves = Object.keys(records) as Shelf[]
    return new Promise((resolve, reject) => {
      const transaction = this.database.transaction(shelves, 'readwrite', { durability: 'strict' })
      transaction.oncomplete = () => resolve()
      transaction.onabort = () => reject(transaction.error ?? new Error('indexedDB'))
      for (const shelf of shelves) for (const record of records[shelf] ?? []) transaction.objectStore(shelf).put(record)
    })
  }

  async drop(shelf: Shelf, keys: readonly string[]): Promise<void> {
    const store = this.database.transaction(shelf, 'readwrite').objectStore(shelf)
    await Promise.all(keys.map((key) => asked(store.delete(key))))
  }
}

const LAST = 'anshu-field-account'
export const lastAccount = (): string | null => localStorage.getItem(LAST)
export const rememberAccount = (account: string): void => localStorage.setItem(LAST, account)
