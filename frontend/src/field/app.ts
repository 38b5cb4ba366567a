import type { Checklist, Entry } from './checklist'
import { sha256, uuid7 } from './identity'
import { fetchPackage, sendAll, type Line } from './sending'
import { Stopwatch } from './stopwatch'
import { lastAccount, rememberAccount, Store, type KnownHazard, type Operation, type Package, type Picture, type Site, type Visit } from './store'

const EVERY_MS = 30_000
const LARGEST_SIDE = 1920
/** What hands a form over, and with it the seconds that it took. */
const HANDED_OVER = ['start_here', 'submit', 'sign', 'recheck']
const STEPS: readonly Visit['state'][] = ['planned', 'started', 'submitted', 'signed']

export type Here = { lon: number; lat: number; accuracy_m: number } | null

/** What the app knows and does; the screens read it and are told of every change. */
export class App {
  package: Package | null = null
  packageAt = 0
  visits = new Map<string, Visit>()
  operations: Operation[] = []
  pictures: Picture[] = []
  line: Line = navigator.onLine ? 'open' : 'offline'
  busy = false
  others = 0
  here: Here = null
  readonly stopwatch = new Stopwatch()
  private store: Store | null = null
  private order = 0
  private turn: Promise<unknown> = Promise.resolve()
  alone = false

  constructor(private readonly changed: () => void, private readonly trouble: (error: unknown) => void) {}

  /** Only one window at a time works on this telephone's database; another waits until the first is closed. */
  async begin(): Promise<void> {
    if (navigator.locks) await new Promise<void>((mine) => void navigator.locks.request('anshu-field', () => { mine(); return new Promise(() => undefined) }))
    this.alone = true
    const account = lastAccount()
    if (account) await this.open(account)
    this.changed()
    window.addEventListener('online', () => void this.sync())
    window.addEventListener('offline', () => { this.line = 'offline'; this.changed() })
    document.addEventListener('visibilitychange', () => { if (!document.hidden) void this.sync() })
    window.setInterval(() => void this.sync(), EVERY_MS)
    void navigator.storage?.persist?.()
    this.locate()
    await this.sync()
  }

  /** Deeds one after another, each upon what the one before has left. */
  private inTurn<T>(deed: () => Promise<T>): Promise<T> {
    const done = this.turn.then(deed)
    this.turn = done.catch(() => undefined)
    return done
  }

  private async open(account: string): Promise<void> {
    this.store?.close()
    this.store = await Store.open(account)
    const known = await this.store.get('package', 'package')
    this.package = known?.content ?? null
    this.packageAt = known?.at ?? 0
    this.visits = new Map((await this.store.all('visits')).map((visit) => [visit.id, visit]))
    this.pictures = await this.store.all('pictures')
    this.operations = (await this.store.all('operations')).sort((a, b) => a.order - b.order)
    this.order = this.operations.at(-1)?.order ?? 0
    this.others = await Store.ofOthers(account)
  }

  locate(): void {
    navigator.geolocation?.getCurrentPosition(
      ({ coords }) => { this.here = { lon: coords.longitude, lat: coords.latitude, accuracy_m: coords.accuracy }; this.changed() },
      () => undefined, { enableHighAccuracy: true, timeout: 15_000, maximumAge: 30_000 },
    )
  }

  /** Bring there what is here, then take along what is new. */
  async sync(): Promise<void> {
    if (this.busy) return
    this.busy = true
    this.changed()
    try {
      if (this.store) this.line = await sendAll(this.store, this, () => this.changed())
      await this.inTurn(() => this.takeBack())
      if (this.line !== 'offline' || !this.store) await this.refresh()
    } catch (error) {
      this.trouble(error)
    } finally {
      this.busy = false
      this.changed()
    }
  }

  /** A step that was refused has not been taken: the visit is again as it was before it. */
  private async takeBack(): Promise<void> {
    const before: Record<string, Visit['state']> = { start: 'planned', submit: 'started', sign: 'submitted' }
    const changed: Visit[] = []
    for (const visit of this.visits.values()) {
      const last = this.operations.findLast((each) => each.subject === visit.id && each.kind in before)
      const state = last?.kept === 'refused' ? before[last.kind] : undefined
      if (state && STEPS.indexOf(visit.state) > STEPS.indexOf(state)) changed.push({ ...visit, state })
    }
    changed.forEach((visit) => this.visits.set(visit.id, visit))
    if (changed.length > 0) await this.store?.put({ visits: changed })
  }

