"""The process that reads Modbus devices."""

import asyncio
import logging
import signal
from collections.abc import Callable
from contextlib import suppress

from django.db import close_old_connections

from anshu.domains.devices.queries import limits, store
from anshu.domains.devices.queries.rights import LOOK_EVERY_S, Directory, book
from anshu.gateways.modbus.points import EVERY_S
from anshu.gateways.modbus.poller import Poller
from anshu.gateways.mqtt.journal import keep_notes

BEAT_S = 1.0

_logger = logging.getLogger(__name__)


def look() -> None:
    """Bring the directory of devices up to date."""
    close_old_connections()
    book().current()


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
    poller = Poller(store(), _directory, limits(), keep_notes, every_s)
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
