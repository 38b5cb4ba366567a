"""Reading real sockets: values on disk, quiet for the absent, one bad point, liars, and a register that changes."""

import asyncio
import struct
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from anshu.domains.devices.queries.rights import Directory, Entry
from anshu.gateways.modbus import adu, pdu
from anshu.gateways.modbus.adu import Adu
from anshu.gateways.modbus.client import Connection, Lost, Refused, Silent
from anshu.gateways.modbus.device import LONGEST_REST_S, SHORTEST_REST_S, device_of
from anshu.gateways.modbus.pdu import Function, Read, Refusal
from anshu.gateways.modbus.poller import Poller
from anshu.gateways.mqtt.messages import Note
from anshu.kernel.identifiers import uuid7
from anshu.telemetry import ChannelFacts, Limits, Quality, Store
from tests.gateways.modbus.station import Station

QUICK_S = 0.1
READ = Read(Function.READ_HOLDING, 0, 2)


def entry(number: str, address: str, points: dict[str, int], **more: Any) -> Entry:
    """A device whose channels are its points, by slot; all from -1000 to 1000."""
    facts = {f"{number}/{slot}": ChannelFacts(slot, -1000.0, 1000.0) for slot in points.values()}
    return Entry(
        id=uuid7(),
        number=number,
        name=number,
        kind="plc",
        territory="440306",
        account_id=None,
        protocol=more.get("protocol", "modbus"),
        address=address,
        passcode="",
        attributes={},
        facts=facts,
        points={point: f"{number}/{slot}" for point, slot in points.items()},
    )


class Desk:
    """A register of devices, a store, and a poller between them."""

    def __init__(self, store: Store, *entries: Entry) -> None:
        self.notes: dict[str, dict[str, Any]] = {}
        self.told = 0
        self.store = store
        self.register(*entries)
        self.poller = Poller(store, lambda: self.directory, Limits(), self.keep, QUICK_S)

    def register(self, *entries: Entry) -> None:
        self.directory = Directory({each.number: each for each in entries}, {})

    def keep(self, notes: Sequence[Note]) -> None:
        self.told += len(notes)
        self.notes.update({note.device: note.attributes for note in notes})

    def last(self) -> dict[int, float]:
        found = self.store.last()
        return dict(zip(found.channel.tolist(), found.value.tolist(), strict=True))

    async def until(self, holds: Callable[[], object], *, seconds: float = 10.0) -> None:
        """Poll until something holds."""
        running = asyncio.create_task(self.poller.run())
        try:
            async with asyncio.timeout(seconds):
                while not holds():
                    await asyncio.sleep(0.01)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path, synchronous="NORMAL") as opened:
        yield opened


def test_values_are_read_and_stored(store: Store) -> None:
    async def story() -> None:
        registers = {0: 0x3333, 1: 0x41A3, 2: 204, 3: 0xFFFF}
        async with Station(registers, {7: True}, units=(1, 3)) as station:
            first = entry(
                "P1",
                f"127.0.0.1:{station.port}",
                {"holding:0:float32:CDAB": 1, "holding:2*0.1": 2, "holding:3:int16": 3, "coil:7": 4},
            )
            second = entry("P2", f"127.0.0.1:{station.port}/3", {"holding:3": 5})
            desk = Desk(store, first, second, entry("M1", "x", {"39": 9}, protocol="sl651"))
            await desk.until(lambda: len(desk.last()) == 4 and {"P1", "P2"} <= desk.notes.keys())
            assert desk.last() == {1: 20.4, 2: 20.4, 3: -1.0, 4: 1.0}
            assert station.connections == 1
            assert Read(Function.READ_HOLDING, 0, 4) in station.asked
            assert desk.notes["P1"].items() >= {"status": "online", "error": "", "faults": {}}.items()
            assert "M1" not in desk.notes
            stored = store.tail(0, 100)
            assert set(stored.quality.tolist()) == {int(Quality.ARRIVAL_TIME)}
            # 65535 lies outside of what channel 5 can send.
            (kept,) = {row.reason for row in store.quarantine().rows}
            assert kept == "impossible"

    asyncio.run(story())


