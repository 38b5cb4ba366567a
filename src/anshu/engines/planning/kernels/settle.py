"""What is done visit by visit against all shifts: the first plan, the last fillings and exchanges, why one is out."""

from collections.abc import Callable

import numpy as np

from anshu.engines import compiled
from anshu.engines.compiled import entry, fingerprint, kernel
from anshu.engines.planning.kernels import routes, words
from anshu.engines.planning.kernels.routes import (
    IMPOSSIBLE_S,
    NOTHING,
    best_stop,
    free_at,
    must_at,
    put_in,
    retell,
    stop_at,
)
from anshu.engines.planning.kernels.words import (
    BEGINS,
    CLOSES,
    ENDS,
    HOME,
    NOWHERE,
    OPENS,
    SECOND,
    SERVICE,
    Dice,
    Draft,
    Real,
    Task,
    Whole,
    between,
    gain,
    may,
)

# What is found out about a visit that is left out, in the order in which it is asked.
NO_DAY, NO_HOURS, NO_WORTH, NO_TIME = range(4)


@kernel
def exchanged_s(task: Task, draft: Draft, visit: int, shift: int, at: int) -> int:
    """Seconds that the road grows by when the visit takes the place of stop `at`; IMPOSSIBLE_S when it does not fit."""
    last, old, following = (
        stop_at(task, draft, shift, at - 1),
        draft.stops[shift, at],
        stop_at(task, draft, shift, at + 1),
    )
    to_s, from_s = between(task, last, visit), between(task, visit, following)
    ends = max(free_at(task, draft, shift, at - 1) + to_s, task.visit[visit, OPENS]) + task.visit[visit, SERVICE]
    if ends > task.visit[visit, CLOSES] or ends + from_s > must_at(task, draft, shift, at + 1):
        return IMPOSSIBLE_S
    return to_s + from_s - between(task, last, old) - between(task, old, following)


@kernel
def best_exchange(task: Task, draft: Draft, visit: int) -> tuple[float, int, int]:
    """(what it adds, shift, stop) of the best single visit to give way to this one; NOWHERE when none can."""
    best, best_shift, best_at = -np.inf, NOWHERE, NOWHERE
    for shift in range(len(draft.length)):
        if draft.length[shift] == 0 or not may(task, visit, shift):
            continue
        worth = gain(task, visit, shift)
        for at in range(draft.length[shift]):
            old_worth = gain(task, draft.stops[shift, at], shift)
            added_s = exchanged_s(task, draft, visit, shift, at)
            added = worth - old_worth - task.number[SECOND] * added_s
            if added_s != IMPOSSIBLE_S and added > best:
                best, best_shift, best_at = added, shift, at
    return best, best_shift, best_at


@kernel
def best_shift_for(task: Task, draft: Draft, visit: int, dice: Dice) -> tuple[float, int, int]:
    """(what it adds, shift, stop) at its best over all shifts; NOWHERE when it fits in none. For dice of no length."""
    best, best_shift, best_at = -np.inf, NOWHERE, NOWHERE
    for shift in range(len(draft.length)):
        if draft.room[shift] < task.visit[visit, SERVICE] or not may(task, visit, shift):
            continue
        added_s, at = best_stop(task, draft, visit, shift, dice)
        if at == NOWHERE:
            continue
        added = gain(task, visit, shift) - task.number[SECOND] * added_s
        if added > best:
            best, best_shift, best_at = added, shift, at
    return best, best_shift, best_at


@kernel
def hindrance(task: Task, draft: Draft, visit: int) -> int:
    """What keeps a visit from a day of its own: no day, no hours, no worth; NO_TIME when only other visits do."""
    found = NO_DAY
    for shift in range(len(draft.length)):
        if not may(task, visit, shift):
            continue
        found = max(found, NO_HOURS)
        home = task.shift[shift, HOME]
        way_s = between(task, home, visit)
        begins = max(task.shift[shift, BEGINS] + way_s, task.visit[visit, OPENS])
        ends, back_s = begins + task.visit[visit, SERVICE], between(task, visit, home)
        if ends > task.visit[visit, CLOSES] or ends + back_s > task.shift[shift, ENDS]:
            continue
        found = max(found, NO_WORTH)
        if gain(task, visit, shift) > task.number[SECOND] * (way_s + back_s) + NOTHING:
            return NO_TIME
    return found


def _make_fill(source: int) -> Callable[[Task, Draft, Whole, Dice], int]:
    @entry
    def fill(task: Task, draft: Draft, order: Whole, dice: Dice) -> int:
        """Put in each visit of the order that is left out and adds something at its best place; how many."""
        _ = source
        filled = 0
        for visit in order:
            if draft.where[visit] != NOWHERE:
                continue
            added, shift, at = best_shift_for(task, draft, visit, dice)
            if shift != NOWHERE and added > NOTHING:
                put_in(task, draft, visit, shift, at)
                filled += 1
        return filled

    return fill


def _make_exchange(source: int) -> Callable[[Task, Draft, Whole], int]:
    @entry
    def exchange(task: Task, draft: Draft, order: Whole) -> int:
        """Let one planned visit give way to each that is left out, where that adds something; how many did."""
        _ = source
        exchanged = 0
        for visit in order:
            if draft.where[visit] != NOWHERE:
                continue
            added, shift, at = best_exchange(task, draft, visit)
            if shift != NOWHERE and added > NOTHING:
                draft.where[draft.stops[shift, at]] = NOWHERE
                draft.stops[shift, at] = visit
                draft.where[visit] = shift
                retell(task, draft, shift)
                exchanged += 1
        return exchanged

    return exchange


def _make_explain(source: int) -> Callable[[Task, Draft, Whole, Whole, Real], None]:
    @entry
    def explain(task: Task, draft: Draft, visits: Whole, found: Whole, loss: Real) -> None:
        """For each visit left out: found (visits, 2) hindrance and the visit that would have to give way; its loss."""
        _ = source
        for place in range(len(visits)):
            visit = visits[place]
            found[place, 0], found[place, 1], loss[place] = hindrance(task, draft, visit), NOWHERE, np.nan
            if found[place, 0] == NO_TIME:
                added, shift, at = best_exchange(task, draft, visit)
                if shift != NOWHERE:
                    found[place, 1], loss[place] = draft.stops[shift, at], -added

    return explain


def _make_settle(source: int) -> Callable[[Task, Draft], None]:
    @entry
    def settle(task: Task, draft: Draft) -> None:
        """Tell the times of every shift from its stops."""
        _ = source
        draft.total[0] = 0.0
        for shift in range(len(draft.length)):
            draft.score[shift] = 0.0
            retell(task, draft, shift)

    return settle


SOURCES = fingerprint(compiled, words, routes)
fill, exchange, explain, settle = (
    _make_fill(SOURCES),
    _make_exchange(SOURCES),
    _make_explain(SOURCES),
    _make_settle(SOURCES),
)
