"""Counts for the health page."""

import sqlite3
from dataclasses import dataclass

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
    """State of the store. `waiting` counts quarantined rows not yet replayed, by reason; sizes in bytes."""

    first_seq: int
    last_seq: int
    channels: int
    newest_at_ms: int | None
    file_bytes: int
    waiting: dict[str, int]
    days: list[DayCount]


def read_statistics(connection: sqlite3.Connection, from_ms: int, to_ms: int, zone_offset_ms: int) -> Statistics:
    """Counts of the hours that begin in from_ms..to_ms (end excluded), added up to days of the zone (whole hours)."""
    shift = zone_offset_ms // HOUR_MS
    days = connection.execute(
        """SELECT ((hour + :shift) / :day * :day - :shift) * :hour_ms AS day_ms, door.name,
            sum(accepted), sum(late), sum(duplicate), sum(quarantined)
        FROM tally JOIN door ON door.number = tally.door
        WHERE hour * :hour_ms >= :from_ms AND hour * :hour_ms < :to_ms GROUP BY 1, 2 ORDER BY 1, 2""",
        {"shift": shift, "day": DAY_HOURS, "hour_ms": HOUR_MS, "from_ms": from_ms, "to_ms": to_ms},
    )
    rows = [DayCount(*row) for row in days]
    first, last = connection.execute(
        "SELECT (SELECT coalesce(min(seq), 0) FROM reading), (SELECT coalesce(max(seq), 0) FROM reading)"
    ).fetchone()
    channels, newest = connection.execute("SELECT count(*), max(at_ms) FROM last").fetchone()
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    (page_bytes,) = connection.execute("PRAGMA page_size").fetchone()
    waiting = dict(connection.execute("SELECT reason, count(*) FROM quarantine WHERE replayed_ms IS NULL GROUP BY 1"))
    return Statistics(first, last, channels, newest, pages * page_bytes, waiting, rows)
