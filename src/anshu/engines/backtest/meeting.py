"""Which spells stand during which windows."""

import numpy as np

from anshu.engines.backtest.spells import Spells, Whole

# A channel number and an instant in one number: channels have 22 bits, and ten years of milliseconds 39.
_INSTANT_BITS = 40
_LAST = (1 << _INSTANT_BITS) - 1


def meets(spells: Spells, channel: Whole, from_ms: Whole, to_ms: Whole) -> tuple[Whole, Whole]:
    """For each window the first spell on its channel that stands at some instant of it, and the number of the one
    behind the last: equal where there is none."""
    base = int(min(spells.from_ms.min(initial=_LAST << 8), from_ms.min(initial=_LAST << 8)))

    def key(channels: Whole, at_ms: Whole) -> Whole:
        return (channels << _INSTANT_BITS) | np.clip(at_ms - base, 0, _LAST)

    first = np.searchsorted(key(spells.channel, spells.to_ms), key(channel, from_ms), side="left")
    behind = np.searchsorted(key(spells.channel, spells.from_ms), key(channel, to_ms), side="right")
    return first, np.maximum(first, behind)


def covered(length: int, first: Whole, behind: Whole) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which of `length` places lie in one of the ranges."""
    change = np.zeros(length + 1, dtype=np.int64)
    some = behind > first
    np.add.at(change, first[some], 1)
    np.add.at(change, behind[some], -1)
    return np.cumsum(change[:-1]) > 0
