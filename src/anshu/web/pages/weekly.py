"""The weekly dispatch (周调度): each department's red items on one sheet, for the meeting and for the printer."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from anshu.access.policy import Person, actor_of, may, require
from anshu.domains.supervision import queries
from anshu.domains.supervision.models import Letter, Meeting
from anshu.kernel import clock
from anshu.ledger import parameters
from anshu.ledger.declaration import ledger_of
from anshu.web.pages.registers import after, with_options
from anshu.workflow.transitions import arrow_called

"""What may be begun from the sheet, though it starts from no record."""
BEGINNINGS = ("supervision.register_task", "supervision.draft_letter", "supervision.publish_score")
"""What a form does not ask, because a program fills it in, or because it is begun from another page."""
UNASKED = ("subject", "subject_id", "territory", "card")


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
        "beginnings": beginnings(actor),
    }
    return render(request, "weekly.html", context)


def beginnings(actor: Person) -> list[dict[str, Any]]:
    """The arrows that the person may begin here, each with what its form asks."""
    arrows = [arrow for code in BEGINNINGS if may(actor, code) and (arrow := arrow_called(code)) is not None]
    found, known = [], dict[Any, list[tuple[str, str]]]()
    for arrow in arrows:
        asks = [ask for ask in parameters.asks(arrow) if ask.name not in UNASKED]
        found.append({"arrow": arrow, "asks": with_options(asks, actor, known)})
    return found


@require_POST
def begin(request: HttpRequest, code: str) -> HttpResponse:
    """Begin one of them; leads to what was begun."""
    actor = actor_of(request)
    arrow = arrow_called(code) if code in BEGINNINGS else None
    if arrow is None:
        raise Http404(code)
    require(actor, arrow.code)
    given = {name: str(value) for name, value in request.POST.items() if name not in UNASKED}
    begun = arrow.call(by=actor, **parameters.read(arrow, actor, given))
    ledger = ledger_of(type(begun))
    return after(request, f"/r/{ledger.slug}/{begun.pk}" if ledger else "/weekly")
