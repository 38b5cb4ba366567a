"""What is derived from readings: windows in any order, detectors when they are warm, schedules to the minute."""

from datetime import datetime
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anshu.engines.sensing import (
    Decision,
    Direction,
    LadderRule,
    Level,
    Quantity,
    Schedule,
    Signal,
    Step,
    advance,
    compile_rules,
    new_state,
    step,
)
from anshu.engines.sensing.kernels.ladders import is_open
from anshu.engines.sensing.layout import FORM_WORDS
from tests.engines.sensing.reference import WINDOWS, Reading, Reference
from tests.engines.sensing.reference_signals import is_open as is_really_open
from tests.engines.sensing.streams import EPOCH_MS, batch

RED, BLUE = Level.RED, Level.BLUE
HOUR_MS = 3_600_000


def rule(signal: Signal, steps: tuple[Step, ...], over_s: float = 0.0, panes: int = 12) -> LadderRule:
    return LadderRule("rule", 0, steps, of=Quantity(signal, over_s, panes))


def run(one: LadderRule, readings: list[tuple[float, float]]) -> list[Decision]:
    """Decisions on (minute, value) pairs, received together at the end."""
    rules = compile_rules([one])
    rows = [(0, EPOCH_MS + round(minute * 60_000), value) for minute, value in readings]
    return step(rules, new_state(rules), batch(rows), max(at for _, at, _ in rows))[1]


def test_rain_of_an_hour_raises_when_it_has_come_down_and_clears_an_hour_later() -> None:
    start = (EPOCH_MS // 300_000 + 1) * 300_000 - EPOCH_MS
    minutes = [start / 60_000 + 5 * place for place in range(40)]
    rain = [(minute, 10.0 if 3 <= place < 12 else 0.0) for place, minute in enumerate(minutes)]
    decisions = run(rule(Signal.SUM, (Step(RED, 80, 30),), 3600), rain)
    assert [(one.kind.value, one.value, minutes.index((one.at_ms - EPOCH_MS) / 60_000)) for one in decisions] == [
        ("raise", 80.0, 10), ("clear", 20.0, 21),
    ]  # fmt: skip


def test_a_late_reading_raises_at_once_where_it_completes_a_window() -> None:
    decisions = run(rule(Signal.SUM, (Step(RED, 80, 30),), 3600), [(0, 50.0), (30, 20.0), (12, 15.0), (13, 1.0)])
    assert [(one.kind.value, one.value, one.at_ms - EPOCH_MS) for one in decisions] == [("raise", 85.0, 30 * 60_000)]


def test_a_late_reading_whose_pane_has_left_the_window_changes_nothing() -> None:
    assert run(rule(Signal.SUM, (Step(RED, 80, 30),), 3600), [(0, 50.0), (90, 20.0), (12, 75.0)]) == []


@settings(deadline=None, max_examples=100)
@given(
    st.sampled_from([Signal.SUM, Signal.MEAN, Signal.LOWEST, Signal.HIGHEST, Signal.CHANGE, Signal.TREND]),
    st.dictionaries(st.integers(0, 40), st.floats(-1e6, 1e6), min_size=2, max_size=30),
    st.randoms(use_true_random=False),
)
def test_once_all_readings_have_come_their_order_does_not_matter(
    signal: Signal, said: dict[int, float], random: Random
) -> None:
    """Bit for bit: what is left in the near words is what windows judge by."""
    rules = compile_rules([rule(signal, (Step(RED, 1e9, 1e9),), 60, 6)])
    readings = [(0, EPOCH_MS + second * 1000, value) for second, value in said.items()]
    shuffled = random.sample(readings, len(readings))
    near = rules.numbers.near[0]
    ends = []
    for order in (sorted(readings), shuffled):
        state, _ = step(rules, new_state(rules), batch(order), EPOCH_MS + 60_000)
        ends.append(state.words[near : near + 5].tolist())
    assert ends[0] == ends[1]


@st.composite
def late_streams(draw: st.DrawFn) -> list[Reading]:
    """A device that runs on, jumps on, and tells of what was, within and beyond any window."""
    at_ms, said = EPOCH_MS, []
    for _ in range(draw(st.integers(1, 40))):
        back = draw(st.sampled_from([0, 0, 0, 1, 2, 3, 5, 8, 13]))
        at_ms += draw(st.sampled_from([0, 1, 1, 1, 2, 3, 7, 20])) * 1000
        said.append((0, at_ms - back * 1000, float(draw(st.integers(-3, 3)))))
    return said


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(WINDOWS), st.integers(1, 6), st.integers(1, 4), late_streams())
def test_windows_say_what_a_search_through_all_readings_says(
    signal: Signal, panes: int, pane_s: int, readings: list[Reading]
) -> None:
    """Each judgement is laid open by a ladder whose steps lie so close that every value moves it."""
    unit = 3600.0 if signal is Signal.TREND else 1.0
    rules = [
        LadderRule(
            f"{sign}{place}", 0, (Step(RED, at * unit, at * unit),), side, of=Quantity(signal, panes * pane_s, panes)
        )
        for sign, side in (("a", Direction.ABOVE), ("b", Direction.BELOW))
        for place, at in enumerate((-4, -2, -1, -0.5, 0, 0.25, 0.5, 1, 2, 4))
    ]
    table, reference = compile_rules(rules), Reference(list(rules), 300.0)
    now_ms = EPOCH_MS + 1_000_000
    _, decisions = step(table, new_state(table), batch(readings), now_ms)
    assert decisions == reference.step(readings, now_ms)


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from([Signal.UNUSUAL, Signal.UNSEASONABLE]), st.integers(0, 10**6), st.integers(1, 40))
def test_detectors_learn_as_the_reference_does(signal: Signal, seed: int, minutes: int) -> None:
    random = Random(seed)
    rules = [rule(signal, (Step(BLUE, 2.0, 1.5), Step(RED, 5.0, 4.0)))]
    readings: list[Reading] = []
    for place in range(600):
        at_ms = EPOCH_MS + place * minutes * 60_000
        value = random.choice([20.0, 20.0, 20.5, random.gauss(20, 3), 1000.0 if random.random() < 0.05 else 21.0])
        readings.append((0, at_ms, value))
    table, reference = compile_rules(rules), Reference(list(rules), 300.0)
    _, decisions = step(table, new_state(table), batch(readings), readings[-1][1])
    assert decisions == reference.step(readings, readings[-1][1])


