"""Why each owed visit is in a plan, or not; and for a site that is owed none, that."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from anshu.engines.planning.kernels.settle import NO_DAY, NO_HOURS, NO_WORTH, explain
from anshu.engines.planning.kernels.words import DUE, MOST, NOWHERE, SITE, Draft, Whole
from anshu.engines.planning.layout import Layout, lay_out
from anshu.engines.planning.plan import Plan, rows_of, worth_on
from anshu.engines.planning.problem import Problem
from anshu.engines.planning.search import draft_of
from anshu.kernel.errors import Invalid

# A visit is called on the way when the road grows by no more than this for it.
ON_THE_WAY_S = 300


class Why(StrEnum):
    """Why a visit is in a plan (the first four), or is not; of several that hold, the first of its row."""

    DUE = "due"  # it is due within the horizon, or overdue
    RISK = "risk"  # nothing that was left out for want of time is worth more
    ON_THE_WAY = "on_the_way"  # something worth more was left out; for this the road grows by little
    TIME = "time"  # something worth more was left out; this is worth the time it takes
    NOT_OWED = "not_owed"  # no visit is owed in the horizon
    NO_LICENCE = "no_licence"  # no crew holds what the site needs
    RECUSAL = "recusal"  # every crew that does is recused
    NO_DAY = "no_day"  # no crew that may go works on one of its days
    HOURS = "hours"  # it does not fit into the hours of site and crew, were it the only visit of the day
    NOT_WORTH_IT = "not_worth_it"  # the road there and back costs more than the visit is worth
    NO_TIME = "no_time"  # the crews' time is full, and with any one visit in its stead the plan is worth less


OF_HINDRANCE = {NO_DAY: Why.NO_DAY, NO_HOURS: Why.HOURS, NO_WORTH: Why.NOT_WORTH_IT}


@dataclass(frozen=True, slots=True)
class Reason:
    """About one visit: the `turn`-th owed to its site.

    When it is in: what it is worth on its day, and by how much the road grows for it. When there is no time: the site
    and turn of the visit that would have to give way, and what the plan would lose by it; None when no single one
    makes room enough.
    """

    site: int
    turn: int
    why: Why
    worth: float = 0.0
    detour_s: int = 0
    instead_of: tuple[int, int] | None = None
    loss: float | None = None


def reasons(problem: Problem, plan: Plan) -> tuple[Reason, ...]:
    """A reason for every owed visit and for every site that is owed none, by site and turn.

    "No time" is true of plans that the planner made. Invalid when the plan does not fit the problem.
    """
    layout = lay_out(problem)
    draft = draft_of(layout, plan)
    if int(draft.length.sum()) != len(plan.stops):
        raise Invalid("the plan does not fit the problem that it is explained with", field="plan", code="plan_differs")
    outside = np.flatnonzero(draft.where == NOWHERE)
    found = _of_those_out(problem, layout, draft, outside)
    could_be = [row for row, reason in zip(outside.tolist(), found, strict=True) if reason.why is Why.NO_TIME]
    most_left = max((float(layout.task.worth[row, MOST]) for row in could_be), default=0.0)
    found += _of_those_in(problem, layout, plan, most_left)
    found += [Reason(site, 0, Why.NOT_OWED) for site in np.flatnonzero(problem.sites.owed == 0).tolist()]
    return tuple(sorted(found, key=lambda reason: (reason.site, reason.turn)))


def _of_those_in(problem: Problem, layout: Layout, plan: Plan, most_left: float) -> list[Reason]:
    made = []
    for at, (stop, row) in enumerate(zip(plan.stops, rows_of(layout, plan).tolist(), strict=True)):
        detour_s, worth = _detour_s(problem, plan, at), worth_on(layout.task, row, stop.day)
        if layout.task.visit[row, DUE] < problem.crews.days:
            why = Why.DUE
        elif worth >= most_left:
            why = Why.RISK
        else:
            why = Why.ON_THE_WAY if detour_s <= ON_THE_WAY_S else Why.TIME
        made.append(Reason(stop.site, stop.turn, why, worth, detour_s))
    return made


def _detour_s(problem: Problem, plan: Plan, at: int) -> int:
    """By how much the road would be shorter without a stop."""
    stop, between = plan.stops[at], problem.travel.between
    around = []
    for other in (at - 1, at + 1):
        beside = plan.stops[other] if 0 <= other < len(plan.stops) else None
        same = beside is not None and (beside.crew, beside.day) == (stop.crew, stop.day)
        around.append(int(problem.sites.point[beside.site] if beside and same else problem.crews.home[stop.crew]))
    here, (last, following) = int(problem.sites.point[stop.site]), around
    return between(last, here) + between(here, following) - between(last, following)


def _of_those_out(problem: Problem, layout: Layout, draft: Draft, rows: Whole) -> list[Reason]:
    task = layout.task
    found, loss = np.zeros((len(rows), 2), dtype=np.int64), np.zeros(len(rows))
    explain(task, draft, rows, found, loss)
    crews = range(len(problem.crews.home))
    licensed = np.asarray(np.array([problem.licensed(crew) for crew in crews]).reshape(task.allowed.shape).any(axis=0))
    allowed = np.asarray(task.allowed.any(axis=0))
    made = []
    for at, row in enumerate(rows.tolist()):
        site, turn = int(task.visit[row, SITE]), int(layout.turn[row])
        what, instead = found[at].tolist()
        if not licensed[site]:
            made.append(Reason(site, turn, Why.NO_LICENCE))
        elif not allowed[site]:
            made.append(Reason(site, turn, Why.RECUSAL))
        elif what in OF_HINDRANCE or instead == NOWHERE:
            made.append(Reason(site, turn, OF_HINDRANCE.get(what, Why.NO_TIME)))
        else:
            given_way = (int(task.visit[instead, SITE]), int(layout.turn[instead]))
            made.append(Reason(site, turn, Why.NO_TIME, instead_of=given_way, loss=float(loss[at])))
    return made
