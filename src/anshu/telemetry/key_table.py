"""A table of readings by channel and instant, which grows as it is filled; the work is done by `keying`."""

import numpy as np
import numpy.typing as npt

from anshu.telemetry.keying import Ground, Known, Outcome, Rows, judge, keep_all, unknown
from anshu.telemetry.readings import Integers

LEAST_ROOM = 1 << 12


class KeyTable:
    """Readings by channel and instant; 32 bytes for each that there is room for."""

    def __init__(self) -> None:
        self._known = _empty(LEAST_ROOM)

    def __len__(self) -> int:
        return int(self._known.size[0])

    def add(self, rows: Rows) -> None:
        """Put readings in; one that is there takes the new value."""
        self._make_room(len(rows.channel))
        keep_all(self._known, rows)

    def lacks(self, rows: Rows, among: npt.NDArray[np.bool_]) -> Integers:
        """Places of those readings, among the ones marked, that the table does not have."""
        left = among.copy()
        unknown(self._known, rows, left)
        return np.flatnonzero(left)

    def judge(self, rows: Rows, ground: Ground, outcome: Outcome) -> None:
        """Judge readings in order of arrival (see `keying.judge`)."""
        self._make_room(len(rows.channel))
        judge(self._known, rows, ground, outcome)

    def _make_room(self, more: int) -> None:
        """Be at most half full with so many more."""
        taken = len(self)
        if taken + more <= len(self._known.channel):
            return
        grown = _empty(1 << (taken + more - 1).bit_length())
        known = self._known
        keep_all(grown, Rows(known.channel[:taken], known.at_ms[:taken], known.value[:taken]))
        self._known = grown


def _empty(room: int) -> Known:
    """A table for `room` readings, a power of two."""
    return Known(
        np.zeros(2 * room, np.int32),
        np.zeros(room, np.int64),
        np.zeros(room, np.int64),
        np.zeros(room, np.float64),
        np.zeros(1, np.int64),
    )
