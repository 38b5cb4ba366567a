"""The process behind the doors of Chinese device protocols: each codec on its port, one journal behind each."""

import asyncio
import logging
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import uvloop
from django.conf import settings
from django.db import close_old_connections

from anshu.domains.devices.queries import limits, store
from anshu.domains.devices.queries.rights import LOOK_EVERY_S, Directory, book
from anshu.gateways.frames import pictures
from anshu.gateways.frames.codec import Codec
from anshu.gateways.frames.links import Datagrams, Link
from anshu.gateways.frames.receiving import Delivery, Reception
from anshu.gateways.mqtt.journal import Arrival, Journal, each, keep_notes
from anshu.gateways.mqtt.messages import Note

SWEEP_S = 1.0
# What all links of a port together may have on the way to the disk before each that sends more is made to wait.
MOST_BYTES_WAITING = 32 << 20

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Opening:
    """A codec, the port it is to be had on, and whether over UDP as well as TCP."""

    codec: Codec
    port: int
    udp: bool = False


@dataclass(eq=False)
class Desk:
    """One open port: takes what links hand in to its journal, and hears what became of it."""

    codec: Codec
    reception: Reception
    journal: Journal
    links: set[Link] = field(default_factory=set)
    waiting_bytes: int = 0
    _servers: list[asyncio.Server] = field(default_factory=list)
    _datagrams: list[asyncio.DatagramTransport] = field(default_factory=list)

    async def open(self, host: str, port: int, *, udp: bool = False) -> int:
        """Listen; the port, which was chosen freely when 0 was asked for."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Link(self, self.links), host, port, backlog=1024)
        self._servers.append(server)
        port = int(server.sockets[0].getsockname()[1])
        if udp:
            transport, _ = await loop.create_datagram_endpoint(lambda: Datagrams(self), local_addr=(host, port))
            self._datagrams.append(transport)
        return port

    def hand_in(self, delivery: Delivery, done: Callable[[bool], None]) -> None:
        """Take what came over a link; `done` is called in the loop with whether it is on disk."""
        self.waiting_bytes += len(delivery.piece.raw)
        self.journal.put(Arrival((delivery,), partial(self._told, delivery, done)))

    def _told(self, delivery: Delivery, done: Callable[[bool], None], on_disk: bool) -> None:
        self.waiting_bytes -= len(delivery.piece.raw)
        if not on_disk:
            self.reception.failed(delivery)
        done(on_disk)

    def is_crowded(self) -> bool:
        """Whether the disk is so far behind that links should wait."""
        return self.waiting_bytes > MOST_BYTES_WAITING

    def sweep(self) -> None:
        """Look after the links; called now and then."""
        for link in list(self.links):
            link.sweep()

    async def close(self) -> None:
        """Take no more, end the links: what is not answered comes again."""
        for server in self._servers:
            server.close()
        for transport in self._datagrams:
            transport.close()
        for link in list(self.links):
            link.transport.close()
        for server in self._servers:
            await server.wait_closed()


def desk_for(codec: Codec, journal_of: Callable[[Reception], Journal], folder: Path) -> Desk:
    """A desk for a codec, its pictures kept in a folder."""
    reception = Reception(codec, partial(pictures.keep, folder))
    return Desk(codec, reception, journal_of(reception))


def _journal(reception: Reception) -> Journal:
    return Journal(store(), _directory, limits(), _keep, each(reception.receive), reception.codec.name)


def _directory() -> Directory:
    return book().directory


def _keep(notes: Sequence[Note]) -> None:
    """Keep what devices say of themselves, and read it again soon, so that the same is not written again."""
    keep_notes(notes)
    book().forget()


def look() -> None:
    """Bring the directory of devices up to date."""
    close_old_connections()
    book().current()


def run(beat: Callable[[], None], openings: Sequence[Opening], host: str) -> None:
    """Run until SIGTERM or SIGINT; `beat` is called each second. What was taken in is written before it returns.

    Raises OSError when a port cannot be had.
    """
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(beat, openings, host))


async def _serve(beat: Callable[[], None], openings: Sequence[Opening], host: str) -> None:
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    await asyncio.to_thread(look)
    folder = settings.ANSHU.state_dir.resolve() / "attachments"
    desks = [desk_for(each.codec, _journal, folder) for each in openings]
    looking = loop.create_task(_look())
    for desk in desks:
        desk.journal.start(loop)
    try:
        for desk, opening in zip(desks, openings, strict=True):
            port = await desk.open(host, opening.port, udp=opening.udp)
            _logger.info("%s on %s:%d", opening.codec.name, host, port)
        while not stopped.is_set():
            beat()
            for desk in desks:
                desk.sweep()
            if looking.done():
                looking.result()
            with suppress(TimeoutError):
                await asyncio.wait_for(stopped.wait(), SWEEP_S)
    finally:
        looking.cancel()
        for desk in desks:
            await desk.close()
            await asyncio.to_thread(desk.journal.close)


async def _look() -> None:
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        try:
            await asyncio.to_thread(look)
        except Exception:  # the database may be away for a while; what was read last stays in force
            _logger.exception("the register of devices could not be read")
