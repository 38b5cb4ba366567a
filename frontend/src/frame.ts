import htmx from 'htmx.org'
import { timeFilling } from './filling'
import { sendOnce } from './sending'
import { toast } from './toast'
import { say, type Word } from './words'

interface Answer { ctx: { text?: string; response?: { status?: number }; sourceElement?: Element } }

const SENTENCES: Record<number, Word> = { 401: 'forbidden', 403: 'forbidden', 404: 'gone', 409: 'refused', 429: 'tooOften' }

/** The server's own sentence when it sent a short one (plain text or `{"detail": …}`), else ours for the status. */
export function sentence(status: number, body: string): string {
  const ours = say(SENTENCES[status] ?? (status >= 500 ? 'serverWrong' : 'failed'))
  try {
    const detail: unknown = (JSON.parse(body) as { detail?: unknown }).detail
    if (typeof detail === 'string') return `${ours}：${detail}`
  } catch { /* Not JSON: plain text or a page. */ }
  return body && body.length < 300 && !body.trimStart().startsWith('<') ? `${ours}：${body.trim()}` : ours
}

function answerErrors(): void {
  document.addEventListener('htmx:response:error', (event) => {
    const { ctx } = (event as unknown as CustomEvent<Answer>).detail
    const status = ctx.response?.status ?? 0
    if (status !== 422) toast({ text: sentence(status, ctx.text ?? ''), level: status === 409 ? 'orange' : 'red' })
  })
  document.addEventListener('htmx:error', (event) => {
    const source = (event as unknown as CustomEvent<Answer>).detail.ctx?.sourceElement
    // A background refresh that fails is told by the live state, not by a toast each second.
    if (!source?.hasAttribute('data-refresh-on')) toast({ text: say('noAnswer'), level: 'red' })
  })
  document.addEventListener('toast', (event) => {
    const detail = (event as CustomEvent<{ value?: string; text?: string; level?: string }>).detail
    toast({ text: detail.text ?? detail.value ?? '', ...(detail.level ? { level: detail.level } : {}) })
  })
}

function pressThings(): void {
  document.addEventListener('click', (event) => {
    const pressed = (event.target as HTMLElement).closest<HTMLElement>('[data-opens], [data-closes], [data-toggle], [data-theme-set], [data-print]')
    if (!pressed) return
    const { opens, closes, toggle, themeSet } = pressed.dataset
    if (pressed.matches('[data-print]')) window.print()
    if (opens) document.querySelector<HTMLDialogElement>(opens)?.showModal()
    if (closes !== undefined) (closes ? document.querySelector(closes) : pressed.closest('dialog, .sheet'))?.dispatchEvent(new Event('anshu:close', { bubbles: true }))
    if (toggle) document.querySelector(toggle)?.toggleAttribute('data-open')
    if (themeSet) setTheme(themeSet)
  })
  document.addEventListener('anshu:close', (event) => {
    const box = event.target as HTMLElement
    if (box instanceof HTMLDialogElement) box.close()
    else box.hidden = true
  })
}

function setTheme(wanted: string): void {
  const root = document.documentElement
  const dark = root.dataset['theme'] ? root.dataset['theme'] === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches
  const next = wanted === 'other' ? (dark ? 'light' : 'dark') : wanted
  if (next === 'auto') delete root.dataset['theme']
  else root.dataset['theme'] = next
  document.cookie = `theme=${next};path=/;max-age=31536000;samesite=lax`
  document.dispatchEvent(new CustomEvent('anshu:theme'))
}

/** Bulk bar: shown only while rows are chosen, with their number. */
function countChosen(): void {
  document.addEventListener('change', (event) => {
    const box = event.target as HTMLInputElement
    const register = box.matches?.('.register .pick input') ? box.closest<HTMLElement>('.register') : null
    if (!register) return
    if (box.matches('[data-all]')) register.querySelectorAll<HTMLInputElement>('.pick input').forEach((each) => { each.checked = box.checked })
    const chosen = register.querySelectorAll('.pick input:checked:not([data-all])').length
    const bar = register.querySelector<HTMLElement>('.bulk')
    if (bar) bar.hidden = chosen === 0
    register.querySelectorAll('[data-chosen-count]').forEach((each) => { each.textContent = String(chosen) })
  })
}

/** A form marked `data-clears` is emptied, and its dialog closed, once the server has taken it; a refused one stays as typed. */
function clearWhenTaken(): void {
  document.addEventListener('htmx:after:request', (event) => {
    const { ctx } = (event as unknown as CustomEvent<Answer>).detail
    const form = ctx.sourceElement?.closest<HTMLFormElement>('form[data-clears]')
    if (!form || (ctx.response?.status ?? 500) >= 400) return
    form.reset()
    form.closest('dialog')?.close()
  })
}

function fill(form: HTMLFormElement | null, values: Record<string, string>): void {
  for (const [name, value] of Object.entries(values)) {
    const field = form?.elements.namedItem(name)
    if (field instanceof HTMLInputElement) field.value = value
  }
}

/** `data-locate` puts where one stands (WGS-84) into the fields lon and lat of its form; a chosen picture tells when it was made, and where. */
function locate(): void {
  const here = (form: HTMLFormElement | null, failed: () => void): void => navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      fill(form, { lon: coords.longitude.toFixed(6), lat: coords.latitude.toFixed(6) })
      form?.dispatchEvent(new Event('anshu:located'))
      form?.dispatchEvent(new Event('change', { bubbles: true }))
    },
    failed, { enableHighAccuracy: true, timeout: 15_000, maximumAge: 30_000 },
  )
  document.addEventListener('click', (event) => {
    const button = (event.target as HTMLElement).closest<HTMLElement>('[data-locate]')
    if (button) here(button.closest('form'), () => toast({ text: say('notLocated'), level: 'orange' }))
  })
  document.addEventListener('change', (event) => {
    const input = event.target as HTMLInputElement
    const file = input.matches?.('input[type="file"][name="picture"]') ? input.files?.[0] : undefined
    if (!file) return
    fill(input.form, { made_at: new Date(file.lastModified).toISOString() })
    here(input.form, () => undefined)
  })
}

/** `data-copies` puts its text on the clipboard; `data-prints` prints the page. */
function copyAndPrint(): void {
  document.addEventListener('click', (event) => {
    const pressed = (event.target as HTMLElement).closest<HTMLElement>('[data-copies], [data-prints]')
    if (!pressed) return
    const { copies } = pressed.dataset
    if (copies === undefined) window.print()
    else navigator.clipboard?.writeText(copies).then(() => toast({ text: say('copied') }), () => toast({ text: say('notCopied'), level: 'orange' }))
  })
}

/** The browser's own words beside a file field speak the browser's language: the name of the file stands in ours instead. */
function nameFiles(): void {
  document.addEventListener('change', (event) => {
    const input = event.target as HTMLInputElement
    const name = input.type === 'file' ? input.form?.querySelector('[data-file-name]') : undefined
    if (name) name.textContent = [...(input.files ?? [])].map((file) => file.name).join(', ')
  })
}

/** Everything the frame does by itself: errors told, dialogs opened, bulk bars counted, keys announced. */
export function startFrame(): void {
  // A refused or failed action keeps the page as it was; only 422 brings the form back with its errors.
  htmx.config.noSwap = [204, 304, 400, 401, 403, 404, 405, 409, 413, 429, '5xx' as unknown as number]
  answerErrors()
  pressThings()
  clearWhenTaken()
  locate()
  countChosen()
  nameFiles()
  copyAndPrint()
  timeFilling(document)
  sendOnce(document)
}
