"""Shenzhen's emergency shelters of 2020: positions without names, addresses or capacities."""

from pathlib import Path

from anshu.engines.district.shapes import Position, RiskKind, RiskObject
from anshu.gateways.district_files.source import Dataset, Provenance, repeated, rows

UNNAMED = "unnamed"
NO_CAPACITY = "no_capacity"
POSITION_SHARED = "position_shared"

PROVENANCE = Provenance(
    source="深圳市政府数据开放平台, by way of ohnowho/MyShleter_1.0 c29adb2 (2020-07-20), geocoded by AMap",
    licence="No licence file at the intermediary",
    note="Names, addresses and capacities are missing; names here are numbers. Several addresses fall on one position.",
)


def read_shelters(data_dir: Path) -> Dataset[tuple[RiskObject, ...]]:
    """462 shelters, named by district and number in the order of the list."""
    table = rows(data_dir / "shelters" / "shenzhen_shelters_2020.csv")
    names = {row["name"]: row["code"] for row in rows(data_dir / "code_tables" / "divisions_2023.csv")}
    shared = repeated((row["lon_wgs84"], row["lat_wgs84"]) for row in table)
    counts: dict[str, int] = {}
    shelters = []
    for row in table:
        district = row["district_by_polygon"]
        counts[district] = counts.get(district, 0) + 1
        double = (row["lon_wgs84"], row["lat_wgs84"]) in shared
        shelters.append(
            RiskObject(
                code=f"SZ2020-SH{row['sid'].removeprefix('sz').zfill(4)}",
                kind=RiskKind.SHELTER,
                name=f"{district}应急避难场所{counts[district]}号",
                address="",
                position=Position(float(row["lon_wgs84"]), float(row["lat_wgs84"])),
                area_code=names[district],
                responsible_post="",
                details={"listed_year": 2020},
                generated=False,
                flags=(UNNAMED, NO_CAPACITY, *((POSITION_SHARED,) if double else ())),
            )
        )
    return Dataset(tuple(shelters), PROVENANCE)
