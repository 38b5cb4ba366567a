import 'maplibre-gl/dist/maplibre-gl.css'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import { Map as GlMap, NavigationControl, ScaleControl, setWorkerUrl, type MapGeoJSONFeature, type StyleSpecification } from 'maplibre-gl'
import type { Polygon } from 'geojson'
import htmx from 'htmx.org'
import { concerns, type Change } from '../change'
import type { Mount, Props } from '../island'
import { LEVELS, rank, readLevel, type Level } from '../levels'
import { Draw } from '../map/draw'
import { addRow, drawnAs, loadRow, type LayerRow } from '../map/layers'
import { fillLegend, layerTree, make, timeSlider, toolButton } from '../map/panel'
import { addShapes } from '../map/shapes'
import { baseStyle, type Raster } from '../map/style'
import { say } from '../words'

setWorkerUrl(workerUrl)

interface Options { layersUrl: string; baseUrl: string; insideUrl: string; center: [number, number]; zoom: number; bounds?: [[number, number], [number, number]]; live: boolean; plain: boolean; still: boolean; hours: number; raster?: Raster }

function optionsOf(props: Props): Options {
  return { layersUrl: '/map/layers.json', baseUrl: '/map/base/', insideUrl: '/map/inside', center: [114.25, 22.72], zoom: 11, live: true, plain: false, still: false, hours: 24, ...(props as Partial<Options>) }
}

/** Level of a mark, or of the worst member of a cluster. */
function levelOf(properties: Record<string, unknown>): Level {
  return typeof properties['worst'] === 'number' ? (LEVELS[properties['worst']] ?? 'grey') : readLevel(properties['level_'])
}

/** One map on the page: rows of layers.json, what is on, the instant looked at. */
class DistrictMap {
  readonly map: GlMap
  private rows: LayerRow[] = []
  private at: string | null = null
  private readonly on = new Set<string>()
  private readonly stops = new Map<string, AbortController>()
  private readonly due = new Set<LayerRow>()
  private readonly inPart = new Set<LayerRow>()
  private reload = 0
  private styled = false
  private readonly legend = make('div', 'map-legend')
  private readonly sheet = make('aside', 'sheet')
  private draw?: Draw

  constructor(private readonly element: HTMLElement, private readonly options: Options) {
    element.setAttribute('hx-morph-skip', '')
    element.classList.add('map')
    element.classList.toggle('plain-map', options.plain)
    const interactive = !options.still
    this.map = new GlMap({
      container: element, style: this.style(), interactive,
      ...(options.bounds ? { bounds: options.bounds, fitBoundsOptions: { padding: 28 } } : { center: options.center, zoom: options.zoom }),
      attributionControl: options.raster ? {} : false, localIdeographFontFamily: getComputedStyle(element).fontFamily, dragRotate: false, maxPitch: 0, fadeDuration: 0,
      locale: { 'Map.Title': say('map'), 'NavigationControl.ZoomIn': say('zoomIn'), 'NavigationControl.ZoomOut': say('zoomOut') },
    })
    // A base layer or tile that does not come leaves the rest of the map useful.
    this.map.on('error', (event) => console.warn('map', event.error.message))
    if (interactive) this.map.addControl(new NavigationControl({ showCompass: false }), 'top-right')
    this.map.addControl(new ScaleControl({ maxWidth: 96 }), 'bottom-left')
    if (!options.plain) this.draw = new Draw(this.map, (shape, words) => this.showInside(shape, words))
    this.map.on('style.load', () => { this.styled = true; if (this.rows.length > 0) this.dress() })
    void this.begin()
    this.map.on('idle', () => this.readScreen())
    this.map.on('moveend', () => this.inPart.forEach((row) => { if (this.on.has(row.key)) void this.load(row) }))
  }

  private style(): StyleSpecification {
    return baseStyle(this.options.baseUrl, this.options.still ? 1.8 : 1, this.options.raster)
  }

  private async begin(): Promise<void> {
    const answer = await fetch(this.options.layersUrl, { headers: { Accept: 'application/json' } })
    if (!answer.ok) { this.element.append(make('div', 'map-note', say('layerFailed'))); return }
    this.rows = (await answer.json()) as LayerRow[]
    this.rows.filter((row) => row.visible).forEach((row) => this.on.add(row.key))
    this.furnish()
    if (this.styled) this.dress()
  }

  /** Put our images, layers and handlers on a style that has just come. */
  private dress(): void {
    addShapes(this.map, this.options.still ? 1.2 : 2)
    this.draw?.attach()
    const order = { polygon: 0, line: 1, point: 2 }
    for (const row of [...this.rows].sort((a, b) => order[a.kind] - order[b.kind])) {
      addRow(this.map, row)
      this.setVisible(row)
      if (this.on.has(row.key)) void this.load(row)
    }
  }

  private furnish(): void {
    const { element, options } = this
    element.append(this.legend)
    this.map.on('click', (event) => this.clicked(event.point))
    if (options.plain) return
    const tools = make('div', 'map-draw no-print')
    const draw = this.draw
    const pick = (mode: 'circle' | 'area' | null) => () => draw?.start(draw.mode === mode ? null : mode)
    tools.append(toolButton(say('drawCircle'), pick('circle')), toolButton(say('drawArea'), pick('area')), toolButton(say('clear'), pick(null)))
    element.append(layerTree(this.rows, (row, on) => this.toggle(row, on)), tools, timeSlider(options.hours, (at) => { this.at = at; this.loadAll() }))
  }

