"""The same problem given to OR-tools and to PyVRP, with the same worths; None where one is not installed.

pip install ortools==9.15.6755 pyvrp==0.14.1
"""

from collections.abc import Callable

import numpy as np

from planning.shifts import Shift

try:
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2
except ImportError:
    pywrapcp = None
try:
    import pyvrp
except ImportError:
    pyvrp = None

# Worths as whole numbers: thousandths of a unit of risk.
FINE = 1000
FORBIDDEN = 1 << 30


def costs(shift: Shift, prize: np.ndarray) -> np.ndarray:
    """(visits + 1, visits + 1): the road, and what a visit is worth less here than at its best; whole numbers."""
    road = shift.seconds * shift.second * FINE
    less = np.where(np.isfinite(shift.gain), (prize - shift.gain) * FINE, FORBIDDEN)
    return np.rint(road + np.append(less, 0.0)).astype(np.int64)


def prizes(shifts: list[Shift]) -> np.ndarray:
    """The most that each visit can be worth."""
    return np.max([np.where(np.isfinite(shift.gain), shift.gain, 0.0) for shift in shifts], axis=0)


def by_pyvrp(shifts: list[Shift], seconds: float) -> list[tuple[int, ...]] | None:
    """Optional clients with prizes, a vehicle type with tables of its own for each shift."""
    if pyvrp is None:
        return None
    visits, prize, homes = len(shifts[0].gain), prizes(shifts), _homes(shifts)
    clients = [
        pyvrp.Client(
            at,
            service_duration=int(shifts[0].service[at]),
            tw_early=int(shifts[0].opens[at]),
            tw_late=int(shifts[0].closes[at] - shifts[0].service[at]),
            prize=round(prize[at] * FINE),
            required=False,
        )
        for at in range(visits)
    ]
    types = [
        pyvrp.VehicleType(1, [], homes[at], homes[at], tw_early=one.begins, tw_late=one.ends, profile=at)
        for at, one in enumerate(shifts)
    ]
    depots = [pyvrp.Depot(visits + home) for home in range(max(homes) + 1)]
    count = visits + len(depots)
    distances = [_spread(costs(one, prize), homes[at], count) for at, one in enumerate(shifts)]
    durations = [_spread(one.seconds, homes[at], count) for at, one in enumerate(shifts)]
    places = [pyvrp.Location(0, 0) for _ in range(count)]
    data = pyvrp.ProblemData(places, clients, depots, types, distances, durations)
    answer = pyvrp.solve(data, pyvrp.stop.MaxRuntime(seconds), seed=1, display=False)
    routes: list[tuple[int, ...]] = [() for _ in shifts]
    for route in answer.best.routes():
        routes[route.vehicle_type()] = tuple(activity.idx for activity in route if activity.is_client())
    return routes


def by_ortools(shifts: list[Shift], seconds: float) -> list[tuple[int, ...]] | None:
    """Disjunctions with the prize as penalty, a vehicle with costs and ways of its own for each shift."""
    if pywrapcp is None:
        return None
    visits, prize, homes = len(shifts[0].gain), prizes(shifts), _homes(shifts)
    at_home = [visits + home for home in homes]
    count = visits + max(homes) + 1
    manager = pywrapcp.RoutingIndexManager(count, len(shifts), at_home, at_home)
    routing = pywrapcp.RoutingModel(manager)
    ways, service = [], np.append(shifts[0].service, np.zeros(count - visits, dtype=np.int64))
    for at, one in enumerate(shifts):
        table = _spread(costs(one, prize), homes[at], count).tolist()
        routing.SetArcCostEvaluatorOfVehicle(routing.RegisterTransitMatrix(table), at)
        way = _spread(one.seconds, homes[at], count) + service[:, None]
        ways.append(routing.RegisterTransitMatrix(way.tolist()))
    routing.AddDimensionWithVehicleTransits(ways, 86_400, 86_400, False, "time")
    time = routing.GetDimensionOrDie("time")
    for at, one in enumerate(shifts):
        time.CumulVar(routing.Start(at)).SetRange(one.begins, one.ends)
        time.CumulVar(routing.End(at)).SetRange(one.begins, one.ends)
    for visit in range(visits):
        index, one = manager.NodeToIndex(visit), shifts[0]
        able = [at for at, shift in enumerate(shifts) if np.isfinite(shift.gain[visit])]
        routing.AddDisjunction([index], round(prize[visit] * FINE))
        routing.VehicleVar(index).SetValues([-1, *able])  # −1: left out
        time.CumulVar(index).SetRange(int(one.opens[visit]), int(one.closes[visit] - one.service[visit]))
    settings = pywrapcp.DefaultRoutingSearchParameters()
    settings.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    settings.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    settings.time_limit.FromMilliseconds(int(seconds * 1000))
    answer = routing.SolveWithParameters(settings)
    return [_followed(manager, routing, answer, at) for at in range(len(shifts))] if answer else None


def _followed(manager: object, routing: object, answer: object, vehicle: int) -> tuple[int, ...]:
    stops, index = [], answer.Value(routing.NextVar(routing.Start(vehicle)))
    while not routing.IsEnd(index):
        stops.append(manager.IndexToNode(index))
        index = answer.Value(routing.NextVar(index))
    return tuple(stops)


def _homes(shifts: list[Shift]) -> list[int]:
    """A number for the home of each shift: shifts with one table of ways have one home."""
    known: dict[int, int] = {}
    return [known.setdefault(id(shift.seconds), len(known)) for shift in shifts]


def _spread(table: np.ndarray, home: int, count: int) -> np.ndarray:
    """A table of visits and one home as one of visits and all homes; what leads to another home is forbidden."""
    visits = len(table) - 1
    wide = np.full((count, count), FORBIDDEN, dtype=np.int64)
    wide[:visits, :visits] = table[:visits, :visits]
    wide[visits + home, :visits], wide[:visits, visits + home] = table[visits, :visits], table[:visits, visits]
    np.fill_diagonal(wide, 0)
    return wide


PEERS: dict[str, Callable[[list[Shift], float], list[tuple[int, ...]] | None]] = {
    "OR-tools 9.15": by_ortools,
    "PyVRP 0.14": by_pyvrp,
}
