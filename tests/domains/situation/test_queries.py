"""What waits for whom: each state asks for one deed, and only those who may do it have the record in hand."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from anshu.access.models import Account, Grant
from anshu.access.policy import Person
from anshu.domains.incidents.models import Incident, Task
from anshu.domains.incidents.transitions import dispatch, report_incident, sign_for
from anshu.domains.people.models import Organisation
from anshu.domains.people.models import Person as Contact
from anshu.domains.situation.queries import in_hand
from anshu.kernel import clock
from anshu.workflow.checks import idle
from anshu.workflow.loop import LOOPS, Limit, Loop
from anshu.workflow.models import Clock

DISTRICT, STREET, OTHER_STREET = "440303", "440303001", "440303002"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def time() -> Iterator[clock.FrozenTime]:
    with clock.frozen(datetime(2026, 6, 11, 16, 40, tzinfo=UTC)) as standing:
        yield standing


def person(role: str, territory: str) -> Person:
    account = Account.objects.create(username=f"{role}{territory}", name=role)
    Grant.objects.create(account=account, role=role, territory=territory)
    return Person(account)


@pytest.fixture
def officer(db: None) -> Person:
    return person("duty_officer", DISTRICT)


@pytest.fixture
def office(db: None) -> Organisation:
    kind = Organisation.Kind.STREET
    return Organisation.objects.create(number="J1", name="桂园街道办", kind=kind, territory=STREET)


def incident(officer: Person, level: str = "3", title: str = "树倒") -> Incident:
    return report_incident(by=officer, title=title, level=level, kind="tree", place=title, territory=STREET)


def hands(who: Person) -> list[tuple[object, str]]:
    return [(hand.record, hand.arrow.verb) for hand in in_hand(who)]


def test_each_step_lies_in_the_hands_of_those_it_waits_for(officer: Person, office: Organisation) -> None:
    street, stranger = person("street_officer", STREET), person("street_officer", OTHER_STREET)
    Contact.objects.create(number="P1", name="值班员", organisation=office, territory=STREET, account=street.account)
    opened = incident(officer)
    assert hands(officer) == [(opened, "dispatch")]
    assert hands(street) == hands(stranger) == []
    dispatch(opened, by=officer, organisation=office)
    task = Task.objects.get()
    assert (task, "sign_for") in hands(street)
    assert (opened, "dispatch") not in hands(officer)
    assert (task, "sign_for") not in hands(officer)  # who may do it for the unit does not have it in hand
    sign_for(task, by=street)
    assert hands(street) == [(task, "depart")]
    assert hands(stranger) == []


def test_a_report_that_is_owed_is_asked_for_beside_the_state(officer: Person) -> None:
    grave = incident(officer, level="1")
    assert set(hands(officer)) == {(grave, "dispatch"), (grave, "report_by_phone"), (grave, "draft_first")}


def test_the_clock_that_runs_out_first_comes_first_and_the_list_has_an_end(officer: Person) -> None:
    for serial in range(5):
        incident(officer, title=f"树倒 {serial}")
    due = [hand.clock.due_at for hand in in_hand(officer, limit=3)]
    assert due == sorted(due) and len(due) == 3


def test_what_begins_tomorrow_is_in_nobodys_hands_today(officer: Person, time: clock.FrozenTime) -> None:
    incident(officer)
    Clock.objects.update(started_at=clock.now() + timedelta(hours=3))
    assert hands(officer) == []
    time.advance(hours=2)
    assert len(hands(officer)) == 1


def test_ten_times_the_records_take_no_more_questions(officer: Person) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            [str(hand.record) for hand in in_hand(officer)]
        return len(queries)

    incident(officer)
    few = asked()
    for serial in range(10):
        incident(officer, title=f"树倒 {serial}")
    assert asked() == few <= 6


def test_start_up_refuses_a_state_that_waits_for_what_cannot_be_done_there() -> None:
    State = Incident.State
    limit = {State.OPENED: Limit("x/y", asks="verify"), State.HANDLED: Limit("x/y", asks="close")}
    bad = Loop(Incident, title="bad", owner={}, limit=limit, ends=frozenset())
    assert list(idle(bad)) == ["state 'opened' asks for 'verify', which cannot be done in it"]
    assert [fault for loop in LOOPS.values() for fault in idle(loop)] == []
