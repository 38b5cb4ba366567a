"""A Prometheus that posts over real views, tokens, register and store."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, override_settings

from anshu.access.models import Account, Grant, Token
from anshu.domains.devices.models import Channel, Device
from anshu.domains.devices.queries.rights import book
from anshu.gateways.alertmanager import doors, tasks
from anshu.kernel import clock
from anshu.telemetry import Store

pytestmark = [pytest.mark.django_db, pytest.mark.urls("anshu.gateways.alertmanager.urls")]
NOW = datetime(2027, 1, 15, 8, 0, tzinfo=UTC)


@pytest.fixture
def at() -> Iterator[clock.FrozenTime]:
    with clock.frozen(NOW) as standing:
        yield standing


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: clock.FrozenTime) -> Iterator[Store]:
    with Store.open(tmp_path) as opened:
        monkeypatch.setattr(doors, "store", lambda: opened)
        monkeypatch.setattr(tasks, "store", lambda: opened)
        book.cache_clear()
        doors.reception.cache_clear()
        yield opened
    book.cache_clear()
    doors.reception.cache_clear()


def channel(device: Device, slot: int, point: str) -> None:
    Channel.objects.create(
        number=f"{device.number}/{slot}",
        name=point,
        device=device,
        quantity="alert",
        unit="",
        point=point,
        slot=slot,
        territory=device.territory,
        minimum=0,
        maximum=4,
    )


@pytest.fixture
def token(store: Store) -> str:
    account = Account.objects.create(username="prometheus", name="prometheus")
    Grant.objects.create(account=account, role="device", territory="440306")
    server = Device.objects.create(
        number="S1", name="server", kind="server", protocol="prometheus", address="node/a:9100", territory="440306"
    )
    channel(server, 1, "DiskFull")
    channel(server, 2, "*")
    far = Device.objects.create(
        number="S2", name="far", kind="server", protocol="prometheus", address="far", territory="440305"
    )
    channel(far, 3, "*")
    return Token.issue(account, ["telemetry.append"])


def alert(
    name: str, *, ends: timedelta = timedelta(minutes=4), instance: str = "a:9100", **labels: str
) -> dict[str, Any]:
    now = clock.now()
    return {
        "labels": {"alertname": name, "job": "node", "instance": instance, **labels},
        "annotations": {"summary": f"{name}!"},
        "startsAt": (NOW - timedelta(minutes=1)).isoformat(),
        "endsAt": (now + ends).isoformat(),
        "generatorURL": "http://prometheus.example/graph",
    }


def post(token: str, body: object) -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Client(enforce_csrf_checks=True).post(
        "/api/v2/alerts", raw, content_type="application/json", headers={"Authorization": f"Bearer {token}"}
    )


def stored(store: Store) -> list[tuple[int, float]]:
    found = store.tail(0, 100)
    return list(zip(found.channel.tolist(), found.value.tolist(), strict=True))


def test_an_alert_rises_repeats_and_ends(store: Store, token: str, at: clock.FrozenTime) -> None:
    assert post(token, [alert("DiskFull", severity="critical"), alert("Load")]).status_code == 200
    assert stored(store) == [(1, 4.0), (2, 2.0)]
    assert store.tail(0, 1).at_ms.tolist() == [int((NOW - timedelta(minutes=1)).timestamp() * 1000)]
    kept = Device.objects.get(number="S1").attributes["alerts"]
    assert [told["summary"] for told in kept["S1/1"].values()] == ["DiskFull!"]
    for _ in range(3):
        at.advance(minutes=1)
        assert post(token, [alert("DiskFull", severity="critical"), alert("Load")]).status_code == 200
    assert len(stored(store)) == 2
    assert post(token, [alert("DiskFull", severity="critical", ends=-timedelta(seconds=5))]).status_code == 200
    assert post(token, [alert("DiskFull", severity="critical", ends=-timedelta(seconds=5))]).status_code == 200
    assert stored(store)[2:] == [(1, 0.0)]
    assert list(Device.objects.get(number="S1").attributes["alerts"]) == ["S1/2"]


def test_two_alerts_at_one_channel_end_with_the_second(store: Store, token: str, at: clock.FrozenTime) -> None:
    over = -timedelta(seconds=1)
    post(token, [alert("DiskFull", disk="sda"), alert("DiskFull", disk="sdb")])
    at.advance(minutes=1)
    post(token, [alert("DiskFull", disk="sda", ends=over)])
    assert stored(store) == [(1, 2.0)]
    post(token, [alert("DiskFull", disk="sdb", ends=over)])
    assert stored(store) == [(1, 2.0), (1, 0.0)]


def test_what_is_told_late_is_still_news(store: Store, token: str, at: clock.FrozenTime) -> None:
    post(token, [alert("DiskFull", disk="sda")])
    at.advance(minutes=1)
    post(token, [alert("DiskFull", disk="sda", ends=-timedelta(seconds=1))])
    post(token, [alert("DiskFull", disk="sdb")])  # began before the other ended
    found = store.tail(0, 10)
    assert found.value.tolist() == [2.0, 0.0, 2.0]
    assert found.at_ms.tolist() == sorted(found.at_ms.tolist())
    assert found.quality.tolist() == [0, 0, 0]


def test_a_stranger_is_kept_once_an_hour(store: Store, token: str, at: clock.FrozenTime) -> None:
    for _ in range(3):
        assert post(token, [alert("Load", instance="b:9100")]).status_code == 200
        at.advance(minutes=1)
    (row,) = store.quarantine().rows
    assert row.reason == "unknown_channel" and "node/b:9100" in row.detail
    at.advance(minutes=61)
    post(token, [alert("Load", instance="b:9100")])
    assert store.quarantine().total == 2


def test_devices_of_other_districts_are_strangers(store: Store, token: str) -> None:
    far = alert("Load", instance="x")
    far["labels"]["job"] = "far"
    assert post(token, [far]).status_code == 200
    assert stored(store) == []
    assert store.quarantine().total == 1


def test_silence_ends_an_alert(store: Store, token: str, at: clock.FrozenTime) -> None:
    post(token, [alert("DiskFull")])
    assert tasks.end_unheard() is False
    assert len(stored(store)) == 1
    at.advance(minutes=30)
    tasks.end_unheard()
    assert stored(store) == [(1, 2.0), (1, 0.0)]
    assert Device.objects.get(number="S1").attributes["alerts"] == {}


def test_a_crash_before_it_is_kept_gives_the_same_value_again(
    store: Store, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(token, [alert("DiskFull")])
    Device.objects.filter(number="S1").update(attributes={})
    post(token, [alert("DiskFull")])
    assert stored(store) == [(1, 2.0), (1, 2.0)]


@pytest.mark.parametrize(
    ("body", "code"),
    [(b"{", "malformed"), (b"[1]", "alert_object"), (b"[" * 60 + b"]" * 60, "too_deep"), (b"\xff", "encoding")],
)
def test_what_cannot_be_read_is_told(store: Store, token: str, body: bytes, code: str) -> None:
    answer = post(token, body)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_one_bad_alert_spoils_the_post_and_nothing_is_taken(store: Store, token: str) -> None:
    answer = post(token, [alert("DiskFull"), {"labels": {}}])
    assert (answer.status_code, answer.json()["field"]) == (400, "alerts.1.labels")
    assert stored(store) == []


def test_who_may_not(store: Store, token: str) -> None:
    narrow = Token.issue(Account.objects.get(), ["warnings.relay"])
    assert post("guess", []).status_code == 401
    assert post(narrow, []).status_code == 403
    assert Client().post("/api/v2/alerts", b"[]", content_type="application/json").status_code == 401


def test_a_body_too_large(store: Store, token: str) -> None:
    assert post(token, b" " * (doors.MOST_BYTES + 1)).status_code == 413
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=10):
        assert post(token, b" " * 20).status_code == 413


def test_status(store: Store, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    assert Client().get("/api/v2/status", headers=headers).json()["cluster"]["status"] == "disabled"
    assert Client().get("/api/v2/alerts", headers=headers).status_code == 405
    assert Client().get("/api/v2/status").status_code == 401
