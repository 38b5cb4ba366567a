import 'maplibre-gl/dist/maplibre-gl.css'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import { LngLatBounds, Map as GlMap, Marker, setWorkerUrl } from 'maplibre-gl'
import { make } from '../map/panel'
import { baseStyle } from '../map/style'
import { say } from '../words'
import type { App } from './app'
import type { Site } from './store'

setWorkerUrl(workerUrl)
/** With more marks than this, their names would lie over one another. */
const NAMED = 8

/** The parts of the base map, fetched once with network so that the worker keeps them. */
export async function takeAlong(): Promise<void> {
  const parts = ['water', 'roads', 'streets', 'districts'].map((name) => `/map/base/${name}.json`)
  await Promise.all([workerUrl, ...parts].map((address) => fetch(address)))
}

/** My visits, what to look at again, and where I stand, on the kept base map; a mark leads to its visit. */
export function drawMap(app: App, element: HTMLElement): () => void {
  const marks: [Site, string, string][] = [
    ...(app.package?.visits ?? []).map((visit) => [visit.site, `#/visit/${visit.id}`, 'blue'] as [Site, string, string]),
    ...[...app.visits.values()].map((visit) => [visit.site, `#/visit/${visit.id}`, 'blue'] as [Site, string, string]),
    ...(app.package?.rechecks ?? []).map((hazard) => [hazard.site, `#/hazard/${hazard.id}`, 'orange'] as [Site, string, string]),
  ]
  const bounds = new LngLatBounds()
  const map = new GlMap({ container: element, style: baseStyle('/map/base/', 1), attributionControl: false, dragRotate: false, maxPitch: 0, fadeDuration: 0, localIdeographFontFamily: getComputedStyle(element).fontFamily })
  map.on('error', (event) => console.warn('map', event.error.message))
  for (const [site, href, level] of marks) {
    if (site.lon === null || site.lat === null) continue
    const mark = make('a', marks.length > NAMED ? 'level dot' : 'level', marks.length > NAMED ? '' : site.name.slice(0, 8))
    mark.href = href
    mark.title = site.name
    mark.setAttribute('aria-label', site.name)
    mark.dataset['level'] = level
    new Marker({ element: mark, anchor: 'bottom' }).setLngLat([site.lon, site.lat]).addTo(map)
    bounds.extend([site.lon, site.lat])
  }
  if (app.here) {
    new Marker({ element: make('span', 'tag strong field-me', say('fieldMe')) }).setLngLat([app.here.lon, app.here.lat]).addTo(map)
    bounds.extend([app.here.lon, app.here.lat])
  }
  if (!bounds.isEmpty()) map.fitBounds(bounds, { padding: 48, maxZoom: 15, animate: false })
  return () => map.remove()
}
