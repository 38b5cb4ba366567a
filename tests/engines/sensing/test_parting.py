"""Rules parted by channel: wherever state is parted and put together again, the decisions are those of the whole."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from anshu.engines.sensing import (
    Batch,
    Checked,
    Checks,
    CompoundRule,
    Condition,
    Decision,
    LadderRule,
    Level,
    Moves,
    RuleTable,
    State,
    Step,
    advance,
    bucket_of,
    compile_rules,
    decide,
    join,
    joined,
    judge,
    new_state,
    part,
    route,
    split,
)
from tests.engines.sensing import streams
from tests.engines.sensing.reference import Reading, Rules


def step_apart(rules: RuleTable, states: list[State], batch: Batch, now_ms: int) -> list[Decision]:
    """One call on every bucket, each with its own readings alone, and the moves put together."""
    buckets = len(states)
    place = bucket_of(rules, buckets)
    bucket_by_reading = route(place, batch.channel)
    found = []
    for bucket, state in enumerate(states):
        one = part(rules, place, bucket)
        arrival = np.flatnonzero(bucket_by_reading == bucket)
        channel = np.searchsorted(one.channels, batch.channel[arrival]).astype(np.int64)
        moves, _marks = judge(one.rules, state, Batch(channel, batch.at_ms[arrival], batch.value[arrival]), now_ms)
        columns = moves.columns.copy()
        columns[:, 0] = np.append(arrival, -1)[columns[:, 0]]
        columns[:, 1] = one.rows[columns[:, 1]]
        found.append(Moves(columns))
    return list(decide(rules, joined(found).sorted()))


@settings(max_examples=40)
@given(
    whole=streams.whole_rule_sets(),
    checked=streams.checks(),
    calls=streams.streams(),
    counts=st.lists(st.integers(1, 4), min_size=6, max_size=6),
)
def test_parts_decide_what_the_whole_decides(
    whole: Rules, checked: list[Checked], calls: list[tuple[int, list[Reading]]], counts: list[int]
) -> None:
    rules = compile_rules(whole, ahead_limit_s=streams.AHEAD_LIMIT_S, checked=checked)
    alone, together = new_state(rules), new_state(rules)
    for (now_ms, readings), buckets in zip(calls, counts, strict=False):
        batch = streams.batch(readings)
        parts = [part(rules, bucket_of(rules, buckets), bucket) for bucket in range(buckets)]
        states = split(rules, together, parts)
        assert step_apart(rules, states, batch, now_ms) == advance(rules, alone, batch, now_ms).decisions
        together = join(rules, parts, states)


def test_channels_that_lend_or_share_a_compound_stay_together_and_what_no_rule_needs_is_left_out() -> None:
    step = (Step(Level.RED, 1, 1),)
    both = CompoundRule("x", 0, (Condition("b"), Condition("d")), step)
    again = CompoundRule("y", 0, (Condition("x"), Condition("c")), step)
    ladders = [LadderRule(key, channel, step) for channel, key in enumerate("abcd")]
    lending = Checked(Checks(gap_after_s=60), [0], {0: 7})
    rules = compile_rules([*ladders, both, again], checked=[lending])
    place = bucket_of(rules, 3)
    assert place.tolist() == [0, 1, 1, 1, -1, -1, -1, 0]
    sizes = [(one.channels.tolist(), one.rules.rows) for one in (part(rules, place, bucket) for bucket in range(3))]
    assert sizes == [([0, 7], 1), ([1, 2, 3], 5), ([], 0)]
