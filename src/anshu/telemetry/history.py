"""What was stored of many channels over a long time, read in pieces that fit into memory."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import orjson

from anshu.telemetry.readings import Integers, Numbers
from anshu.telemetry.schema import SLOT_MS

"""Up to so many channels are looked up one by one; beyond, reading all of an hour and leaving some out is faster."""
FEW = 64
"""So many quarter-hours a piece: a month of a few channels, a day of many."""
SLOTS_OF_FEW, SLOTS_OF_MANY = 2976, 96

# As series.ROWS, for several channels at once: walks the quarter-hours that hold anything, and looks for each channel.
OF_SOME = f"""WITH RECURSIVE slot (number) AS (
    SELECT (SELECT at_ms / {SLOT_MS} FROM reading WHERE at_ms / {SLOT_MS} >= :first
        ORDER BY at_ms / {SLOT_MS} LIMIT 1)
    UNION ALL
    SELECT (SELECT at_ms / {SLOT_MS} FROM reading WHERE at_ms / {SLOT_MS} > slot.number
        ORDER BY at_ms / {SLOT_MS} LIMIT 1)
    FROM slot WHERE slot.number < :final
)
SELECT channel, at_ms, reading.value FROM slot CROSS JOIN json_each(:channels) AS one CROSS JOIN reading
WHERE at_ms / {SLOT_MS} = slot.number AND channel = one.value AND at_ms >= :from_ms AND at_ms < :to_ms"""  # noqa: S608
EVERYTHING = f"""SELECT channel, at_ms, value FROM reading
WHERE at_ms / {SLOT_MS} >= :first AND at_ms / {SLOT_MS} <= :final AND at_ms >= :from_ms AND at_ms < :to_ms"""  # noqa: S608
Table = npt.NDArray[np.void]
READING = np.dtype([("channel", np.int64), ("at_ms", np.int64), ("value", np.float64)])


@dataclass(frozen=True, slots=True)
class History:
    """Readings in order of time, all arrays of one length; all were taken before `to_ms`."""

    channel: Integers
    at_ms: Integers
    value: Numbers
    to_ms: int


def read_history(
    connection: sqlite3.Connection, channels: Sequence[int], from_ms: int, to_ms: int
) -> Iterator[History]:
    """The readings of the channels with from_ms <= at < to_ms, in pieces whose times do not overlap; the last one ends
    at to_ms. Spans in which nothing at all was stored are skipped."""
    wanted = np.unique(np.asarray(channels, dtype=np.int64))
    slots = SLOTS_OF_FEW if len(wanted) <= FEW else SLOTS_OF_MANY
    begin = _first_reading(connection, from_ms)
    while begin is not None and begin < to_ms:
        end = min((begin // SLOT_MS + slots) * SLOT_MS, to_ms)
        found = _few(connection, wanted, begin, end) if len(wanted) <= FEW else _many(connection, wanted, begin, end)
        found = found[np.argsort(found["at_ms"], kind="stable")]
        following = _first_reading(connection, end)
        last = following is None or following >= to_ms
        channel, at_ms, value = (np.ascontiguousarray(found[name]) for name in ("channel", "at_ms", "value"))
        yield History(channel, at_ms, value, to_ms if last else end)
        begin = following


def _first_reading(connection: sqlite3.Connection, from_ms: int) -> int | None:
    """The begin of the first quarter-hour from this instant on that holds anything, but not before the instant."""
    row = connection.execute(
        f"SELECT at_ms / {SLOT_MS} FROM reading WHERE at_ms / {SLOT_MS} >= ? ORDER BY at_ms / {SLOT_MS} LIMIT 1",  # noqa: S608
        (from_ms // SLOT_MS,),
    ).fetchone()
    return None if row is None else max(from_ms, int(row[0]) * SLOT_MS)


def _few(connection: sqlite3.Connection, wanted: Integers, from_ms: int, to_ms: int) -> Table:
    bounds = {"first": from_ms // SLOT_MS, "final": (to_ms - 1) // SLOT_MS, "from_ms": from_ms, "to_ms": to_ms}
    chosen = {"channels": orjson.dumps(wanted.tolist()).decode()}
    return np.fromiter(connection.execute(OF_SOME, {**bounds, **chosen}), READING)


def _many(connection: sqlite3.Connection, wanted: Integers, from_ms: int, to_ms: int) -> Table:
    bounds = {"first": from_ms // SLOT_MS, "final": (to_ms - 1) // SLOT_MS, "from_ms": from_ms, "to_ms": to_ms}
    found = np.fromiter(connection.execute(EVERYTHING, bounds), READING)
    known = np.zeros(int(max(wanted[-1], found["channel"].max(initial=0))) + 1, dtype=np.bool_)
    known[wanted] = True
    kept: Table = found[known[found["channel"]]]
    return kept
