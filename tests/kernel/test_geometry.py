"""Positions, boxes, circles, areas and GeoJSON, on real districts and by property."""

import csv
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from anshu.kernel.crs import Crs
from anshu.kernel.errors import Invalid
from anshu.kernel.geometry import (
    Area,
    BoundingBox,
    Position,
    circle,
    convert_geometry,
    distances_m,
    format_geojson,
    looks_swapped,
    parse_geojson,
    point_in_area,
)

positions = st.builds(Position, st.floats(73.5, 135.1), st.floats(18.0, 53.6))
CENTRE = Position(114.0579, 22.5431)
SQUARE = {"type": "Polygon", "coordinates": [[[114, 22], [115, 22], [115, 23], [114, 23], [114, 22]]]}


@pytest.mark.parametrize(
    ("lon", "lat", "field", "code"),
    [
        (181.0, 0.0, "lon", "position_out_of_range"),
        (0.0, -90.5, "lat", "position_out_of_range"),
        (math.nan, 22.0, "lon", "position_out_of_range"),
        (114.0, math.inf, "lat", "position_out_of_range"),
        (22.54, 114.05, "lat", "position_swapped"),
        (43.8, 87.6, "lat", "position_swapped"),  # Urumqi: in range both ways round
    ],
)
def test_wrong_positions_are_refused(lon: float, lat: float, field: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        Position(lon, lat)
    assert (caught.value.field, caught.value.code) == (field, code)
    assert str(caught.value)


@given(positions)
def test_every_place_in_china_is_noticed_when_swapped(position: Position) -> None:
    assert looks_swapped(position.lat, position.lon)
    assert not looks_swapped(position.lon, position.lat)


def test_known_distance() -> None:
    # one degree of latitude at the equator of the WGS-84 ellipsoid, and one of longitude
    assert Position(114, 0).distance_m(Position(114, 1)) == pytest.approx(110_574.389, abs=0.01)
    assert Position(114, 0).distance_m(Position(115, 0)) == pytest.approx(111_319.491, abs=0.01)


@given(positions, positions)
def test_distance_is_symmetric_and_blind_to_the_system(here: Position, there: Position) -> None:
    metres = here.distance_m(there)
    assert metres >= 0
    assert there.distance_m(here) == pytest.approx(metres, abs=1e-6)
    assert here.to(Crs.GCJ02).distance_m(there.to(Crs.BD09)) == pytest.approx(metres, abs=0.01)


@given(positions, st.floats(1, 50_000))
def test_circle_corners_lie_at_the_radius(centre: Position, radius_m: float) -> None:
    ring = circle(centre, radius_m)
    corners = shapely.get_coordinates(ring)
    metres = distances_m(
        corners[:, 0], corners[:, 1], np.full(len(corners), centre.lon), np.full(len(corners), centre.lat)
    )
    assert np.allclose(metres, radius_m, rtol=1e-6)
    assert ring.exterior.is_ccw
    assert point_in_area(centre, Area(ring))
    assert BoundingBox.around(centre, radius_m).contains(centre)


def test_circle_area() -> None:
    # a 64-gon covers 99.84 % of its circle
    assert Area(circle(CENTRE, 1000)).area_m2 == pytest.approx(math.pi * 1e6, rel=0.002)


@pytest.mark.parametrize("radius_m", [0.0, -5.0, math.inf, math.nan])
def test_impossible_circles_are_refused(radius_m: float) -> None:
    with pytest.raises(Invalid) as caught:
        circle(CENTRE, radius_m)
    assert caught.value.field == "radius_m"


def test_boxes() -> None:
    box = BoundingBox.parse("113.7, 22.4, 114.6, 22.9")
    assert box.contains(CENTRE)
    assert box.contains(Position(113.7, 22.4))
    assert not box.contains(Position(114.7, 22.5))
    assert box.contains(CENTRE.to(Crs.BD09))
    assert BoundingBox.of(box.polygon) == box


@pytest.mark.parametrize("text", ["", "1,2,3", "a,b,c,d", "115,22,114,23", "114,22,115,95", "nan,1,2,3"])
def test_wrong_boxes_are_refused(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        BoundingBox.parse(text)
    assert caught.value.field == "bbox"


def test_a_geojson_feature_survives_every_system() -> None:
    geometry = parse_geojson({"type": "Feature", "properties": {}, "geometry": SQUARE}, Crs.WGS84)
    for crs in Crs:
        document = json.loads(json.dumps(format_geojson(geometry, crs)))
        assert ("crs" in document) == (crs is not Crs.WGS84)
        back = parse_geojson(document, crs)
        assert shapely.hausdorff_distance(back, geometry) < 1e-8


def test_written_rings_are_counter_clockwise() -> None:
    clockwise = shapely.Polygon([(114, 22), (114, 23), (115, 23), (115, 22)])
    assert shapely.Polygon(format_geojson(clockwise)["coordinates"][0]).exterior.is_ccw


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({}, "geojson_type"),
        ({"type": "Feature", "geometry": None}, "geojson_type"),
        ({"type": "FeatureCollection", "features": []}, "geojson_type"),
        ({"type": "Polygon"}, "geojson_coordinates"),
        ({"type": "Polygon", "coordinates": [[[1, 2], [3]]]}, "geojson_coordinates"),
        ({"type": "Point", "coordinates": ["a", "b"]}, "geojson_coordinates"),
        ({"type": "Polygon", "coordinates": []}, "geometry_empty"),
        ({"type": "Point", "coordinates": [500, 22]}, "geometry_out_of_range"),
        ({"type": "Point", "coordinates": [22.5, 114.1]}, "geometry_swapped"),
        ({"type": "Polygon", "coordinates": [[[1, 1], [2, 2], [1, 2], [2, 1], [1, 1]]]}, "geometry_invalid"),
        ({**SQUARE, "crs": {"type": "name", "properties": {"name": "GCJ-02"}}}, "geojson_crs"),
        ({**SQUARE, "crs": "nonsense"}, "crs_unknown"),
    ],
)
def test_unsound_geojson_is_refused(document: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_geojson(document, Crs.WGS84)
    assert caught.value.code == code
    assert str(caught.value)


def test_cgcs2000_counts_as_wgs84_in_a_file() -> None:
    named = {**SQUARE, "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}}
    assert parse_geojson(named, Crs.WGS84).equals(parse_geojson(SQUARE, Crs.WGS84))


def test_areas_answer_alike_one_by_one_and_in_bulk() -> None:
    area = Area(parse_geojson(SQUARE, Crs.WGS84))
    lon, lat = np.array([114.5, 114.0, 113.9, np.nan]), np.array([22.5, 22.0, 22.5, 22.5])
    np.testing.assert_array_equal(area.holds_points(lon, lat), [True, True, False, False])
    assert [area.holds(Position(float(x), float(y))) for x, y in zip(lon[:3], lat[:3], strict=True)] == [
        True,
        True,
        False,
    ]


def test_real_shelters_lie_in_their_districts(data_dir: Path) -> None:
    features = json.loads((data_dir / "geography" / "districts_gcj02.geojson").read_text(encoding="utf-8"))["features"]
    areas = {feature["properties"]["name"]: Area(parse_geojson(feature, Crs.GCJ02)) for feature in features}
    with (data_dir / "shelters" / "shenzhen_shelters_2020.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 462
    for row in rows:
        position = Position(float(row["lon_gcj02"]), float(row["lat_gcj02"]), Crs.GCJ02)
        assert areas[row["district_by_polygon"]].holds(position)
    assert areas["罗湖区"].area_m2 / 1e6 == pytest.approx(79.0, abs=0.1)
    assert areas["赣县区"].area_m2 / 1e6 == pytest.approx(2987.5, abs=0.5)


def test_real_districts_agree_in_both_systems(data_dir: Path) -> None:
    read = {
        crs: json.loads((data_dir / "geography" / f"districts_{name}.geojson").read_text(encoding="utf-8"))["features"]
        for crs, name in ((Crs.GCJ02, "gcj02"), (Crs.WGS84, "wgs84"))
    }
    for shifted, plain in zip(read[Crs.GCJ02], read[Crs.WGS84], strict=True):
        ours = convert_geometry(shapely.geometry.shape(shifted["geometry"]), Crs.GCJ02, Crs.WGS84)
        theirs = shapely.get_coordinates(shapely.geometry.shape(plain["geometry"]))
        assert np.abs(shapely.get_coordinates(ours) - theirs).max() < 2e-6
