"""Alarms that are kept off the desk and come back to it: always by a row of the log, never by forgetting them."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor
from anshu.domains.warnings.models import Alarm, AlarmGroup, Silence
from anshu.domains.warnings.queries.muting import KNOWN, cause_of, consequences, silence_for
from anshu.domains.warnings.queries.neighbours import GATHERING
from anshu.domains.warnings.transitions.groups import UNJUDGED, group_of, place, rearm_group, settle_group, waiting
from anshu.kernel import clock
from anshu.workflow import clocks
from anshu.workflow.clocks import WORK
from anshu.workflow.transitions import transition

State = Alarm.State


def _leave_desk(alarm: Alarm) -> None:
    """What was on the desk is no longer: its group waits only for others."""
    if alarm.muted:
        settle_if_done(alarm)


@transition(State.RAISED, title=_("keep off the desk"), then=_leave_desk)
def keep_off(alarm: Alarm, *, by: Actor, silence: Silence | None = None, cause: Alarm | None = None) -> None:
    """A silence covers it, or the alarm that it follows from stands. It is kept and counted."""
    alarm.silenced_by, alarm.inhibited_by = silence, cause
    clocks.stop(alarm, "state")  # the silence has an end, and so has the cause


def _come_back(alarm: Alarm) -> None:
    """Back into its group, which waits again; or into one of now, when that has ended or there was none."""
    group = group_of(alarm, GATHERING)
    if group is None:
        group, _graver = place(alarm, clock.now())
    else:
        Alarm.objects.filter(pk=alarm.pk).update(shown_at=clock.now())
    if group.state in (AlarmGroup.State.SETTLED, AlarmGroup.State.HELD):
        rearm_group(group, by=WORK, reason=str(alarm))


@transition(State.RAISED, title=_("put on the desk"), then=_come_back)
def show(alarm: Alarm, *, by: Actor) -> dict[str, Any]:
    """What kept it off has ended and it still stands: it is judged now."""
    kept = {"silence": alarm.silenced_by, "cause": alarm.inhibited_by}
    alarm.silenced_by, alarm.inhibited_by = None, None
    return kept


@transition(State.RAISED, to=State.CLOSED, title=_("over before it was shown"))
def lapse(alarm: Alarm, *, by: Actor) -> None:
    """What kept it off has ended, and so had the alarm. It keeps the mark of what kept it off."""


def review(alarm: Alarm) -> None:
    """Put an alarm that waits for a verdict where it belongs now: on the desk, or off it for a silence or a cause."""
    silence, cause = silence_for(alarm), cause_of(alarm)
    wanted = (silence.pk if silence else None, cause.pk if cause else None)
    if wanted == (alarm.silenced_by_id, alarm.inhibited_by_id):
        return
    if silence is not None or cause is not None:
        keep_off(alarm, by=WORK, silence=silence, cause=cause)
    elif alarm.recovered_at is not None:
        lapse(alarm, by=WORK)
    else:
        show(alarm, by=WORK)


def ripple(alarm: Alarm) -> None:
    """The alarm has changed: what follows from it leaves the desk or comes back to it."""
    for other in consequences(Alarm.objects.select_related(*KNOWN).get(pk=alarm.pk)):
        review(other)


def settle_if_done(alarm: Alarm) -> None:
    """Let the alarm's group go when nothing in it waits any more."""
    group = group_of(alarm, UNJUDGED)
    if group is not None and not waiting(group).exists():
        settle_group(group, by=WORK)
