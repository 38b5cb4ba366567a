"""One channel's readings over time, thinned for a curve without losing a peak."""

from dataclasses import dataclass

import numpy as np

from anshu.kernel.errors import Invalid
from anshu.telemetry.readings import Integers, Numbers

FEWEST_POINTS = 3


@dataclass(frozen=True, slots=True)
class Series:
    """Points in order of time; `of` is how many readings they stand for."""

    at_ms: Integers
    value: Numbers
    of: int


def curve(at_ms: Integers, value: Numbers, points: int) -> Series:
    """Readings in order of time, thinned to at most `points` (3 or more)."""
    if points < FEWEST_POINTS:
        raise Invalid("a curve needs at least 3 points", field="points")
    kept = thin(at_ms, value, points)
    return Series(at_ms[kept], value[kept], len(at_ms))


def in_order(
    channel: Integers, at_ms: Integers, value: Numbers, corrected: Integers
) -> tuple[Integers, Integers, Numbers]:
    """Channels, instants and values by time; of several for one channel and instant the most lately corrected holds."""
    by_time = np.lexsort((corrected, channel, at_ms))
    if corrected.any():
        key = channel[by_time], at_ms[by_time]
        by_time = by_time[np.append((key[0][1:] != key[0][:-1]) | (key[1][1:] != key[1][:-1]), True)]
    return channel[by_time], at_ms[by_time], value[by_time]


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