def test_a_detector_that_nobody_tuned_finds_the_leak_and_not_the_day() -> None:
    """Four weeks of a pressure that follows the day, then a fall that is small beside the daily swing."""
    random = np.random.default_rng(5)
    minute = np.arange(0, 29 * 1440, 5)
    value = 50 + 10 * np.sin(minute / 1440 * 2 * np.pi) + random.normal(0, 0.3, len(minute))
    value[minute >= 28 * 1440 + 600] -= 6.0
    said = list(zip(minute.tolist(), value.tolist(), strict=True))
    seasonal = run(rule(Signal.UNSEASONABLE, (Step(RED, 8, 4),)), said)
    raised = [(one.at_ms - EPOCH_MS) // 60_000 for one in seasonal if one.kind == "raise"]
    assert len(raised) == 1
    assert 28 * 1440 + 600 <= raised[0] <= 28 * 1440 + 900
    assert run(rule(Signal.UNUSUAL, (Step(RED, 8, 4),)), said) == []  # the swing of the day hides it


def test_a_sensor_that_never_moves_is_not_alarmed_by_a_hair() -> None:
    said = [(minute, 20.0) for minute in range(100)] + [(100, 20.015)]
    assert run(rule(Signal.UNUSUAL, (Step(RED, 2, 1),)), said) == []


@settings(deadline=None, max_examples=200)
@given(
    st.integers(86_400_000, 253_402_000_000_000),
    st.tuples(st.integers(1, 12), st.integers(1, 28)),
    st.tuples(st.integers(1, 12), st.integers(1, 28)),
    st.sets(st.integers(1, 7), min_size=1),
    st.tuples(st.integers(0, 1439), st.integers(1, 1440)),
)
def test_schedules_agree_with_the_calendar(
    at_ms: int, first: tuple[int, int], last: tuple[int, int], weekdays: set[int], minutes: tuple[int, int]
) -> None:
    if minutes[0] == minutes[1]:
        return
    when = Schedule(first, last, tuple(weekdays), *minutes)
    one = LadderRule("rule", 0, (Step(RED, 1, 1),), when=when)
    tape = compile_rules([one]).numbers.tape
    form = len(tape) - 3 - 5 - FORM_WORDS  # before one set of checks and one row of one profile
    assert is_open(tape, form, at_ms) == is_really_open(when, at_ms, 8 * 3600)


@pytest.mark.parametrize(
    ("instant", "is_raised"),
    [
        ("2024-02-29T15:59:59+00:00", True),  # midnight of a leap day's end in China
        ("2024-02-29T16:00:00+00:00", False),
        ("2023-02-28T15:59:59+00:00", True),
        ("2023-02-27T15:59:59+00:00", False),
    ],
)
def test_a_season_ends_with_the_leap_day(instant: str, is_raised: bool) -> None:
    when = Schedule(first_day=(2, 28), last_day=(2, 29))
    rules = compile_rules([LadderRule("rule", 0, (Step(RED, 1, 1),), when=when)])
    at_ms = round(datetime.fromisoformat(instant).timestamp() * 1000)
    _, decisions = step(rules, new_state(rules), batch([(0, at_ms, 2.0)]), at_ms)
    assert [one.level for one in decisions] == ([RED] if is_raised else [])


def test_a_rule_whose_season_ends_comes_down_with_its_own_hold() -> None:
    steps = (Step(RED, 1.0, 0.5, 0, 60),)
    one = LadderRule("rule", 0, steps, when=Schedule(from_minute=0, to_minute=374))  # to 06:14 in China
    rules = compile_rules([one])
    readings = [(0, EPOCH_MS + second * 1000, 2.0) for second in (0, 39, 40, 99, 100)]
    _, decisions = step(rules, new_state(rules), batch(readings), EPOCH_MS + 100_000)
    assert [(decision.kind.value, (decision.at_ms - EPOCH_MS) // 1000) for decision in decisions] == [
        ("raise", 0), ("clear", 100),
    ]  # fmt: skip


def test_values_beyond_all_measure_harm_nothing() -> None:
    signals = [Signal(number) for number in range(12)]
    rules = compile_rules(
        [LadderRule(one.name, 0, (Step(RED, 1e300, -1e300),), of=Quantity(one, 60, 3)) for one in signals]
    )
    state = new_state(rules)
    for place in range(200):
        value = [1.7e308, -1.7e308, 0.0, 5e-324][place % 4]
        outcome = advance(rules, state, batch([(0, EPOCH_MS + place * 1000, value)]), EPOCH_MS + place * 1000)
        assert all(
            np.isfinite(one.value) or abs(one.value) == np.inf for one in outcome.decisions if one.value is not None
        )
