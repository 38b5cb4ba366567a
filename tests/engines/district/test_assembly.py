"""The invented district must hold together: tiling areas, places inside their grids, reachable roads, valid codes."""

import dataclasses
import re
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
import shapely
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components
from shapely.geometry import Point

from anshu.engines.district import generate
from anshu.engines.district.enterprises import CREDIT_ALPHABET, credit_codes
from anshu.engines.district.people import BEIJING, BUREAU
from anshu.engines.district.shapes import Level, RiskKind, Skill
from anshu.engines.routing import compile_roads, nearest

AT = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
SEED = 7
PARENT_DIGITS = {9: 6, 12: 9, 15: 12}


@pytest.fixture(scope="module", params=[SEED, 1, 2026])
def district(request):
    return generate(request.param, at=AT, sites=400)


def test_numbers_of_everything(district):
    assert Counter(area.level for area in district.areas) == {
        Level.DISTRICT: 1,
        Level.STREET: 8,
        Level.COMMUNITY: 60,
        Level.GRID: 300,
    }
    assert Counter(item.kind for item in district.risk_objects) == {
        RiskKind.WATERLOGGING_POINT: 80,
        RiskKind.SLOPE: 60,
        RiskKind.RESERVOIR: 4,
        RiskKind.UNDERGROUND_SPACE: 40,
        RiskKind.OLD_BUILDING: 120,
        RiskKind.HYDRANT: 300,
        RiskKind.SHELTER: 50,
    }
    assert Counter(gauge.channels[0].quantity.value for gauge in district.gauges) == {
        "road_water_depth": 80,
        "water_level": 7,
        "displacement": 60,
        "rain_5min": 25,
    }
    assert (len(district.sites), len(district.teams), len(district.waters)) == (400, 32, 5)


def test_every_record_says_that_it_is_generated(district):
    assert district.generated
    assert district.roads.generated
    groups = [getattr(district, field.name) for field in dataclasses.fields(district)]
    records = [record for group in groups if isinstance(group, tuple) for record in group]
    assert len(records) > 2000
    assert all(record.generated is True for record in records)
    assert all(vehicle.generated for team in district.teams for vehicle in team.vehicles)


def test_codes_are_paths_and_children_tile_their_parent(district):
    by_code = {area.code: area for area in district.areas}
    assert len(by_code) == len(district.areas)
    children = {}
    for area in district.areas[1:]:
        assert area.parent_code == area.code[: PARENT_DIGITS[len(area.code)]]
        children.setdefault(area.parent_code, []).append(area.boundary)
    for code, parts in children.items():
        whole = by_code[code].boundary
        assert whole.is_valid
        assert sum(part.area for part in parts) == pytest.approx(whole.area, rel=1e-9)
        assert shapely.union_all(parts).symmetric_difference(whole).area < whole.area * 1e-9
        assert all(part.difference(whole).area < part.area * 1e-9 for part in parts)
        assert all(part.geom_type == "Polygon" for part in parts)


def test_siblings_do_not_overlap(district):
    grids = np.array([area.boundary for area in district.areas if area.level is Level.GRID])
    first, second = shapely.STRtree(grids).query(grids, predicate="overlaps")
    overlap = shapely.area(shapely.intersection(grids[first], grids[second]))
    assert overlap.sum() < shapely.area(grids).sum() * 1e-9


def test_everything_stands_inside_its_grid_and_out_of_the_water(district):
    by_code = {area.code: area.boundary for area in district.areas}
    water = shapely.union_all([item.surface for item in district.waters])
    shapely.prepare(water)
    placed = [*district.sites, *district.risk_objects, *district.gauges, *district.teams]
    for record in placed:
        point = Point(record.position.lon, record.position.lat)
        assert len(record.area_code) == 15
        assert by_code[record.area_code].covers(point), record.code
        assert not water.contains(point), record.code


def test_codes_are_unique_and_references_lead_somewhere(district):
    posts = {post.code for post in district.posts}
    organisations = {item.code for item in district.organisations}
    people = {person.code for person in district.people}
    objects = {item.code for item in district.risk_objects} | {item.code for item in district.waters}
    everything = [*district.sites, *district.risk_objects, *district.gauges, *district.teams]
    assert len({record.code for record in everything}) == len(everything)
    assert {item.responsible_post for item in district.risk_objects} <= posts
    assert {site.responsible_post for site in district.sites} <= posts
    assert {post.organisation_code for post in district.posts} <= organisations
    assert {item.parent_code for item in district.organisations} - {""} <= organisations
    assert {person.post_code for person in district.people} == posts
    assert {gauge.watches for gauge in district.gauges} - {""} <= objects
    assert {code for shift in district.roster for code in (shift.duty_officer, shift.duty_leader)} <= people


