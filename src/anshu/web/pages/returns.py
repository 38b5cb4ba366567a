"""Returns for superiors (上级报表): filled on screen from the rows, each figure with its rows behind it, and as a file
whose sending out is kept in the log."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from anshu.access.policy import Person, actor_of, may, require
from anshu.indicators.figures import Scope
from anshu.kernel import clock
from anshu.kernel.errors import Invalid
from anshu.ledger import query
from anshu.ledger.declaration import LEDGERS
from anshu.ledger.exchange.writing import FORMS
from anshu.reports.returns.declaration import Return, returns
from anshu.reports.returns.files import definition, delimited, digest, plain, table, workbook
from anshu.reports.returns.reckoning import Filled, Line, behind, fill
from anshu.web import asked
from anshu.workflow import log
from anshu.workflow.models import Change

RECEIPTS_SHOWN, LINES_SHOWN = 12, 500
"""Text of so many signs stays on one line of its cell."""
SHORT = 20
WRITERS = {"xlsx": workbook, "csv": delimited}


def offered(slug: str, actor: Person) -> list[tuple[str, str]]:
    """The returns offered beside a register's list: address and title, for whoever may see all that they tell of."""
    found = [form for form in returns().values() if slug in form.beside]
    seen = [form for form in found if all(may(actor, f"{domain}.view") for domain in form.domains)]
    return [(f"/returns/{form.key}", title_of(form)) for form in seen]


def title_of(form: Return) -> str:
    return form.title.told(get_language())


def return_named(key: str) -> Return:
    """The return of that name."""
    form = returns().get(key)
    if form is None:
        raise Http404(key)
    return form


def filing(form: Return) -> str:
    """The permission to file a return: to export the first register it is offered beside."""
    return f"{LEDGERS[form.beside[0]].domain}.export"


def scope_of(request: HttpRequest, actor: Person, form: Return) -> Scope:
    """Whose eyes, which area, which days: those asked for, else the actor's own area and last month. Forbidden for
    whoever may not see there all that the return tells of: its figures would be short."""
    given = request.POST if request.method == "POST" else request.GET
    for domain in form.domains:
        require(actor, f"{domain}.view")
    today = timezone.localdate(clock.now())
    last = asked.day(given.get("last", ""), "last") or today.replace(day=1) - timedelta(days=1)
    first = asked.day(given.get("first", ""), "first") or last.replace(day=1)
    if last < first:
        raise Invalid(_("it ends before it begins"), field="last")
    area = asked.area(given.get("territory", ""), actor, f"{form.domains[0]}.view")
    for domain in form.domains:
        require(actor, f"{domain}.view", area)
    return Scope(actor, area, first, last)


@require_GET
def page(request: HttpRequest, key: str) -> HttpResponse:
    """The return of a period on screen: each figure leads to the rows it was counted from."""
    actor = actor_of(request)
    form = return_named(key)
    scope = scope_of(request, actor, form)
    filled = fill(form, scope)
    context = {
        "form": form,
        "title": title_of(form),
        "scope": scope,
        "lines": [_shown(form, line, scope) for line in filled.lines[:LINES_SHOWN]],
        "whole": _shown(form, filled.whole, scope, whole=True) if filled.whole else None,
        "count": len(filled.lines),
        "left_out": max(0, len(filled.lines) - LINES_SHOWN),
        "may_file": may(actor, filing(form)),
        "receipts": [_compared(receipt, filled, scope) for receipt in receipts(form, actor)],
        "register": LEDGERS[form.beside[0]],
    }
    return render(request, "returns/page.html", context)


def _shown(form: Return, line: Line, scope: Scope, *, whole: bool = False) -> list[dict[str, Any]]:
    """The cells of a line, each with the address of what stands behind it."""
    found = []
    for place, (column, value) in enumerate(zip(form.columns, line.values, strict=True)):
        address = ""
        if column.selection is not None and value:
            of = "" if whole else f"&of={line.key}"
            address = f"/returns/{form.key}/rows?{_asked(scope)}&column={place}{of}"
        elif form.rows is not None and column.value in ("number", "summary"):
            address = f"/r/{form.rows.of}/{line.key}"
        number, told = isinstance(value, (int, float, Decimal)), plain(value)
        short = isinstance(told, str) and len(told) <= SHORT
        found.append({"title": column.title, "value": told, "number": number, "short": short, "address": address})
    return found


def _asked(scope: Scope) -> str:
    return urlencode({"territory": scope.territory, "first": scope.first, "last": scope.last})


def receipts(form: Return, actor: Person) -> list[Change]:
    """What was filed of a return by anybody in the actor's area, the newest first."""
    rows = Change.objects.filter(verb=filing(form), details__filed=form.key)
    here = rows.filter(details__territory__startswith=actor.territory)
    return list(here.order_by("-id")[:RECEIPTS_SHOWN])


@dataclass(frozen=True)
class Receipt:
    """What was filed: the row of the log, and, where it was for the period on screen, whether it says the same now."""

    change: Change
    same_period: bool
    same: bool


def _compared(change: Change, filled: Filled, scope: Scope) -> Receipt:
    told = change.details
    period = (told["territory"], told["first"], told["last"]) == (scope.territory, str(scope.first), str(scope.last))
    return Receipt(change, period, period and told["digest"] == digest(filled))


@require_GET
def rows(request: HttpRequest, key: str) -> HttpResponse:
    """The records behind one figure."""
    actor = actor_of(request)
    form = return_named(key)
    scope = scope_of(request, actor, form)
    place = asked.whole(request.GET.get("column", ""))
    column = form.columns[place] if place is not None and place < len(form.columns) else None
    if column is None or column.selection is None:
        raise Http404(str(place))
    found, ledger = behind(column, scope, request.GET.get("of")), column.selection.ledger
    cut = query.page(found.select_related(*ledger.related).order_by(*ledger.order, "pk"), request.GET.dict())
    again = {name: value for name, value in request.GET.items() if name != "page"}
    context = {
        "form": form,
        "title": title_of(form),
        "column": column,
        "definition": definition(column),
        "scope": scope,
        "page": cut,
        "ledger": ledger,
        "query": urlencode(again),
        "back": _asked(scope),
    }
    return render(request, "returns/rows.html", context)


@require_POST
def download(request: HttpRequest, key: str, extension: str) -> HttpResponse:
    """The return as a file. What went out stands in the log: for whom, of which days, and every figure."""
    actor = actor_of(request)
    form = return_named(key)
    scope = scope_of(request, actor, form)
    if extension not in WRITERS:
        raise Http404(extension)
    require(actor, filing(form), scope.territory)
    filled = fill(form, scope)
    content = WRITERS[extension](filled, scope)
    details = {
        "filed": form.key,
        "register": form.beside[0],
        "form": extension,
        "superior": form.superior,
        "territory": scope.territory,
        "first": str(scope.first),
        "last": str(scope.last),
        "rows": len(filled.lines),
        "digest": digest(filled),
        "figures": table(filled) if form.by else [],
    }
    with transaction.atomic():
        log.write(filing(form), None, actor, details=details)
    name = quote(f"{form.title.zh}-{scope.first}-{scope.last}.{extension}")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}", "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=FORMS[extension], headers=headers)
