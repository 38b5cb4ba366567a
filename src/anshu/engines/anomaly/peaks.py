"""How rare a value is among the greatest that a view has shown: a tail fitted to its few highest peaks.

A view shows numbers >= 0. Its highest peaks are kept, one per episode, x1 >= ... >= xm. Above xm the count of peaks
is taken to fall as a power of the value (Hill 1975), so that of a history as long as the one seen,
m * (x / xm) ** -(1 / tail) peaks would be expected to reach x, where tail is the mean of log(xj / xm). That holds for
heavy tails as it stands, and for light ones as a good enough local fit; it knows no unit and no distribution.
"""

from typing import Final

import numpy as np

from anshu.engines.anomaly.state import EPISODE_READINGS, NO_SLOT, PEAKS, Floats, State

CAUTION: Final = 0.1  # added to the tail: peaks of one height do not prove that 1 % more is a wonder
CERTAIN: Final = 20.0  # surprise of a view that has always shown 0 and now does not; nothing is more surprising


def surprise(state: State, shown: Floats) -> Floats:
    """(C, V) -> (C, V): minus the log of the expected count over PEAKS, at most CERTAIN; minus CERTAIN if unknown."""
    least = state.peak[:, :, -1]
    full = state.peaks == PEAKS
    with np.errstate(divide="ignore", invalid="ignore"):
        tail = np.log(state.peak / least[:, :, None]).sum(axis=2) / (PEAKS - 1) + CAUTION
        rarity = np.where(least > 0.0, np.log(shown / least) / tail, CERTAIN)
    return np.where(full & (shown > 0.0), np.clip(rarity, -CERTAIN, CERTAIN), -CERTAIN)


def remember(state: State, shown: Floats) -> None:
    """Take what the views show now into their peaks, in place: an episode has one peak, which rises with it."""
    going = (state.slot != NO_SLOT) & (state.seen[:, None] - state.peak_at <= EPISODE_READINGS)
    own = np.take_along_axis(state.peak, np.where(going, state.slot, 0)[:, :, None].astype(np.int64), axis=2)[:, :, 0]
    rises = going & (shown > own)
    starts = ~going & ((shown > state.peak[:, :, -1]) | (state.peaks < PEAKS))
    state.slot[~going] = NO_SLOT
    entered = rises | starts
    row, view = np.nonzero(entered)
    if not len(row):
        return
    position = np.where(rises, state.slot, PEAKS - 1)[row, view]
    peak, value = state.peak[row, view], shown[row, view]
    peak[np.arange(len(row)), position] = value
    peak = -np.sort(-peak, axis=1)
    state.peak[row, view] = peak
    state.slot[row, view] = (peak >= value[:, None]).sum(axis=1) - 1
    state.peak_at[row, view] = np.broadcast_to(state.seen[:, None], entered.shape)[row, view]
    state.peaks += starts
    np.minimum(state.peaks, PEAKS, out=state.peaks)
