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
import orjson

from anshu.kernel.errors import Invalid
from anshu.telemetry import quarantine, writing
from anshu.telemetry.health import Statistics, read_statistics
from anshu.telemetry.history import History, read_history
from anshu.telemetry.quarantine import Page, Quarantined, Replay, Sieve
from anshu.telemetry.readings import Batch, Intake, Integers, Numbers, Receipt, Reject, Stored
from anshu.telemetry.schema import SLOT_MS, Synchronous, begin_write, connect, prepare
from anshu.telemetry.series import Series, read_series

GROUP_ROWS = 20_000
RETENTION_ROWS = 10_000

STORED = np.dtype(
    [(name, np.int64) for name in ("seq", "channel", "at_ms")]
    + [("value", np.float64)]
    + [(name, np.int64) for name in ("received_ms", "source", "quality")]
)
LAST = np.dtype(
    [
        ("channel", np.int64),
        ("at_ms", np.int64),
        ("value", np.float64),
        ("received_ms", np.int64),
        ("quality", np.int64),
    ]
)


@dataclass(frozen=True, slots=True)
class Last:
    """The newest reading of each channel that has one, in order of channel; all arrays of one length."""

    channel: Integers
    at_ms: Integers
    value: Numbers
    received_ms: Integers
    quality: Integers


class _Waiting:
    """One append that waits to be written, alone or in company."""

    def __init__(self, batch: Batch, rejects: Sequence[Reject], door: str, received_ms: int) -> None:
        self.batch, self.rejects, self.door, self.received_ms = batch, rejects, door, received_ms
        self.receipt: Receipt | None = None
        self.error: BaseException | None = None


