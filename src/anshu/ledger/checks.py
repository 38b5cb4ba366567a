"""What start-up refuses: a declaration that names something which is not there."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, register

from anshu.ledger.declaration import LEDGERS, Ledger, field_of
from anshu.ledger.models import Registered

"""What a change carries beside the fields that it sets: a field of that name could not be set."""
OF_THE_CHANGE = frozenset({"reason"})
"""What a list, a map or an export is asked beside its filters: a filter of that name could not be asked."""
OF_THE_LIST = frozenset(
    {"q", "territory", "since", "until", "flagged", "order", "page", "size", "format", "columns", "view", "bbox", "at"}
)


@register()
def declarations_are_true(app_configs: Any, **_kwargs: Any) -> list[CheckMessage]:
    """Every name in every declaration is a field (or, where it is only shown, a property) of its model."""
    return [Error(text, obj=ledger.slug, id="anshu.E010") for ledger in LEDGERS.values() for text in falsehoods(ledger)]


def falsehoods(ledger: Ledger) -> Iterator[str]:
    """Each name in the declaration that the model does not have."""
    shown = (*ledger.columns, *ledger.facts)
    for name in shown:
        if field_of(ledger.model, name) is None and not isinstance(getattr(ledger.model, name, None), property):
            yield f"{name!r} is neither a field nor a property of {ledger.model.__name__}"
    stored = (*ledger.edit, *ledger.filters, *ledger.model.searchable, ledger.natural_key)
    for name in (*stored, *(n.lstrip("-") for n in ledger.order)):
        if field_of(ledger.model, name) is None:
            yield f"{name!r} is not a field of {ledger.model.__name__}"
    for name in ledger.edit:
        field = field_of(ledger.model, name)
        if field is not None and not field.editable:
            yield f"{name!r} is not meant to be edited"
    for name in OF_THE_CHANGE.intersection(ledger.edit):
        yield f"{name!r} cannot be edited: a change has a {name} of its own; call the field something else"
    for name in OF_THE_LIST.intersection(ledger.filters):
        yield f"{name!r} cannot be a filter: a list is asked {name!r} for something else"


@register()
def no_field_hides_what_records_have(app_configs: Any, **_kwargs: Any) -> list[CheckMessage]:
    """No field of a register has the name of something that every record is asked for, such as `holder`."""
    models = [model for model in apps.get_models() if issubclass(model, Registered)]
    return [Error(text, obj=model._meta.label, id="anshu.E011") for model in models for text in hidden(model)]


def hidden(model: type[Registered]) -> Iterator[str]:
    """Each field of the model's own that takes the name of an attribute of `Registered`."""
    shared = {field.name for field in Registered._meta.get_fields()}
    for field in model._meta.concrete_fields:
        for name in {field.name, field.attname} - shared:
            if hasattr(Registered, name):
                yield f"{name!r} is what every record answers to; call the field something else"
