"""What is kept off the desk: the debt of silence, what causes keep off, and the door by which a silence is ordered."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from anshu.access.policy import actor_of, require
from anshu.domains.warnings.models import Alarm
from anshu.domains.warnings.queries.debt import causes, debts
from anshu.domains.warnings.transitions import silences
from anshu.kernel import clock
from anshu.kernel.errors import Invalid
from anshu.web.asked import whole
from anshu.web.pages.registers import after, deeds

"""Nobody means a silence of more than a year."""
LONGEST_H = 8784


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The report: every silence in force, red first, and every alarm that keeps others off the desk."""
    actor = actor_of(request)
    require(actor, "warnings.view")
    rows = [{"debt": debt, "deeds": deeds(debt.silence, actor)[::-1]} for debt in debts(actor)]  # lifting comes first
    return render(request, "silences.html", {"rows": rows, "causes": causes(actor)})


@require_POST
def order(request: HttpRequest) -> HttpResponse:
    """Silence what the alarm one stands on stands for: its rule, its site, its channel, or its rule at its site."""
    actor = actor_of(request)
    known = Alarm.objects.visible_to(actor).select_related("rule", "site", "channel")
    alarm = known.filter(pk=request.POST.get("alarm", "")).first()
    if alarm is None:
        raise Http404("alarm")
    named: dict[str, dict[str, Any]] = {
        "rule_site": {"rule": alarm.rule, "site": alarm.site},
        "site": {"site": alarm.site},
        "channel": {"channel": alarm.channel},
        "rule": {"rule": alarm.rule},
    }
    hours = whole(request.POST.get("hours", ""))
    if hours is None or hours > LONGEST_H:
        raise Invalid(_("a silence has an end: say for how many hours"), field="hours")
    silences.silence(
        by=actor,
        reason=request.POST.get("reason", ""),
        ends_at=clock.now() + timedelta(hours=hours),
        red_too=request.POST.get("red_too") == "true",
        **named.get(request.POST.get("scope", ""), named["channel"]),
    )
    return after(request, "/silences/")
