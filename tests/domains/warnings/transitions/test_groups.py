"""Groups of alarms on the desk: one limit, one verdict, and again a line when something in them asks for it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from domains.warnings.raising import SENSE, gauge, now_is, officer, rise
from domains.warnings.raising import begin as storm

from anshu.access.policy import Person
from anshu.domains.warnings.models import Alarm, AlarmGroup, Level
from anshu.domains.warnings.transitions import alarms, groups, verdicts
from anshu.kernel import clock
from anshu.kernel.errors import Forbidden, Invalid, Refused
from anshu.workflow import clocks
from anshu.workflow.models import Change, Clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def time() -> Iterator[clock.FrozenTime]:
    with storm() as standing:
        yield standing


@pytest.fixture
def by() -> Person:
    return officer()


def of(alarm: Alarm) -> AlarmGroup:
    group = now_is(alarm).group
    assert group is not None
    return AlarmGroup.objects.get(pk=group.pk)


def test_a_street_that_floods_gauge_by_gauge_is_one_line() -> None:
    first, *others = (rise(gauge(f"G{n}", n * 250), after_min=n) for n in range(4))
    far = rise(gauge("far", 5000))
    assert {of(alarm).pk for alarm in others} == {of(first).pk} != {of(far).pk}
    group = of(first)
    assert (group.count, group.level, group.title, group.head) == (4, Level.YELLOW, first.title, first)
    assert (group.first_at, group.last_at) == (first.sensed_at, others[-1].sensed_at)


def test_the_gravest_gives_the_line_its_name_and_its_limit() -> None:
    mild = rise(gauge("A"))
    assert clocks.running(of(mild)).due_at == clock.now() + timedelta(minutes=15)  # type: ignore[union-attr]
    grave = rise(gauge("B", 100), Level.RED)
    group = of(mild)
    assert (group.level, group.head, group.title) == (Level.RED, grave, grave.title)
    assert clocks.running(group).due_at == clock.now() + timedelta(minutes=5)  # type: ignore[union-attr]


def test_the_limit_is_that_of_the_group_and_of_nothing_else(by: Person) -> None:
    for n in range(3):
        rise(gauge(f"G{n}", n * 100))
    (running,) = Clock.objects.filter(stopped_at=None)
    assert running.subject == "warnings.alarmgroup"
    verdicts.reject_group(AlarmGroup.objects.get(), by=by, reason="路面冲洗")
    assert not Clock.objects.filter(stopped_at=None, subject="warnings.alarm").exists()


def test_an_alarm_between_two_groups_makes_one_of_them(by: Person) -> None:
    west, east = rise(gauge("W", 0)), rise(gauge("E", 500), Level.ORANGE)
    verdicts.confirm_group(of(east), by=by)
    assert of(west).pk != of(east).pk
    first, second = of(west), of(east)
    rise(gauge("M", 250))
    first.refresh_from_db()
    second.refresh_from_db()
    assert (second.state, second.merged_into, of(east).pk) == ("merged", first, first.pk)
    assert (first.state, first.count, first.level, first.head) == ("waiting", 3, Level.ORANGE, east)
    assert clocks.running(second) is None and clocks.running(first) is not None


def test_a_group_of_two_streets_is_the_districts() -> None:
    here = rise(gauge("A", territory="440303001001"))
    rise(gauge("B", 100, territory="440303002001"))
    assert of(here).territory == "440303"
    with pytest.raises(Forbidden):
        verdicts.confirm_group(of(here), by=officer("440303001"))


def test_an_exercise_and_reality_are_never_one_group() -> None:
    real, drill = rise(gauge("A")), rise(gauge("B", 10, exercise=True))
    assert of(real).pk != of(drill).pk and of(drill).exercise


@pytest.mark.parametrize(
    ("judge", "state"),
    [(verdicts.confirm_group, "confirmed"), (verdicts.reject_group, "false"), (verdicts.mark_group_test, "test")],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_one_verdict_is_each_alarms_own_row(by: Person, judge: Callable[..., Any], state: str) -> None:
    raised = [rise(gauge(f"G{n}", n * 50)) for n in range(3)]
    group = judge(of(raised[0]), by=by, reason="现场核实")
    assert (group.state, group.verdict, group.judged_by, group.verdict_level) == ("settled", state, "周航", "3")
    for alarm in map(now_is, raised):
        assert (alarm.state, alarm.judged_by, alarm.verdict_reason) == (state, "周航", "现场核实")
    rows = Change.objects.filter(actor="周航")
    assert rows.filter(subject="warnings.alarm").count() == 3 and rows.get(subject="warnings.alarmgroup")


def test_a_false_group_says_why(by: Person) -> None:
    alarm = rise(gauge("A"))
    with pytest.raises(Invalid, check=lambda error: error.field == "reason"):
        verdicts.reject_group(of(alarm), by=by, reason=" ")
    assert (of(alarm).state, now_is(alarm).state) == ("waiting", "raised")


def test_verdicts_given_one_by_one_settle_the_group_with_the_last(by: Person) -> None:
    one, two = rise(gauge("A")), rise(gauge("B", 50))
    alarms.confirm(one, by=by)
    assert of(one).state == "waiting"
    alarms.mark_test(two, by=by)
    assert (of(one).state, of(one).verdict) == ("settled", "")
    with pytest.raises(Refused):
        groups.settle_group(of(one), by=by.__class__(by.account))


def test_further_alarms_follow_true_but_never_false(by: Person, time: clock.FrozenTime) -> None:
    verdicts.confirm_group(of(rise(gauge("A"))), by=by)
    time.advance(minutes=10)
    later = rise(gauge("B", 50), after_min=10)
    assert (later.state, later.judged_by, of(later).state) == ("confirmed", "work", "settled")
    false = rise(gauge("C", 5000))
    verdicts.reject_group(of(false), by=by, reason="设备故障")
    again = rise(gauge("D", 5050), after_min=10)
    assert (again.state, of(again).state, of(again).pk) == ("raised", "waiting", of(false).pk)


def test_what_is_graver_than_the_verdict_or_late_waits_for_a_person(by: Person, time: clock.FrozenTime) -> None:
    verdicts.confirm_group(of(rise(gauge("A"))), by=by)
    graver = rise(gauge("B", 50), Level.ORANGE)
    assert (graver.state, of(graver).state) == ("raised", "waiting")
    verdicts.confirm_group(of(graver), by=by)
    time.advance(minutes=31)
    late = rise(gauge("C", 100), after_min=20)
    assert (late.state, of(late).state) == ("raised", "waiting")


def test_acknowledged_it_asks_for_nobody_until_something_graver_comes(by: Person) -> None:
    first = rise(gauge("A"))
    held = groups.acknowledge_group(of(first), by=by)
    assert (held.state, held.acknowledged_by) == ("held", "周航")
    assert of(rise(gauge("B", 50))).state == "held"
    assert of(rise(gauge("C", 100), Level.ORANGE)).state == "waiting"


def test_acknowledged_it_is_armed_again_when_it_has_cleared(by: Person) -> None:
    first, second = rise(gauge("A")), rise(gauge("B", 50))
    groups.acknowledge_group(of(first), by=by)
    alarms.recover(first, by=SENSE, value=0.1, at=clock.now())
    alarms.regrade(first, by=SENSE, level=Level.YELLOW, value=0.2, why={"threshold": 0.15})
    assert of(first).state == "held"  # the other one never cleared
    for alarm in (first, second):
        alarms.recover(alarm, by=SENSE, value=0.1, at=clock.now())
    assert of(first).state == "held"
    alarms.regrade(second, by=SENSE, level=Level.YELLOW, value=0.2, why={"threshold": 0.15})
    assert of(first).state == "waiting"


def test_an_alarm_that_climbs_takes_its_group_along(by: Person) -> None:
    alarm = rise(gauge("A"))
    groups.acknowledge_group(of(alarm), by=by)
    alarms.regrade(alarm, by=SENSE, level=Level.RED, value=0.5, why={"threshold": 0.4})
    group = of(alarm)
    assert (group.level, group.state) == (Level.RED, "waiting")
    assert clocks.running(group).due_at == clock.now() + timedelta(minutes=5)  # type: ignore[union-attr]


def test_an_acknowledged_group_that_nobody_judges_is_reminded_of(by: Person, time: clock.FrozenTime) -> None:
    groups.acknowledge_group(of(rise(gauge("A"))), by=by)
    time.advance(minutes=31)
    while clocks.step():
        pass
    assert Change.objects.filter(verb="workflow.escalate", subject="warnings.alarmgroup").exists()


def test_a_judged_group_is_over_by_itself_and_what_comes_then_is_another(by: Person, time: clock.FrozenTime) -> None:
    first = rise(gauge("A"))
    verdicts.reject_group(of(first), by=by, reason="设备故障")
    time.advance(hours=12, seconds=1)
    while clocks.step():
        pass
    assert of(first).state == "closed"
    assert of(rise(gauge("B", 10))).pk != of(first).pk
