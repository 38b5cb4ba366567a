"""A unit on a real socket: confirmed when it is on disk, the same frame again is one reading, bad frames are kept."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from anshu.domains.devices.queries.rights import Directory, Entry
from anshu.gateways.frames.server import Desk, desk_for
from anshu.gateways.gb26875 import FireUnits, Frame, decode, encode
from anshu.gateways.gb26875.codes import Command
from anshu.gateways.gb26875.frame import HEAD, TAIL_BYTES
from anshu.gateways.mqtt.journal import Journal, each
from anshu.kernel import clock
from anshu.kernel.identifiers import uuid7
from anshu.telemetry import ChannelFacts, Limits, Store
from tests.gateways.gb26875.vectors import A, B, F

NOW = datetime(2026, 8, 5, 6, 30, 34, tzinfo=UTC)
POINTS = {"fire:1/1/18.3": 1, "any_fire:unit": 2, "pressure_kpa:0/1/5.0": 3}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "telemetry") as opened, clock.frozen(NOW):
        yield opened


def directory() -> Directory:
    codes = {point: f"U1/{slot}" for point, slot in POINTS.items()}
    unit = Entry(
        id=uuid7(),
        number="U1",
        name="building 3",
        kind="fire",
        territory="440306",
        account_id=None,
        protocol="gb26875",
        address="440307",
        passcode="",
        attributes={},
        facts={f"U1/{slot}": ChannelFacts(slot, 0.0, 4000.0) for slot in POINTS.values()},
        points=codes,
    )
    return Directory({"U1": unit}, unit.facts, {("gb26875", "440307"): unit})


@asynccontextmanager
async def listening(store: Store, tmp_path: Path) -> AsyncIterator[tuple[Desk, int]]:
    known = directory()
    desk = desk_for(
        FireUnits(),
        lambda reception: Journal(
            store, lambda: known, Limits(), lambda _notes: None, each(reception.receive), reception.codec.name
        ),
        tmp_path,
    )
    desk.journal.start(asyncio.get_running_loop())
    try:
        yield desk, await desk.open("127.0.0.1", 0)
    finally:
        await desk.close()
        await asyncio.to_thread(desk.journal.close)


async def answer(reader: asyncio.StreamReader) -> Frame:
    async with asyncio.timeout(5):
        return decode(await reader.readexactly(HEAD.size + TAIL_BYTES))


def test_a_fire_is_confirmed_once_it_is_on_disk(store: Store, tmp_path: Path) -> None:
    async def story() -> None:
        async with listening(store, tmp_path) as (_desk, port):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(bytes.fromhex(B) + b"noise" + bytes.fromhex(F)[:20])
            confirmed = await answer(reader)
            assert (confirmed.command, confirmed.serial, confirmed.target) == (Command.CONFIRM, 1, 0x440307)
            last = store.last()
            assert dict(zip(last.channel.tolist(), last.value.tolist(), strict=True)) == {1: 1.0, 2: 1.0}
            writer.write(bytes.fromhex(F)[20:] + bytes.fromhex(B))
            assert [(await answer(reader)).serial for _ in range(2)] == [2, 1]
            writer.close()
            assert store.tail(0, 100).value.tolist() == [1.0, 1.0, 352.0]

    asyncio.run(story())


def test_what_cannot_be_taken_is_kept_as_it_came(store: Store, tmp_path: Path) -> None:
    async def story() -> None:
        async with listening(store, tmp_path) as (_desk, port):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            spoilt = bytearray.fromhex(B)
            spoilt[40] ^= 1
            own = encode(Frame(200, 7, 0x440307, 1, NOW))
            writer.write(bytes.fromhex(A) + spoilt + own + bytes.fromhex(B))
            assert [(await answer(reader)).command for _ in range(2)] == [Command.DENY, Command.CONFIRM]
            writer.close()
            rows = {row.raw: (str(row.reason), row.detail) for row in store.quarantine().rows}
            assert rows[bytes.fromhex(A)][0] == "unknown_channel"
            assert "sum" in rows[bytes(spoilt)][1]
            assert "command 200" in rows[own][1]

    asyncio.run(story())
