"""The rarer moments of the event stream, piece by piece, over a log in memory."""

import asyncio
import json
from typing import Any

import pytest

from anshu.access.policy import Robot
from anshu.api import events

STREET = "440304001"


class Log:
    """A log in memory, in place of the database."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.rows: list[events.Told] = []
        self.broken = False
        monkeypatch.setattr(events, "newest", self.newest)
        monkeypatch.setattr(events, "rows_after", self.rows_after)
        monkeypatch.setattr(events, "let_go", self.newest)
        monkeypatch.setattr(events, "HUB", events.Hub())
        monkeypatch.setattr(events, "LOOK_EVERY_S", 0.001)
        monkeypatch.setattr(events, "PAUSE_S", 0.001)

    def add(self) -> None:
        number = len(self.rows) + 1
        row = {"id": number, "subject": "warnings.warning", "verb": "warnings.relay", "territory": STREET}
        self.rows.append(events.told(row))

    async def newest(self) -> int:
        await asyncio.sleep(0.002)
        return len(self.rows)

    async def rows_after(self, last: int) -> list[events.Told]:
        await asyncio.sleep(0.001)
        if self.broken:
            raise RuntimeError("the database is away")
        return self.rows[last : last + events.CATCH_UP]


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Log:
    return Log(monkeypatch)


class Wire:
    """Keeps what is sent."""

    def __init__(self) -> None:
        self.text = ""

    async def send(self, message: Any) -> None:
        self.text += message["body"].decode()

    def ids(self) -> list[int]:
        return [json.loads(line[6:])["id"] for line in self.text.split("\n") if line.startswith('data: {"id"')]


def listener(wire: Wire, last: int) -> events.Listener:
    person: Any = Robot("work")
    return events.Listener({"headers": [], "method": "GET"}, wire.send, person, last)


async def hear(log: Log, wire: Wire, wanted: int | None, until: int) -> None:
    """Join while rows are being added, and follow until the row with that id has come."""
    queue, at = await events.HUB.join()
    here = listener(wire, at)
    gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    following = asyncio.ensure_future(here.begin(wanted))
    await following
    follow = asyncio.ensure_future(here.follow(queue, gone))
    for _ in range(2000):
        if here.last >= until or follow.done():
            break
        await asyncio.sleep(0.002)
    gone.set_result(None)
    await follow
    events.HUB.leave(queue)


def test_rows_that_come_between_looking_and_joining_are_heard(log: Log) -> None:
    async def scene() -> list[list[int]]:
        wires = [Wire() for _ in range(5)]

        async def fill() -> None:
            for _ in range(300):
                log.add()
                await asyncio.sleep(0.0005)

        async def late(number: int, wire: Wire) -> None:
            await asyncio.sleep(number * 0.02)
            await hear(log, wire, 0, 300)

        await asyncio.gather(fill(), *(late(number, wire) for number, wire in enumerate(wires)))
        return [wire.ids() for wire in wires]

    assert asyncio.run(scene()) == [list(range(1, 301))] * 5


def test_a_log_that_is_away_for_a_while_ends_nothing(log: Log) -> None:
    async def scene() -> list[int]:
        wire = Wire()
        hearing = asyncio.ensure_future(hear(log, wire, None, 2))
        await asyncio.sleep(0.02)
        log.broken = True
        log.add()
        await asyncio.sleep(0.02)
        log.broken = False
        log.add()
        await hearing
        return wire.ids()

    assert asyncio.run(scene()) == [1, 2]


def test_who_cannot_keep_up_is_let_go(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "WAITING", 3)

    async def scene() -> tuple[int, object]:
        queue, _at = await events.HUB.join()
        other, _at = await events.HUB.join()
        for _ in range(10):
            log.add()
            while other.empty():
                await asyncio.sleep(0.001)
            other.get_nowait()
        alone = queue.get_nowait()
        left = len(events.HUB.listeners)
        events.HUB.leave(other)
        return left, alone

    assert asyncio.run(scene()) == (1, None)


def test_whoever_loses_the_right_hears_no_more(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    async def listening(_scope: Any) -> Any:
        asked.append(1)
        return (Robot("work"), True) if len(asked) < 3 else (None, False)

    monkeypatch.setattr(events, "BEAT_S", 0.01)
    monkeypatch.setattr(events, "listening", listening)

    async def scene() -> str:
        wire = Wire()
        queue, at = await events.HUB.join()
        gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        await asyncio.wait_for(listener(wire, at).follow(queue, gone), 5)
        events.HUB.leave(queue)
        return wire.text

    assert asyncio.run(scene()) == "id: 0\nevent: ping\ndata: {}\n\n" * 2
