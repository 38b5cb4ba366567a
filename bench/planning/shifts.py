"""A problem of single visits, shift by shift, as the bound and the peers want it: full tables of ways and worths."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from anshu.engines.planning import Plan, Problem

Whole = NDArray[np.int64]
Real = NDArray[np.float64]
MINUTE_S = 60


class Shift(NamedTuple):
    """One crew on one day: what each visit is worth there, and how long the ways are."""

    gain: Real  # (visits,): −inf where the crew may not go
    seconds: Whole  # (visits + 1, visits + 1): the last is home
    opens: Whole  # (visits,): seconds of the day
    closes: Whole  # (visits,)
    service: Whole  # (visits,)
    begins: int
    ends: int
    second: float  # what a second on the road costs


def shifts_of(problem: Problem) -> list[Shift]:
    """Every shift, crew by crew and day by day; shifts of one crew share their table of ways."""
    sites, crews, aims, days = problem.sites, problem.crews, problem.aims, problem.crews.days
    late = sites.risk * aims.late_per_day
    hours = [column * MINUTE_S for column in (sites.opens_min, sites.closes_min, sites.service_min)]
    found = []
    for crew in range(len(crews.home)):
        seconds = table(problem, np.append(sites.point, crews.home[crew]))
        may = problem.licensed(crew) & ~crews.recused[crew]
        for day in np.flatnonzero(crews.works[crew]).tolist():
            gain = sites.risk + late * np.maximum(0, days - np.maximum(day, sites.due_day))
            begins, ends = int(crews.opens_min[crew]) * MINUTE_S, int(crews.closes_min[crew]) * MINUTE_S
            worth = np.where(may, gain, -np.inf)
            found.append(Shift(worth, seconds, *hours, begins, ends, aims.travel_per_hour / 3600))
    return found


def table(problem: Problem, points: Whole) -> Whole:
    """Seconds between points, each with each."""
    travel = problem.travel
    place, access = travel.place[points], travel.access_s[points]
    seconds = travel.seconds[np.ix_(place, place)].astype(np.int64) + access[:, None] + access
    np.fill_diagonal(seconds, 0)
    return seconds


def worth_of(shift: Shift, stops: tuple[int, ...]) -> float:
    """What a route is worth, visits less road; −inf when it cannot be driven in time."""
    home, now, worth = len(shift.gain), shift.begins, 0.0
    for here, there in pairwise([home, *stops, home]):
        now += int(shift.seconds[here, there])
        worth -= shift.second * int(shift.seconds[here, there])
        if there != home:
            now = max(now, int(shift.opens[there])) + int(shift.service[there])
            worth += float(shift.gain[there])
            if now > shift.closes[there]:
                return -np.inf
    return worth if now <= shift.ends else -np.inf


def worth_of_all(shifts: list[Shift], routes: list[tuple[int, ...]]) -> float:
    """What one route a shift are worth together; no visit may be in two."""
    stops = [stop for route in routes for stop in route]
    if len(set(stops)) != len(stops):
        raise ValueError("a visit is made twice")
    return sum(worth_of(shift, route) for shift, route in zip(shifts, routes, strict=True) if route)


def routes_of(problem: Problem, plan: Plan) -> list[tuple[int, ...]]:
    """A plan as one route a shift."""
    crew, day = np.nonzero(problem.crews.works)
    shifts = zip(crew.tolist(), day.tolist(), strict=True)
    return [tuple(stop.site for stop in plan.stops if (stop.crew, stop.day) == one) for one in shifts]
