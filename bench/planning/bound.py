"""No plan can be worth more than this: column generation over ng-routes, told as a Lagrangian bound.

At any prices of visits, what the visits cost plus the most that each shift is worth at these prices is no less than
what any plan is worth. First prices follow from one rate, what an hour of a crew is worth; then from a linear program
over routes found so far (HiGHS), held near the best yet.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

from planning.peers import prizes
from planning.pricing import best_routes
from planning.shifts import Real, Shift, worth_of

Stops = tuple[int, ...]
# Shares of the mean worth of an hour that are tried as the worth of the last hour.
RATES = (0.5, 0.6, 0.7)
USUAL_WAY_S = 180
# How much of the best prices is in the next ones.
HELD = 0.85
THREADS = 2


class Routes:
    """Routes found so far, by shift, and the best mixture of them."""

    def __init__(self, shifts: list[Shift]) -> None:
        self.shifts = shifts
        self.known: dict[tuple[int, Stops], float] = {}

    def add(self, shift: Shift, stops: Stops) -> None:
        """Take in a route for all shifts of the same crew."""
        for number, other in enumerate(self.shifts):
            if other.seconds is shift.seconds and (number, stops) not in self.known:
                self.known[number, stops] = self.value(other, stops)

    @staticmethod
    def value(shift: Shift, stops: Stops) -> float:
        """What a route is worth that need not be one: a visit may come twice, and its times be told too well."""
        worth = worth_of(shift, stops)
        if np.isfinite(worth):
            return worth
        way = [len(shift.gain), *stops, len(shift.gain)]
        return float(shift.gain[list(stops)].sum() - shift.second * shift.seconds[way[:-1], way[1:]].sum())

    def mixture(self) -> tuple[Real, float]:
        """Prices of visits, and the worth, of the best mixture with at most one of each visit and of each shift."""
        visits, row, column, count = len(self.shifts[0].gain), [], [], []
        for at, (shift, stops) in enumerate(self.known):
            found, times = np.unique(stops, return_counts=True)
            row += [*found.tolist(), visits + shift]
            column += [at] * (len(found) + 1)
            count += [*times.tolist(), 1]
        rows = visits + len(self.shifts)
        matrix = csr_matrix((count, (row, column)), shape=(rows, len(self.known)))
        worth = np.array(list(self.known.values()))
        answer = linprog(-worth, A_ub=matrix, b_ub=np.ones(rows), bounds=(0, None), method="highs")
        return -answer.ineqlin.marginals[:visits], -float(answer.fun)


def price_all(routes: Routes, price: Real) -> float:
    """The bound at these prices; the routes that it is made of are added."""
    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(lambda shift: best_routes(shift, price), routes.shifts))
    for shift, (_, found) in zip(routes.shifts, answers, strict=True):
        for stops in found:
            routes.add(shift, stops)
    return float(price.sum()) + sum(most for most, _ in answers)


def upper_bound(shifts: list[Shift], plans: list[list[Stops]], steps: int, tell: Callable[[str], None]) -> float:
    """The least bound met in so many steps, or until within 0.1 % of the best mixture; from the routes of plans."""
    routes = Routes(shifts)
    for plan in plans:
        for shift, stops in zip(shifts, plan, strict=True):
            if stops:
                routes.add(shift, stops)
    hours = sum(shift.ends - shift.begins for shift in shifts) / 3600
    mean = sum(worth_of(shift, stops) for shift, stops in zip(shifts, plans[0], strict=True)) / hours
    bound, centre = np.inf, prizes(shifts)
    for rate in RATES:
        taken_s = shifts[0].service + USUAL_WAY_S
        price = np.maximum(0.0, prizes(shifts) - rate * mean * taken_s / 3600)
        bound, centre = min((bound, centre), (price_all(routes, price), price), key=lambda one: one[0])
    for step in range(steps):
        price, mixed = routes.mixture()
        if bound <= 1.001 * mixed:
            break
        tell(f"  step {step}: {len(routes.known)} routes, their best mixture {mixed:,.1f}, bound {bound:,.1f}")
        price = HELD * centre + (1 - HELD) * price
        bound, centre = min((bound, centre), (price_all(routes, price), price), key=lambda one: one[0])
    return bound
