"""The sentences of the package docstring, one by one, on a road that floods."""

from dataclasses import replace

import numpy as np
import pytest

from anshu.engines.sensing import (
    Batch,
    Decision,
    Direction,
    Kind,
    LadderRule,
    Level,
    Reason,
    Step,
    compile_rules,
    counts,
    dump,
    new_state,
    step,
)
from anshu.kernel.errors import Invalid
from tests.engines.sensing.streams import EPOCH_MS, batch

BLUE, YELLOW, ORANGE, RED = Level.BLUE, Level.YELLOW, Level.ORANGE, Level.RED
ROAD = LadderRule(
    "road", 0, (Step(BLUE, 0.15, 0.10, 60, 300), Step(YELLOW, 0.25, 0.20, 60, 120), Step(RED, 0.40, 0.30, 0, 600))
)


def run(rule: LadderRule, readings: list[tuple[float, float]], now_s: float | None = None) -> list[Decision]:
    """Decisions on (second, value) pairs, all in one batch, received with the last of them unless said otherwise."""
    rules = compile_rules([rule])
    now_ms = EPOCH_MS + round(1000 * (max(second for second, _ in readings) if now_s is None else now_s))
    rows = [(rule.channel, EPOCH_MS + round(second * 1000), value) for second, value in readings]
    return step(rules, new_state(rules), batch(rows), now_ms)[1]


def story(rule: LadderRule, readings: list[tuple[float, float]]) -> list[tuple[str, int, float]]:
    return [(one.kind.value, one.level.value, (one.at_ms - EPOCH_MS) / 1000) for one in run(rule, readings)]


def test_a_flood_comes_and_goes() -> None:
    readings = [(0, 0.05), (60, 0.15), (119, 0.16), (120, 0.18), (180, 0.26), (240, 0.26), (300, 0.40), (400, 0.25)]
    readings += [(1000, 0.25), (1060, 0.15), (1180, 0.15), (1240, 0.09), (1539, 0.09), (1540, 0.09)]
    assert story(ROAD, readings) == [
        ("raise", 4, 120),
        ("step_up", 3, 240),
        ("step_up", 1, 300),
        ("step_down", 3, 1000),
        ("step_down", 4, 1180),
        ("clear", 0, 1540),
    ]


def test_a_decision_carries_its_reason() -> None:
    (decision,) = run(ROAD, [(0, 0.2), (61, 0.22)])
    assert decision == Decision(
        Kind.RAISE, 0, 0, BLUE, Level.NONE, EPOCH_MS + 61_000, 0.22, Reason(0.15, 60.0, EPOCH_MS)
    )


def test_a_reading_on_the_raise_threshold_reaches_and_one_on_the_clear_threshold_does_not_clear() -> None:
    rule = replace(ROAD, steps=(Step(BLUE, 0.15, 0.10),))
    assert story(rule, [(0, 0.15), (1, 0.10), (2, 0.0999)]) == [("raise", 4, 0), ("clear", 0, 2)]


def test_equal_thresholds_part_the_values_in_two() -> None:
    rule = replace(ROAD, steps=(Step(BLUE, 0.15, 0.15),))
    assert story(rule, [(0, 0.15), (1, 0.14), (2, 0.15)]) == [("raise", 4, 0), ("clear", 0, 1), ("raise", 4, 2)]


def test_below_mirrors_above() -> None:
    rule = LadderRule("oxygen", 0, (Step(ORANGE, 19.5, 20.0), Step(RED, 18.0, 18.5)), Direction.BELOW)
    decisions = run(rule, [(0, 20.9), (1, 19.5), (2, 18.0), (3, 18.5), (4, 18.6), (5, 20.0), (6, 20.1)])
    assert [(one.kind.value, one.level, one.reason.threshold) for one in decisions] == [
        ("raise", ORANGE, 19.5),
        ("step_up", RED, 18.0),
        ("step_down", ORANGE, 18.5),
        ("clear", Level.NONE, 20.0),
    ]


