"""Writing messages down in groups: all that came while the disk was busy goes into the next write, then all is told."""

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import numpy as np
from django.db import close_old_connections, transaction

from anshu.domains.devices.models import Device
from anshu.domains.devices.queries.rights import Directory
from anshu.gateways.mqtt.messages import NO_READINGS, Moment, Note, Outcome
from anshu.gateways.mqtt.plain import receive_all
from anshu.kernel import clock
from anshu.telemetry import Batch, Limits, Store

DOOR = "mqtt"
GROUP = 2_000

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Messages that came together and whom to tell: `done` is called in the event loop, with whether all of them are
    on disk. A message is whatever the journal's `read` takes.
    """

    messages: Sequence[Any]
    done: Callable[[bool], None]


@dataclass
class Journal:
    """A thread that writes what arrives. It never waits to gather more: while one write goes on, the next fills.

    `read` says what becomes of messages, in order, and never raises; `door` is under what name it is written down.
    """

    store: Store
    directory: Callable[[], Directory]
    limits: Limits
    keep: Callable[[Sequence[Note]], None]
    read: Callable[[Sequence[Any], Moment], Iterable[Outcome]] = receive_all
    door: str = DOOR
    written: int = 0
    _queue: deque[Arrival] = field(default_factory=deque)
    _wake: threading.Event = field(default_factory=threading.Event)
    _closing: bool = False

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin; `loop` is where senders are told."""
        self._loop = loop
        self._thread = threading.Thread(target=self._run, name=f"{self.door}-journal")
        self._thread.start()

    def put(self, arrival: Arrival) -> None:
        """Hand over a message; called in the event loop, returns at once."""
        self._queue.append(arrival)
        if not self._wake.is_set():
            self._wake.set()

    def close(self) -> None:
        """Write what is left and stop; returns when that is done."""
        self._closing = True
        self._wake.set()
        self._thread.join()

    def _run(self) -> None:
        while not (self._closing and not self._queue):
            self._wake.wait()
            self._wake.clear()
            while self._queue:
                group = self._next()
                stored = self._write(group)
                self._loop.call_soon_threadsafe(tell, group, stored)
        close_old_connections()

    def _next(self) -> list[Arrival]:
        """What is written together: what has come, up to so many messages."""
        group, messages = [], 0
        while self._queue and messages < GROUP:
            group.append(self._queue.popleft())
            messages += len(group[-1].messages)
        return group

    def _write(self, group: Sequence[Arrival]) -> bool:
        """Write one group down, and say whether that succeeded; after a failure nobody is told that it did."""
        now_ms = int(clock.now().timestamp() * 1000)
        moment = Moment(self.directory(), now_ms, self.limits)
        messages = [message for arrival in group for message in arrival.messages]
        outcomes = list(self.read(messages, moment))
        try:
            self.store.append(
                joined([outcome.batch for outcome in outcomes if len(outcome.batch)]),
                list(chain.from_iterable(outcome.rejects for outcome in outcomes)),
                door=self.door,
                received_ms=now_ms,
            )
            if notes := list(chain.from_iterable(outcome.notes for outcome in outcomes)):
                self.keep(notes)
        except Exception:  # whatever the disk or the database says: not acknowledged, so the senders send again
            _logger.exception("%d messages could not be written and are not acknowledged", len(messages))
            return False
        self.written += len(messages)
        return True


def each(read: Callable[[Any, Moment], Outcome]) -> Callable[[Sequence[Any], Moment], Iterable[Outcome]]:
    """Reads messages one by one, each by itself."""
    return lambda messages, moment: (read(message, moment) for message in messages)


def tell(group: Iterable[Arrival], stored: bool) -> None:
    """Tell each sender what became of its message."""
    for arrival in group:
        arrival.done(stored)


def joined(batches: Sequence[Batch]) -> Batch:
    """One batch of several, in order."""
    if len(batches) < 2:
        return batches[0] if batches else NO_READINGS
    return Batch(
        np.concatenate([batch.channel for batch in batches]),
        np.concatenate([batch.at_ms for batch in batches]),
        np.concatenate([batch.value for batch in batches]),
        np.concatenate([batch.quality for batch in batches]),
        list(chain.from_iterable(batch.raw for batch in batches)),
        list(chain.from_iterable(batch.code for batch in batches)),
    )


def keep_notes(notes: Sequence[Note]) -> None:
    """Lay what devices say of themselves over what they said before, in one transaction."""
    said: dict[str, dict[str, object]] = {}
    for note in notes:
        said.setdefault(note.device, {}).update(note.attributes)
    close_old_connections()
    with transaction.atomic():
        for device in Device.objects.select_for_update().filter(number__in=list(said)):
            merged = {**device.attributes, **said[device.number]}
            if merged != device.attributes:
                Device.objects.filter(pk=device.pk).update(attributes=merged)
