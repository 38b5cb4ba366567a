"""Ruin and recreate, accepted as in simulated annealing: from one plan to the next, the best kept."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from anshu.engines import compiled
from anshu.engines.compiled import entry, fingerprint, kernel
from anshu.engines.planning.kernels import routes, words
from anshu.engines.planning.kernels import ruin as ruining
from anshu.engines.planning.kernels.routes import NOTHING, best_stop, put_in
from anshu.engines.planning.kernels.ruin import (
    CHANGED,
    SEARCH,
    TOUCHED,
    TRIED,
    WAITING,
    Scratch,
    gather,
    ruin,
    touch,
    undo,
)
from anshu.engines.planning.kernels.words import (
    MOST,
    NOWHERE,
    SECOND,
    SERVICE,
    SITE,
    Dice,
    Draft,
    Task,
    gain,
    may,
    roll,
)

# How many of the nearest sites lend their shifts to be tried.
LENDERS = 16


class Best(NamedTuple):
    """The best plan so far."""

    stops: NDArray[np.int32]  # (shifts, width)
    length: NDArray[np.int64]  # (shifts,)
    total: NDArray[np.float64]  # (1,)


class Cooling(NamedTuple):
    """Which turns to make, of how many; what loss is forgiven in the first and in the last, in units of worth."""

    first: int
    end: int
    turns: int
    hot: float
    cold: float


@kernel
def sort_waiting(task: Task, scratch: Scratch, dice: Dice) -> None:
    """Order what waits by chance, by worth, or by worth for the time it takes; the largest key first."""
    choice = roll(dice)
    for place in range(scratch.tally[WAITING]):
        visit = scratch.waiting[place]
        key = roll(dice)
        if choice > 0.3:
            key = task.worth[visit, MOST] * (0.9 + 0.2 * key)
        if choice > 0.6:
            key /= task.visit[visit, SERVICE] + 600.0
        at = place
        while at > 0 and scratch.key[at - 1] < key:
            scratch.key[at], scratch.waiting[at] = scratch.key[at - 1], scratch.waiting[at - 1]
            at -= 1
        scratch.key[at], scratch.waiting[at] = key, visit


@kernel
def consider(task: Task, draft: Draft, visit: int, shift: int, dice: Dice) -> tuple[float, int]:
    """What the visit would add on the shift, and before which stop; NOWHERE when it may not or cannot."""
    if not may(task, visit, shift):
        return 0.0, NOWHERE
    added_s, at = best_stop(task, draft, visit, shift, dice)
    return gain(task, visit, shift) - task.number[SECOND] * added_s, at


@kernel
def find_place(task: Task, draft: Draft, scratch: Scratch, visit: int, dice: Dice) -> tuple[int, int]:
    """(shift, stop) where the visit adds most, among shifts tried in this turn and those that pass near; or NOWHERE."""
    best, best_shift, best_at = 0.0, NOWHERE, NOWHERE
    scratch.tally[SEARCH] += 1
    search = scratch.tally[SEARCH]
    for place in range(scratch.tally[TRIED]):
        shift = scratch.tried[place]
        scratch.seen_in[shift] = search
        added, at = consider(task, draft, visit, shift, dice)
        if at != NOWHERE and added > best:
            best, best_shift, best_at = added, shift, at
    site = task.visit[visit, SITE]
    for place in range(min(LENDERS, task.near.shape[1])):
        other = task.near[site, place]
        if other == NOWHERE:
            break
        for one in range(task.first_visit[other], task.first_visit[other + 1]):
            shift = draft.where[one]
            if shift == NOWHERE or scratch.seen_in[shift] == search:
                continue
            scratch.seen_in[shift] = search
            added, at = consider(task, draft, visit, shift, dice)
            if at != NOWHERE and added > best:
                best, best_shift, best_at = added, shift, at
    return best_shift, best_at


@kernel
def recreate(task: Task, draft: Draft, scratch: Scratch, dice: Dice) -> None:
    """Give each visit that waits its best place, one after another, if it adds anything there."""
    sort_waiting(task, scratch, dice)
    for place in range(scratch.tally[WAITING]):
        visit = scratch.waiting[place]
        shift, at = find_place(task, draft, scratch, visit, dice)
        if shift != NOWHERE:
            touch(draft, scratch, shift)
            put_in(task, draft, visit, shift, at)


@kernel
def note_changes(scratch: Scratch) -> None:
    """Remember the shifts of this turn as changed since the best plan was kept."""
    for place in range(scratch.tally[TOUCHED]):
        shift = scratch.touched[place]
        if not scratch.is_changed[shift]:
            scratch.is_changed[shift] = 1
            scratch.changed[scratch.tally[CHANGED]] = shift
            scratch.tally[CHANGED] += 1


@kernel
def keep(draft: Draft, scratch: Scratch, best: Best) -> None:
    """Keep the plan as the best: the shifts changed since the last one."""
    for place in range(scratch.tally[CHANGED]):
        shift = scratch.changed[place]
        scratch.is_changed[shift] = 0
        best.length[shift] = draft.length[shift]
        for at in range(draft.length[shift]):
            best.stops[shift, at] = draft.stops[shift, at]
    scratch.tally[CHANGED] = 0
    best.total[0] = draft.total[0]


def _make(source: int) -> Callable[[Task, Draft, tuple[Scratch, Best], Dice, Cooling], None]:
    @entry
    def walk(task: Task, draft: Draft, notes: tuple[Scratch, Best], dice: Dice, cooling: Cooling) -> None:
        """Make turns `first` to `end` of the walk; the best plan may be taken at any end of a call."""
        _ = source
        scratch, best = notes
        first, end, turns, hot, cold = cooling
        for turn in range(first, end):
            before = draft.total[0]
            gather(task, draft, scratch, ruin(task, draft, scratch, dice))
            recreate(task, draft, scratch, dice)
            forgiven = hot * (cold / hot) ** (turn / turns) * -np.log(1.0 - roll(dice))
            if draft.total[0] < before - forgiven:
                undo(task, draft, scratch)
                continue
            note_changes(scratch)
            if draft.total[0] > best.total[0] + NOTHING:
                keep(draft, scratch, best)

    return walk


walk = _make(fingerprint(compiled, words, routes, ruining))
