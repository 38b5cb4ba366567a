import type { Mount } from '../island'

/** Signature by finger: draws on the canvas and keeps an SVG path in the hidden input of the same island. */
export const finger: Mount = (element) => {
  const canvas = element.querySelector('canvas')
  const input = element.querySelector<HTMLInputElement>('input[type="hidden"]')
  const pen = canvas?.getContext('2d')
  if (!canvas || !input || !pen) return
  const strokes: number[][] = []
  const scale = window.devicePixelRatio
  canvas.width = canvas.clientWidth * scale
  canvas.height = canvas.clientHeight * scale
  pen.scale(scale, scale)
  Object.assign(pen, { lineWidth: 2.4, lineCap: 'round', lineJoin: 'round', strokeStyle: '#111' })
  const keep = (): void => {
    input.value = strokes.map((stroke) => `M${stroke.map((value, index) => (index > 0 && index % 2 === 0 ? `L${value}` : String(value))).join(' ')}`).join('')
    input.dispatchEvent(new Event('change', { bubbles: true }))
  }
  const at = (event: PointerEvent): [number, number] => [Math.round(event.offsetX), Math.round(event.offsetY)]
  canvas.addEventListener('pointerdown', (event) => { canvas.setPointerCapture(event.pointerId); strokes.push(at(event)); pen.beginPath(); pen.moveTo(...at(event)) })
  canvas.addEventListener('pointermove', (event) => {
    if (!canvas.hasPointerCapture(event.pointerId)) return
    strokes.at(-1)?.push(...at(event))
    pen.lineTo(...at(event))
    pen.stroke()
  })
  canvas.addEventListener('pointerup', keep)
  element.querySelector('[data-erase]')?.addEventListener('click', () => { strokes.length = 0; pen.clearRect(0, 0, canvas.width, canvas.height); keep() })
}
