"""The API of every register, made from its declaration: list, record, history, points on the map, adding, changing."""

import uuid
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI, Query, Schema

from anshu.access.policy import Person, require
from anshu.api import schemas
from anshu.api.answers import Extra, as_json, etag_of, paged, record_of, told, unchanged
from anshu.api.credentials import actor
from anshu.api.points import GEOJSON, points
from anshu.kernel.errors import Invalid
from anshu.ledger import edit, query
from anshu.ledger.declaration import Ledger
from anshu.workflow.models import Change
from anshu.workflow.outbox import as_event

# The document says what a problem looks like (application.py): a model of it for each status of each address took
# longer to make than everything else of the API.
READ: dict[Any, Any] = {frozenset({401, 403, 404, 422, 500, 503}): None}
WRITE: dict[Any, Any] = {frozenset({400, 401, 403, 404, 409, 413, 415, 422, 500, 503}): None}


def name_of(ledger: Ledger) -> str:
    """How the register begins the ids of its operations."""
    return ledger.slug.replace("-", "_")


def viewer(request: HttpRequest, ledger: Ledger) -> Person:
    """Whoever is asking, if they may look at the register anywhere."""
    person = actor(request)
    require(person, f"{ledger.domain}.view")
    return person


def asked_for(request: HttpRequest, asked: Schema) -> dict[str, str]:
    """The query as the ledger reads it: what was understood, and names that nobody knows, for the ledger to refuse."""
    known = asked.model_dump(mode="json", exclude_none=True)
    unknown = {name: str(value) for name, value in request.GET.items() if name not in type(asked).model_fields}
    return {**{name: str(value) for name, value in known.items()}, **unknown}


def only(request: HttpRequest, asked: Schema) -> None:
    """Refuse names that the address does not know."""
    for name in request.GET:
        if name not in type(asked).model_fields:
            raise Invalid(_("%(name)s is not known here"), field=name, name=name)


def mount_reading(api: NinjaAPI, ledger: Ledger, row: type[Schema], extra: Extra) -> None:
    """List, one record, and what happened to it."""
    name, path, tags = name_of(ledger), f"/{ledger.slug}", [ledger.slug]
    asked_type, page_type = schemas.asked_of(ledger), schemas.page_of(row)

    @api.get(
        path, response={200: page_type, 304: None, **READ}, tags=tags,
        operation_id=f"{name}_list", summary=f"List of {ledger.title}",
    )
    def listing(request: HttpRequest, asked: Query[asked_type]) -> HttpResponseBase:  # type: ignore[valid-type]
        person, etag = viewer(request, ledger), etag_of(request, ledger, extra.state())
        if (same := unchanged(request, etag)) is not None:
            return same
        wanted = asked_for(request, asked)
        cut = query.page(query.rows(ledger, person, wanted), wanted)
        return paged(cut, told(ledger, cut.rows, extra), etag)

    @api.get(
        f"{path}/{{uuid:key}}", response={200: row, 304: None, **READ}, tags=tags,
        operation_id=f"{name}_get", summary=f"One {ledger.noun}",
    )
    def record(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
        person, etag = viewer(request, ledger), etag_of(request, ledger, extra.state())
        found = record_of(ledger, person, key)
        return unchanged(request, etag) or as_json(told(ledger, [found], extra)[0], etag=etag)

    @api.get(
        f"{path}/{{uuid:key}}/history", response={200: schemas.page_of(schemas.Event), **READ}, tags=tags,
        operation_id=f"{name}_history", summary=f"What happened to one {ledger.noun}, the newest first",
    )
    def history(request: HttpRequest, key: uuid.UUID, asked: Query[schemas.Cut]) -> HttpResponseBase:
        only(request, asked)
        found = record_of(ledger, viewer(request, ledger), key)
        rows = Change.objects.filter(subject=found._meta.label_lower, subject_id=found.pk).order_by("-id")
        cut = query.page(rows, asked_for(request, asked))
        return paged(cut, [{**as_event(r), "post": r.post, "basis": r.basis, "details": r.details} for r in cut.rows])


def mount_points(api: NinjaAPI, ledger: Ledger) -> None:
    """The register as points on the map."""
    asked_type = schemas.seen_of(ledger)

    @api.get(
        f"/{ledger.slug}.geojson", response={200: None, 304: None, **READ}, tags=[ledger.slug], openapi_extra=GEOJSON,
        operation_id=f"{name_of(ledger)}_points", summary=f"{ledger.title} as GeoJSON points",
    )
    def seen(request: HttpRequest, asked: Query[asked_type]) -> HttpResponseBase:  # type: ignore[valid-type]
        person, etag = viewer(request, ledger), etag_of(request, ledger)
        return unchanged(request, etag) or points(request, ledger, person, asked_for(request, asked), etag)


def mount_editing(api: NinjaAPI, ledger: Ledger, row: type[Schema], extra: Extra) -> None:
    """Adding and changing records, for registers that let themselves be edited."""
    name, path, tags = name_of(ledger), f"/{ledger.slug}", [ledger.slug]
    new_type, change_type = schemas.values_of(ledger, new=True), schemas.values_of(ledger, new=False)

    @api.post(
        path, response={201: row, **WRITE}, tags=tags, operation_id=f"{name}_add", summary=f"Add one {ledger.noun}"
    )
    def add(request: HttpRequest, values: new_type) -> HttpResponseBase:  # type: ignore[valid-type]
        person = actor(request)
        require(person, f"{ledger.domain}.add")
        made = edit.add(ledger, by=person, values=values.model_dump(exclude_unset=True))  # type: ignore[attr-defined]
        response = as_json(told(ledger, [made], extra)[0], 201)
        response["Location"] = f"/api/{ledger.slug}/{made.pk}"
        return response

    @api.patch(
        f"{path}/{{uuid:key}}", response={200: row, **WRITE}, tags=tags,
        operation_id=f"{name}_change", summary=f"Change one {ledger.noun}",
    )
    def change(request: HttpRequest, key: uuid.UUID, values: change_type) -> HttpResponseBase:  # type: ignore[valid-type]
        person = actor(request)
        require(person, f"{ledger.domain}.change")
        given = values.model_dump(exclude_unset=True)  # type: ignore[attr-defined]
        reason = given.pop("reason", "")
        fresh = edit.change(ledger, record_of(ledger, person, key), by=person, values=given, reason=reason)
        return as_json(told(ledger, [fresh], extra)[0])
