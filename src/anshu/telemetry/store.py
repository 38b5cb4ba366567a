"""The memory of readings: one folder that several processes write and read."""

import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt

from anshu.kernel.errors import Invalid
from anshu.telemetry import quarantine, writing
from anshu.telemetry.archive.parts import read_parts
from anshu.telemetry.archive.reading import HOUR_MS, Archive, Hours
from anshu.telemetry.archive.tending import Access, Keep, Tender
from anshu.telemetry.blocks import read_marks, read_rows
from anshu.telemetry.chunks import Chunk
from anshu.telemetry.health import Statistics, count_days, read_statistics
from anshu.telemetry.history import History, read_history, readings_of
from anshu.telemetry.keying import Found, warm_up
from anshu.telemetry.known import KnownReadings
from anshu.telemetry.quarantine import Page, Quarantined, Replay, Sieve
from anshu.telemetry.readings import Batch, Intake, Integers, Last, Receipt, Reject, Stored
from anshu.telemetry.recent import Recent, View
from anshu.telemetry.schema import Synchronous, begin_write, connect, prepare
from anshu.telemetry.series import Series, curve
from anshu.telemetry.writing import Origin

GROUP_ROWS = 200_000


@dataclass(eq=False, slots=True)
class _Waiting:
    """One append that waits to be written, alone or in company."""

    batch: Batch
    rejects: Sequence[Reject]
    door: str
    received_ms: int
    correcting: bool = False
    receipt: Receipt | None = None
    error: BaseException | None = None


