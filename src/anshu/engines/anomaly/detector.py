"""One reading per channel in, one score per channel out."""

from typing import Final

import numpy as np

from anshu.engines.anomaly import peaks, places
from anshu.engines.anomaly.state import (
    EPISODE_READINGS,
    PEAKS,
    PLACED_SCALES,
    SCALES,
    SWING_READINGS,
    Floats,
    Ints,
    State,
)
from anshu.kernel.errors import Invalid

DAY_MS: Final = 86_400_000
GREATEST: Final = 1e150  # values beyond are taken as this: their squares must be finite
SETTLING_READINGS: Final = 10  # before these a mean swing says nothing
HISTORY_WEIGHT: Final = 0.25  # see the package
HISTORY_READINGS: Final = 1000.0
GATE: Final = 1.2  # surprise from which a reading begins an alarm: about 1.5 such peaks expected in the history seen
GATE_SCORE: Final = 1.0 / (1.0 + PEAKS * float(np.exp(-GATE)))  # the same as a score
HOLD_SHARE: Final = 0.03  # of the history: how long an alarm silences readings that are hardly more surprising
AGAIN: Final = 1.0  # unless they are so much more surprising: a factor e in expected count


def observe(state: State, channel: Ints, at_ms: Ints, value: Floats) -> tuple[State, Floats]:
    """Take one reading of each of these channels; the package docstring defines the scores. The given state stays.

    channel: (N,) rows of the state, none twice; at_ms: (N,) since 1970; value: (N,). Readings are taken in the order in
    which they come, whatever their instants. A value that is not finite is no reading: its score is 0 and nothing is
    remembered of it. Invalid when a channel occurs twice or the lengths differ.
    """
    if not channel.shape == at_ms.shape == value.shape or len(np.unique(channel)) != len(channel):
        raise Invalid("one instant and one value for each channel, no channel twice", field="channel", code="channel")
    score = np.zeros(len(channel))
    finite = np.isfinite(value)
    part = state.take(channel[finite])
    score[finite] = _observe(part, at_ms[finite], np.clip(value[finite], -GREATEST, GREATEST))
    return state.replaced(channel[finite], part), score


def _observe(state: State, at_ms: Ints, value: Floats) -> Floats:
    """The same for every channel of a state, which is changed in place."""
    state.seen += 1
    shown = np.concatenate((*_residuals(state, value), _novelty(state, at_ms, value)), axis=1)
    surprise = peaks.surprise(state, shown).max(axis=1, initial=-peaks.CERTAIN)
    peaks.remember(state, shown)
    aged = surprise + HISTORY_WEIGHT * np.log(state.seen / HISTORY_READINGS)
    return _alarm(state, np.where(surprise > 0.0, aged, surprise))


def _residuals(state: State, value: Floats) -> tuple[Floats, Floats]:
    """(C, S) each: how far the mean of each scale is from the one of the next scale before now; the same in swings."""
    first = state.seen == 1
    state.level[first] = value[first, None]
    weight = np.maximum(1.0 / SCALES, 1.0 / state.seen[:, None])
    level = state.level + weight * (value[:, None] - state.level)
    residual = np.abs(np.concatenate((value[:, None], level[:, :-1]), axis=1) - state.level)
    known = (state.swing > 0.0) & (state.seen[:, None] > SETTLING_READINGS)
    in_swings = np.divide(residual, state.swing, out=np.zeros_like(residual), where=known)
    state.swing += (residual - state.swing) * np.maximum(1.0 / SWING_READINGS, 1.0 / state.seen[:, None])
    state.level = level
    return residual, in_swings


def _novelty(state: State, at_ms: Ints, value: Floats) -> Floats:
    """(C, P): how far the levels of the placed scales are from all that was seen at about this time of day."""
    step = value - state.mean
    state.mean = state.mean + step / state.seen
    state.moment = state.moment + step * (value - state.mean)
    hour = np.multiply(at_ms % DAY_MS, 2.0 * np.pi / DAY_MS, dtype=np.float64)
    return places.novelty(state, state.level[:, PLACED_SCALES], hour)


def _alarm(state: State, surprise: Floats) -> Floats:
    """Surprise to score: 1 / (1 + expected count); 0 while an alarm lasts that is about as surprising."""
    hold = np.maximum(EPISODE_READINGS, HOLD_SHARE * state.seen)
    over = surprise > GATE
    held = over & (state.seen - state.alarm_at <= hold) & (surprise <= state.alarm + AGAIN)
    begins = over & ~held
    state.alarm = np.where(begins, surprise, state.alarm)
    state.alarm_at = np.where(begins, state.seen, state.alarm_at)
    return np.where(held, 0.0, 1.0 / (1.0 + PEAKS * np.exp(-surprise)))
