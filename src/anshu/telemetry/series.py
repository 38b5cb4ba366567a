"""One channel's readings over time, thinned for a curve without losing a peak."""

import sqlite3
from dataclasses import dataclass

import numpy as np

from anshu.kernel.errors import Invalid
from anshu.telemetry.readings import Integers, Numbers
from anshu.telemetry.schema import SLOT_MS

FEWEST_POINTS = 3

# Walks only the quarter-hours that hold anything, so a range of any width costs what lies in it. A channel with no
# reading in a quarter-hour costs one seek.
ROWS = f"""WITH RECURSIVE slot (number) AS (
    SELECT (SELECT at_ms / {SLOT_MS} FROM reading WHERE at_ms / {SLOT_MS} >= :first
        ORDER BY at_ms / {SLOT_MS} LIMIT 1)
    UNION ALL
    SELECT (SELECT at_ms / {SLOT_MS} FROM reading WHERE at_ms / {SLOT_MS} > slot.number
        ORDER BY at_ms / {SLOT_MS} LIMIT 1)
    FROM slot WHERE slot.number < :final
)
SELECT at_ms, value FROM slot CROSS JOIN reading
WHERE at_ms / {SLOT_MS} = slot.number AND channel = :channel AND at_ms >= :from_ms AND at_ms < :to_ms"""  # noqa: S608

POINT = np.dtype([("at_ms", np.int64), ("value", np.float64)])


@dataclass(frozen=True, slots=True)
class Series:
    """Points in order of time; `of` is how many readings they stand for."""

    at_ms: Integers
    value: Numbers
    of: int


def read_series(connection: sqlite3.Connection, channel: int, from_ms: int, to_ms: int, points: int) -> Series:
    """The readings of a channel with from_ms <= at < to_ms, thinned to at most `points` (3 or more)."""
    if points < FEWEST_POINTS:
        raise Invalid("a curve needs at least 3 points", field="points")
    bounds = {"first": from_ms // SLOT_MS, "final": (to_ms - 1) // SLOT_MS}
    rows = connection.execute(ROWS, {"channel": channel, "from_ms": from_ms, "to_ms": to_ms, **bounds})
    found = np.fromiter(rows, POINT)
    found = found[np.argsort(found["at_ms"], kind="stable")]
    kept = thin(found["at_ms"], found["value"], points)
    return Series(found["at_ms"][kept], found["value"][kept], len(found))


def thin(at_ms: Integers, value: Numbers, points: int) -> Integers:
    """Indices of at most `points` readings: the lowest, the highest and the last of each equal stretch of time.

    `at_ms` must rise strictly. The lowest, the highest and the last reading of the whole are always among them.
    """
    size = len(at_ms)
    if size <= points:
        return np.arange(size)
    stretches = points // 3
    span = int(at_ms[-1] - at_ms[0]) + 1
    stretch = (at_ms - at_ms[0]).astype(np.float64) * (stretches / span)
    number = np.minimum(stretch.astype(np.int64), stretches - 1)
    by_value = np.lexsort((value, number))
    ends = np.append(np.flatnonzero(np.diff(number)), size - 1)
    starts = np.concatenate(([0], ends[:-1] + 1))
    return np.unique(np.concatenate((by_value[starts], by_value[ends], ends)))
