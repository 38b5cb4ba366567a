"""The readers on the real data: exact counts of what is there and of what is wrong with it."""

from collections import Counter
from datetime import timedelta

import pytest
from shapely.geometry import Point

from anshu.engines.routing import compile_roads, nearest
from anshu.gateways.district_files import (
    cap_samples,
    read_areas,
    read_feed,
    read_gauges,
    read_roads,
    read_shelters,
    read_waterlogging_points,
)
from anshu.gateways.district_files.areas import boundaries, district_of
from anshu.gateways.district_files.flood import POSITION_CONTRADICTS_DISTRICT
from anshu.gateways.district_files.network import speed_kmh
from anshu.gateways.district_files.source import repeated

CONTRADICTED_GAUGES = {
    "MS1104403030000251": "440304",
    "MS1104403040000581": "440305",
    "MS1104403040000634": "440303",
    "MS1104403040000649": "440305",
    "MS1104403050000156": "440303",
    "MS1104403060000361": "440304",
    "MS1104403060000380": "none",
    "MS1104403060000471": "440309",
    "MS1104403070000304": "440311",
    "MS1104403090000137": "440303",
    "MS1104403100000066": "440303",
    "MS1104403110000601": "440305",
    "MS1104403110000635": "none",
    "MS1104403120000032": "440310",
}


def flags(records):
    return Counter(flag for record in records for flag in record.flags if not flag.startswith("found_in:"))


def test_areas(data_dir):
    areas = read_areas(data_dir).content
    assert Counter(a.level.value for a in areas) == {
        "province": 2,
        "city": 2,
        "district": 10,
        "street": 99,
        "community": 1101,
    }
    assert flags(areas) == {"no_boundary": 1203, "no_centre": 1026, "name_changed_since_centre": 2, "name_repeated": 86}
    assert {a.code for a in areas if "name_changed_since_centre" in a.flags} == {"440304001028", "440304007027"}
    assert Counter(a.level.value for a in areas if a.centre) == {"district": 6, "street": 34, "community": 148}
    codes = {a.code for a in areas}
    assert all(a.parent_code in codes and a.code.startswith(a.parent_code) for a in areas if a.parent_code)
    assert not any(a.generated for a in areas)


def test_waterlogging_points(data_dir):
    points = read_waterlogging_points(data_dir).content
    assert len(points) == len({p.code for p in points}) == 206
    assert flags(points) == {POSITION_CONTRADICTS_DISTRICT: 17, "position_shared": 7}
    assert Counter(len(p.area_code) for p in points) == {9: 206}, "every street is matched"
    assert sum(p.area_code == "440307011" for p in points) == 3, "南澳 of 大鹏新区 is under 龙岗 by statute"


def test_gauges_whose_position_contradicts_their_own_code(data_dir):
    gauges = read_gauges(data_dir).content
    assert len(gauges) == len({g.code for g in gauges}) == 148
    assert flags(gauges) == {
        POSITION_CONTRADICTS_DISTRICT: 14,
        "district_unknown": 46,
        "position_shared": 17,
        "position_rough": 81,
    }
    found = {
        gauge.code: next(f for f in gauge.flags if f.startswith("found_in:")).removeprefix("found_in:")
        for gauge in gauges
        if POSITION_CONTRADICTS_DISTRICT in gauge.flags
    }
    assert found == CONTRADICTED_GAUGES


def test_unflagged_gauges_lie_in_their_district(data_dir):
    polygons = boundaries(data_dir)
    for gauge in read_gauges(data_dir).content:
        point = Point(gauge.position.lon, gauge.position.lat)
        if gauge.area_code and POSITION_CONTRADICTS_DISTRICT not in gauge.flags:
            assert district_of(polygons, point) == gauge.area_code


def test_the_feed(data_dir):
    readings = read_feed(data_dir).content
    assert len(readings) == 122
    assert flags(readings) == {"repeat": 31, "out_of_order": 43}
    assert all(r.at.utcoffset() == timedelta(hours=8) and r.delivered_at is None for r in readings)
    assert min(r.at for r in readings).isoformat() == "2026-08-20T18:13:23+08:00"
    known = {channel.code for gauge in read_gauges(data_dir).content for channel in gauge.channels}
    assert len({r.channel_code for r in readings}) == 72
    assert {r.channel_code for r in readings} <= known


def test_shelters(data_dir):
    shelters = read_shelters(data_dir).content
    assert len(shelters) == len({s.code for s in shelters}) == len({s.name for s in shelters}) == 462
    assert flags(shelters) == {"unnamed": 462, "no_capacity": 462, "position_shared": 36}
    assert len({s.position for s in shelters}) == 441
    assert shelters[0].name == "罗湖区应急避难场所1号"
    polygons = boundaries(data_dir)
    agree = sum(district_of(polygons, Point(s.position.lon, s.position.lat)) == s.area_code for s in shelters)
    assert agree == 462


def test_roads(data_dir):
    roads = read_roads(data_dir).content
    assert (len(roads.node_ids), len(roads.edge_from)) == (6078, 8536)
    assert roads.edge_length_m.sum() == pytest.approx(1_157_000, rel=0.001)
    assert int(roads.edge_oneway.sum()) == 5603
    for line, start in zip(roads.edge_lines, roads.edge_from, strict=True):
        assert line[0] == pytest.approx((roads.node_lon[start], roads.node_lat[start]), abs=1e-6)
    assert len(compile_roads(roads).node_lon) == 5415


def test_nearest_shelters_by_road_in_futian(data_dir):
    roads = compile_roads(read_roads(data_dir).content)
    origins = [(s.position.lon, s.position.lat) for s in read_shelters(data_dir).content]
    ranking = nearest(roads, origins, (114.055, 22.541), 462)
    assert Counter(leg.by for leg in ranking) == {"straight": 418, "road": 44}
    assert [leg.by for leg in ranking[:5]] == ["road"] * 5
    assert 1 < ranking[0].minutes < 10


def test_speeds_of_ramps_and_unknown_roads():
    assert speed_kmh("primary") == 40.0
    assert speed_kmh("primary_link") == pytest.approx(28.0)
    assert speed_kmh("track") == 20.0


def test_repeated_names_keys_that_occur_more_than_once():
    assert repeated([("a",), ("b",), ("a",), ("a",)]) == {("a",)}


def test_every_dataset_states_where_it_came_from_and_on_what_terms(data_dir):
    for reader in (
        *(read_areas, read_waterlogging_points, read_gauges),
        *(read_feed, read_shelters, read_roads, cap_samples),
    ):
        provenance = reader(data_dir).provenance
        assert provenance.source
        assert provenance.licence
        assert provenance.note
    assert "ODbL" in read_roads(data_dir).provenance.licence
    assert len(cap_samples(data_dir).content) == 19
