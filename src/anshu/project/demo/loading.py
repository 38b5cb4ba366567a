"""A scene into the registers: areas and the base map, sites, people, devices, teams, rules, the roster."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta, timezone
from typing import Any

from django.db import transaction

from anshu.domains.devices.models import Channel, Device
from anshu.domains.duty import transitions as duty
from anshu.domains.duty.models import Shift
from anshu.domains.people.models import Organisation, Person
from anshu.domains.places.models import Area, BaseLayer, Site
from anshu.kernel import clock
from anshu.ledger.models import Registered
from anshu.project.demo import firms, ladders, layers, rows
from anshu.project.demo.insertion import IMPORT, insert, keys
from anshu.project.demo.staging import Scene
from anshu.workflow import clocks, log
from anshu.workflow.clocks import WORK

BEIJING = timezone(timedelta(hours=8))
"""So many struck streets keep a roster beside the bureau: those whose officers have an account to look at."""
STREETS_WITH_ROSTER = 3


def load(scene: Scene) -> Iterator[str]:
    """Load register after register, each in a transaction of its own, and tell what each has gained."""
    district = scene.district
    yield _told(scene, "area", [rows.area(item) for item in district.areas])
    yield _layers(scene)
    yield _told(scene, "site", rows.sites(scene))
    yield _told(scene, "organisation", list(_organisations(scene)))
    yield _told(scene, "person", list(rows.people(district, keys(Organisation))))
    yield _told(scene, "responsibility", list(rows.responsibilities(scene, keys(Person), keys(Site))))
    yield _told(scene, "device", list(rows.devices(scene, keys(Site))))
    yield _told(scene, "channel", list(rows.channels(scene, keys(Device))))
    yield _told(scene, "rule", list(ladders.rules_for(district, keys(Channel), scene.root)))
    yield _told(scene, "team", list(rows.teams(scene, keys(Organisation))))
    yield from firms.load(scene)
    yield _told(scene, "shift", list(shifts(scene)))
    _begin_shifts()


def _told(scene: Scene, register: str, made: Sequence[Registered]) -> str:
    added = insert(made, scene.source(register), scene.root)
    return f"{register}: {added} added" if added else f"{register}: already there ({len(made)})"


def _organisations(scene: Scene) -> Iterator[Organisation]:
    """Superiors before those under them, with their ids; a unit that is there already keeps its own."""
    known: dict[str, Any] = keys(Organisation)
    for item in scene.district.organisations:
        made = rows.organisation(item, known)
        known.setdefault(item.code, made.pk)
        yield made


def _layers(scene: Scene) -> str:
    """The base map and the road graph; a layer that is there is left as it is."""
    with transaction.atomic():
        log.lock()
        there = set(BaseLayer.objects.values_list("key", flat=True))
        new = [
            BaseLayer(key=key, content=content, source=source)
            for key, (content, source) in layers.contents(scene).items()
            if key not in there
        ]
        BaseLayer.objects.bulk_create(new)
        if new:
            log.write(
                "places.add",
                Area.objects.filter(number=scene.root).first(),
                IMPORT,
                details={"register": "places.baselayer", "added": len(new), "keys": [layer.key for layer in new]},
            )
    return f"base map: {len(new)} layers added" if new else "base map: already there"


def shifts(scene: Scene) -> Iterator[Shift]:
    """Two weeks of the bureau and of the streets struck first; what lies behind us is entered as handed over."""
    offices = {f"{street}-S": street for street in scene.struck[:STREETS_WITH_ROSTER]}
    bureau = next(item for item in scene.district.organisations if item.kind == "bureau")
    offices[bureau.code] = scene.root
    known, now = keys(Person), clock.now()
    for item in scene.district.roster:
        if item.organisation_code in offices:
            over = item.ends_at <= now
            yield Shift(
                number=f"ZB-{item.organisation_code}-{item.starts_at.astimezone(BEIJING):%Y%m%d%H}",
                territory=offices[item.organisation_code],
                starts_at=item.starts_at,
                ends_at=item.ends_at,
                officer_id=known[item.duty_officer],
                leader_id=known[item.duty_leader],
                state=Shift.State.HANDED_OVER if over else Shift.State.PLANNED,
                signed_out_at=item.ends_at if over else None,
                signed_in_at=item.ends_at if over else None,
                generated=item.generated,
            )


def _begin_shifts() -> None:
    """Wind the clock of each planned shift that has none, and let the present ones begin where nobody has the watch."""
    planned: Iterable[Shift] = Shift.objects.filter(state=Shift.State.PLANNED, generated=True).order_by("starts_at")
    now = clock.now()
    with transaction.atomic():
        log.lock()
        watching = Shift.objects.filter(state__in=(Shift.State.ON_DUTY, Shift.State.HANDING_OVER))
        watched = set(watching.values_list("territory", flat=True))
        for shift in planned:
            if clocks.running(shift) is None:
                clocks.wind(shift)
            if shift.starts_at <= now < shift.ends_at and shift.territory not in watched:
                duty.begin(shift, by=WORK)
