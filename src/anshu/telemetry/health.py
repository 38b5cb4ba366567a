"""Counts for the health page."""

import sqlite3
from dataclasses import dataclass

from anshu.telemetry.blocks import read_marks
from anshu.telemetry.readings import Last
from anshu.telemetry.writing import HOUR_MS

DAY_HOURS = 24


@dataclass(frozen=True, slots=True)
class DayCount:
    """What came through one door on one day, by time of receipt; `day_ms` is the instant at which the day begins."""

    day_ms: int
    door: str
    accepted: int
    late: int
    duplicate: int
    quarantined: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """State of the store: of the log from the first reading that is still in it, in bytes with the archive.

    `unarchived` counts readings that are in the log alone, `waiting` quarantined rows not yet replayed, by reason.
    """

    first_seq: int
    last_seq: int
    unarchived: int
    channels: int
    newest_at_ms: int | None
    file_bytes: int
    waiting: dict[str, int]
    days: list[DayCount]


def count_days(connection: sqlite3.Connection, from_ms: int, to_ms: int, zone_offset_ms: int) -> list[DayCount]:
    """Counts of the hours that begin in from_ms..to_ms (end excluded), added up to days of the zone (whole hours)."""
    shift = zone_offset_ms // HOUR_MS
    days = connection.execute(
        """SELECT ((hour + :shift) / :day * :day - :shift) * :hour_ms AS day_ms, door.name,
            sum(accepted), sum(late), sum(duplicate), sum(quarantined)
        FROM tally JOIN door ON door.number = tally.door
        WHERE hour * :hour_ms >= :from_ms AND hour * :hour_ms < :to_ms GROUP BY 1, 2 ORDER BY 1, 2""",
        {"shift": shift, "day": DAY_HOURS, "hour_ms": HOUR_MS, "from_ms": from_ms, "to_ms": to_ms},
    )
    return [DayCount(*row) for row in days]


def read_statistics(connection: sqlite3.Connection, last: Last, days: list[DayCount]) -> Statistics:
    """The state of the store at the moment of `last` and `days`."""
    (first,) = connection.execute("SELECT coalesce(min(first_seq), 0) FROM block").fetchone()
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    (page_bytes,) = connection.execute("PRAGMA page_size").fetchone()
    (archived_bytes,) = connection.execute("SELECT coalesce(sum(bytes), 0) FROM part").fetchone()
    waiting = dict(connection.execute("SELECT reason, count(*) FROM quarantine WHERE replayed_ms IS NULL GROUP BY 1"))
    marks = read_marks(connection)
    return Statistics(
        first_seq=first,
        last_seq=marks.stored,
        unarchived=marks.stored - marks.archived,
        channels=len(last.channel),
        newest_at_ms=int(last.at_ms.max()) if len(last.at_ms) else None,
        file_bytes=pages * page_bytes + archived_bytes,
        waiting=waiting,
        days=days,
    )
