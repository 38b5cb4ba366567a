"""A small district whose people can be called."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from anshu.access.policy import Robot
from anshu.domains.people.models import Organisation, Person, Responsibility
from anshu.domains.places.models import Area, Site
from anshu.domains.warnings.models import Call, CallOut
from anshu.domains.warnings.transitions import calls
from anshu.workflow import clocks

NOON = datetime(2026, 6, 12, 4, 0, tzinfo=UTC)
WORK = Robot("work")
STREET = "440399001"


@dataclass
class District:
    """A bureau above a street with an officer, a deputy and a head; and a reservoir that somebody answers for."""

    bureau: Organisation
    street: Organisation
    site: Site
    people: dict[str, Person] = field(default_factory=dict)

    def open(self, **more: Any) -> CallOut:
        words = {"level": "2", "place": "凤岗街道", "action": "转移人员"}
        given: dict[str, Any] = {"cause": self.site, "organisation": self.street, "words": words, **more}
        return calls.open_call_out(by=WORK, **given)


def district() -> District:
    """Made anew in the database of the test."""
    for number, name in (("440399001", "凤岗街道"), ("440399002", "南岭街道"), ("440399003", "坪山街道")):
        Area.objects.create(number=number, name=name, level=Area.Level.STREET, territory=number)
    bureau = Organisation.objects.create(number="B01", name="应急管理局", kind="bureau", territory="440399")
    street = Organisation.objects.create(
        number="S01", name="凤岗街道办", kind="street", territory=STREET, superior=bureau
    )
    site = Site.objects.create(number="R01", name="石壁水库", kind="reservoir", territory=STREET)
    made = District(bureau, street, site)
    for key, unit, rank in (
        ("officer", street, 3), ("deputy", street, 2), ("head", street, 1),
        ("bureau_officer", bureau, 3), ("bureau_head", bureau, 1),
    ):
        made.people[key] = person(key, unit, rank)
    return made


def person(number: str, unit: Organisation, rank: int, **more: Any) -> Person:
    """Somebody with a tested telephone."""
    given: dict[str, Any] = {"phone": f"199-0000-{Person.objects.count():04d}", "phone_state": "working", **more}
    return Person.objects.create(
        number=number, name=number, organisation=unit, rank=rank, territory=unit.territory, **given
    )


def answerable(who: Person, site: Site | None, order: int = 1, territory: str = STREET) -> Responsibility:
    return Responsibility.objects.create(person=who, site=site, order=order, territory=territory)


def latest(call_out: CallOut) -> Call:
    """The call made last."""
    call = Call.objects.filter(call_out=call_out).order_by("-step", "-attempt").first()
    assert isinstance(call, Call)
    return call


def run_clocks() -> None:
    """Let everything act that is due."""
    while clocks.step():
        pass
