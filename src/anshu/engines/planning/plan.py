"""A plan: which crew is where on which day, when it comes and when it leaves; and what moved between two plans."""

from dataclasses import dataclass

import numpy as np

from anshu.engines.planning.kernels.words import (
    CREW,
    DAY,
    DAYS,
    DUE,
    HOME,
    LATE,
    POINT,
    RISK,
    SECOND,
    SERVICE,
    SITE,
    Draft,
    Task,
    Whole,
)
from anshu.engines.planning.layout import Layout
from anshu.engines.planning.problem import Problem


@dataclass(frozen=True, slots=True)
class Stop:
    """One visit: the `turn`-th owed to its site (from 0); seconds of the day; `way_s` on the road to get there."""

    crew: int
    day: int
    site: int
    turn: int
    way_s: int
    arrive_s: int
    leave_s: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Stops by crew, day and time; `collected` is what its visits are worth, `road_s` all time on the road, home too.

    `worth` is what the package docstring has the planner seek: collected less what the road costs.
    """

    stops: tuple[Stop, ...]
    collected: float
    road_s: int
    worth: float


@dataclass(frozen=True, slots=True)
class Moved:
    """How two plans differ, in visits: on the same crew and day, on another, no longer planned, newly planned."""

    kept: int
    moved: int
    dropped: int
    added: int


def compare(before: Plan, after: Plan) -> Moved:
    """How much of a plan is still there in another."""
    was = {(stop.site, stop.turn): (stop.crew, stop.day) for stop in before.stops}
    now = {(stop.site, stop.turn): (stop.crew, stop.day) for stop in after.stops}
    both = was.keys() & now.keys()
    kept = sum(was[one] == now[one] for one in both)
    return Moved(kept, len(both) - kept, len(was) - len(both), len(now) - len(both))


def read_out(problem: Problem, layout: Layout, draft: Draft) -> Plan:
    """The plan that a draft holds. Keeping a visit where it was, which helped in the search, is worth nothing here."""
    task, travel, stops = layout.task, problem.travel, []
    collected, road_s = 0.0, 0
    for shift in range(len(draft.length)):
        home = last = int(task.visit[task.shift[shift, HOME], POINT])
        for at in range(int(draft.length[shift])):
            row = int(draft.stops[shift, at])
            here, arrive_s = int(task.visit[row, POINT]), int(draft.begins[shift, at])
            way_s = travel.between(last, here)
            collected += worth_on(task, row, int(task.shift[shift, DAY]))
            crew, day, site = int(task.shift[shift, CREW]), int(task.shift[shift, DAY]), int(task.visit[row, SITE])
            leave_s = arrive_s + int(task.visit[row, SERVICE])
            stops.append(Stop(crew, day, site, int(layout.turn[row]), way_s, arrive_s, leave_s))
            road_s, last = road_s + way_s, here
        road_s += travel.between(last, home)
    return Plan(tuple(stops), collected, road_s, collected - float(task.number[SECOND]) * road_s)


def worth_on(task: Task, visit: int, day: int) -> float:
    """What a visit collects on a day, against being left out."""
    late_days = max(0.0, float(task.number[DAYS]) - max(day, int(task.visit[visit, DUE])))
    return float(task.worth[visit, RISK] + task.worth[visit, LATE] * late_days)


def rows_of(layout: Layout, plan: Plan) -> Whole:
    """The row of visits of each stop of a plan."""
    site = np.array([stop.site for stop in plan.stops], dtype=np.int64)
    return layout.task.first_visit[site] + np.array([stop.turn for stop in plan.stops], dtype=np.int64)
