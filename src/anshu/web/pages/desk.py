"""The duty desk: alarms as they come, one key for a verdict, calls until answered, open incidents with clocks."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from anshu.access.policy import Person, actor_of, may, require
from anshu.domains.devices.queries import store
from anshu.domains.incidents import queries as incident_queries
from anshu.domains.incidents.models import Incident
from anshu.domains.people.models import Responsibility
from anshu.domains.warnings.models import Alarm, AlarmGroup, Call, CallOut, Warning
from anshu.domains.warnings.queries import lines
from anshu.domains.warnings.queries.measured import latest, worst
from anshu.domains.warnings.rules import telling
from anshu.kernel import clock
from anshu.web.pages.registers import deeds
from anshu.workflow import clocks
from anshu.workflow.models import Change, Clock

"""For how long a silence may be ordered from the desk, in hours; any other end is given on its own page."""
HOURS = (1, 2, 4, 8, 24, 72)
"""The order in which what may be done with a group stands on the desk, by its keys."""
KEYS = "tfdeh"


@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """The whole desk."""
    actor = actor_of(request)
    require(actor, "duty.view")
    shown = lines.desk(actor, unfolded="all" in request.GET)
    stand = about_group(shown.first, actor) if shown.first else None
    context = {"desk": shown, "unfolded": "all" in request.GET, "standing": stand}
    return render(request, "desk/desk.html", {**context, **bottom(actor)})


@require_GET
def alarms(request: HttpRequest) -> HttpResponse:
    """The list alone, as the page fetches it when something has changed."""
    actor = actor_of(request)
    require(actor, "duty.view")
    unfolded = "all" in request.GET
    return render(request, "desk/alarms.html", {"desk": lines.desk(actor, unfolded=unfolded), "unfolded": unfolded})


@require_GET
def standing(request: HttpRequest, key: Any) -> HttpResponse:
    """The alarm one stands on, a member of its group."""
    actor = actor_of(request)
    found = Alarm.objects.visible_to(actor).filter(pk=key).select_related("site", "channel", "rule", "group").first()
    if found is None:
        raise Http404(str(key))
    return render(request, "desk/standing.html", {"standing": about(found, actor)})


@require_GET
def standing_group(request: HttpRequest, key: Any) -> HttpResponse:
    """The line one stands on: a group, told by its gravest alarm. One that was taken in leads to the group it is in."""
    actor = actor_of(request)
    known = AlarmGroup.objects.visible_to(actor).exclude(head=None).select_related(*lines.HEAD)
    found = known.filter(pk=key).first()
    while found is not None and found.merged_into_id is not None:
        found = known.filter(pk=found.merged_into_id).first()
    if found is None:
        raise Http404(str(key))
    return render(request, "desk/standing.html", {"standing": about_group(found, actor)})


def about_group(group: AlarmGroup, actor: Person) -> dict[str, Any]:
    """What a person needs to judge a group: its gravest alarm, how many wait in it, and its own verdicts and limit.

    A group of one may be found to repeat another, which only an alarm can be.
    """
    line = lines.line(group)
    alarm = line.face
    told = about(alarm, actor)
    own = addressed(group, "alarm-groups", actor)
    if line.waits == 1 and alarm.state == Alarm.State.RAISED:
        own += [deed for deed in told["deeds"] if deed["arrow"].verb == "mark_duplicate"]
    own.sort(key=lambda deed: KEYS.find(deed["arrow"].key))
    return told | {"group": group, "line": line, "clock": clocks.running(group) or told["clock"], "deeds": own}


def addressed(record: Alarm | AlarmGroup, slug: str, actor: Person) -> list[dict[str, Any]]:
    """What the person may do with it, each with the address that does it."""
    return [deed | {"address": f"/do/{slug}/{record.pk}/{deed['arrow'].verb}"} for deed in deeds(record, actor)]


def about(alarm: Alarm, actor: Person) -> dict[str, Any]:
    """What a person needs to judge an alarm: why it rose, who is near, what happened here before."""
    before = Alarm.objects.filter(channel=alarm.channel).exclude(pk=alarm.pk).order_by("-raised_at")[:5]
    owners = (
        Responsibility.objects.filter(site=alarm.site).select_related("person").order_by("order")[:3]
        if alarm.site_id
        else []
    )
    counted = alarm.why.get("conditions")
    return {
        "alarm": alarm,
        "conditions": {"count": telling.count(counted), "rows": telling.held(counted)} if counted else None,
        "now": latest([alarm]).get(alarm.channel.slot),
        "worst": worst(alarm, store()),
        "clock": clocks.running(alarm),
        "deeds": addressed(alarm, "alarms", actor),
        "before": before,
        "owners": owners,
        "teams": incident_queries.nearest_to(alarm.position, limit=3) if alarm.position else [],
        "around": incident_queries.inside(alarm.position, 500) if alarm.position else None,
        "history": Change.objects.filter(subject="warnings.alarm", subject_id=alarm.pk).order_by("-id")[:8],
        "incident": Incident.objects.filter(pk=alarm.incident_id).first() if alarm.incident_id else None,
        "may_silence": may(actor, "warnings.silence", alarm.territory),
        "hours": HOURS,
    }


@require_GET
def strip(request: HttpRequest) -> HttpResponse:
    """The strip at the bottom: calls in progress, open incidents."""
    actor = actor_of(request)
    require(actor, "duty.view")
    return render(request, "desk/strip.html", bottom(actor))


def bottom(actor: Person) -> dict[str, Any]:
    """Call-outs in progress, each with the call that rings now; open incidents with their chains."""
    calling = CallOut.objects.visible_to(actor).filter(state__in=(CallOut.State.CALLING, CallOut.State.UNANSWERED))
    outs = []
    for call_out in calling.select_related("organisation").order_by("level", "created_at")[:6]:
        calls = list(Call.objects.filter(call_out=call_out).select_related("person").order_by("-rings_at")[:12])
        outs.append(
            {
                "out": call_out,
                "now": calls[0] if calls else None,
                "tries": len(calls),
                "clock": clocks.running(call_out),
            }
        )
    incidents = list(incident_queries.open_for(actor)[:6])
    unread = Warning.objects.visible_to(actor).filter(state=Warning.State.RECEIVED).order_by("level", "sent_at")
    return {
        "outs": outs,
        "incidents": [{"incident": incident, "chain": incident_queries.chain(incident)} for incident in incidents],
        "unread": [{"warning": warning, "clock": clocks.running(warning)} for warning in unread[:4]],
        "overdue": Clock.objects.filter(stopped_at=None, due_at__lt=clock.now()).count(),
    }
