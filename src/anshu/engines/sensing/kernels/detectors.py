"""Anomaly detectors that need no tuning: how many spreads a value lies off what the channel usually does.

Mean and mean absolute deviation are learnt with a weight of 1 / n, later 1 / MEMORY; once warm, a value teaches no more
than CLIP spreads, so that a flood does not become usual in an hour. The spread is never less than the smallest change
the channel has ever shown (its grain) and a thousandth of its mean: a sensor that never moves is not alarmed by a hair.
"""

import numpy as np

from anshu.engines.compiled import kernel
from anshu.engines.sensing.kernels.words import Row, put_real, real
from anshu.engines.sensing.layout import (
    CLIP,
    GRAIN,
    HOUR,
    LEARNT,
    MEMORY,
    NEVER,
    RELATIVE_FLOOR,
    SPREAD,
    SPREAD_TO_SIGMA,
    USUAL,
    WARM_UP,
)
from anshu.engines.sensing.numbers import Whole


@kernel
def turn_to_hour(words: Whole, row: Row, hour: int) -> None:
    """Put away what is known of another hour of the day, and fetch what is known of this one."""
    known = words[row.near + HOUR]
    if known != hour:
        for column in range(3):
            if known != NEVER:
                words[row.far + 3 * known + column] = words[row.near + USUAL + column]
            words[row.near + USUAL + column] = words[row.far + 3 * hour + column]
        words[row.near + HOUR] = hour


@kernel
def surprise(words: Whole, row: Row, value: float, step: float) -> float:
    """Deviations of `value` from the usual, which then learns it; `step` is its distance from the reading before.
    NaN while fewer than WARM_UP readings have been learnt.
    """
    at = row.near
    grain, usual = real(words, at + GRAIN), real(words, at + USUAL)
    spread, learnt = real(words, at + SPREAD), real(words, at + LEARNT)
    if step > 0.0 and (grain == 0.0 or step < grain):
        grain = step
        put_real(words, at + GRAIN, grain)
    usual = value if learnt == 0.0 else usual
    off = value - usual
    sigma = max(SPREAD_TO_SIGMA * spread, max(grain, RELATIVE_FLOOR * abs(usual)))
    is_warm = learnt >= WARM_UP and sigma > 0.0
    lesson = min(max(off, -CLIP * sigma), CLIP * sigma) if is_warm else off
    weight = 1.0 / min(learnt + 1.0, MEMORY)
    put_real(words, at + USUAL, usual + weight * lesson)
    put_real(words, at + SPREAD, spread + weight * (abs(lesson) - spread))
    put_real(words, at + LEARNT, min(learnt + 1.0, MEMORY))
    return abs(off) / sigma if is_warm else np.nan
