"""An incident from the first word of it to its closing."""

import re
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor, Person
from anshu.domains.incidents import queries
from anshu.domains.incidents.models import Incident, Report
from anshu.domains.incidents.transitions.loops import FINAL_REPORT, OPEN, start_report_clocks, stop_report_clocks
from anshu.domains.places.models import Site
from anshu.domains.warnings.models import Alarm, Level
from anshu.kernel import clock
from anshu.kernel.errors import Invalid, Refused
from anshu.kernel.geometry import Position
from anshu.workflow import clocks
from anshu.workflow.transitions import opening, transition

NOTED_HOUR = re.compile(r"^\s*([01]?\d|2[0-3])[::]([0-5]\d)\s+(?=\S)")
AHEAD = timedelta(minutes=5)
FIGURES = ("dead", "missing", "injured", "trapped", "evacuated")


@opening(to=Incident.State.OPENED, title=_("opened from an alarm"))
def open_from_alarm(*, by: Actor, alarm: Alarm) -> Incident:
    """An alarm found true that belongs to no open incident begins one."""
    if alarm.state != Alarm.State.CONFIRMED:
        raise Refused(_("alarm %(number)s has not been found true"), number=alarm.number, code="not_confirmed")
    if alarm.incident_id is not None:
        raise Refused(_("alarm %(number)s belongs to an incident already"), number=alarm.number, code="has_incident")
    now = clock.now()
    incident = Incident(
        title=_title(alarm),
        source=Incident.Source.ALARM,
        kind=queries.kind_of(alarm)[:40],
        level=alarm.level,
        site=alarm.site,
        place=(alarm.site.address or alarm.site.name)[:200] if alarm.site else "",
        occurred_at=alarm.sensed_at,
        discovered_at=alarm.raised_at,
        received_at=alarm.judged_at or now,
        sensed_at=alarm.sensed_at,
        warned_at=alarm.judged_at or now,
        territory=alarm.territory,
        lon=alarm.lon,
        lat=alarm.lat,
        exercise=alarm.exercise,
        generated=alarm.generated,
    )
    if incident.position is None and alarm.site is not None:
        incident.lon, incident.lat = alarm.site.lon, alarm.site.lat
    measure_impact(incident)
    Alarm.objects.filter(pk=alarm.pk).update(incident_id=incident.pk)
    alarm.incident_id = incident.pk
    start_report_clocks(incident)
    return incident


def _title(alarm: Alarm) -> str:
    """The site and what happens there; most alarms name their site themselves."""
    site = str(alarm.site or "")
    return alarm.title if site in alarm.title else f"{site}：{alarm.title}"[:200]


@opening(to=Incident.State.OPENED, title=_("report an incident"))
def report_incident(
    *,
    by: Actor,
    title: str,
    level: str,
    kind: str = "",
    category: str = Incident.Category.NATURAL,
    source: str = Incident.Source.PHONE,
    site: Site | None = None,
    place: str = "",
    lon: float | None = None,
    lat: float | None = None,
    territory: str = "",
    caller: str = "",
    caller_phone: str = "",
    occurred_at: datetime | None = None,
    description: str = "",
    different: bool = False,
) -> Incident:
    """What a caller, a street or a grid officer tells. One that looks like an open incident is refused, naming it,
    until somebody says that it is a different one."""
    now = clock.now()
    if occurred_at is not None and occurred_at > now + AHEAD:
        raise Invalid(_("it cannot have happened in the future"), field="occurred_at")
    if lon is None and site is not None:
        lon, lat = site.lon, site.lat
    incident = Incident(
        title=title.strip(),
        level=level,
        kind=kind or (site.kind if site else ""),
        category=category,
        source=source,
        site=site,
        place=place or (site.address or site.name if site else ""),
        lon=lon,
        lat=lat,
        caller=caller,
        caller_phone=caller_phone,
        occurred_at=occurred_at,
        description=description,
        discovered_at=now,
        received_at=now,
        sensed_at=now,
        warned_at=now,
    )
    if not different:
        _refuse_duplicate(incident, occurred_at or now)
    incident.territory = territory or _territory(incident, by)
    measure_impact(incident)
    start_report_clocks(incident)
    return incident


def _refuse_duplicate(incident: Incident, at: datetime) -> None:
    twins = queries.likely_duplicates(at, incident.kind, incident.place, incident.position)
    if twins:
        raise Refused(
            _("it may be the same as %(number)s “%(title)s”: open that one, or say that it is different"),
            number=twins[0].incident.number,
            title=twins[0].incident.title,
            incident_id=str(twins[0].incident.pk),
            code="likely_duplicate",
        )


