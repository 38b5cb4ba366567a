"""The engine says what the slow reference says, however the stream is cut, saved and restored."""

from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anshu.engines.sensing import (
    Checked,
    Counts,
    Kind,
    LadderRule,
    Mark,
    advance,
    compile_rules,
    counts,
    dump,
    load,
    new_state,
    recompile,
    rungs,
    step,
)
from anshu.engines.sensing import stale as stale_rows
from anshu.engines.sensing.state import level_at
from tests.engines.sensing.reference import Reading, Reference, Rules
from tests.engines.sensing.streams import AHEAD_LIMIT_S, batch, checks, rule_sets, streams, whole_rule_sets

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
Calls = list[tuple[int, list[Reading]]]


def cut(draw: st.DrawFn, calls: Calls) -> Calls:
    pieces: Calls = []
    for now, readings in calls:
        places = sorted(draw(st.lists(st.integers(0, len(readings)), max_size=3)))
        edges = [0, *places, len(readings)]
        pieces += [(now, readings[start:end]) for start, end in pairwise(edges)]
    return pieces


@settings(PATIENT, max_examples=300)
@given(whole_rule_sets(), checks(), streams())
def test_the_engine_decides_marks_and_counts_as_the_reference(
    rules: Rules, checked: list[Checked], calls: Calls
) -> None:
    table = compile_rules(rules, ahead_limit_s=AHEAD_LIMIT_S, checked=checked)
    reference = Reference(rules, AHEAD_LIMIT_S, checked)
    state = new_state(table)
    for now, readings in calls:
        outcome = advance(table, state, batch(readings), now)
        assert outcome.decisions == reference.step(readings, now)
        assert [Mark(mark) for mark in outcome.marks.tolist()] == reference.marks
    assert state.unwatched == reference.unwatched
    for channel, one in reference.channels.items():
        assert counts(table, state, channel) == Counts(one.late, one.ahead, one.bad, one.newest)


@settings(PATIENT, max_examples=80)
@given(whole_rule_sets(), checks(), streams(), st.data())
def test_cutting_saving_and_restoring_change_nothing(
    rules: Rules, checked: list[Checked], calls: Calls, data: st.DataObject
) -> None:
    table = compile_rules(rules, ahead_limit_s=AHEAD_LIMIT_S, checked=checked)
    whole, cut_up, expected, decisions = new_state(table), new_state(table), [], []
    for now, readings in calls:
        whole, more = step(table, whole, batch(readings), now)
        expected += more
    for now, readings in cut(data.draw, calls):
        cut_up, more = step(table, cut_up, batch(readings), now)
        decisions += more
        if data.draw(st.booleans()):
            table, cut_up = load(dump(table, cut_up))
    assert decisions == expected
    assert dump(table, cut_up) == dump(table, whole)


@settings(PATIENT, max_examples=60)
@given(whole_rule_sets(), streams())
def test_each_rule_tells_an_unbroken_story(rules: Rules, calls: Calls) -> None:
    table = compile_rules(rules, ahead_limit_s=AHEAD_LIMIT_S)
    state = new_state(table)
    level, stale = [0] * table.rows, [False] * table.rows
    for now, readings in calls:
        state, decisions = step(table, state, batch(readings), now)
        for one in decisions:
            assert one.previous_level == level[one.rule]
            if one.kind in (Kind.STALE, Kind.FRESH):
                assert stale[one.rule] is (one.kind is Kind.FRESH)
                stale[one.rule] = one.kind is Kind.STALE
            else:
                assert one.level != one.previous_level
                assert one.at_ms - one.reason.since_ms >= one.reason.hold_s * 1000
            level[one.rule] = one.level
    assert [level_at(table, row, rung) for row, rung in enumerate(rungs(table, state).tolist())] == level
    assert stale_rows(table, state).tolist() == stale


@settings(PATIENT, max_examples=60)
@given(rule_sets(), rule_sets(), streams(), streams())
def test_a_change_of_rules_disturbs_no_kept_rule(
    rules: list[LadderRule], others: list[LadderRule], calls: Calls, later: Calls
) -> None:
    """Kept rules decide as if nothing had happened; all others of the new set as rules that start then."""
    kept = [rule for rule in rules if rule.channel % 2 == 0]
    new = kept + [other for other in others if other.key not in {rule.key for rule in kept}]
    old_table, new_table = (compile_rules(one, ahead_limit_s=AHEAD_LIMIT_S) for one in (rules, new))
    reference = Reference(rules, AHEAD_LIMIT_S)
    state = new_state(old_table)
    for now, readings in calls:
        state, _ = step(old_table, state, batch(readings), now)
        reference.step(readings, now)
    state, abandoned = recompile(state, old_table, new_table)
    assert [one.key for one in abandoned] == [
        watch.key for watch in reference.watches if (watch.ladder.steps_on or watch.stale) and watch.rule not in new
    ]
    for now, readings in later:
        state, decisions = step(new_table, state, batch(readings), now)
        expected = reference.step(readings, now)
        keys = {rule.key for rule in kept}
        assert [
            (new_table.keys[one.rule], one.kind, one.level, one.previous_level, one.at_ms, one.value, one.reason)
            for one in decisions
            if new_table.keys[one.rule] in keys
        ] == [
            (old_table.keys[one.rule], one.kind, one.level, one.previous_level, one.at_ms, one.value, one.reason)
            for one in expected
            if old_table.keys[one.rule] in keys
        ]
