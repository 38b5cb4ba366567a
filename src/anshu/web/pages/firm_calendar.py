"""What an enterprise is told beforehand: lists announced to it (预告式执法), and the year of its self-checks."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from anshu.access.policy import Person, actor_of
from anshu.domains.enterprises.models import Enterprise, SelfCheck
from anshu.domains.enterprises.queries.packs import numbers, today
from anshu.domains.enterprises.rules.colors import name_of
from anshu.domains.inspections.models import Visit
from anshu.domains.inspections.queries.visits import announced_to
from anshu.domains.inspections.rules.content import Form
from anshu.domains.inspections.rules.forms import form_of
from anshu.web.pages.firm import firm_of, firms_of

MONTHS = 12


@require_GET
def announced(request: HttpRequest, key: Any) -> HttpResponse:
    """A list that was sent beforehand: its items with the clause behind each, and the day of the visit."""
    actor = actor_of(request)
    visit = next((visit for visit in _announced(actor) if visit.pk == key), None)
    if visit is None:
        raise Http404(str(key))
    form = form_of(visit.checklist)
    context = {"visit": visit, "groups": grouped(form), "count": len(form.items)}
    return render(request, "firm/announced.html", context)


def _announced(actor: Person) -> list[Visit]:
    """The visits announced to any enterprise that the person acts for."""
    return [visit for firm in firms_of(actor) if firm.credit_code for visit in announced_to(firm.credit_code)]


def grouped(form: Form) -> list[tuple[str, list[Any]]]:
    """The items in their order, each part of the list with its heading."""
    named = {group.key: group.text for group in form.groups}
    return [(named.get(key, ""), list(items)) for key, items in groupby(form.items, key=lambda item: item.group)]


@dataclass(frozen=True)
class Month:
    """A month of the calendar: the self-checks due in it, those to be expected, and the visits announced for it."""

    first: date
    checks: list[SelfCheck] = field(default_factory=list)
    expected: list[date] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)


@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """The year of self-checks: what was handed in or missed, what is due, what is to be expected."""
    firm = firm_of(actor_of(request), request.GET.get("of", ""))
    return render(request, "firm/calendar.html", {"firm": firm, "months": months(firm, today().year)})


def months(firm: Enterprise, year: int) -> list[Month]:
    """The twelve months of a year, each with what falls into it."""
    found = [Month(date(year, number, 1)) for number in range(1, MONTHS + 1)]
    for check in SelfCheck.objects.filter(enterprise=firm, due_on__year=year).order_by("due_on"):
        found[check.due_on.month - 1].checks.append(check)
    for day in expected(firm, year):
        found[day.month - 1].expected.append(day)
    for visit in announced_to(firm.credit_code or "").filter(planned_on__year=year).order_by("planned_on"):
        found[visit.planned_on.month - 1].visits.append(visit)
    return found


def expected(firm: Enterprise, year: int) -> list[date]:
    """The days by which further self-checks will be due that year, if the colour stays as it is."""
    planned = SelfCheck.objects.filter(enterprise=firm, state=SelfCheck.State.PLANNED).first()
    if planned is None:
        return []
    step = timedelta(days=numbers("enterprise_loops/self_check.every_d")[name_of(firm.risk_color)])
    found, day = [], planned.due_on + step
    while day.year == year:
        found.append(day)
        day += step
    return found
