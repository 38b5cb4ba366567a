"""What a reading must pass: each check alone, on a gauge with a neighbour that can stand in for it."""

import pytest

from anshu.engines.sensing import (
    Checked,
    Checks,
    Counts,
    Decision,
    LadderRule,
    Level,
    Mark,
    Quantity,
    Signal,
    Step,
    advance,
    compile_rules,
    counts,
    new_state,
)
from anshu.kernel.errors import Invalid
from tests.engines.sensing.reference import Reading
from tests.engines.sensing.streams import EPOCH_MS, batch

GAUGE, NEIGHBOUR = 3, 5
LEVEL = LadderRule("level", GAUGE, (Step(Level.RED, 5.0, 4.0),))


def run(
    checks: Checks, said: list[tuple[int, float, float]], backups: dict[int, int] | None = None
) -> tuple[list[Decision], list[Mark], Counts | None]:
    """Decisions, marks and counts of (channel, second, value), each received at its second."""
    rules = compile_rules([LEVEL], checked=[Checked(checks, [GAUGE], backups or {})])
    state, decisions, marks = new_state(rules), [], []
    for channel, second, value in said:
        reading: Reading = (channel, EPOCH_MS + round(second * 1000), value)
        outcome = advance(rules, state, batch([reading]), reading[1])
        decisions += outcome.decisions
        marks += [Mark(mark) for mark in outcome.marks.tolist()]
    return decisions, marks, counts(rules, state, GAUGE)


def on_gauge(*said: tuple[float, float]) -> list[tuple[int, float, float]]:
    return [(GAUGE, second, value) for second, value in said]


def test_what_is_out_of_range_raises_nothing() -> None:
    decisions, marks, counted = run(Checks(low=0, high=9), on_gauge((0, 99.0), (1, -0.1), (2, 9.0)))
    assert marks == [Mark.OUT_OF_RANGE, Mark.OUT_OF_RANGE, Mark(0)]
    assert [one.value for one in decisions] == [9.0]
    assert counted == Counts(0, 0, 2, EPOCH_MS + 2000)


def test_a_jump_is_believed_when_it_stays() -> None:
    decisions, marks, _ = run(Checks(jump=1), on_gauge((0, 2.0), (1, 8.0), (2, 2.1), (3, 8.0), (4, 8.5), (5, 8.4)))
    assert marks == [Mark(0), Mark.SPIKE, Mark(0), Mark.SPIKE, Mark(0), Mark(0)]
    assert [(one.kind.value, one.value) for one in decisions] == [("raise", 8.5)]


def test_two_jumps_to_different_places_are_two_spikes() -> None:
    assert run(Checks(jump=1), on_gauge((0, 2.0), (1, 8.0), (2, -8.0)))[1] == [Mark(0), Mark.SPIKE, Mark.SPIKE]


def test_after_a_gap_nothing_is_a_spike() -> None:
    assert run(Checks(jump=1, gap_after_s=60), on_gauge((0, 2.0), (61, 8.0)))[1] == [Mark(0), Mark.GAP]


def test_a_value_that_stays_too_long_is_remarked_and_counts() -> None:
    decisions, marks, _ = run(Checks(stuck_after_s=60), on_gauge((0, 6.0), (60, 6.0), (61, 6.0), (62, 6.1)))
    assert marks == [Mark(0), Mark(0), Mark.STUCK, Mark(0)]
    assert len(decisions) == 1


def test_a_neighbour_speaks_when_the_gauge_is_silent_and_stops_when_it_is_not() -> None:
    said = [(GAUGE, 0, 1.0), (NEIGHBOUR, 30, 6.0), (NEIGHBOUR, 61, 6.0), (GAUGE, 62, 1.0), (NEIGHBOUR, 63, 6.0)]
    decisions, marks, _ = run(Checks(gap_after_s=60), said, {GAUGE: NEIGHBOUR})
    unwatched = Mark.UNWATCHED
    assert marks == [Mark(0), unwatched, unwatched | Mark.LENT, Mark(0), unwatched]
    assert [(one.kind.value, one.channel, one.at_ms - EPOCH_MS) for one in decisions] == [
        ("raise", GAUGE, 61_000), ("clear", GAUGE, 62_000),
    ]  # fmt: skip


