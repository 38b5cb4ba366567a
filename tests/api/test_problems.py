"""Bad input at every door of the API: a clear problem document, nothing changed, nothing down."""

import gzip
import json
import logging
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError
from django.http import Http404, HttpRequest
from django.test import Client, override_settings

from anshu.access.models import Account, Grant
from anshu.api import answers, problems
from anshu.domains.places.models import Site
from anshu.domains.warnings.models import Alarm
from anshu.kernel.errors import Refused

pytestmark = pytest.mark.django_db

STREET = "440304001"
SITE = {"number": "S1", "name": "Underpass", "kind": "waterlogging_point", "territory": STREET}


@pytest.fixture
def keeper(caller: Callable[..., Any]) -> Any:
    return caller("system_administrator duty_officer")


def told(response: Any, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert (body["status"], body["code"], body["type"]) == (status, code, "about:blank")
    assert body["detail"] and body["title"]
    return body


@pytest.mark.parametrize(
    "path", ["/", "/nothing", "/sites/", "/sites/x/y/z", "/sites/actions", "/openapi.yaml", "/alarms.xml"]
)
def test_addresses_that_are_not_there(path: str, keeper: Any) -> None:
    told(keeper.get(path), 404, "not_found")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"])
def test_methods_that_an_address_does_not_know(method: str, keeper: Any) -> None:
    response = keeper(method, "/sites")
    assert response.status_code == 405 and response["Content-Type"] == "application/problem+json"
    assert set(response["Allow"].split(", ")) == {"GET", "POST"}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 422, "missing"),
        (b"{", 400, "malformed"),
        (b"[1, 2]", 422, "model_attributes_type"),
        (b'"text"', 422, "model_attributes_type"),
        (b'{"number": NaN}', 400, "not_finite"),
        ('{"name": "积水点"}'.encode("gb18030"), 400, "encoding"),
        (b'{"name": "\xff\xfe"}', 400, "encoding"),
        (b"[" * 100 + b"]" * 100, 400, "too_deep"),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, 400, "too_deep"),
        (json.dumps({"name": "x" * (1024 * 1024)}).encode(), 413, "too_large"),
        (rb'{"number": "a\u0000b"}', 422, "nul"),
        (rb'{"number": "\ud800"}', 400, "malformed"),
        (json.dumps({**SITE, "number": ""}).encode(), 422, "string_too_short"),
        (json.dumps({**SITE, "lon": 200}).encode(), 422, "less_than_equal"),
        (json.dumps({**SITE, "lon": "NaN"}).encode(), 422, "finite_number"),
        (json.dumps({**SITE, "people_count": 2.5}).encode(), 422, "int_from_float"),
        (json.dumps({**SITE, "people_count": 10**30}).encode(), 422, "int_parsing_size"),
        (json.dumps({**SITE, "people_count": 2**63}).encode(), 422, "invalid"),
        (b'{"number": "S1", "people_count": 1e999}', 400, "malformed"),
        (json.dumps({**SITE, "kind": "castle"}).encode(), 422, "literal_error"),
        (json.dumps({**SITE, "territory": "4403x"}).encode(), 422, "string_pattern_mismatch"),
        (json.dumps({**SITE, "name": "x" * 121}).encode(), 422, "invalid"),
        (json.dumps({k: v for k, v in SITE.items() if k != "kind"}).encode(), 422, "missing"),
    ],
)
def test_bodies_that_cannot_be_used(body: bytes, status: int, code: str, keeper: Any) -> None:
    told(keeper.post("/sites", body, content_type="application/json"), status, code)
    assert not Site.objects.exists()


def test_wrong_encoding_is_named(keeper: Any) -> None:
    response = keeper.post("/sites", '{"name": "积水点"}'.encode("gb18030"), content_type="application/json")
    assert "GB18030" in told(response, 400, "encoding")["detail"]
    said = keeper.post("/sites", json.dumps(SITE).encode(), content_type="application/json; charset=gb18030")
    told(said, 415, "charset")


