"""The duty desk: alarms as they come, one key for a verdict, calls until answered, open incidents with clocks."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from anshu.access.policy import Person, actor_of, require
from anshu.domains.incidents import queries as incident_queries
from anshu.domains.incidents.models import Incident
from anshu.domains.people.models import Responsibility
from anshu.domains.warnings.models import Alarm, Call, CallOut, Warning
from anshu.domains.warnings.queries.measured import latest, worst
from anshu.domains.warnings.transitions.alarms import confirm, mark_test, reject
from anshu.kernel import clock
from anshu.web.pages.registers import after, deeds
from anshu.workflow import clocks
from anshu.workflow.models import Change, Clock

RECENT = timedelta(hours=12)
SHOWN = 300
STANDING = (Alarm.State.RAISED, Alarm.State.CONFIRMED)


def rows(actor: Person) -> list[Alarm]:
    """Unanswered alarms first, then what stands, then what was settled in the last hours; newest last in each. Those
    that stand carry what is measured now as `now`."""
    recent = Alarm.objects.visible_to(actor).filter(Q(state__in=STANDING) | Q(raised_at__gte=clock.now() - RECENT))
    found: list[Any] = list(recent.select_related("site", "channel", "rule").order_by("-raised_at")[:SHOWN])
    measured = latest(alarm for alarm in found if alarm.state in STANDING)
    for alarm in found:
        alarm.now = measured.get(alarm.channel.slot) if alarm.state in STANDING else None
    rank = {Alarm.State.RAISED: 0, Alarm.State.CONFIRMED: 1}
    return sorted(
        found,
        key=lambda alarm: (rank.get(alarm.state, 2), alarm.level if alarm.state == "raised" else "", alarm.raised_at),
    )


@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """The whole desk."""
    actor = actor_of(request)
    require(actor, "duty.view")
    found = rows(actor)
    return render(
        request,
        "desk/desk.html",
        {"alarms": found, "standing": about(found[0], actor) if found else None, **bottom(actor)},
    )


@require_GET
def alarms(request: HttpRequest) -> HttpResponse:
    """The list alone, as the page fetches it when something has changed."""
    actor = actor_of(request)
    require(actor, "duty.view")
    return render(request, "desk/alarms.html", {"alarms": rows(actor)})


@require_GET
def standing(request: HttpRequest, key: Any) -> HttpResponse:
    """The alarm one stands on."""
    actor = actor_of(request)
    found = Alarm.objects.visible_to(actor).filter(pk=key).select_related("site", "channel", "rule").first()
    if found is None:
        raise Http404(str(key))
    return render(request, "desk/standing.html", {"standing": about(found, actor)})


def about(alarm: Alarm, actor: Person) -> dict[str, Any]:
    """What a person needs to judge an alarm: why it rose, who is near, what happened here before."""
    before = Alarm.objects.filter(channel=alarm.channel).exclude(pk=alarm.pk).order_by("-raised_at")[:5]
    owners = (
        Responsibility.objects.filter(site=alarm.site).select_related("person").order_by("order")[:3]
        if alarm.site_id
        else []
    )
    return {
        "alarm": alarm,
        "now": latest([alarm]).get(alarm.channel.slot),
        "worst": worst(alarm),
        "clock": clocks.running(alarm),
        "deeds": deeds(alarm, actor),
        "before": before,
        "owners": owners,
        "teams": incident_queries.nearest_to(alarm.position, limit=3) if alarm.position else [],
        "around": incident_queries.inside(alarm.position, 500) if alarm.position else None,
        "history": Change.objects.filter(subject="warnings.alarm", subject_id=alarm.pk).order_by("-id")[:8],
        "incident": Incident.objects.filter(pk=alarm.incident_id).first() if alarm.incident_id else None,
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


@require_POST
def judge_many(request: HttpRequest) -> HttpResponse:
    """One verdict for many alarms at once, such as all of one storm or one faulty gauge: all of them, or none."""
    actor = actor_of(request)
    verb, reason = request.POST.get("verb", ""), request.POST.get("reason", "")
    verdicts: dict[str, Callable[..., Alarm]] = {"confirm": confirm, "reject": reject, "mark_test": mark_test}
    if verb not in verdicts:
        raise Http404(verb)
    with transaction.atomic():
        for alarm in Alarm.objects.visible_to(actor).filter(
            pk__in=request.POST.getlist("chosen"), state=Alarm.State.RAISED
        ):
            verdicts[verb](alarm, by=actor, reason=reason)
    return after(request, "/desk")