def test_a_device_from_2059_is_ahead_and_its_channel_becomes_silent() -> None:
    rules = compile_rules(
        [LadderRule("silence", 0, (Step(Level.YELLOW, 60, 60),), of=Quantity(Signal.SILENCE), stale_after_s=30)]
    )
    state, kinds = new_state(rules), []
    year_2059_ms = 2_808_000_000_000
    for second in (0, 20, 40, 60):
        readings: list[Reading] = [(0, year_2059_ms + second * 1000, 1.0)]
        outcome = advance(rules, state, batch(readings), EPOCH_MS + second * 1000)
        assert [Mark(mark) for mark in outcome.marks.tolist()] == [Mark.AHEAD]
        kinds += [one.kind.value for one in outcome.decisions]
    assert kinds == ["stale", "raise"]


def test_silence_raises_by_time_alone_with_its_own_holds_and_clears_by_a_reading() -> None:
    steps = (Step(Level.YELLOW, 60, 60, 30, 0), Step(Level.RED, 600, 60))
    rules = compile_rules([LadderRule("silence", 0, steps, of=Quantity(Signal.SILENCE))])
    state, told = new_state(rules), []
    for second in range(0, 700, 10):
        readings: list[Reading] = [(0, EPOCH_MS, 1.0)] if second == 0 else []
        told += advance(rules, state, batch(readings), EPOCH_MS + second * 1000).decisions
    told += advance(rules, state, batch([(0, EPOCH_MS + 700_000, 1.0)]), EPOCH_MS + 700_000).decisions
    assert [(one.kind.value, one.value, (one.at_ms - EPOCH_MS) // 1000) for one in told] == [
        ("raise", 90.0, 90), ("step_up", 600.0, 600), ("clear", 0.0, 700),
    ]  # fmt: skip


def test_ten_minutes_without_a_network_then_all_that_was_kept() -> None:
    """The alarm that would have been raised in the hole is raised with its own instant, and the stale mark is taken off
    by the first reading that is young enough."""
    rules = compile_rules([LadderRule("level", 0, (Step(Level.RED, 5.0, 4.0, 120, 0),), stale_after_s=300)])
    state, told = new_state(rules), []
    kept: list[Reading] = [(0, EPOCH_MS + minute * 60_000, 6.0 if 3 <= minute < 8 else 1.0) for minute in range(11)]
    for minute in range(10):
        now_ms = EPOCH_MS + minute * 60_000
        told += advance(rules, state, batch(kept[:1] if minute == 0 else []), now_ms).decisions
    told += advance(rules, state, batch(kept[1:]), EPOCH_MS + 600_000).decisions
    assert [(one.kind.value, (one.at_ms - EPOCH_MS) // 60_000) for one in told] == [
        ("stale", 6), ("fresh", 5), ("raise", 5), ("clear", 8),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "checked",
    [
        Checked(Checks(low=2, high=1), [0]),
        Checked(Checks(jump=0), [0]),
        Checked(Checks(gap_after_s=0), [0]),
        Checked(Checks(stuck_after_s=1e12), [0]),
        Checked(Checks(low=float("nan")), [0]),
        Checked(Checks(), [0], {0: 1}),  # a backup for when? there is no gap
        Checked(Checks(gap_after_s=60), [0], {0: 0}),
        Checked(Checks(high=1), [-1]),
        Checked(Checks(gap_after_s=60), [0], {1: 0}),
    ],
)
def test_checks_that_cannot_be_meant_are_refused(checked: Checked) -> None:
    with pytest.raises(Invalid) as refusal:
        compile_rules([LEVEL], checked=[checked])
    assert refusal.value.code == "checks"
