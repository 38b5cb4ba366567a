"""Today: what I own, what has changed, what the day brings. The home page of every role."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from anshu.access.models import Account
from anshu.access.policy import Person, actor_of, may
from anshu.access.roles import home_of
from anshu.domains.duty import queries as duty_queries
from anshu.domains.incidents.models import Incident
from anshu.domains.situation import queries
from anshu.domains.situation.queries import Figure
from anshu.domains.warnings.models import Warning
from anshu.domains.warnings.queries.debt import debts_of
from anshu.kernel import clock
from anshu.ledger.declaration import ledger_of
from anshu.web.pages.registers import room_of
from anshu.workflow.models import Change


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Where a person's day begins."""
    person = actor_of(request)
    if on_telephone(request) and may(person, "inspections.answer") and home_of(person.roles) == "/today":
        return HttpResponseRedirect("/field/")
    return HttpResponseRedirect(home_of(person.roles))


def on_telephone(request: HttpRequest) -> bool:
    """Whether the browser says that it is a telephone's."""
    return request.headers.get("Sec-CH-UA-Mobile") == "?1" or "Mobile" in request.headers.get("User-Agent", "")


@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """The page. Seeing it moves the mark up to which this person has seen what changed."""
    person = actor_of(request)
    hands = []
    for hand in queries.in_hand(person):
        ledger = ledger_of(type(hand.record))
        slug = ledger.slug if ledger else ""
        address = room_of(slug, hand.record.pk)
        hands.append(
            {"hand": hand, "address": address, "name": str(hand.record), "noun": ledger.noun if ledger else ""}
        )
    changed = queries.changes(person, person.account.seen_change)
    newest = Change.objects.order_by("-id").values_list("id", flat=True).first() or 0
    if not request.headers.get("HX-Request"):
        Account.objects.filter(pk=person.account.pk).update(seen_change=newest)
    warnings = (
        Warning.objects.visible_to(person).filter(state__in=("received", "in_force")).order_by("level", "-sent_at")[:8]
    )
    context = {
        "hands": hands,
        "changed": changed,
        "warnings": warnings,
        "shift": duty_queries.watch_over(person.territory),
        "figures": figures(person),
        "silences": debts_of(person.account),
        "may_call": may(person, "incidents.report_incident"),
    }
    return render(request, "today/today.html", context)


def figures(person: Person) -> list[Figure]:
    """Three numbers of this role, each with the day before it and the way to its rows."""
    (start, end), (earlier, later) = queries.day_pair(clock.now())
    open_now = Incident.objects.visible_to(person).exclude(state__in=("closed", "merged")).count()
    return [
        Figure(
            _("Minutes from alarm to verdict, median of 24 h"),
            queries.verdict_minutes(person, start, end),
            _("min"),
            queries.verdict_minutes(person, earlier, later),
            f"/r/alarms/?since={start.isoformat().replace('+', '%2B')}",
        ),
        Figure(
            _("Call-outs answered, 24 h"),
            queries.answered_share(person, start, end),
            "%",
            queries.answered_share(person, earlier, later),
            f"/r/call-outs/?since={start.isoformat().replace('+', '%2B')}",
        ),
        Figure(_("Open incidents"), open_now, "", None, "/r/incidents/?state=opened,dispatched,handling,handled"),
    ]
