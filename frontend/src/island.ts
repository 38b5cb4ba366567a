/** Islands: an element with `data-island="name"` is brought to life once, with JSON from `data-props`. */

export type Props = Readonly<Record<string, unknown>>
/** Mounts on an element; may return what undoes it when the element leaves the page. */
export type Mount = (element: HTMLElement, props: Props) => void | (() => void)
type Loader = () => Promise<Mount>

const eager = new Map<string, Mount>()
const lazy = new Map<string, Loader>()
const mounted = new Map<HTMLElement, (() => void) | undefined>()

export function define(name: string, mount: Mount): void {
  eager.set(name, mount)
}

export function defineLazy(name: string, load: Loader): void {
  lazy.set(name, load)
}

export function readProps(element: HTMLElement): Props {
  const text = element.dataset['props']
  return text ? (JSON.parse(text) as Props) : {}
}

async function bringUp(element: HTMLElement): Promise<void> {
  const name = element.dataset['island'] ?? ''
  if (mounted.has(element) || !(eager.has(name) || lazy.has(name))) return
  mounted.set(element, undefined)
  const mount = eager.get(name) ?? (await lazy.get(name)?.())
  if (mount && element.isConnected) mounted.set(element, mount(element, readProps(element)) ?? undefined)
}

function sweep(): void {
  for (const [element, undo] of mounted) {
    if (element.isConnected) continue
    undo?.()
    mounted.delete(element)
  }
}

/** Mount everything below root now, and whatever htmx brings later. */
export function watch(root: HTMLElement): void {
  const scan = (node: ParentNode): void => node.querySelectorAll<HTMLElement>('[data-island]').forEach((element) => void bringUp(element))
  scan(root)
  new MutationObserver((records) => {
    for (const record of records) {
      for (const node of record.addedNodes) {
        if (!(node instanceof HTMLElement)) continue
        if (node.dataset['island']) void bringUp(node)
        scan(node)
      }
    }
    sweep()
  }).observe(root, { childList: true, subtree: true })
}

const onTick = new Set<() => void>()
let ticking = 0

/** Call back once a second on one shared timer; returns what stops it. */
export function everySecond(call: () => void): () => void {
  onTick.add(call)
  call()
  ticking ||= window.setInterval(() => onTick.forEach((each) => each()), 1000)
  return () => void onTick.delete(call)
}
