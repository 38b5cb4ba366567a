"""Districts to plan: sites and roads of the generated district, or made-up sites on the real roads of Shenzhen."""

import os
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from anshu.engines.district import generate
from anshu.engines.planning import NO_DUE_DAY, Aims, Crews, Problem, Sites, by_road
from anshu.engines.routing import RoadGraph, compile_roads
from anshu.gateways.district_files.network import read_roads

Real = NDArray[np.float64]
STREET_OFFICES = 4


def generated(sites: int, crews: int, days: int, seed: int = 1) -> Problem:
    """Sites beside the roads of the generated district; crews start from four stations in turn."""
    district = generate(seed, at=datetime(2026, 8, 1, tzinfo=UTC), sites=sites)
    places = [site.position for site in district.sites] + [team.position for team in district.teams[:STREET_OFFICES]]
    lon, lat = np.array([place.lon for place in places]), np.array([place.lat for place in places])
    return made_up(district.roads, (lon, lat), (crews, days), seed)


def on_real_roads(sites: int, crews: int, days: int, seed: int = 1) -> Problem | None:
    """As many sites beside junctions of the real network, within 150 m; None without ANSHU_DATA_DIR."""
    folder = os.environ.get("ANSHU_DATA_DIR")
    if not folder:
        return None
    graph = read_roads(Path(folder)).content
    random = np.random.default_rng(seed)
    node = random.integers(len(graph.node_lon), size=sites + STREET_OFFICES)
    aside = random.normal(0.0, 0.0007, (2, len(node)))
    return made_up(graph, (graph.node_lon[node] + aside[0], graph.node_lat[node] + aside[1]), (crews, days), seed)


def made_up(graph: RoadGraph, places: tuple[Real, Real], size: tuple[int, int], seed: int) -> Problem:
    """What is made up about a district.

    Risks skewed, a tenth due or overdue, work of 45 minutes to two hours, a fifth open only half the day, three
    licences, one recusal in a hundred; crews work eight hours and a half.
    """
    crews, days = size
    sites, random = len(places[0]) - STREET_OFFICES, np.random.default_rng(seed)
    half = random.random(sites)
    due = np.where(random.random(sites) < 0.1, random.integers(-5, days, sites), NO_DUE_DAY)
    given = Sites(
        point=np.arange(sites),
        risk=10.0 * random.lognormal(0.0, 0.8, sites),
        owed=np.ones(sites, dtype=np.int64),
        due_day=due,
        service_min=random.choice([45, 60, 90, 120], sites),
        opens_min=np.where(half < 0.1, 13 * 60, 8 * 60),
        closes_min=np.where(half > 0.9, 13 * 60, 19 * 60),
        needs=random.choice([0, 1, 2, 4], sites, p=[0.7, 0.1, 0.1, 0.1]),
    )
    who = Crews(
        home=sites + np.arange(crews) % STREET_OFFICES,
        works=np.ones((crews, days), dtype=np.bool_),
        opens_min=np.full(crews, 9 * 60),
        closes_min=np.full(crews, 17 * 60 + 30),
        holds=random.choice([1, 3, 5, 7], crews),
        recused=random.random((crews, sites)) < 0.01,
    )
    return Problem(given, who, by_road(compile_roads(graph), *places), Aims(late_per_day=0.1, travel_per_hour=10.0))
