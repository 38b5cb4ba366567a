"""Posting a warning: what is answered, and to whom."""

import json
from collections.abc import Callable

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from anshu.access.models import Account, Grant, Token
from anshu.domains.places.models import Area
from anshu.domains.warnings.models import Warning
from anshu.gateways.cap.doors import post_signal

pytestmark = pytest.mark.django_db
Message = Callable[..., bytes]


@pytest.fixture
def token() -> str:
    account = Account.objects.create(username="bureau", name="weather bureau")
    Grant.objects.create(account=account, role="device", territory="440306")
    Area.objects.create(number="440306", territory="440306", name="宝安区", level=Area.Level.DISTRICT)
    return Token.issue(account, ["warnings.relay"])


def post(body: bytes, token: str = "") -> HttpResponse:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    request: HttpRequest = RequestFactory().post(
        "/api/signals", body, content_type="application/cap+xml", headers=headers
    )
    return post_signal(request)


def test_a_new_message_is_answered_with_its_number_and_findings(message: Message, token: str) -> None:
    response = post(message(("<urgency>Immediate</urgency>", "<urgency></urgency>")), token)
    told = json.loads(response.content)
    warning = Warning.objects.get()
    assert response.status_code == 201
    assert (told["number"], told["id"], told["duplicate"]) == (warning.number, str(warning.pk), False)
    assert warning.door == "post"
    assert any(finding["path"] == "alert/info/urgency" and finding["mend"] for finding in told["findings"])


def test_the_same_message_again_is_answered_with_the_same_number(message: Message, token: str) -> None:
    first, again = post(message(), token), post(message(), token)
    assert (first.status_code, again.status_code) == (201, 200)
    assert json.loads(first.content)["number"] == json.loads(again.content)["number"]
    assert json.loads(again.content)["duplicate"] is True


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "document_empty"),
        (b"not xml", "not_well_formed"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "document_type_refused"),
        (b"<html/>", "no_alert"),
        (b"<a>" + b"x" * 2_000_001 + b"</a>", "document_too_large"),
    ],
)
def test_what_cannot_be_used_is_a_problem(token: str, body: bytes, code: str) -> None:
    response = post(body, token)
    told = json.loads(response.content)
    assert (response.status_code, response["Content-Type"]) == (422, "application/problem+json")
    assert (told["status"], told["code"]) == (422, code)
    assert told["detail"]


def test_text_that_is_not_in_the_encoding_it_declares(message: Message, token: str) -> None:
    response = post(message(encoding="gb18030"), token)
    assert (response.status_code, json.loads(response.content)["code"]) == (422, "wrong_encoding")


def test_who_may_not(message: Message, token: str) -> None:
    account = Account.objects.get()
    other = Token.issue(account, ["telemetry.append"])
    assert post(message()).status_code == 401
    assert post(message(), "guess").status_code == 401
    assert post(message(), other).status_code == 403
    Grant.objects.update(territory="440305")
    assert post(message(), token).status_code == 403
    assert not Warning.objects.exists()


def test_only_posting(token: str) -> None:
    assert post_signal(RequestFactory().get("/api/signals")).status_code == 405
