"""Administrative divisions with boundaries of districts and centre points of some streets and communities."""

import json
from collections.abc import Mapping
from pathlib import Path

from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from anshu.engines.district.shapes import Area, Level, Position
from anshu.gateways.district_files.source import Dataset, Provenance, repeated, rows

NO_BOUNDARY = "no_boundary"
NO_CENTRE = "no_centre"
NAME_REPEATED = "name_repeated"
NAME_CHANGED = "name_changed_since_centre"

PROVENANCE = Provenance(
    source="国家统计局 2023年统计用区划代码 (china-division 2.7.0); "
    "boundaries shfshanyue/china-geojson 87a30e4 (AMap); centre points Vonng/adcode b755d6e (2016)",
    licence="Codes: official statistics, WTFPL; boundaries: AMap's terms, for test and demonstration only; "
    "points: CC BY 4.0",
    note="440307 includes 大鹏新区, which has no statutory code; streets and communities have no boundaries; "
    "centres of 2016 are taken only where code and name still agree.",
)


def boundaries(data_dir: Path) -> dict[str, BaseGeometry]:
    """Division code → polygon in WGS-84: the city and the districts."""
    text = (data_dir / "geography" / "districts_wgs84.geojson").read_text(encoding="utf-8")
    return {item["properties"]["adcode"]: shape(item["geometry"]) for item in json.loads(text)["features"]}


def district_of(polygons: Mapping[str, BaseGeometry], point: BaseGeometry) -> str:
    """Code of the district that holds a point, or empty; the whole city's outline (ending 00) does not count."""
    for code, polygon in polygons.items():
        if not code.endswith("00") and polygon.covers(point):
            return code
    return ""


def own_code(code12: str) -> str:
    """The shortest form of a twelve-digit code, in which a subtree is a prefix: 6, 9 or 12 digits."""
    if code12.endswith("000000"):
        return code12[:6]
    return code12[:9] if code12.endswith("000") else code12


def read_areas(data_dir: Path) -> Dataset[tuple[Area, ...]]:
    """The area tree in the order of the table: provinces, cities, districts, streets, communities."""
    polygons = boundaries(data_dir)
    # The table of 2016 writes the office's name where that of 2023 writes the street's.
    centres = {
        own_code(row["code12"]): (
            row["name"].removesuffix("办事处"),
            Position(float(row["lon_wgs84"]), float(row["lat_wgs84"])),
        )
        for row in rows(data_dir / "geography" / "town_village_points.csv")
    }
    divisions = rows(data_dir / "code_tables" / "divisions_2023.csv")
    doubles = repeated((row["level"], row["name"]) for row in divisions)
    return Dataset(
        tuple(
            _area(row, polygons, centres.get(row["code"]), (row["level"], row["name"]) in doubles) for row in divisions
        ),
        PROVENANCE,
    )


def _area(
    row: Mapping[str, str], polygons: Mapping[str, BaseGeometry], known: tuple[str, Position] | None, double: bool
) -> Area:
    # Cities have four digits here and six in the boundary file.
    boundary = polygons.get(row["code"].ljust(6, "0"))
    changed = known is not None and known[0] != row["name"]
    centre = known[1] if known is not None and not changed else None
    found = (
        (NO_BOUNDARY, boundary is None),
        (NO_CENTRE, centre is None),
        (NAME_CHANGED, changed),
        (NAME_REPEATED, double),
    )
    return Area(
        code=row["code"],
        name=row["name"],
        level=Level(row["level"]),
        parent_code=row["parent"],
        boundary=boundary,
        centre=centre,
        generated=False,
        flags=tuple(flag for flag, holds in found if holds),
    )
