"""Figures: all of them over some days, each with what it counts and its rows; frozen, and what moved since."""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import islice
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from anshu.access.policy import Person, actor_of, may, require
from anshu.domains.places.models import Area
from anshu.indicators.book import FIGURES
from anshu.indicators.comparing import Kept, compared, kept, parts
from anshu.indicators.figures import Scope
from anshu.indicators.models import Statement
from anshu.indicators.transitions import freeze
from anshu.kernel import clock
from anshu.ledger.declaration import ledger_of

SHOWN, SHOWN_MOVED = 100, 20
GROUPS = {
    "enterprises": _("Enterprises"),
    "risks": _("Risks"),
    "hazards": _("Hazards"),
    "inspections": _("Inspections"),
    "enforcement": _("Enforcement"),
    "supervision": _("Supervision"),
    "tipoffs": _("Tip-offs"),
    "insurance": _("Insurance"),
    "construction": _("Minor works and dangerous work"),
    "people": _("The grid"),
}
SPANS = {
    "year": _("this year"),
    "last": _("last year"),
    "quarter": _("this quarter"),
    "month": _("this month"),
    "all": _("as long as there are records"),
    "own": _("from … until"),
}


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The frame of all figures; each part of the work is counted while the reader looks at the one before."""
    actor = actor_of(request)
    require(actor, "indicators.view")
    scope, asked = scope_of(request, actor)
    seen = {figure.group for figure in FIGURES.values() if figure.open_to(scope)}
    context = {
        "groups": [(key, words) for key, words in GROUPS.items() if key in seen],
        "asked": asked,
        "query": urlencode(asked),
        "may_freeze": may(actor, "indicators.freeze", scope.territory) and scope.last is not None,
        "frozen": Statement.objects.visible_to(actor).order_by("-created_at")[:8],
        **choices(actor, scope),
    }
    return render(request, "figures/all.html", context)


@require_GET
def part(request: HttpRequest, group: str) -> HttpResponse:
    """The figures of one part of the work that the person may see, beside the year before."""
    actor = actor_of(request)
    require(actor, "indicators.view")
    if group not in GROUPS:
        raise Http404(group)
    scope, asked = scope_of(request, actor)
    rows = list(compared((figure for figure in FIGURES.values() if figure.group == group), scope))
    return render(request, "figures/part.html", {"title": GROUPS[group], "rows": rows, "query": urlencode(asked)})


@require_GET
def figure(request: HttpRequest, key: str) -> HttpResponse:
    """One figure: what it counts, its number, its parts by area, and its rows."""
    actor = actor_of(request)
    require(actor, "indicators.view")
    scope, asked = scope_of(request, actor)
    found = FIGURES.get(key)
    if found is None or not found.open_to(scope):
        raise Http404(key)
    (told,) = compared([found], scope)
    rows = found.rows(scope)
    after = max(0, int(number)) if (number := request.GET.get("after", "")).isdigit() else 0
    shown = rows.select_related(*rows.model.named_by).order_by("-created_at", "pk")[after : after + SHOWN + 1]
    context = {
        "told": told,
        "asked": asked,
        "query": urlencode(asked),
        "ledger": ledger_of(rows.model),
        "rows": shown[:SHOWN],
        "count": rows.count(),
        "from": after + 1,
        "more": urlencode({**asked, "after": after + SHOWN}) if len(shown) > SHOWN else "",
        "parts": parts(found, scope),
        **choices(actor, scope),
    }
    return render(request, "figures/one.html", context)


@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Freeze what was shown; leads to what was frozen."""
    actor = actor_of(request)
    scope, _asked = scope_of(request, actor)
    given = request.POST
    earlier = Statement.objects.visible_to(actor).filter(pk=given["earlier"]).first() if given.get("earlier") else None
    today = timezone.localdate(clock.now())
    made = freeze(
        by=actor,
        title=given.get("title", "").strip(),
        first_on=earlier.first_on if earlier else scope.first or date(today.year, 1, 1),
        last_on=earlier.last_on if earlier else min(scope.last or today, today),
        territory=earlier.territory if earlier else scope.territory,
        earlier=earlier,
        reason=given.get("reason", ""),
    )
    return HttpResponseRedirect(f"/figures/frozen/{made.pk}")


@require_GET
def frozen(request: HttpRequest, key: Any) -> HttpResponse:
    """Frozen figures beside what the same days give now, with the rows that came and went."""
    actor = actor_of(request)
    statement = Statement.objects.visible_to(actor).select_related("earlier").filter(pk=key).first()
    if statement is None:
        raise Http404(str(key))
    rows = list(kept(statement, actor))
    context = {
        "statement": statement,
        "rows": [
            (one, GROUPS[one.figure.group], named(one, one.came, actor), named(one, one.gone, actor)) for one in rows
        ],
        "moved": sum(one.moved for one in rows),
        "restated": Statement.objects.visible_to(actor).filter(earlier=statement).first(),
        "may_freeze": may(actor, "indicators.freeze", statement.territory),
    }
    return render(request, "figures/frozen.html", context)


def named(one: Kept, keys: Iterable[UUID], actor: Person) -> list[tuple[str, str]]:
    """Address and name of the first rows with these keys, of those that the person may see."""
    first, model = list(islice(keys, SHOWN_MOVED)), one.figure.rows(Scope(actor)).model
    ledger = ledger_of(model)
    rows = model.objects.visible_to(actor).select_related(*model.named_by).filter(pk__in=first) if first else ()
    return [(f"/r/{ledger.slug}/{row.pk}" if ledger else "", str(row)) for row in rows]


def scope_of(request: HttpRequest, actor: Person) -> tuple[Scope, dict[str, str]]:
    """What was asked for: the area (one that the person may look at) and the days; and how to ask for it again."""
    given = request.GET if request.method == "GET" else request.POST
    reach = actor.reach("indicators.view")
    area = given.get("area", "")
    if not any(area.startswith(each) for each in reach):
        area = sorted(reach)[0]
    span = given.get("span", "") if given.get("span", "") in SPANS else "year"
    first, last = days(span, given.get("from", ""), given.get("to", ""))
    asked = {"area": area, "span": span}
    if span == "own":
        asked |= {"from": first.isoformat() if first else "", "to": last.isoformat() if last else ""}
    return Scope(actor, area, first, last), asked


def days(span: str, first: str, last: str) -> tuple[date | None, date | None]:
    """First and last day of a span by its name; own days as they were typed, if they are any."""
    today = timezone.localdate(clock.now())
    if span == "own":
        return _day(first), _day(last)
    if span == "all":
        return None, None
    if span == "last":
        return date(today.year - 1, 1, 1), date(today.year, 1, 1) - timedelta(days=1)
    month = {"year": 1, "quarter": today.month - (today.month - 1) % 3, "month": today.month}[span]
    return date(today.year, month, 1), today


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def choices(actor: Person, scope: Scope) -> dict[str, Any]:
    """What the head of the page offers: areas down to the street, and spans."""
    areas = Area.objects.visible_to(actor).exclude(level__in=(Area.Level.COMMUNITY, Area.Level.GRID))
    return {"scope": scope, "areas": areas.order_by("number"), "spans": SPANS}
