"""Whom alarms would have called, beside what happens when they are really raised, found true, dispatched and called."""

from datetime import timedelta

import numpy as np
import pytest

from anshu.domains.incidents import tasks, transitions
from anshu.domains.incidents.models import Incident, Task
from anshu.domains.incidents.queries.foreseen import Foreseen, foresee, is_night
from anshu.domains.people.models import Person
from anshu.domains.warnings.models import Alarm, CallOut, Level, Rule
from anshu.domains.warnings.tasks.sense import SENSE
from anshu.domains.warnings.transitions.alarms import confirm, raise_alarm
from anshu.engines.backtest import Spells
from anshu.engines.backtest.spells import NEVER_MS
from anshu.kernel import clock
from anshu.workflow.clocks import WORK
from anshu.workflow.models import Change


def ms(at):
    return round(at.timestamp() * 1000)


def spells(*rows):
    """(slot, begin, minutes, levels) rows; levels are (level, minutes after the begin) as it climbs."""
    rows = sorted(rows, key=lambda row: (row[0], row[1]))
    reached = np.full((len(rows), 4), NEVER_MS)
    for place, (_slot, begin, _minutes, levels) in enumerate(rows):
        for level, after in levels:
            at = ms(begin + timedelta(minutes=after))
            reached[place, level - 1 :] = np.minimum(reached[place, level - 1 :], at)
    begins = np.array([ms(row[1]) for row in rows])
    ends = np.array([ms(row[1] + timedelta(minutes=row[2])) for row in rows])
    nothing = np.zeros(len(rows))
    return Spells(np.array([row[0] for row in rows]), begins, ends, reached, nothing, nothing != 0)


@pytest.fixture
def callable_owner(district):
    Person.objects.filter(pk=district.owner.pk).update(phone="199-0000-0001", phone_state="working", rank=3)
    return district.owner


def really(district, level):
    """The way of a real alarm, to the call-out that it ends in or None."""
    rule = Rule.objects.first()
    why = {"rule": rule.name}
    alarm = raise_alarm(
        by=SENSE, rule=rule, channel=district.channel, level=level, value=1.0, sensed_at=clock.now(), why=why
    )
    confirm(alarm, by=WORK)
    tasks.open_or_absorb(Change.objects.filter(verb="warnings.confirm").latest("id"))
    incident = Incident.objects.get()
    transitions.dispatch_by_rule(incident, by=WORK)
    tasks.call_for_task(Change.objects.filter(verb="incidents.assign").latest("id"))
    return CallOut.objects.select_related("organisation").first()


@pytest.mark.parametrize("level", Level.values)
def test_the_foreseen_call_is_the_one_that_a_real_alarm_makes(district, callable_owner, level):
    Alarm.objects.all().delete()
    begin = clock.now()
    foreseen = foresee(spells((district.channel.slot, begin, 30, [(int(level), 0)])))
    real = really(district, Level(level))
    assert (foreseen.incidents, foreseen.absorbed) == (1, 0)
    if real is None:
        assert foreseen.call_outs == ()
        return
    (call,) = foreseen.call_outs
    first = next(link for link in real.chain if not link["skipped"])
    assert (call.unit, call.person, call.level) == (real.organisation.name, first["name"], real.level)


def test_nothing_is_written(district, callable_owner):
    models = (Alarm, Incident, Task, CallOut, Change)
    before = [model.objects.count() for model in models]
    foresee(spells((district.channel.slot, clock.now(), 30, [(1, 0)])))
    assert [model.objects.count() for model in models] == before


def test_a_second_alarm_is_taken_in_while_the_incident_is_open(district, callable_owner):
    now, slot = clock.now(), district.channel.slot
    soon, later = now + timedelta(hours=1), now + timedelta(hours=12)
    found = foresee(spells((slot, now, 30, [(1, 0)]), (slot, soon, 30, [(1, 0)]), (slot, later, 30, [(1, 0)])))
    assert (found.incidents, found.absorbed, len(found.call_outs)) == (2, 1, 2)


def test_an_alarm_that_climbs_before_the_unit_is_sent_calls_at_the_level_it_has_by_then(district, callable_owner):
    slot, now = district.channel.slot, clock.now()
    early = foresee(spells((slot, now, 60, [(3, 0), (1, 10)])))
    late = foresee(spells((slot, now, 60, [(3, 0), (1, 40)])))
    assert [call.level for call in early.call_outs] == [Level.RED]
    assert late.call_outs == ()


def test_calls_are_counted_by_person_and_hour(district, callable_owner):
    slot, now = district.channel.slot, clock.now()  # 00:40 in Shenzhen
    found = foresee(spells(*((slot, now + timedelta(days=day), 30, [(1, 0)]) for day in range(3))))
    ((call, count, nights),) = found.by_person
    assert (call.person, count, nights, found.at_night) == ("owner", 3, 3, 3)
    assert found.by_hour[0] == 3
    assert sum(found.by_hour) == 3


def test_channels_that_nobody_knows_set_nothing_in_motion(district):
    assert foresee(spells((999_999, clock.now(), 30, [(1, 0)]))) == Foreseen(0, 0, ())


def test_night_runs_over_midnight():
    assert [hour for hour in range(24) if is_night(hour)] == [0, 1, 2, 3, 4, 5, 22, 23]