  private toggle(row: LayerRow, on: boolean): void {
    if (on) this.on.add(row.key)
    else this.on.delete(row.key)
    this.setVisible(row)
    if (on) void this.load(row)
  }

  private setVisible(row: LayerRow): void {
    drawnAs(row).forEach((id) => this.map.setLayoutProperty(id, 'visibility', this.on.has(row.key) ? 'visible' : 'none'))
  }

  private loadAll(): void {
    this.rows.filter((row) => this.on.has(row.key)).forEach((row) => void this.load(row))
  }

  private async load(row: LayerRow): Promise<void> {
    this.stops.get(row.key)?.abort()
    const stop = new AbortController()
    this.stops.set(row.key, stop)
    const count = this.element.querySelector<HTMLElement>(`[data-count="${CSS.escape(row.key)}"]`)
    try {
      const came = await loadRow(this.map, row, this.at, stop.signal)
      if (came.whole) this.inPart.delete(row)
      else this.inPart.add(row)
      if (count) { count.textContent = String(came.count); count.classList.remove('wrong-layer') }
    } catch {
      if (count && !stop.signal.aborted) { count.textContent = say('layerFailed'); count.classList.add('wrong-layer') }
    }
  }

  private clicked(point: { x: number; y: number }): void {
    if (this.draw?.mode) return
    const box: [[number, number], [number, number]] = [[point.x - 4, point.y - 4], [point.x + 4, point.y + 4]]
    const layers = this.rows.filter((row) => this.on.has(row.key)).flatMap((row) => drawnAs(row))
    const feature: MapGeoJSONFeature | undefined = this.map.queryRenderedFeatures(box, { layers })[0]
    if (!feature) return
    if ((feature.properties['cluster'] || feature.properties['count']) && feature.geometry.type === 'Point') {
      this.map.easeTo({ center: feature.geometry.coordinates as [number, number], zoom: this.map.getZoom() + 2 })
      return
    }
    const url = feature.properties['url'] as string | undefined
    if (url && !this.options.plain) this.openSheet(`${url}${url.includes('?') ? '&' : '?'}sheet`, String(feature.properties['name'] ?? ''))
    else if (url) location.assign(url)
  }

  private openSheet(url: string, title: string): void {
    const close = toolButton(say('close'), () => this.sheet.remove())
    close.dataset['key'] = 'Escape'
    const head = make('header')
    head.append(make('h2', 'grow', title), close)
    const body = make('div', 'body')
    body.append(make('p', 'soft', say('loading')))
    this.sheet.replaceChildren(head, body)
    this.element.parentElement?.append(this.sheet)
    htmx.ajax('GET', url, { target: body, swap: 'innerHTML' }).catch(() => { body.textContent = say('sheetFailed') })
  }

  private showInside(shape: Polygon, words: string): void {
    const url = new URL(this.options.insideUrl, location.href)
    url.searchParams.set('geometry', JSON.stringify(shape))
    url.searchParams.set('layers', [...this.on].join(','))
    if (this.at) url.searchParams.set('at', this.at)
    this.openSheet(url.pathname + url.search, `${say('inside')} · ${words}`)
  }

  private readScreen(): void {
    const shown = new Map<LayerRow, Set<Level>>()
    for (const row of this.rows.filter((each) => this.on.has(each.key))) {
      const levels = new Set<Level>()
      const present = drawnAs(row).filter((id) => this.map.getLayer(id))
      const features = present.length ? this.map.queryRenderedFeatures({ layers: present }) : []
      features.forEach((feature) => levels.add(levelOf(feature.properties)))
      if (features.length > 0) shown.set(row, new Set([...levels].sort((a, b) => rank(a) - rank(b))))
    }
    fillLegend(this.legend, shown)
  }

  changed(change: Change): void {
    if (this.at !== null) return
    this.rows.filter((row) => this.on.has(row.key) && concerns(row.refresh_on ?? row.key, change)).forEach((row) => this.due.add(row))
    if (this.due.size === 0) return
    this.reload ||= window.setTimeout(() => { this.reload = 0; this.due.forEach((row) => void this.load(row)); this.due.clear() }, 1000)
  }

  /** Redraw in the other theme. */
  redress(): void {
    this.styled = false
    this.map.setStyle(this.style(), { diff: false })
  }

  standOn(longitude: number, latitude: number): void {
    if (this.options.plain && Number.isFinite(longitude) && Number.isFinite(latitude)) this.map.easeTo({ center: [longitude, latitude], zoom: Math.max(this.map.getZoom(), 14) })
  }
}

/** The map. Props: layersUrl, baseUrl, insideUrl, center and zoom or bounds (west-south, east-north), live, hours (slider), plain (no tools: desk), still (no mouse: wall), raster. */
export const map: Mount = (element, props) => {
  const options = optionsOf(props)
  const district = new DistrictMap(element, options)
  const changed = (event: CustomEvent<Change>): void => district.changed(event.detail)
  const redress = (): void => district.redress()
  const stand = (event: Event): void => { const { longitude, latitude } = (event as CustomEvent<{ longitude: number; latitude: number }>).detail; district.standOn(longitude, latitude) }
  if (options.live) document.addEventListener('anshu:change', changed)
  document.addEventListener('anshu:theme', redress)
  document.addEventListener('anshu:stand', stand)
  return () => {
    document.removeEventListener('anshu:change', changed)
    document.removeEventListener('anshu:theme', redress)
    document.removeEventListener('anshu:stand', stand)
    district.map.remove()
  }
}
