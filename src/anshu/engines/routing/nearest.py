"""Rank origins by driving time to one place over a compiled road network."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

from anshu.engines.routing.graph import Floats, Integers, RoadGraph, arc_m, distance_m, unit_vectors

Point = tuple[float, float]

# Two junctions drawn on one spot still form an edge: a zero would read as "no edge" in a sparse matrix.
SHORTEST_EDGE_M = 0.01
METRES_PER_MINUTE_AT_1_KMH = 1000.0 / 60.0


@dataclass(frozen=True, slots=True)
class Access:
    """How a point off the network is reached; past `max_m` from any usable node the road is not used at all."""

    max_m: float = 400.0
    speed_kmh: float = 15.0
    detour_factor: float = 1.4
    straight_speed_kmh: float = 25.0


@dataclass(frozen=True, slots=True, eq=False)
class Roads:
    """The largest part of the network in which every node reaches every other, ready for search."""

    node_lon: Floats
    node_lat: Floats
    reversed_minutes: csr_matrix
    edge_keys: Integers
    edge_length_m: Floats
    tree: cKDTree | None
    access: Access


@dataclass(frozen=True, slots=True)
class Leg:
    """One origin's way to the target; `by` says whether roads or a straight line × detour factor gave the figures."""

    origin: int
    minutes: float
    metres: float
    by: Literal["road", "straight"]


def compile_roads(graph: RoadGraph, access: Access | None = None) -> Roads:
    """Build the search structure; of parallel edges the quickest stays, and one-way streets are respected.

    Nodes outside the largest strongly connected part (stubs cut off at the edge of an extract) are left out,
    so that a route exists between any two that remain.
    """
    two_way = ~graph.edge_oneway
    start = np.concatenate([graph.edge_from, graph.edge_to[two_way]])
    end = np.concatenate([graph.edge_to, graph.edge_from[two_way]])
    length_m = np.maximum(np.concatenate([graph.edge_length_m, graph.edge_length_m[two_way]]), SHORTEST_EDGE_M)
    speed = np.concatenate([graph.edge_speed_kmh, graph.edge_speed_kmh[two_way]])
    minutes = length_m / (speed * METRES_PER_MINUTE_AT_1_KMH)

    place = _places_of_largest_part(start, end, len(graph.node_lon))
    kept = (place[start] >= 0) & (place[end] >= 0) & (start != end)
    start, end, length_m, minutes = place[start[kept]], place[end[kept]], length_m[kept], minutes[kept]

    count = int(place.max(initial=-1)) + 1
    order = np.lexsort((length_m, minutes, end * count + start))
    keys, first = np.unique((end * count + start)[order], return_index=True)
    best = order[first]
    matrix = csr_matrix((minutes[best], (end[best], start[best])), shape=(count, count))
    used = place >= 0
    lon, lat = graph.node_lon[used], graph.node_lat[used]
    tree = cKDTree(unit_vectors(lon, lat)) if count else None
    return Roads(lon, lat, matrix, keys, length_m[best], tree, access or Access())


def nearest(roads: Roads, origins: Sequence[Point], target: Point, limit: int) -> tuple[Leg, ...]:
    """The `limit` origins (lon, lat in WGS-84 degrees) that reach the target soonest, ties by position in the list."""
    if not origins:
        return ()
    lon = np.array([*(origin[0] for origin in origins), target[0]], dtype=np.float64)
    lat = np.array([*(origin[1] for origin in origins), target[1]], dtype=np.float64)
    off_m, node = snap(roads, lon, lat)
    straight_m = distance_m(lon[:-1], lat[:-1], lon[-1:], lat[-1:]) * roads.access.detour_factor
    minutes = straight_m / (roads.access.straight_speed_kmh * METRES_PER_MINUTE_AT_1_KMH)
    metres = straight_m.copy()
    by_road = np.zeros(len(origins), dtype=np.bool_)
    if off_m[-1] <= roads.access.max_m:
        by_road = off_m[:-1] <= roads.access.max_m
        road_minutes, road_metres = _along_roads(roads, node[:-1][by_road], int(node[-1]))
        walked_m = off_m[:-1][by_road] + off_m[-1]
        metres[by_road] = road_metres + walked_m
        minutes[by_road] = road_minutes + walked_m / (roads.access.speed_kmh * METRES_PER_MINUTE_AT_1_KMH)
    ranking = np.argsort(minutes, kind="stable")[:limit]
    return tuple(
        Leg(int(i), float(minutes[i]), float(metres[i]), "road" if by_road[i] else "straight") for i in ranking
    )


def _places_of_largest_part(start: Integers, end: Integers, count: int) -> Integers:
    """Node position → position within the largest strongly connected part, or −1 outside it."""
    place = np.full(count, -1, dtype=np.int64)
    if count == 0:
        return place
    links = csr_matrix((np.ones(len(start)), (start, end)), shape=(count, count))
    _, label = connected_components(links, directed=True, connection="strong")
    inside = label == np.bincount(label).argmax()
    place[inside] = np.arange(int(inside.sum()))
    return place


def snap(roads: Roads, lon: Floats, lat: Floats) -> tuple[Floats, Integers]:
    """Metres to the nearest usable node, and that node."""
    if roads.tree is None:
        return np.full(len(lon), np.inf), np.full(len(lon), -1, dtype=np.int64)
    chord, node = roads.tree.query(unit_vectors(lon, lat))
    return arc_m(np.asarray(chord)), np.asarray(node, dtype=np.int64)


def _along_roads(roads: Roads, sources: Integers, target: int) -> tuple[Floats, Floats]:
    """Minutes and metres of the quickest way from each source to the target.

    One search backwards from the target serves every source; the predecessor on it is the next node ahead.
    """
    minutes, ahead = dijkstra(roads.reversed_minutes, indices=target, return_predecessors=True)
    count = len(roads.node_lon)
    metres = np.zeros(len(sources))
    at = sources.copy()
    moving = np.flatnonzero(at != target)
    while len(moving):
        here = at[moving]
        onward = ahead[here].astype(np.int64)
        metres[moving] += roads.edge_length_m[np.searchsorted(roads.edge_keys, onward * count + here)]
        at[moving] = onward
        moving = moving[onward != target]
    return np.asarray(minutes, dtype=np.float64)[sources], metres
