"""What a writing process knows of what is stored, so that it can tell new readings from known ones without the disk."""

import sqlite3
from collections.abc import Callable

import numpy as np

from anshu.telemetry.blocks import read_blocks, read_marks
from anshu.telemetry.key_table import KeyTable
from anshu.telemetry.keying import Found, Ground, Outcome, Rows, rise
from anshu.telemetry.newest import Newest, widened
from anshu.telemetry.readings import Batch, Integers

Find = Callable[[sqlite3.Connection, Integers, Integers], Found]
"""Asks the archive for channels and instants, which are pairs by their places."""

STALE_ROWS = 4_000_000


class KnownReadings:
    """The newest instant of each channel, and, from the first reading on that is not newer than it, a table of the
    readings of the log that are not in the archive. Belongs to one process; `follow` takes in what others wrote.
    """

    def __init__(self, find: Find) -> None:
        self._find = find
        self.forget()

    def forget(self) -> None:
        """Know nothing: the next `follow` reads it again."""
        self.seq = self._archived = -1
        self._until: Integers = np.zeros(1, np.int64)
        self._table: KeyTable | None = None

    def follow(self, connection: sqlite3.Connection) -> None:
        """Catch up with the log, inside a write transaction: after it nothing is stored that is not known."""
        marks = read_marks(connection)
        self._archived = marks.archived
        if self.seq < marks.archived:
            self._until = Newest.read(connection).until
            self._table, self.seq = None, marks.archived
        if self.seq < marks.stored:
            for block in read_blocks(connection, self.seq):
                rows = Rows(block.channel.astype(np.int64), block.at_ms.copy(), block.value.copy())
                self._reach(rows.channel)
                np.maximum.at(self._until, rows.channel, rows.at_ms + 1)
                if self._table is not None:
                    self._table.add(rows)
            self.seq = marks.stored

    def judge(self, connection: sqlite3.Connection, batch: Batch, *, correcting: bool) -> Outcome:
        """What becomes of each reading; those to be stored are known from now on."""
        rows = Rows(
            np.ascontiguousarray(batch.channel), np.ascontiguousarray(batch.at_ms), np.ascontiguousarray(batch.value)
        )
        outcome = Outcome(np.zeros(len(batch), np.uint8), np.zeros(len(batch)))
        self._reach(rows.channel)
        old = rows.at_ms < self._until[rows.channel]
        risen = rise(rows, self._until)
        if self._table is not None or risen < len(batch):
            table = self._filled_table(connection)
            table.add(rows.cut(slice(risen)))
            rest, place = rows.cut(slice(risen, None)), outcome.cut(slice(risen, None))
            archive = self._archive(connection, rest, table.lacks(rest, old[risen:]))
            table.judge(rest, Ground(self._until, archive, correcting), place)
        return outcome

    def _reach(self, channel: Integers) -> None:
        """Have room for these channels."""
        most = int(channel.max(initial=0))
        if most >= len(self._until):
            self._until = widened(self._until, most)

    def _filled_table(self, connection: sqlite3.Connection) -> KeyTable:
        """The table; made anew when there is none, or when most of it has long been in the archive."""
        if self._table is None or len(self._table) > STALE_ROWS > 2 * (self.seq - self._archived):
            self._table = KeyTable()
            for block in read_blocks(connection, self._archived):
                self._table.add(Rows(block.channel.astype(np.int64), block.at_ms.copy(), block.value.copy()))
        return self._table

    def _archive(self, connection: sqlite3.Connection, rows: Rows, places: Integers) -> Found:
        """What the archive has of the readings at some places; of the others nothing is said."""
        found = Found(np.zeros(len(rows.channel), np.bool_), np.zeros(len(rows.channel)))
        if len(places):
            asked = self._find(connection, rows.channel[places], rows.at_ms[places])
            found.there[places], found.value[places] = asked.there, asked.value
        return found
