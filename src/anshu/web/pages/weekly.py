"""The weekly dispatch (周调度): each department's red items on one sheet, for the meeting and for the printer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from anshu.access.policy import actor_of, may, require
from anshu.domains.supervision import queries
from anshu.domains.supervision.models import Letter, Meeting
from anshu.kernel import clock


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The sheet, the reddest department first."""
    actor = actor_of(request)
    require(actor, "supervision.view")
    today = timezone.localdate(clock.now())
    departments = queries.red_items(actor, today)
    drafts = Letter.objects.visible_to(actor).filter(state=Letter.State.DRAFTED).select_related("unit")
    meetings = Meeting.objects.visible_to(actor).filter(kind=Meeting.Kind.DISPATCH, held_on__lte=today)
    context = {
        "today": today,
        "week": today.isocalendar().week,
        "departments": departments,
        "overdue": sum(len(each.overdue) for each in departments),
        "soon": sum(len(each.soon) for each in departments),
        "letters": sum(len(each.letters) for each in departments),
        "hazards": sum(each.hazards for each in departments),
        "drafts": drafts.order_by("created_at")[:12],
        "last_meeting": meetings.order_by("-held_on").first(),
        "may_sign": may(actor, "supervision.sign_letter"),
    }
    return render(request, "weekly.html", context)
