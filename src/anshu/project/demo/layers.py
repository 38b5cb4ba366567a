"""The own base map, small enough for a quick browser, and the road graph for travel times.

`districts`, `streets`, `water` and `roads_lines` are GeoJSON; `roads` is {"nodes": [[lon, lat], …], "edges":
[[from, to, metres, seconds, oneway], …]}, as travel times are reckoned from.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import shapely
from shapely.geometry import LineString, MultiLineString, Point, mapping
from shapely.geometry.base import BaseGeometry

from anshu.engines.district.shapes import Area, Level
from anshu.engines.routing import RoadGraph
from anshu.project.demo.staging import Scene

"""Largest size of a layer in bytes, and by how much shapes are simplified (degrees; 0.0001 is about 11 m)."""
LARGEST = 300_000
COARSE_DEG, FINE_DEG = 0.0002, 0.00003
"""Usual speeds (km/h) from which a road is drawn: all of them, then fewer until the layer is small enough."""
SPEEDS = (0.0, 18.0, 22.0, 27.0, 32.0, 38.0)

Json = dict[str, Any]


def contents(scene: Scene) -> dict[str, tuple[Json, str]]:
    """Key → content and source of every layer."""
    district = scene.district
    areas = scene.source("area")
    return {
        "districts": (collection(_area_features(district.areas, Level.DISTRICT)), areas),
        "streets": (collection(_area_features(district.areas, Level.STREET)), areas),
        "water": (
            collection(feature(water.surface, name=water.name, kind=water.kind) for water in district.waters),
            scene.source("water"),
        ),
        "roads_lines": (road_lines(district.roads), scene.source("roads")),
        "roads": (road_graph(district.roads), scene.source("roads")),
    }


def collection(features: Iterable[Json]) -> Json:
    """A GeoJSON FeatureCollection."""
    return {"type": "FeatureCollection", "features": list(features)}


def feature(geometry: BaseGeometry, **properties: object) -> Json:
    """A GeoJSON Feature, rounded to a metre."""
    return {"type": "Feature", "properties": properties, "geometry": outline(geometry)}


def outline(geometry: BaseGeometry, tolerance_deg: float = COARSE_DEG) -> Json:
    """A shape as GeoJSON, simplified and rounded to five places."""
    simple = shapely.simplify(geometry, tolerance_deg)
    found: Json = mapping(shapely.transform(simple, lambda degrees: np.round(degrees, 5)))
    return found


def _area_features(areas: Sequence[Area], level: Level) -> Iterable[Json]:
    """Areas of a level with their names; one without a boundary is a point, one without either is left out."""
    for area in areas:
        shape = area.boundary or (Point(area.centre.lon, area.centre.lat) if area.centre else None)
        if area.level is level and shape is not None:
            yield feature(shape, name=area.name, code=area.code)


def road_lines(roads: RoadGraph) -> Json:
    """Roads as one feature per usual speed, the slowest left out until the layer is small enough."""
    made: Json = collection([])
    for slowest in SPEEDS:
        made = collection(_by_speed(roads, slowest))
        if len(json.dumps(made, separators=(",", ":"))) < LARGEST:
            break
    return made


def _by_speed(roads: RoadGraph, slowest: float) -> Iterable[Json]:
    for speed in sorted({float(kmh) for kmh in roads.edge_speed_kmh if kmh >= slowest}, reverse=True):
        lines = [LineString(roads.edge_lines[i]) for i in np.flatnonzero(roads.edge_speed_kmh == speed)]
        merged = shapely.line_merge(MultiLineString(lines))
        yield {
            "type": "Feature",
            "properties": {"kmh": round(speed)},
            "geometry": outline(merged, FINE_DEG),
        }


def road_graph(roads: RoadGraph) -> Json:
    """The network as `domains.incidents` compiles it; seconds at the usual speed."""
    seconds = roads.edge_length_m / roads.edge_speed_kmh * 3.6
    places = zip(roads.node_lon.tolist(), roads.node_lat.tolist(), strict=True)
    return {
        "nodes": [[round(lon, 6), round(lat, 6)] for lon, lat in places],
        "edges": [
            [start, end, round(metres, 1), round(spent, 1), int(oneway)]
            for start, end, metres, spent, oneway in zip(
                roads.edge_from.tolist(),
                roads.edge_to.tolist(),
                roads.edge_length_m.tolist(),
                seconds.tolist(),
                roads.edge_oneway.tolist(),
                strict=True,
            )
        ],
    }