def test_a_jump_takes_the_milder_steps_along() -> None:
    assert story(ROAD, [(0, 0.5), (700, 0.26), (1300, 0.26)]) == [("raise", 1, 0), ("step_down", 3, 1300)]


def test_a_break_starts_the_hold_anew() -> None:
    assert story(ROAD, [(0, 0.2), (30, 0.14), (59, 0.2), (118, 0.2), (119, 0.2)]) == [("raise", 4, 119)]


def test_a_severe_step_is_not_left_early_because_a_milder_one_is_quick_to_clear() -> None:
    rule = replace(ROAD, steps=(Step(BLUE, 1, 1, 0, 0), Step(RED, 2, 2, 0, 600)))
    assert story(rule, [(0, 2), (1, 0), (600, 0), (601, 0)]) == [("raise", 1, 0), ("clear", 0, 601)]


def test_going_down_stops_at_the_step_whose_hold_is_not_over() -> None:
    rule = replace(ROAD, steps=(Step(BLUE, 1, 1, 0, 600), Step(RED, 2, 2, 0, 60)))
    readings = [(0, 2), (10, 0), (70, 0), (610, 0)]
    assert story(rule, readings) == [("raise", 1, 0), ("step_down", 4, 70), ("clear", 0, 610)]


def test_now_alone_never_completes_a_hold() -> None:
    rules = compile_rules([ROAD])
    state, first = step(rules, new_state(rules), batch([(0, EPOCH_MS, 0.2)]), EPOCH_MS)
    state, second = step(rules, state, batch([]), EPOCH_MS + 10_000_000)
    assert first + second == []
    _, third = step(rules, state, batch([(0, EPOCH_MS + 60_000, 0.2)]), EPOCH_MS + 10_000_000)
    assert [one.kind for one in third] == [Kind.RAISE]


def test_a_gap_longer_than_stale_after_starts_holds_anew() -> None:
    rule = replace(ROAD, stale_after_s=90)
    assert story(rule, [(0, 0.2), (90, 0.2)]) == [("raise", 4, 90)]
    assert story(rule, [(0, 0.2), (90.001, 0.2), (150, 0.2), (150.001, 0.2)]) == [("raise", 4, 150.001)]


def test_silence_makes_stale_once_and_keeps_the_level_and_a_reading_makes_fresh() -> None:
    rules = compile_rules([replace(ROAD, stale_after_s=90)])
    state, _ = step(rules, new_state(rules), batch([(0, EPOCH_MS, 0.5)]), EPOCH_MS)
    decisions: list[Decision] = []
    for now_s, readings in [(90, []), (91, []), (92, []), (100, [(0, EPOCH_MS + 9_999, 0.5)])]:
        state, more = step(rules, state, batch(readings), EPOCH_MS + now_s * 1000)
        decisions += more
    assert decisions == [Decision(Kind.STALE, 0, 0, RED, RED, EPOCH_MS + 91_000, None, Reason(None, 90.0, EPOCH_MS))]
    state, decisions = step(rules, state, batch([(0, EPOCH_MS + 10_000, 0.5)]), EPOCH_MS + 100_000)
    assert decisions == [
        Decision(Kind.FRESH, 0, 0, RED, RED, EPOCH_MS + 10_000, 0.5, Reason(None, 90.0, EPOCH_MS + 9_999))
    ]


def test_a_channel_never_heard_is_stale_counted_from_the_first_call() -> None:
    rules = compile_rules([replace(ROAD, stale_after_s=90)])
    state, first = step(rules, new_state(rules), batch([]), EPOCH_MS)
    state, second = step(rules, state, batch([]), EPOCH_MS + 90_001)
    assert first == []
    assert [(one.kind, one.reason.since_ms) for one in second] == [(Kind.STALE, EPOCH_MS)]
    _, third = step(rules, state, batch([(0, EPOCH_MS + 90_001, 0.0)]), EPOCH_MS + 90_001)
    assert [(one.kind, one.reason.since_ms) for one in third] == [(Kind.FRESH, EPOCH_MS)]


