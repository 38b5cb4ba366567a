import type { FeatureCollection } from 'geojson'
import type { ExpressionSpecification, GeoJSONSource, Map as GlMap } from 'maplibre-gl'
import { LEVELS, rank, readLevel, token, worst } from '../levels'

/** One row of layers.json. `refresh_on` are change prefixes that reload it; without them the key is the prefix. */
export interface LayerRow {
  key: string; label: string; group: string; url: string; kind: 'point' | 'line' | 'polygon'; colour_by?: string | null; visible?: boolean; refresh_on?: string
}

/** How much further than the edges of the map is asked for, in widths and heights of it. */
const AROUND = 0.25
const EMPTY: FeatureCollection = { type: 'FeatureCollection', features: [] }

function levelColour(): ExpressionSpecification {
  const pairs = LEVELS.flatMap((level) => [level, level === 'grey' ? token('ink-2') : token(level)])
  return ['match', ['get', 'level_'], ...pairs, token('ink-2')] as unknown as ExpressionSpecification
}

/** Give every feature the level it is coloured by and its rank, so that clusters know their worst member; what the server counted together has its worst. */
export function levelled(data: FeatureCollection, colourBy?: string | null): FeatureCollection {
  const features = data.features.map((feature) => {
    const together = feature.properties?.['levels'] as unknown[] | undefined
    const level = colourBy ? worst((together ?? [feature.properties?.[colourBy]]).map(readLevel)) : 'grey'
    return { ...feature, properties: { ...feature.properties, level_: level, rank_: rank(level) } }
  })
  return { type: 'FeatureCollection', features }
}

/** Ids of the style layers that a row is drawn with, those that can be clicked first. */
export function drawnAs(row: LayerRow): string[] {
  return row.kind === 'point' ? [`${row.key}:mark`, `${row.key}:cluster`, `${row.key}:count`] : row.kind === 'line' ? [`${row.key}:line`] : [`${row.key}:fill`, `${row.key}:edge`]
}

function addPoints(map: GlMap, row: LayerRow): void {
  const source = `row:${row.key}`
  const many: ExpressionSpecification = ['any', ['has', 'point_count'], ['has', 'count']]
  const number: ExpressionSpecification = ['coalesce', ['get', 'sum'], ['get', 'count']]
  const edge: ExpressionSpecification = ['match', ['coalesce', ['get', 'worst'], ['get', 'rank_']], 0, token('red'), 1, token('orange'), 2, token('yellow'), 3, token('blue'), token('ink-2')]
  map.addLayer({
    id: `${row.key}:cluster`, type: 'circle', source, filter: many,
    paint: { 'circle-color': token('sheet'), 'circle-radius': ['step', number, 12, 20, 15, 100, 19, 10_000, 24], 'circle-stroke-width': 3, 'circle-stroke-color': edge },
  })
  map.addLayer({
    id: `${row.key}:count`, type: 'symbol', source, filter: many,
    layout: { 'text-field': ['to-string', number], 'text-size': 12, 'text-allow-overlap': true }, paint: { 'text-color': token('ink') },
  })
  map.addLayer({
    id: `${row.key}:mark`, type: 'symbol', source, filter: ['!', many],
    layout: {
      'icon-image': row.colour_by ? ['concat', 'level-', ['get', 'level_']] : 'level-plain', 'icon-allow-overlap': true, 'icon-size': ['interpolate', ['linear'], ['zoom'], 9, 0.7, 14, 1], 'symbol-sort-key': ['-', 9, ['get', 'rank_']],
      'text-field': ['step', ['zoom'], '', 13, ['coalesce', ['get', 'name'], '']], 'text-size': 12, 'text-offset': [0, 1.1], 'text-anchor': 'top', 'text-optional': true, 'text-max-width': 10,
    },
    paint: { 'text-color': token('ink'), 'text-halo-color': token('paper'), 'text-halo-width': 1.6 },
  })
}

function addShapesOf(map: GlMap, row: LayerRow): void {
  const source = `row:${row.key}`
  const colour = levelColour()
  if (row.kind === 'line') {
    map.addLayer({ id: `${row.key}:line`, type: 'line', source, layout: { 'line-cap': 'round', 'line-join': 'round' }, paint: { 'line-color': colour, 'line-width': 3 } })
    return
  }
  map.addLayer({ id: `${row.key}:fill`, type: 'fill', source, paint: { 'fill-color': colour, 'fill-opacity': 0.16 } })
  map.addLayer({ id: `${row.key}:edge`, type: 'line', source, paint: { 'line-color': colour, 'line-width': 1.6 } })
}

export function addRow(map: GlMap, row: LayerRow): void {
  const clustered = row.kind === 'point' ? { cluster: true, clusterRadius: 36, clusterMaxZoom: 13, clusterProperties: { worst: ['min', ['get', 'rank_']] as unknown, sum: ['+', ['coalesce', ['get', 'count'], 1]] as unknown } } : {}
  map.addSource(`row:${row.key}`, { type: 'geojson', data: EMPTY, ...clustered })
  if (row.kind === 'point') addPoints(map, row)
  else addShapesOf(map, row)
}

/** What is in sight and somewhat around it, as the server reads it; small steps of the map stay inside. */
export function viewOf(map: GlMap): { bbox: string; zoom: string } {
  const edges = map.getBounds()
  const wide = (edges.getEast() - edges.getWest()) * AROUND
  const high = (edges.getNorth() - edges.getSouth()) * AROUND
  const held = (degrees: number, most: number): string => Math.max(-most, Math.min(most, degrees)).toFixed(5)
  const bbox = [held(edges.getWest() - wide, 180), held(edges.getSouth() - high, 90), held(edges.getEast() + wide, 180), held(edges.getNorth() + high, 90)]
  return { bbox: bbox.join(','), zoom: map.getZoom().toFixed(2) }
}

/** What came of a layer: how many there are of it, and whether another view of the map has to ask again. */
export interface Came { count: number; whole: boolean }

/** Fetch what the map shows of one layer, or the layer as of an instant when the page looks back, and draw it. */
export async function loadRow(map: GlMap, row: LayerRow, at: string | null, stop: AbortSignal): Promise<Came> {
  const url = new URL(row.url, location.href)
  if (at) url.searchParams.set('at', at)
  if (row.kind === 'point') for (const [name, value] of Object.entries(viewOf(map))) url.searchParams.set(name, value)
  const answer = await fetch(url, { signal: stop, headers: { Accept: 'application/geo+json, application/json' } })
  if (!answer.ok) throw new Error(String(answer.status))
  const came = (await answer.json()) as FeatureCollection & Partial<Came>
  const data = levelled(came, row.colour_by)
  map.getSource<GeoJSONSource>(`row:${row.key}`)?.setData(data)
  return { count: came.count ?? data.features.length, whole: came.whole ?? true }
}
