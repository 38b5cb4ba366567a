"""Small problems of every shape, what must hold of any plan, and the best plan by trying all."""

from itertools import combinations, pairwise, permutations

import numpy as np
from hypothesis import strategies as st

from anshu.engines.planning import NO_DUE_DAY, Aims, Crews, Plan, Problem, Sites, in_a_straight_line


def sites(count, **columns):
    """Sites that ask for nothing: one visit of an hour each, at any time of the day, no licence, worth ten."""
    usual = {"risk": 10.0, "owed": 1, "due_day": NO_DUE_DAY, "service_min": 60, "opens_min": 0, "closes_min": 1440}
    usual = {name: np.full(count, value) for name, value in {**usual, "needs": 0}.items()}
    return Sites(**{"point": np.arange(count), **usual, **{name: np.array(value) for name, value in columns.items()}})


def crews(count, days, first_point, site_count, **columns):
    """Crews that may do all, from nine to five, each with a home of its own behind the sites."""
    usual = {
        "home": first_point + np.arange(count),
        "works": np.ones((count, days), dtype=np.bool_),
        "opens_min": np.full(count, 540),
        "closes_min": np.full(count, 1020),
        "holds": np.zeros(count, dtype=np.int64),
        "recused": np.zeros((count, site_count), dtype=np.bool_),
    }
    return Crews(**{**usual, **{name: np.array(value) for name, value in columns.items()}})


@st.composite
def problems(draw, most_sites=12, most_crews=3, most_days=4):
    """Anything that may be asked of a planner, small."""
    count, crew_count = draw(st.integers(0, most_sites)), draw(st.integers(1, most_crews))
    days = draw(st.integers(1, most_days))

    def column(values, length=count):
        return draw(st.lists(values, min_size=length, max_size=length))

    def integers(values, length=count):
        return np.array(column(values, length), dtype=np.int64)

    places = st.integers(0, 40)
    x, y = integers(places, count + crew_count), integers(places, count + crew_count)
    opens = integers(st.sampled_from([0, 480, 600, 840]))
    given = sites(
        count,
        risk=np.array(column(st.sampled_from([0.0, 0.5, 3.0, 10.0, 40.0])), dtype=np.float64),
        owed=integers(st.integers(0, min(2, days))),
        due_day=integers(st.sampled_from([-3, 0, 1, NO_DUE_DAY])),
        service_min=integers(st.sampled_from([20, 60, 150, 400])),
        opens_min=opens,
        closes_min=opens + integers(st.sampled_from([0, 120, 500])),
        needs=integers(st.sampled_from([0, 0, 1, 2, 3])),
    )
    who = crews(
        crew_count,
        days,
        count,
        count,
        works=np.array(column(st.booleans(), crew_count * days), dtype=np.bool_).reshape(crew_count, days),
        opens_min=integers(st.sampled_from([480, 540, 720]), crew_count),
        closes_min=integers(st.sampled_from([500, 780, 1080]), crew_count),
        holds=integers(st.sampled_from([0, 1, 3]), crew_count),
        recused=np.array(column(st.booleans(), crew_count * count), dtype=np.bool_).reshape(crew_count, count),
    )
    aims = Aims(draw(st.sampled_from([0.0, 0.1, 1.0])), draw(st.sampled_from([0.0, 2.0, 30.0])))
    return Problem(given, who, in_a_straight_line(x * 500.0, y * 500.0, 30.0), aims)


def may_go(problem, crew, site):
    """Licensed and not recused, said once more."""
    needs, holds = int(problem.sites.needs[site]), int(problem.crews.holds[crew])
    return needs & holds == needs and not problem.crews.recused[crew, site]


def worth_alone(problem, stop):
    """What a visit collects, said once more in terms of lateness left out."""
    days, risk = problem.crews.days, float(problem.sites.risk[stop.site])
    owed = int(problem.sites.owed[stop.site])
    due = int(problem.sites.due_day[stop.site]) if stop.turn == 0 else (stop.turn + 1) * days // owed - 1
    late_if_left, late_now = max(0, days - max(0, due)), max(0, stop.day - max(0, due))
    return risk + risk * problem.aims.late_per_day * (late_if_left - late_now)