def test_a_point_that_the_device_does_not_have_costs_no_other(store: Store) -> None:
    async def story() -> None:
        async with Station({0: 1, 2: 3}) as station:
            points = {"holding:0": 1, "holding:1": 2, "holding:2": 3, "holding:nonsense": 4, "input:0:uint16:ABDC": 5}
            desk = Desk(store, entry("P1", f"127.0.0.1:{station.port}", points))
            await desk.until(lambda: desk.last() == {1: 1.0, 3: 3.0} and len(station.asked) > 8 and desk.notes)
            faults = desk.notes["P1"]["faults"]
            assert faults["holding:1"] == "it has no such address"
            assert "the address" in faults["holding:nonsense"] and "the order" in faults["input:0:uint16:ABDC"]
            assert station.asked.count(Read(Function.READ_HOLDING, 0, 3)) == 1
            assert desk.told == 1

    asyncio.run(story())


def test_the_absent_are_left_in_peace_and_found_again(store: Store) -> None:
    async def story() -> None:
        async with Station({0: 5}) as station:
            port = station.port
        desk = Desk(store, entry("P1", f"127.0.0.1:{port}", {"holding:0": 1}))
        await desk.until(lambda: "P1" in desk.notes)
        assert desk.notes["P1"]["status"] == "offline" and desk.notes["P1"]["error"]
        (host,) = desk.poller._hosts.values()
        (device,) = host.devices.values()
        assert device.failures == 1
        async with Station({0: 5}, port=port):
            device.due_s = 0.0
            desk.poller._hosts.clear()
            await desk.until(lambda: desk.last() == {1: 5.0} and desk.notes["P1"]["status"] == "online")

    asyncio.run(story())


def test_the_rest_doubles_up_to_five_minutes() -> None:
    device = device_of(entry("P1", "h", {"holding:0": 1}), 1.0)
    rests = []
    for _ in range(12):
        device.failed(100.0, Silent("no"))
        rests.append(device.due_s - 100.0)
    assert rests[:4] == [SHORTEST_REST_S, 10.0, 20.0, 40.0]
    assert rests[-1] == LONGEST_REST_S
    device.answered(1000.0)
    assert (device.failures, device.due_s) == (0, 1000.0)


def test_turns_that_were_missed_are_not_made_up_for() -> None:
    device = device_of(entry("P1", "h", {"holding:0": 1}), 1.0)
    device.due_s = 10.0
    device.answered(10.2)
    assert device.due_s == 11.0
    device.answered(500.0)
    assert device.due_s == 500.0


def test_a_dead_unit_does_not_silence_its_neighbours(store: Store) -> None:
    async def story() -> None:
        async with Station({0: 5}, units=(2,)) as station:
            desk = Desk(
                store,
                entry("P1", f"127.0.0.1:{station.port}/1", {"holding:0": 1}),
                entry("P2", f"127.0.0.1:{station.port}/2", {"holding:0": 2}),
            )
            await desk.until(lambda: {"P1", "P2"} <= desk.notes.keys() and desk.last() == {2: 5.0})
            assert desk.notes["P1"]["status"] == "offline"
            count = len(station.asked)
            await desk.until(lambda: len(station.asked) > count + 5)

    asyncio.run(story())


def test_the_register_changes(store: Store) -> None:
    async def story() -> None:
        async with Station({0: 5, 1: 6}) as station:
            address = f"127.0.0.1:{station.port}"
            desk = Desk(store, entry("P1", address, {"holding:0": 1}))
            running = asyncio.create_task(desk.poller.run())
            async with asyncio.timeout(15):
                while desk.last() != {1: 5.0}:
                    await asyncio.sleep(0.01)
                desk.register(entry("P1", address, {"holding:1": 2}))
                while desk.last() != {1: 5.0, 2: 6.0}:
                    await asyncio.sleep(0.01)
                desk.register(entry("P3", "what is this", {"holding:0": 3}), entry("P4", address, {}))
                while "P4" not in desk.notes:
                    await asyncio.sleep(0.01)
            assert not desk.poller._hosts
            assert "is not HOST:PORT/UNIT" in desk.notes["P3"]["error"]
            assert desk.notes["P4"]["error"] == "no channel has a point to read"
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    asyncio.run(story())


