"""The real Shenzhen from its open data, with invented people, teams and premises put into it, each marked generated.

Nothing real is moved or dropped. Gauges in the storm's district that stand at no listed waterlogging point get an
invented one at their own position, because an alarm must find the street that is answerable for the place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from anshu.engines.district import District
from anshu.engines.district.people import Staff, roster, staff
from anshu.engines.district.shapes import Area, Gauge, Level, Position, RiskKind, RiskObject, Site, Team
from anshu.engines.district.words import DISTRICT_CODE, DISTRICT_NAME
from anshu.gateways import district_files
from anshu.gateways.district_files.flood import POSITION_CONTRADICTS_DISTRICT
from anshu.kernel.geometry import distances_m
from anshu.project.demo.staging import GENERATED, Scene, in_order

ROOT = "4403"
FOCUS = "440303"
"""A gauge within this many metres of a listed waterlogging point of its district watches that point."""
AT_THE_POINT_M = 300.0
"""How far from the centre of their street invented premises are strewn, in degrees (one standard deviation)."""
STREWN_DEG = 0.004

Row = TypeVar("Row")


def scene(data_dir: Path, invented: District, *, sites: int) -> Scene:
    """The scene of Shenzhen; `sites` invented premises are strewn over its streets."""
    divisions = district_files.read_areas(data_dir)
    points = district_files.read_waterlogging_points(data_dir)
    stations = district_files.read_gauges(data_dir)
    shelters = district_files.read_shelters(data_dir)
    roads = district_files.read_roads(data_dir)
    areas = tuple(area for area in divisions.content if area.code.startswith(ROOT))
    gauges, spots = placed(stations.content, points.content, areas)
    staffing = moved_staff(invented, areas)
    watching = [gauge.watches for gauge in ranked([g for g in gauges if g.area_code.startswith(FOCUS)])]
    places = {item.code: item.area_code for item in (*points.content, *spots)}
    struck = in_order([places[code] for code in watching], areas, FOCUS)
    district = replace(
        invented,
        areas=areas,
        waters=(),
        roads=roads.content,
        risk_objects=(*points.content, *shelters.content, *spots),
        sites=strewn(invented.sites[:sites], areas, invented.seed),
        gauges=gauges,
        teams=moved_teams(invented, areas),
        organisations=staffing.organisations,
        posts=staffing.posts,
        people=staffing.people,
        roster=roster(of_roster(staffing), invented.at),
        generated=False,
    )
    origins = {
        "area": divisions.provenance,
        "site": points.provenance,
        "device": stations.provenance,
        "channel": stations.provenance,
        "shelter": shelters.provenance,
        "roads": roads.provenance,
    }
    sources = {register: origin.source for register, origin in origins.items()}
    return Scene(district, ROOT, FOCUS, struck, sources)


def ranked(gauges: Sequence[Gauge]) -> list[Gauge]:
    """Gauges that stand at a point, in the order in which the storm takes them: those without a doubt first."""
    return sorted((gauge for gauge in gauges if gauge.watches), key=lambda gauge: (bool(gauge.flags), gauge.code))


def centres(areas: Sequence[Area]) -> dict[str, Position]:
    """Street code → centre of the street, for the streets that have one."""
    return {area.code: area.centre for area in areas if area.level is Level.STREET and area.centre is not None}


def placed(
    gauges: Sequence[Gauge], points: Sequence[RiskObject], areas: Sequence[Area]
) -> tuple[tuple[Gauge, ...], tuple[RiskObject, ...]]:
    """Gauges with what they watch, and the points invented for those of the focus that stand at none.

    A gauge whose position contradicts its district, or whose district is unknown, watches nothing.
    """
    streets, known, spots = centres(areas), [], []
    for gauge in gauges:
        if not gauge.area_code or POSITION_CONTRADICTS_DISTRICT in gauge.flags:
            known.append(gauge)
            continue
        near = nearest(gauge.position, {p.code: p.position for p in points if p.area_code[:6] == gauge.area_code})
        if near and near[1] <= AT_THE_POINT_M:
            known.append(replace(gauge, watches=near[0]))
        elif gauge.area_code == FOCUS:
            spot = _spot(gauge, {code: at for code, at in streets.items() if code.startswith(FOCUS)})
            spots.append(spot)
            known.append(replace(gauge, watches=spot.code))
        else:
            known.append(gauge)
    return tuple(known), tuple(spots)


def nearest(here: Position, places: Mapping[str, Position]) -> tuple[str, float] | None:
    """The nearest of the places and its distance in metres; None when there are none."""
    if not places:
        return None
    lon = np.array([place.lon for place in places.values()])
    lat = np.array([place.lat for place in places.values()])
    away_m = distances_m(np.full(len(lon), here.lon), np.full(len(lat), here.lat), lon, lat)
    first = int(np.argmin(away_m))
    return list(places)[first], float(away_m[first])


def _spot(gauge: Gauge, streets: Mapping[str, Position]) -> RiskObject:
    """An invented waterlogging point where the gauge stands, in the street whose centre is nearest."""
    street = nearest(gauge.position, streets)
    return RiskObject(
        code=f"{gauge.code}-WL",
        kind=RiskKind.WATERLOGGING_POINT,
        name=gauge.name.removeprefix("(市)"),
        address=gauge.name,
        position=gauge.position,
        area_code=street[0] if street else gauge.area_code,
        responsible_post="",
        details={},
        generated=True,
    )


def _moved(row: Row, name: str) -> Row:
    """An invented record with the codes and the name of the invented district replaced by those of the real one."""
    names: tuple[str, ...] = tuple(row.__dataclass_fields__)  # type: ignore[attr-defined]
    fields: dict[str, Any] = {key: getattr(row, key) for key in names if isinstance(getattr(row, key), str)}
    put = {key: text.replace(DISTRICT_CODE, ROOT).replace(DISTRICT_NAME, name) for key, text in fields.items()}
    return replace(row, **put)  # type: ignore[type-var]


def moved_staff(invented: District, areas: Sequence[Area]) -> Staff:
    """The bureau, its departments, every street office, and the committees of the communities of the focus."""
    name = next(area.name for area in areas if area.code == ROOT)
    served = tuple(
        area
        for area in areas
        if area.level is Level.STREET or (area.level is Level.COMMUNITY and area.code.startswith(FOCUS))
    )
    made = staff(np.random.default_rng([invented.seed, 301]), served)
    return Staff(
        tuple(_moved(row, name) for row in made.organisations),
        tuple(_moved(row, name) for row in made.posts),
        tuple(_moved(row, name) for row in made.people),
    )


def of_roster(staffing: Staff) -> Staff:
    """Those of the staff who keep a roster: the bureau and the streets of the focus."""
    kept = tuple(o for o in staffing.organisations if o.kind == "bureau" or o.area_code.startswith(FOCUS))
    return Staff(kept, staffing.posts, staffing.people)


def moved_teams(invented: District, areas: Sequence[Area]) -> tuple[Team, ...]:
    """The invented teams, dealt round the centres of the streets, those of the focus first and most."""
    known = {area.code: area for area in areas}
    streets = sorted(centres(areas).items(), key=lambda row: (not row[0].startswith(FOCUS), row[0]))
    focus = [row for row in streets if row[0].startswith(FOCUS)]
    stations = (focus + streets)[: len(invented.teams)]
    old = {area.code: area.name.removesuffix("社区") for area in invented.areas}
    made = []
    for i, team in enumerate(invented.teams):
        code, position = stations[i % len(stations)]
        ending = team.name.removeprefix(DISTRICT_NAME)
        for length in (9, 12):
            ending = ending.removeprefix(old.get(team.area_code[:length], ""))
        name = f"{known[code].name.removesuffix('街道')}{ending}"
        made.append(
            replace(
                team,
                code=team.code.replace(DISTRICT_CODE, ROOT),
                name=name if i < len(focus) else f"{name}{i // len(focus) + 1}队",
                station=f"{name}驻地",
                position=position,
                area_code=code,
            )
        )
    return tuple(made)


def strewn(premises: Sequence[Site], areas: Sequence[Area], seed: int) -> tuple[Site, ...]:
    """Invented premises about the centres of the streets, so many to each."""
    rng, streets = np.random.default_rng([seed, 302]), sorted(centres(areas).items())
    names = {area.code: area.name for area in areas}
    made = []
    for i, site in enumerate(premises):
        code, centre = streets[i % len(streets)]
        east, north = rng.normal(0.0, STREWN_DEG, 2)
        made.append(
            replace(
                site,
                code=site.code.replace(DISTRICT_CODE, ROOT),
                position=Position(round(centre.lon + float(east), 6), round(centre.lat + float(north), 6)),
                area_code=code,
                address=f"{names[code]}（{GENERATED}）",
                responsible_post="",
            )
        )
    return tuple(made)
