"""Travel over junctions must say what the road says, rounded up; and a wrong table is refused."""

import math
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from anshu.engines.district import generate
from anshu.engines.planning import Aims, Problem, Travel, by_road, in_a_straight_line, plan, risk_first
from anshu.engines.routing import compile_roads, nearest
from anshu.kernel.errors import Invalid
from tests.engines.planning.worlds import breaches, crews, sites

DISTRICT = generate(7, at=datetime(2026, 8, 1, tzinfo=UTC), sites=400)
ROADS = compile_roads(DISTRICT.roads)
LON = np.array([site.position.lon for site in DISTRICT.sites])
LAT = np.array([site.position.lat for site in DISTRICT.sites])
TRAVEL = by_road(ROADS, LON, LAT)


def test_seconds_are_those_of_the_ranking_by_road_rounded_up():
    origins = list(zip(LON[:20].tolist(), LAT[:20].tolist(), strict=True))
    for target in range(20, 26):
        for leg in nearest(ROADS, origins, (float(LON[target]), float(LAT[target])), 20):
            seconds = TRAVEL.between(leg.origin, target)
            assert leg.minutes * 60 - 0.01 <= seconds <= math.ceil(leg.minutes * 60) + 3
    assert TRAVEL.between(3, 3) == 0


def test_a_straight_line_is_distance_by_speed_rounded_up():
    travel = in_a_straight_line(np.array([0.0, 1000.0]), np.array([0.0, 0.0]), 36.0)
    assert (travel.between(0, 1), travel.between(1, 1)) == (100, 0)


def test_a_district_is_planned_without_a_breach_and_better_than_by_hand():
    given = sites(400, risk=np.random.default_rng(1).lognormal(2.0, 0.8, 400), closes_min=[780, 1140] * 200)
    given = replace(given, needs=np.arange(400) % 3)
    who = crews(4, 3, 0, 400, holds=[0, 1, 2, 3], home=[0, 0, 50, 60])
    problem = Problem(given, who, TRAVEL, Aims(0.1, 5.0))
    made, by_hand = plan(problem, turns=3000, seed=3), risk_first(problem)
    assert breaches(problem, made) == breaches(problem, by_hand) == []
    assert made.worth > 1.02 * by_hand.worth
    assert made == plan(problem, turns=3000, seed=3)


@pytest.mark.parametrize(
    ("field", "travel"),
    [
        ("travel", (np.zeros(1, int), np.zeros(1, int), np.zeros((1, 2), np.uint16))),
        ("travel", (np.zeros(1, int), np.array([-1]), np.zeros((1, 1), np.uint16))),
        ("travel", (np.zeros(1, int), np.zeros(1, int), np.zeros((1, 1)))),
        ("place", (np.array([1]), np.zeros(1, int), np.zeros((1, 1), np.uint16))),
    ],
)
def test_a_table_that_does_not_fit_is_refused(field, travel):
    with pytest.raises(Invalid) as caught:
        Travel(*travel)
    assert caught.value.field == field


def test_without_roads_there_is_no_travel_by_road():
    with pytest.raises(Invalid):
        by_road(replace(ROADS, tree=None), LON, LAT)
