"""How good the planner is: beside a proven bound, beside OR-tools and PyVRP, and beside planning by hand; and how fast.

Everything in one run, on districts made from a seed. Times are of the wall and of the processor: on a busy machine only
the second says anything. The peers are optional (see planning/peers.py). Run from the repository root:
PYTHONPATH=src python bench/planner.py [--steps 40] [--seconds 60] [--part bound|peers|week|year|roads]
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import numpy as np
from planning.bound import upper_bound
from planning.instances import generated, on_real_roads
from planning.peers import PEERS
from planning.shifts import routes_of, shifts_of, worth_of_all

from anshu.engines.planning import Plan, Problem, compare, plan, plan_anew, reasons, risk_first

Made = TypeVar("Made")

SMALL = (500, 4, 5)  # sites, crews, days
LARGE = (15_000, 40, 5)
YEAR = (15_000, 12, 250)
SMALL_TURNS = 1_000_000
LARGE_TURNS = 1_500_000
ANEW_TURNS = 20_000
YEAR_TURNS = 600_000


def timed(work: Callable[[], Made]) -> tuple[Made, str]:
    """What the work makes, and how long it took."""
    wall, busy = time.perf_counter(), time.process_time()
    made = work()
    return made, f"{time.perf_counter() - wall:6.1f} s ({time.process_time() - busy:.1f} s of processor)"


def told(name: str, made: Plan, first: float, took: str) -> None:
    """One line about a plan, beside the worth of another."""
    print(
        f"  {name:24} {made.worth:12,.1f} {made.worth / first:7.3f} {len(made.stops):7,} visits"
        f" {made.road_s / 60 / max(1, len(made.stops)):5.1f} min road each  {took}",
        flush=True,
    )


def bound(steps: int, _: float) -> None:
    """A proven bound on a small district, and how near the planner comes."""
    problem = generated(*SMALL)
    shifts = shifts_of(problem)
    print(f"proven bound, {SMALL[0]} sites, {SMALL[1]} crews, {SMALL[2]} days")
    plans = [plan(problem, turns=100_000, seed=seed) for seed in range(2, 8)]
    best, took = timed(lambda: plan(problem, turns=SMALL_TURNS, seed=1))
    by_hand = risk_first(problem)
    told("by hand, risk first", by_hand, by_hand.worth, "")
    told("planner", best, by_hand.worth, took)
    routes = [routes_of(problem, made) for made in (best, *plans)]
    found, took = timed(lambda: upper_bound(shifts, routes, steps, print))
    for name, made in (("by hand", by_hand), ("planner", best)):
        print(f"  bound {found:,.1f} ({took}): {name} is within {1 - made.worth / found:.2%} of the best there can be")


def peers(_: int, seconds: float) -> None:
    """The same small district for the planner and its peers, each for about as long on the wall, one thread each."""
    problem = generated(*SMALL)
    shifts, by_hand = shifts_of(problem), risk_first(problem)
    print(f"peers, {SMALL[0]} sites, {SMALL[1]} crews, {SMALL[2]} days, {seconds:.0f} s each")
    told("by hand, risk first", by_hand, by_hand.worth, "")
    for turns in (10_000, 100_000, SMALL_TURNS):
        made, took = timed(lambda turns=turns: plan(problem, turns=turns, seed=1))
        told(f"planner, {turns:,} turns", made, by_hand.worth, took)
    for name, solve in PEERS.items():
        routes, took = timed(lambda solve=solve: solve(shifts, seconds))
        if routes is None:
            print(f"  {name:24} is not installed, or found nothing")
            continue
        worth, visits = worth_of_all(shifts, routes), sum(map(len, routes))
        print(f"  {name:24} {worth:12,.1f} {worth / by_hand.worth:7.3f} {visits:7,} visits {'':20} {took}", flush=True)


def week(problem: Problem, name: str, turns: int) -> Plan:
    """A large district: beside planning by hand, and how long each step takes."""
    print(name)
    by_hand, took = timed(lambda: risk_first(problem))
    told("by hand, risk first", by_hand, by_hand.worth, took)
    made, took = timed(lambda: plan(problem, turns=turns, seed=1))
    told(f"planner, {turns:,} turns", made, by_hand.worth, took)
    found, took = timed(lambda: reasons(problem, made))
    counts = {why: sum(one.why is why for one in found) for why in dict.fromkeys(one.why for one in found)}
    print("  reasons: " + ", ".join(f"{why} {count:,}" for why, count in sorted(counts.items())) + f"  {took}")
    return made


def drop_out(problem: Problem, before: Plan) -> None:
    """A crew is ill from the second day on: how long, and how much moves, held still or not."""
    works = problem.crews.works.copy()
    works[7, 1:] = False
    changed = replace(problem, crews=replace(problem.crews, works=works))
    lost = sum(stop.crew == 7 and stop.day >= 1 for stop in before.stops)
    mean = before.collected / len(before.stops)
    print(f"a crew drops out from the second day on: {lost} visits of {len(before.stops):,} have nobody")
    for share in (0.0, 0.2, 1.0):
        aims = replace(changed.aims, stay=share * mean)
        again = replace(changed, aims=aims)
        after, took = timed(lambda again=again: plan_anew(again, before, turns=ANEW_TURNS, seed=1))
        moved = compare(before, after)
        print(
            f"  stay {share:.1f} × mean worth: worth {after.worth / before.worth:.4f} of before; {moved.kept:,} stay,"
            f" {moved.moved} move, {moved.dropped} dropped, {moved.added} added  {took}",
            flush=True,
        )


def large_week(_: int, __: float) -> None:
    """The week that a district wants, and a crew that drops out of it."""
    problem, took = timed(lambda: generated(*LARGE))
    print(f"roads and sites: {took}")
    drop_out(problem, week(problem, f"a week, {LARGE[0]:,} sites, {LARGE[1]} crews", LARGE_TURNS))


def year(_: int, __: float) -> None:
    """A year of the same district: one site in fifty is owed four visits, one in twelve two."""
    problem = generated(*YEAR)
    owed = np.random.default_rng(2).choice([4, 2, 1], YEAR[0], p=[0.02, 0.08, 0.9])
    owed_problem = replace(problem, sites=replace(problem.sites, owed=owed))
    week(owed_problem, f"a year, {YEAR[0]:,} sites owed {owed.sum():,} visits, {YEAR[1]} crews", YEAR_TURNS)


def roads(_: int, __: float) -> None:
    """The week on the real road network."""
    problem, took = timed(lambda: on_real_roads(*LARGE))
    if problem is None:
        print("real roads: set ANSHU_DATA_DIR")
        return
    places = len(problem.travel.seconds)
    print(f"real roads of Futian and Nanshan: {places:,} junctions in the table, {took}")
    week(problem, f"a week on real roads, {LARGE[0]:,} made-up sites, {LARGE[1]} crews", LARGE_TURNS)


PARTS = {"bound": bound, "peers": peers, "week": large_week, "year": year, "roads": roads}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=40, help="of the bound")
    parser.add_argument("--seconds", type=float, default=60.0, help="for each peer")
    parser.add_argument("--part", choices=PARTS, action="append", help="only this part; may be given several times")
    chosen = parser.parse_args()
    plan(generated(10, 1, 1), turns=10)  # machine code is made, or loaded, before anything is timed
    reasons(small := generated(10, 1, 1), plan(small, turns=10))
    for part in chosen.part or PARTS:
        PARTS[part](chosen.steps, chosen.seconds)


if __name__ == "__main__":
    main()
