"""Alarms: raised and followed by the sense step, judged by a person with one key, closed when all is well again."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor
from anshu.domains.devices.models import Channel
from anshu.domains.warnings.models import Alarm, AlarmGroup, Level, Rule, color
from anshu.domains.warnings.queries.muting import STANDING, cause_of, silence_for
from anshu.domains.warnings.queries.neighbours import GATHERING
from anshu.domains.warnings.rules.linking import span
from anshu.domains.warnings.transitions.groups import group_of, place, raise_level, rearm_group
from anshu.domains.warnings.transitions.muting import keep_off, review, ripple, settle_if_done
from anshu.kernel import clock
from anshu.kernel.errors import Invalid, Refused
from anshu.workflow.clocks import WORK
from anshu.workflow.loop import Limit, Loop, declare
from anshu.workflow.transitions import opening, transition

State = Alarm.State
OPEN = STANDING

ALARM_LOOP = declare(
    Loop(
        Alarm,
        title=_("Alarm"),
        owner={State.RAISED: _("duty officer"), State.CONFIRMED: _("duty officer")},
        limit={
            State.RAISED: Limit(
                "sense_loop_limits/verdict",
                variant=color,
                asks="confirm",
                elsewhere=lambda alarm: alarm.group_id is not None or alarm.muted,
            ),
            State.CONFIRMED: Limit("sense_loop_limits/alarm_open"),
        },
        ends=frozenset({State.FALSE, State.TEST, State.DUPLICATE, State.CLOSED}),
    )
)


def arrive(alarm: Alarm) -> None:
    """An alarm that has just been raised is kept off the desk, or put into its group; the rest of the desk follows."""
    silence, cause = silence_for(alarm), cause_of(alarm)
    if silence is not None or cause is not None:
        keep_off(alarm, by=WORK, silence=silence, cause=cause)
    else:
        group, graver = place(alarm, alarm.sensed_at)
        if _follows(alarm, group):
            confirm(alarm, by=WORK, reason=str(_("as %(group)s was judged") % {"group": group.number}))
        elif group.state == AlarmGroup.State.SETTLED or (
            group.state == AlarmGroup.State.HELD and (graver or _had_cleared(alarm))
        ):
            rearm_group(group, by=WORK, reason=str(alarm))
    ripple(alarm)


def _follows(alarm: Alarm, group: AlarmGroup) -> bool:
    """Whether the verdict “true” of a person, not long ago and on nothing milder, holds for this alarm as well."""
    if group.state != AlarmGroup.State.SETTLED or group.verdict != AlarmGroup.Verdict.CONFIRMED:
        return False
    recent = group.judged_at is not None and clock.now() - group.judged_at <= span("verdict_holds")
    return recent and alarm.level >= group.verdict_level


def _had_cleared(alarm: Alarm) -> bool:
    """Whether all else in the group of the alarm has recovered or ended."""
    others = Alarm.objects.filter(group=alarm.group_id, state__in=OPEN, recovered_at=None)
    return not others.exclude(pk=alarm.pk).exists()


@opening(to=State.RAISED, title=_("raise"), then=arrive)
def raise_alarm(
    *, by: Actor, rule: Rule, channel: Channel, level: Level, value: float, sensed_at: datetime, why: dict[str, Any]
) -> Alarm:
    """A channel has stood beyond a step of its ladder for long enough."""
    site = channel.device.site
    return Alarm(
        rule=rule,
        channel=channel,
        site=site,
        title=f"{site or channel.device} · {rule.name}",
        level=level,
        highest=level,
        value=value,
        peak=value,
        sensed_at=sensed_at,
        raised_at=clock.now(),
        why=why,
        territory=channel.territory,
        lon=channel.lon,
        lat=channel.lat,
        generated=channel.generated,
        exercise=channel.exercise,
    )


def _climb(alarm: Alarm) -> None:
    """The group of an alarm that has changed level or stands again follows; so does whatever follows from it."""
    if alarm.state == State.RAISED:
        review(alarm)
        group = group_of(alarm, GATHERING)
        if group is not None and not alarm.muted:
            graver = alarm.level < group.level
            if graver:
                raise_level(group, alarm)
            if group.state == AlarmGroup.State.HELD and (graver or _had_cleared(alarm)):
                rearm_group(group, by=WORK, reason=str(alarm))
    ripple(alarm)


@transition(OPEN, title=_("change level"), then=_climb)
def regrade(alarm: Alarm, *, by: Actor, level: Level, value: float, why: dict[str, Any]) -> dict[str, Any]:
    """The channel has climbed or come down to another step; an alarm that had recovered is beyond its ladder again."""
    before, alarm.level, alarm.value = alarm.level, level, value
    if level < before:  # graver: the screen shows the step it stands on, and a red one must be judged within red's time
        alarm.why = why
    alarm.highest = min(alarm.highest, level)
    alarm.peak = min(alarm.peak, value) if alarm.rule.direction == Rule.Direction.BELOW else max(alarm.peak, value)
    if alarm.recovered_at is not None:
        alarm.recovered_at, alarm.repeats = None, alarm.repeats + 1
    return {"level": [before, str(level)], "value": value, "why": why}


@transition(OPEN, title=_("recover"), then=ripple)
def recover(alarm: Alarm, *, by: Actor, value: float, at: datetime, peak: float | None = None) -> None:
    """The channel is back on the safe side of its ladder. The alarm stays until somebody has judged it. `peak` is the
    worst that was measured meanwhile, when it is known."""
    alarm.recovered_at, alarm.value = at, value
    alarm.peak = alarm.peak if peak is None else peak


@transition(OPEN, title=_("lose sight"))
def lose_sight(alarm: Alarm, *, by: Actor, blind: bool) -> None:
    """The channel has fallen silent while the alarm was open, or is heard again. Silence never clears an alarm."""
    alarm.blind = blind


def _leave(alarm: Alarm) -> None:
    """Its group is judged when nothing else in it waits; what followed from an alarm that has ended comes back."""
    settle_if_done(alarm)
    if alarm.state not in OPEN:
        ripple(alarm)


def _judge(alarm: Alarm, by: Actor, reason: str) -> None:
    alarm.verdict_reason, alarm.judged_at, alarm.judged_by = reason, clock.now(), by.name


@transition(State.RAISED, to=State.CONFIRMED, title=_("true"), key="t", then=_leave)
def confirm(alarm: Alarm, *, by: Actor, reason: str = "") -> None:
    """It is true: an incident is opened, or the one that is open takes it in."""
    _judge(alarm, by, reason)


@transition(State.RAISED, to=State.FALSE, title=_("false alarm"), key="f", then=_leave)
def reject(alarm: Alarm, *, by: Actor, reason: str) -> None:
    """It is false; the reason is kept, because it is what rules are tuned by."""
    if not reason.strip():
        raise Invalid(_("say why it is false: the reason tunes the rule"), field="reason")
    _judge(alarm, by, reason)


@transition(State.RAISED, to=State.TEST, title=_("test"), key="e", then=_leave)
def mark_test(alarm: Alarm, *, by: Actor, reason: str = "") -> None:
    """Somebody was testing the device."""
    _judge(alarm, by, reason)


@transition(State.RAISED, to=State.DUPLICATE, title=_("duplicate"), key="d", then=_leave)
def mark_duplicate(alarm: Alarm, *, by: Actor, duplicate_of: Alarm | None = None, reason: str = "") -> None:
    """Another alarm already tells of the same thing; without naming one, the newest open alarm of the same object."""
    original = duplicate_of or (
        Alarm.objects.filter(state__in=OPEN, site=alarm.site).exclude(pk=alarm.pk).order_by("-raised_at").first()
    )
    if original is None or original.pk == alarm.pk:
        raise Refused(_("there is no other open alarm of %(site)s it could repeat"), site=alarm.site or alarm.channel)
    alarm.duplicate_of = original
    _judge(alarm, by, reason)


@transition(State.CONFIRMED, to=State.CLOSED, title=_("close"), then=ripple)
def close_alarm(alarm: Alarm, *, by: Actor, reason: str = "") -> None:
    """It was true and is over."""
    if alarm.recovered_at is None:
        raise Refused(_("%(alarm)s has not recovered: its channel is still beyond the threshold"), alarm=alarm)


@transition(State.CONFIRMED, title=_("attach"))
def attach(alarm: Alarm, *, by: Actor, incident_id: str) -> None:
    """Note which incident deals with it."""
    alarm.incident_id = incident_id
