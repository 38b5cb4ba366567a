"""Reading Modbus devices in turn: one connection per host, one question at a time, and quiet for those not there.

Hosts are read side by side. Each host's next turn begins when the readings of this one are on disk: a disk that cannot
keep up slows the asking, and nothing piles up.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

from anshu.domains.devices.queries.rights import Directory, Entry
from anshu.gateways.modbus.client import Connection, Lost, Silent
from anshu.gateways.modbus.device import PROTOCOL, Device, device_of, readings_of
from anshu.gateways.modbus.points import EVERY_S
from anshu.gateways.mqtt.messages import Note
from anshu.kernel import clock
from anshu.kernel.errors import Invalid
from anshu.telemetry import Intake, Limits, Store
from anshu.telemetry.readings import iso_of

DOOR = "modbus"
LOOK_S = 2.0
# At most so many hosts are asked at one time.
SIDE_BY_SIDE = 64

_logger = logging.getLogger(__name__)


@dataclass
class Poller:
    """Follows the register of devices and reads those whose protocol is `modbus`."""

    store: Store
    directory: Callable[[], Directory]
    limits: Limits
    keep: Callable[[Sequence[Note]], None]
    every_s: float = EVERY_S
    written: int = 0
    _hosts: "dict[tuple[str, int], _Host]" = field(default_factory=dict)
    _told: dict[str, dict[str, Any]] = field(default_factory=dict)
    _gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(SIDE_BY_SIDE))

    async def run(self) -> None:
        """Poll until cancelled."""
        seen: Directory | None = None
        try:
            while True:
                directory = self.directory()
                if directory is not seen:
                    seen = directory
                    await self.follow(directory)
                for host in self._hosts.values():
                    host.check()
                await asyncio.sleep(LOOK_S)
        finally:
            await asyncio.gather(*(host.stop() for host in self._hosts.values()))

    async def follow(self, directory: Directory) -> None:
        """Begin with hosts that are new, go on with those that are the same, stop those that are gone."""
        wanted: dict[tuple[str, int], list[Device]] = {}
        for entry in directory.devices.values():
            if entry.protocol == PROTOCOL and entry.address:
                await self._place(entry, wanted)
        for key in self._hosts.keys() - wanted.keys():
            await self._hosts.pop(key).stop()
        for key, devices in wanted.items():
            if key not in self._hosts:
                self._hosts[key] = _Host(self, Connection(*key))
            self._hosts[key].take(devices)

    async def _place(self, entry: Entry, wanted: dict[tuple[str, int], list[Device]]) -> None:
        try:
            device = device_of(entry, self.every_s)
        except Invalid as error:
            await self.tell(entry, {"status": "offline", "error": str(error), "faults": {}})
            return
        if not device.questions:
            await self.tell(entry, {**device.notes(), "status": "offline", "error": "no channel has a point to read"})
            return
        wanted.setdefault((device.place.host, device.place.port), []).append(device)

    async def poll(self, device: Device, connection: Connection) -> None:
        """Read one device and write down what it says; on disk when this returns."""
        loop = asyncio.get_running_loop()
        async with self._gate:
            try:
                values = await device.poll(connection)
            except (Silent, Lost) as error:
                device.failed(loop.time(), error)
            else:
                device.answered(loop.time())
                now_ms = int(clock.now().timestamp() * 1000)
                await self._write(readings_of(device, values, now_ms, self.limits), now_ms)
        await self.tell(device.entry, device.notes())

    async def _write(self, intake: Intake, now_ms: int) -> None:
        try:
            await asyncio.to_thread(self.store.append, intake.batch, intake.rejects, door=DOOR, received_ms=now_ms)
        except Exception:  # whatever the disk says: the next turn reads anew
            _logger.exception("%d readings could not be written", len(intake.batch))
        else:
            self.written += len(intake.batch)

    async def tell(self, entry: Entry, notes: dict[str, Any]) -> None:
        """Keep with the record of a device what has changed about it."""
        number, before = entry.number, {name: entry.attributes.get(name) for name in notes}
        if self._told.get(number, before) == notes:
            return
        self._told[number] = notes
        stamped = {**notes, "status_at": iso_of(int(clock.now().timestamp() * 1000))}
        try:
            await asyncio.to_thread(self.keep, [Note(number, stamped)])
        except Exception:  # told again when it changes again; the readings matter more
            _logger.exception("what is known of device %s could not be kept", number)


@dataclass(eq=False)
class _Host:
    """The devices behind one host and port, read in turn over one connection."""

    poller: Poller
    connection: Connection
    devices: dict[str, Device] = field(default_factory=dict)
    _task: "asyncio.Task[None] | None" = None

    def take(self, devices: Sequence[Device]) -> None:
        """Read these from now on; a device that has not changed keeps its turn."""
        now_s = asyncio.get_running_loop().time()
        kept: dict[str, Device] = {}
        for device in devices:
            before = self.devices.get(device.entry.number)
            if before is not None and (before.place, before.codes) == (device.place, device.codes):
                before.entry = device.entry
                kept[device.entry.number] = before
            else:
                # Spread over the interval, so that a thousand devices are not all asked in one moment.
                device.due_s = now_s + device.place.every_s * (crc32(device.entry.number.encode()) % 1000) / 1000
                kept[device.entry.number] = device
        self.devices = kept

    def check(self) -> None:
        """Begin, or begin again after a fault of ours."""
        if self._task is not None and self._task.done() and not self._task.cancelled():
            _logger.error("reading %s stopped", self.connection.host, exc_info=self._task.exception())
            self._task = None
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._turns())

    async def stop(self) -> None:
        """Stop reading and close the connection."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await self.connection.close()

    async def _turns(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            now_s = loop.time()
            due = [device for device in self.devices.values() if device.due_s <= now_s]
            for device in sorted(due, key=lambda device: device.due_s):
                await self.poller.poll(device, self.connection)
            soonest_s = min((device.due_s for device in self.devices.values()), default=now_s + LOOK_S)
            await asyncio.sleep(min(max(soonest_s - loop.time(), 0.01), LOOK_S))
