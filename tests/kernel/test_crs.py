"""Chinese coordinate systems: real points given in both, and there-and-back over the whole country."""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.kernel.crs import Crs, project, transform, unproject
from anshu.kernel.errors import Invalid
from anshu.kernel.geometry import Position, distances_m

SYSTEMS = list(Crs)
longitudes = st.floats(73.5, 135.1)
latitudes = st.floats(3.5, 53.6)


@pytest.mark.parametrize("file", ["geography/town_village_points.csv", "shelters/shenzhen_shelters_2020.csv"])
def test_real_points_in_both_systems(data_dir: Path, file: str) -> None:
    with (data_dir / file).open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) > 300
    given_in = {
        name: np.array([float(row[name]) for row in rows])
        for name in ("lon_gcj02", "lat_gcj02", "lon_wgs84", "lat_wgs84")
    }
    lon, lat = transform(given_in["lon_gcj02"], given_in["lat_gcj02"], Crs.GCJ02, Crs.WGS84)
    assert distances_m(lon, lat, given_in["lon_wgs84"], given_in["lat_wgs84"]).max() < 0.2  # six decimals are 0.1 m
    lon, lat = transform(given_in["lon_wgs84"], given_in["lat_wgs84"], Crs.WGS84, Crs.GCJ02)
    assert distances_m(lon, lat, given_in["lon_gcj02"], given_in["lat_gcj02"]).max() < 0.2


@given(longitudes, latitudes, st.sampled_from(SYSTEMS), st.sampled_from(SYSTEMS))
def test_there_and_back_over_china(lon: float, lat: float, source: Crs, target: Crs) -> None:
    start = Position(lon, lat, source)
    back = start.to(target).to(source)
    assert float(distances_m(np.array(lon), np.array(lat), np.array(back.lon), np.array(back.lat))) < 0.001


@given(longitudes, latitudes)
def test_the_detour_over_a_third_system_changes_nothing(lon: float, lat: float) -> None:
    start = Position(lon, lat, Crs.BD09)
    direct, detour = start.to(Crs.WGS84), start.to(Crs.GCJ02).to(Crs.WGS84)
    assert direct.distance_m(detour) < 0.001


def test_a_grid_over_china_there_and_back() -> None:
    lon, lat = (axis.ravel() for axis in np.meshgrid(np.linspace(73.5, 135.1, 300), np.linspace(3.5, 53.6, 300)))
    for system in (Crs.GCJ02, Crs.BD09):
        shifted = transform(lon, lat, Crs.WGS84, system)
        back = transform(*shifted, system, Crs.WGS84)
        assert distances_m(lon, lat, *back).max() < 0.001
        assert distances_m(lon, lat, *shifted).mean() > 300


def test_outside_china_gcj02_is_wgs84_and_cgcs2000_always() -> None:
    lon, lat = np.array([2.35, -122.4, 180.0]), np.array([48.85, 37.8, 90.0])
    for system in (Crs.GCJ02, Crs.CGCS2000):
        np.testing.assert_array_equal(transform(lon, lat, Crs.WGS84, system), (lon, lat))
    shenzhen = np.array([114.05]), np.array([22.54])
    np.testing.assert_array_equal(transform(*shenzhen, Crs.CGCS2000, Crs.WGS84), shenzhen)


def test_input_arrays_are_left_alone() -> None:
    lon, lat = np.array([114.05]), np.array([22.54])
    out, _ = transform(lon, lat, Crs.WGS84, Crs.WGS84)
    out += 1
    transform(lon, lat, Crs.BD09, Crs.WGS84)
    assert (lon[0], lat[0]) == (114.05, 22.54)


@given(st.floats(112.6, 115.4), st.floats(18, 30))
def test_projected_belts_there_and_back(lon: float, lat: float) -> None:
    easting, northing = project(np.array([lon]), np.array([lat]), 114)
    assert 300_000 < easting[0] < 700_000
    for given_easting, meridian in ((easting, 114), (easting + 38_000_000, None)):
        back = unproject(given_easting, northing, meridian)
        assert distances_m(np.array([lon]), np.array([lat]), *back).max() < 0.001


def test_the_central_meridian_is_at_500_km() -> None:
    easting, northing = project(np.array([114.0]), np.array([0.0]), 114)
    assert easting[0] == pytest.approx(500_000, abs=1e-6)
    assert northing[0] == pytest.approx(0, abs=1e-6)


def test_belts_that_cannot_be_told_are_refused() -> None:
    northing = np.array([2_500_000.0, 2_500_000.0])
    with pytest.raises(Invalid) as caught:
        unproject(np.array([500_000.0, 500_000.0]), northing)
    assert caught.value.code == "zone_missing"
    with pytest.raises(Invalid) as caught:
        unproject(np.array([38_500_000.0, 39_500_000.0]), northing)
    assert caught.value.code == "zones_mixed"
    for meridian in (113, 72, 138):
        with pytest.raises(Invalid) as caught:
            project(np.array([114.0]), np.array([22.0]), meridian)
        assert caught.value.code == "central_meridian_wrong"


@pytest.mark.parametrize(
    ("text", "system"),
    [("gcj02", Crs.GCJ02), ("WGS 84", Crs.WGS84), ("EPSG:4490", Crs.CGCS2000), ("bd09ll", Crs.BD09)]
    + [(system.value, system) for system in SYSTEMS],
)
def test_spellings(text: str, system: Crs) -> None:
    assert Crs.parse(text) is system


def test_unknown_systems_are_refused() -> None:
    with pytest.raises(Invalid) as caught:
        Crs.parse("Beijing 1954")
    assert caught.value.field == "crs"
