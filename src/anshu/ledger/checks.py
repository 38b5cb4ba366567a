"""What start-up refuses: a declaration that names something which is not there."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, register

from anshu.ledger.declaration import LEDGERS, Ledger, field_of


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
