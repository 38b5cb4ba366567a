"""The door of readings, and what the API then tells of them."""

import gzip
import json
import zlib
from collections.abc import Callable
from typing import Any

import pytest

from anshu.api import bodies
from anshu.domains.devices.models import Channel
from anshu.domains.warnings.models import Rule
from anshu.telemetry import Store

pytestmark = pytest.mark.django_db

STREET, OTHER = "440304001", "440304002"
AT = "2026-06-01T15:59:00+08:00"


@pytest.fixture
def gauge(more_of: Callable[..., Any]) -> Channel:
    made: Channel = more_of(Channel, STREET, minimum=-1.0, maximum=9.0)
    return made


@pytest.fixture
def device(caller: Callable[..., Any]) -> Any:
    return caller("device", scopes=("telemetry.append",))


def line(channel: str, value: float = 0.2, at: str = AT) -> bytes:
    return json.dumps({"channel": channel, "at": at, "value": value}).encode() + b"\n"


def test_lines_are_counted_for_what_they_are(device: Any, gauge: Channel, store: Store) -> None:
    body = line(gauge.number) + line("nobody") + line(gauge.number, 99.0, "2026-06-01T15:58:00+08:00") + b"{\n"
    assert device.post("/readings", body).json() == {"accepted": 1, "duplicate": 0, "quarantined": 3}
    assert device.post("/readings", line(gauge.number)).json() == {"accepted": 0, "duplicate": 1, "quarantined": 0}
    reasons = sorted(row.reason.value for row in store.quarantine().rows)
    assert reasons == ["impossible", "malformed", "unknown_channel"]
    assert store.tail(0, 10).value.tolist() == [0.2]
    assert store.doors().popitem()[1] == "http"


@pytest.mark.parametrize(
    "kind",
    [
        "application/x-ndjson",
        "application/json",
        "text/plain; charset=utf-8",
        "application/x-www-form-urlencoded",
        "application/octet-stream",
        "",
    ],
)
def test_clients_name_lines_in_many_ways(kind: str, device: Any, gauge: Channel) -> None:
    assert device.post("/readings", line(gauge.number), content_type=kind).json()["accepted"] == 1


@pytest.mark.parametrize(
    "kind", ["text/xml", "image/png", "multipart/form-data; boundary=x", "text/plain; charset=gb18030"]
)
def test_other_kinds_are_refused(kind: str, device: Any, gauge: Channel, store: Store) -> None:
    assert device.post("/readings", line(gauge.number), content_type=kind).status_code == 415
    assert store.watermark() == 0


def test_packed_lines(device: Any, gauge: Channel) -> None:
    two = gzip.compress(line(gauge.number)) + gzip.compress(line(gauge.number, 0.3, "2026-06-01T15:58:00+08:00"))
    told = device.post("/readings", two, headers={"Content-Encoding": "gzip"})
    assert told.json() == {"accepted": 2, "duplicate": 0, "quarantined": 0}


@pytest.mark.parametrize(
    ("packed", "coding", "status", "code"),
    [
        (gzip.compress(b"x" * 1000)[:-10], "gzip", 400, "gzip"),
        (b"not gzip at all", "gzip", 400, "gzip"),
        (b"{}", "br", 415, "content_encoding"),
        (zlib.compress(b"{}"), "gzip", 400, "gzip"),
        (gzip.compress(b"") * 100, "gzip", 413, "too_large"),
    ],
    # Packed bytes hold the time, so they would name the test anew in each process.
    ids=["cut short", "not packed", "another coding", "zlib", "a hundred members"],
)
def test_packed_wrongly(packed: bytes, coding: str, status: int, code: str, device: Any, store: Store) -> None:
    response = device.post("/readings", packed, headers={"Content-Encoding": coding})
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert store.quarantine().total == 0


def test_a_bomb_is_not_unpacked(device: Any) -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(b"0" * 1_000_000) for _ in range(200)) + packer.flush()
    response = device.post("/readings", bomb, headers={"Content-Encoding": "gzip"})
    assert len(bomb) < 1_000_000
    assert (response.status_code, response.json()["code"]) == (413, "too_large")


def test_a_body_may_be_as_large_as_is_said_and_no_larger(device: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "LARGEST_LINES", 1000)
    assert device.post("/readings", b" " * 1000).status_code == 200
    assert device.post("/readings", b" " * 1001).status_code == 413
    assert device.post("/readings", gzip.compress(b" " * 1000), headers={"Content-Encoding": "gzip"}).status_code == 200
    assert device.post("/readings", gzip.compress(b" " * 1001), headers={"Content-Encoding": "gzip"}).status_code == 413


