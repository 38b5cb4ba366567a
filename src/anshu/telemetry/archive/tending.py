"""Keeping the archive in order, piece by piece: filing, merging, settling, forgetting. One process at a time does."""

import fcntl
import os
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from sqlite3 import Connection

from anshu.telemetry.archive.binding import SUFFIX, UNFINISHED
from anshu.telemetry.archive.filing import file_blocks, next_blocks
from anshu.telemetry.archive.merging import merge, settle, spread
from anshu.telemetry.archive.parts import DAY_MS, Part, exchange, read_parts, write_manifest
from anshu.telemetry.archive.reading import Archive
from anshu.telemetry.blocks import read_marks, set_mark
from anshu.telemetry.newest import Newest

FILE_ROWS = 1_000_000
FILE_EVERY_S = 600.0
MOST_LOOSE = 8
# A day is settled so long after its end; later readings settle it again once they are so large a part of it.
SETTLE_AFTER_MS = 2 * 3_600_000
WORTH_SETTLING = 0.05
# How long a replaced file stays for those who are reading it: longer than any question takes.
GRACE_MS = 600_000
TRIM_BLOCKS = 2_000


@dataclass(frozen=True, slots=True)
class Keep:
    """How long what is kept: single readings, hours, and the log for those who read it by `tail`; in ms.

    `passed_seq` is what every reader of `tail` is past: before it nothing leaves the log.
    """

    readings_ms: int
    hours_ms: int
    log_ms: int
    passed_seq: int


@dataclass(slots=True)
class Access:
    """How a store lets its tender in: snapshots to read, transactions to write."""

    read: Callable[[], AbstractContextManager[Connection]]
    write: Callable[[], AbstractContextManager[Connection]]


