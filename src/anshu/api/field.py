"""The doors of the field app: what it takes along, what it brings back, and its pictures."""

import hashlib
import logging
import uuid
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.db import OperationalError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI, Query, Schema
from pydantic import AwareDatetime, Field, ValidationError

from anshu.access.policy import Person, require
from anshu.api.answers import as_json, unchanged
from anshu.api.bodies import read_json
from anshu.api.credentials import actor
from anshu.api.registers import READ, WRITE
from anshu.api.schemas import Given
from anshu.domains.incidents.models import Task
from anshu.domains.inspections.queries.taken_along import package
from anshu.domains.inspections.transitions import field
from anshu.domains.inspections.transitions.field import Answer, Operation, Telephone
from anshu.domains.people.queries import units_of
from anshu.domains.supervision.transitions.burden import note_form
from anshu.kernel import clock
from anshu.kernel.errors import Invalid
from anshu.ledger.attachments import LARGEST

MAY = "inspections.answer"
MOST_OPERATIONS = 200
"""The deed by which each form of a telephone is known."""
FORMS = {
    "start_here": "inspections.start_here",
    "submit": "inspections.submit",
    "sign": "inspections.sign",
    "recheck": "hazards.pass_recheck",
}
_logger = logging.getLogger("anshu")
ON_HAND = (Task.State.ASSIGNED, Task.State.SIGNED, Task.State.MOVING, Task.State.ON_SCENE)


class Around(Given):
    """Where one stands (degrees, WGS-84), so that the nearest sites are taken along."""

    lon: float | None = Field(None, ge=-180, le=180)
    lat: float | None = Field(None, ge=-90, le=90)


class FieldOperationIn(Given):
    """One thing done on a telephone. `after`: the one before it on the same record, made on the same telephone;
    `typed_s`: seconds with the form that it hands over, of which only the sum by role and form is kept."""

    id: uuid.UUID
    kind: str = Field(max_length=20)
    subject: uuid.UUID
    at: AwareDatetime
    after: uuid.UUID | None = None
    payload: dict[str, Any] = Field(default_factory=dict)
    typed_s: int | None = None


class FieldBatch(Given):
    """What has been done since the last time, and what the telephone's clock says now."""

    device: str = Field(min_length=1, max_length=40)
    clock_now: AwareDatetime
    operations: list[FieldOperationIn] = Field(max_length=MOST_OPERATIONS)


class FieldAnswer(Schema):
    """What became of an operation. `waits`: kept until the one before it comes; `was`: what had become of it before."""

    id: uuid.UUID
    outcome: str = Field(description="kept, duplicate, conflict or refused")
    told: str = ""
    waits: bool = False
    was: str = ""
    conflicts: list[str] = Field(default_factory=list, description="numbers of the conflicts to be settled")


class FieldAnswers(Schema):
    """What became of each operation, in the order sent; and by how much the telephone's clock is ahead of ours."""

    clock_off_s: int
    answers: list[FieldAnswer]


"""The part of the OpenAPI document that ninja cannot derive: a form with a file."""
PICTURE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["picture", "operation", "device", "clock_now"],
                    "properties": {
                        "picture": {"type": "string", "format": "binary"},
                        "operation": {
                            "type": "string",
                            "description": "JSON: id, subject, at, payload: name, purpose, sha256, lon, lat",
                        },
                        "device": {"type": "string"},
                        "clock_now": {"type": "string", "format": "date-time"},
                    },
                }
            }
        },
    }
}


