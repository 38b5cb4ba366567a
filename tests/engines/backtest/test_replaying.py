"""Recordings through the engine: the alarms are the same however the recording is cut."""

import numpy as np
from engines.backtest.drawn import FIRST_MS
from hypothesis import given, settings
from hypothesis import strategies as st

from anshu.engines.backtest import Followed, Round, Span, follow, in_rounds
from anshu.engines.sensing import (
    Batch,
    Checked,
    Checks,
    LadderRule,
    Level,
    Mark,
    Quantity,
    RuleTable,
    Signal,
    Spread,
    Step,
    compile_rules,
)

STEPS = (Step(Level.YELLOW, 3, 2), Step(Level.RED, 6, 5))
SILENT = (Step(Level.ORANGE, 1200, 60),)
MINUTE_MS = 60_000


def table(steps: tuple[Step, ...] = STEPS, of: Quantity | None = None, channels: int = 3) -> RuleTable:
    return compile_rules([Spread(LadderRule("r", 0, steps, of=of or Quantity()), np.arange(channels))])


def batch(values: list[list[float]], first: int = 0) -> Batch:
    """A reading a minute: values[minute][channel]."""
    minutes, channels = len(values), len(values[0])
    at_ms = FIRST_MS + MINUTE_MS * (first + np.arange(minutes, dtype=np.int64))
    return Batch(
        np.tile(np.arange(channels, dtype=np.int64), minutes),
        np.repeat(at_ms, channels),
        np.array(values, dtype=np.float64).ravel(),
    )


def span(minutes: int, channels: int = 3) -> Span:
    return Span(FIRST_MS, FIRST_MS + MINUTE_MS * minutes, channels)


def told(found: Followed) -> list[tuple[float, ...]]:
    spells = found.spells
    levels = (spells.level_at(spells.from_ms), spells.highest)
    columns = (spells.channel, spells.from_ms, spells.to_ms, *levels, spells.value)
    return list(zip(*(column.tolist() for column in columns), spells.standing.tolist(), strict=True))


def whole(given_batch: Batch) -> Round:
    return Round(given_batch, int(given_batch.at_ms.max()))


def test_an_alarm_runs_from_its_raise_to_its_clear_and_keeps_its_gravest_level() -> None:
    values = [[1.0], [4.0], [7.0], [4.5], [1.0], [3.0]]
    (found,) = follow([table(channels=1)], [whole(batch(values))], span(6, 1))
    first, second = told(found)
    assert first == (0, FIRST_MS + MINUTE_MS, FIRST_MS + 4 * MINUTE_MS, 3, 1, 4.0, False)
    assert second == (0, FIRST_MS + 5 * MINUTE_MS, FIRST_MS + 6 * MINUTE_MS, 3, 3, 3.0, True)


def test_the_level_of_an_alarm_at_an_instant_is_the_gravest_up_to_then() -> None:
    (found,) = follow([table(channels=1)], [whole(batch([[4.0], [4.0], [7.0], [4.0], [1.0]]))], span(5, 1))
    levels = [int(found.spells.level_at(np.array([FIRST_MS + minute * MINUTE_MS]))[0]) for minute in range(-1, 5)]
    assert levels == [5, 3, 3, 1, 1, 1]


VALUES = st.lists(st.lists(st.integers(0, 8).map(float), min_size=3, max_size=3), min_size=2, max_size=30)


@settings(max_examples=40)
@given(VALUES, st.integers(1, 29), st.integers(1, 7), st.integers(1, 2))
def test_the_alarms_are_the_same_however_the_recording_is_cut(
    values: list[list[float]], cut: int, minutes: int, threads: int
) -> None:
    cut = min(cut, len(values) - 1)
    rules, over = table(), span(len(values))
    (once,) = follow([rules], [whole(batch(values))], over)
    parts = [whole(batch(values[:cut])), whole(batch(values[cut:], cut))]
    (parted,) = follow([rules], parts, over, threads=threads)
    (paced,) = follow([rules], in_rounds(parts, minutes * MINUTE_MS), over)
    assert told(once) == told(parted) == told(paced)


@given(VALUES, st.integers(5_000, 300_000))
def test_no_reading_is_lost_or_moved_by_cutting(values: list[list[float]], every_ms: int) -> None:
    given_batch = batch(values)
    rounds = list(in_rounds([whole(given_batch)], every_ms))
    for name in ("channel", "at_ms", "value"):
        joined = np.concatenate([getattr(each.batch, name) for each in rounds])
        assert joined.tolist() == getattr(given_batch, name).tolist()
    nows = [each.now_ms for each in rounds]
    assert nows == sorted(nows)
    assert nows[-1] == int(given_batch.at_ms.max())
    assert all(not len(each.batch.at_ms) or int(each.batch.at_ms.max()) <= each.now_ms for each in rounds)


def test_silence_is_noticed_while_time_passes() -> None:
    """Half an hour without a reading, then one: the alarm rises twenty minutes in, to the step of the rounds."""
    rounds = [whole(batch([[1.0]])), whole(batch([[1.0]], 40))]
    (found,) = follow([table(SILENT, Quantity(Signal.SILENCE), 1)], in_rounds(rounds, MINUTE_MS), span(41, 1))
    ((_, from_ms, to_ms, *_),) = told(found)
    assert (from_ms, to_ms) == (FIRST_MS + 20 * MINUTE_MS, FIRST_MS + 40 * MINUTE_MS)
    (unpaced,) = follow([table(SILENT, Quantity(Signal.SILENCE), 1)], rounds[:1], span(41, 1))
    assert not len(unpaced.spells)


def test_two_rules_over_one_recording() -> None:
    values = [[1.0], [4.0], [1.0], [7.0]]
    low, high = follow([table(channels=1), table(STEPS[1:], channels=1)], iter([whole(batch(values))]), span(4, 1))
    assert len(low.spells) == 2
    assert len(high.spells) == 1


def test_readings_that_a_check_refuses_are_counted() -> None:
    checks = Checked(Checks(high=10), [0])
    rules = compile_rules([Spread(LadderRule("r", 0, STEPS), np.arange(1))], checked=[checks])
    (found,) = follow([rules], [whole(batch([[1.0], [99.0], [1.0]]))], span(3, 1))
    assert (found.readings, found.marked[Mark.OUT_OF_RANGE], found.marked[Mark.SPIKE]) == (3, 1, 0)
    assert not len(found.spells)