def test_the_wrong_encoding_costs_only_its_own_line(device: Any, gauge: Channel, store: Store) -> None:
    body = '{"channel": "积水", "at": "x", "value": 1}\n'.encode("gb18030") + line(gauge.number)
    assert device.post("/readings", body).json() == {"accepted": 1, "duplicate": 0, "quarantined": 1}
    assert "GB18030" in store.quarantine().rows[0].detail


def test_nothing_is_nothing(device: Any) -> None:
    assert device.post("/readings", b"").json() == {"accepted": 0, "duplicate": 0, "quarantined": 0}


def test_only_those_may_append_who_may(caller: Callable[..., Any], gauge: Channel, store: Store) -> None:
    assert caller("duty_officer").post("/readings", line(gauge.number)).status_code == 403
    assert caller("device", scopes=("warnings.relay",)).post("/readings", line(gauge.number)).status_code == 403
    assert store.watermark() == 0


def test_a_street_cannot_speak_for_another(caller: Callable[..., Any], gauge: Channel, store: Store) -> None:
    told = caller("device", OTHER).post("/readings", line(gauge.number)).json()
    assert told == {"accepted": 0, "duplicate": 0, "quarantined": 1}
    assert caller("device", STREET).post("/readings", line(gauge.number)).json()["accepted"] == 1


def test_a_channel_is_known_at_once_and_so_is_its_change(
    device: Any, caller: Callable[..., Any], gauge: Channel
) -> None:
    keeper = caller("system_administrator")
    assert device.post("/readings", line("NEW", 5.0)).json()["quarantined"] == 1
    body = {
        "number": "NEW",
        "name": "new",
        "device": str(gauge.device.pk),
        "quantity": "water_level",
        "unit": "m",
        "territory": STREET,
    }
    made = keeper.post("/channels", body)
    assert made.status_code == 201, made.content
    assert device.post("/readings", line("NEW", 5.0)).json()["accepted"] == 1
    assert keeper.patch(f"/channels/{made.json()['id']}", {"maximum": 4.0}).status_code == 200
    assert device.post("/readings", line("NEW", 4.5, "2026-06-01T15:57:00+08:00")).json()["quarantined"] == 1
    assert keeper.patch(f"/channels/{made.json()['id']}", {"number": "RENAMED"}).status_code == 200
    assert device.post("/readings", line("RENAMED", 3.0, "2026-06-01T15:56:00+08:00")).json()["accepted"] == 1


def test_channels_tell_their_last_value(device: Any, caller: Callable[..., Any], gauge: Channel) -> None:
    officer = caller("duty_officer")
    item = officer.get(f"/channels/{gauge.pk}").json()
    assert (item["last_value"], item["last_at"], item["stale"]) == (None, None, True)
    tag = officer.get("/channels")["ETag"]
    device.post("/readings", line(gauge.number, 0.25))
    listed = officer.get("/channels")
    assert listed["ETag"] != tag
    item = next(item for item in listed.json()["items"] if item["id"] == str(gauge.pk))
    assert (item["last_value"], item["last_at"], item["stale"]) == (0.25, "2026-06-01T07:59:00+00:00", False)


def test_a_curve_comes_with_its_ladder(
    device: Any, caller: Callable[..., Any], gauge: Channel, more_of: Callable[..., Any]
) -> None:
    more_of(Rule, STREET, channel=gauge)
    device.post("/readings", b"".join(line(gauge.number, m / 100, f"2026-06-01T15:{m:02}:00+08:00") for m in range(60)))
    officer = caller("duty_officer")
    curve = officer.get(f"/channels/{gauge.pk}/series?hours=0.5&points=20").json()
    assert curve["of"] == 29 and len(curve["points"]) <= 20
    assert curve["points"][-1] == [1780300740000, 0.59]
    assert curve["ladder"] == [{"level": "1", "raise": 0.6, "clear": 0.5}, {"level": "4", "raise": 0.15, "clear": 0.1}]
    assert (curve["unit"], curve["name"]) == (gauge.unit, gauge.name)
    past = officer.get(f"/channels/{gauge.pk}/series?hours=1&until=2026-06-01T07:10:00Z").json()
    assert [point[1] for point in past["points"]] == [m / 100 for m in range(11)]
    assert caller("duty_officer", OTHER).get(f"/channels/{gauge.pk}/series").status_code == 404
    for wrong in ("hours=0", "hours=1e9", "points=2", "points=5001", "until=noon", "zoom=1"):
        assert officer.get(f"/channels/{gauge.pk}/series?{wrong}").status_code == 422, wrong
