"""Closings of the demonstration that the bypass radar asks about: a walk through a street entered in a quarter of an
hour, and one account of what was done at six places. Neither need be wrong; that is what the cards are there to ask."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from anshu.access.models import Account
from anshu.domains.hazards.models import Grade, Hazard
from anshu.domains.places.models import Site
from anshu.domains.supervision.queries.radar import findings
from anshu.domains.supervision.tasks import put_on_cards
from anshu.kernel import clock
from anshu.project.demo.accounts import ENFORCERS, GRID, STREET_PREFIX
from anshu.project.demo.insertion import insert
from anshu.project.demo.staging import GENERATED, Scene

WALKED, COPIED = 12, 6
SEEN = ("疏散通道堆放杂物", "灭火器压力不足", "配电箱未上锁", "应急照明不亮", "安全出口指示牌损坏", "电线私拉乱接")
DONE = ("已清理通道并划线", "已更换灭火器两具", "已加锁并张贴标识", "已更换灯具", "已更换指示牌", "已拆除并重新布线")
TEMPLATE = "已对现场进行全面整改，消除安全隐患，并举一反三加强日常管理"


def play(scene: Scene) -> Iterator[str]:
    """Enter the closings, once, and let the radar look."""
    names = (GRID, ENFORCERS[1], f"{STREET_PREFIX}1")
    people = Account.objects.in_bulk(names, field_name="username")
    sites = Site.objects.filter(Q(kind=Site.Kind.ENTERPRISE) | Q(kind=Site.Kind.THREE_SMALL), generated=True)
    places = list(sites.filter(territory__startswith=scene.struck[0]).order_by("number")[: WALKED + COPIED])
    if len(people) < len(names) or len(places) < WALKED + COPIED:
        yield "closings: no demonstration log-ins, or too few invented premises"
        return
    finder, officer, street = (people[name] for name in names)
    today = timezone.localtime(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = []
    for number, site in enumerate(places):
        walked = number < WALKED
        day = today - timedelta(days=20 if walked else 40 + number)
        at = day + timedelta(hours=16, minutes=number + 2 if walked else 0)
        row = _closed(site, number, at)
        row.finder, row.fixer, row.verifier = finder, street if not walked else None, officer
        row.rectification = DONE[number % len(DONE)] if walked else TEMPLATE
        rows.append(row)
    made = insert(rows, GENERATED, scene.root)
    cards = put_on_cards(findings(clock.now()))
    yield f"closings: {made} hazards closed, {cards} bypass cards to look into" if made else "closings: already there"


def _closed(site: Site, number: int, at: datetime) -> Hazard:
    """A general hazard that was found a week before its recheck at `at` and is closed."""
    return Hazard(
        number=f"YH-例-{number + 1:02d}",
        site=site,
        territory=site.territory,
        lon=site.lon,
        lat=site.lat,
        summary=SEEN[number % len(SEEN)],
        kind=Hazard.Kind.FIRE,
        source=Hazard.Source.PATROL,
        grade=Grade.GENERAL,
        found_at=at - timedelta(days=7),
        ordered_at=at - timedelta(days=6),
        due_on=at.date(),
        ordered_due_on=at.date(),
        submitted_at=at - timedelta(days=1, minutes=number),
        rechecked_at=at,
        closed_at=at,
        created_at=at - timedelta(days=7),
        state=Hazard.State.CLOSED,
        generated=True,
    )
