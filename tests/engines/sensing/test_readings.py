"""What a batch refuses, and which readings count."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anshu.engines.sensing import Batch, Counts, LadderRule, Level, Step, compile_rules, counts, new_state, step
from anshu.engines.sensing.readings import END_OF_TIME_MS
from anshu.kernel.errors import Invalid
from tests.engines.sensing.streams import EPOCH_MS, Reading, batch

RULES = compile_rules([LadderRule("depth", 1, (Step(Level.RED, 1.0, 1.0),))], ahead_limit_s=10)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_value_that_is_not_finite_is_refused_with_its_place(value: float) -> None:
    with pytest.raises(Invalid, match=f"reading 1 of channel 5: value {value} is not a finite number") as refusal:
        batch([(1, EPOCH_MS, 0.0), (5, EPOCH_MS, value)])
    assert (refusal.value.code, refusal.value.field, refusal.value.params["index"]) == ("reading_value", "value", 1)


@pytest.mark.parametrize(
    ("reading", "code"),
    [
        ((-1, EPOCH_MS, 0.0), "reading_channel"),
        ((1, -1, 0.0), "reading_at_ms"),
        ((1, END_OF_TIME_MS, 0.0), "reading_at_ms"),
        ((1, np.iinfo(np.int64).max, 0.0), "reading_at_ms"),
    ],
)
def test_numbers_out_of_range_are_refused(reading: Reading, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        batch([reading])
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("channel", "at_ms", "value", "field"),
    [
        (np.zeros(2, np.int32), np.zeros(2, np.int64), np.zeros(2), "channel"),
        (np.zeros(2, np.int64), np.zeros(2), np.zeros(2), "at_ms"),
        (np.zeros(2, np.int64), np.zeros(2, np.int64), np.zeros(3), "value"),
        (np.zeros(2, np.int64), np.zeros((2, 1), np.int64), np.zeros(2), "at_ms"),
        (np.zeros(2, np.int64), np.zeros(2, np.int64), [0.0, 0.0], "value"),
    ],
)
def test_columns_of_another_type_or_shape_are_refused(
    channel: object, at_ms: object, value: object, field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        Batch(channel, at_ms, value)
    assert (refusal.value.code, refusal.value.field) == ("batch_shape", field)


def test_late_ahead_and_unwatched_readings_are_counted_and_change_nothing_else() -> None:
    state, _ = step(RULES, new_state(RULES), batch([(1, EPOCH_MS, 0.0)]), EPOCH_MS)
    readings = [
        (1, EPOCH_MS - 1, 9.0),  # late
        (1, EPOCH_MS + 10_001, 9.0),  # ahead
        (0, EPOCH_MS, 9.0),  # below the only channel
        (2, EPOCH_MS, 9.0),  # above it
        (10**12, EPOCH_MS, 9.0),
    ]
    state, decisions = step(RULES, state, batch(readings), EPOCH_MS)
    assert decisions == []
    assert (counts(RULES, state, 0), counts(RULES, state, 1)) == (None, Counts(1, 1, 0, EPOCH_MS))
    assert state.unwatched == 3


def test_a_reading_just_within_the_ahead_limit_counts_and_makes_earlier_ones_late() -> None:
    limit_ms = EPOCH_MS + 10_000
    readings = [(1, limit_ms, 0.0), (1, limit_ms - 1, 9.0), (1, EPOCH_MS, 9.0), (1, limit_ms, 1.0)]
    state, decisions = step(RULES, new_state(RULES), batch(readings), EPOCH_MS)
    assert counts(RULES, state, 1) == Counts(2, 0, 0, limit_ms)
    assert [(one.kind, one.value) for one in decisions] == [("raise", 1.0)]


@pytest.mark.parametrize("now_ms", [-1, END_OF_TIME_MS])
def test_a_now_out_of_range_is_refused(now_ms: int) -> None:
    with pytest.raises(Invalid, match="now_ms"):
        step(RULES, new_state(RULES), batch([]), now_ms)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 30)), max_size=40))
def test_late_means_older_than_any_reading_of_the_channel_before_it(said: list[tuple[int, int]]) -> None:
    rules = compile_rules([LadderRule(str(channel), channel, (Step(Level.RED, 1.0, 1.0),)) for channel in (0, 1)])
    state, _ = step(rules, new_state(rules), batch([(channel, at_ms, 0.0) for channel, at_ms in said]), EPOCH_MS)
    late = [0, 0]
    for place, (channel, at_ms) in enumerate(said):
        late[channel] += any(other == channel and at_ms < earlier for other, earlier in said[:place])
    found = [counts(rules, state, channel) for channel in (0, 1)]
    assert [one.late for one in found if one is not None] == late
