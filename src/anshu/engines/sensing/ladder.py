"""One call of the engine: sweep for staleness, sift the batch, move the ladders."""

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from anshu.engines.sensing.decisions import Decision, Moves, move_decisions, stale_decisions
from anshu.engines.sensing.readings import END_OF_TIME_MS, Accepted, Batch, accept
from anshu.engines.sensing.rules import MAX_STEPS, RuleTable
from anshu.engines.sensing.state import NEVER, State
from anshu.kernel.errors import Invalid

RUNGS = np.arange(1, MAX_STEPS + 1)  # the rung that each column of the table leads to

# Which reading meets which rule: places in Accepted, and rows of the rule table, of one length.
Meeting: TypeAlias = tuple[NDArray[np.int64], NDArray[np.int64]]


def step(rules: RuleTable, state: State, batch: Batch, now_ms: int) -> tuple[State, list[Decision]]:
    """Take a batch received at `now_ms`; the package docstring defines the outcome. The given state is left as it was.

    Invalid when now_ms is not between 1970 and 9999, or the state has not the size of the rules.
    """
    if (len(state.rung), len(state.newest_ms)) != (rules.rows, rules.channels):
        raise Invalid("the state is of other rules: recompile it first", field="state", code="state_of_other_rules")
    if not 0 <= now_ms < END_OF_TIME_MS:
        raise Invalid("now_ms %(now_ms)d is not between 1970 and 9999", field="now_ms", code="now_ms", now_ms=now_ms)
    after = state.copy()
    decisions = list(_sweep(rules, after, now_ms))
    accepted = accept(rules, after, batch, now_ms)
    found: list[Moves] = []
    for meeting in _rounds(accepted, _effective(rules, after, accepted)):
        if after.stale[meeting[1]].any():
            found.append(_freshen(rules, after, accepted, meeting, now_ms))
        found.append(_climb(rules, after, accepted, meeting))
    decisions.extend(move_decisions(rules, batch, found))
    return after, decisions


def _sweep(rules: RuleTable, state: State, now_ms: int) -> Iterator[Decision]:
    """Make the rules of silent channels stale, once per `now_ms`: a batch cut in two must not be swept in between."""
    state.watched_from_ms[(state.watched_from_ms == NEVER) & (np.diff(rules.first_row) > 0)] = now_ms
    if now_ms == state.swept_ms:
        return
    state.swept_ms = now_ms
    silent_from_ms = np.where(state.newest_ms == NEVER, state.watched_from_ms, state.newest_ms)[rules.channel]
    row = np.flatnonzero(~state.stale & (now_ms - silent_from_ms > rules.stale_after_ms))
    state.stale[row] = True
    yield from stale_decisions(rules, state.rung, row, silent_from_ms[row], now_ms)


def _effective(rules: RuleTable, state: State, accepted: Accepted) -> Meeting:
    """Every accepted reading with every rule on its channel, less the rules that nothing can happen to.

    A rule at rung 0, not stale and with no hold running stays so unless some reading reaches its first step. In quiet
    times that is nearly all of them, and this filter is most of the speed.
    """
    first, end = rules.first_row[accepted.channel], rules.first_row[accepted.channel + 1]
    reading = np.repeat(np.arange(len(first)), end - first)
    pairs_before = np.cumsum(end - first) - (end - first)
    row = np.arange(len(reading)) + (first - pairs_before)[reading]
    busy = (state.rung > 0) | state.stale | (state.since_ms != NEVER).any(axis=1)
    busy[row[accepted.value[reading] * rules.sign[row] >= rules.raise_at[row, 0]]] = True
    effective = busy[row]
    return reading[effective], row[effective]


def _rounds(accepted: Accepted, meeting: Meeting) -> Iterator[Meeting]:
    """The first reading of every channel, then the second, and so on: within a round no rule occurs twice."""
    reading, row = meeting
    ordinal = accepted.ordinal[reading]
    order = np.argsort(ordinal, kind="stable")
    ends = np.flatnonzero(np.diff(ordinal[order], append=-1)) + 1
    start = 0
    for end in ends.tolist():
        yield reading[order[start:end]], row[order[start:end]]
        start = end


def _freshen(rules: RuleTable, state: State, accepted: Accepted, meeting: Meeting, now_ms: int) -> Moves:
    """Make stale rules fresh whose reading is young enough."""
    reading, row = meeting
    chosen = state.stale[row] & (now_ms - accepted.at_ms[reading] <= rules.stale_after_ms[row])
    reading, row = reading[chosen], row[chosen]
    state.stale[row] = False
    previous_ms = accepted.previous_ms[reading]
    silent_from_ms = np.where(previous_ms == NEVER, state.watched_from_ms[rules.channel[row]], previous_ms)
    return Moves(accepted.arrival[reading], row, state.rung[row], state.rung[row], silent_from_ms)


def _climb(rules: RuleTable, state: State, accepted: Accepted, meeting: Meeting) -> Moves:
    """Move each rule by its reading. Two-dimensional arrays here are (rules of the round, 4 steps)."""
    reading, row = meeting
    at_ms = accepted.at_ms[reading][:, None]
    badness = (accepted.value[reading] * rules.sign[row])[:, None]
    gap_ms = at_ms - accepted.previous_ms[reading][:, None]
    since_ms = np.where(gap_ms > rules.stale_after_ms[row][:, None], NEVER, state.since_ms[row])

    before = state.rung[row]
    is_on = before[:, None] >= RUNGS
    running = np.where(is_on, badness < rules.clear_at[row], badness >= rules.raise_at[row])
    since_ms = np.where(running, np.where(since_ms == NEVER, at_ms, since_ms), NEVER)
    hold_ms = np.where(is_on, rules.hold_down_ms[row], rules.hold_up_ms[row])
    hold_is_over = running & (at_ms - since_ms >= hold_ms)

    # A step supports the ladder when it is on and may not go off yet, or is off and may come on.
    after = np.where(is_on != hold_is_over, RUNGS, 0).max(axis=1)
    switched = is_on != (after[:, None] >= RUNGS)
    state.rung[row] = after
    state.since_ms[row] = np.where(switched, NEVER, since_ms)

    moved = np.flatnonzero(after != before)
    deciding_column = np.where(after > before, after - 1, after)[moved]
    return Moves(
        accepted.arrival[reading[moved]], row[moved], before[moved], after[moved], since_ms[moved, deciding_column]
    )