class Store:
    """Readings on disk. Safe to share between threads; each process opens its own (never carry one over a fork).

    What comes in goes into the log, a SQLite file; `tend` moves it on into the archive, Parquet files beside it, and
    every question is answered from both. One connection writes, under a lock; whoever holds the lock writes what all
    waiting threads brought, in one transaction (group commit). Reads use their own connections and never wait for
    writers. SQLite lets one writer in at a time, so `seq` order is commit order across processes. A call that cannot
    get the file within 30 s raises sqlite3.OperationalError and has stored nothing.
    """

    def __init__(self, folder: Path, synchronous: Synchronous) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._synchronous = folder, synchronous
        self._lock = threading.Lock()
        self._queue: deque[_Waiting] = deque()
        self._idle: deque[sqlite3.Connection] = deque()
        self._recent, self._archive = Recent(), Archive(folder)
        self._known = KnownReadings(self._find)
        self._tender = Tender(self._archive, Access(self._reader, self._locked))
        self._writer = connect(folder, synchronous, read_only=False)
        try:
            prepare(self._writer)
        except BaseException:
            self._writer.close()
            raise

    @classmethod
    def open(cls, folder: Path, *, synchronous: Synchronous = "FULL") -> Self:
        """Open a store, making it if the folder has none. With NORMAL a power cut may lose acknowledged readings."""
        warm_up()
        return cls(folder, synchronous)

    def close(self) -> None:
        """Close the connections; no other call may be under way."""
        while self._idle:
            self._idle.pop().close()
        self._writer.close()
        self._tender.close()
        self._archive.engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def append(self, batch: Batch, rejects: Sequence[Reject] = (), *, door: str, received_ms: int) -> Receipt:
        """Store a batch and quarantine rejects, all or nothing; on disk when this returns."""
        return self._commit(_Waiting(batch, rejects, door, received_ms))

    def correct(self, batch: Batch, *, door: str, received_ms: int) -> Receipt:
        """Store readings in place of those that have the same channels and instants; on disk when this returns.

        They come by `tail` as well, with the quality CORRECTED. What has that value already counts as duplicate, what
        stands in nobody's place as an ordinary reading.
        """
        return self._commit(_Waiting(batch, (), door, received_ms, correcting=True))

    def _commit(self, waiting: _Waiting) -> Receipt:
        """Write it, alone or in company."""
        if not waiting.door:
            raise Invalid("name the door that the readings came through", field="door")
        if not len(waiting.batch) and not waiting.rejects:
            return Receipt(0, 0, 0)
        self._queue.append(waiting)
        with self._lock:
            while waiting.receipt is None and waiting.error is None:
                self._write_group()
        if waiting.receipt is None:
            raise waiting.error or RuntimeError("an append ended with neither a receipt nor an error")
        return waiting.receipt

    def _write_group(self) -> None:
        """Write those who wait, first come first served, in one transaction; the lock is held."""
        group = [self._queue.popleft()]
        rows = len(group[0].batch)
        while self._queue and rows + len(self._queue[0].batch) <= GROUP_ROWS:
            group.append(self._queue.popleft())
            rows += len(group[-1].batch)
        try:
            with self._transaction() as connection:
                receipts = [self._write(connection, waiting) for waiting in group]
        except BaseException as error:
            for waiting in group:
                waiting.error = error
            return
        for waiting, receipt in zip(group, receipts, strict=True):
            waiting.receipt = receipt

    def _write(self, connection: sqlite3.Connection, waiting: _Waiting) -> Receipt:
        origin = Origin(writing.door_number(connection, waiting.door), waiting.received_ms)
        outcome = writing.store_batch(
            connection, self._known, waiting.batch, origin=origin, correcting=waiting.correcting
        )
        writing.quarantine(connection, [*waiting.rejects, *outcome.conflicts], origin)
        receipt = outcome.receipt._replace(quarantined=len(waiting.rejects) + len(outcome.conflicts))
        writing.count(connection, receipt, outcome.late, origin)
        return receipt

    def _find(self, connection: sqlite3.Connection, channel: Integers, at_ms: Integers) -> Found:
        """What the archive has of these readings, at the moment of the connection's transaction."""
        return self._archive.find(read_parts(connection), channel, at_ms)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """One write transaction, all that is stored being known; the lock is held. Any error undoes all of it."""
        begin_write(self._writer)
        try:
            self._known.follow(self._writer)
            yield self._writer
            self._writer.execute("COMMIT")
        except BaseException:
            self._known.forget()
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
            raise

    @contextmanager
    def _locked(self) -> Iterator[sqlite3.Connection]:
        """A write transaction for whoever does not hold the lock."""
        with self._lock, self._transaction() as connection:
            yield connection

    @contextmanager
    def _reader(self) -> Iterator[sqlite3.Connection]:
        """A connection for reading, from those at rest or new; a snapshot of one moment while it is held."""
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = connect(self._folder, self._synchronous, read_only=True)
        connection.execute("BEGIN")
        try:
            yield connection
        finally:
            connection.execute("ROLLBACK")
            self._idle.append(connection)

    def _view(self) -> View:
        """All readings of this moment."""
        with self._reader() as connection:
            return self._recent.look(connection)

    def tail(self, after_seq: int, limit: int) -> Stored:
        """Up to `limit` readings that follow `after_seq`, in the order in which they were committed, none skipped."""
        with self._reader() as connection:
            return read_rows(connection, after_seq, limit)

    def last(self, channels: Sequence[int] | None = None) -> Last:
        """The newest reading of each of the channels, or of all; a channel without readings is absent."""
        with self._reader() as connection:
            return self._recent.last(connection, channels)

    def series(self, channel: int, from_ms: int, to_ms: int, points: int) -> Series:
        """A channel's readings with from_ms <= at < to_ms as a curve of at most `points`, lows and highs kept."""
        _channel, at_ms, value = readings_of(self._archive, self._view(), np.array([channel]), from_ms, to_ms)
        return curve(at_ms, value, points)

    def hours(self, from_ms: int, to_ms: int, group_of: npt.NDArray[np.int32]) -> Hours:
        """The hours that begin in from_ms..to_ms (end excluded), readings summed up by group of channels.

        `group_of` has a group for each channel number, -1 for none. Raises Invalid unless both ends are whole hours.
        """
        if from_ms % HOUR_MS or to_ms % HOUR_MS:
            raise Invalid("hours begin and end on the hour", field="from_ms")
        view = self._view()
        return self._archive.hours(view.parts, Chunk.joined(view.chunks), from_ms, to_ms, group_of)

    def tend(self, now_ms: int, keep: Keep) -> bool:
        """Do one piece of what keeps the archive in order; says whether there is more. One process at a time does."""
        return self._tender.turn(now_ms, keep)

    def history(self, channels: Sequence[int], from_ms: int, to_ms: int) -> Iterator[History]:
        """The readings of the channels with from_ms <= at < to_ms, piece after piece, in order of time."""
        return read_history(self._archive, self._view, channels, from_ms, to_ms)

    def watermark(self) -> int:
        """The seq of the newest reading ever stored, 0 in a new store."""
        with self._reader() as connection:
            return read_marks(connection).stored

    def doors(self) -> dict[int, str]:
        """The name of each door by the number that `source` carries."""
        with self._reader() as connection:
            return dict(connection.execute("SELECT number, name FROM door ORDER BY number"))

    def quarantine(self, sieve: Sieve | None = None, *, limit: int = 50, before_id: int | None = None) -> Page:
        """A page of what could not be stored, newest first."""
        with self._reader() as connection:
            return quarantine.browse(connection, sieve or Sieve(), limit=limit, before_id=before_id)

    def replay(self, ids: Sequence[int], read: Callable[[Quarantined], Intake], *, now_ms: int) -> Replay:
        """Read quarantined rows again and store them; a row is marked in the transaction that stores all of it."""
        with self._locked() as connection:
            rows = quarantine.pick(connection, ids)
            return quarantine.try_again(connection, self._known, rows, read, now_ms=now_ms)

    def forget_quarantine(self, before_ms: int) -> int:
        """Forget what went to quarantine before an instant, replayed or not; returns how many rows went."""
        with self._locked() as connection:
            return connection.execute("DELETE FROM quarantine WHERE received_ms < ?", (before_ms,)).rowcount

    def statistics(self, from_ms: int, to_ms: int, *, zone_offset_ms: int) -> Statistics:
        """Counts per day and door, and the state of the store, for the health page; days are those of the zone."""
        with self._reader() as connection:
            days = count_days(connection, from_ms, to_ms, zone_offset_ms)
            return read_statistics(connection, self._recent.last(connection, None), days)
