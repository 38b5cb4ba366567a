"""What a planner is given: sites that are owed visits, crews that can make them, and what is worth how much."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from anshu.engines.planning.travel import Travel
from anshu.engines.routing.graph import Booleans, Floats, Integers
from anshu.kernel.errors import Invalid

DAY_MIN = 24 * 60
# A day so far off that nothing is ever due on it.
NO_DUE_DAY = 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Sites:
    """What is to be visited, one row a site, all of shape (sites,).

    `point` is a place of the travel source; `risk` the worth of one visit, in units of the caller's, not negative;
    `owed` visits in the horizon; `due_day` of the first of them, days from the start of the horizon, negative when
    overdue, NO_DUE_DAY when it has none; minutes of the day within which a visit must lie; `needs` licences as bits.
    """

    point: Integers
    risk: Floats
    owed: Integers
    due_day: Integers
    service_min: Integers
    opens_min: Integers
    closes_min: Integers
    needs: Integers

    def __post_init__(self) -> None:
        _check_rows(self, "site")
        _refuse("risk", ~np.isfinite(self.risk) | (self.risk < 0), "site", "must be finite and not negative")
        _refuse("owed", self.owed < 0, "site", "must not be negative")
        _refuse("service_min", ~_within(self.service_min, 1, DAY_MIN), "site", "must be a part of a day")
        _refuse_hours(self.opens_min, self.closes_min, "site")


@dataclass(frozen=True, slots=True, eq=False)
class Crews:
    """Who makes the visits: officers who go together, one row a crew.

    `home` is the point where each day begins and ends; `works` (crews, days) says on which days of the horizon, whose
    length it is; `opens_min` and `closes_min` when a crew leaves and is back, minutes of the day; `holds` licences as
    bits; `recused` (crews, sites) says where a crew may not go.
    """

    home: Integers
    works: Booleans
    opens_min: Integers
    closes_min: Integers
    holds: Integers
    recused: Booleans

    def __post_init__(self) -> None:
        _check_rows(self, "crew")
        for field in ("works", "recused"):
            if getattr(self, field).ndim != 2:
                raise Invalid("%(name)s must have two dimensions", field=field, code="crew_shape", name=field)
        _refuse_hours(self.opens_min, self.closes_min, "crew")

    @property
    def days(self) -> int:
        """Length of the horizon."""
        return int(self.works.shape[1])


@dataclass(frozen=True, slots=True)
class Aims:
    """What is worth how much, in the units of risk.

    `late_per_day` is the share of a visit's risk lost with each day that it comes, or fails to come, after it is due;
    `travel_per_hour` what an hour on the road costs; `rest_share` which share of the time between two visits owed to
    one site must pass before the next; `stay` what keeping a visit on its crew and day is worth when planning anew.
    """

    late_per_day: float
    travel_per_hour: float
    rest_share: float = 0.25
    stay: float = 0.0

    def __post_init__(self) -> None:
        for one in fields(self):
            given = getattr(self, one.name)
            if not 0 <= given < 1e12:
                message = "%(name)s must be a number that is not negative"
                raise Invalid(message, field=one.name, code="aims", name=one.name)
        if self.rest_share >= 1:
            raise Invalid("rest_share must be below one", field="rest_share", code="aims")


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """All that a plan is made from. Invalid when the parts do not fit one another."""

    sites: Sites
    crews: Crews
    travel: Travel
    aims: Aims

    def __post_init__(self) -> None:
        points = len(self.travel.place)
        _refuse("point", ~_within(self.sites.point, 0, points - 1), "site", "is no point of the travel source")
        _refuse("home", ~_within(self.crews.home, 0, points - 1), "crew", "is no point of the travel source")
        if self.crews.recused.shape != (len(self.crews.home), len(self.sites.risk)):
            raise Invalid("recused must have a row a crew and a column a site", field="recused", code="crew_shape")

    def licensed(self, crew: int) -> Booleans:
        """Whether the crew holds every licence that each site needs."""
        needs = self.sites.needs
        return np.asarray((needs & self.crews.holds[crew]) == needs)


def pair_up(officers: Crews, pairs: Integers) -> Crews:
    """Crews of two (Administrative Penalty Law, article 42) from single officers; pairs (crews, 2) of officer numbers.

    A pair works when and where both may: days and hours that both have, the licences that either holds, and recused
    where either is. It starts from the first one's home. Invalid when an officer is paired with himself.
    """
    if pairs.ndim != 2 or pairs.shape[1] != 2:
        raise Invalid("pairs must have two columns", field="pairs", code="pair_shape")
    one, other = pairs[:, 0], pairs[:, 1]
    _refuse("pairs", one == other, "crew", "has one officer twice")
    return Crews(
        home=officers.home[one],
        works=officers.works[one] & officers.works[other],
        opens_min=np.maximum(officers.opens_min[one], officers.opens_min[other]),
        closes_min=np.minimum(officers.closes_min[one], officers.closes_min[other]),
        holds=officers.holds[one] | officers.holds[other],
        recused=officers.recused[one] | officers.recused[other],
    )


def _check_rows(given: Sites | Crews, of: str) -> None:
    """Every column is an array with as many rows as the first."""
    first = getattr(given, fields(given)[0].name)
    for one in fields(given):
        column = getattr(given, one.name)
        if not isinstance(column, np.ndarray) or len(column) != len(first):
            message = "%(name)s must be an array with a row for each %(of)s"
            raise Invalid(message, field=one.name, code=f"{of}_shape", name=one.name, of=of)


def _within(column: Integers, low: int, high: int) -> Booleans:
    return (column >= low) & (column <= high)


def _refuse_hours(opens_min: Integers, closes_min: Integers, of: str) -> None:
    _refuse("opens_min", ~_within(opens_min, 0, DAY_MIN), of, "must be a minute of the day")
    _refuse("closes_min", ~_within(closes_min, 0, DAY_MIN), of, "must be a minute of the day")


def _refuse(field: str, bad: NDArray[np.bool_], of: str, problem: str) -> None:
    if bad.any():
        row = int(np.argmax(bad))
        raise Invalid(
            "%(of)s %(row)d: %(name)s %(problem)s",
            field=field,
            code=f"{of}_{field}",
            of=of,
            row=row,
            name=field,
            problem=problem,
        )
