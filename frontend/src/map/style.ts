import type { LayerSpecification, SourceSpecification, StyleSpecification } from 'maplibre-gl'
import { token } from '../levels'

export interface Raster { tiles: string[]; attribution: string }
const BASES = ['water', 'roads', 'streets', 'districts'] as const

interface Inks { ground: string; land: string; water: string; road: string; edge: string; label: string; halo: string }

function inks(): Inks {
  const dark = getComputedStyle(document.documentElement).colorScheme.includes('dark')
  return {
    ground: token('sunk'), land: token('paper'), halo: token('paper'), label: token('ink-2'), edge: token('edge'),
    water: dark ? '#1c2a36' : '#cfdce2', road: dark ? '#343b42' : '#d3cdc0',
  }
}

/** Names without a glyph server: the browser's own fonts draw every script. */
function names(id: string, source: string, size: number, inks: Inks, from: number): LayerSpecification {
  return {
    id, type: 'symbol', source, minzoom: from, filter: ['has', 'name'],
    layout: { 'text-field': ['get', 'name'], 'text-size': size, 'text-max-width': 8, 'text-padding': 6 },
    paint: { 'text-color': inks.label, 'text-halo-color': inks.halo, 'text-halo-width': 1.4 },
  }
}

function baseLayers(ink: Inks, textScale: number): LayerSpecification[] {
  return [
    { id: 'ground', type: 'background', paint: { 'background-color': ink.ground } },
    { id: 'land', type: 'fill', source: 'districts', filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'fill-color': ink.land } },
    { id: 'water-fill', type: 'fill', source: 'water', filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'fill-color': ink.water } },
    { id: 'water-line', type: 'line', source: 'water', filter: ['==', ['geometry-type'], 'LineString'], layout: { 'line-join': 'round', 'line-cap': 'round' }, paint: { 'line-color': ink.water, 'line-width': ['interpolate', ['exponential', 1.5], ['zoom'], 9, 0.8, 16, 8] } },
    { id: 'roads', type: 'line', source: 'roads', layout: { 'line-join': 'round', 'line-cap': 'round' }, paint: { 'line-color': ink.road, 'line-width': ['interpolate', ['exponential', 1.6], ['zoom'], 9, 0.5, 13, 1.6, 18, 16] } },
    { id: 'streets-edge', type: 'line', source: 'streets', paint: { 'line-color': ink.edge, 'line-width': 0.8, 'line-dasharray': [4, 3], 'line-opacity': 0.8 } },
    { id: 'districts-edge', type: 'line', source: 'districts', paint: { 'line-color': ink.edge, 'line-width': 1.6 } },
    names('water-names', 'water', 11 * textScale, ink, 12),
    names('streets-names', 'streets', 13 * textScale, ink, 10),
  ]
}

/** The whole base, names scaled for the wall: our own vectors, and an online raster beneath them only when the page asks for one. */
export function baseStyle(baseUrl: string, textScale: number, raster?: Raster): StyleSpecification {
  const absolute = (path: string): string => new URL(path, location.href).href
  const sources: Record<string, SourceSpecification> = Object.fromEntries(
    BASES.map((name) => [name, { type: 'geojson', data: absolute(`${baseUrl}${name}.json`) }]),
  )
  const layers = baseLayers(inks(), textScale)
  if (raster) {
    sources['raster'] = { type: 'raster', tiles: raster.tiles, tileSize: 256, attribution: raster.attribution }
    layers.splice(2, 0, { id: 'raster', type: 'raster', source: 'raster', paint: { 'raster-saturation': -0.7, 'raster-opacity': 0.8 } })
  }
  return { version: 8, sources, layers }
}
