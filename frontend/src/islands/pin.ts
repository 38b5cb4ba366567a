import 'maplibre-gl/dist/maplibre-gl.css'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import { Map as GlMap, Marker, NavigationControl, setWorkerUrl } from 'maplibre-gl'
import type { Mount, Props } from '../island'
import { baseStyle } from '../map/style'
import { say } from '../words'

setWorkerUrl(workerUrl)

interface Options { baseUrl: string; bounds?: [[number, number], [number, number]] }

/** A map to point on: a tap fills the fields lon and lat of its form, and a position that comes into them moves the pin. */
export const pin: Mount = (element, props: Props) => {
  const options = { baseUrl: '/map/base/', ...(props as Partial<Options>) }
  const form = element.closest('form')
  const field = (name: string): HTMLInputElement | null => form?.querySelector(`input[name="${name}"]`) ?? null
  const [lon, lat] = [field('lon'), field('lat')]
  if (!lon || !lat) return
  element.classList.add('map')
  const map = new GlMap({
    container: element, style: baseStyle(options.baseUrl, 1), attributionControl: false, dragRotate: false, maxPitch: 0,
    ...(options.bounds ? { bounds: options.bounds, fitBoundsOptions: { padding: 12 } } : { center: [114.25, 22.72], zoom: 11 }),
    localIdeographFontFamily: getComputedStyle(element).fontFamily, cooperativeGestures: false,
    locale: { 'Map.Title': say('map'), 'NavigationControl.ZoomIn': say('zoomIn'), 'NavigationControl.ZoomOut': say('zoomOut') },
  })
  map.addControl(new NavigationControl({ showCompass: false }), 'top-right')
  const marker = new Marker({ color: getComputedStyle(element).color, draggable: true })
  const fill = (longitude: number, latitude: number): void => {
    lon.value = longitude.toFixed(6)
    lat.value = latitude.toFixed(6)
    lat.dispatchEvent(new Event('change', { bubbles: true }))
  }
  const show = (): void => {
    if (lon.value && lat.value) marker.setLngLat([Number(lon.value), Number(lat.value)]).addTo(map)
  }
  map.on('click', ({ lngLat }) => { fill(lngLat.lng, lngLat.lat); show() })
  marker.on('dragend', () => { const { lng, lat: north } = marker.getLngLat(); fill(lng, north) })
  const follow = (): void => { show(); if (lon.value && lat.value) map.easeTo({ center: [Number(lon.value), Number(lat.value)], zoom: Math.max(map.getZoom(), 15) }) }
  form?.addEventListener('anshu:located', follow)
  show()
  const sized = new ResizeObserver(() => map.resize())
  sized.observe(element)
  return () => { sized.disconnect(); form?.removeEventListener('anshu:located', follow); map.remove() }
}