def _territory(incident: Incident, by: Actor) -> str:
    """The area of the site, else the smallest one that holds the place, else that of the officer who reports."""
    found = incident.site.territory if incident.site else ""
    if not found and incident.position is not None:
        found = queries.territory_at(incident.position)
    if not found and isinstance(by, Person):
        found = by.territory
    if not found:
        raise Invalid(_("say in which area it is"), field="territory")
    return found


def measure_impact(incident: Incident) -> None:
    """Keep who and what is inside the impact radius now."""
    if incident.position is not None:
        incident.impact = queries.inside(incident.position, incident.impact_m)


@transition(OPEN, title=_("grade"), key="g")
def grade(
    incident: Incident, *, by: Actor, level: str, category: str = "", impact_m: int | None = None, reason: str = ""
) -> None:
    """Set the level (and class), and list what is inside the impact radius; lowering the level needs a reason."""
    if level not in Level.values:
        raise Invalid(_("there is no level %(level)s"), field="level", level=level)
    if level > incident.level and not reason.strip():
        raise Refused(_("say why the level is lowered"), code="lowering_needs_reason")
    incident.level = level
    incident.category = category or incident.category
    incident.impact_m = impact_m or incident.impact_m
    measure_impact(incident)
    start_report_clocks(incident)


@transition(OPEN, title=_("locate"))
def locate(incident: Incident, *, by: Actor, lon: float, lat: float, place: str = "") -> None:
    """Put it where it really is (WGS-84), and list again what is around."""
    here = Position(lon, lat)
    incident.lon, incident.lat, incident.place = lon, lat, place or incident.place
    incident.territory = queries.territory_at(here) or incident.territory
    measure_impact(incident)


@transition(OPEN, Incident.State.CLOSED, title=_("set casualties"))
def set_casualties(
    incident: Incident,
    *,
    by: Actor,
    dead: int | None = None,
    missing: int | None = None,
    injured: int | None = None,
    trapped: int | None = None,
    evacuated: int | None = None,
    reason: str = "",
) -> None:
    """Set the figures that are given and leave the others; fewer dead or missing than before needs a reason."""
    given = {"dead": dead, "missing": missing, "injured": injured, "trapped": trapped, "evacuated": evacuated}
    known = {name: number for name, number in given.items() if number is not None}
    if not known:
        raise Invalid(_("give at least one figure"), field="dead")
    for name, number in known.items():
        if name in ("dead", "missing") and number < getattr(incident, name) and not reason.strip():
            raise Refused(_("say why the figure falls"), code="fall_needs_reason")
        setattr(incident, name, number)


@transition(OPEN, Incident.State.CLOSED, title=_("note"), key="n")
def note(incident: Incident, *, by: Actor, text: str) -> dict[str, Any]:
    """One line in the timeline; an hour in front of it (“14:05 the pump is here”) is when it happened."""
    line = text.strip()
    if not line:
        raise Invalid(_("write a line"), field="text")
    said = NOTED_HOUR.match(line)
    if said is None:
        return {"text": line}
    now = timezone.localtime(clock.now())
    said_at = now.replace(hour=int(said[1]), minute=int(said[2]), second=0, microsecond=0)
    if said_at > now + AHEAD:  # shortly after midnight somebody notes what happened before it
        said_at -= timedelta(days=1)
    return {"text": line[said.end() :], "said_at": said_at}


@transition(OPEN, title=_("danger is over"))
def mark_cleared(incident: Incident, *, by: Actor, cause: Any = None) -> None:
    """The last alarm has recovered: the last link of the chain ends here."""
    if queries.alarms_not_recovered(incident).exists():
        raise Refused(_("alarms of the incident still stand"), code="alarms_stand")
    incident.cleared_at = incident.cleared_at or clock.now()


@transition(OPEN, Incident.State.CLOSED, title=_("reported upward"))
def mark_reported(incident: Incident, *, by: Actor, report: Report) -> None:
    """A report has gone up; the hour of the first one is kept."""
    incident.reported_at = incident.reported_at or report.sent_at


@transition(Incident.State.OPENED, Incident.State.HANDLED, to=Incident.State.CLOSED, title=_("close"), grave=True)
def close(incident: Incident, *, by: Actor, reason: str = "") -> None:
    """Nothing is left to do: every alarm recovered, every task verified, every instruction fed back. One that nobody
    was sent to is closed with a reason."""
    if incident.state == Incident.State.OPENED and not reason.strip():
        raise Refused(_("say why nobody is sent"), code="close_needs_reason")
    left = queries.obstacles(incident)
    if left:
        raise Refused(_("cannot be closed yet: %(left)s"), left=left.words, code="not_done")
    incident.cleared_at = incident.cleared_at or clock.now()
    stop_report_clocks(incident, "follow_up", "daily_follow_up", "undispatched")
    if incident.reported_at is not None:
        clocks.start(incident, "final_report", FINAL_REPORT)
