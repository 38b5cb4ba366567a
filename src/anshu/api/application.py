"""The API as a whole: its doors, its registers, its errors, and the document that describes it."""

from functools import cached_property
from typing import Any

from django.utils import translation
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

import anshu
from anshu.api import problems, schemas
from anshu.api.answers import PLAIN
from anshu.api.bodies import Bodies
from anshu.api.channels import LAST, mount_series
from anshu.api.credentials import Session, Token
from anshu.api.deeds import mount_deeds
from anshu.api.field import mount_field
from anshu.api.readings import mount_readings
from anshu.api.registers import mount_editing, mount_points, mount_reading
from anshu.ledger.declaration import LEDGERS

EXTRAS = {"channels": LAST}

DESCRIPTION = """Every register (list, record, history, points on the map), every transition as a verb, readings in, and
changes out as they happen. Deny by default: send `Authorization: Bearer TOKEN`, or the session cookie with X-CSRFToken.
Errors are RFC 9457 problem documents; `code` is stable. Instants are ISO 8601 with zone, positions WGS-84."""

"""The stream is served beside Django, so that it does not hold a thread; this is its page of the document."""
EVENTS: dict[str, Any] = {
    "get": {
        "operationId": "events_stream",
        "summary": "Every change of the log as it happens (server-sent events)",
        "description": (
            "Each message has the id of its log row; after a break, send the last one back as Last-Event-ID (or as "
            "`last_event_id`) and nothing is missed. `ping` comes every 15 seconds. Permission: `situation.view`."
        ),
        "tags": ["events"],
        "parameters": [
            {"in": "query", "name": "last_event_id", "required": False, "schema": {"type": "integer", "minimum": 0}},
            {"in": "header", "name": "Last-Event-ID", "required": False, "schema": {"type": "integer", "minimum": 0}},
        ],
        "responses": {
            "200": {"description": "OK", "content": {"text/event-stream": {"schema": {"type": "string"}}}},
            "401": {"$ref": "#/components/responses/Problem"},
            "403": {"$ref": "#/components/responses/Problem"},
        },
        "security": [{"Token": []}, {"Session": []}],
    }
}


class Api(NinjaAPI):
    """Ninja's API, with a document that is made once and says `application/problem+json` where a problem is told."""

    def get_openapi_schema(self, **_asked: Any) -> OpenAPISchema:
        return self._document

    @cached_property
    def _document(self) -> OpenAPISchema:
        with translation.override("en"):
            document = super().get_openapi_schema(path_prefix="/api/", path_params={})
        for path in document["paths"].values():
            for operation in path.values():
                for status, response in operation["responses"].items():
                    if int(status) >= 400:
                        response["$ref"] = "#/components/responses/Problem"
        document["components"]["schemas"]["Problem"] = problems.Problem.model_json_schema()
        reference = {"schema": {"$ref": "#/components/schemas/Problem"}}
        document["components"]["responses"] = {
            "Problem": {"description": "what is wrong", "content": {problems.MEDIA_TYPE: reference}}
        }
        document["paths"]["/api/events"] = EVENTS
        return document


def application() -> Api:
    """Build the API from the books of registers and arrows; they must be full."""
    api = Api(
        title="Anshu",
        version=anshu.__version__,
        description=DESCRIPTION,
        docs_url=None,
        auth=[Token(), Session()],
        parser=Bodies(),
        openapi_extra={"info": {"license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}}},
    )
    problems.tell(api)
    with translation.override("en"):
        for ledger in LEDGERS.values():
            extra = EXTRAS.get(ledger.slug, PLAIN)
            row = schemas.row_of(ledger, extra.fields)
            mount_reading(api, ledger, row, extra)
            if ledger.layer:
                mount_points(api, ledger)
            if ledger.edit:
                mount_editing(api, ledger, row, extra)
            mount_deeds(api, ledger, row, extra)
        mount_series(api)
        mount_readings(api)
        mount_field(api)
    return api
