"""The invented road network: named, bent lines of a tilted lattice, with main roads and some one-way side streets."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.random import Generator
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree
from scipy.spatial import cKDTree

from anshu.engines.district.terrain import Terrain, to_degrees, to_metres
from anshu.engines.district.words import ROAD_STEMS
from anshu.engines.routing import RoadGraph
from anshu.engines.routing.graph import Booleans, Floats, Integers, distance_m

SPACING_M = 330.0
TILT_RAD = 0.2
HALF = 26
MAIN_EVERY = 4


@dataclass(frozen=True, slots=True, eq=False)
class Frontage:
    """Places along roads: degrees (n, 2), the edge each stands on, and its house number."""

    degrees: Floats
    edge: Integers
    house_number: Integers


def build_roads(rng: Generator, terrain: Terrain) -> RoadGraph:
    """A road graph inside the district in which every node reaches every other, one-way streets included."""
    column, row = (axis.ravel() for axis in np.meshgrid(np.arange(-HALF, HALF + 1), np.arange(-HALF, HALF + 1)))
    turn = np.array([[np.cos(TILT_RAD), np.sin(TILT_RAD)], [-np.sin(TILT_RAD), np.cos(TILT_RAD)]])
    bend = 90.0 * np.column_stack([np.sin(row / 4.0), np.sin(column / 5.0)])
    metres = (np.column_stack([column, row]) * SPACING_M + bend + rng.normal(0.0, 22.0, (len(row), 2))) @ turn
    outline = terrain.areas[0].boundary
    degrees = to_degrees(metres)
    inside = shapely.contains_xy(outline, degrees[:, 0], degrees[:, 1])
    start, end, across = _lattice(column, row, inside)
    place, start, end, across = _largest_part(inside, start, end, across)
    used = place >= 0
    line = np.where(across, row[used][start] + HALF, column[used][start] + 3 * HALF + 1)
    main = (line % MAIN_EVERY) == 0
    kept, oneway = _thin(rng, np.linalg.norm(metres[used][start] - metres[used][end], axis=1), start, end, main)
    return _graph(degrees[used], start[kept], end[kept], (line[kept], main[kept], oneway[kept]))


def _lattice(column: Integers, row: Integers, inside: Booleans) -> tuple[Integers, Integers, Booleans]:
    """Edges between lattice neighbours inside the district; the last array says which run along a row."""
    side = 2 * HALF + 1
    number = np.arange(len(column))
    east = number[column < HALF]
    north = number[row < HALF]
    start = np.concatenate([east, north])
    end = np.concatenate([east + 1, north + side])
    across = np.concatenate([np.ones(len(east), dtype=np.bool_), np.zeros(len(north), dtype=np.bool_)])
    kept = inside[start] & inside[end]
    return start[kept], end[kept], across[kept]


def _largest_part(
    inside: Booleans, start: Integers, end: Integers, across: Booleans
) -> tuple[Integers, Integers, Integers, Booleans]:
    count = len(inside)
    links = csr_matrix((np.ones(len(start)), (start, end)), shape=(count, count))
    _, label = connected_components(links, directed=False)
    chosen = np.bincount(label[inside]).argmax()
    place = np.where(label == chosen, np.cumsum(label == chosen) - 1, -1)
    kept = place[start] >= 0
    return place, place[start[kept]], place[end[kept]], across[kept]


def _thin(
    rng: Generator, length_m: Floats, start: Integers, end: Integers, main: Booleans
) -> tuple[Booleans, Booleans]:
    """Drop some side streets and make some one-way, never those of a spanning tree: the rest stays reachable."""
    weight = np.where(main, length_m, length_m * 10.0)
    count = int(max(start.max(), end.max())) + 1
    tree = minimum_spanning_tree(csr_matrix((weight, (start, end)), shape=(count, count))).tocoo()
    spared = np.isin(start * count + end, tree.row.astype(np.int64) * count + tree.col) | main
    draw = rng.random(len(start))
    return spared | (draw > 0.25), ~spared & (draw > 0.85)


def _graph(degrees: Floats, start: Integers, end: Integers, looks: tuple[Integers, Booleans, Booleans]) -> RoadGraph:
    line, main, oneway = looks
    lon, lat = degrees[:, 0], degrees[:, 1]
    length_m = np.round(distance_m(lon[start], lat[start], lon[end], lat[end]) * 1.02, 1)
    ends = zip(degrees[start].tolist(), degrees[end].tolist(), strict=True)
    return RoadGraph(
        node_ids=tuple(f"N{i:05d}" for i in range(len(degrees))),
        node_lon=lon.copy(),
        node_lat=lat.copy(),
        edge_from=start,
        edge_to=end,
        edge_length_m=length_m,
        edge_speed_kmh=np.where(main, 50.0, 30.0),
        edge_oneway=oneway,
        edge_names=tuple(
            ROAD_STEMS[number % len(ROAD_STEMS)] + ("大道" if wide else "路")
            for number, wide in zip(line.tolist(), main.tolist(), strict=True)
        ),
        edge_lines=tuple(((a[0], a[1]), (b[0], b[1])) for a, b in ends),
        generated=True,
    )


def along(rng: Generator, roads: RoadGraph, count: int, setback_m: tuple[float, float]) -> Frontage:
    """`count` places beside roads, at a distance from the centre line within `setback_m`, on either side."""
    edge = rng.integers(len(roads.edge_from), size=count)
    share = rng.random(count)
    side = np.where(rng.random(count) < 0.5, -1.0, 1.0)
    start = to_metres(np.column_stack([roads.node_lon, roads.node_lat])[roads.edge_from[edge]])
    end = to_metres(np.column_stack([roads.node_lon, roads.node_lat])[roads.edge_to[edge]])
    run = end - start
    normal = np.column_stack([-run[:, 1], run[:, 0]]) / np.linalg.norm(run, axis=1)[:, None]
    offset = (side * rng.uniform(*setback_m, size=count))[:, None]
    metres = start + run * share[:, None] + normal * offset
    # Odd on one side, even on the other, thirty-three to a block.
    number = 2 * (edge % 40 * 33 + (share * 33).astype(np.int64)) + np.where(side > 0, 1, 2)
    return Frontage(to_degrees(metres), edge, number)


def beside(roads: RoadGraph, degrees: Floats) -> Integers:
    """The edge whose middle is nearest to each point: its road gives the point its address."""
    nodes = np.column_stack([roads.node_lon, roads.node_lat])
    middles = (nodes[roads.edge_from] + nodes[roads.edge_to]) / 2.0
    return np.asarray(cKDTree(to_metres(middles)).query(to_metres(degrees))[1], dtype=np.int64)
