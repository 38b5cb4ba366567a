"""What is known to have happened, or not to have happened."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anshu.engines.backtest.spells import Spells, Whole
from anshu.kernel.errors import Invalid


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """Windows on channels, all arrays of one length; `happened` says of each whether something did.

    `complete`: nothing happened outside of them. Windows may overlap. Invalid when one ends before it begins.
    """

    channel: Whole
    from_ms: Whole
    to_ms: Whole
    happened: NDArray[np.bool_]
    complete: bool

    def __post_init__(self) -> None:
        wrong = np.flatnonzero(self.to_ms < self.from_ms)
        if len(wrong):
            place = int(wrong[0])
            message = "window %(place)d on channel %(channel)d ends before it begins"
            channel = int(self.channel[place])
            raise Invalid(message, field="truth", code="window", place=place + 1, channel=channel)

    @property
    def events(self) -> "Truth":
        """Only the windows in which something happened, by channel and begin."""
        order = np.lexsort((self.from_ms, self.channel))
        order = order[self.happened[order]]
        return Truth(self.channel[order], self.from_ms[order], self.to_ms[order], self.happened[order], self.complete)


def windows(rows: Iterable[tuple[int, int, int, bool]], *, complete: bool) -> Truth:
    """A truth of (channel, from_ms, to_ms, happened) rows."""
    table = np.array([(*row[:3], int(row[3])) for row in rows], dtype=np.int64).reshape(-1, 4)
    return Truth(table[:, 0], table[:, 1], table[:, 2], table[:, 3] != 0, complete)


def events_of(spells: Spells, apart_ms: int) -> Truth:
    """The truth according to which something happened exactly while a spell stood; two spells of a channel that lie no
    more than `apart_ms` apart are one event."""
    joins = (spells.channel[1:] == spells.channel[:-1]) & (spells.from_ms[1:] - spells.to_ms[:-1] <= apart_ms)
    first = np.flatnonzero(np.append(True, ~joins)[: len(spells)])
    last = np.append(first[1:] - 1, len(spells) - 1)[: len(first)]
    happened = np.ones(len(first), dtype=np.bool_)
    return Truth(spells.channel[first], spells.from_ms[first], spells.to_ms[last], happened, complete=True)
