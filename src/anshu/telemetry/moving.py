"""From version 1 of the file, which kept one row per reading, to blocks: once, by itself, in one transaction."""

import sqlite3
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from anshu.telemetry.blocks import Block, add_block
from anshu.telemetry.newest import PACKED

ROWS_AT_ONCE = 200_000
ROW = np.dtype(
    [(name, np.int64) for name in ("seq", "channel", "at_ms", "received_ms", "source", "quality")]
    + [("value", np.float64)]
)
READ = """SELECT seq, channel, at_ms, received_ms, source, quality, value FROM reading
    WHERE seq > ? ORDER BY seq LIMIT ?"""


def move_rows(connection: sqlite3.Connection, make_tables: Callable[[sqlite3.Connection], None]) -> None:
    """Carry readings, their numbers and the last values over; inside a transaction, so all of it or nothing.

    Numbers of version 1 may have gaps where readings were forgotten: a block ends at each, for it has none inside.
    """
    make_tables(connection)
    last = np.fromiter(connection.execute("SELECT channel, at_ms, value, received_ms, quality FROM last"), PACKED)
    after = 0
    while True:
        found = np.fromiter(connection.execute(READ, (after, ROWS_AT_ONCE)), ROW)
        if not len(found):
            break
        after = int(found["seq"][-1])
        _add(connection, found)
    connection.execute("INSERT INTO newest VALUES (1, ?)", (last.tobytes(),))
    connection.execute(
        "UPDATE mark SET number = max(?, coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'reading'), 0))"
        " WHERE name = 'stored'",
        (after,),
    )
    connection.execute(
        "UPDATE mark SET number = coalesce((SELECT min(first_seq) FROM block) - 1,"
        " (SELECT number FROM mark WHERE name = 'stored')) WHERE name = 'archived'"
    )
    connection.execute("DROP TABLE reading")
    connection.execute("DROP TABLE last")


def _add(connection: sqlite3.Connection, rows: npt.NDArray[np.void]) -> None:
    """Write rows as blocks of one door, one receipt and numbers without a gap."""
    seq, received_ms, source = rows["seq"], rows["received_ms"], rows["source"]
    ends = np.flatnonzero(
        (np.diff(seq) != 1) | (np.diff(received_ms) != 0) | (np.diff(source) != 0),
    )
    for part in np.split(rows, ends + 1):
        block = Block(
            int(part["seq"][0]),
            int(part["received_ms"][0]),
            int(part["source"][0]),
            part["at_ms"],
            part["value"],
            part["channel"].astype(np.int32),
            part["quality"].astype(np.uint8),
        )
        add_block(connection, block)