def breaches(problem, plan: Plan):
    """Everything that is wrong with a plan, in words."""
    found, seen, shifts = [], set(), {}
    for stop in plan.stops:
        shifts.setdefault((stop.crew, stop.day), []).append(stop)
        if (stop.site, stop.turn) in seen or not 0 <= stop.turn < problem.sites.owed[stop.site]:
            found.append(f"{stop}: made twice, or not owed")
        seen.add((stop.site, stop.turn))
        if not may_go(problem, stop.crew, stop.site):
            found.append(f"{stop}: no licence, or recused")
        if not problem.crews.works[stop.crew, stop.day]:
            found.append(f"{stop}: a day off")
        low, high = problem.sites.opens_min[stop.site] * 60, problem.sites.closes_min[stop.site] * 60
        if not low <= stop.arrive_s < stop.leave_s <= high:
            found.append(f"{stop}: outside {low} to {high}")
        if stop.leave_s - stop.arrive_s != problem.sites.service_min[stop.site] * 60:
            found.append(f"{stop}: not as long as the work")
    for (crew, _), stops in shifts.items():
        found += _late(problem, crew, stops)
    for site, turns in _turn_days(plan).items():
        if turns != sorted(set(turns)):
            found.append(f"site {site}: visits on days {turns}")
    return found


def _late(problem, crew, stops):
    """Where a crew cannot be in time on one day."""
    found = []
    home = int(problem.crews.home[crew])
    now, at = int(problem.crews.opens_min[crew]) * 60, home
    for stop in stops:
        here = int(problem.sites.point[stop.site])
        if stop.arrive_s < now + problem.travel.between(at, here):
            found.append(f"{stop}: cannot be there yet")
        now, at = stop.leave_s, here
    if now + problem.travel.between(at, home) > problem.crews.closes_min[crew] * 60:
        found.append(f"crew {crew}: home late")
    return found


def _turn_days(plan):
    days = {}
    for stop in sorted(plan.stops, key=lambda stop: stop.turn):
        days.setdefault(stop.site, []).append(stop.day)
    return days


def worth(problem, plan: Plan):
    """The worth of a plan, said once more."""
    collected, road_s = sum(worth_alone(problem, stop) for stop in plan.stops), 0
    for shift in {(stop.crew, stop.day) for stop in plan.stops}:
        home = int(problem.crews.home[shift[0]])
        way = [home, *(int(problem.sites.point[s.site]) for s in plan.stops if (s.crew, s.day) == shift), home]
        road_s += sum(problem.travel.between(a, b) for a, b in pairwise(way))
    return collected - problem.aims.travel_per_hour * road_s / 3600


def best_worth(problem):
    """The worth of the best plan of one crew on one day, by trying every order of every choice of sites."""
    best, count = 0.0, len(problem.sites.risk)
    able = [site for site in range(count) if may_go(problem, 0, site) and problem.sites.owed[site]]
    for size in range(len(able) + 1):
        for chosen in combinations(able, size):
            best = max([best, *(_worth_of_order(problem, order) for order in permutations(chosen))])
    return best


def _worth_of_order(problem, order):
    home = at = int(problem.crews.home[0])
    now, total = int(problem.crews.opens_min[0]) * 60, 0.0
    late = problem.aims.late_per_day
    for site in order:
        here = int(problem.sites.point[site])
        way_s = problem.travel.between(at, here)
        now = max(now + way_s, int(problem.sites.opens_min[site]) * 60) + int(problem.sites.service_min[site]) * 60
        if now > problem.sites.closes_min[site] * 60:
            return -np.inf
        due = max(0, int(problem.sites.due_day[site]))
        total += float(problem.sites.risk[site]) * (1 + late * max(0, 1 - due))
        total, at = total - problem.aims.travel_per_hour * way_s / 3600, here
    back_s = problem.travel.between(at, home)
    if now + back_s > problem.crews.closes_min[0] * 60:
        return -np.inf
    return total - problem.aims.travel_per_hour * back_s / 3600
