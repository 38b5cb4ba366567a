"""The process that reads Modbus devices."""

import asyncio
import logging
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from django.db import connections

from anshu.domains.devices.queries import limits, store
from anshu.domains.devices.queries.rights import LOOK_EVERY_S, Directory, book
from anshu.gateways.modbus.points import EVERY_S
from anshu.gateways.modbus.poller import Poller
from anshu.gateways.mqtt.journal import keep_notes
from anshu.gateways.mqtt.messages import Note

BEAT_S = 1.0

_logger = logging.getLogger(__name__)


def look() -> None:
    """Bring the directory of devices up to date."""
    with _asking():
        book().current()


def keep(notes: Sequence[Note]) -> None:
    """Keep what is known of devices with their records."""
    with _asking():
        keep_notes(notes)


@contextmanager
def _asking() -> Iterator[None]:
    """Whichever thread of the pool asks the database leaves no connection behind: the pool ends without a word."""
    try:
        yield
    finally:
        connections.close_all()


def _directory() -> Directory:
    return book().directory


def run(beat: Callable[[], None], every_s: float = EVERY_S) -> None:
    """Read devices until SIGTERM or SIGINT; `beat` is called each second. Devices that name no interval: `every_s`."""
    asyncio.run(_serve(beat, every_s))


async def _serve(beat: Callable[[], None], every_s: float) -> None:
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    await asyncio.to_thread(look)
    poller = Poller(store(), _directory, limits(), keep, every_s)
    tasks = [loop.create_task(poller.run()), loop.create_task(_look())]
    try:
        while not stopped.is_set():
            beat()
            for task in tasks:
                if task.done():
                    task.result()
            with suppress(TimeoutError):
                await asyncio.wait_for(stopped.wait(), BEAT_S)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _look() -> None:
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        try:
            await asyncio.to_thread(look)
        except Exception:  # the database may be away for a while; what was read last stays in force
            _logger.exception("the register of devices could not be read")
