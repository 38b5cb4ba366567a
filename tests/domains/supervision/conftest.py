"""A small district that is looked after: the commission's office, a department, a street, a leader."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from anshu.access.models import Account, Grant
from anshu.access.policy import Person as Actor
from anshu.domains.people.models import Organisation, Person
from anshu.domains.supervision import transitions
from anshu.domains.supervision.models import SupervisedTask
from anshu.kernel import clock

DISTRICT, STREET = "440303", "440303001"
NOW = datetime(2026, 6, 10, 2, 0, tzinfo=UTC)  # a Wednesday, ten o'clock in Shenzhen
DUE = date(2026, 6, 30)


def actor(username: str, role: str, unit: Organisation | None = None, territory: str = DISTRICT) -> Actor:
    account = Account.objects.create(username=username, name=username, post=role)
    Grant.objects.create(account=account, role=role, territory=territory)
    if unit is not None:
        Person.objects.create(
            number=f"P-{username}", name=username, organisation=unit, account=account, territory=territory
        )
    return Actor(account)


@pytest.fixture
def time() -> Iterator[clock.FrozenTime]:
    with clock.frozen(NOW) as standing:
        yield standing


@pytest.fixture
def district(db: None, time: clock.FrozenTime) -> SimpleNamespace:
    def unit(number: str, kind: str, territory: str) -> Organisation:
        return Organisation.objects.create(number=number, name=number, kind=kind, territory=territory)

    place = SimpleNamespace(time=time)
    place.bureau, place.housing = unit("bureau", "bureau", DISTRICT), unit("housing", "sector_dept", DISTRICT)
    place.water, place.street = unit("water", "sector_dept", DISTRICT), unit("street", "street", STREET)
    place.office, place.second = actor("office", "safety_commission"), actor("second", "safety_commission")
    place.leader = actor("leader", "district_leader")
    place.housing_officer = actor("housing officer", "department_officer", place.housing)
    place.water_officer = actor("water officer", "department_officer", place.water)
    return place


@pytest.fixture
def task(district: SimpleNamespace) -> Callable[..., SupervisedTask]:
    """Makes a task; with `lead` it is assigned, with `until` carried on to that state by the lead's officer."""

    def make(lead: Organisation | None = None, until: str = "assigned", **fields: object) -> SupervisedTask:
        known = {
            "title": "排查楼顶搭建",
            "result": "全部建档",
            "source": SupervisedTask.Source.MEETING,
            "issuer": "区长",
            "due_on": DUE,
            "territory": DISTRICT,
        }
        made = transitions.register_task(by=district.office, **(known | fields))  # type: ignore[arg-type]
        if lead is None:
            return made
        transitions.decompose(made, by=district.office)
        transitions.assign_task(made, by=district.office, lead=lead)
        officer = district.housing_officer if lead == district.housing else district.water_officer
        for state, move in (
            ("signed", lambda: transitions.sign_task(made, by=officer)),
            ("executing", lambda: transitions.feed_back_first(made, by=officer, plan="专班推进")),
            ("reported", lambda: transitions.report_done(made, by=officer, report="已建档")),
        ):
            if made.state != until:
                move()
                assert made.state == state
        return made

    return make
