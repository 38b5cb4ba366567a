"""A door of frames that runs in a thread of its own over a real store, and devices that send to it."""

import asyncio
import socket
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from anshu.domains.devices.queries.rights import Directory, Entry
from anshu.gateways.frames.codec import Codec
from anshu.gateways.frames.server import desk_for
from anshu.gateways.mqtt.journal import Journal, each
from anshu.gateways.mqtt.messages import Note
from anshu.kernel.identifiers import uuid7
from anshu.telemetry import ChannelFacts, Limits, Store

OPEN_LIMITS = Limits(future_ms=100 * 366 * 86_400_000)


def entry(protocol: str, address: str, points: dict[str, int], passcode: str = "", **attributes: object) -> Entry:
    """A registered device whose channels are called `address/point`."""
    return Entry(
        id=uuid7(),
        number=f"N{address}",
        name="station",
        kind="gauge",
        territory="440306",
        account_id=None,
        protocol=protocol,
        address=address,
        passcode=passcode,
        attributes=dict(attributes),
        facts={f"{address}/{point}": ChannelFacts(slot, -10.0, 1_000.0) for point, slot in points.items()},
        points={point: f"{address}/{point}" for point in points},
    )


def directory(*entries: Entry) -> Directory:
    facts = {code: each for one in entries for code, each in one.facts.items()}
    by_address = {(one.protocol, one.address): one for one in entries}
    return Directory({one.number: one for one in entries}, facts, by_address)


class Running:
    """A desk and its journal, in a loop in another thread."""

    def __init__(self, codec: Codec, known: Directory, folder: Path, *, udp: bool = False) -> None:
        self.directory, self.notes, self.folder = known, list[Note](), folder
        self.store = Store.open(folder / "telemetry")
        self.desk = desk_for(codec, self._journal, folder / "attachments")
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        self.loop.call_soon_threadsafe(self.desk.journal.start, self.loop)
        self.port = int(self.do(self.desk.open("127.0.0.1", 0, udp=udp)))

    def _journal(self, reception: Any) -> Journal:
        known, name = (lambda: self.directory), reception.codec.name
        return Journal(self.store, known, OPEN_LIMITS, self._keep, each(reception.receive), name)

    def _keep(self, notes: Sequence[Note]) -> None:
        self.notes.extend(notes)

    def do(self, coroutine: Any) -> Any:
        """Run something in the loop and wait for what comes of it."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(10)

    def sweep(self) -> None:
        async def now() -> None:
            self.desk.sweep()

        self.do(now())

    def close(self) -> None:
        self.do(self.desk.close())
        self.desk.journal.close()
        self.do(asyncio.sleep(0))
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()
        self.store.close()

    def readings(self) -> list[tuple[int, float]]:
        found = self.store.tail(0, 100_000)
        return list(zip(found.channel.tolist(), found.value.tolist(), strict=True))

    def rejects(self) -> list[tuple[str, str, bytes]]:
        return [(row.reason.value, row.detail, row.raw) for row in self.store.quarantine().rows]


class Device:
    """A TCP connection of a device."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), 10)

    def send(self, raw: bytes) -> None:
        self.socket.sendall(raw)

    def hear(self, size: int) -> bytes:
        """So many bytes of answers; fewer when the connection ends before."""
        heard = b""
        while len(heard) < size and (more := self.socket.recv(size - len(heard))):
            heard += more
        return heard

    def is_ended(self) -> bool:
        """Whether the other side ends the connection without another byte, within the time-out of the socket."""
        try:
            return self.socket.recv(1) == b""
        except ConnectionResetError:
            return True

    def close(self) -> None:
        self.socket.close()
