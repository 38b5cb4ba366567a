"""What verdicts say about rules: counted by hand on a small record, and one threshold adopted."""

from collections.abc import Iterator

import pytest
from domains.warnings.raising import SENSE, gauge, officer, rise, rule
from domains.warnings.raising import begin as storm
from hypothesis import given
from hypothesis import strategies as st

from anshu.access.models import Account, Grant
from anshu.access.policy import Person
from anshu.domains.warnings.models import Alarm, Rule
from anshu.domains.warnings.queries import tuning
from anshu.domains.warnings.tasks.tuning import adopt
from anshu.domains.warnings.transitions import alarms
from anshu.kernel import clock
from anshu.kernel.errors import Forbidden, Invalid
from anshu.workflow.models import Change

pytestmark = pytest.mark.django_db
FALSE_PEAKS, TRUE_PEAKS = (0.16, 0.18, 0.21, 0.26), (0.20, 0.40, 0.50)


@pytest.fixture(autouse=True)
def time() -> Iterator[clock.FrozenTime]:
    with storm() as standing:
        yield standing


@pytest.fixture
def by() -> Person:
    return officer()


@pytest.fixture
def judged(by: Person) -> Rule:
    """Alarms with these worst values, judged; one still waits, one was over before it was shown."""
    for n, peak in enumerate((*FALSE_PEAKS, *TRUE_PEAKS)):
        alarm = rise(gauge(f"G{n}", n * 2000))
        if n < len(FALSE_PEAKS):
            alarms.reject(alarm, by=by, reason="路面冲洗")
        else:
            alarms.confirm(alarm, by=by)
        Alarm.objects.filter(pk=alarm.pk).update(peak=peak)
    closed = Alarm.objects.get(peak=0.5)
    alarms.recover(closed, by=SENSE, value=0, at=clock.now())
    alarms.close_alarm(closed, by=by)
    rise(gauge("waits", 30_000))
    return rule()


def test_another_threshold_spares_and_misses_what_lies_below_it(judged: Rule, by: Person) -> None:
    found = tuning.sweep(judged, by)
    assert found is not None and (found.raise_at, found.false, found.true) == (0.15, 4, 3)
    assert [(trial.raise_at, trial.spared, trial.missed) for trial in found.trials] == [
        (0.161, 1, 0),
        (0.181, 2, 0),
        (0.211, 3, 1),
        (0.261, 4, 1),
    ]
    assert found.best == found.trials[1]


def test_no_threshold_is_tried_beyond_the_next_step_or_milder_than_the_present_one(judged: Rule, by: Person) -> None:
    Rule.objects.filter(pk=judged.pk).update(
        steps=[{"level": 1, "raise": 0.2, "clear": 0.18}, {"level": 3, "raise": 0.17, "clear": 0.12}]
    )
    found = tuning.sweep(Rule.objects.get(pk=judged.pk), by)
    assert found is not None and [trial.raise_at for trial in found.trials] == [0.181]


def test_below_is_the_mirror_of_above(judged: Rule, by: Person) -> None:
    for alarm in Alarm.objects.all():
        Alarm.objects.filter(pk=alarm.pk).update(peak=-alarm.peak)
    Rule.objects.filter(pk=judged.pk).update(direction="below", steps=[{"level": 3, "raise": -0.15, "clear": -0.12}])
    found = tuning.sweep(Rule.objects.get(pk=judged.pk), by)
    assert found is not None and [(t.raise_at, t.spared, t.missed) for t in found.trials] == [
        (-0.161, 1, 0),
        (-0.181, 2, 0),
        (-0.211, 3, 1),
        (-0.261, 4, 1),
    ]


@given(st.floats(-1e6, 1e6).filter(lambda value: value == 0 or abs(value) > 1e-6))
def test_the_next_round_number_lies_above_and_near(value: float) -> None:
    above = tuning.just_above(value)
    assert value < above <= value + max(abs(value) * 0.02, 0.001)


def test_adopting_is_a_new_version_that_clears_as_far_away_and_can_be_read_again(judged: Rule) -> None:
    account = Account.objects.create(username="root", name="系统管理员")
    Grant.objects.create(account=account, role="system_administrator", territory="")
    changed = adopt(judged, by=Person(account), raise_at=0.181, reason="按研判结果调优")
    assert changed.version == judged.version + 1
    assert changed.steps == [{"level": 3, "raise": 0.181, "clear": 0.151}]
    row = Change.objects.get(subject="warnings.rule")
    was, now = row.details["changed"]["steps"]
    assert (was[0]["raise"], now[0]["raise"], row.reason) == (0.15, 0.181, "按研判结果调优")
    with pytest.raises(Invalid):
        adopt(changed, by=Person(account), raise_at=float("nan"), reason="x")


def test_the_duty_officer_reads_but_does_not_adopt(judged: Rule, by: Person) -> None:
    with pytest.raises(Forbidden):
        adopt(judged, by=by, raise_at=0.2, reason="x")


def test_the_worst_offenders_by_rule_and_channel(judged: Rule, by: Person) -> None:
    again = gauge("G9", 40_000)
    for _time in range(3):
        alarm = rise(again, judged="rate")
        alarms.reject(alarm, by=by, reason="路面冲洗")
    alarms.mark_test(rise(again, judged="rate"), by=by)
    Alarm.objects.filter(pk=alarm.pk).update(repeats=3)
    first, second = tuning.rule_loads(by)
    assert (first.rule, first.alarms, first.true, first.false, first.test, first.repeats) == (judged, 8, 3, 4, 0, 0)
    assert (second.alarms, second.false, second.test, second.repeats, second.chattering) == (4, 3, 1, 3, 1)
    assert first.false_share == pytest.approx(4 / 7) and second.false_share == 1.0
    assert first.share == pytest.approx(8 / 12)
    worst = tuning.channel_loads(by)[0]
    assert (worst.channel, worst.alarms, worst.false) == (again, 4, 3)
    assert tuning.rule_loads(officer("440304")) == []
