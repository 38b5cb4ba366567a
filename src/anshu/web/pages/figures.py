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
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from anshu.access.policy import Person, actor_of, may, require
from anshu.domains.places.models import Area
from anshu.indicators.book import FIGURES
from anshu.indicators.comparing import Kept, compared, kept, parts
from anshu.indicators.figures import Scope
from anshu.indicators.models import Statement
from anshu.indicators.transitions import freeze, take
from anshu.kernel import clock
from anshu.ledger import query
from anshu.ledger.declaration import ledger_of
from anshu.web import asked

SHOWN_MOVED = 20
GROUPS = {
    "enterprises": _("Enterprises"),
    "risks": _("Risks"),
    "hazards": _("Hazards"),
    "accidents": pgettext_lazy("register", "accidents"),
    "inspections": _("Inspections"),
    "enforcement": _("Enforcement"),
    "supervision": _("Supervision"),
    "tipoffs": _("Tip-offs"),
    "insurance": _("Insurance"),
    "construction": _("Minor works and dangerous work"),
    "people": _("The grid and experts"),
    "stations": pgettext_lazy("register", "fire and rescue stations"),
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
    scope, again = scope_of(request, actor)
    seen = {figure.group for figure in FIGURES.values() if figure.open_to(scope)}
    context = {
        "groups": [(key, words) for key, words in GROUPS.items() if key in seen],
        "asked": again,
        "query": urlencode(again),
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
    scope, again = scope_of(request, actor)
    rows = list(compared((figure for figure in FIGURES.values() if figure.group == group), scope))
    return render(request, "figures/part.html", {"title": GROUPS[group], "rows": rows, "query": urlencode(again)})


@require_GET
def figure(request: HttpRequest, key: str) -> HttpResponse:
    """One figure: what it counts, its number, its parts by area, and its rows."""
    actor = actor_of(request)
    require(actor, "indicators.view")
    scope, again = scope_of(request, actor)
    found = FIGURES.get(key)
    if found is None or not found.open_to(scope):
        raise Http404(key)
    (told,) = compared([found], scope)
    ledger = ledger_of(found.rows(scope).model)
    if ledger is None:
        raise Http404(key)
    rows = found.rows(scope).select_related(*ledger.related)
    context = {
        "told": told,
        "asked": again,
        "query": urlencode(again),
        "ledger": ledger,
        "page": query.page(rows.order_by("-created_at", "pk"), request.GET.dict()),
        "parts": parts(found, scope),
        **choices(actor, scope),
    }
    return render(request, "figures/one.html", context)


@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Freeze what was shown; leads to what was frozen."""
    actor = actor_of(request)
    require(actor, "indicators.freeze")
    scope, _again = scope_of(request, actor)
    given = request.POST
    earlier = None
    if given.get("earlier"):
        earlier = statement_of(actor, given["earlier"])
        scope = Scope(actor, earlier.territory, earlier.first_on, earlier.last_on)
    made = freeze(
        by=actor,
        title=given.get("title", "").strip(),
        taken=take(scope),
        earlier=earlier,
        reason=given.get("reason", ""),
    )
    return HttpResponseRedirect(f"/figures/frozen/{made.pk}")


@require_GET
def frozen(request: HttpRequest, key: Any) -> HttpResponse:
    """Frozen figures; each part of them is compared with now while the reader looks at the one before."""
    actor = actor_of(request)
    statement = statement_of(actor, key)
    kept_groups = {FIGURES[name].group for name in statement.figures.values_list("key", flat=True) if name in FIGURES}
    context = {
        "statement": statement,
        "groups": [(group, words) for group, words in GROUPS.items() if group in kept_groups],
        "restated": Statement.objects.visible_to(actor).filter(earlier=statement).first(),
        "may_freeze": may(actor, "indicators.freeze", statement.territory),
    }
    return render(request, "figures/frozen.html", context)


@require_GET
def frozen_part(request: HttpRequest, key: Any, group: str) -> HttpResponse:
    """The frozen figures of one part of the work beside what the same days give now, with the rows that came and
    went."""
    actor = actor_of(request)
    rows = list(kept(statement_of(actor, key), actor, group)) if group in GROUPS else []
    context = {
        "title": GROUPS.get(group, group),
        "statement": statement_of(actor, key),
        "rows": [(one, named(one, one.came, actor), named(one, one.gone, actor)) for one in rows],
        "moved": sum(one.moved for one in rows),
    }
    return render(request, "figures/frozen_part.html", context)


def statement_of(actor: Person, key: Any) -> Statement:
    """A statement that the person may see; what they may not see does not exist for them."""
    found = Statement.objects.visible_to(actor).select_related("earlier").filter(pk=key).first()
    if found is None:
        raise Http404(str(key))
    return found


def named(one: Kept, keys: Iterable[UUID], actor: Person) -> list[tuple[str, str]]:
    """Address and name of the first rows with these keys, of those that the person may see."""
    first, model = list(islice(keys, SHOWN_MOVED)), one.figure.rows(Scope(actor)).model
    ledger = ledger_of(model)
    rows = model.objects.visible_to(actor).select_related(*model.named_by).filter(pk__in=first) if first else ()
    return [(f"/r/{ledger.slug}/{row.pk}" if ledger else "", str(row)) for row in rows]


def scope_of(request: HttpRequest, actor: Person) -> tuple[Scope, dict[str, str]]:
    """What was asked for: the area (one that the person may look at) and the days; and how to ask for it again."""
    given = request.GET if request.method == "GET" else request.POST
    area = asked.area(given.get("area", ""), actor, "indicators.view")
    span = given.get("span", "") if given.get("span", "") in SPANS else "year"
    first, last = days(span, asked.day(given.get("from", ""), "from"), asked.day(given.get("to", ""), "to"))
    again = {"area": area, "span": span}
    if span == "own":
        again |= {"from": first.isoformat() if first else "", "to": last.isoformat() if last else ""}
    return Scope(actor, area, first, last), again


def days(span: str, first: date | None, last: date | None) -> tuple[date | None, date | None]:
    """First and last day of a span by its name; own days as they were asked for."""
    today = timezone.localdate(clock.now())
    if span == "own":
        return first, last
    if span == "all":
        return None, None
    if span == "last":
        return date(today.year - 1, 1, 1), date(today.year, 1, 1) - timedelta(days=1)
    month = {"year": 1, "quarter": today.month - (today.month - 1) % 3, "month": today.month}[span]
    return date(today.year, month, 1), today


def choices(actor: Person, scope: Scope) -> dict[str, Any]:
    """What the head of the page offers: areas down to the street, and spans."""
    areas = Area.objects.visible_to(actor).exclude(level__in=(Area.Level.COMMUNITY, Area.Level.GRID))
    return {"scope": scope, "areas": areas.order_by("number"), "spans": SPANS}