def test_no_phone_can_ring(district):
    phones = [person.phone for person in district.people] + [team.phone for team in district.teams]
    assert len(set(phones)) == len(phones)
    assert all(re.fullmatch(r"199-0000-\d{4}", phone) for phone in phones + [site.phone for site in district.sites])


def test_names_of_risk_objects_are_unique_within_a_kind(district):
    names = Counter((item.kind, item.name) for item in district.risk_objects)
    assert max(names.values()) == 1


def test_every_road_node_reaches_every_other(district):
    roads = district.roads
    back = ~roads.edge_oneway
    start = np.concatenate([roads.edge_from, roads.edge_to[back]])
    end = np.concatenate([roads.edge_to, roads.edge_from[back]])
    count = len(roads.node_ids)
    assert connected_components(csr_matrix((np.ones(len(start)), (start, end)), (count, count)), True, "strong")[0] == 1
    assert roads.edge_oneway.sum() > 20
    assert (roads.edge_length_m > 50).all()


def test_pump_crews_reach_every_waterlogging_point_by_road(district):
    roads = compile_roads(district.roads)
    crews = [(t.position.lon, t.position.lat) for t in district.teams if Skill.PUMP in t.skills]
    points = [item for item in district.risk_objects if item.kind is RiskKind.WATERLOGGING_POINT]
    best = [nearest(roads, crews, (item.position.lon, item.position.lat), 1)[0] for item in points]
    assert {leg.by for leg in best} == {"road"}
    assert 0 < max(leg.minutes for leg in best) < 30


def test_the_roster_covers_two_weeks_without_gap_and_nobody_follows_a_night_with_a_day(district):
    shifts = [shift for shift in district.roster if shift.organisation_code == BUREAU]
    assert len(shifts) == 28
    assert shifts[0].starts_at.astimezone(BEIJING).isoformat() == "2026-06-01T08:30:00+08:00"
    for now, then in pairwise(shifts):
        assert now.ends_at == then.starts_at
        assert now.duty_officer != then.duty_officer
    assert shifts[-1].ends_at - shifts[0].starts_at == timedelta(days=14)
    assert {shift.starts_at.astimezone(BEIJING).strftime("%H:%M") for shift in shifts} == {"08:30", "18:00"}
    nights = Counter(shift.duty_officer for shift in shifts[1::2])
    assert len(nights) == 8, "nights fall to everyone"


def test_equal_seeds_make_equal_districts_and_more_sites_change_nothing_else():
    one, other = generate(SEED, at=AT, sites=50), generate(SEED, at=AT, sites=80)
    assert one.sites == generate(SEED, at=AT, sites=50).sites
    assert generate(SEED + 1, at=AT, sites=50).sites != one.sites
    for name in ("risk_objects", "gauges", "teams", "people", "roster"):
        assert getattr(one, name) == getattr(other, name)
    assert all(a.boundary.equals_exact(b.boundary, 0.0) for a, b in zip(one.areas, other.areas, strict=True))


def test_credit_codes_carry_correct_check_characters():
    """Two widely published valid codes, 91350100M000100Y43 and D2143569-X, prove the sums that ours must obey."""
    weights = [pow(3, i, 31) for i in range(17)]

    def check(code):
        total = sum(CREDIT_ALPHABET.index(c) * w for c, w in zip(code[:17], weights, strict=True))
        return CREDIT_ALPHABET[(31 - total % 31) % 31]

    assert check("91350100M000100Y43") == "3"

    def organisation_check(code):
        total = sum(CREDIT_ALPHABET.index(c) * w for c, w in zip(code, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
        return "0123456789X0"[11 - total % 11]

    assert organisation_check("D2143569") == "X"
    codes = credit_codes(np.arange(1, 2000))
    assert all(organisation_check(code[8:16]) == code[16] for code in codes)
    assert len(set(codes)) == 1999
    assert all(code.startswith("91990101") and check(code) == code[17] for code in codes)


def test_eighty_five_thousand_sites_take_seconds():
    began = time.perf_counter()
    sites = generate(SEED, at=AT, sites=85_000).sites
    assert time.perf_counter() - began < 10
    assert len({site.code for site in sites}) == 85_000
