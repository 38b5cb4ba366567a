"""Compound rules: ladders on how many conditions on other rules are true.

The memory of a compound is a run of words: its rung, an instant for each of four steps, and for each condition until
when it is true: NEVER not at all, FOREVER while its rule stands high enough, else an instant.
They move seldom, so plain Python does; there is nothing here for a compiler to gain.
"""

from collections.abc import Iterator
from heapq import heapify, heappop, heappush
from itertools import groupby

import numpy as np

from anshu.engines.sensing.decisions import Moves
from anshu.engines.sensing.layout import FOREVER, MOVE_COLUMNS, NEVER, as_words
from anshu.engines.sensing.rules import CompoundRule
from anshu.engines.sensing.state import State, level_at
from anshu.engines.sensing.table import COMPOUND_HEADER, RuleTable

RUNG, SINCE, UNTIL = 0, 1, COMPOUND_HEADER


def follow(rules: RuleTable, state: State, moves: Moves, now_ms: int, swept: bool) -> Moves:
    """The moves of compounds that follow from sorted moves of ladders and, after a sweep, from the time that passed."""
    found: list[list[int]] = []
    rows = moves.columns.tolist()
    if swept and (not rows or rows[0][0] >= 0):
        rows.insert(0, [-1, NEVER, 0, 0, NEVER, now_ms, 0])  # nothing moved, but time did
    for arrival, group in groupby(rows, key=lambda move: int(move[0])):
        together = list(group)
        pending = np.flatnonzero(state.restless).tolist() if swept and arrival < 0 else []
        news = [(move[1], move[3], move[5]) for move in together if move[2] != move[3]]
        for index, move, count in _settle(rules, state, (pending, news), now_ms):
            found.append([arrival, len(rules.form) + index, *move, int(as_words([float(count)])[0])])
    return Moves(np.array(found, dtype=np.int64).reshape(-1, MOVE_COLUMNS))


def _settle(
    rules: RuleTable, state: State, causes: tuple[list[int], list[tuple[int, int, int]]], now_ms: int
) -> Iterator[tuple[int, tuple[int, int, int, int], int]]:
    """Judge the pending compounds and those that look at a row with news (row, rung, at), in the order of the table.

    Inputs stand before what looks at them, so that each is judged once.
    """
    pending, news = causes
    waiting = set(pending)
    for row, rung, at_ms in news:
        waiting |= set(_tell(rules, state, row, rung, at_ms))
    queue = sorted(waiting)
    heapify(queue)
    while queue:
        index = heappop(queue)
        move, count = _judge(rules, state, index, now_ms)
        if move is not None:
            yield index, move, count
            for more in _tell(rules, state, len(rules.form) + index, move[1], move[3]):
                if more not in waiting:
                    waiting.add(more)
                    heappush(queue, more)


def _tell(rules: RuleTable, state: State, row: int, rung: int, at_ms: int) -> Iterator[int]:
    """Bring the conditions on a row up to date; the compounds concerned."""
    if row not in rules.followers:
        return
    level = level_at(rules, row, rung)
    for index, place in rules.followers[row]:
        condition = rules.compounds[index].conditions[place]
        word = int(rules.compound_start[index]) + UNTIL + place
        if level and level <= condition.level:
            state.compounds[word] = FOREVER
        elif state.compounds[word] == FOREVER:
            state.compounds[word] = at_ms + round(condition.within_s * 1000)
        yield index


def _judge(rules: RuleTable, state: State, index: int, now_ms: int) -> tuple[tuple[int, int, int, int] | None, int]:
    """Judge one compound; its move (rung before, after, since, at) or None, and the count it rests on."""
    rule, start = rules.compounds[index], int(rules.compound_start[index])
    words = state.compounds[start : int(rules.compound_start[index + 1])].tolist()
    words[UNTIL:] = until = [one if one > now_ms else NEVER for one in words[UNTIL:]]
    count = sum((one != NEVER) != condition.negated for one, condition in zip(until, rule.conditions, strict=True))
    before = words[RUNG]
    after, since_ms = _climb(rule, words, count, now_ms)
    state.compounds[start : start + len(words)] = words
    holding = any(since != NEVER for since in words[SINCE:UNTIL])
    state.restless[index] = holding or any(NEVER < one < FOREVER for one in until)
    return ((before, after, since_ms, now_ms) if after != before else None), count


def _climb(rule: CompoundRule, words: list[int], count: int, at_ms: int) -> tuple[int, int]:
    """The same ladder as the kernels': the rung after, and since when what decided it had lasted."""
    before, after = words[RUNG], 0
    for column, step in enumerate(rule.steps):
        is_on = column < before
        running = count < step.clear_at if is_on else count >= step.raise_at
        hold_ms = round((step.hold_down_s if is_on else step.hold_up_s) * 1000)
        if not running:
            words[SINCE + column] = NEVER
        elif words[SINCE + column] == NEVER:
            words[SINCE + column] = at_ms
        if is_on != (running and at_ms - words[SINCE + column] >= hold_ms):
            after = column + 1
    if after == before:
        return after, NEVER
    since_ms = words[SINCE + (after - 1 if after > before else after)]
    for column in range(min(before, after), max(before, after)):
        words[SINCE + column] = NEVER
    words[RUNG] = after
    return after, since_ms


def catch_up(rules: RuleTable, state: State, index: int, rungs: list[int]) -> None:
    """Tell a new compound how its rules stand, by row."""
    start = int(rules.compound_start[index])
    for place, (row, condition) in enumerate(zip(rules.inputs[index], rules.compounds[index].conditions, strict=True)):
        level = level_at(rules, row, rungs[row])
        state.compounds[start + UNTIL + place] = FOREVER if level and level <= condition.level else NEVER
