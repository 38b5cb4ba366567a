"""What is carried over when the rules change, and what the caller is told to close."""

from dataclasses import replace

import pytest

from anshu.engines.sensing import (
    Abandoned,
    Counts,
    Direction,
    LadderRule,
    Level,
    Step,
    compile_rules,
    counts,
    new_state,
    recompile,
    rungs,
    step,
)
from anshu.engines.sensing.layout import NEVER, WATCHED
from tests.engines.sensing.streams import EPOCH_MS, batch

DEPTH = LadderRule("depth", 0, (Step(Level.BLUE, 1, 1, 60, 60), Step(Level.RED, 2, 2)), stale_after_s=900)
GAS = LadderRule("gas", 1, (Step(Level.RED, 5, 5),))


def test_an_unchanged_rule_keeps_level_and_running_hold_though_its_row_moves() -> None:
    old, new = compile_rules([DEPTH, GAS]), compile_rules([replace(GAS, key="aaa", channel=0), DEPTH, GAS])
    state, _ = step(old, new_state(old), batch([(0, EPOCH_MS, 1.0), (1, EPOCH_MS, 9.0)]), EPOCH_MS)
    state, abandoned = recompile(state, old, new)
    assert abandoned == []
    _, decisions = step(new, state, batch([(0, EPOCH_MS + 60_000, 1.0), (1, EPOCH_MS + 1, 0.0)]), EPOCH_MS)
    assert [(new.keys[one.rule], one.kind.value) for one in decisions] == [("depth", "raise"), ("gas", "clear")]


@pytest.mark.parametrize(
    "changed",
    [
        replace(DEPTH, channel=1),
        replace(DEPTH, stale_after_s=901),
        replace(DEPTH, stale_after_s=None),
        replace(DEPTH, steps=(DEPTH.steps[0], replace(DEPTH.steps[1], raise_at=2.5))),
        replace(DEPTH, steps=(DEPTH.steps[0], replace(DEPTH.steps[1], clear_at=1.5))),
        replace(DEPTH, steps=(DEPTH.steps[0], replace(DEPTH.steps[1], level=Level.ORANGE))),
        replace(DEPTH, steps=(replace(DEPTH.steps[0], hold_up_s=59), DEPTH.steps[1])),
        replace(DEPTH, steps=(replace(DEPTH.steps[0], hold_down_s=59), DEPTH.steps[1])),
        replace(DEPTH, steps=(Step(Level.BLUE, 1, 1, 60, 60),), direction=Direction.BELOW),
        replace(DEPTH, key="depth/2"),
    ],
)
def test_a_changed_rule_starts_anew_and_its_open_level_is_named(changed: LadderRule) -> None:
    old, new = compile_rules([DEPTH]), compile_rules([changed])
    state, _ = step(old, new_state(old), batch([(0, EPOCH_MS, 2.0)]), EPOCH_MS)
    state, abandoned = recompile(state, old, new)
    assert abandoned == [Abandoned("depth", 0, Level.RED, False)]
    assert rungs(new, state).tolist() == [0]
    assert state.words[new.numbers.far[0] + 1] == NEVER


def test_the_age_and_counts_of_a_channel_outlive_its_rules_while_one_watches_it() -> None:
    old, new = compile_rules([DEPTH, GAS]), compile_rules([replace(DEPTH, key="other")])
    readings = [(0, EPOCH_MS, 0.0), (0, EPOCH_MS - 1, 0.0), (0, EPOCH_MS + 10**9, 0.0), (1, EPOCH_MS, 0.0), (9, 0, 0.0)]
    state, _ = step(old, new_state(old), batch(readings), EPOCH_MS + 5)
    state, _ = recompile(state, old, new)
    assert (counts(new, state, 0), state.unwatched) == (Counts(1, 1, 0, EPOCH_MS), 1)
    assert state.words[new.numbers.header[0] + WATCHED] == EPOCH_MS + 5
    assert state.swept_ms == EPOCH_MS + 5  # the same now is not swept a second time
    state, _ = recompile(state, new, old)
    assert [counts(old, state, channel) for channel in (0, 1)] == [Counts(1, 1, 0, EPOCH_MS), Counts(0, 0, 0, None)]


def test_a_stale_rule_that_goes_is_named() -> None:
    old = compile_rules([DEPTH])
    state, _ = step(old, new_state(old), batch([]), EPOCH_MS)
    state, _ = step(old, state, batch([]), EPOCH_MS + 900_001)
    assert recompile(state, old, compile_rules([]))[1] == [Abandoned("depth", 0, Level.NONE, True)]
