import type { Map as GlMap } from 'maplibre-gl'
import { LEVELS, token, type Level } from '../levels'

const SIZE = 44

function outline(pen: CanvasRenderingContext2D, level: Level, inset: number): void {
  const near = inset
  const far = SIZE - inset
  const mid = SIZE / 2
  pen.beginPath()
  if (level === 'red') { pen.moveTo(mid, near); pen.lineTo(far, far - 2); pen.lineTo(near, far - 2) }
  else if (level === 'orange') { pen.moveTo(mid, near - 2); pen.lineTo(far + 2, mid); pen.lineTo(mid, far + 2); pen.lineTo(near - 2, mid) }
  else if (level === 'yellow') pen.rect(near + 2, near + 2, far - near - 4, far - near - 4)
  else pen.arc(mid, mid, (far - near) / 2 - (level === 'blue' ? 1 : 5), 0, 7)
  pen.closePath()
}

/** One picture per level and a plain one for what has none, each with its own outline, so that colour is never alone on the map. */
export function addShapes(map: GlMap, pixelRatio: number): void {
  for (const level of [...LEVELS, 'plain'] as const) {
    const canvas = document.createElement('canvas')
    canvas.width = canvas.height = SIZE
    const pen = canvas.getContext('2d')
    if (!pen) return
    outline(pen, level === 'plain' ? 'grey' : level, 7)
    pen.lineJoin = 'round'
    pen.lineWidth = 8
    pen.strokeStyle = token('sheet')
    pen.stroke()
    pen.lineWidth = 3
    pen.strokeStyle = token('ink')
    pen.stroke()
    pen.fillStyle = level === 'plain' ? token('sheet') : level === 'grey' ? token('ink-2') : token(level)
    pen.fill()
    if (level === 'plain') { pen.beginPath(); pen.arc(SIZE / 2, SIZE / 2, 4.5, 0, 7); pen.fillStyle = token('ink'); pen.fill() }
    const picture = { width: SIZE, height: SIZE, data: pen.getImageData(0, 0, SIZE, SIZE).data }
    if (map.hasImage(`level-${level}`)) map.updateImage(`level-${level}`, picture)
    else map.addImage(`level-${level}`, picture, { pixelRatio })
  }
}
