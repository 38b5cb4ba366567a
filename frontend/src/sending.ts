/**
 * A form is sent once. Until the next page is there its buttons wait and show it: a press too many would do the deed twice, and
 * what takes ten seconds must not look like nothing. A form marked `data-gives-file` leads to no other page and stays as it is.
 */
export function sendOnce(root: Document): void {
  // After whoever sends it otherwise, htmx or an island, has said so by preventing the browser from it.
  root.addEventListener('submit', (event) => {
    const form = event.target as HTMLFormElement
    if (event.defaultPrevented || form.getAttribute('method') !== 'post' || form.hasAttribute('data-gives-file')) return
    if (form.getAttribute('aria-busy') === 'true') event.preventDefault()
    else form.setAttribute('aria-busy', 'true')
  })
  // A page that is gone back to comes as it was left.
  root.defaultView?.addEventListener('pageshow', () => root.querySelectorAll('form[aria-busy]').forEach((form) => form.removeAttribute('aria-busy')))
}
