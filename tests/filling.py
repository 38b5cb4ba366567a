"""Records of any kind, for tests that hold for all of them."""

from typing import Any

from django.db import models

from anshu.access.roles import ROLES, permits
from anshu.kernel import clock
from anshu.kernel.identifiers import uuid7
from anshu.workflow.transitions import ARROWS

"""A credit code that proves itself, for whatever is held by an enterprise."""
CODE = "9144030071526726XG"


def filled(model: type[models.Model], known: "dict[type[models.Model], Any] | None" = None, **values: Any) -> Any:
    """A record with something in every field that must have something. It points at `known` records where their kind
    is asked for, needed or not, and at new ones, known from then on, where it is needed and none is known."""
    given = dict(values)
    known = {} if known is None else known
    for field in model._meta.concrete_fields:
        if field.name in given or field.primary_key:
            continue
        if isinstance(field, models.ForeignKey) and field.related_model in known:
            given[field.name] = known[field.related_model]
        elif field.name == "credit_code":
            given[field.name] = CODE
        elif not (field.null or field.has_default() or field.name == "state"):
            given[field.name] = something(field, known, values)
    return model._default_manager.create(**given)


def something(field: Any, known: dict[type[models.Model], Any], values: dict[str, Any]) -> Any:
    """A value that the field takes."""
    if isinstance(field, models.ForeignKey):
        kept = {n: v for n, v in values.items() if n != "number" and field_in(field, n)}
        known[field.related_model] = filled(field.related_model, known, **kept)
        return known[field.related_model]
    if field.choices:
        return field.flatchoices[0][0]
    kinds: tuple[tuple[Any, Any], ...] = (
        (models.DateTimeField, clock.now()),
        (models.DateField, clock.now().date()),
        (models.UUIDField, uuid7()),
        (models.JSONField, {}),
        ((models.FloatField, models.IntegerField, models.DecimalField), 1),
    )
    for kind, value in kinds:
        if isinstance(field, kind):
            return value
    return str(uuid7().int) if field.name == "number" else "" if field.blank else "x"


def field_in(field: Any, name: str) -> bool:
    """Whether the model a field points at has a field of that name."""
    return any(other.name == name for other in field.related_model._meta.concrete_fields)


def role_for(*codes: str) -> str:
    """The roles for an area that together hold the permissions: for each the one with most powers in its domain."""

    def powers(role: str, domain: str) -> int:
        verbs = (a.code for arrows in ARROWS.values() for a in arrows.values() if a.code.startswith(f"{domain}."))
        return sum(permits(ROLES[role].permits, code) for code in verbs)

    found = []
    for code in codes:
        holding = [name for name, role in ROLES.items() if permits(role.permits, code) and not role.own]
        if holding:
            found.append(max(holding, key=lambda name: powers(name, code.partition(".")[0])))
    return " ".join(dict.fromkeys(found))
