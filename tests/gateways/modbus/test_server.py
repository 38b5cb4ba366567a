"""The process: it reads what the register of devices names until it is told to stop."""

import asyncio
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from anshu.domains.devices.models import Channel, Device
from anshu.domains.devices.queries.rights import book
from anshu.gateways.modbus import server
from anshu.gateways.mqtt.messages import Note
from anshu.telemetry import Store
from tests.gateways.modbus.station import Station


@pytest.fixture
def station() -> Iterator[Station]:
    """A device that answers from a thread of its own."""
    ready, over = threading.Event(), threading.Event()
    made = Station({0: 215})

    async def stand() -> None:
        async with made:
            ready.set()
            await asyncio.to_thread(over.wait)

    running = threading.Thread(target=lambda: asyncio.run(stand()))
    running.start()
    assert ready.wait(5)
    yield made
    over.set()
    running.join()


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    with Store.open(tmp_path, synchronous="NORMAL") as opened:
        monkeypatch.setattr(server, "store", lambda: opened)
        book.cache_clear()
        yield opened
    book.cache_clear()


@pytest.mark.django_db(transaction=True)
def test_the_process_reads_notes_and_stops(station: Station, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    plc = Device.objects.create(
        number="P1", name="pump", kind="plc", protocol="modbus", address=f"127.0.0.1:{station.port}", territory="440306"
    )
    Channel.objects.create(
        number="P1/t",
        name="t",
        device=plc,
        quantity="water_temperature",
        unit="deg_c",
        point="holding:0*0.1",
        slot=9,
        territory="440306",
    )
    noted, beats = threading.Event(), []
    keep = server.keep

    def keep_and_tell(notes: Sequence[Note]) -> None:
        keep(notes)
        noted.set()

    def beat() -> None:
        beats.append(1)
        if (noted.is_set() and len(store.tail(0, 10))) or len(beats) > 20:
            os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(server, "keep", keep_and_tell)
    server.run(beat, every_s=0.2)
    assert store.last([9]).value.tolist() == [21.5]
    attributes = Device.objects.get(pk=plc.pk).attributes
    assert (attributes["status"], attributes["error"]) == ("online", "")
