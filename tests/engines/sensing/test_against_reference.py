"""The engine says what the slow reference says, however the stream is cut, saved and restored."""

from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anshu.engines.sensing import Decision, Kind, LadderRule, compile_rules, dump, load, new_state, recompile, step
from tests.engines.sensing.reference import Reading, Reference
from tests.engines.sensing.streams import AHEAD_LIMIT_S, batch, rule_sets, streams

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
Calls = list[tuple[int, list[Reading]]]


def decisions_of_reference(rules: list[LadderRule], calls: Calls) -> tuple[Reference, list[Decision]]:
    reference = Reference(rules, AHEAD_LIMIT_S)
    return reference, [decision for now, readings in calls for decision in reference.step(readings, now)]


def cut(draw: st.DrawFn, calls: Calls) -> Calls:
    pieces: Calls = []
    for now, readings in calls:
        places = sorted(draw(st.lists(st.integers(0, len(readings)), max_size=3)))
        edges = [0, *places, len(readings)]
        pieces += [(now, readings[start:end]) for start, end in pairwise(edges)]
    return pieces


@settings(PATIENT, max_examples=150)
@given(rule_sets(), streams())
def test_whole_batches_give_the_decisions_and_counts_of_the_reference(rules: list[LadderRule], calls: Calls) -> None:
    table = compile_rules(rules, ahead_limit_s=AHEAD_LIMIT_S)
    state, decisions = new_state(table), []
    for now, readings in calls:
        state, more = step(table, state, batch(readings), now)
        decisions += more
    reference, expected = decisions_of_reference(rules, calls)
    assert decisions == expected
    assert {channel: count for channel, count in enumerate(state.late.tolist()) if count} == reference.late
    assert {channel: count for channel, count in enumerate(state.ahead.tolist()) if count} == reference.ahead
    assert state.unwatched == reference.unwatched
    for row, ladder in enumerate(reference.ladders):
        assert state.since_ms[row].tolist() == [-1 if since is None else since for since in ladder.since]


@settings(PATIENT, max_examples=80)
@given(rule_sets(), streams(), st.data())
def test_cutting_saving_and_restoring_change_nothing(
    rules: list[LadderRule], calls: Calls, data: st.DataObject
) -> None:
    table = compile_rules(rules, ahead_limit_s=AHEAD_LIMIT_S)
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
@given(rule_sets(), streams())
def test_each_rule_tells_an_unbroken_story(rules: list[LadderRule], calls: Calls) -> None:
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
    assert [table.level[row, rung] for row, rung in enumerate(state.rung.tolist())] == level
    assert state.stale.tolist() == stale


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
        ladder.rule.key for ladder in reference.ladders if (ladder.steps_on or ladder.stale) and ladder.rule not in new
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
