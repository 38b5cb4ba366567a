"""The compiled search must agree with a naive Dijkstra, and must say when it did not use roads."""

import heapq
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anshu.engines.routing import Access, RoadGraph, compile_roads, nearest
from anshu.engines.routing.graph import distance_m

LON, LAT, STEP = 115.0, 20.0, 0.01
EVERYWHERE = Access(max_m=1e7, speed_kmh=10.0)


def graph(points, edges):
    """Edges are (from, to, metres, km/h, oneway)."""
    return RoadGraph(
        node_ids=tuple(str(i) for i in range(len(points))),
        node_lon=np.array([p[0] for p in points], dtype=np.float64),
        node_lat=np.array([p[1] for p in points], dtype=np.float64),
        edge_from=np.array([e[0] for e in edges], dtype=np.int64),
        edge_to=np.array([e[1] for e in edges], dtype=np.int64),
        edge_length_m=np.array([e[2] for e in edges], dtype=np.float64),
        edge_speed_kmh=np.array([e[3] for e in edges], dtype=np.float64),
        edge_oneway=np.array([e[4] for e in edges], dtype=np.bool_),
        edge_names=tuple("" for _ in edges),
        edge_lines=tuple(() for _ in edges),
        generated=True,
    )


def naive_minutes(count, edges, source, target):
    ways = {i: [] for i in range(count)}
    for a, b, metres, kmh, oneway in edges:
        minutes = metres / (kmh * 1000 / 60)
        ways[a].append((b, minutes, metres))
        if not oneway:
            ways[b].append((a, minutes, metres))
    best, queue = {source: 0.0}, [(0.0, source)]
    while queue:
        cost, node = heapq.heappop(queue)
        if cost > best[node]:
            continue
        for other, minutes, _ in ways[node]:
            if cost + minutes < best.get(other, math.inf):
                best[other] = cost + minutes
                heapq.heappush(queue, (best[other], other))
    return best.get(target, math.inf)


@st.composite
def networks(draw):
    """A ring of one-way streets (so all nodes reach each other) plus any number of chords, some parallel."""
    count = draw(st.integers(2, 12))
    points = [(LON + STEP * math.cos(i), LAT + STEP * 0.7 * math.sin(2 * i)) for i in range(count)]
    metres = st.floats(1, 5000)
    kmh = st.sampled_from([20.0, 40.0, 80.0])
    ring = [(i, (i + 1) % count, draw(metres), draw(kmh), True) for i in range(count)]
    node = st.integers(0, count - 1)
    chords = draw(st.lists(st.tuples(node, node, metres, kmh, st.booleans()), max_size=20))
    return points, ring + chords, draw(st.integers(0, count - 1))


@settings(max_examples=150, deadline=None)
@given(networks())
def test_minutes_equal_those_of_a_naive_search(network):
    points, edges, target = network
    ranking = nearest(compile_roads(graph(points, edges), EVERYWHERE), points, points[target], len(points))
    assert [leg.minutes for leg in ranking] == sorted(leg.minutes for leg in ranking)
    assert {leg.origin for leg in ranking} == set(range(len(points)))
    for leg in ranking:
        assert leg.by == "road"
        assert leg.minutes == pytest.approx(naive_minutes(len(points), edges, leg.origin, target), abs=1e-6)


@settings(max_examples=80, deadline=None)
@given(networks())
def test_at_one_speed_metres_are_minutes_times_speed(network):
    points, edges, target = network
    edges = [(a, b, metres, 30.0, oneway) for a, b, metres, _, oneway in edges]
    for leg in nearest(compile_roads(graph(points, edges), EVERYWHERE), points, points[target], len(points)):
        assert leg.metres == pytest.approx(leg.minutes * 500.0, abs=1e-3)


SQUARE = [(LON, LAT), (LON + STEP, LAT), (LON + STEP, LAT + STEP), (LON, LAT + STEP)]


def test_a_one_way_street_is_driven_one_way():
    edges = [(0, 1, 1000, 60, True), (1, 2, 1000, 60, True), (2, 3, 1000, 60, True), (3, 0, 1000, 60, True)]
    legs = {leg.origin: leg for leg in nearest(compile_roads(graph(SQUARE, edges)), SQUARE, SQUARE[0], 4)}
    assert [round(legs[i].minutes) for i in range(4)] == [0, 3, 2, 1]
    assert [round(legs[i].metres) for i in range(4)] == [0, 3000, 2000, 1000]


def test_the_quicker_of_two_parallel_roads_is_taken_even_when_longer():
    edges = [(0, 1, 1000, 10, False), (0, 1, 3000, 60, False)]
    (leg,) = nearest(compile_roads(graph(SQUARE[:2], edges)), SQUARE[:1], SQUARE[1], 1)
    assert (leg.minutes, leg.metres) == (pytest.approx(3.0), pytest.approx(3000.0))


def test_far_from_any_road_the_straight_line_is_used_and_said():
    roads = compile_roads(graph(SQUARE[:2], [(0, 1, 1000, 60, False)]), Access(max_m=200, detour_factor=1.5))
    far = (LON, LAT + 5 * STEP)
    road, straight = nearest(roads, [SQUARE[1], far], SQUARE[0], 5)
    assert (road.by, straight.by) == ("road", "straight")
    line_m = distance_m(*(np.array([v]) for v in (*far, *SQUARE[0])))[0]
    assert straight.metres == pytest.approx(1.5 * line_m)
    assert line_m == pytest.approx(5559.7, abs=1.0)
    assert {leg.by for leg in nearest(roads, SQUARE, far, 4)} == {"straight"}


def test_the_leg_off_the_road_is_counted():
    roads = compile_roads(graph(SQUARE[:2], [(0, 1, 1000, 60, False)]), Access(max_m=200, speed_kmh=6.0))
    beside = (LON, LAT + 0.001)
    (leg,) = nearest(roads, [beside], SQUARE[1], 1)
    assert leg.metres == pytest.approx(1000 + 111.2, abs=0.1)
    assert leg.minutes == pytest.approx(1 + 1.112, abs=0.001)


def test_a_stub_from_which_nothing_returns_is_never_snapped_to():
    stub = (LON + 0.5 * STEP, LAT)
    edges = [(0, 1, 1000, 60, False), (1, 2, 500, 60, True)]
    (leg,) = nearest(compile_roads(graph([*SQUARE[:2], stub], edges), EVERYWHERE), [stub], SQUARE[0], 1)
    assert leg.by == "road"
    assert leg.metres > 500


def test_without_roads_everything_is_straight_and_without_origins_nothing():
    roads = compile_roads(graph([], []))
    assert nearest(roads, [], SQUARE[0], 3) == ()
    assert [leg.by for leg in nearest(roads, SQUARE, SQUARE[0], 2)] == ["straight", "straight"]
