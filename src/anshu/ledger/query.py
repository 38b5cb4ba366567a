"""Rows of a register as a reader asks for them: filters, search, order, paging; the same for screen, API and export."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor, under
from anshu.kernel.errors import Invalid
from anshu.ledger.declaration import Ledger, field_of

PAGE = 50
LARGEST_PAGE = 1000


@dataclass(frozen=True)
class Page:
    """One page of rows; `count` is of all rows that match."""

    rows: list[Any]
    count: int
    number: int
    size: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // self.size))


def rows(ledger: Ledger, actor: Actor, asked: Mapping[str, str]) -> "QuerySet[Any]":
    """The rows the actor may see and asked for. Unknown names are refused, so that a typing error finds nothing less.

    `asked`: field=value for each filter, `q` words, `territory` area and below, `since`/`until` on created_at,
    `order` a column (with - for descending).
    """
    found = ledger.model.objects.visible_to(actor).select_related(*ledger.related)
    found = found.prefetch_related(*ledger.model.named_by_many)
    for name, value in asked.items():
        if value != "" and name not in ("page", "size", "order", "format", "columns"):
            found = found.filter(_condition(ledger, name, value))
    order = asked.get("order") or ""
    if order and (order.lstrip("-") not in ledger.columns or field_of(ledger.model, order.lstrip("-")) is None):
        raise Invalid(_("cannot order by %(name)s"), field="order", name=order)
    return found.order_by(*([order] if order else ledger.order), "pk")


def _condition(ledger: Ledger, name: str, value: str) -> Q:
    if name == "q":
        words = Q()
        for word in value.lower().split():
            words &= Q(search_text__contains=word)
        return words
    if name == "territory":
        return under([value])
    try:
        if name in ("since", "until"):
            moment = ledger.model._meta.get_field("created_at").to_python(value)
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


def page(found: "QuerySet[Any]", asked: Mapping[str, str]) -> Page:
    """Cut the page that was asked for (1 is the first; 50 rows, at most 1000)."""
    try:
        number, size = int(asked.get("page") or 1), int(asked.get("size") or PAGE)
    except ValueError as error:
        raise Invalid(_("page and size are whole numbers"), field="page") from error
    if number < 1 or not 1 <= size <= LARGEST_PAGE:
        raise Invalid(_("page begins at 1; size is 1 to %(most)d"), field="size", most=LARGEST_PAGE)
    start = (number - 1) * size
    # Which rows first, by key alone: to sort 150,000 rows with all that they refer to takes ten times as long.
    keys = list(found.select_related(None).values_list("pk", flat=True)[start : start + size])
    cut = list(found.filter(pk__in=keys))
    # A page that is not full is the last, and needs no counting: a search would have to read every row once more.
    last = 0 < len(cut) < size or (not cut and not start)
    return Page(cut, start + len(cut) if last else found.count(), number, size)
