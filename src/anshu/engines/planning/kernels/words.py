"""How kernels see a problem and a plan in the making; columns of its arrays, and dice that fall alike everywhere.

A *visit* is one of the visits owed to one site, with its own days; a *shift* is one crew on one day. Visits stand in
the order of their sites. Behind the visits stand the homes of the crews, as rows of the same kind, so that a way from
or to home is a way like any other.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from anshu.engines.compiled import kernel

Whole = NDArray[np.int64]
Real = NDArray[np.float64]
Dice = NDArray[np.uint64]

# Columns of a visit. Instants are seconds of the day; FIRST, LAST and DUE days of the horizon.
PLACE, ACCESS, POINT, SERVICE, OPENS, CLOSES, FIRST, LAST, DUE, SITE = range(10)
VISIT_COLUMNS = 10
# Columns of its worth: collected whenever it is made, lost with each day after it is due, and all it can be worth.
RISK, LATE, MOST = range(3)
# Columns of a shift; HOME is a row of visits.
CREW, DAY, HOME, BEGINS, ENDS = range(5)
SHIFT_COLUMNS = 5
# Numbers that the whole problem has: worth of a second on the road, days, and worth of keeping a visit where it was.
SECOND, DAYS, STAY = range(3)
NOWHERE = -1


class Task(NamedTuple):
    """The problem, as kernels read it."""

    visit: Whole  # (visits + crews, VISIT_COLUMNS)
    worth: Real  # (visits, 3)
    shift: Whole  # (shifts, SHIFT_COLUMNS)
    allowed: NDArray[np.uint8]  # (crews, sites): licensed and not recused
    near: NDArray[np.int32]  # (sites, near): other sites, the nearest first; NOWHERE where there are fewer
    first_visit: Whole  # (sites + 1,)
    seconds: NDArray[np.uint16]  # (places, places)
    number: Real  # (3,)
    before: Whole  # (visits,): the shift that a visit had before planning anew, or NOWHERE


class Draft(NamedTuple):
    """A plan in the making. Beginnings are the earliest, `latest` the latest that still let the rest be made."""

    stops: NDArray[np.int32]  # (shifts, width): visits in order
    length: Whole  # (shifts,)
    begins: NDArray[np.int32]  # (shifts, width)
    latest: NDArray[np.int32]  # (shifts, width)
    room: Whole  # (shifts,): the widest opening between leaving one stop and having to be at the next
    score: Real  # (shifts,)
    where: Whole  # (visits,): shift, or NOWHERE
    total: Real  # (1,)


@kernel
def between(task: Task, start: int, end: int) -> int:
    """Seconds from one row of visits to another."""
    visit = task.visit
    if visit[start, POINT] == visit[end, POINT]:
        return 0
    return int(visit[start, ACCESS] + task.seconds[visit[start, PLACE], visit[end, PLACE]] + visit[end, ACCESS])


@kernel
def gain(task: Task, visit: int, shift: int) -> float:
    """What a visit is worth on a shift, against leaving it out of the horizon."""
    late_days = task.number[DAYS] - max(task.shift[shift, DAY], task.visit[visit, DUE])
    stays = task.number[STAY] if task.before[visit] == shift else 0.0
    return float(task.worth[visit, RISK] + task.worth[visit, LATE] * max(0.0, late_days) + stays)


@kernel
def may(task: Task, visit: int, shift: int) -> bool:
    """Is the day one of the visit's, and the crew licensed and not recused?"""
    day, crew = task.shift[shift, DAY], task.shift[shift, CREW]
    fits = task.visit[visit, FIRST] <= day <= task.visit[visit, LAST]
    return bool(fits and task.allowed[crew, task.visit[visit, SITE]] != 0)


@kernel
def roll(dice: Dice) -> float:
    """The next of a row of numbers, even over [0, 1): SplitMix64 (Steele, Lea and Flood 2014)."""
    dice[0] += np.uint64(0x9E3779B97F4A7C15)
    mixed = dice[0]
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed = mixed ^ (mixed >> np.uint64(31))
    return float(mixed >> np.uint64(11)) * 2.0**-53


@kernel
def below(dice: Dice, count: int) -> int:
    """A whole number from 0 to count − 1."""
    return min(int(roll(dice) * count), count - 1)
