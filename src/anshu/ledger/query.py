"""Rows of a register as a reader asks for them: filters, search, order, paging; the same for screen, API and export."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anshu.access.policy import STREET, Actor, under
from anshu.kernel.errors import Invalid
from anshu.ledger.declaration import Ledger, field_of
from anshu.ledger.word_index import candidates, words_of

PAGE = 50
LARGEST_PAGE = 1000
"""Farther on there is nothing, and databases do not count without end."""
FARTHEST_PAGE = 1_000_000_000
"""How far the rows of a page on a screen are counted: nobody reads on to the end of more."""
COUNTED = 10_000
"""So many rows that have the words are put in order among themselves; where there are more, the first of the order are
soon found among all."""
FEW = 1000
"""A few rows are soon found among all when more than this have the words."""
WORTH_ASKING = 100
"""What is asked beside conditions on fields."""
NO_CONDITION = ("q", "page", "size", "order", "format", "columns")


@dataclass(frozen=True)
class Page:
    """One page of rows; `count` is of all rows that match, or, where there are `more`, of those that were counted."""

    rows: list[Any]
    count: int
    number: int
    size: int
    more: bool = False

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // self.size))

    @property
    def further(self) -> bool:
        """Whether another page follows."""
        return self.more or self.number < self.pages


def rows(ledger: Ledger, actor: Actor, asked: Mapping[str, str]) -> "QuerySet[Any]":
    """The rows the actor may see and asked for. Unknown names are refused, so that a typing error finds nothing less.

    `asked`: field=value for each filter, `q` words, `territory` area and below, `since`/`until` on created_at,
    `order` a column (with - for descending).
    """
    words = asked.get("q") or ""
    keys = candidates(ledger.model, words, FEW) if words else None
    found = _having(ledger, actor, words, keys).select_related(*ledger.related)
    found = found.prefetch_related(*ledger.model.named_by_many)
    for name, value in asked.items():
        if value != "" and name not in NO_CONDITION:
            found = found.filter(_condition(ledger, name, value))
    found = found.order_by(*_order(ledger, asked.get("order") or ""))
    return few(found) if asked.get("q") else found


def _having(ledger: Ledger, actor: Actor, words: str, keys: list[Any] | None) -> "QuerySet[Any]":
    """The rows the actor may see that have the words; `keys`, where they are known, are of all that may have them.
    Words come first: SQLite asks in this order, and few rows have them."""
    found = ledger.model.objects.filter(_condition(ledger, "q", words))
    return (found if keys is None else found.filter(pk__in=keys)).visible_to(actor)


def _order(ledger: Ledger, order: str) -> tuple[str, ...]:
    """The fields to order by: the one asked for, those of the list, and the key, so that no two rows are equal. What
    follows the first goes the same way, as the indexes of large registers do."""
    if order and (order.lstrip("-") not in ledger.columns or field_of(ledger.model, order.lstrip("-")) is None):
        raise Invalid(_("cannot order by %(name)s"), field="order", name=order)
    if not order:
        return (*ledger.order, "-pk" if ledger.order[-1].startswith("-") else "pk")
    way = "-" if order.startswith("-") else ""
    rest = (name.lstrip("-") for name in ledger.order if name.lstrip("-") != order.lstrip("-"))
    return (order, *(f"{way}{name}" for name in rest), f"{way}pk")


def few(found: "QuerySet[Any]") -> "QuerySet[Any]":
    """The rows by their keys, where these are few: a search reads the words alone, which lie together, and not every
    record in the order of the list."""
    keys = list(found.select_related(None).order_by().values_list("pk", flat=True)[: FEW + 1])
    return found if len(keys) > FEW else found.filter(pk__in=keys)


def first(ledger: Ledger, actor: Actor, words: str, most: int) -> list[Any]:
    """A few rows that have the words: what a search in every register shows of each. They are the first of the list,
    or, where very many have the words, any of these."""
    keys = candidates(ledger.model, words, WORTH_ASKING)
    if keys is None:
        keys = list(_having(ledger, actor, words, None).order_by().values_list("pk", flat=True)[:most])
    if keys == []:
        return []
    found = _having(ledger, actor, words, keys).select_related(*ledger.model.named_by)
    return list(found.order_by(*_order(ledger, ""))[:most])


def _condition(ledger: Ledger, name: str, value: str) -> Q:
    if name == "q":
        words = Q()
        for word in words_of(value):
            words &= Q(search_text__contains=word)
        return words
    if name == "territory":
        return under([value], wide=STREET)
    try:
        if name in ("since", "until"):
            moment = ledger.model._meta.get_field("created_at").to_python(value)
            moment = timezone.make_aware(moment) if timezone.is_naive(moment) else moment
            return Q(**{f"created_at__{'gte' if name == 'since' else 'lt'}": moment})
        if name == "flagged":
            return ~Q(flags=[])
        if name not in ledger.filters:
            raise Invalid(
                _("%(name)s is not a filter of this register; it has: %(known)s"),
                field=name,
                name=name,
                known=", ".join(("q", "territory", "since", "until", "flagged", *ledger.filters)),
            )
        field = field_of(ledger.model, name)
        if isinstance(field, models.BooleanField):
            value = value.capitalize()
        if "," in value:
            return Q(**{f"{name}__in": [field.to_python(part) for part in value.split(",")]})
        return Q(**{name: field.to_python(value)})
    except ValidationError as error:
        raise Invalid(str(error.messages[0]), field=name) from error


def page(found: "QuerySet[Any]", asked: Mapping[str, str], *, counted: int | None = None) -> Page:
    """Cut the page that was asked for (1 is the first; 50 rows, at most 1000), counting no further than `counted`."""
    try:
        number, size = int(asked.get("page") or 1), int(asked.get("size") or PAGE)
    except ValueError as error:
        raise Invalid(_("page and size are whole numbers"), field="page") from error
    if not 1 <= number <= FARTHEST_PAGE or not 1 <= size <= LARGEST_PAGE:
        raise Invalid(_("page begins at 1; size is 1 to %(most)d"), field="size", most=LARGEST_PAGE)
    start = (number - 1) * size
    # Which rows first, by key alone: to sort 150,000 rows with all that they refer to takes ten times as long.
    keys = list(found.select_related(None).values_list("pk", flat=True)[start : start + size])
    cut = list(found.filter(pk__in=keys)) if keys else []
    # A page that is not full is the last, and needs no counting: a search would have to read every row once more.
    if 0 < len(cut) < size or (not cut and not start):
        return Page(cut, start + len(cut), number, size)
    if counted is None:
        return Page(cut, found.count(), number, size)
    most = max(counted, start + size)
    count = found.order_by().values("pk")[: most + 1].count()
    return Page(cut, min(count, most), number, size, more=count > most)
