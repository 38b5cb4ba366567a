"""A problem as the arrays that kernels read, and back."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anshu.engines.planning.kernels.words import (
    ACCESS,
    BEGINS,
    DUE,
    ENDS,
    NOWHERE,
    PLACE,
    POINT,
    SERVICE,
    SHIFT_COLUMNS,
    VISIT_COLUMNS,
    Draft,
    Task,
    Whole,
)
from anshu.engines.planning.problem import Problem
from anshu.kernel.errors import Invalid

HOUR_S = 3600
MINUTE_S = 60
# How many of the nearest sites are known of each site.
NEAR = 48


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """The arrays of a problem, and which owed visit of its site each row of visits is."""

    task: Task
    turn: Whole  # (visits,): 0 for the first visit owed to its site

    @property
    def visits(self) -> int:
        """How many visits are owed in all."""
        return len(self.turn)


def lay_out(problem: Problem) -> Layout:
    """The arrays of a problem; Invalid when a site is owed more visits than the horizon has days."""
    sites, crews, aims = problem.sites, problem.crews, problem.aims
    days = crews.days
    over = sites.owed > days
    if over.any():
        message = "site %(row)d is owed more visits than the horizon has days"
        raise Invalid(message, field="owed", code="site_owed", row=int(np.argmax(over)))
    first_visit = np.concatenate([[0], np.cumsum(sites.owed)])
    site = np.repeat(np.arange(len(sites.owed)), sites.owed)
    turn = np.arange(len(site)) - first_visit[site]
    visit = np.zeros((len(site) + len(crews.home), VISIT_COLUMNS), dtype=np.int64)
    visit[: len(site)] = _visit_rows(problem, site, turn)
    visit[len(site) :, [PLACE, ACCESS, POINT]] = _whereabouts(problem, crews.home)
    late = sites.risk[site] * aims.late_per_day
    most = sites.risk[site] + late * np.maximum(0, days - np.maximum(0, visit[: len(site), DUE]))
    allowed = np.array([problem.licensed(crew) for crew in range(len(crews.home))]).reshape(crews.recused.shape)
    allowed &= ~crews.recused
    task = Task(
        visit=visit,
        worth=np.column_stack([sites.risk[site], late, most]),
        shift=_shift_rows(problem, len(site)),
        allowed=allowed.astype(np.uint8),
        near=nearest_sites(problem, (sites.owed > 0) & allowed.any(axis=0)),
        first_visit=first_visit,
        seconds=problem.travel.seconds,
        number=np.array([aims.travel_per_hour / HOUR_S, days, aims.stay]),
        before=np.full(len(site), NOWHERE),
    )
    return Layout(task, turn)


def _whereabouts(problem: Problem, point: Whole) -> Whole:
    return np.column_stack([problem.travel.place[point], problem.travel.access_s[point], point])


def _visit_rows(problem: Problem, site: Whole, turn: Whole) -> Whole:
    """Rows of visits. The horizon is cut into as many parts as visits are owed, and each visit has its own part.

    A part ends early by the rest share, so that two visits never come one right after the other; the last does not.
    The first visit is due when its site is, each other one when its part ends.
    """
    sites, days = problem.sites, problem.crews.days
    owed = sites.owed[site]
    first, end = turn * days // owed, (turn + 1) * days // owed
    rest = np.floor((turn + 1 - problem.aims.rest_share) * days / owed).astype(np.int64)
    last = np.where(turn == owed - 1, days, np.maximum(first + 1, np.minimum(rest, end))) - 1
    hours = [column[site] * MINUTE_S for column in (sites.service_min, sites.opens_min, sites.closes_min)]
    due = np.where(turn == 0, sites.due_day[site], end - 1)
    return np.column_stack([_whereabouts(problem, sites.point[site]), *hours, first, last, due, site])


def _shift_rows(problem: Problem, visits: int) -> Whole:
    """Rows of shifts, crew by crew and day by day."""
    crews = problem.crews
    crew, day = np.nonzero(crews.works)
    shift = np.empty((len(crew), SHIFT_COLUMNS), dtype=np.int64)
    shift[:] = np.column_stack(
        [crew, day, visits + crew, crews.opens_min[crew] * MINUTE_S, crews.closes_min[crew] * MINUTE_S]
    )
    return shift


def nearest_sites(problem: Problem, wanted: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Of each site NEAR other wanted ones, junction by junction from the nearest; NOWHERE behind the last."""
    travel, sites = problem.travel, np.flatnonzero(wanted)
    near = np.full((len(wanted), NEAR), NOWHERE, dtype=np.int32)
    if not len(sites):
        return near
    place = travel.place[problem.sites.point]
    order = sites[np.lexsort((sites, travel.access_s[problem.sites.point[sites]], place[sites]))]
    used, start, count = np.unique(place[order], return_index=True, return_counts=True)
    reach = min(NEAR + 1, len(used))
    for one in np.unique(place):
        row = travel.seconds[one, used]
        soonest = np.argpartition(row, reach - 1)[:reach]
        soonest = soonest[np.lexsort((soonest, row[soonest]))]
        found = np.concatenate([order[start[at] : start[at] + min(count[at], NEAR + 1)] for at in soonest])[: NEAR + 1]
        for site in np.flatnonzero(place == one):
            others = found[found != site][:NEAR]
            near[site, : len(others)] = others
    return near


def blank(task: Task) -> Draft:
    """A plan with nothing in it, as wide as the most visits that could ever fit into a shift."""
    visits, shifts = len(task.worth), len(task.shift)
    longest_s = int((task.shift[:, ENDS] - task.shift[:, BEGINS]).max(initial=0))
    shortest_s = int(task.visit[:visits, SERVICE].min(initial=HOUR_S))
    width = max(1, longest_s // max(1, shortest_s) + 1)
    return Draft(
        stops=np.zeros((shifts, width), dtype=np.int32),
        length=np.zeros(shifts, dtype=np.int64),
        begins=np.zeros((shifts, width), dtype=np.int32),
        latest=np.zeros((shifts, width), dtype=np.int32),
        room=np.zeros(shifts, dtype=np.int64),
        score=np.zeros(shifts),
        where=np.full(visits, NOWHERE),
        total=np.zeros(1),
    )
