"""ThingsBoard's HTTP device API over real views, tokens and store."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client, override_settings

from anshu.access.models import Account, Grant, Token
from anshu.domains.devices.models import Channel, Device
from anshu.domains.devices.queries.rights import book
from anshu.gateways.thingsboard import doors
from anshu.telemetry import Store

pytestmark = [pytest.mark.django_db, pytest.mark.urls("anshu.gateways.thingsboard.urls")]
AT = 1_700_000_000_000


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    with Store.open(tmp_path) as opened:
        monkeypatch.setattr(doors, "store", lambda: opened)
        book.cache_clear()
        yield opened
    book.cache_clear()


@pytest.fixture
def token() -> str:
    account = Account.objects.create(username="gauge", name="gauge")
    Grant.objects.create(account=account, role="device", territory="440306")
    device = Device.objects.create(number="G1", name="north gauge", kind="gauge", account=account, territory="440306")
    Channel.objects.create(
        number="G1/level", name="level", device=device, quantity="water_level", unit="m", slot=7, territory="440306"
    )
    return Token.issue(account, ["telemetry.append"])


def post(token: str, leaf: str, body: object, client: Client | None = None) -> HttpResponse:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    sender = client or Client(enforce_csrf_checks=True)
    response: HttpResponse = sender.post(f"/api/v1/{token}/{leaf}", raw, content_type="application/json")  # type: ignore[assignment]
    return response


@pytest.mark.parametrize(
    "body", [{"ts": AT, "values": {"level": 1.5}}, [{"ts": AT, "values": {"level": 1.5}}], {"level": 1.5}]
)
def test_telemetry_is_on_disk_when_it_is_answered(store: Store, token: str, body: object) -> None:
    assert post(token, "telemetry", body).status_code == 200
    found = store.tail(0, 10)
    assert (found.channel.tolist(), found.value.tolist()) == ([7], [1.5])


def test_what_cannot_be_read_is_told_and_kept(store: Store, token: str) -> None:
    bad = post(token, "telemetry", b"{")
    assert (bad.status_code, json.loads(bad.content)["code"]) == (400, "malformed")
    partly = post(token, "telemetry", {"ts": AT, "values": {"level": 1, "other": 2}})
    assert partly.status_code == 200
    assert [row.reason for row in store.quarantine().rows] == ["unknown_channel", "malformed"]
    assert len(store.tail(0, 10)) == 1


@pytest.mark.parametrize("leaf", ["telemetry", "attributes"])
def test_an_unknown_token_and_one_without_the_scope(store: Store, token: str, leaf: str) -> None:
    narrow = Token.issue(Account.objects.get(), ["warnings.relay"])
    assert post("guess", leaf, {"level": 1}).status_code == 401
    assert post(narrow, leaf, {"level": 1}).status_code == 401
    assert len(store.tail(0, 10)) == 0


def test_a_body_too_large(store: Store, token: str) -> None:
    assert post(token, "telemetry", b" " * (doors.MOST_BYTES + 1)).status_code == 413
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=10):
        assert post(token, "telemetry", b" " * 20).status_code == 413


@pytest.mark.django_db(transaction=True)
def test_attributes_are_kept_and_given_back(store: Store, token: str) -> None:
    assert post(token, "attributes", {"firmware": "1.0", "serial": 7}).status_code == 200
    assert post(token, "attributes", {"firmware": "1.1"}).status_code == 200
    assert Device.objects.get().attributes == {"firmware": "1.1", "serial": 7}
    book.cache_clear()
    asked = Client().get(f"/api/v1/{token}/attributes", {"clientKeys": "firmware", "sharedKeys": "name"})
    assert asked.json() == {"client": {"firmware": "1.1"}, "shared": {"name": "north gauge"}}
    everything = Client().get(f"/api/v1/{token}/attributes").json()
    assert everything["shared"]["channels"] == ["G1/level"]


def test_only_the_methods_that_are_there(store: Store, token: str) -> None:
    assert Client().get(f"/api/v1/{token}/telemetry").status_code == 405
    assert Client().delete(f"/api/v1/{token}/attributes").status_code == 405
