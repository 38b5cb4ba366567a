"""The road network as flat arrays, and distances on the sphere."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

EARTH_RADIUS_M = 6_371_008.8  # mean radius of GRS 80, the ellipsoid of CGCS2000


@dataclass(frozen=True, slots=True, eq=False)
class RoadGraph:
    """Nodes (WGS-84 degrees) and edges between node positions in the arrays; a one-way edge runs from → to only."""

    node_ids: tuple[str, ...]
    node_lon: Floats
    node_lat: Floats
    edge_from: Integers
    edge_to: Integers
    edge_length_m: Floats
    edge_speed_kmh: Floats
    edge_oneway: Booleans
    edge_names: tuple[str, ...]
    edge_lines: tuple[tuple[tuple[float, float], ...], ...]
    generated: bool = False


def unit_vectors(lon: Floats, lat: Floats) -> Floats:
    """Degrees to points on the unit sphere, shape (n, 3), so that straight-line search has no seam and no stretch."""
    lon_rad, lat_rad = np.radians(lon), np.radians(lat)
    return np.column_stack([np.cos(lat_rad) * np.cos(lon_rad), np.cos(lat_rad) * np.sin(lon_rad), np.sin(lat_rad)])


def arc_m(chord: Floats) -> Floats:
    """Chord on the unit sphere to metres along the ground."""
    return np.asarray(2.0 * EARTH_RADIUS_M * np.arcsin(np.clip(chord / 2.0, 0.0, 1.0)), dtype=np.float64)


def distance_m(lon_a: Floats, lat_a: Floats, lon_b: Floats, lat_b: Floats) -> Floats:
    """Great-circle distance in metres between points given in degrees."""
    return arc_m(np.linalg.norm(unit_vectors(lon_a, lat_a) - unit_vectors(lon_b, lat_b), axis=1))
