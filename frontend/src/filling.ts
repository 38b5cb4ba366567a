/**
 * How long a form took to fill in: whole seconds from the first key or choice in it until it is sent, in its field `typed_s`.
 * Only that number leaves the page. Forms with a password are not timed, and nothing outside a form is looked at.
 */
const began = new WeakMap<HTMLFormElement, number>()

function timed(form: HTMLFormElement | null | undefined): form is HTMLFormElement {
  return !!form?.matches('[method="post"], [hx-post]') && !form.querySelector('input[type="password"]')
}

export function timeFilling(root: Document, now: () => number = () => performance.now()): void {
  root.addEventListener('input', (event) => {
    const form = (event.target as HTMLInputElement).form
    if (timed(form) && !began.has(form)) began.set(form, now())
  })
  // Before whoever sends it, the browser or htmx, has read the fields.
  root.addEventListener('submit', (event) => {
    const form = event.target as HTMLFormElement
    const start = began.get(form)
    began.delete(form)
    form.querySelector('input[name="typed_s"]')?.remove()
    if (start === undefined || !timed(form)) return
    const field = Object.assign(document.createElement('input'), { type: 'hidden', name: 'typed_s', value: String(Math.max(1, Math.round((now() - start) / 1000))) })
    form.append(field)
  }, { capture: true })
}
