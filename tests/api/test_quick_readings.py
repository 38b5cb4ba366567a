"""The short way into the door of readings answers what is plain, and passes on everything else untouched."""

import asyncio
import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest

from anshu.api import bodies, quick_readings
from anshu.domains.devices.models import Channel
from anshu.telemetry import Store

STREET, OTHER = "440304001", "440304002"
AT = "2026-06-01T15:59:00+08:00"
PLAIN = {"authorization": "Bearer secret", "content-type": "application/x-ndjson"}


@pytest.fixture(autouse=True)
def strangers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has sent yet."""
    monkeypatch.setattr(quick_readings, "SENDERS", quick_readings.Senders())


def line(channel: str, value: float = 0.2, at: str = AT) -> bytes:
    return json.dumps({"channel": channel, "at": at, "value": value}).encode() + b"\n"


@pytest.mark.django_db
class TestStoring:
    @pytest.fixture
    def gauge(self, more_of: Callable[..., Any]) -> Channel:
        made: Channel = more_of(Channel, STREET, minimum=-1.0, maximum=9.0)
        return made

    @pytest.fixture
    def token(self, caller: Callable[..., Any]) -> str:
        found: str = caller("device", scopes=("telemetry.append",)).token
        return found

    def test_plain_lines_are_on_disk_when_there_is_a_receipt(self, gauge: Channel, token: str, store: Store) -> None:
        receipt = quick_readings.store_plain(token, line(gauge.number) + line(gauge.number), False)
        assert receipt == b'{"accepted":1,"duplicate":1,"quarantined":0}'
        assert store.tail(0, 9).channel.tolist() == [gauge.slot] and store.doors() == {1: "http"}
        assert quick_readings.store_plain(token, gzip.compress(line(gauge.number)), True) is not None

    def test_a_conflict_is_set_aside_as_it_came(self, gauge: Channel, token: str, store: Store) -> None:
        quick_readings.store_plain(token, line(gauge.number) + line(gauge.number, 0.5), False)
        (row,) = store.quarantine().rows
        assert (row.raw, row.channel) == (line(gauge.number, 0.5).strip(), gauge.number)

    @pytest.mark.parametrize("body", [line("nobody"), b"{", line("x", 99.0)])
    def test_what_is_not_plain_is_left_alone(self, body: bytes, gauge: Channel, token: str, store: Store) -> None:
        assert quick_readings.store_plain(token, line(gauge.number) + body, False) is None
        assert quick_readings.store_plain(token, b"not packed", True) is None
        assert store.watermark() == 0 and store.quarantine().total == 0

    def test_only_those_may_append_who_may(self, gauge: Channel, caller: Callable[..., Any], store: Store) -> None:
        for token in (
            "unknown",
            caller("duty_officer").token,
            caller("device", scopes=("warnings.relay",)).token,
            caller("device", OTHER).token,
        ):
            assert quick_readings.store_plain(token, line(gauge.number), False) is None
        assert store.watermark() == 0

    def test_a_token_is_believed_for_a_moment_and_no_longer(
        self, gauge: Channel, token: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        now = [100.0]
        monkeypatch.setattr(quick_readings, "monotonic", lambda: now[0])
        first = quick_readings.SENDERS.of(token)
        assert first is not None and quick_readings.SENDERS.of(token) is first
        now[0] += quick_readings.LOOK_EVERY_S
        second = quick_readings.SENDERS.of(token)
        assert second is not None and second is not first and second.table is first.table
        gauge.territory = OTHER
        monkeypatch.setattr(quick_readings, "bearer", lambda _text: None)
        now[0] += quick_readings.LOOK_EVERY_S
        assert quick_readings.SENDERS.of(token) is None


class Application:
    """What stands behind the short way: keeps the body it was given, and answers with 418."""

    def __init__(self) -> None:
        self.body: bytes | None = None

    async def __call__(self, _scope: Any, receive: Any, send: Any) -> None:
        self.body = (await receive())["body"]
        await send({"type": "http.response.start", "status": 418, "headers": []})
        await send({"type": "http.response.body", "body": b""})


def ask(body: bytes, headers: dict[str, str], application: Application) -> tuple[int, bytes]:
    """Status and body of the answer to a request whose body comes in two pieces."""
    pieces = [body[:3], body[3:]]
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    async def send(message: Any) -> None:
        sent.append(message)

    given = {"content-length": str(len(body)), **headers}
    scope = {"type": "http", "headers": [(name.encode(), value.encode()) for name, value in given.items()]}
    if not application_reads(given):
        pieces[:] = [body]
    asyncio.run(quick_readings.take(application, scope, receive, send))
    return sent[0]["status"], sent[1]["body"]


def application_reads(headers: dict[str, str]) -> bool:
    """Whether the short way reads the body itself."""
    return quick_readings._is_plain({name.encode(): value.encode() for name, value in headers.items()})


class TestAnswering:
    def test_a_receipt_is_the_answer(self, monkeypatch: pytest.MonkeyPatch) -> None:
        asked: list[Any] = []
        monkeypatch.setattr(quick_readings, "store_plain", lambda *given: asked.append(given) or b'{"accepted":1}')
        behind = Application()
        assert ask(b"some lines", PLAIN, behind) == (200, b'{"accepted":1}')
        assert asked == [("secret", b"some lines", False)] and behind.body is None

    def test_without_one_the_door_itself_is_given_the_whole_body(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(quick_readings, "store_plain", lambda *_given: None)
        behind = Application()
        assert ask(b"some lines", PLAIN, behind) == (418, b"")
        assert behind.body == b"some lines"

    @pytest.mark.parametrize(
        "headers",
        [
            {"authorization": ""},
            {"authorization": "Basic c2VjcmV0"},
            {"content-type": "text/xml"},
            {"content-type": "text/plain; charset=gb18030"},
            {"content-encoding": "br"},
            {"content-length": "many"},
            {"content-length": str(bodies.LARGEST_LINES + 1)},
        ],
    )
    def test_what_does_not_look_plain_is_not_even_read(
        self, headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(quick_readings, "store_plain", lambda *_given: b"never")
        behind = Application()
        assert ask(b"some lines", PLAIN | headers, behind)[0] == 418
        assert behind.body == b"some lines"
