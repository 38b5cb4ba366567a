"""Area tree and waters: Voronoi grids clipped by the outline, joined upward so that every tier tiles exactly."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.random import Generator
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree
from shapely.geometry import LineString, MultiPoint, Polygon
from shapely.geometry.base import BaseGeometry

from anshu.engines.district.shapes import Area, Level, Position, Water
from anshu.engines.district.words import COMMUNITY_NAMES, DISTRICT_CODE, DISTRICT_NAME, RESERVOIR_NAMES, STREET_NAMES
from anshu.engines.routing.graph import Booleans, Floats, Integers

# Open sea, where no administrative division lies: nothing invented here can be taken for a real place.
ORIGIN_LON, ORIGIN_LAT = 115.0, 20.5
METRES_PER_DEGREE_LAT = 110_700.0
METRES_PER_DEGREE_LON = 104_300.0
STREETS, COMMUNITIES, GRIDS = 8, 60, 300
# Seven decimals (1 cm): rounding all vertices alike lets neighbours share them exactly.
DECIMALS = 7


@dataclass(frozen=True, slots=True, eq=False)
class Terrain:
    """The area tree, the waters, and the lookup arrays of the grids in the order of the tree."""

    areas: tuple[Area, ...]
    waters: tuple[Water, ...]
    grid_codes: tuple[str, ...]
    grid_polygons: tuple[BaseGeometry, ...]
    grid_seeds_m: Floats
    land: BaseGeometry


def to_degrees(metres: Floats) -> Floats:
    """Local metres (n, 2) east and north of the origin to WGS-84 degrees."""
    scaled = metres / np.array([METRES_PER_DEGREE_LON, METRES_PER_DEGREE_LAT])
    return np.asarray(np.round(scaled + np.array([ORIGIN_LON, ORIGIN_LAT]), DECIMALS), dtype=np.float64)


def to_metres(degrees: Floats) -> Floats:
    """WGS-84 degrees (n, 2) to local metres."""
    moved = degrees - np.array([ORIGIN_LON, ORIGIN_LAT])
    return np.asarray(moved * np.array([METRES_PER_DEGREE_LON, METRES_PER_DEGREE_LAT]), dtype=np.float64)


def lay_out(rng: Generator) -> Terrain:
    """District, 8 streets, 60 communities and 300 grids with polygons, one river and four reservoirs."""
    outline = _outline(rng)
    seeds = _relaxed(_inside(rng, outline, GRIDS), outline)
    cells = _voronoi(seeds, outline)
    neighbours = _neighbours(cells)
    community_of = _grow(rng, neighbours, seeds, COMMUNITIES)
    middles = np.array([seeds[community_of == i].mean(axis=0) for i in range(COMMUNITIES)])
    street_of = _grow(rng, _contract(neighbours, community_of), middles, STREETS)
    polygons = [shapely.transform(cell, to_degrees) for cell in cells]
    areas, order = _tree(polygons, community_of, street_of)
    waters = _waters(rng, outline)
    land = shapely.difference(shapely.union_all(polygons), shapely.union_all([w.surface for w in waters]))
    return Terrain(
        areas=areas,
        waters=waters,
        grid_codes=tuple(area.code for area in areas if area.level is Level.GRID),
        grid_polygons=tuple(polygons[i] for i in order),
        grid_seeds_m=seeds[order],
        land=land,
    )


def locate(terrain: Terrain, degrees: Floats) -> Integers:
    """Position of the grid that holds each point (n, 2), or −1 in water, outside, or on a boundary."""
    found = np.asarray(cKDTree(terrain.grid_seeds_m).query(to_metres(degrees))[1], dtype=np.int64)
    shapely.prepare(terrain.land)
    dry: Booleans = shapely.contains_xy(terrain.land, degrees[:, 0], degrees[:, 1])
    order = np.argsort(found, kind="stable")
    bounds = np.searchsorted(found[order], np.arange(len(terrain.grid_polygons) + 1))
    for grid, polygon in enumerate(terrain.grid_polygons):
        rows = order[bounds[grid] : bounds[grid + 1]]
        if len(rows):
            shapely.prepare(polygon)
            dry[rows] &= shapely.contains_xy(polygon, degrees[rows, 0], degrees[rows, 1])
    return np.where(dry, found, -1)


def _outline(rng: Generator) -> Polygon:
    """A closed curve about 13 km by 10 km, its radius varied by a few waves."""
    angle = np.linspace(0.0, 2.0 * np.pi, 181)[:-1]
    radius = np.ones_like(angle)
    for wave in range(2, 7):
        radius += rng.uniform(0.02, 0.09) / wave * 2 * np.cos(wave * angle + rng.uniform(0.0, 2.0 * np.pi))
    return Polygon(np.column_stack([6500.0 * radius * np.cos(angle), 5000.0 * radius * np.sin(angle)]))


def _inside(rng: Generator, outline: Polygon, count: int) -> Floats:
    west, south, east, north = outline.bounds
    points = rng.uniform((west, south), (east, north), size=(count * 4, 2))
    return np.asarray(points[shapely.contains_xy(outline, points[:, 0], points[:, 1])][:count], dtype=np.float64)


def _voronoi(seeds: Floats, outline: Polygon) -> list[BaseGeometry]:
    """Cells in the order of the seeds, clipped by the outline."""
    cells = shapely.get_parts(shapely.voronoi_polygons(MultiPoint(seeds), extend_to=outline, ordered=True))
    return list(shapely.intersection(cells, outline))


def _relaxed(seeds: Floats, outline: Polygon) -> Floats:
    """Lloyd's relaxation, twice: even grids without becoming a honeycomb."""
    for _ in range(2):
        seeds = shapely.get_coordinates(shapely.centroid(_voronoi(seeds, outline)))
    return seeds


