"""Machine code for what happens to each reading of a batch: is it newer than its channel's newest, or known already?

The table of known readings is open addressing over rows: `place` (a power of two long) holds row numbers plus one, and
the rows hold channel, instant and value.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from anshu.engines.compiled import entry, kernel
from anshu.telemetry.readings import Integers, Numbers

NEW, LATE, DUPLICATE, CONFLICT, CORRECTED = range(5)
"""What becomes of a reading: stored; stored, though its channel has a newer one; there already; in conflict with the
value that is there; stored in place of the value that is there."""

Verdicts = npt.NDArray[np.uint8]


class Rows(NamedTuple):
    """Readings in order of arrival, one entry per reading in each column."""

    channel: Integers
    at_ms: Integers
    value: Numbers

    def cut(self, which: slice) -> "Rows":
        """Some of the readings."""
        return Rows(self.channel[which], self.at_ms[which], self.value[which])


class Known(NamedTuple):
    """The table of known readings; `size` holds one number, how many rows are taken."""

    place: npt.NDArray[np.int32]
    channel: Integers
    at_ms: Integers
    value: Numbers
    size: Integers


class Found(NamedTuple):
    """What the archive has under the channel and instant of each reading of a batch."""

    there: npt.NDArray[np.bool_]
    value: Numbers


class Ground(NamedTuple):
    """On what ground readings are judged: one more than each channel's newest instant, what the archive has of them,
    and whether they are to take the place of what is there."""

    until: Integers
    archive: Found
    correcting: bool


@kernel
def spot(known: Known, channel: int, at_ms: int) -> np.int64:
    """Where the table has a channel and instant, or the free place where they belong."""
    mask = len(known.place) - 1
    mixed = np.uint64(at_ms) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(channel) * np.uint64(0xC2B2AE3D27D4EB4F)
    at = np.int64((mixed ^ (mixed >> np.uint64(29))) & np.uint64(mask))
    while known.place[at]:
        row = known.place[at] - 1
        if known.at_ms[row] == at_ms and known.channel[row] == channel:
            return at
        at = np.int64((at + 1) & mask)
    return at


@kernel
def keep(known: Known, at: np.int64, channel: int, at_ms: int, value: float) -> None:
    """Put a reading into the place that `spot` found; what was there has that value from now on."""
    row = known.place[at] - 1
    if row < 0:
        row = known.size[0]
        known.size[0] = row + 1
        known.place[at] = row + 1
        known.channel[row] = channel
        known.at_ms[row] = at_ms
    known.value[row] = value


@entry
def keep_all(known: Known, rows: Rows) -> None:
    """Put readings into the table, which must have room for them."""
    for index in range(len(rows.channel)):
        channel, at_ms = rows.channel[index], rows.at_ms[index]
        keep(known, spot(known, channel, at_ms), channel, at_ms, rows.value[index])


@entry
def rise(rows: Rows, until: Integers) -> int:
    """How many readings from the first on are newer than all before them of their channel; `until` follows these."""
    for index in range(len(rows.channel)):
        channel, at_ms = rows.channel[index], rows.at_ms[index]
        if at_ms < until[channel]:
            return index
        until[channel] = at_ms + 1
    return len(rows.channel)


@entry
def unknown(known: Known, rows: Rows, wanted: npt.NDArray[np.bool_]) -> None:
    """Cross off from `wanted` what the table has."""
    for index in range(len(rows.channel)):
        if wanted[index] and known.place[spot(known, rows.channel[index], rows.at_ms[index])]:
            wanted[index] = False


class Outcome(NamedTuple):
    """What `judge` writes, per reading: the verdict, and the value that was there where one was."""

    verdict: Verdicts
    held: Numbers

    def cut(self, which: slice) -> "Outcome":
        """The places of some of the readings."""
        return Outcome(self.verdict[which], self.held[which])


@entry
def judge(known: Known, rows: Rows, ground: Ground, outcome: Outcome) -> None:
    """Judge readings in order of arrival; those that are stored enter the table, and `until` follows them."""
    until, archive = ground.until, ground.archive
    for index in range(len(rows.channel)):
        channel, at_ms, value = rows.channel[index], rows.at_ms[index], rows.value[index]
        at = spot(known, channel, at_ms)
        there = True
        if known.place[at]:
            outcome.held[index] = known.value[known.place[at] - 1]
        elif archive.there[index]:
            outcome.held[index] = archive.value[index]
        else:
            there = False
        if there and outcome.held[index] == value:
            outcome.verdict[index] = DUPLICATE
            continue
        if there and not ground.correcting:
            outcome.verdict[index] = CONFLICT
            continue
        keep(known, at, channel, at_ms, value)
        if there:
            outcome.verdict[index] = CORRECTED
        elif at_ms + 1 < until[channel]:
            outcome.verdict[index] = LATE
        else:
            outcome.verdict[index] = NEW
        until[channel] = max(until[channel], at_ms + 1)


@cache
def warm_up() -> None:
    """Have the machine code made or loaded, once per process: seconds that no reading should wait for."""
    table = Known(
        np.zeros(2, np.int32), np.zeros(1, np.int64), np.zeros(1, np.int64), np.zeros(1), np.zeros(1, np.int64)
    )
    none, some = np.zeros(0, np.int64), np.zeros(0, np.bool_)
    rows = Rows(none, none, np.zeros(0))
    keep_all(table, rows)
    unknown(table, rows, some)
    rise(rows, none)
    outcome = Outcome(np.zeros(0, np.uint8), np.zeros(0))
    judge(table, rows, Ground(none, Found(some, np.zeros(0)), False), outcome)