def test_a_device_whose_clock_went_back_shows_up_as_late_and_stale() -> None:
    rules = compile_rules([replace(ROAD, stale_after_s=90)])
    state, decisions = new_state(rules), []
    for second in range(0, 200, 20):
        at_ms = EPOCH_MS + second * 1000 - (3_600_000 if second >= 60 else 0)
        state, more = step(rules, state, batch([(0, at_ms, 0.0)]), EPOCH_MS + second * 1000)
        decisions += more
    assert [(one.kind, one.at_ms - EPOCH_MS) for one in decisions] == [(Kind.STALE, 140_000)]
    found = counts(rules, state, 0)
    assert found is not None and found.late == 7


def test_a_now_gone_astray_heals_by_itself() -> None:
    rules = compile_rules([replace(ROAD, stale_after_s=90)])
    state, _ = step(rules, new_state(rules), batch([(0, EPOCH_MS, 0.0)]), EPOCH_MS)
    state, lost = step(rules, state, batch([]), EPOCH_MS + 10**12)
    _, found = step(rules, state, batch([(0, EPOCH_MS + 1000, 0.0)]), EPOCH_MS + 1000)
    assert [one.kind for one in lost + found] == [Kind.STALE, Kind.FRESH]


def test_rules_on_one_channel_do_not_see_one_another_and_decide_in_order_of_arrival_then_rule() -> None:
    low, high = (replace(ROAD, key=key, steps=(Step(RED, at, at),)) for key, at in (("b", 1.0), ("a", 2.0)))
    rules = compile_rules([low, high, replace(low, key="c", channel=1)])
    readings = [(1, EPOCH_MS + 5, 1.0), (0, EPOCH_MS, 1.0), (0, EPOCH_MS + 1, 2.0), (0, EPOCH_MS + 2, 0.0)]
    _, decisions = step(rules, new_state(rules), batch(readings), EPOCH_MS)
    assert [(rules.keys[one.rule], one.kind.value) for one in decisions] == [
        ("c", "raise"), ("b", "raise"), ("a", "raise"), ("a", "clear"), ("b", "clear"),
    ]  # fmt: skip


def test_the_given_state_is_left_as_it_was() -> None:
    rules = compile_rules([replace(ROAD, stale_after_s=1)])
    state, _ = step(rules, new_state(rules), batch([(0, EPOCH_MS, 0.2)]), EPOCH_MS)
    before = dump(rules, state)
    after, _ = step(rules, state, batch([(0, EPOCH_MS, 0.5), (0, 0, 0.0), (9, 0, 0.0)]), EPOCH_MS + 5000)
    assert dump(rules, state) == before
    assert dump(rules, after) != before


def test_a_state_of_other_rules_is_refused() -> None:
    with pytest.raises(Invalid, match="recompile it first"):
        step(compile_rules([ROAD]), new_state(compile_rules([])), batch([]), EPOCH_MS)


def test_no_rules_and_no_readings_are_no_trouble() -> None:
    rules = compile_rules([])
    state, decisions = step(rules, new_state(rules), batch([(0, EPOCH_MS, 1.0)]), EPOCH_MS)
    assert (decisions, state.unwatched) == ([], 1)


def test_a_long_batch_of_one_channel_equals_its_readings_one_by_one() -> None:
    rules = compile_rules([ROAD])
    values = np.abs(np.sin(np.arange(400) / 40)) / 2
    at_ms = EPOCH_MS + np.arange(400, dtype=np.int64) * 30_000
    whole = Batch(np.zeros(400, np.int64), at_ms, values)
    now_ms = int(at_ms[-1])
    _, expected = step(rules, new_state(rules), whole, now_ms)
    state, decisions = new_state(rules), []
    for index in range(400):
        state, more = step(rules, state, batch([(0, int(at_ms[index]), float(values[index]))]), now_ms)
        decisions += more
    assert decisions == expected
    assert {one.level for one in decisions} == {0, 1, 3, 4}
