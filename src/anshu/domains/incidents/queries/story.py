"""What happened, in order: the log of an incident and of everything that belongs to it, and the six-link clock."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anshu.domains.incidents.models import Incident, Instruction, Report, Task
from anshu.domains.warnings.models import Alarm, Call, CallOut, Level
from anshu.kernel import clock
from anshu.workflow import rules
from anshu.workflow.models import Change
from anshu.workflow.transitions import ARROWS

LADDER_TITLES: dict[str, str | Promise] = {
    "workflow.remind_owner": _("reminder to the owner"),
    "workflow.remind_leader": _("reminder to the unit's leader"),
    "workflow.escalate": _("escalated to the district leader"),
    "workflow.letter": _("supervision letter due"),
    "workflow.expiry_refused": _("could not run by itself"),
}


def family(incident: Incident) -> list[UUID]:
    """The incident's id and those of all that were merged into it, directly or not."""
    found, fresh = [incident.pk], [incident.pk]
    while fresh:
        fresh = list(Incident.objects.filter(merged_into__in=fresh).exclude(pk__in=found).values_list("pk", flat=True))
        found += fresh
    return found


def _subjects(incident: Incident) -> dict[str, list[UUID]]:
    """Every record whose log is part of the incident's story, by model label."""
    ids = family(incident)
    alarms = list(Alarm.objects.filter(incident_id__in=ids).values_list("pk", flat=True))
    tasks = list(Task.objects.filter(incident__in=ids).values_list("pk", flat=True))
    call_outs = list(CallOut.objects.filter(cause_id__in=[*ids, *alarms, *tasks]).values_list("pk", flat=True))
    return {
        Incident._meta.label_lower: ids,
        Alarm._meta.label_lower: alarms,
        Task._meta.label_lower: tasks,
        Report._meta.label_lower: list(Report.objects.filter(incident__in=ids).values_list("pk", flat=True)),
        Instruction._meta.label_lower: list(Instruction.objects.filter(incident__in=ids).values_list("pk", flat=True)),
        CallOut._meta.label_lower: call_outs,
        Call._meta.label_lower: list(Call.objects.filter(call_out__in=call_outs).values_list("pk", flat=True)),
    }


def timeline(incident: Incident, since: int = 0) -> list[dict[str, Any]]:
    """Rows of the log with an id above `since`, ready to be told: id, at, written_at, actor, post, verb, title, kind,
    subject, subject_id, label, from, to, reason, basis, details.

    `at` is the hour that a note itself names, where it does; the order is by `at`, then by the log.
    """
    condition = Q(pk__in=())
    for subject, ids in _subjects(incident).items():
        if ids:
            condition |= Q(subject=subject, subject_id__in=ids)
    titles = _titles()
    told = [_told(change, titles) for change in Change.objects.filter(condition, id__gt=since).order_by("id")]
    return sorted(told, key=lambda row: (row["at"], row["id"]))


def _titles() -> dict[str, str | Promise]:
    return {arrow.code: arrow.title for arrows in ARROWS.values() for arrow in arrows.values()} | LADDER_TITLES


def _told(change: Change, titles: dict[str, str | Promise]) -> dict[str, Any]:
    said_at = change.details.get("said_at")
    return {
        "id": change.id,
        "at": datetime.fromisoformat(said_at) if said_at else change.at,
        "written_at": change.at,
        "actor": change.actor,
        "post": change.post,
        "verb": change.verb,
        "title": titles.get(change.verb, change.verb),
        "kind": change.subject.rpartition(".")[2],
        "subject": change.subject,
        "subject_id": change.subject_id,
        "label": change.label,
        "from": state_word(change.subject, change.from_state),
        "to": state_word(change.subject, change.to_state),
        "reason": change.reason,
        "basis": change.basis,
        "details": change.details,
    }


def state_word(subject: str, state: str) -> str | Promise:
    """The label of a state as the model declares it; the bare word for a state it no longer has."""
    choices: dict[str, str | Promise] = dict(apps.get_model(subject).State.choices) if subject and state else {}
    return choices.get(state, state)


@dataclass(frozen=True)
class Link:
    """One link of the chain. `state` is done, late (over its target, ended or not), running, waiting, or skipped."""

    name: str
    title: str | Promise
    start: datetime | None
    end: datetime | None
    minutes: float | None
    target_minutes: float | None
    state: str


"""Link → its title, the column that ends it, and the rule of its target."""
LINKS: tuple[tuple[str, str | Promise, str, str], ...] = (
    ("sense", _("sensed"), "sensed_at", ""),
    ("warn", _("warned"), "warned_at", "verdict"),
    ("answer", pgettext_lazy("link of the chain", "answered"), "answered_at", "sign"),
    ("move", _("set out"), "departed_at", "task.depart"),
    ("arrive", _("arrived"), "arrived_at", "handle"),
    ("clear", _("cleared"), "cleared_at", "incident.clear"),
)


def chain(incident: Incident) -> list[Link]:
    """The six links of the one clock, each from the end of the link before it, with its target from the rule pack."""
    now, ended = clock.now(), incident.state in (Incident.State.CLOSED, Incident.State.MERGED)
    ends = [getattr(incident, column) for _name, _title, column, _key in LINKS]
    links: list[Link] = []
    start = incident.occurred_at
    running = True
    for i, (name, title, _column, key) in enumerate(LINKS):
        end = ends[i]
        later = any(ends[i + 1 :])
        target = _target_minutes(incident, key)
        if end is None and not later and running and not ended:
            links.append(_link(name, title, (start, None, now), target))
            running = False
        elif end is None:
            links.append(Link(name, title, None, None, None, target, "skipped" if later or ended else "waiting"))
        else:
            links.append(_link(name, title, (start, end, end), target))
        start = end or start
    return links


def _link(
    name: str, title: str | Promise, span: tuple[datetime | None, datetime | None, datetime], target: float | None
) -> Link:
    start, end, until = span
    minutes = max((until - start).total_seconds() / 60, 0.0) if start else None
    late = minutes is not None and target is not None and minutes > target
    return Link(name, title, start, end, minutes, target, "late" if late else "done" if end else "running")


def _target_minutes(incident: Incident, key: str) -> float | None:
    if not key:
        return None
    rule = rules.at(f"sense_loop_limits/{key}", incident.created_at)
    if isinstance(rule.value, str):
        span = rule.limit().elapsed
    else:
        colour = Level(incident.level).name.lower()
        span = rule.limit(colour if colour in rule.value else "default").elapsed  # type: ignore[operator]
    return span.total_seconds() / 60 if span else None