def mount_field(api: NinjaAPI) -> None:
    """The three addresses of the field app."""

    @api.get(
        "/field/package",
        response={200: dict[str, Any], 304: None, **READ},
        tags=["field"],
        operation_id="field_package",
        summary="What a telephone takes along",
    )
    def take_along(request: HttpRequest, asked: Query[Around]) -> HttpResponseBase:
        """My visits, hazards to look at again, tasks, the lists, the sites around. Permission: `inspections.answer`."""
        person = going(request)
        here = (asked.lon, asked.lat) if asked.lon is not None and asked.lat is not None else None
        body = package(person, here) | {"tasks": tasks(person)}
        seen = hashlib.blake2s(orjson.dumps(body, default=str), digest_size=12).hexdigest()
        return unchanged(request, etag := f'W/"{seen}"') or as_json(body, etag=etag)

    @api.post(
        "/field/sync",
        response={200: FieldAnswers, **WRITE},
        tags=["field"],
        operation_id="field_sync",
        summary="Bring back what was done without network",
    )
    def bring_back(request: HttpRequest, batch: FieldBatch) -> HttpResponseBase:
        """Each operation once, however often and in whatever order it comes. Permission: `inspections.answer`, and for
        each operation that of what it does."""
        sent_from = telephone(going(request), batch.device, batch.clock_now)
        operations = [
            Operation(each.id, each.kind, each.subject, each.at, each.payload, each.after) for each in batch.operations
        ]
        answers = field.take(operations, sent_from)
        note_seconds(request, batch, answers)
        return told(answers, sent_from)

    @api.post(
        "/field/pictures",
        response={200: FieldAnswers, **WRITE},
        tags=["field"],
        openapi_extra=PICTURE,
        operation_id="field_picture",
        summary="Bring back one picture",
    )
    def bring_picture(request: HttpRequest) -> HttpResponseBase:
        """A picture may come before what it belongs to. Permission: `inspections.answer`."""
        person = going(request)
        upload = request.FILES.get("picture")
        now = parse_datetime(request.POST.get("clock_now", ""))
        if upload is None:
            raise Invalid(_("send the picture"), field="picture")
        if now is None or timezone.is_naive(now):
            raise Invalid(_("say what the telephone's clock shows, with its zone"), field="clock_now")
        sent_from = telephone(person, request.POST.get("device", ""), now)
        operation = picture_operation(request.POST.get("operation", ""))
        return told([field.take_picture(operation, upload.read(LARGEST + 1), sent_from)], sent_from)


def going(request: HttpRequest) -> Person:
    """Whoever asks, if they go into the field at all."""
    person = actor(request)
    require(person, MAY)
    return person


def telephone(person: Person, device: str, clock_now: datetime) -> Telephone:
    return Telephone(person, device or "?", field.clock_off(clock_now))


def note_seconds(request: HttpRequest, batch: FieldBatch, answers: list[Answer]) -> None:
    """Add the seconds of forms that came for the first time and were not refused to their role and the day on which
    they were filled in. A program, which has a token, fills in none. It never stands in the way of what was sent."""
    if "Authorization" in request.headers:
        return
    role, off = min(actor(request).roles, default=""), timedelta(seconds=field.clock_off(batch.clock_now))
    try:
        for sent, answer in zip(batch.operations, answers, strict=True):
            if sent.typed_s and sent.kind in FORMS and answer.outcome not in (field.DUPLICATE, field.REFUSED):
                day = timezone.localdate(min(sent.at - off, clock.now()))
                note_form(request.session, day=day, role=role, form=FORMS[sent.kind], seconds=sent.typed_s)
    except OperationalError:  # somebody else writes for long: what was done is kept, its seconds are not
        _logger.warning("the time with a form was not noted: the database is busy")


def picture_operation(text: str) -> Operation:
    """The operation that comes with a picture, as JSON in the form."""
    found = read_json(text.encode())
    try:
        given = FieldOperationIn.model_validate({"kind": "picture", **found} if isinstance(found, dict) else found)
    except ValidationError as error:
        raise Invalid(_("the operation that came with the picture cannot be read"), field="operation") from error
    return Operation(given.id, "picture", given.subject, given.at, given.payload, given.after)


def told(answers: list[Answer], sent_from: Telephone) -> HttpResponseBase:
    rows = [vars(answer) for answer in answers]
    return as_json({"clock_off_s": sent_from.clock_off_s, "answers": rows})


def tasks(person: Person) -> list[dict[str, Any]]:
    """Open tasks of the units this person belongs to."""
    rows = Task.objects.visible_to(person).filter(organisation__in=units_of(person.account), state__in=ON_HAND)
    return [
        {
            "id": str(task.pk),
            "number": task.number,
            "text": task.order_text,
            "state": str(task.get_state_display()),
            "level": task.level,
            "address": f"/incidents/{task.incident_id}",
            "at": task.created_at.isoformat(),
        }
        for task in rows.order_by("level", "-created_at")[:50]
    ]
