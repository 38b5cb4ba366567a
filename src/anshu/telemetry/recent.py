"""What a reading process holds in memory: last values, readings not yet in the archive, the list of its parts."""

import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import dataclass

from anshu.telemetry.archive.parts import Part, read_parts
from anshu.telemetry.blocks import read_blocks, read_marks
from anshu.telemetry.chunks import Chunk, stacked
from anshu.telemetry.newest import Newest
from anshu.telemetry.readings import Last


@dataclass(frozen=True, slots=True)
class View:
    """All readings of one moment, each once: in `chunks` by arrival, or in `parts`. `seq` is the newest."""

    seq: int
    archived: int
    chunks: tuple[Chunk, ...]
    parts: tuple[Part, ...]


class Recent:
    """Follows the log. Safe to share between threads: what is taken from a view stays as it was."""

    def __init__(self) -> None:
        self._newest = Newest()
        self._lock = threading.Lock()
        self._view = View(-1, -1, (), ())
        self._parts_seen = -1

    def last(self, connection: sqlite3.Connection, channels: Sequence[int] | None) -> Last:
        """The newest reading of each of the channels, or of all."""
        with self._lock:
            self._follow(connection)
            return self._newest.last(channels)

    def look(self, connection: sqlite3.Connection) -> View:
        """Everything that a snapshot shows or, where another thread has been faster, something newer."""
        with self._lock:
            return self._follow(connection)

    def _follow(self, connection: sqlite3.Connection) -> View:
        """As `look`; the lock is held."""
        marks, seen = read_marks(connection), self._view
        if (marks.stored, marks.parts) == (seen.seq, self._parts_seen) or marks.stored < seen.seq:
            return seen
        if marks.parts < self._parts_seen:
            return seen
        parts = seen.parts if marks.parts == self._parts_seen else read_parts(connection)
        chunks, after = seen.chunks, seen.seq
        if seen.archived != marks.archived:
            chunks, after = (), marks.archived
        if seen.seq < marks.archived:
            self._newest = Newest.read(connection)
        new = list(read_blocks(connection, after))
        for block in new:
            if block.last_seq > seen.seq:
                self._newest.learn(block)
        self._parts_seen = marks.parts
        self._view = View(marks.stored, marks.archived, stacked(chunks, new), parts)
        return self._view