class Store:
    """Readings on disk. Safe to share between threads; each process opens its own (never carry one over a fork).

    One connection writes, under a lock; whoever holds the lock writes what all waiting threads brought, in one
    transaction (group commit). Reads use their own connections and never wait for writers. SQLite lets one writer in at
    a time, so `seq` order is commit order across processes. A call that cannot get the file within 30 s raises
    sqlite3.OperationalError and has stored nothing.
    """

    def __init__(self, folder: Path, synchronous: Synchronous) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._synchronous = folder, synchronous
        self._lock = threading.Lock()
        self._queue: deque[_Waiting] = deque()
        self._idle: deque[sqlite3.Connection] = deque()
        self._writer = connect(folder, synchronous, read_only=False)
        try:
            prepare(self._writer)
        except BaseException:
            self._writer.close()
            raise

    @classmethod
    def open(cls, folder: Path, *, synchronous: Synchronous = "FULL") -> Self:
        """Open a store, making it if the folder has none. With NORMAL a power cut may lose acknowledged readings."""
        return cls(folder, synchronous)

    def close(self) -> None:
        """Close the connections; no other call may be under way."""
        while self._idle:
            self._idle.pop().close()
        self._writer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def append(self, batch: Batch, rejects: Sequence[Reject] = (), *, door: str, received_ms: int) -> Receipt:
        """Store a batch and quarantine rejects, all or nothing; on disk when this returns."""
        if not door:
            raise Invalid("name the door that the readings came through", field="door")
        if not len(batch) and not rejects:
            return Receipt(0, 0, 0)
        waiting = _Waiting(batch, rejects, door, received_ms)
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

    @staticmethod
    def _write(connection: sqlite3.Connection, waiting: _Waiting) -> Receipt:
        door = writing.door_number(connection, waiting.door)
        outcome = writing.store_batch(connection, waiting.batch, door=door, received_ms=waiting.received_ms)
        rejects = [*waiting.rejects, *outcome.conflicts]
        writing.quarantine(connection, rejects, door=door, received_ms=waiting.received_ms)
        receipt = outcome.receipt(len(waiting.rejects))
        late = int(outcome.late.sum())
        writing.count(connection, receipt, late=late, door=door, received_ms=waiting.received_ms)
        return receipt

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """One write transaction; the lock is held. Any error undoes all of it."""
        begin_write(self._writer)
        try:
            yield self._writer
            self._writer.execute("COMMIT")
        except BaseException:
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
            raise

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

    def tail(self, after_seq: int, limit: int) -> Stored:
        """Up to `limit` readings that follow `after_seq`, in the order in which they were committed, none skipped."""
        with self._reader() as connection:
            rows = connection.execute(
                "SELECT seq, channel, at_ms, value, received_ms, source, quality FROM reading"
                " WHERE seq > ? ORDER BY seq LIMIT ?",
                (after_seq, limit),
            )
            found = np.fromiter(rows, STORED)
        return Stored(*(np.ascontiguousarray(found[name]) for name in STORED.names or ()))

    def last(self, channels: Sequence[int] | None = None) -> Last:
        """The newest reading of each of the channels, or of all; a channel without readings is absent."""
        chosen = "" if channels is None else "WHERE channel IN (SELECT value FROM json_each(?))"
        bound = () if channels is None else (orjson.dumps([int(number) for number in channels]).decode(),)
        query = f"SELECT channel, at_ms, value, received_ms, quality FROM last {chosen} ORDER BY channel"  # noqa: S608
        with self._reader() as connection:
            found = np.fromiter(connection.execute(query, bound), LAST)
        return Last(*(np.ascontiguousarray(found[name]) for name in LAST.names or ()))

    def series(self, channel: int, from_ms: int, to_ms: int, points: int) -> Series:
        """A channel's readings with from_ms <= at < to_ms as a curve of at most `points`, lows and highs kept."""
        with self._reader() as connection:
            return read_series(connection, channel, from_ms, to_ms, points)

    def history(self, channels: Sequence[int], from_ms: int, to_ms: int) -> Iterator[History]:
        """The readings of the channels with from_ms <= at < to_ms, piece after piece, in order of time."""
        with self._reader() as connection:
            yield from read_history(connection, channels, from_ms, to_ms)

    def watermark(self) -> int:
        """The seq of the newest reading ever stored, 0 in a new store."""
        with self._reader() as connection:
            (seq,) = connection.execute(
                "SELECT coalesce((SELECT max(seq) FROM reading),"
                " (SELECT seq FROM sqlite_sequence WHERE name = 'reading'), 0)"
            ).fetchone()
        return int(seq)

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
        with self._lock, self._transaction() as connection:
            return quarantine.try_again(connection, ids, read, now_ms=now_ms)

    def retention(self, before_ms: int, *, up_to_seq: int) -> int:
        """Forget readings older than `before_ms` that every reader of `tail` is past; last values stay.

        Works in short transactions so that writers get in between. Returns how many went.
        """
        gone = 0
        while True:
            with self._lock, self._transaction() as connection:
                removed = connection.execute(
                    f"DELETE FROM reading WHERE seq IN (SELECT seq FROM reading WHERE at_ms / {SLOT_MS} <= ?"  # noqa: S608
                    " AND at_ms < ? AND seq <= ? LIMIT ?)",
                    (before_ms // SLOT_MS, before_ms, up_to_seq, RETENTION_ROWS),
                ).rowcount
            gone += removed
            if removed < RETENTION_ROWS:
                return gone

    def forget_quarantine(self, before_ms: int) -> int:
        """Forget what went to quarantine before an instant, replayed or not; returns how many rows went."""
        with self._lock, self._transaction() as connection:
            return connection.execute("DELETE FROM quarantine WHERE received_ms < ?", (before_ms,)).rowcount

    def statistics(self, from_ms: int, to_ms: int, *, zone_offset_ms: int) -> Statistics:
        """Counts per day and door, and the state of the store, for the health page; days are those of the zone."""
        with self._reader() as connection:
            return read_statistics(connection, from_ms, to_ms, zone_offset_ms)