def _neighbours(cells: list[BaseGeometry]) -> csr_matrix:
    """Cells that share an edge of more than 5 m, as a symmetric matrix."""
    tree = shapely.STRtree(cells)
    first, second = tree.query(cells, predicate="intersects")
    apart = first < second
    first, second = first[apart], second[apart]
    shared = shapely.length(shapely.intersection(np.array(cells)[first], np.array(cells)[second]))
    first, second = first[shared > 5.0], second[shared > 5.0]
    ones = np.ones(len(first) * 2)
    rows = np.concatenate([first, second])
    return csr_matrix((ones, (rows, np.concatenate([second, first]))), shape=(len(cells), len(cells)))


def _grow(rng: Generator, neighbours: csr_matrix, middles: Floats, parts: int) -> Integers:
    """Share the cells among `parts` connected regions, grown at once from well-spread starts over uneven ground."""
    starts = [int(rng.integers(len(middles)))]
    for _ in range(parts - 1):
        gaps = np.linalg.norm(middles[:, None, :] - middles[starts][None, :, :], axis=2).min(axis=1)
        starts.append(int(gaps.argmax()))
    uneven = neighbours.tocoo()
    apart_m = np.linalg.norm(middles[uneven.row] - middles[uneven.col], axis=1)
    ground = csr_matrix((apart_m * rng.uniform(0.7, 1.3, len(apart_m)), (uneven.row, uneven.col)), shape=uneven.shape)
    _, _, source = dijkstra(ground, indices=starts, min_only=True, return_predecessors=True)
    return np.asarray(np.searchsorted(np.sort(starts), source), dtype=np.int64)


def _contract(neighbours: csr_matrix, part: Integers) -> csr_matrix:
    """Neighbourhood of the parts from that of their members."""
    pairs = neighbours.tocoo()
    rows, columns = part[pairs.row], part[pairs.col]
    across = rows != columns
    count = int(part.max()) + 1
    return csr_matrix((np.ones(int(across.sum())), (rows[across], columns[across])), shape=(count, count))


def _area(code: str, name: str, level: Level, polygon: BaseGeometry) -> Area:
    inside = polygon.representative_point()
    parent = {Level.GRID: code[:12], Level.COMMUNITY: code[:9], Level.STREET: code[:6]}.get(level, "")
    return Area(code, name, level, parent, polygon, Position(round(inside.x, 7), round(inside.y, 7)), generated=True)


def _tree(
    polygons: list[BaseGeometry], community_of: Integers, street_of: Integers
) -> tuple[tuple[Area, ...], list[int]]:
    """Areas, parents before children, and the positions of the grids' cells in the order of the tree."""
    areas: list[Area] = []
    order: list[int] = []
    name = iter(COMMUNITY_NAMES)
    for street in range(STREETS):
        street_code = f"{DISTRICT_CODE}{street + 1:03d}"
        members = np.flatnonzero(street_of == street)
        within = np.flatnonzero(np.isin(community_of, members))
        areas.append(_area(street_code, STREET_NAMES[street], Level.STREET, _join(polygons, within)))
        for number, community in enumerate(members, start=1):
            community_code = f"{street_code}{number:03d}"
            cells = np.flatnonzero(community_of == community)
            label = next(name)
            areas.append(_area(community_code, f"{label}社区", Level.COMMUNITY, _join(polygons, cells)))
            for serial, cell in enumerate(cells, start=1):
                grid_name = f"{label}社区第{serial}网格"
                areas.append(_area(f"{community_code}{serial:03d}", grid_name, Level.GRID, polygons[cell]))
                order.append(int(cell))
    whole = _area(DISTRICT_CODE, DISTRICT_NAME, Level.DISTRICT, _join(polygons, np.arange(len(polygons))))
    return (whole, *areas), order


def _join(polygons: list[BaseGeometry], members: Integers) -> BaseGeometry:
    return shapely.union_all([polygons[i] for i in members])


def _waters(rng: Generator, outline: Polygon) -> tuple[Water, ...]:
    """A winding river from the north-west to the south-east, and four reservoirs off its course."""
    along = np.linspace(-9000.0, 9000.0, 60)
    phase = rng.uniform(0.0, 2.0 * np.pi)
    course = LineString(np.column_stack([along, -0.45 * along + 700.0 * np.sin(along / 1900.0 + phase)]))
    surfaces: list[BaseGeometry] = [course.buffer(45.0, quad_segs=2)]
    around = np.linspace(0.0, 2.0 * np.pi, 41)[:-1]
    for east, north in ((3600.0, 2100.0), (-2900.0, -2300.0), (800.0, 3000.0), (-600.0, -3200.0)):
        reach = rng.uniform(180.0, 320.0) * (1.0 + 0.25 * np.sin(3.0 * around + rng.uniform(0.0, 6.0)))
        ring = np.column_stack([east + 1.5 * reach * np.cos(around), north + reach * np.sin(around)])
        surfaces.append(shapely.difference(Polygon(ring), surfaces[0].buffer(80.0)))
    names = ("安澜河", *RESERVOIR_NAMES)
    return tuple(
        Water(
            code=f"{DISTRICT_CODE}-W{number:02d}",
            name=names[number],
            kind="reservoir" if number else "river",
            surface=shapely.transform(shapely.intersection(surface, outline), to_degrees),
            generated=True,
        )
        for number, surface in enumerate(surfaces)
    )
