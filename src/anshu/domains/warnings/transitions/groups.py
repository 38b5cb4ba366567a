"""Groups of alarms: opened and joined as alarms come onto the desk, made one where an alarm links two."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor
from anshu.domains.warnings.models import Alarm, AlarmGroup, color
from anshu.domains.warnings.queries.neighbours import GATHERING, linked_groups
from anshu.domains.warnings.rules.linking import cause_of, family_of
from anshu.kernel import clock
from anshu.kernel.division import DivisionLevel
from anshu.kernel.errors import Refused
from anshu.workflow import clocks
from anshu.workflow.clocks import WORK
from anshu.workflow.loop import Limit, Loop, declare
from anshu.workflow.transitions import opening, transition

State = AlarmGroup.State
UNJUDGED = (State.WAITING, State.HELD)

GROUP_LOOP = declare(
    Loop(
        AlarmGroup,
        title=_("Alarm group"),
        owner={
            State.WAITING: _("duty officer"),
            State.HELD: _("duty officer"),
            State.SETTLED: _("duty officer"),
        },
        limit={
            State.WAITING: Limit("sense_loop_limits/verdict", variant=color, asks="confirm_group"),
            State.HELD: Limit("alarm_groups/held", asks="confirm_group"),
            State.SETTLED: Limit("alarm_groups/over", expired="warnings.close_group"),
        },
        ends=frozenset({State.MERGED, State.CLOSED}),
    )
)


@opening(to=State.WAITING, title=_("open"))
def open_group(*, by: Actor, alarm: Alarm, family: str, at: datetime) -> AlarmGroup:
    """An alarm came onto the desk that is of one event with no other."""
    return AlarmGroup(
        title=alarm.title,
        family=family,
        level=alarm.level,
        site=alarm.site,
        first_at=at,
        last_at=at,
        territory=alarm.territory,
        lon=alarm.lon,
        lat=alarm.lat,
        exercise=alarm.exercise,
        generated=alarm.generated,
    )


@transition(GATHERING, title=_("take in a group"))
def take_in_group(group: AlarmGroup, *, by: Actor, other: AlarmGroup) -> dict[str, Any]:
    """An alarm links two groups: the one opened first has all their alarms, and waits if one of them did."""
    if other.pk == group.pk or other.state not in GATHERING:
        raise Refused(_("%(number)s cannot be taken in"), number=other.number)
    moved = Alarm.objects.filter(group=other).update(group=group)
    group.count += other.count
    group.first_at, group.last_at = min(group.first_at, other.first_at), max(group.last_at, other.last_at)
    group.territory = shared_area(group.territory, other.territory)
    if other.level < group.level and other.head is not None:
        _stand_for(group, other.head, other.level)
        clocks.stop(group, "state")  # the graver limit is wound below, or by the change of state
    states = (group.state, other.state)
    group.state = State.WAITING if State.WAITING in states else State.HELD if State.HELD in states else State.SETTLED
    if clocks.running(group) is None:
        clocks.wind(group)
    join_group(other, by=WORK, into=group)
    return {"alarms": moved}


@transition(GATHERING, to=State.MERGED, title=_("join another group"))
def join_group(group: AlarmGroup, *, by: Actor, into: AlarmGroup) -> None:
    """The other half of the same."""
    group.merged_into = into


@transition(State.HELD, State.SETTLED, to=State.WAITING, title=_("wait again"))
def rearm_group(group: AlarmGroup, *, by: Actor, reason: str) -> None:
    """Something in it asks for a person again: graver than what was acknowledged or judged, too long after it, or risen
    once more after all had cleared. The line tells of what waits, not of what was judged before."""
    group.acknowledged_at, group.acknowledged_by = None, ""
    worst = waiting(group).order_by("level", "id").select_related("site").first()
    if worst is not None:
        _stand_for(group, worst, worst.level)


@transition(State.WAITING, to=State.HELD, title=_("acknowledge"), key="h")
def acknowledge_group(group: AlarmGroup, *, by: Actor, reason: str = "") -> None:
    """Somebody has it in hand and will judge it. It asks for nobody until its limit runs out, something graver joins
    it, or it has cleared and rises again."""
    group.acknowledged_at, group.acknowledged_by = clock.now(), by.name


@transition(UNJUDGED, to=State.SETTLED, title=_("nothing left to judge"))
def settle_group(group: AlarmGroup, *, by: Actor) -> None:
    """Each of its alarms was judged by itself, or is kept off the desk."""
    if waiting(group).exists():
        raise Refused(_("alarms of %(number)s still wait for a verdict"), number=group.number)


@transition(State.SETTLED, to=State.CLOSED, title=_("over"))
def close_group(group: AlarmGroup, *, by: Actor) -> None:
    """Nothing has joined it for long; what comes now begins a group of its own."""


clocks.EXPIRY["warnings.close_group"] = close_group


def waiting(group: AlarmGroup) -> Any:
    """The alarms of the group that wait for a verdict on the desk."""
    return Alarm.objects.filter(group=group, state=Alarm.State.RAISED, silenced_by=None, inhibited_by=None)


def group_of(alarm: Alarm, states: Iterable[str]) -> AlarmGroup | None:
    """The group of an alarm as it stands in the database, if it is in one of these states."""
    return AlarmGroup.objects.filter(pk=alarm.group_id, state__in=states).first() if alarm.group_id else None


def shared_area(one: str, other: str) -> str:
    """The smallest area that holds both, by their codes."""
    lengths = [level.value for level in DivisionLevel if level <= min(len(one), len(other))]
    return next((one[:length] for length in reversed(lengths) if one[:length] == other[:length]), "")


def place(alarm: Alarm, at: datetime) -> tuple[AlarmGroup, bool]:
    """Put an alarm that comes onto the desk at this instant into its group, which is opened or made one if need be.

    Its level, head and count follow. Returns the group, and whether the alarm is graver than all it held: whether it
    waits again is for the caller to say.
    """
    family = family_of(cause_of(alarm))
    linked = linked_groups(alarm, at, family)
    group = linked[0] if linked else open_group(by=WORK, alarm=alarm, family=family.name, at=at)
    for other in linked[1:]:
        take_in_group(group, by=WORK, other=other)
    Alarm.objects.filter(pk=alarm.pk).update(group=group, shown_at=at)
    alarm.group, alarm.shown_at = group, at
    group.count += 1
    group.first_at, group.last_at = min(group.first_at, at), max(group.last_at, at)
    group.territory = shared_area(group.territory, alarm.territory)
    _keep(group, count=F("count") + 1, first_at=group.first_at, last_at=group.last_at, territory=group.territory)
    graver = alarm.level < group.level
    if graver or group.head_id is None:
        raise_level(group, alarm)
    return group, graver


def raise_level(group: AlarmGroup, alarm: Alarm) -> None:
    """The alarm is the gravest of its group: the group has its name, place and level, and a limit that begins anew."""
    graver = alarm.level < group.level
    _stand_for(group, alarm, alarm.level)
    _keep(group, head=alarm, level=group.level, title=group.title, site=group.site, lon=group.lon, lat=group.lat)
    if graver and group.state == State.WAITING:
        clocks.wind(group)


def _stand_for(group: AlarmGroup, head: Alarm, level: str) -> None:
    group.head, group.level, group.title, group.site = head, level, head.title, head.site
    group.lon, group.lat = head.lon, head.lat


def _keep(group: AlarmGroup, **fields: Any) -> None:
    """Write what the row of the alarm itself tells; a row of the log for the group would say it twice."""
    AlarmGroup.objects.filter(pk=group.pk).update(**fields)