  private async refresh(): Promise<void> {
    const known = this.store ? await this.store.get('package', 'package') : undefined
    const came = await fetchPackage(known, this.here ? [this.here.lon, this.here.lat] : null)
    if (came === 'same') { this.line = 'open'; this.packageAt = Date.now() }
    else if (typeof came === 'string') this.line = came
    else {
      this.line = 'open'
      if (came.content.me.id !== this.store?.account) {
        rememberAccount(came.content.me.id)
        await this.open(came.content.me.id)
      }
      this.package = came.content
      this.packageAt = Date.now()
      await this.store?.put({ package: [{ key: 'package', at: this.packageAt, ...came }] })
      await this.inTurn(() => this.follow(came.content))
    }
  }

  /** Take over what the server knows of visits that are here too, except where this telephone has something unsent. */
  private async follow(fresh: Package): Promise<void> {
    const waiting = new Set(this.operations.filter((each) => each.kept === 'here' || each.kept === 'sending').map((each) => each.subject))
    const newer = [...this.visits.values()].flatMap((visit) => {
      const known = fresh.visits.find((each) => each.id === visit.id)
      return known && !waiting.has(visit.id) ? [this.fromServer(known.id, visit.tail)].filter((each) => each !== null) : []
    })
    newer.forEach((visit) => this.visits.set(visit.id, visit))
    if (newer.length > 0) await this.store?.put({ visits: newer })
    const done = [...this.visits.values()].filter((visit) => visit.state === 'signed' && !waiting.has(visit.id)).map((visit) => visit.id)
    done.forEach((id) => this.visits.delete(id))
    if (done.length > 0) await this.store?.drop('visits', done)
  }

  checklist(number: string): Checklist | undefined {
    return this.package?.checklists.find((each) => each.number === number)
  }

  /** A visit as it stands here, or as it came from the server. */
  visit(id: string): Visit | null {
    return this.visits.get(id) ?? this.fromServer(id, null)
  }

  private fromServer(id: string, tail: string | null): Visit | null {
    const known = this.package?.visits.find((each) => each.id === id)
    if (!known) return null
    const answers = Object.fromEntries(Object.entries(known.answers).map(([path, { value, note, pictures }]) => [path, {
      ...(value === undefined ? {} : { value }), ...(note === undefined ? {} : { note }), ...(pictures === undefined ? {} : { pictures }),
    } satisfies Entry]))
    const stamps = Object.fromEntries(Object.entries(known.answers).map(([path, entry]) => [path, entry.op ?? '']))
    return { id, number: known.number, site: known.site, kind: known.kind, checklist: known.checklist, state: known.state as Visit['state'], answers, stamps, tail, touched: 0 }
  }

  /** Keep something done, with the visit as it is after it, before the screen says so; `path` is the item it answers. */
  private async keep(operation: Omit<Operation, 'id' | 'order' | 'at' | 'kept' | 'told' | 'conflicts' | 'tried'>, visit?: Visit, path = ''): Promise<Operation> {
    const typed_s = HANDED_OVER.includes(operation.kind) ? this.stopwatch.take(operation.kind === 'start_here' ? 'new' : operation.subject) : undefined
    const made: Operation = { ...operation, ...(typed_s === undefined ? {} : { typed_s }), id: uuid7(), order: ++this.order, at: new Date().toISOString(), kept: 'here', told: '', conflicts: [], tried: false }
    const after = visit ? { ...visit, tail: made.id, touched: Date.now(), stamps: path ? { ...visit.stamps, [path]: made.id } : visit.stamps } : undefined
    if (!this.store) throw new Error('no store')
    await this.store.put({ operations: [made], ...(after ? { visits: [after] } : {}) })
    this.operations.push(made)
    if (after) this.visits.set(after.id, after)
    this.changed()
    return made
  }

  async startHere(site: Site, kind: string, checklist: string, second: string): Promise<string> {
    const visit: Visit = { id: uuid7(), number: '', site, kind, checklist, state: 'started', answers: {}, stamps: {}, tail: null, touched: Date.now() }
    const payload = { site: site.id, kind, checklist, ...(second ? { second } : {}), ...this.position() }
    await this.inTurn(() => this.keep({ kind: 'start_here', subject: visit.id, about: site.name, after: null, payload }, visit))
    void this.sync()
    return visit.id
  }

  private position(): Record<string, number> {
    return this.here ? { lon: this.here.lon, lat: this.here.lat } : {}
  }