@pytest.mark.parametrize("kind", ["text/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_bodies_of_another_kind(kind: str, keeper: Any) -> None:
    told(keeper.post("/sites", b"--x--", content_type=kind), 415, "media_type")


def test_a_packed_body_where_none_is_understood(keeper: Any) -> None:
    packed = gzip.compress(json.dumps(SITE).encode())
    response = keeper.post("/sites", packed, content_type="application/json", headers={"Content-Encoding": "gzip"})
    told(response, 415, "content_encoding")


def test_a_byte_order_mark_is_let_through(keeper: Any) -> None:
    body = b"\xef\xbb\xbf" + json.dumps(SITE).encode()
    assert keeper.post("/sites", body, content_type="application/json; charset=UTF-8").status_code == 201


def test_coordinates_the_wrong_way_round_are_noticed(keeper: Any) -> None:
    assert told(keeper.post("/sites", {**SITE, "lon": 22.53, "lat": 114.05}), 422, "less_than_equal")["field"] == "lat"


def test_the_same_thing_twice_is_told_apart(keeper: Any) -> None:
    assert keeper.post("/sites", SITE).status_code == 201
    assert keeper.post("/sites", SITE).status_code == 422
    assert Site.objects.count() == 1


def test_a_record_cannot_be_put_where_its_maker_may_not(caller: Callable[..., Any], keeper: Any) -> None:
    narrow = caller("registrar", "440304002")
    told(narrow.post("/sites", SITE), 403, "forbidden")
    made = keeper.post("/sites", SITE).json()
    told(narrow.patch(f"/sites/{made['id']}", {"name": "mine"}), 404, "not_found")
    told(caller("registrar", STREET).patch(f"/sites/{made['id']}", {"territory": "440304002"}), 403, "forbidden")


@pytest.mark.parametrize("name", ["organisation", "superior"])
def test_references_to_nothing(name: str, keeper: Any) -> None:
    slug, body = {
        "organisation": ("people", {"number": "P1", "name": "Li", "organisation": "nobody", "territory": STREET}),
        "superior": (
            "organisations",
            {"number": "O1", "name": "O", "kind": "bureau", "superior": "x", "territory": STREET},
        ),
    }[name]
    assert told(keeper.post(f"/{slug}", body), 422, "invalid")["field"] == name


def test_pages_cannot_act_without_the_csrf_token() -> None:
    account = Account.objects.create(username="li", name="Li")
    Grant.objects.create(account=account, role="system_administrator", territory="440304")
    client = Client(enforce_csrf_checks=True)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/api/sites").status_code == 200
    told(client.post("/api/sites", SITE, content_type="application/json"), 403, "csrf")
    client.cookies["csrftoken"] = "t" * 32
    sent = client.post("/api/sites", SITE, content_type="application/json", headers={"X-CSRFToken": "t" * 32})
    assert sent.status_code == 201, sent.content
    wrong = client.get("/api/sites", headers={"Authorization": "Bearer wrong"})
    told(wrong, 401, "log_in")


def test_nobody_gets_anywhere_without_a_key() -> None:
    told(Client().post("/api/sites", SITE, content_type="application/json"), 401, "log_in")
    told(Client().get("/api/sites", headers={"Authorization": "Basic eDp5"}), 401, "log_in")


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (RuntimeError("the secret is swordfish"), 500, "internal"),
        (IntegrityError("UNIQUE constraint failed: swordfish"), 409, "conflict"),
        (OperationalError("database is locked: swordfish"), 503, "busy"),
        (Refused("not now"), 409, "refused"),
        (Http404("swordfish"), 404, "not_found"),
    ],
)
def test_what_goes_wrong_inside_is_told_without_its_insides(
    error: Exception,
    status: int,
    code: str,
    keeper: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(*_given: Any) -> None:
        raise error

    monkeypatch.setattr("anshu.api.registers.etag_of", fail)
    with caplog.at_level(logging.WARNING):
        response = keeper.get("/sites")
    told(response, status, code)
    assert b"swordfish" not in response.content and b"Traceback" not in response.content
    assert status != 500 or "swordfish" in caplog.text
    assert status != 503 or response["Retry-After"] == "1"


def test_django_itself_stops_at_its_own_limit(keeper: Any) -> None:
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1000):
        told(keeper.post("/sites", b"x" * 2000, content_type="application/json"), 413, "too_large")


def test_refusals_speak_the_readers_language(keeper: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr(problems, "_", lambda text: seen.append(text) or f"《{text}》")
    assert told(keeper.get("/nothing"), 404, "not_found")["detail"].startswith("《")
    assert seen


def test_one_error_is_one_document(keeper: Any, more_of: Callable[..., Any]) -> None:
    alarm = more_of(Alarm, STREET)
    body = told(keeper.post(f"/alarms/{alarm.pk}/close_alarm"), 409, "wrong_state")
    assert re.search(str(alarm), body["detail"])


def test_every_row_answered_is_from_its_own_request() -> None:
    request = HttpRequest()
    assert problems.not_found(request).status_code == 404
    assert answers.as_json({"a": 1})["Cache-Control"] == "private, no-cache"
