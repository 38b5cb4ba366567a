"""Records of a district as rows of the registers; foreign keys by the numbers of what is there already."""

from collections.abc import Iterator, Mapping
from typing import Any

from anshu.domains.devices.models import Channel, Device
from anshu.domains.people.models import Organisation, Person, Responsibility
from anshu.domains.places.models import Area, Site
from anshu.domains.teams.models import Team
from anshu.engines.district import District, shapes
from anshu.engines.district.people import SAFETY_OFFICER
from anshu.engines.district.shapes import Quantity, RiskKind
from anshu.kernel.units import quantity_kind
from anshu.project.demo.layers import outline
from anshu.project.demo.staging import Scene

Ids = Mapping[str, Any]

HEADS = ("局长", "街道办主任", "社区党委书记")
DEPUTIES = ("副局长", "分管副局长", "分管副主任", "总值班室主任", "应急管理办公室主任", "三防责任人")
OFFICERS = ("值班员", "联络员", "灾害信息员")
"""Title → service and post in the grid, and what is paid a month beside another post (yuan)."""
IN_THE_GRID: dict[str, tuple[str, str, int | None]] = {
    "应急管理办公室主任": ("", Person.GridRank.CAPTAIN, None),
    "社区党委书记": ("", Person.GridRank.OWNER, None),
    SAFETY_OFFICER: (Person.GridService.FULL_TIME, Person.GridRank.OFFICER, None),
    "灾害信息员": (Person.GridService.VILLAGE, "", 200),
}
STREET_OWNERS = ("三防专员", "分管副主任")
"""Every so many-th telephone was never tried out, so that the look before a call-out has something to find."""
UNTESTED_EACH = 40
"""A gauge whose interval nobody told us is silent after this many seconds, any other after so many intervals."""
STALE_UNKNOWN_S, STALE_INTERVALS, STALE_LEAST_S = 7200, 6, 900
RAIN_1H = "rain_1h"
PEOPLE = ("capacity", "residents", "threatened_people")


def area(item: shapes.Area) -> Area:
    """A division; its place is its centre, else a point inside its boundary."""
    inside = item.boundary.representative_point() if item.boundary is not None else None
    place = item.centre or (shapes.Position(inside.x, inside.y) if inside is not None else None)
    return Area(
        number=item.code,
        territory=item.code,
        name=item.name,
        level=str(item.level),
        outline=outline(item.boundary) if item.boundary is not None else None,
        lon=place.lon if place else None,
        lat=place.lat if place else None,
        generated=item.generated,
        flags=list(item.flags),
    )


def sites(scene: Scene) -> list[Site]:
    """Risk objects, shelters, premises, rivers, and the place of every rain station."""
    district = scene.district
    return [
        *(_risk_object(scene, item) for item in district.risk_objects),
        *(_premises(scene, item) for item in district.sites),
        *(_river(scene, item) for item in district.waters if item.kind == "river"),
        *(_rain_station(scene, item) for item in district.gauges if _is_rain(item)),
    ]


def _is_rain(gauge: shapes.Gauge) -> bool:
    return gauge.channels[0].quantity is Quantity.RAIN_5MIN


def _risk_object(scene: Scene, item: shapes.RiskObject) -> Site:
    people = next((int(item.details[name]) for name in PEOPLE if name in item.details), None)
    register = "shelter" if item.kind is RiskKind.SHELTER else "site"
    return Site(
        number=item.code,
        territory=item.area_code,
        name=item.name[:120],
        kind=str(item.kind),
        address=item.address[:200],
        lon=item.position.lon,
        lat=item.position.lat,
        people_count=people,
        source=scene.source("" if item.generated else register),
        generated=item.generated,
        flags=list(item.flags),
    )


def _premises(scene: Scene, item: shapes.Site) -> Site:
    return Site(
        number=item.code,
        territory=item.area_code,
        name=item.name,
        kind=Site.Kind.ENTERPRISE,
        address=item.address,
        sector=item.sector,
        lon=item.position.lon,
        lat=item.position.lat,
        people_count=item.staff_count,
        source=scene.source(""),
        generated=item.generated,
        flags=list(item.flags),
    )


def _river(scene: Scene, item: shapes.Water) -> Site:
    inside = item.surface.representative_point()
    return Site(
        number=item.code,
        territory=scene.root,
        name=item.name,
        kind=Site.Kind.RIVER,
        lon=inside.x,
        lat=inside.y,
        source=scene.source(""),
        generated=item.generated,
        flags=list(item.flags),
    )


def _rain_station(scene: Scene, item: shapes.Gauge) -> Site:
    return Site(
        number=item.code,
        territory=item.area_code,
        name=item.name,
        kind=Site.Kind.RAIN_STATION,
        lon=item.position.lon,
        lat=item.position.lat,
        source=scene.source(""),
        generated=item.generated,
    )


