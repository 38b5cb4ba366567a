import type { Polygon, Position } from 'geojson'

const METRES_PER_DEGREE = 111_195

/** Great-circle distance in metres between two lon/lat positions (sphere of 6371 km). */
export function metres(a: Position, b: Position): number {
  const rad = Math.PI / 180
  const [lonA = 0, latA = 0] = a
  const [lonB = 0, latB = 0] = b
  const h = Math.sin(((latB - latA) * rad) / 2) ** 2 + Math.cos(latA * rad) * Math.cos(latB * rad) * Math.sin(((lonB - lonA) * rad) / 2) ** 2
  return 2 * 6_371_000 * Math.asin(Math.sqrt(h))
}

/** A circle as a closed polygon of 48 corners, counter-clockwise, to six decimals. */
export function circle(centre: Position, radiusMetres: number): Polygon {
  const [lon = 0, lat = 0] = centre
  const ring = Array.from({ length: 48 }, (_, index) => {
    const angle = (index / 48) * 2 * Math.PI
    const dLat = (radiusMetres * Math.sin(angle)) / METRES_PER_DEGREE
    const dLon = (radiusMetres * Math.cos(angle)) / (METRES_PER_DEGREE * Math.cos((lat * Math.PI) / 180))
    return [Number((lon + dLon).toFixed(6)), Number((lat + dLat).toFixed(6))]
  })
  return { type: 'Polygon', coordinates: [[...ring, ring[0] as Position]] }
}

export function closed(points: readonly Position[]): Polygon | null {
  if (points.length < 3) return null
  const ring = points.map(([lon = 0, lat = 0]) => [Number(lon.toFixed(6)), Number(lat.toFixed(6))])
  return { type: 'Polygon', coordinates: [[...ring, ring[0] as Position]] }
}