  /** One step of a visit, kept and sent as soon as there is a line; a button pressed twice is pressed once. */
  private async step(visit: Visit, kind: string, state: Visit['state'], payload: Record<string, unknown>): Promise<void> {
    await this.inTurn(async () => {
      const known = this.visits.get(visit.id) ?? visit
      if (STEPS.indexOf(known.state) < STEPS.indexOf(state)) await this.keep({ kind, subject: visit.id, about: visit.site.name, after: known.tail, payload }, { ...known, state })
    })
    void this.sync()
  }

  start(visit: Visit): Promise<void> { return this.step(visit, 'start', 'started', this.position()) }
  submit(visit: Visit, remarks: string): Promise<void> { return this.step(visit, 'submit', 'submitted', { remarks }) }
  sign(visit: Visit, payload: { signer: string; refused_to_sign: boolean; witness: string }): Promise<void> { return this.step(visit, 'sign', 'signed', payload) }

  /** One answer, changed from what it is by now. Answers not sent yet are one operation; each names the answer it replaces. */
  answer(visit: Visit, path: string, change: (now: Entry) => Entry): Promise<void> {
    return this.inTurn(async () => {
      const known = this.visits.get(visit.id) ?? visit
      const entry = change(known.answers[path] ?? {})
      const last = this.operations.find((each) => each.id === known.tail)
      const open = last?.kind === 'answer' && !last.tried ? last : undefined
      const based = { ...(open?.payload['based'] as Record<string, string> | undefined) }
      if (!(path in based) && known.stamps[path]) based[path] = known.stamps[path]
      const payload = { answers: { ...(open?.payload['answers'] as object | undefined), [path]: entry }, based, form: visit.checklist }
      const answered = { ...known, answers: { ...known.answers, [path]: entry } }
      if (open) await this.widen(open, payload, { ...answered, stamps: { ...answered.stamps, [path]: open.id } })
      else await this.keep({ kind: 'answer', subject: visit.id, about: visit.site.name, after: known.tail, payload }, answered, path)
    })
  }

  private async widen(open: Operation, payload: Record<string, unknown>, visit: Visit): Promise<void> {
    open.payload = payload
    this.visits.set(visit.id, visit)
    await this.store?.put({ operations: [open], visits: [visit] })
    this.changed()
  }

  async recheck(hazard: KnownHazard, payload: { passed: boolean; note: string; due_on?: string }): Promise<void> {
    const sent = { ...payload, submitted_at: hazard.submitted_at, ...this.position() }
    await this.inTurn(() => this.keep({ kind: 'recheck', subject: hazard.id, about: hazard.summary, after: null, payload: sent }))
    void this.sync()
  }

  /** Keep a picture with where, when and its digest at the moment it was taken; returns its id. */
  async take(file: Blob, subject: string, path: string, purpose = 'evidence'): Promise<string> {
    const content = await smaller(file)
    const at = new Date().toISOString()
    const made: Picture = {
      id: uuid7(), subject, path, purpose, at, content, sha256: await sha256(content), name: `${at.slice(0, 19).replace(/[:T]/g, '-')}.${content.type === 'image/png' ? 'png' : 'jpg'}`,
      lon: this.here?.lon ?? null, lat: this.here?.lat ?? null, accuracy_m: this.here?.accuracy_m ?? null, kept: 'here', told: '',
    }
    await this.store?.put({ pictures: [made] })
    this.pictures.push(made)
    this.changed()
    return made.id
  }

  /** Forget what is kept there and what was refused; never what waits or is in conflict. */
  async tidy(): Promise<void> {
    const done = this.operations.filter((each) => each.kept === 'there' || each.kept === 'refused').map((each) => each.id)
    const shown = this.pictures.filter((each) => each.kept === 'there' || each.kept === 'refused').map((each) => each.id)
    await this.store?.drop('operations', done)
    await this.store?.drop('pictures', shown)
    this.operations = this.operations.filter((each) => !done.includes(each.id))
    this.pictures = this.pictures.filter((each) => !shown.includes(each.id))
    this.changed()
  }

  unsent(): number {
    return [...this.operations, ...this.pictures].filter((each) => each.kept === 'here' || each.kept === 'sending').length
  }
}

/** A photograph no larger than is needed to see what it shows. */
async function smaller(file: Blob): Promise<Blob> {
  if (file.size < 1_500_000 && /image\/(jpeg|png|webp)/.test(file.type)) return file
  const picture = await createImageBitmap(file)
  const scale = Math.min(1, LARGEST_SIDE / Math.max(picture.width, picture.height))
  const canvas = new OffscreenCanvas(Math.round(picture.width * scale), Math.round(picture.height * scale))
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height)
  return canvas.convertToBlob({ type: 'image/jpeg', quality: 0.85 })
}
