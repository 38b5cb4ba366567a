"""A small district: two streets and their offices, a department, the bureau, a team, one point with a gauge."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from types import SimpleNamespace

import pytest

from anshu.access.models import Account, Grant
from anshu.access.policy import Person as Actor
from anshu.domains.devices.models import Channel, Device
from anshu.domains.people.models import Organisation, Person, Responsibility
from anshu.domains.places.models import Site
from anshu.domains.teams.models import Team
from anshu.domains.warnings.models import Alarm, Rule
from anshu.kernel import clock

DISTRICT, STREET, OTHER_STREET, COMMUNITY = "440303", "440303001", "440303002", "440303001001"
LON, LAT = 114.12, 22.55
STORM = datetime(2026, 6, 11, 16, 40, tzinfo=UTC)  # 00:40 in Shenzhen


def actor(username: str, role: str, territory: str) -> Actor:
    account = Account.objects.create(username=username, name=username, post=role)
    Grant.objects.create(account=account, role=role, territory=territory)
    return Actor(account)


def unit(number: str, kind: str, territory: str, **fields: object) -> Organisation:
    return Organisation.objects.create(number=number, name=number, kind=kind, territory=territory, **fields)


@pytest.fixture
def time() -> Iterator[clock.FrozenTime]:
    with clock.frozen(STORM) as standing:
        yield standing


@pytest.fixture
def district(db: None, time: clock.FrozenTime) -> SimpleNamespace:
    place = SimpleNamespace(lon=LON, lat=LAT)
    place.bureau = unit("bureau", Organisation.Kind.BUREAU, DISTRICT)
    place.water = unit("water", Organisation.Kind.SECTOR_DEPT, DISTRICT, sector="water")
    place.office = unit("office", Organisation.Kind.STREET, STREET)
    place.other_office = unit("other office", Organisation.Kind.STREET, OTHER_STREET)
    place.committee = unit("committee", Organisation.Kind.COMMUNITY, COMMUNITY)
    place.site = Site.objects.create(
        number="YL-1",
        name="布吉路涵洞",
        kind=Site.Kind.WATERLOGGING_POINT,
        territory=COMMUNITY,
        lon=LON,
        lat=LAT,
        sector="water",
        people_count=0,
    )
    place.owner = Person.objects.create(number="P1", name="owner", organisation=place.office, territory=STREET)
    Responsibility.objects.create(number="R1", person=place.owner, site=place.site, territory=COMMUNITY)
    place.team = Team.objects.create(
        number="T1",
        name="pump crew",
        kind=Team.Kind.PROFESSIONAL,
        organisation=place.water,
        skills=["pump"],
        territory=DISTRICT,
        lon=LON + 0.01,
        lat=LAT,
    )
    device = Device.objects.create(number="D1", name="gauge", kind="water_gauge", site=place.site, territory=COMMUNITY)
    place.channel = Channel.objects.create(
        number="D1.depth",
        name="depth",
        device=device,
        quantity="road_water_depth",
        unit="m",
        territory=COMMUNITY,
        lon=LON,
        lat=LAT,
    )
    place.officer = actor("officer", "duty_officer", DISTRICT)
    place.second = actor("second officer", "duty_officer", DISTRICT)
    place.leader = actor("leader", "duty_leader", DISTRICT)
    place.mayor = actor("mayor", "district_leader", DISTRICT)
    place.street = actor("street", "street_officer", STREET)
    place.stranger = actor("stranger", "street_officer", OTHER_STREET)
    place.alarm = make_alarm(place, level="2")
    return place


@pytest.fixture
def alarm_like(district: SimpleNamespace) -> Callable[..., Alarm]:
    """Makes further alarms of the district's gauge."""
    return partial(make_alarm, district)


def make_alarm(place: SimpleNamespace, **fields: object) -> Alarm:
    """A confirmed alarm of the gauge, measured four minutes before and judged now."""
    now = clock.now()
    rule = Rule.objects.create(
        number=f"rule {Rule.objects.count()}", name="depth", quantity="road_water_depth", steps=[]
    )
    known = {
        "rule": rule,
        "channel": place.channel,
        "site": place.site,
        "title": "积水 0.31 m",
        "level": "3",
        "highest": "3",
        "state": Alarm.State.CONFIRMED,
        "value": 0.31,
        "peak": 0.31,
        "sensed_at": now - timedelta(minutes=4),
        "raised_at": now - timedelta(minutes=3),
        "judged_at": now,
        "judged_by": "officer",
        "territory": COMMUNITY,
        "lon": LON,
        "lat": LAT,
        "why": {"rule": 1},
    }
    return Alarm.objects.create(**(known | fields))
