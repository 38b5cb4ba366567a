import type { Feature, Polygon, Position } from 'geojson'
import type { GeoJSONSource, Map as GlMap, MapMouseEvent } from 'maplibre-gl'
import { token } from '../levels'
import { say } from '../words'
import { circle, closed, metres } from './geometry'

type Mode = 'circle' | 'area' | null

/** Draw a circle (centre, rim) or an area (points, double-click); calls done with the polygon and its words. */
export class Draw {
  mode: Mode = null
  private points: Position[] = []
  private readonly note = document.createElement('div')

  constructor(private readonly map: GlMap, private readonly done: (shape: Polygon, words: string) => void) {
    this.note.className = 'map-note'
    this.note.hidden = true
    map.getContainer().append(this.note)
    map.on('click', (event) => this.click(event))
    map.on('mousemove', (event) => this.move(event))
    map.on('dblclick', (event) => { if (this.mode === 'area') { event.preventDefault(); this.finish(closed(this.points.slice(0, -1)), say('area')) } })
  }

  /** Add our source and layers to a fresh style. */
  attach(): void {
    this.map.addSource('drawn', { type: 'geojson', data: { type: 'FeatureCollection', features: [] } })
    this.map.addLayer({ id: 'drawn-fill', type: 'fill', source: 'drawn', filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'fill-color': token('ink'), 'fill-opacity': 0.08 } })
    this.map.addLayer({ id: 'drawn-edge', type: 'line', source: 'drawn', paint: { 'line-color': token('ink'), 'line-width': 2, 'line-dasharray': [2, 1.5] } })
  }

  start(mode: Mode): void {
    this.mode = mode
    this.points = []
    this.show(null)
    this.note.hidden = mode === null
    this.note.textContent = mode === null ? '' : say(mode === 'circle' ? 'drawCircleHint' : 'drawAreaHint')
    this.map.getCanvas().style.cursor = mode === null ? '' : 'crosshair'
  }

  private show(shape: Polygon | null, line?: Position[]): void {
    const features: Feature[] = []
    if (shape) features.push({ type: 'Feature', properties: {}, geometry: shape })
    if (line && line.length > 1) features.push({ type: 'Feature', properties: {}, geometry: { type: 'LineString', coordinates: line } })
    this.map.getSource<GeoJSONSource>('drawn')?.setData({ type: 'FeatureCollection', features })
  }

  private click(event: MapMouseEvent): void {
    if (this.mode === null) return
    this.points.push(event.lngLat.toArray())
    const [centre, rim] = this.points
    if (this.mode !== 'circle' || !centre || !rim) return
    const radius = metres(centre, rim)
    this.finish(circle(centre, radius), `${say('radius')} ${(radius / 1000).toFixed(2)} km`)
  }

  private move(event: MapMouseEvent): void {
    const [centre] = this.points
    if (this.mode === null || !centre) return
    const here = event.lngLat.toArray()
    if (this.mode === 'circle') this.show(circle(centre, metres(centre, here)))
    else this.show(closed([...this.points, here]), [...this.points, here])
  }

  private finish(shape: Polygon | null, words: string): void {
    this.start(null)
    if (!shape) return
    this.show(shape)
    this.done(shape, words)
  }
}