def organisation(item: shapes.Organisation, known: Ids) -> Organisation:
    """A unit under its superior."""
    return Organisation(
        number=item.code,
        territory=item.area_code,
        name=item.name,
        kind=item.kind,
        superior_id=known.get(item.parent_code),
        generated=item.generated,
    )


def people(district: District, organisations: Ids) -> Iterator[Person]:
    """Each person in the one post they hold; the rank follows from the title."""
    posts = {post.code: post for post in district.posts}
    units = {item.code: item for item in district.organisations}
    for i, item in enumerate(district.people):
        post = posts[item.post_code]
        service, grid_rank, allowance = IN_THE_GRID.get(post.title, ("", "", None))
        yield Person(
            number=item.code,
            territory=units[post.organisation_code].area_code,
            name=item.name,
            organisation_id=organisations[post.organisation_code],
            post=post.title,
            rank=rank(post.title),
            phone=item.phone,
            phone_state=Person.PhoneState.WORKING if (i + 1) % UNTESTED_EACH else Person.PhoneState.UNTESTED,
            grid_service=service,
            grid_rank=grid_rank,
            monthly_allowance_yuan=allowance,
            generated=item.generated,
        )


def rank(title: str) -> int:
    """1 head, 2 deputy, 3 duty officer, 4 member."""
    for number, titles in enumerate((HEADS, DEPUTIES, OFFICERS), start=1):
        if title in titles:
            return number
    return 4


def responsibilities(scene: Scene, persons: Ids, places: Ids) -> Iterator[Responsibility]:
    """Who answers for a place: the holder of the post named in its record, then those of its street's office."""
    holders: dict[str, str] = {person.post_code: person.code for person in scene.district.people}
    street_owners: dict[tuple[str, str], str] = {}
    for post in scene.district.posts:
        if post.title in STREET_OWNERS:
            street_owners.setdefault((post.organisation_code, post.title), holders[post.code])
    owned: tuple[shapes.RiskObject | shapes.Site, ...] = (*scene.district.risk_objects, *scene.district.sites)
    for item in owned:
        owners = [holders[item.responsible_post]] if item.responsible_post else []
        if isinstance(item, shapes.RiskObject) or not owners:
            owners += [
                street_owners[key]
                for title in STREET_OWNERS
                if (key := (f"{item.area_code[:9]}-S", title)) in street_owners
            ]
        for order, person in enumerate(owners, start=1):
            yield Responsibility(
                number=f"{item.code}-{order}",
                territory=item.area_code,
                person_id=persons[person],
                site_id=places[item.code],
                order=order,
                generated=True,
            )


def devices(scene: Scene, places: Ids) -> Iterator[Device]:
    """Every gauge where it is; one at a place belongs to the area of that place, one of no known area to the root."""
    area_of = {item.code: item.area_code for item in scene.district.risk_objects}
    for item in scene.district.gauges:
        yield Device(
            number=item.code,
            territory=area_of.get(item.watches) or item.area_code or scene.root,
            name=item.name[:120],
            kind=str(item.channels[0].quantity),
            site_id=places.get(item.watches or item.code),
            protocol="http",
            lon=item.position.lon,
            lat=item.position.lat,
            generated=item.generated,
            flags=list(item.flags),
        )


def channels(scene: Scene, known: Ids) -> Iterator[Channel]:
    """What each gauge measures; a rain gauge also reports the hour's sum."""
    area_of = {item.code: item.area_code for item in scene.district.risk_objects}
    for item in scene.district.gauges:
        measured = [(channel.code, str(channel.quantity), channel.interval_s) for channel in item.channels]
        if _is_rain(item):
            measured.append((f"{item.code}/{RAIN_1H}", RAIN_1H, item.channels[0].interval_s))
        for code, quantity, interval_s in measured:
            kind = quantity_kind(quantity)
            yield Channel(
                number=code,
                territory=area_of.get(item.watches) or item.area_code or scene.root,
                name=f"{item.name} {kind.name_zh}"[:120],
                device_id=known[item.code],
                quantity=quantity,
                unit=kind.unit.symbol,
                minimum=kind.low,
                maximum=kind.high,
                stale_after_s=max(STALE_LEAST_S, interval_s * STALE_INTERVALS) if interval_s else STALE_UNKNOWN_S,
                lon=item.position.lon,
                lat=item.position.lat,
                generated=item.generated,
                flags=list(item.flags),
            )


def teams(scene: Scene, organisations: Ids) -> Iterator[Team]:
    """Crews at their stations; a grassroots team is its street's, the others are sent by the bureau."""
    for item in scene.district.teams:
        yield Team(
            number=item.code,
            territory=item.area_code,
            name=item.name,
            kind=item.kind,
            organisation_id=organisations.get(f"{item.area_code[:9]}-S") if item.kind == "grassroots" else None,
            skills=[str(skill) for skill in item.skills],
            members=len(item.members),
            vehicles=len(item.vehicles),
            phone=item.phone,
            lon=item.position.lon,
            lat=item.position.lat,
            generated=item.generated,
        )