class Tender:
    """Decides what is to be done next. Files are on disk before they are listed, and listed in one transaction with
    the removal of what they replace: a kill at any byte leaves everything in exactly one place.
    """

    def __init__(self, archive: Archive, access: Access) -> None:
        self._archive, self._access = archive, access
        self._lock: int | None = None
        self._newest: Newest | None = None
        self._filed_s = time.monotonic()

    def close(self) -> None:
        """Let another process tend."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = self._newest = None

    def turn(self, now_ms: int, keep: Keep) -> bool:
        """Do one piece of either sort; says whether there may be more. Nothing while another process tends."""
        if not self._mine():
            return False
        filed = self._file()  # every time: readings that come without end must not keep their parts from being merged
        with self._access.read() as connection:
            parts = read_parts(connection)
        others = self._unite(parts, now_ms) or self._thin(parts, now_ms, keep) or self._trim(now_ms, keep)
        return filed or others

    def _mine(self) -> bool:
        """Whether it is we who tend; on becoming so, what a kill left behind is cleared away."""
        if self._lock is not None:
            return True
        folder = self._archive.folder
        folder.mkdir(exist_ok=True)
        lock = os.open(folder / ".tending", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            return False
        self._lock = lock
        with self._access.read() as connection:
            parts = read_parts(connection)
            listed = {part.name for part in parts} | {name for (name,) in connection.execute("SELECT name FROM gone")}
        for path in folder.iterdir():
            if path.suffix == UNFINISHED or (path.suffix == SUFFIX and path.name not in listed):
                path.unlink()
        write_manifest(folder, parts)
        return True

    def _file(self) -> bool:
        """Move what is in the log alone into loose parts, when it is much or has waited long."""
        with self._access.read() as connection:
            marks = read_marks(connection)
            waiting = marks.stored - marks.archived
            due = waiting >= FILE_ROWS or (waiting and time.monotonic() - self._filed_s >= FILE_EVERY_S)
            if not due:
                return False
            blocks = next_blocks(connection, marks.archived)
            newest = Newest.read(connection) if self._newest is None else self._newest
        new = file_blocks(self._archive, blocks)
        for block in blocks:
            newest.learn(block)
        with self._access.write() as connection:
            exchange(connection, new, (), _real_ms())
            connection.execute("INSERT OR REPLACE INTO newest VALUES (1, ?)", (newest.packed(),))
            set_mark(connection, "archived", blocks[-1].last_seq)
        self._newest = newest
        self._listed()
        if blocks[-1].last_seq == marks.stored:
            self._filed_s = time.monotonic()
        return True

    def _unite(self, parts: Sequence[Part], now_ms: int) -> bool:
        """The first of these that is due: late readings to their days, many loose parts into one, a day settled."""
        scattered = [part for part in parts if part.day is None]
        if len(scattered) > MOST_LOOSE:
            return self._replace(scattered, spread(self._archive, scattered))
        days: dict[int, list[Part]] = defaultdict(list)
        for part in parts:
            if part.day is not None:
                days[part.day].append(part)
        for day, held in days.items():
            loose = [part for part in held if part.kind == "loose"]
            if loose and is_due(day, held, now_ms):
                return self._replace(held, settle(self._archive, day, held, sum_up=False))
            if len(loose) > MOST_LOOSE:
                few = alike(loose)
                return self._replace(few, merge(self._archive, few))
        return False

    def _thin(self, parts: Sequence[Part], now_ms: int, keep: Keep) -> bool:
        """Forget readings, and later hours, that were kept long enough; readings only once hours stand for them."""
        for part in parts:
            if part.day is None:
                continue
            age_ms = now_ms - (part.day + 1) * DAY_MS
            same_day = [other for other in parts if other.day == part.day]
            summed = any(other.kind == "hours" for other in same_day)
            loose = any(other.kind == "loose" for other in same_day)
            if part.kind == "hours" and age_ms > keep.hours_ms:
                return self._replace([part], [])
            if part.kind != "hours" and age_ms > keep.readings_ms:
                if loose or not summed:
                    return self._replace(same_day, settle(self._archive, part.day, same_day, sum_up=True))
                return self._replace([other for other in same_day if other.kind != "hours"], [])
        return False

    def _trim(self, now_ms: int, keep: Keep) -> bool:
        """Take from the log what is in the archive, is past for all its readers, and has been kept long enough; and
        from the disk files that were replaced some time ago."""
        with self._access.write() as connection:
            end = min(read_marks(connection).archived, keep.passed_seq)
            trimmed = connection.execute(
                "DELETE FROM block WHERE last_seq IN"
                " (SELECT last_seq FROM block WHERE last_seq <= ? AND received_ms < ? ORDER BY last_seq LIMIT ?)",
                (end, now_ms - keep.log_ms, TRIM_BLOCKS),
            ).rowcount
            rows = connection.execute("SELECT name FROM gone WHERE since_ms < ?", (_real_ms() - GRACE_MS,))
            names = [name for (name,) in rows]
            for name in names:
                (self._archive.folder / name).unlink(missing_ok=True)
            connection.executemany("DELETE FROM gone WHERE name = ?", [(name,) for name in names])
        return trimmed == TRIM_BLOCKS

    def _replace(self, old: Sequence[Part], new: Sequence[Part]) -> bool:
        with self._access.write() as connection:
            exchange(connection, new, old, _real_ms())
        self._listed()
        return True

    def _listed(self) -> None:
        with self._access.read() as connection:
            write_manifest(self._archive.folder, read_parts(connection))


def is_due(day: int, held: Sequence[Part], now_ms: int) -> bool:
    """Whether a day is over and has loose readings enough to be settled, or settled anew."""
    if now_ms < (day + 1) * DAY_MS + SETTLE_AFTER_MS:
        return False
    settled = sum(part.rows for part in held if part.kind == "settled")
    loose = sum(part.rows for part in held if part.kind == "loose")
    return loose > WORTH_SETTLING * settled or any(part.corrections for part in held if part.kind == "loose")


def alike(loose: Sequence[Part]) -> list[Part]:
    """The small ones of many parts, so that a large one is not written again for the sake of each little one."""
    by_size = sorted(loose, key=lambda part: part.rows)
    chosen, rows = by_size[:2], sum(part.rows for part in by_size[:2])
    for part in by_size[2:]:
        if part.rows > 2 * rows:
            break
        chosen.append(part)
        rows += part.rows
    return chosen


def _real_ms() -> int:
    """Not the installation's clock, which may run fast: readers take real time."""
    return int(time.time() * 1000)
