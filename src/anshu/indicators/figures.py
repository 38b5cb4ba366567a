"""What a figure is: rows, and how they are measured; in whose eyes, where, and over which days."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet, Sum
from django.utils import timezone
from django.utils.functional import Promise

from anshu.access.policy import DISTRICT, Actor, may, under

Rows = QuerySet[Any]
Number = int | float | Decimal | None
Words = str | Promise
HUNDRED = 100
"""The days of which there could be records."""
EARLIEST, LATEST = date(1970, 1, 1), date(2199, 12, 31)


@dataclass(frozen=True)
class Scope:
    """Whose eyes, which area (everything below is included; empty: all), and the local days from and until which is
    counted (both included; None: without limit)."""

    actor: Actor
    territory: str = ""
    first: date | None = None
    last: date | None = None

    def rows(self, model: Any, day: str = "") -> Rows:
        """The rows of a register in the area, none of them of an exercise; of the days, where a date is named."""
        found = model.objects.visible_to(self.actor).real()
        if self.territory and not self._sees_no_more(model):
            found = found.filter(under([self.territory]))
        return self.within(found, day) if day else found

    def _sees_no_more(self, model: Any) -> bool:
        """Whether all that the actor sees of a register lies in the area: asked twice, each row is compared twice."""
        code = f"{model._meta.app_label}.view"
        return (
            self.actor.reach(code) == [self.territory]
            and len(self.territory) <= DISTRICT
            and not (model.downward or self.actor.owns(code))
        )

    def within(self, found: Rows, day: str) -> Rows:
        """Those of the rows whose date (or local day of an instant, written `at__date`) lies in the days. An instant is
        asked for by the ends of the days, because an index on instants serves no question about days."""
        name, at, _date = day.partition("__date")
        if self.first is not None:
            found = found.filter(**{f"{name}__gte": _midnight(self.first) if at else self.first})
        if self.last is None:
            return found
        return found.filter(
            **{f"{name}__lt": _midnight(self.last + timedelta(days=1))} if at else {f"{name}__lte": self.last}
        )

    def year_before(self) -> "Scope":
        """The same days of the year before; 29 February is then the 28th."""
        return replace(self, first=_year_before(self.first), last=_year_before(self.last))

    def inside(self, territory: str) -> "Scope":
        """The same in an area below."""
        return replace(self, territory=territory)


Find = Callable[[Scope], Rows]
Measure = Callable[[Rows, Scope], Number]


@dataclass(frozen=True)
class Figure:
    """A figure. `sources` are where the reports of districts print it, by their number in the list of figures."""

    key: str
    group: str
    words: Words
    says: Words
    unit: Words
    sources: tuple[str, ...]
    find: Find
    measure: Measure
    """Said to templates, which would call it without a scope."""
    do_not_call_in_templates: ClassVar[bool] = True

    def rows(self, scope: Scope) -> Rows:
        """The rows it counts."""
        return self.find(scope)

    def __call__(self, scope: Scope) -> Number:
        """The number; None where there is nothing of which it could be a share."""
        return self.measure(self.find(scope), scope)

    def with_keys(self, scope: Scope) -> tuple[Number, list[UUID]]:
        """The number and the keys of its rows. Where the number is how many they are, none can come in between."""
        keys = list(self.find(scope).order_by().values_list("pk", flat=True))
        return len(keys) if self.measure is counted else self(scope), keys

    def dated(self, scope: Scope) -> bool:
        """Whether the days matter to it; else it counts what there is now, whatever the days."""
        return _question(self.find(scope)) != _question(self.find(scope.year_before()))

    def open_to(self, scope: Scope) -> bool:
        """Whether the actor may see such rows in the whole area: to others the figure is not small but unknown."""
        return may_see(self.find(scope), scope)


def may_see(rows: Rows, scope: Scope) -> bool:
    """Whether the actor may see such rows in the whole area."""
    return may(scope.actor, f"{rows.model._meta.app_label}.view", scope.territory)


FIGURES: dict[str, Figure] = {}


def counted(rows: Rows, _scope: Scope) -> int:
    """How many rows there are."""
    return rows.count()


def distinct(*names: str) -> Measure:
    """How many different values the rows have; none is none."""

    def measure(rows: Rows, _scope: Scope) -> int:
        filled = rows.exclude(**{f"{names[0]}__isnull": True})
        return filled.order_by().values(*names).distinct().count()

    return measure


def total(name: str) -> Measure:
    """The sum of a field."""

    def measure(rows: Rows, _scope: Scope) -> Number:
        found: Number = rows.aggregate(sum=Sum(name))["sum"]
        return found or 0

    return measure


def share(of: Find) -> Measure:
    """The rows in per cent of others."""

    def measure(rows: Rows, scope: Scope) -> float | None:
        whole = of(scope).count()
        return HUNDRED * rows.count() / whole if whole else None

    return measure


def exact(value: Number) -> Decimal | None:
    """A number as it is kept, to six places."""
    return None if value is None else round(Decimal(str(value)), 6)


def figure(
    group: str, words: Words, *, says: Words, unit: Words, sources: Iterable[str] = (), measure: Measure = counted
) -> Callable[[Find], Figure]:
    """Enter the figure whose rows a function finds; the name of the function is its key."""

    def enter(find: Find) -> Figure:
        return add(Figure(find.__name__, group, words, says, unit, tuple(sources), find, measure))

    return enter


def add(made: Figure) -> Figure:
    """Enter a figure; a key is given once."""
    if made.key in FIGURES:
        raise ValueError(f"the figure {made.key} is there already")
    FIGURES[made.key] = made
    return made


def _midnight(day: date) -> datetime:
    """When a day begins here."""
    return timezone.make_aware(datetime.combine(day, time.min))


def _question(rows: Rows) -> object:
    """What a query asks; of none at all, nothing."""
    try:
        return rows.query.sql_with_params()
    except EmptyResultSet:
        return None


def _year_before(day: date | None) -> date | None:
    if day is None:
        return None
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)
