"""Filling a return from the rows, and finding the rows behind each figure: both by the same selection."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Substr
from django.utils import timezone

from anshu.access.policy import under
from anshu.domains.places.models import Area
from anshu.indicators.figures import Scope
from anshu.reports.returns.declaration import AREA, SERIAL, Column, Return, Selection, resolve

STREET_SIGNS = 9
NO_STREET = "（未分街道）"
WHOLE = "合计"


@dataclass(frozen=True)
class Line:
    """One line of a filled return: what it is of (division code, or id of a record) and a value for each column."""

    key: str
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Filled:
    """A return with its values; `whole` is the line of all lines, where there is one."""

    form: Return
    lines: tuple[Line, ...]
    whole: Line | None


def fill(form: Return, scope: Scope) -> Filled:
    """The return of an area for the days of the scope, from the rows that its reader may see."""
    if form.rows is not None:
        return Filled(form, tuple(_records(form, scope)), None)
    names = _streets(scope)
    counted = [_counted(column, scope) if column.selection else {} for column in form.columns]
    codes = sorted(set(names).union(*counted) - {""}) + ([""] if any("" in each for each in counted) else [])
    lines = [
        _line(form, code, names.get(code, code or NO_STREET), [one.get(code, 0) for one in counted]) for code in codes
    ]
    totals = [_whole(column, scope) if column.selection else 0 for column in form.columns]
    return Filled(form, tuple(lines), _line(form, "", WHOLE, totals))


def rows(selection: Selection, scope: Scope) -> "QuerySet[Any]":
    """The rows that a selection means, of those that the reader may see, none of an exercise."""
    found = scope.rows(selection.ledger.model)
    model = selection.ledger.model
    for path, wanted in selection.where.items():
        found = found.filter(_is(path, wanted))
    for path, wanted in selection.unless.items():
        found = found.exclude(_is(path, wanted))
    if selection.when:
        found = found.filter(_from(model, selection.when, scope.first), _until(model, selection.when, scope.last))
    if selection.standing:
        begins, ends = selection.standing
        still = Q(**{f"{ends}__isnull": True}) | ~_until(model, ends, scope.last)
        found = found.filter(_until(model, begins, scope.last), still)
    if selection.present:
        begins, ends = selection.present
        found = found.filter(
            _until(model, begins, scope.last), Q(**{f"{ends}__isnull": True}) | _from(model, ends, scope.first)
        )
    if selection.late:
        found = found.filter(_until(model, selection.late, scope.last and scope.last - timedelta(days=1)))
    return found


def behind(column: Column, scope: Scope, code: str | None) -> "QuerySet[Any]":
    """The rows that were counted for a street (None: for all of them), in a column that counts."""
    if column.selection is None:
        raise ValueError(f"{column.title} counts nothing")
    found = rows(column.selection, scope)
    return found if code is None else found.annotate(part=Substr("territory", 1, STREET_SIGNS)).filter(part=code)


def _is(path: str, wanted: Any) -> Q:
    name = path.replace(".", "__")
    return Q(**{f"{name}__in": wanted}) if isinstance(wanted, list) else Q(**{name: wanted})


def _from(model: type[models.Model], name: str, first: date | None) -> Q:
    return Q() if first is None else Q(**{f"{name}__gte": _edge(model, name, first)})


def _until(model: type[models.Model], name: str, last: date | None) -> Q:
    """Not after the day; an instant, not after the end of the local day."""
    return (
        Q(**{f"{name}__isnull": False})
        if last is None
        else Q(**{f"{name}__lt": _edge(model, name, last + timedelta(days=1))})
    )


def _edge(model: type[models.Model], name: str, day: date) -> date | datetime:
    """A day as the field takes it: an index on instants serves no question about days."""
    instant = isinstance(resolve(model, name), models.DateTimeField)
    return timezone.make_aware(datetime.combine(day, time.min)) if instant else day


def _streets(scope: Scope) -> Mapping[str, str]:
    found = Area.objects.filter(under([scope.territory], "number"), level=Area.Level.STREET)
    return dict(found.values_list("number", "name"))


def _counted(column: Column, scope: Scope) -> dict[str, Any]:
    """What a column counts, by street."""
    grouped = behind(column, scope, None).annotate(part=Substr("territory", 1, STREET_SIGNS)).order_by().values("part")
    return {row["part"]: row["figure"] or 0 for row in grouped.annotate(figure=_figure(column))}


def _whole(column: Column, scope: Scope) -> Any:
    """What a column counts over all: who was seen in two streets counts once."""
    return behind(column, scope, None).aggregate(figure=_figure(column))["figure"] or 0


def _figure(column: Column) -> Any:
    if column.total:
        return Sum(column.total)
    return Count(column.distinct or "pk", distinct=bool(column.distinct))


def _line(form: Return, code: str, name: str, figures: list[Any]) -> Line:
    told = {column.title: figure for column, figure in zip(form.columns, figures, strict=True)}
    return Line(code, tuple(name if one.value == AREA else _share(one, told) for one in form.columns))


def _share(column: Column, told: Mapping[str, Any]) -> Any:
    """The figure of a column; of a share, per cent to one place, or nothing where there is nothing to share."""
    if not column.share:
        return told[column.title]
    part, whole = (Decimal(str(told[title])) for title in column.share)
    return round(100 * part / whole, 1) if whole else None


def _records(form: Return, scope: Scope) -> Iterator[Line]:
    """A line for each record of the rows."""
    if form.rows is None:
        return
    related = sorted({path.value.rpartition(".")[0].replace(".", "__") for path in form.columns} - {""})
    found = rows(form.rows, scope).select_related(*related).order_by(*form.order, "pk")
    names = dict(Area.objects.filter(under([scope.territory], "number")).values_list("number", "name"))
    for serial, record in enumerate(found, start=1):
        area = names.get(record.territory[:STREET_SIGNS], record.territory)
        given = {SERIAL: serial, AREA: area}
        yield Line(str(record.pk), tuple(given.get(one.value) or _told(record, one) for one in form.columns))


def _told(record: Any, column: Column) -> Any:
    """What a record says in a column: in the superior's words where it has some, local days, numbers as such."""
    found = record
    for name in column.value.split("."):
        found = getattr(found, name, None) if found is not None else None
    if column.codes:
        return column.codes.get(str(found), "")
    if isinstance(found, datetime):
        return timezone.localdate(found)
    if isinstance(found, models.Model):
        return str(found)
    return found
