"""The wall: read from ten metres, no mouse, always live."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from anshu.access.policy import Person, actor_of, require
from anshu.domains.devices.queries import store
from anshu.domains.duty import queries as duty_queries
from anshu.domains.incidents import queries as incident_queries
from anshu.domains.places.models import Site
from anshu.domains.situation import queries
from anshu.domains.warnings.models import Alarm, Level, Warning
from anshu.domains.warnings.queries.measured import latest
from anshu.domains.warnings.queries.muting import kept_off
from anshu.kernel import clock
from anshu.workflow.models import Change

CURVE_H, CURVE_POINTS = 6, 60
VERIFIED = (
    "warnings.confirm",
    "incidents.arrive",
    "incidents.finish",
    "incidents.verify",
    "incidents.close",
    "warnings.answer_call",
    "incidents.send_report",
)


@require_GET
def wall(request: HttpRequest) -> HttpResponse:
    """The whole wall."""
    actor = actor_of(request)
    require(actor, "situation.view")
    return render(request, "wall/wall.html", {**left(actor), **right(actor), **ticker(actor)})


@require_GET
def part(request: HttpRequest, part: str) -> HttpResponse:
    """One side of it, as the page fetches it when something has changed."""
    actor = actor_of(request)
    require(actor, "situation.view")
    gather = {"left": left, "right": right, "ticker": ticker}.get(part)
    if gather is None:
        raise Http404(part)
    return render(request, f"wall/{part}.html", gather(actor))


def left(actor: Person) -> dict[str, Any]:
    """Warnings in force, and the worst five alarms with their curves."""
    in_force = (
        Warning.objects.visible_to(actor).filter(state__in=("received", "in_force")).order_by("level", "-sent_at")
    )
    alarms = queries.worst_alarms(actor)
    now = latest(alarms)
    worst = [{"alarm": alarm, "now": now.get(alarm.channel.slot), "spark": spark(alarm)} for alarm in alarms]
    off = kept_off().filter(pk__in=Alarm.objects.visible_to(actor).values("pk"), level=Level.RED)
    return {"warnings": in_force[:5], "worst": worst, "kept_off_red": off.count()}


def spark(alarm: Alarm) -> str:
    """The last hours of the alarm's channel as an SVG path in a box of 88 by 24."""
    now_ms = int(clock.now().timestamp() * 1000)
    start_ms = now_ms - CURVE_H * 3_600_000
    series = store().series(alarm.channel.slot, start_ms, now_ms, CURVE_POINTS)
    if len(series.at_ms) < 2:
        return ""
    low, high = float(series.value.min()), float(series.value.max())
    span = (high - low) or 1.0
    points = [
        f"{88 * (int(at) - start_ms) / (now_ms - start_ms):.1f} {22 - 20 * (float(value) - low) / span:.1f}"
        for at, value in zip(series.at_ms, series.value, strict=True)
    ]
    return "M" + "L".join(points)


def right(actor: Person) -> dict[str, Any]:
    """Open incidents with their clocks, forces out, shelters, who has the watch."""
    incidents = list(incident_queries.open_for(actor)[:3])
    return {
        "incidents": [{"incident": incident, "chain": incident_queries.chain(incident)} for incident in incidents],
        "open_count": incident_queries.open_for(actor).count(),
        "teams_out": queries.forces_out(actor),
        "evacuated": queries.evacuated(actor),
        "shelters": Site.objects.visible_to(actor).filter(kind=Site.Kind.SHELTER).count(),
        "shift": duty_queries.watch_over(actor.territory),
    }


def ticker(actor: Person) -> dict[str, Any]:
    """The last verified facts: what a person has confirmed, reported or signed, never a bare device alarm."""
    rows = Change.objects.filter(verb__in=VERIFIED).order_by("-id")[:200]
    areas = actor.reach("situation.view")
    return {"facts": [row for row in rows if any(row.territory.startswith(area) for area in areas)][:8]}
