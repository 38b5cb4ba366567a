"""One incident or several: taking in further alarms, merging what is the same, splitting what is not."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from anshu.access import policy
from anshu.access.policy import Actor
from anshu.domains.incidents import queries
from anshu.domains.incidents.models import Incident, Instruction, Task
from anshu.domains.incidents.queries.roads import LIVE
from anshu.domains.incidents.transitions.incidents import measure_impact
from anshu.domains.incidents.transitions.loops import OPEN, start_report_clocks, stop_report_clocks
from anshu.domains.warnings.models import Alarm
from anshu.kernel.errors import Invalid, Refused
from anshu.workflow.clocks import WORK
from anshu.workflow.transitions import opening, transition

LINKS = ("sensed_at", "warned_at", "answered_at", "departed_at", "arrived_at")


@transition(OPEN, title=_("take in an alarm"))
def absorb(incident: Incident, *, by: Actor, alarm: Alarm) -> dict[str, Any]:
    """A further alarm of the same object, or of the same kind near and soon; a graver one raises the level. One that
    was already handled, or cleared, is open again."""
    if alarm.incident_id == incident.pk:
        raise Refused(_("alarm %(number)s is part of it already"), number=alarm.number, code="has_incident")
    if alarm.incident_id is not None:
        raise Refused(_("alarm %(number)s belongs to another incident"), number=alarm.number, code="has_incident")
    if not queries.absorbs(incident, alarm):
        raise Refused(
            _("alarm %(number)s is of another place or kind, or too late"), number=alarm.number, code="unrelated"
        )
    Alarm.objects.filter(pk=alarm.pk).update(incident_id=incident.pk)
    alarm.incident_id = incident.pk
    _feel(incident, alarm)
    return {"alarm": alarm}


@transition(OPEN, title=_("follow its alarm"))
def follow_alarm(incident: Incident, *, by: Actor, alarm: Alarm) -> None:
    """An alarm of the incident has climbed, or stands again after it had recovered."""
    _feel(incident, alarm)


def _feel(incident: Incident, alarm: Alarm) -> None:
    """What a standing alarm does to its incident: raise the level, and undo that it was over."""
    if alarm.level < incident.level:
        incident.level = alarm.level
        measure_impact(incident)
        start_report_clocks(incident)
    if alarm.recovered_at is None:
        incident.cleared_at = None
        if incident.state == Incident.State.HANDLED:
            incident.state = Incident.State.OPENED


@transition(OPEN, to=Incident.State.MERGED, title=_("merge into another"), grave=True)
def merge(incident: Incident, *, by: Actor, into: Incident, reason: str = "") -> dict[str, Any]:
    """The same thing reported twice: tasks, alarms and instructions go over; reports that were made stay where they
    are and are read with the other's story."""
    target = Incident.objects.get(pk=into.pk)
    if target.pk == incident.pk:
        raise Refused(_("an incident cannot be merged into itself"), code="itself")
    if target.pk in queries.family(incident) or target.state not in OPEN:
        raise Refused(_("%(number)s has ended or was merged into this one"), number=target.number, code="cycle")
    if target.exercise != incident.exercise:
        raise Refused(_("an exercise and reality are never merged"), code="exercise")
    policy.require(by, "incidents.merge", target.territory)
    tasks = list(Task.objects.filter(incident=incident))
    alarms = list(Alarm.objects.filter(incident_id=incident.pk))
    instructions = list(Instruction.objects.filter(incident=incident))
    Task.objects.filter(incident=incident).update(incident=target)
    Alarm.objects.filter(incident_id=incident.pk).update(incident_id=target.pk)
    Instruction.objects.filter(incident=incident).update(incident=target)
    moved = {"tasks": tasks, "alarms": alarms, "instructions": instructions}
    take_in(target, by=WORK, other=incident, moved=moved)
    incident.merged_into = target
    stop_report_clocks(incident)
    stop_report_clocks(incident, "undispatched")
    return moved


@transition(OPEN, title=_("took in another"))
def take_in(incident: Incident, *, by: Actor, other: Incident, moved: dict[str, Any]) -> None:
    """The other half of a merger: the graver level, links that the other had reached first, and its work."""
    incident.level = min(incident.level, other.level)
    for link in LINKS:
        if getattr(incident, link) is None:
            setattr(incident, link, getattr(other, link))
    incident.reported_at = incident.reported_at or other.reported_at
    if queries.alarms_not_recovered(incident).exists():
        incident.cleared_at = None
    live = Task.objects.filter(incident=incident, state__in=LIVE)
    if live.exists() and incident.state in (Incident.State.OPENED, Incident.State.HANDLED):
        there = live.filter(state=Task.State.ON_SCENE).exists()
        incident.state = Incident.State.HANDLING if there else Incident.State.DISPATCHED
    measure_impact(incident)
    start_report_clocks(incident)


@transition(OPEN, title=_("split"))
def split(
    incident: Incident,
    *,
    by: Actor,
    title: str,
    level: str = "",
    kind: str = "",
    place: str = "",
    lon: float | None = None,
    lat: float | None = None,
    reason: str = "",
) -> dict[str, Any]:
    """What was taken for one is two: the second gets a record, a clock and a dispatch of its own."""
    if not title.strip():
        raise Invalid(_("give the new incident a title"), field="title")
    facts = {"level": level or incident.level, "kind": kind or incident.kind, "place": place or incident.place}
    part = open_part(by=WORK, whole=incident, title=title.strip(), facts=facts, lon=lon, lat=lat)
    return {"part": part}


@opening(to=Incident.State.OPENED, title=_("opened by a split"))
def open_part(
    *, by: Actor, whole: Incident, title: str, facts: dict[str, str], lon: float | None, lat: float | None
) -> Incident:
    """The second half of a split; what was known when stays known."""
    part = Incident(
        title=title,
        category=whole.category,
        source=Incident.Source.SPLIT,
        split_from=whole,
        lon=whole.lon if lon is None else lon,
        lat=whole.lat if lat is None else lat,
        occurred_at=whole.occurred_at,
        discovered_at=whole.discovered_at,
        received_at=whole.received_at,
        sensed_at=whole.sensed_at,
        warned_at=whole.warned_at,
        impact_m=whole.impact_m,
        territory=whole.territory,
        exercise=whole.exercise,
        generated=whole.generated,
        **facts,
    )
    if part.position is not None and lon is not None:
        part.territory = queries.territory_at(part.position) or part.territory
    measure_impact(part)
    start_report_clocks(part)
    return part
