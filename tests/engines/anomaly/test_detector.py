"""What the detector promises of any series, and of the kinds of oddity that it is for."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from anshu.engines.anomaly import GATE_SCORE, State, new_state, observe
from anshu.kernel.errors import Invalid

Floats = NDArray[np.float64]
FIVE_MINUTES_MS = 300_000
DAY_READINGS = 288
PATIENT = settings(deadline=None, max_examples=25)

EXTREMES = st.sampled_from((0.0, -0.0, 5e-324, 1e-308, 1.0, -1.0, 1e16, 1e154, -1e155, 1.7e308, -1.7e308))
ANY_VALUE = st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.integers(-9, 9).map(float), EXTREMES)
ANY_SERIES = st.lists(ANY_VALUE, min_size=1, max_size=60).map(lambda some: np.tile(np.array(some), 5))


def run(values: Floats, step_ms: int = FIVE_MINUTES_MS) -> tuple[State, Floats]:
    """Values one after another as channels side by side: (rows, channels) -> the last state, and scores alike."""
    rows = values.reshape(len(values), -1)
    channel = np.arange(rows.shape[1])
    state, scores = new_state(rows.shape[1]), np.zeros(rows.shape)
    for row, value in enumerate(rows):
        state, scores[row] = observe(state, channel, np.full(len(channel), row * step_ms), value)
    return state, scores.reshape(values.shape)


def alarms(scores: Floats) -> list[int]:
    return np.flatnonzero(scores > GATE_SCORE).tolist()


def noise(seed: int, rows: int, *channels: int) -> Floats:
    return np.random.default_rng(seed).normal(0.0, 1.0, (rows, *channels))


def wandering(seed: int, rows: int) -> Floats:
    """Noise on a daily wave, with a step and spikes: something for every part of the detector."""
    wave = 5.0 * np.sin(np.arange(rows) * 2 * np.pi / DAY_READINGS)
    series = noise(seed, rows) + wave + np.where(np.arange(rows) > rows * 0.7, 8.0, 0.0)
    series[:: rows // 5] += 20.0
    return np.asarray(series)


@PATIENT
@given(ANY_SERIES)
def test_any_finite_series_gives_scores_and_a_finite_state(values: Floats) -> None:
    state, scores = run(values)
    assert ((scores >= 0.0) & (scores <= 1.0)).all()
    assert all(np.isfinite(getattr(state, field.name)).all() for field in fields(state))
    assert state.seen[0] == len(values)


@PATIENT
@given(ANY_SERIES, st.integers(1, 300))
def test_scores_do_not_change_when_more_follows(values: Floats, rows: int) -> None:
    assert np.array_equal(run(values)[1][:rows], run(values[:rows])[1])


@PATIENT
@given(st.lists(ANY_SERIES, min_size=2, max_size=4))
def test_channels_side_by_side_do_not_touch_one_another(several: list[Floats]) -> None:
    rows = min(map(len, several))
    together = run(np.stack([values[:rows] for values in several], axis=1))[1]
    for column, values in enumerate(several):
        assert np.array_equal(together[:, column], run(values[:rows])[1])


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("factor", [-1.0, 2.0**-40, 2.0**60])
def test_neither_unit_nor_sign_matters(seed: int, factor: float) -> None:
    values = wandering(seed, 1500)
    assert np.array_equal(run(values * factor)[1], run(values)[1])


@pytest.mark.parametrize("seed", range(3))
def test_the_zero_of_the_unit_does_not_matter(seed: int) -> None:
    values = wandering(seed, 1500)
    plain, shifted = run(values)[1], run(values + 273.15)[1]
    assert alarms(plain) == alarms(shifted)
    np.testing.assert_allclose(shifted, plain, atol=1e-6)


def test_the_given_state_is_left_as_it_was() -> None:
    state, _ = run(wandering(1, 400))
    before = state.take(np.array([0]))
    after, _ = observe(state, np.array([0]), np.array([0]), np.array([1e6]))
    assert all(np.array_equal(getattr(state, field.name), getattr(before, field.name)) for field in fields(state))
    assert after.seen[0] == state.seen[0] + 1


def test_the_memory_of_a_channel_is_small_and_does_not_grow() -> None:
    state, _ = run(noise(1, 3000))
    assert state.bytes_per_channel == new_state(1).bytes_per_channel <= 2048


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_not_finite_is_no_reading(value: float) -> None:
    state, _ = run(noise(1, 100, 2))
    after, score = observe(state, np.array([0, 1]), np.array([0, 0]), np.array([value, 0.0]))
    assert score[0] == 0.0
    assert after.seen.tolist() == [100, 101]


def test_channels_that_are_not_named_stay_as_they_were() -> None:
    state, _ = run(noise(1, 100, 3))
    after, score = observe(state, np.array([2]), np.array([0]), np.array([0.0]))
    assert score.shape == (1,)
    assert after.seen.tolist() == [100, 100, 101]


@pytest.mark.parametrize(("channel", "rows"), [([0, 0], 2), ([0, 1], 1)])
def test_a_channel_twice_or_a_missing_value_is_refused(channel: list[int], rows: int) -> None:
    with pytest.raises(Invalid):
        observe(new_state(2), np.array(channel), np.zeros(rows, np.int64), np.zeros(rows))


def test_a_constant_is_never_odd_and_its_first_change_is() -> None:
    values = np.full(500, 45.0)
    values[400] = 45.1
    scores = run(values)[1]
    assert (scores[:400] < 1e-6).all()
    assert scores[400] > 0.999


def test_noise_alarms_seldom_and_less_and_less() -> None:
    scores = run(noise(7, 4000, 50))[1]
    early, late = (scores[200:2100] > GATE_SCORE).sum() / 50, (scores[2100:] > GATE_SCORE).sum() / 50
    assert late < early
    assert early + late < 8.0


@pytest.mark.parametrize("seed", range(5))
def test_a_spike_is_told_at_once_and_once(seed: int) -> None:
    values = noise(seed, 1500)
    values[1200] += 12.0
    assert [row for row in alarms(run(values)[1]) if 1200 <= row < 1240] == [1200]


@pytest.mark.parametrize("seed", range(5))
def test_a_step_too_small_for_one_reading_is_told_soon(seed: int) -> None:
    values = noise(seed, 2000)
    values[1500:] += 2.5
    assert any(1500 <= row < 1540 for row in alarms(run(values)[1]))


@pytest.mark.parametrize("seed", range(5))
def test_a_night_value_at_noon_is_odd_though_every_night_has_it(seed: int) -> None:
    hour = np.arange(12 * DAY_READINGS) % DAY_READINGS
    values = np.where((hour > 100) & (hour < 220), 80.0, 20.0) + noise(seed, len(hour))
    noon = 11 * DAY_READINGS + 160
    values[noon : noon + 6] -= 60.0
    assert any(noon <= row < noon + 6 for row in alarms(run(values)[1]))


def test_a_storm_is_told_a_few_times_not_at_every_reading() -> None:
    values = noise(3, 2500)
    values[2000:2200] *= 15.0
    told = [row for row in alarms(run(values)[1]) if 2000 <= row < 2200]
    assert 1 <= len(told) <= 10
    assert told[0] < 2010
