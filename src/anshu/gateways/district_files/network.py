"""The road network of Futian and eastern Nanshan, cut from OpenStreetMap."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from anshu.engines.routing import RoadGraph
from anshu.gateways.district_files.source import Dataset, Provenance, rows

# Usual speeds in a city by class of road (km/h), well under the limits: only one edge in twenty states a limit.
USUAL_SPEED_KMH: Mapping[str, float] = {
    "motorway": 70.0,
    "trunk": 55.0,
    "primary": 40.0,
    "secondary": 35.0,
    "tertiary": 30.0,
    "unclassified": 25.0,
    "residential": 20.0,
    "living_street": 12.0,
    "service": 15.0,
}
SLOWEST_KMH = 20.0
RAMP_FACTOR = 0.7

PROVENANCE = Provenance(
    source="© OpenStreetMap contributors, cached Overpass answers of 2024-10 by way of peibochao123456/PCRL 30b9f09",
    licence="ODbL 1.0: show the attribution; a derived database is published under the same licence",
    note="Motor roads only, no turn restrictions, cut at the edge of the box; Futian almost whole, "
    "eastern third of Nanshan.",
)

Line = tuple[tuple[float, float], ...]


def speed_kmh(highway: str) -> float:
    """Usual speed of a class of road; a ramp (…_link) is slower than its road."""
    ramp = highway.endswith("_link")
    usual = USUAL_SPEED_KMH.get(highway.removesuffix("_link"), SLOWEST_KMH)
    return usual * RAMP_FACTOR if ramp else usual


def read_roads(data_dir: Path) -> Dataset[RoadGraph]:
    """6,078 nodes, 8,536 edges; a way driven against its drawing is turned round, so one-way always means from → to."""
    nodes = rows(data_dir / "road_network" / "nodes.csv.gz")
    edges = rows(data_dir / "road_network" / "edges.csv.gz")
    place = {row["node"]: i for i, row in enumerate(nodes)}
    ends = np.array([(place[row["from_node"]], place[row["to_node"]]) for row in edges], dtype=np.int64)
    against = np.array([row["oneway"] == "reverse" for row in edges])
    ends[against] = ends[against][:, ::-1]
    graph = RoadGraph(
        node_ids=tuple(row["node"] for row in nodes),
        node_lon=np.array([float(row["lon"]) for row in nodes]),
        node_lat=np.array([float(row["lat"]) for row in nodes]),
        edge_from=ends[:, 0].copy(),
        edge_to=ends[:, 1].copy(),
        edge_length_m=np.array([float(row["length_m"]) for row in edges]),
        edge_speed_kmh=np.array([speed_kmh(row["highway"]) for row in edges]),
        edge_oneway=np.array([row["oneway"] in ("yes", "reverse") for row in edges]),
        edge_names=tuple(row["name"] for row in edges),
        edge_lines=tuple(_line(row) for row in edges),
    )
    return Dataset(graph, PROVENANCE)


def _line(row: Mapping[str, str]) -> Line:
    pairs = [pair.split(",") for pair in row["polyline_lonlat"].split()]
    line = tuple((float(lon), float(lat)) for lon, lat in pairs)
    return line[::-1] if row["oneway"] == "reverse" else line