def test_a_disk_that_fails_stops_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        async with Station({0: 5}) as station:
            desk = Desk(store, entry("P1", f"127.0.0.1:{station.port}", {"holding:0": 1}))
            append, failed = store.append, []

            def fail(*given: Any, **named: Any) -> Any:
                if len(failed) < 2:
                    failed.append(1)
                    raise OSError("no space left")
                return append(*given, **named)

            monkeypatch.setattr(store, "append", fail)
            await desk.until(lambda: desk.last() == {1: 5.0})
            assert len(failed) == 2

    asyncio.run(story())


def other_transaction(found: Adu, raw: bytes) -> bytes:
    return adu.encode(Adu(found.transaction ^ 1, found.unit, raw[7:])) + raw


@pytest.mark.parametrize(
    ("twist", "expected"),
    [
        (lambda _found, raw: raw, (5, 6)),
        (other_transaction, (5, 6)),
        (lambda found, raw: raw.replace(bytes((found.unit, 3)), bytes((9, 3)), 1) + raw, (5, 6)),
        (lambda _found, _raw: b"", Silent),
        (lambda _found, raw: raw[:-1], Silent),
        (lambda _found, _raw: b"HTTP/1.1 400 Bad Request\r\n\r\n", Lost),
        (lambda found, _raw: adu.encode(Adu(found.transaction, found.unit, b"\x03\x02\x00\x05")), Lost),
        (lambda found, _raw: adu.encode(Adu(found.transaction, found.unit, b"\x04\x04\x00\x05\x00\x06")), Lost),
        (lambda found, _raw: adu.encode(Adu(found.transaction, found.unit, b"\x07\x04")), Lost),
        (lambda found, _raw: adu.encode(Adu(found.transaction, found.unit, b"\x83\x06")), Refused),
        (lambda found, _raw: adu.encode(Adu(found.transaction, found.unit, b"\x83\x0b")), Silent),
        (lambda found, _raw: adu.encode(Adu(found.transaction, found.unit, b"\x84\x02")), Lost),
        (lambda found, raw: adu.encode(Adu(found.transaction ^ 1, 1, b"\x03" * 100)) * 200 + raw, (5, 6)),
    ],
)
def test_answers_that_are_none(twist: Any, expected: Any) -> None:
    async def story() -> None:
        async with Station({0: 5, 1: 6}, twist=twist) as station:
            connection = Connection("127.0.0.1", station.port, answer_s=0.3)
            try:
                if isinstance(expected, tuple):
                    assert await connection.ask(1, READ) == expected
                else:
                    with pytest.raises(expected):
                        await connection.ask(1, READ)
                station.twist = lambda _found, raw: raw
                assert await connection.ask(1, READ) == (5, 6)
            finally:
                await connection.close()

    asyncio.run(story())


def test_a_device_that_hangs_up_is_called_again() -> None:
    async def story() -> None:
        async with Station({0: 5, 1: 6}) as station:
            connection = Connection("127.0.0.1", station.port)
            assert await connection.ask(1, READ) == (5, 6)
            port = station.port
        async with Station({0: 7, 1: 8}, port=port):
            for _ in range(2):
                try:
                    found = await connection.ask(1, READ)
                    break
                except Lost:
                    continue
            assert found == (7, 8)
            await connection.close()

    asyncio.run(story())


def test_a_float_that_is_none_goes_to_quarantine(store: Store) -> None:
    async def story() -> None:
        high, low = struct.unpack(">HH", struct.pack(">f", float("nan")))
        async with Station({0: high, 1: low}) as station:
            desk = Desk(store, entry("P1", f"127.0.0.1:{station.port}", {"holding:0:float32": 1}))
            await desk.until(lambda: store.quarantine().total)
            assert store.quarantine().rows[0].reason == "not_finite"
            assert desk.last() == {}

    asyncio.run(story())


def test_refusals_have_words() -> None:
    assert Refusal(3, 2).reason == "it has no such address"
    assert "77" in Refusal(3, 77).reason
    assert pdu.MOST_BYTES == 253
