"""The document that describes the API: valid, complete, and true when a machine tries it."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.test import Client
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import CHECKS
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from anshu.api.urls import api
from anshu.ledger.declaration import LEDGERS

pytestmark = [pytest.mark.django_db, pytest.mark.once]

STREET = "440304001"


@pytest.fixture(scope="session")
def document() -> Any:
    return Client().get("/api/openapi.json").json()


def operations(document: Any) -> Iterator[tuple[str, str, Any]]:
    for path, known in document["paths"].items():
        for method, operation in known.items():
            yield path, method, operation


def test_it_says_what_it_is(document: Any) -> None:
    assert document["openapi"] == "3.1.0"
    assert document["info"]["title"] == "Anshu" and document["info"]["license"]["identifier"] == "Apache-2.0"
    assert document["components"]["securitySchemes"].keys() == {"Token", "Session"}
    assert document["components"]["securitySchemes"]["Token"] == {"type": "http", "scheme": "bearer"}


def test_every_operation_has_a_name_a_key_and_its_refusals(document: Any) -> None:
    names = [operation["operationId"] for _path, _method, operation in operations(document)]
    assert len(names) == len(set(names)) > 100
    for path, method, operation in operations(document):
        assert operation["security"] == [{"Token": []}, {"Session": []}], path
        assert {"401", "403"} <= {str(status) for status in operation["responses"]}, path
        if method != "get":
            assert {"400", "409", "413", "415", "422"} <= {str(status) for status in operation["responses"]}, path
        for status, response in operation["responses"].items():
            if int(status) >= 400 and "$ref" not in response:
                assert response["content"].keys() == {"application/problem+json"}, path


def test_every_schema_is_one(document: Any) -> None:
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": document["components"]["schemas"]}
    jsonschema_rs.meta.validate(whole)
    text = json.dumps(document)
    for reference in {part.split('"')[0] for part in text.split('"$ref": "#/components/')[1:]}:
        kind, name = reference.split("/")
        assert name in document["components"][kind], reference


def test_every_register_is_in_it(document: Any) -> None:
    for slug in LEDGERS:
        assert {"get"} <= document["paths"][f"/api/{slug}"].keys()
        assert f"/api/{slug}/{{key}}/history" in document["paths"]
    assert {"/api/readings", "/api/events", "/api/channels/{key}/series"} <= document["paths"].keys()


def test_it_is_the_same_in_every_language(document: Any) -> None:
    chinese = Client().get("/api/openapi.json", headers={"Accept-Language": "zh-hans"})
    assert chinese.json() == document


@schemathesis.serializer("application/x-ndjson")
def lines(_context: Any, value: Any) -> bytes:
    """What the machine makes up as the body of an intake."""
    return value.encode() if isinstance(value, str) else json.dumps(value).encode()


"""The API as a machine reads it from its document, served in this process."""
schema = schemathesis.openapi.from_dict(
    json.loads(json.dumps(api.get_openapi_schema())),
    # Every boundary of every parameter would be eight thousand requests; random ones find as much in a minute.
    config=SchemathesisConfig.from_dict({"phases": {"coverage": {"enabled": False}, "examples": {"enabled": False}}}),
)
schema.app = get_wsgi_application()
HELD = (
    CHECKS.get_one("not_a_server_error"),
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)


@pytest.mark.slow
@schema.exclude(path="/api/events").parametrize()
@settings(
    max_examples=2,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
def test_a_machine_that_tries_everything_finds_nothing_undocumented(
    case: Any, caller: Callable[..., Any], more_of: Callable[..., Any]
) -> None:
    slug = case.operation.path.split("/")[2].removesuffix(".geojson")
    if slug in LEDGERS and "key" in case.path_parameters:
        case.path_parameters["key"] = str(more_of(LEDGERS[slug].model, STREET).pk)
    token = caller("system_administrator duty_leader device").token
    case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=HELD)
