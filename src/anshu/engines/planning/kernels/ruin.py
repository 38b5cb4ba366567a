"""Take strings of stops out of shifts near one another, and gather what might be put in their place.

After "Slack Induction by String Removals" (Christiaens and Vanden Berghe 2020), with two changes: much is left out of
a plan here, so what waits includes sites that had not been in; and only shifts that now have room, or pass near, are
tried.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from anshu.engines.compiled import kernel
from anshu.engines.planning.kernels.routes import retell, stop_of, take_out
from anshu.engines.planning.kernels.words import NOWHERE, SITE, Dice, Draft, Task, Whole, below, roll

# Places of the tally.
TURN, SEARCH, WAITING, TOUCHED, TRIED, CHANGED = range(6)
TALLY = 6
WAITING_ROOM = 128
# Stops taken out in one turn on average, and at most from one shift.
TAKEN_OUT = 10
LONGEST_STRING = 10
# How often a turn begins at a site that is left out, rather than at a stop.
FROM_OUTSIDE = 0.3
# How often a shift that is not near is tried as well; without it an empty shift would stay empty.
FROM_AFAR = 0.2


class Scratch(NamedTuple):
    """What a turn notes: visits that wait, shifts touched and as they were, shifts tried; and shifts changed since."""

    tally: Whole  # (TALLY,)
    waiting: Whole  # (WAITING_ROOM,)
    key: NDArray[np.float64]  # (WAITING_ROOM,)
    touched: Whole  # (shifts,)
    touched_in: Whole  # (shifts,): turn
    stops: NDArray[np.int32]  # (shifts, width)
    length: Whole  # (shifts,)
    tried: Whole  # (shifts,)
    tried_in: Whole  # (shifts,): turn
    seen_in: Whole  # (shifts,): search for a place
    changed: Whole  # (shifts,): since the best plan was kept
    is_changed: NDArray[np.uint8]  # (shifts,)


@kernel
def touch(draft: Draft, scratch: Scratch, shift: int) -> None:
    """Keep the shift as it is, once in a turn, before it is changed."""
    turn = scratch.tally[TURN]
    if scratch.touched_in[shift] == turn:
        return
    scratch.touched_in[shift] = turn
    scratch.touched[scratch.tally[TOUCHED]] = shift
    scratch.tally[TOUCHED] += 1
    scratch.length[shift] = draft.length[shift]
    for at in range(draft.length[shift]):
        scratch.stops[shift, at] = draft.stops[shift, at]


@kernel
def undo(task: Task, draft: Draft, scratch: Scratch) -> None:
    """Put all touched shifts back as they were."""
    for place in range(scratch.tally[TOUCHED]):
        shift = scratch.touched[place]
        for at in range(draft.length[shift]):
            draft.where[draft.stops[shift, at]] = NOWHERE
    for place in range(scratch.tally[TOUCHED]):
        shift = scratch.touched[place]
        draft.length[shift] = scratch.length[shift]
        for at in range(draft.length[shift]):
            draft.stops[shift, at] = scratch.stops[shift, at]
            draft.where[draft.stops[shift, at]] = shift
        retell(task, draft, shift)


@kernel
def wait(scratch: Scratch, visit: int) -> None:
    """Let a visit wait for a place, if the room holds it."""
    count = scratch.tally[WAITING]
    if count < WAITING_ROOM:
        scratch.waiting[count] = visit
        scratch.tally[WAITING] = count + 1


@kernel
def try_in(scratch: Scratch, shift: int) -> None:
    """Count a shift among those tried in this turn."""
    if scratch.tried_in[shift] != scratch.tally[TURN]:
        scratch.tried_in[shift] = scratch.tally[TURN]
        scratch.tried[scratch.tally[TRIED]] = shift
        scratch.tally[TRIED] += 1


@kernel
def cut_string(task: Task, draft: Draft, scratch: Scratch, visit: int, dice: Dice) -> None:
    """Take out a string of stops around a planned visit, of any length up to the longest."""
    shift = draft.where[visit]
    touch(draft, scratch, shift)
    try_in(scratch, shift)
    stops, at = draft.length[shift], stop_of(draft, visit, shift)
    count = 1 + below(dice, min(stops, LONGEST_STRING))
    low, high = max(0, at - count + 1), min(at, stops - count)
    first = low + below(dice, high - low + 1)
    for place in range(first, first + count):
        wait(scratch, draft.stops[shift, place])
    take_out(task, draft, shift, first, count)


@kernel
def seed(task: Task, draft: Draft, dice: Dice) -> int:
    """The visit around which a turn happens; NOWHERE when a dozen throws find none."""
    visits, shifts = len(draft.where), len(draft.length)
    if roll(dice) < FROM_OUTSIDE:
        return below(dice, visits)
    for _ in range(12):
        shift = below(dice, shifts)
        if draft.length[shift]:
            return int(draft.stops[shift, below(dice, draft.length[shift])])
    return below(dice, visits)


@kernel
def ruin(task: Task, draft: Draft, scratch: Scratch, dice: Dice) -> int:
    """Cut strings near a seed; the visits taken out wait, the shifts are tried. The site of the seed."""
    scratch.tally[TURN] += 1
    scratch.tally[WAITING] = scratch.tally[TOUCHED] = scratch.tally[TRIED] = 0
    visit = seed(task, draft, dice)
    site = task.visit[visit, SITE]
    strings = 1 + below(dice, max(1, 4 * TAKEN_OUT // (1 + min(LONGEST_STRING, draft.stops.shape[1] - 2)) - 1))
    if draft.where[visit] != NOWHERE:
        cut_string(task, draft, scratch, visit, dice)
    for place in range(task.near.shape[1]):
        other = task.near[site, place]
        if other == NOWHERE or scratch.tally[TRIED] >= strings:
            break
        for one in range(task.first_visit[other], task.first_visit[other + 1]):
            shift = draft.where[one]
            if shift != NOWHERE and scratch.tried_in[shift] != scratch.tally[TURN]:
                cut_string(task, draft, scratch, one, dice)
    if roll(dice) < FROM_AFAR:
        try_in(scratch, below(dice, len(draft.length)))
    return int(site)


@kernel
def gather(task: Task, draft: Draft, scratch: Scratch, site: int) -> None:
    """Let those visits wait too that are near the site and left out; those just taken out wait already."""
    taken_out = scratch.tally[WAITING]
    for place in range(-1, task.near.shape[1]):
        other = task.near[site, place] if place >= 0 else site
        if other == NOWHERE:
            break
        for one in range(task.first_visit[other], task.first_visit[other + 1]):
            new = draft.where[one] == NOWHERE
            for held in range(taken_out):
                new = new and scratch.waiting[held] != one
            if new:
                wait(scratch, one)
