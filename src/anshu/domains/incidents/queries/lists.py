"""Lists of the desk and the field: what is open, what is mine, and what still stands in the way of closing."""

from dataclasses import dataclass, field

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from anshu.access.policy import Actor, account_of, under
from anshu.domains.incidents.models import Incident, Instruction, Task
from anshu.domains.incidents.queries.roads import LIVE
from anshu.domains.incidents.queries.surroundings import ENDED
from anshu.domains.people.queries import units_of
from anshu.domains.warnings.models import Alarm
from anshu.workflow import clocks


def open_for(actor: Actor) -> "QuerySet[Incident]":
    """Incidents the actor may see that have not ended, gravest and oldest first."""
    rows: QuerySet[Incident] = Incident.objects.visible_to(actor).exclude(state__in=ENDED)
    return rows.order_by("level", "created_at")


def mine(actor: Actor) -> "QuerySet[Task]":
    """Tasks the actor should sign for or carry out: signed for by this account, or still free and given to the person's
    own unit or, for somebody without a unit, to any unit of the area."""
    account = account_of(actor)
    rows = Task.objects.filter(under(actor.reach("incidents.sign_for")), state__in=LIVE)
    units = units_of(account) if account else frozenset()
    free = Q(handler=None)
    if units:
        free &= Q(organisation__in=units) | Q(team__organisation__in=units)
    return (
        rows.filter(free | Q(handler=account, handler__isnull=False))
        .select_related("incident", "organisation", "team")
        .order_by("level", "created_at")
    )


@dataclass(frozen=True)
class Obstacles:
    """What keeps an incident from being closed."""

    alarms: list[Alarm] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    instructions: list[Instruction] = field(default_factory=list)
    report_owed: bool = False

    def __bool__(self) -> bool:
        return bool(self.alarms or self.tasks or self.instructions or self.report_owed)

    @property
    def words(self) -> str:
        """Which they are, by number, in one line."""
        parts = (
            (_("alarms not recovered"), self.alarms),
            (_("tasks not verified"), self.tasks),
            (_("instructions without feedback"), self.instructions),
        )
        named = [f"{title}：{'、'.join(row.number for row in rows)}" for title, rows in parts if rows]
        return "；".join([*named, *([str(_("the first report has not gone up"))] if self.report_owed else [])])


def alarms_not_recovered(incident: Incident) -> "QuerySet[Alarm]":
    """Alarms of the incident that still stand."""
    return Alarm.objects.filter(
        incident_id=incident.pk, recovered_at=None, state__in=(Alarm.State.RAISED, Alarm.State.CONFIRMED)
    ).order_by("number")


def obstacles(incident: Incident) -> Obstacles:
    """Alarms not recovered, tasks neither verified nor ended otherwise, instructions without feedback, a first report
    that is owed upward and has not gone."""
    waiting = (Instruction.State.RECEIVED, Instruction.State.RELAYED, Instruction.State.SIGNED)
    return Obstacles(
        list(alarms_not_recovered(incident)),
        list(Task.objects.filter(incident=incident, state__in=(*LIVE, Task.State.FINISHED)).order_by("number")),
        list(Instruction.objects.filter(incident=incident, state__in=waiting).order_by("number")),
        incident.state != Incident.State.OPENED and clocks.running(incident, "written_report") is not None,
    )
