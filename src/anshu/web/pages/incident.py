"""The incident room: timeline, tasks, calls, map, people, reports, instructions, and the one clock of the chain."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from anshu.access.policy import Person, actor_of
from anshu.domains.incidents import queries
from anshu.domains.incidents.models import Incident, Instruction, Report, Task
from anshu.domains.incidents.transitions import dispatch
from anshu.domains.people.models import Organisation
from anshu.domains.teams.models import Team
from anshu.domains.warnings.models import Alarm, Call, CallOut
from anshu.ledger.models import Attachment
from anshu.web.pages.openings import openings
from anshu.web.pages.registers import after, deeds
from anshu.workflow import clocks

PARTS = ("head", "timeline", "tasks", "scene")
"""Deeds that have their own place in the room."""
ELSEWHERE = ("dispatch", "note", "absorb")
"""Kind of a timeline row → the filter it belongs to."""
KINDS = {
    "alarm": "alarm",
    "callout": "call",
    "call": "call",
    "task": "command",
    "instruction": "command",
    "report": "report",
}


def incident_of(actor: Person, key: Any) -> Incident:
    found = Incident.objects.visible_to(actor).select_related("site", "merged_into").filter(pk=key).first()
    if not isinstance(found, Incident):
        raise Http404(str(key))
    return found


@require_GET
def room(request: HttpRequest, key: Any) -> HttpResponse:
    """The whole room."""
    actor = actor_of(request)
    incident = incident_of(actor, key)
    context: dict[str, Any] = {"incident": incident}
    for name in PARTS:
        context |= GATHER[name](incident, actor)
    return render(request, "incident/room.html", context)


@require_GET
def part(request: HttpRequest, key: Any, part: str) -> HttpResponse:
    """One part of the room, as the page fetches it when something has changed."""
    if part not in PARTS:
        raise Http404(part)
    actor = actor_of(request)
    incident = incident_of(actor, key)
    return render(request, f"incident/{part}.html", {"incident": incident, **GATHER[part](incident, actor)})


def head(incident: Incident, actor: Person) -> dict[str, Any]:
    return {
        "chain": queries.chain(incident),
        "clock": clocks.running(incident),
        "deeds": [deed for deed in deeds(incident, actor) if deed["arrow"].verb not in ELSEWHERE],
        "openings": [o for o in openings(incident, actor) if o["arrow"].model in (Report, Instruction)],
    }


def timeline(incident: Incident, _actor: Person) -> dict[str, Any]:
    rows = queries.timeline(incident)
    for row in rows:
        row["filter"] = "note" if row["verb"] == "incidents.note" else KINDS.get(row["kind"], "command")
    return {"rows": rows}


def tasks(incident: Incident, actor: Person) -> dict[str, Any]:
    found = (
        Task.objects.filter(incident=incident).select_related("organisation", "team", "handler").order_by("created_at")
    )
    return {
        "tasks": [{"task": task, "clock": clocks.running(task), "deeds": deeds(task, actor)} for task in found],
        "routing": queries.owners(incident),
        "reaches": queries.nearest_teams(incident, limit=5) if incident.position else [],
        "may_dispatch": any(deed["arrow"].verb == "dispatch" for deed in deeds(incident, actor)),
        "calls": calls(incident),
        "pictures": Attachment.objects.filter(
            subject_id__in=[incident.pk, *found.values_list("pk", flat=True)]
        ).order_by("uploaded_at"),
    }


def calls(incident: Incident) -> list[dict[str, Any]]:
    """Call-outs about the incident, each with its rings."""
    causes = [incident.pk, *Task.objects.filter(incident=incident).values_list("pk", flat=True)]
    causes += list(Alarm.objects.filter(incident_id=incident.pk).values_list("pk", flat=True))
    outs = (
        CallOut.objects.filter(cause_id__in=causes).select_related("organisation", "answered_by").order_by("created_at")
    )
    return [
        {"out": out, "rings": list(Call.objects.filter(call_out=out).select_related("person").order_by("rings_at"))}
        for out in outs
    ]


def scene(incident: Incident, actor: Person) -> dict[str, Any]:
    reports = list(Report.objects.filter(incident=incident).exclude(state=Report.State.VOID).order_by("created_at"))
    compared = [
        {
            "report": report,
            "changes": queries.report_diff(reports[i - 1], report) if i else [],
            "deeds": deeds(report, actor),
        }
        for i, report in enumerate(reports)
    ]
    instructions = Instruction.objects.filter(incident=incident).select_related("organisation").order_by("created_at")
    return {
        "reports": compared,
        "instructions": [
            {"instruction": i, "clock": clocks.running(i), "deeds": deeds(i, actor)} for i in instructions
        ],
        "obstacles": queries.obstacles(incident),
    }


GATHER = {"head": head, "timeline": timeline, "tasks": tasks, "scene": scene}


@require_POST
def send_out(request: HttpRequest, key: Any) -> HttpResponse:
    """Send a unit or a team, or, with neither named, whoever the rules of responsibility choose."""
    actor = actor_of(request)
    incident = incident_of(actor, key)
    unit, team = request.POST.get("organisation"), request.POST.get("team")
    dispatch(
        incident,
        by=actor,
        order_text=request.POST.get("order_text", ""),
        organisation=Organisation.objects.filter(pk=unit).first() if unit else None,
        team=Team.objects.filter(pk=team).first() if team else None,
    )
    return after(request, f"/incidents/{incident.pk}")
