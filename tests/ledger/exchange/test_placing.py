"""Positions in the wrong system: told by point where that is sure, by file where it is likely."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from anshu.kernel.crs import Crs, transform
from anshu.ledger.exchange.placing import Ground, place

BOX = {
    "type": "Polygon",
    "coordinates": [[[114.10, 22.50], [114.20, 22.50], [114.20, 22.60], [114.10, 22.60], [114.10, 22.50]]],
}
GROUND = Ground({"440303": BOX})


def one(lon: float, lat: float, crs: Crs = Crs.WGS84) -> tuple[Any, Any, str]:
    out_lon, out_lat, wrong, _doubt = place([lon], [lat], ["440303001"], crs, GROUND)
    return out_lon[0], out_lat[0], wrong[0].what if wrong else ""


def test_a_point_that_fits_only_in_another_system_is_refused() -> None:
    assert one(114.15, 22.55) == (114.15, 22.55, "")
    assert one(114.203, 22.55)[2] == "the point lies outside its area as WGS-84, but inside as GCJ-02"
    assert one(114.098, 22.55, Crs.GCJ02)[2] == ""  # farther out as GCJ-02, and out as WGS-84 as well
    assert one(22.55, 80.0)[2] == "longitude and latitude are exchanged"
    assert (
        one(120.0, 30.0)[2] == ""
    )  # far from its area in every system: what cannot be mended here is not refused here


def test_rows_without_ground_or_position_are_let_be() -> None:
    lon, lat, wrong, doubt = place([114.5, None, 1.0], [22.5, None, None], ["", "440303", "440303"], Crs.WGS84, GROUND)
    assert (lon, lat, doubt) == ([114.5, None, 1.0], [22.5, None, None], "")
    assert {row: why.what for row, why in wrong.items()} == {2: "only one of longitude and latitude is given"}


@given(
    st.sampled_from(list(Crs)),
    st.lists(st.tuples(st.floats(114.12, 114.18), st.floats(22.52, 22.58)), min_size=1, max_size=20),
)
def test_whatever_system_the_file_is_in_wgs84_comes_out(crs: Crs, points: list[tuple[float, float]]) -> None:
    true = np.array(points).T
    given_lon, given_lat = transform(true[0], true[1], Crs.WGS84, crs)
    lon, lat, wrong, doubt = place(given_lon.tolist(), given_lat.tolist(), ["440303"] * len(points), crs, GROUND)
    assert not wrong and not doubt
    assert np.allclose(lon, true[0], atol=1e-8) and np.allclose(lat, true[1], atol=1e-8)


Read = tuple[int, str, set[str]]


def read_shelters(data_dir: Path, columns: str, crs: Crs) -> Read:
    """The 462 real shelters, in the columns named, read as `crs`: how many are refused, the doubt, and the reasons."""
    with (data_dir / "code_tables" / "divisions_2023.csv").open(encoding="utf-8") as file:
        codes = {row["name"]: row["code"][:6] for row in csv.DictReader(file)}
    features = json.loads((data_dir / "geography" / "districts_wgs84.geojson").read_text(encoding="utf-8"))["features"]
    ground = Ground({str(item["properties"]["adcode"]): item["geometry"] for item in features})
    with (data_dir / "shelters" / "shenzhen_shelters_2020.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 462
    lon, lat = ([float(row[f"{axis}_{columns}"]) for row in rows] for axis in ("lon", "lat"))
    territories = [codes[row["district_by_polygon"]] for row in rows]
    assert all(ground.of(territory) for territory in territories)
    _lon, _lat, wrong, doubt = place(lon, lat, territories, crs, ground)
    return len(wrong), doubt, {why.what for why in wrong.values()}


def test_real_shelters_in_the_right_system_raise_no_doubt(data_dir: Path) -> None:
    assert read_shelters(data_dir, "wgs84", Crs.WGS84) == (0, "", set())
    assert read_shelters(data_dir, "gcj02", Crs.GCJ02) == (0, "", set())


def test_real_shelters_in_the_wrong_system_are_noticed(data_dir: Path) -> None:
    refused, doubt, reasons = read_shelters(data_dir, "gcj02", Crs.WGS84)
    assert doubt.endswith("Are the coordinates GCJ-02?"), doubt
    assert reasons <= {"the point lies outside its area as WGS-84, but inside as GCJ-02"}
    refused_back, doubt_back, _reasons = read_shelters(data_dir, "wgs84", Crs.GCJ02)
    assert doubt_back.endswith("Are the coordinates WGS-84?"), doubt_back
    assert refused + refused_back > 0
