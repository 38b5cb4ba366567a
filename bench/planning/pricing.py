"""The most that one shift can be worth at given prices of visits, over ng-routes (Baldacci, Mingozzi and Roberti 2011).

An ng-route may come back to a visit only after it has been where that visit is not among the nearest. Every route is
one, so the most that an ng-route is worth is no less than what any route is. States are (minute, visit, memory); of all
ways into a state the greatest value and the earliest end are kept, even when they are of different ways: once more
no less than any route.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from planning.shifts import Real, Shift, Whole

GRID_S = 60
# How many of its nearest others a visit may remember.
NG = 6
MEMORIES = 1 << NG
# Shares of what a looser bound says, below which routes are not followed; the next is tried when nothing was above.
FLOORS = (0.985, 0.97, 0.94, 0.85, 0.0)
BEST = 10


class States(NamedTuple):
    """(minutes, nodes, MEMORIES): greatest value, earliest end, state before; and the best over earlier minutes."""

    value: Real
    ends: Whole
    before: Whole
    earlier: Real  # (nodes, MEMORIES): over memories that are part of this one


class Choice(NamedTuple):
    """The visits worth going to at some prices: a shift cut down to them, price and all. The last way is home."""

    node: Whole  # (nodes,): visit
    price: Real
    way: Whole  # (nodes + 1, nodes + 1)
    opens: Whole
    service: Whole
    last: Whole  # the latest end from which home is reached


def choose(shift: Shift, price: Real) -> Choice:
    """Only visits worth more than their price can be on a best route: leaving one out never makes the way longer."""
    reduced = shift.gain - price
    node = np.flatnonzero(reduced > 1e-9)
    rows = np.append(node, len(price))
    way = shift.seconds[np.ix_(rows, rows)]
    last = np.minimum(shift.closes[node], shift.ends - way[:-1, -1])
    return Choice(node, reduced[node], way, shift.opens[node], shift.service[node], last)


@njit(cache=True, nogil=True)
def completion(choice: Choice, begins: int, steps: int, second: float) -> Real:
    """(minutes, nodes): no less than what a route can still add that is free at a visit at that time or later."""
    _, price, way, opens, service, last = choice
    nodes = len(price)
    best = np.full((steps, nodes), -np.inf)
    for step in range(steps - 1, -1, -1):
        now = begins + step * GRID_S
        for i in range(nodes):
            found = -second * way[i, nodes]
            for j in range(nodes):
                ends = max(now + way[i, j], opens[j]) + service[j]
                if ends <= last[j] and i != j:
                    found = max(found, price[j] - second * way[i, j] + best[(ends - begins) // GRID_S, j])
            best[step, i] = found
    return best


@njit(cache=True, nogil=True)
def nearest(way: Whole) -> Whole:
    """(nodes, nodes): the place of one among the nearest NG of another, or −1; (row) remembers (column)."""
    nodes = len(way) - 1
    place = np.full((nodes, nodes), -1)
    for i in range(nodes):
        ways = way[i, :nodes].copy()
        ways[i] = 1 << 40
        order = np.argsort(ways)
        for k in range(min(NG, nodes - 1)):
            place[i, order[k]] = k
    return place


@njit(cache=True, nogil=True)
def translations(place: Whole, i: int) -> Whole:
    """(NG, nodes): the bit that what node i remembers at each bit has at another node, or none."""
    bit = np.zeros((NG, len(place)), dtype=np.int64)
    for k in range(len(place)):
        if place[i, k] >= 0:
            for j in range(len(place)):
                if place[j, k] >= 0:
                    bit[place[i, k], j] = 1 << place[j, k]
    return bit


@njit(cache=True, nogil=True)
def enter(states: States, at: tuple[int, int, int], value: float, ends: int, before: int) -> None:
    """A way into a state: the greatest value, and the earliest end, stay."""
    if value > states.value[at]:
        states.value[at], states.before[at] = value, before
    states.ends[at] = min(states.ends[at], ends)


@njit(cache=True, nogil=True)
def is_dominated(states: States, step: int, i: int, memory: int) -> bool:
    """Is as much had earlier, remembering no more? If not, it is noted for later."""
    value = states.value[step, i, memory]
    if states.earlier[i, memory] >= value:
        return True
    for more in range(MEMORIES):
        if more & memory == memory and states.earlier[i, more] < value:
            states.earlier[i, more] = value
    return False


@njit(cache=True, nogil=True)
def expand(shift: Shift, choice: Choice, bound: Real, floor: float) -> tuple[States, Real, Whole]:
    """All states that may lead to more than the floor; the most at the end of a route at each node, and its state."""
    nodes, steps = len(choice.node), len(bound)
    place = nearest(choice.way)
    bits = [translations(place, i) for i in range(nodes)]
    shape = (steps, nodes, MEMORIES)
    states = States(
        np.full(shape, -np.inf), np.full(shape, 1 << 40), np.full(shape, -1), np.full((nodes, MEMORIES), -np.inf)
    )
    most, last = np.full(nodes, -np.inf), np.full(nodes, -1)
    for j in range(nodes):
        step_to(states, shift, choice, (nodes, shift.begins, 0.0, -1), (j, 0))
    for step in range(steps):
        for i in range(nodes):
            for memory in range(MEMORIES):
                value = states.value[step, i, memory]
                if value + bound[step, i] <= floor or is_dominated(states, step, i, memory):
                    continue
                number, total = (step * nodes + i) * MEMORIES + memory, value - shift.second * choice.way[i, nodes]
                if total > most[i]:
                    most[i], last[i] = total, number
                for j in range(nodes):
                    if i == j or (place[i, j] >= 0 and (memory >> place[i, j]) & 1):
                        continue
                    kept = 1 << place[j, i] if place[j, i] >= 0 else 0
                    for k in range(NG):
                        kept |= bits[i][k, j] * ((memory >> k) & 1)
                    step_to(states, shift, choice, (i, states.ends[step, i, memory], value, number), (j, kept))
    return states, most, last


@njit(cache=True, nogil=True)
def step_to(
    states: States, shift: Shift, choice: Choice, here: tuple[int, int, float, int], there: tuple[int, int]
) -> None:
    """From (node, end, value, state) to (node, memory), if the times allow."""
    i, now, value, number = here
    j, memory = there
    ends = max(now + choice.way[i, j], choice.opens[j]) + choice.service[j]
    if ends <= choice.last[j]:
        worth = value + choice.price[j] - shift.second * choice.way[i, j]
        enter(states, ((ends - shift.begins) // GRID_S, j, memory), worth, ends, number)


@njit(cache=True, nogil=True)
def at_most(shift: Shift, choice: Choice, bound: Real) -> float:
    """What the looser bound says of whole routes."""
    most, home = 0.0, len(choice.node)
    for j in range(home):
        ends = max(shift.begins + choice.way[home, j], choice.opens[j]) + choice.service[j]
        if ends <= choice.last[j]:
            value = choice.price[j] - shift.second * choice.way[home, j]
            most = max(most, value + bound[(ends - shift.begins) // GRID_S, j])
    return most


def best_routes(shift: Shift, price: Real) -> tuple[float, list[tuple[int, ...]]]:
    """The most that an ng-route is worth, and good ones: the best that end at each of the best last visits."""
    choice = choose(shift, price)
    bound = completion(choice, shift.begins, (shift.ends - shift.begins) // GRID_S + 1, shift.second)
    limit = at_most(shift, choice, bound)
    for floor in FLOORS:
        states, most, last = expand(shift, choice, bound, floor * limit)
        if most.max(initial=0.0) > floor * limit:
            break
    before, found = states.before.ravel(), []
    for end in np.argsort(-most)[:BEST].tolist():
        at, stops = int(last[end]), []
        while at >= 0:
            stops.append(int(choice.node[(at >> NG) % len(choice.node)]))
            at = int(before[at])
        if stops:
            found.append(tuple(reversed(stops)))
    return float(most.max(initial=0.0)), found
