"""The door of readings: lines of JSON from programs, on disk before they are acknowledged."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import NinjaAPI, Schema

from anshu.access.policy import require
from anshu.api.answers import as_json
from anshu.api.bodies import read_lines
from anshu.api.credentials import actor
from anshu.api.registers import WRITE
from anshu.domains.devices import queries
from anshu.kernel import clock
from anshu.telemetry import read_ndjson

DOOR = "http"

"""The part of the OpenAPI document that ninja cannot derive: a body of lines."""
LINES = {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-ndjson": {
                "schema": {
                    "type": "string",
                    "description": 'per line {"channel": code, "at": ISO 8601 with zone, "value": number}',
                }
            }
        },
    }
}


class Receipt(Schema):
    """What became of the lines: stored, there already, or set aside with the reason (see the health page)."""

    accepted: int
    duplicate: int
    quarantined: int


def mount_readings(api: NinjaAPI) -> None:
    """The address that takes readings in."""

    @api.post(
        "/readings", response={200: Receipt, **WRITE}, tags=["readings"], openapi_extra=LINES,
        operation_id="readings_append", summary="Take in readings",
    )
    def append(request: HttpRequest) -> HttpResponseBase:
        """One object per line; gzip is understood. A bad line is set aside alone, the others are stored. Sending the
        same lines again is safe. Channels outside the token's area are unknown to it. Permission: `telemetry.append`.
        """
        person = actor(request)
        require(person, "telemetry.append")
        body = read_lines(request)
        now_ms = int(clock.now().timestamp() * 1000)
        known = queries.channel_facts(tuple(person.reach("telemetry.append")))
        taken = read_ndjson(body, known, now_ms, queries.limits())
        receipt = queries.store().append(taken.batch, taken.rejects, door=DOOR, received_ms=now_ms)
        return as_json(receipt._asdict())
