"""Readings put into the order of a part: by channel, and within a channel by instant. Counting beats comparing."""

import numpy as np
import numpy.typing as npt

from anshu.engines.compiled import entry
from anshu.telemetry.archive.columns import Columns
from anshu.telemetry.readings import Integers

ROWS_PER_CHANNEL = 64
"""Counting pays unless the channel numbers reach so many times further than there are readings."""


@entry
def place(channel: npt.NDArray[np.int32], starts: Integers, order: npt.NDArray[np.int32]) -> None:
    """Write into `order` the rows by channel, those of one channel as they came; `starts` is used up."""
    for row in range(len(channel)):
        at = starts[channel[row]]
        starts[channel[row]] = at + 1
        order[at] = row


def by_channel(channel: npt.NDArray[np.int32]) -> npt.NDArray[np.signedinteger]:
    """The rows by channel, those of one channel as they came."""
    if int(channel.max(initial=0)) > ROWS_PER_CHANNEL * len(channel):
        return np.argsort(channel, kind="stable")
    starts = np.zeros(int(channel.max(initial=0)) + 2, np.int64)
    np.cumsum(np.bincount(channel, minlength=len(starts) - 1), out=starts[1:])
    order = np.empty(len(channel), np.int32)
    place(channel, starts, order)
    return order


def sorted_rows(columns: Columns) -> Columns:
    """Readings by channel and instant, of several for one instant only the one most lately corrected."""
    order: npt.NDArray[np.signedinteger] = by_channel(columns["channel"])
    channel, at_ms = columns["channel"][order], columns["at_ms"][order]
    same = channel[1:] == channel[:-1]
    if not (same & (at_ms[1:] <= at_ms[:-1])).any():
        return taken(columns, order) | {"channel": channel, "at_ms": at_ms}
    order = np.lexsort((columns["corrected"], columns["at_ms"], columns["channel"]))
    channel, at_ms = columns["channel"][order], columns["at_ms"][order]
    same = (channel[1:] == channel[:-1]) & (at_ms[1:] == at_ms[:-1])
    return taken(columns, order[~np.append(same, False)])


def taken(columns: Columns, rows: "npt.NDArray[np.generic] | slice") -> Columns:
    """Some of the rows. A column that says one thing of all is not moved about but written anew."""
    return {name: _one(column, rows) for name, column in columns.items()}


def _one(column: "npt.NDArray[np.generic]", rows: "npt.NDArray[np.generic] | slice") -> "npt.NDArray[np.generic]":
    if isinstance(rows, slice) or not len(column) or column.dtype == np.float64 or (column != column[0]).any():
        return column[rows]
    size = np.count_nonzero(rows) if rows.dtype == np.bool_ else len(rows)
    return np.full(size, column[0], column.dtype)
