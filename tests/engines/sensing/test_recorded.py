"""Compounds along a recording say what calls of the engine once a second say."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anshu.engines.sensing import (
    Along,
    CompoundRule,
    Condition,
    LadderRule,
    Level,
    Step,
    compile_rules,
    decide,
    judge,
    ladders_alone,
    new_state,
    step,
)
from tests.engines.sensing.reference import Rules
from tests.engines.sensing.streams import EPOCH_MS, batch

SECONDS = 30
"""What each of three channels says in each second: its level changes often, and often it says nothing."""
READINGS = st.lists(
    st.lists(st.sampled_from([None, 0, 1, 3]), min_size=3, max_size=3), min_size=SECONDS, max_size=SECONDS
)
# The engine looks once a second, and what ends within one is seen at its end: whole seconds end alike for both.
HOLDS_S = st.sampled_from([0.0, 2.0, 3.0])

pytestmark = pytest.mark.once


@st.composite
def steps(draw: st.DrawFn, most: int) -> tuple[Step, ...]:
    """One or two steps on a count up to `most`."""
    mild = draw(st.integers(1, most))
    clear = draw(st.integers(1, mild))
    found = [Step(Level.YELLOW, mild, clear, draw(HOLDS_S), draw(HOLDS_S))]
    if mild < most and draw(st.booleans()):
        found.append(Step(Level.RED, most, draw(st.integers(clear, most)), draw(HOLDS_S), draw(HOLDS_S)))
    return tuple(found)


@st.composite
def compounds(draw: st.DrawFn) -> Rules:
    """A ladder on each of three channels, and compounds on them and on one another."""
    rules: Rules = [LadderRule(f"l{one}", one, (Step(Level.BLUE, 1, 1), Step(Level.RED, 3, 2))) for one in range(3)]
    known = ["l0", "l1", "l2"]
    for key in "xyz"[: draw(st.integers(1, 3))]:
        condition = st.builds(
            Condition,
            rule=st.sampled_from(known),
            level=st.sampled_from([Level.BLUE, Level.RED]),
            within_s=st.sampled_from([0.0, 2.0, 4.0]),
            negated=st.booleans(),
        )
        conditions = tuple(draw(st.lists(condition, min_size=1, max_size=3)))
        rules.append(CompoundRule(key, 0, conditions, draw(steps(len(conditions)))))
        known.append(key)
    return rules


@settings(max_examples=40, deadline=None)
@given(compounds(), READINGS, st.integers(1, SECONDS - 1))
def test_along_a_recording_compounds_say_what_calls_once_a_second_say(
    rules: Rules, readings: list[list[int | None]], cut: int
) -> None:
    table = compile_rules(rules)
    rows = [
        (channel, EPOCH_MS + 1000 * second, float(value))
        for second, said in enumerate(readings)
        for channel, value in enumerate(said)
        if value is not None
    ]
    state, live = new_state(table), []
    for second in range(SECONDS):
        now_ms = EPOCH_MS + 1000 * second
        state, decisions = step(table, state, batch([row for row in rows if row[1] == now_ms]), now_ms)
        live += [(one.rule, one.kind, one.at_ms, one.value) for one in decisions if one.rule >= len(table.form)]
    alone, along, told = ladders_alone(table), Along(table), []
    memory = new_state(alone)
    for from_s, to_s in ((0, cut), (cut, SECONDS)):
        from_ms, to_ms = EPOCH_MS + 1000 * from_s, EPOCH_MS + 1000 * to_s - 1
        moves, _marks = judge(alone, memory, batch([row for row in rows if from_ms <= row[1] <= to_ms]), to_ms)
        told += list(decide(table, along.take(moves, from_ms, to_ms)))
    seen = [(one.rule, one.kind, one.at_ms, one.value) for one in told]
    last_ms = EPOCH_MS + 1000 * (SECONDS - 1)
    assert sorted(one for one in seen if one[2] <= last_ms) == sorted(live)


def test_no_compound_no_moves() -> None:
    table = compile_rules([LadderRule("l", 0, (Step(Level.RED, 1, 1),))])
    moves, _marks = judge(table, new_state(table), batch([(0, EPOCH_MS, 2.0)]), EPOCH_MS)
    assert len(moves.columns) == 1
    assert np.array_equal(Along(table).take(moves, EPOCH_MS, EPOCH_MS).columns, np.zeros((0, 7)))
