"""What a register declares. Inert, frozen data: the screens, the API, import, export, search and map interpret it."""

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from django.db import models

from anshu.ledger.models import Registered


@dataclass(frozen=True)
class Points:
    """Shows the register on the map as points; `colour_by` names a field whose values are levels or states."""

    colour_by: str = ""
    visible: bool = False


@dataclass(frozen=True)
class Ledger:
    """A register (台账). Labels, units and help stand on the model's fields; here are only choices of what to show.

    `columns` list page, `edit` form and import, `filters` exact-match fields, `natural_key` tells rows of a file apart,
    `facts` detail page (default: columns and edit together), `group` where the rail and the layer tree put it.
    """

    model: type[Registered]
    slug: str
    group: str
    columns: tuple[str, ...]
    edit: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    natural_key: str = "number"
    facts: tuple[str, ...] = ()
    order: tuple[str, ...] = ("-created_at",)
    layer: Points | None = None
    icon: str = "table"

    @property
    def domain(self) -> str:
        """The domain whose permissions guard it."""
        return str(self.model._meta.app_label)

    @property
    def title(self) -> str:
        return str(self.model._meta.verbose_name_plural)

    @property
    def noun(self) -> str:
        return str(self.model._meta.verbose_name)

    @property
    def shown(self) -> tuple[str, ...]:
        """The fields of the detail page, each once."""
        return self.facts or tuple(dict.fromkeys((*self.columns, *self.edit)))

    @cached_property
    def related(self) -> tuple[str, ...]:
        """Relations to be fetched with the rows: what the columns and facts refer to, and what names those records."""
        shown = [n for n in self.shown if isinstance(field_of(self.model, n), models.ForeignKey)]
        found = list(dict.fromkeys((*shown, *self.model.named_by)))
        for name in tuple(found):
            target = field_of(self.model, name).related_model
            found += [f"{name}__{further}" for further in getattr(target, "named_by", ())]
        return tuple(found)


LEDGERS: dict[str, Ledger] = {}


def downward() -> frozenset[str]:
    """The kinds of record, as the log names them, that are shown to those inside their territory as well."""
    return frozenset(each.model._meta.label_lower for each in LEDGERS.values() if each.model.downward)


def confidential() -> frozenset[str]:
    """The kinds of record, as the log names them, of which nothing is told by area."""
    return frozenset(each.model._meta.label_lower for each in LEDGERS.values() if each.model.confidential)


def register(ledger: Ledger) -> Ledger:
    """Enter a register in the book of registers."""
    LEDGERS[ledger.slug] = ledger
    return ledger


def ledger_of(model: type[models.Model]) -> Ledger | None:
    """The register of a model, if it has one."""
    return next((ledger for ledger in LEDGERS.values() if ledger.model is model), None)


def field_of(model: type[models.Model], name: str) -> Any:
    """The model field of that name, or None for a property."""
    return _fields(model).get(name)


@cache
def _fields(model: Any) -> dict[str, Any]:
    return {field.name: field for field in model._meta.get_fields()}


def label_of(model: type[models.Model], name: str) -> str:
    """The heading of a column: the field's label, or a property's own `short_description`."""
    field = field_of(model, name)
    if field is not None:
        return str(field.verbose_name)
    getter = getattr(model, name).fget
    return str(getattr(getter, "short_description", name.replace("_", " ")))
