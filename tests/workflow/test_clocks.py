"""Clocks that survive: four rungs and no more, transitions that run by themselves, and nothing lost by a restart."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from anshu.access.policy import Actor, Person
from anshu.domains.warnings.models import Alarm
from anshu.domains.warnings.transitions.alarms import confirm
from anshu.kernel import clock
from anshu.kernel.errors import Refused
from anshu.workflow import clocks, log, rules
from anshu.workflow.loop import LOOPS, Limit
from anshu.workflow.models import Change, Clock

pytestmark = pytest.mark.django_db
RED_VERDICT = timedelta(minutes=5)


def settle() -> int:
    """Let every clock act that is due; how often one did."""
    acted = 0
    while clocks.step():
        acted += 1
    return acted


def rungs() -> list[str]:
    return [
        verb.removeprefix("workflow.")
        for verb in Change.objects.filter(verb__startswith="workflow.").values_list("verb", flat=True)
    ]


def test_the_clock_of_a_state_is_that_of_its_rule(alarm: Alarm, time: clock.FrozenTime) -> None:
    running = clocks.running(alarm)
    assert running is not None
    assert running.due_at - running.started_at == RED_VERDICT
    assert running.basis == rules.told(rules.at("sense_loop_limits/verdict").basis)
    assert running.next_at == time.at + RED_VERDICT / 2


def test_the_ladder_is_climbed_rung_by_rung_and_ends(alarm: Alarm, time: clock.FrozenTime) -> None:
    seen = []
    for share in (49, 50, 79, 80, 99, 100, 149, 150, 1000, 5000):
        time.at = alarm.raised_at + RED_VERDICT * share / 100
        settle()
        seen.append((share, len(rungs())))
    assert seen == [(49, 0), (50, 1), (79, 1), (80, 2), (99, 2), (100, 3), (149, 3), (150, 4), (1000, 4), (5000, 4)]
    assert rungs() == ["remind_owner", "remind_leader", "escalate", "letter"]
    rows = Change.objects.filter(subject_id=alarm.pk).order_by("id")
    assert [row.details["percent"] for row in rows] == [50, 80, 100, 150]
    assert all(row.territory == alarm.territory and row.basis and row.actor == "work" for row in rows)
    assert Alarm.objects.get().state == Alarm.State.RAISED  # the ladder reminds; it judges nothing


@hypothesis_settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.integers(1, 200), max_size=12))
def test_however_seldom_we_look_no_rung_is_left_out_or_doubled(
    alarm: Alarm, time: clock.FrozenTime, steps: list[int]
) -> None:
    with transaction.atomic():
        share = 0
        for step in steps:
            share += step
            time.at = alarm.raised_at + RED_VERDICT * share / 100
            settle()
        due = [rung for rung, at in zip(clocks.RUNGS, (50, 80, 100, 150), strict=True) if share >= at]
        assert rungs() == due
        transaction.set_rollback(True)
    time.at = alarm.raised_at


def test_a_clock_stops_with_its_state(alarm: Alarm, time: clock.FrozenTime, person: Callable[..., Person]) -> None:
    time.advance(minutes=2)
    confirm(alarm, by=person("duty_officer"))
    stopped = Clock.objects.get(stopped_at__isnull=False)
    assert stopped.stopped_at == time.at
    running = clocks.running(alarm)
    assert running is not None and running.due_at - running.started_at == timedelta(hours=24)
    time.advance(minutes=30)
    settle()
    assert rungs() == []


def test_a_restart_between_two_rungs_changes_nothing(alarm: Alarm, time: clock.FrozenTime) -> None:
    """Everything a clock knows is its row: rules read anew, processes begun anew, it goes on where it was."""
    time.advance(minutes=4)
    assert settle() == 2
    rules.packs.cache_clear()
    time.advance(minutes=10)
    assert settle() == 2
    assert rungs() == ["remind_owner", "remind_leader", "escalate", "letter"]


def test_a_crash_in_the_act_leaves_it_due(
    alarm: Alarm, time: clock.FrozenTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    time.advance(minutes=3)
    monkeypatch.setattr(Clock, "save", lambda *_args, **_more: (_ for _ in ()).throw(MemoryError))
    with pytest.raises(MemoryError), transaction.atomic():
        clocks.step()
    assert rungs() == []
    monkeypatch.undo()
    settle()
    assert rungs() == ["remind_owner"]


def test_there_is_one_open_clock_of_a_name(alarm: Alarm, time: clock.FrozenTime) -> None:
    limit = LOOPS[Alarm].limit[Alarm.State.RAISED]
    assert clocks.start(alarm, "state", limit) == clocks.running(alarm)
    twin = clocks.running(alarm)
    assert twin is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        Clock.objects.create(
            subject=twin.subject, subject_id=twin.subject_id, name="state", started_at=time.at, due_at=time.at
        )


@pytest.fixture
def expiry(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """An extra clock of alarms whose end runs something of ours; a refusal waiting in the list is raised."""
    ran: list[Any] = []

    def end(record: Alarm, *, by: Actor) -> None:
        if ran and isinstance(ran[-1], Refused):
            raise ran.pop()
        ran.append((record.pk, by.name))

    monkeypatch.setitem(clocks.EXPIRY, "warnings.end", end)
    monkeypatch.setitem(clocks.EXTRA, "extra", Limit("sense_loop_limits/grade", expired="warnings.end"))
    yield ran


def test_at_the_end_of_a_limit_its_transition_runs_once(
    alarm: Alarm, time: clock.FrozenTime, expiry: list[Any]
) -> None:
    clocks.stop(alarm, "state")
    clocks.start(alarm, "extra", clocks.EXTRA["extra"])
    time.advance(minutes=9, seconds=59)
    assert settle() == 0
    time.advance(seconds=1)
    assert settle() == 1
    time.advance(days=1)
    assert settle() == 0
    assert expiry == [(alarm.pk, "work")] and rungs() == []


def test_an_end_that_is_refused_is_told_in_the_log(alarm: Alarm, time: clock.FrozenTime, expiry: list[Any]) -> None:
    clocks.stop(alarm, "state")
    clocks.start(alarm, "extra", clocks.EXTRA["extra"])
    expiry.append(Refused("not now"))
    time.advance(minutes=11)
    assert settle() == 1
    row = Change.objects.get(verb="workflow.expiry_refused")
    assert row.reason == "not now" and row.subject_id == alarm.pk and list(log.faults()) == []


def test_a_clock_whose_record_is_gone_is_stopped(alarm: Alarm, time: clock.FrozenTime) -> None:
    Alarm.objects.all().delete()
    time.advance(minutes=3)
    assert settle() == 1
    assert not Clock.objects.filter(stopped_at=None).exists()


def test_no_loop_of_ours_can_stall() -> None:
    """What start-up refuses does not exist; and the check would find one."""
    call_command("check", fail_level="WARNING")


def test_exercises_keep_their_clocks_apart(alarm: Alarm, time: clock.FrozenTime) -> None:
    Alarm.objects.update(exercise=True)
    played = Alarm.objects.get()
    clocks.wind(played)
    running = clocks.running(played)
    assert running is not None and running.exercise
    time.advance(minutes=3)
    settle()
    assert Change.objects.get(verb="workflow.remind_owner").exercise
