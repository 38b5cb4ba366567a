"""Waterlogging points of 2019 and the city's gauges; positions that contradict the stated district are flagged."""

from collections.abc import Mapping
from pathlib import Path

from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from anshu.engines.district.shapes import Channel, Gauge, Position, Quantity, RiskKind, RiskObject
from anshu.gateways.district_files.areas import boundaries, district_of
from anshu.gateways.district_files.source import Dataset, Provenance, repeated, rows

POSITION_CONTRADICTS_DISTRICT = "position_contradicts_district"
DISTRICT_UNKNOWN = "district_unknown"
STREET_UNKNOWN = "street_unknown"
POSITION_SHARED = "position_shared"
POSITION_ROUGH = "position_rough"

# 大鹏新区 is a functional area: 440312 is used in codes of devices only, its land belongs to 440307 by statute.
STATUTORY = {"440312": "440307"}
FUNCTIONAL_AREAS = {"大鹏新区": "440307"}

PROVENANCE = Provenance(
    source="深圳市水务局 open data 29200_01403147 and 29200_01400987, by way of JhengXu/cityos-flood 3410b33",
    licence="无条件开放 (unconditionally open) at the origin; no licence file at the intermediary",
    note="Geocoded positions: some lie outside the district they are said to be in, some distinct places share one. "
    "Flagged, never moved.",
)


def read_waterlogging_points(data_dir: Path) -> Dataset[tuple[RiskObject, ...]]:
    """206 points, numbered in the order of the list; area code is that of the street, or of the district if unknown."""
    polygons = boundaries(data_dir)
    divisions = rows(data_dir / "code_tables" / "divisions_2023.csv")
    districts = {row["name"]: row["code"] for row in divisions if row["level"] == "district"} | FUNCTIONAL_AREAS
    streets = {(row["parent"], row["name"]): row["code"] for row in divisions if row["level"] == "street"}
    table = rows(data_dir / "flood_points" / "waterlogging_points_2019.csv")
    shared = repeated((row["lon"], row["lat"]) for row in table)
    points = []
    for serial, row in enumerate(table, start=1):
        district = districts[row["district"]]
        street = streets.get((district, row["street"]))
        flags = _position_flags(polygons, row, district)
        flags += (STREET_UNKNOWN,) if street is None else ()
        flags += (POSITION_SHARED,) if (row["lon"], row["lat"]) in shared else ()
        points.append(
            RiskObject(
                code=f"SZ2019-WL{serial:04d}",
                kind=RiskKind.WATERLOGGING_POINT,
                name=row["location"],
                address=f"{row['district']}{row['street']}{row['location']}",
                position=Position(float(row["lon"]), float(row["lat"])),
                area_code=street or district,
                responsible_post="",
                details={"listed_year": 2019, "geocoded_by": row["method"]},
                generated=False,
                flags=flags,
            )
        )
    return Dataset(tuple(points), PROVENANCE)


def read_gauges(data_dir: Path) -> Dataset[tuple[Gauge, ...]]:
    """148 gauges by station code; area code is the district in the station code, empty where that holds none.

    A position is contradicted when it is not inside the polygon of the district in its own code.
    """
    polygons = boundaries(data_dir)
    table = rows(data_dir / "flood_points" / "waterlogging_stations.csv")
    shared = repeated((row["lon"], row["lat"]) for row in table)
    gauges = []
    for row in table:
        code, stated = row["station_code"], row["adcode_from_code"]
        district = STATUTORY.get(stated, stated)
        flags = _position_flags(polygons, row, district) if district else (DISTRICT_UNKNOWN,)
        flags += (POSITION_SHARED,) if (row["lon"], row["lat"]) in shared else ()
        flags += (POSITION_ROUGH,) if row["geocode_method"] == "osm_road" else ()
        channel = Channel(f"{code}/{Quantity.ROAD_WATER_DEPTH}", Quantity.ROAD_WATER_DEPTH, None)
        position = Position(float(row["lon"]), float(row["lat"]))
        name = row["station_name"]
        gauges.append(Gauge(code, name, position, district, "", (channel,), generated=False, flags=flags))
    return Dataset(tuple(gauges), PROVENANCE)


def _position_flags(polygons: Mapping[str, BaseGeometry], row: Mapping[str, str], district: str) -> tuple[str, ...]:
    """Empty, or the contradiction followed by the code of the district found there ("none" outside all)."""
    found = district_of(polygons, Point(float(row["lon"]), float(row["lat"])))
    return () if found == district else (POSITION_CONTRADICTS_DISTRICT, f"found_in:{found or 'none'}")
