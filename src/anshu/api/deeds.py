"""The verbs of the API, made from the table of arrows: one address per transition, its body read off the signature."""

import uuid
from inspect import Parameter
from typing import Any, NamedTuple

from django.db import models
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from ninja import Body, NinjaAPI, Schema

from anshu.access.policy import Person, require
from anshu.access.roles import ROLES, permits
from anshu.api import schemas
from anshu.api.answers import Extra, as_json, record_of, told
from anshu.api.credentials import actor
from anshu.api.registers import WRITE, name_of
from anshu.kernel.errors import Invalid
from anshu.ledger import parameters
from anshu.ledger.declaration import Ledger
from anshu.workflow.transitions import Arrow, arrows_of


def mount_deeds(api: NinjaAPI, ledger: Ledger, row: type[Schema], extra: Extra) -> None:
    """Every arrow of the register's model that some role may take, and that takes what can be sent."""
    for arrow in arrows_of(ledger.model).values():
        details_type = schemas.details_of(arrow)
        if details_type is None or not any(permits(role.permits, arrow.code) for role in ROLES.values()):
            continue
        if arrow.opens:
            _mount_opening(api, Shelf(ledger, row, extra), arrow, details_type)
        else:
            _mount_transition(api, Shelf(ledger, row, extra), arrow, details_type)


class Shelf(NamedTuple):
    """A register as the API shows it: its declaration, the form of a row, and what stands beside the rows."""

    ledger: Ledger
    row: type[Schema]
    extra: Extra


def _mount_transition(api: NinjaAPI, shelf: Shelf, arrow: Arrow, details_type: type[Schema]) -> None:
    ledger, row, extra = shelf
    # A body may be left out where nothing must be said; a default of `empty` is the same as none.
    nothing: Any = Parameter.empty if any(f.is_required() for f in details_type.model_fields.values()) else None

    @api.post(
        f"/{ledger.slug}/{{uuid:key}}/{arrow.verb}",
        response={200: row, **WRITE},
        tags=[ledger.slug],
        operation_id=f"{name_of(ledger)}_{arrow.verb}",
        summary=f"{ledger.noun}: {arrow.title}",
        description=words(arrow),
    )
    def take(request: HttpRequest, key: uuid.UUID, details: Body[details_type] = nothing) -> HttpResponseBase:  # type: ignore[valid-type]
        person = actor(request)
        require(person, arrow.code)
        record = record_of(ledger, person, key)
        arrow.call(record, by=person, **given(arrow, person, details))
        return as_json(told(ledger, [record_of(ledger, person, key)], extra)[0])


def _mount_opening(api: NinjaAPI, shelf: Shelf, arrow: Arrow, details_type: type[Schema]) -> None:
    ledger, row, extra = shelf

    @api.post(
        f"/{ledger.slug}/actions/{arrow.verb}",
        response={201: row, **WRITE},
        tags=[ledger.slug],
        operation_id=f"{name_of(ledger)}_{arrow.verb}",
        summary=f"{ledger.noun}: {arrow.title}",
        description=words(arrow),
    )
    def begin(request: HttpRequest, details: details_type) -> HttpResponseBase:  # type: ignore[valid-type]
        person = actor(request)
        require(person, arrow.code)
        record = arrow.call(by=person, **given(arrow, person, details))
        response = as_json(told(ledger, [record], extra)[0], 201)
        response["Location"] = f"/api/{ledger.slug}/{record.pk}"
        return response


def words(arrow: Arrow) -> str:
    """What the arrow does, in the words of its author, and who may take it."""
    said = (arrow.call.__doc__ or "").strip()
    sources = f" From: {', '.join(sorted(arrow.sources))}." if arrow.sources else ""
    return f"{said}{sources} Permission: `{arrow.code}`."


def given(arrow: Arrow, person: Person, details: Schema | None) -> dict[str, Any]:
    """The details as the transition takes them: ids become records that the person may name."""
    if details is None:
        return {}
    annotations = {parameter.name: parameter for parameter in arrow.parameters}
    above = getattr(arrow.model, "naming_above", ())
    sent = {name: getattr(details, name) for name in details.model_fields_set}
    return {name: _looked_up(annotations[name], person, value, above=name in above) for name, value in sent.items()}


def _looked_up(parameter: Parameter, person: Person, value: Any, *, above: bool) -> Any:
    if isinstance(value, list):
        return [_looked_up(parameter, person, item, above=above) for item in value]
    model = schemas.model_in(parameter.annotation)
    if model is None or not isinstance(value, uuid.UUID):
        return value
    found: models.Model | None = parameters.to_name(model, person, above=above).filter(pk=value).first()
    if found is None:
        noun = model._meta.verbose_name
        raise Invalid(_("there is no %(noun)s “%(value)s”"), field=parameter.name, noun=noun, value=value)
    return found
