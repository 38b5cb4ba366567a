"""A reason that is given is true: each is checked against the problem and the plan, by other means."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anshu.engines.planning import Plan, Stop, Why, plan, reasons
from anshu.kernel.errors import Invalid
from tests.engines.planning.test_plans import in_a_row
from tests.engines.planning.worlds import may_go, problems, worth_alone

OF_THOSE_IN = {Why.DUE, Why.RISK, Why.ON_THE_WAY, Why.TIME}


def licensed(problem, crew, site):
    return int(problem.sites.needs[site]) & ~int(problem.crews.holds[crew]) == 0


def days_of(problem, site, turn):
    """The days that a visit may have, said once more for one and two visits owed."""
    days, owed = problem.crews.days, int(problem.sites.owed[site])
    if turn == owed - 1:
        return range(turn * days // owed, days)
    end = int(np.floor((turn + 1 - problem.aims.rest_share) * days / owed))
    return range(turn * days // owed, max(turn * days // owed + 1, end))


def alone(problem, site, turn):
    """(fits, adds something) as the only visit of any shift that may have it; None when no shift may."""
    found = []
    for crew, day in np.argwhere(problem.crews.works).tolist():
        if not may_go(problem, crew, site) or day not in days_of(problem, site, turn):
            continue
        home, here = int(problem.crews.home[crew]), int(problem.sites.point[site])
        way_s, back_s = problem.travel.between(home, here), problem.travel.between(here, home)
        opens_s, work_s = int(problem.sites.opens_min[site]) * 60, int(problem.sites.service_min[site]) * 60
        ends = max(int(problem.crews.opens_min[crew]) * 60 + way_s, opens_s) + work_s
        closes_s = int(problem.sites.closes_min[site]) * 60
        fits = ends <= closes_s and ends + back_s <= int(problem.crews.closes_min[crew]) * 60
        gain = worth_alone(problem, Stop(crew, day, site, turn, 0, 0, 0))
        adds = gain - problem.aims.travel_per_hour * (way_s + back_s) / 3600
        found.append((fits, fits and adds > 1e-9))
    return None if not found else (any(one for one, _ in found), any(one for _, one in found))


def expected(problem, site, turn):
    """What must be said of a visit that is left out."""
    crews = range(len(problem.crews.home))
    if not any(licensed(problem, crew, site) for crew in crews):
        return Why.NO_LICENCE
    if not any(may_go(problem, crew, site) for crew in crews):
        return Why.RECUSAL
    found = alone(problem, site, turn)
    if found is None:
        return Why.NO_DAY
    if not found[0]:
        return Why.HOURS
    return Why.NO_TIME if found[1] else Why.NOT_WORTH_IT


@settings(max_examples=200, deadline=None)
@given(problems(), st.integers(0, 1000))
def test_each_visit_has_the_reason_that_is_true_of_it(problem, seed):
    made = plan(problem, turns=100, seed=seed)
    given_reasons = reasons(problem, made)
    planned = {(stop.site, stop.turn): stop for stop in made.stops}
    for reason in given_reasons:
        one = (reason.site, reason.turn)
        if one in planned:
            assert reason.why in OF_THOSE_IN
            assert reason.worth == pytest.approx(worth_alone(problem, planned[one]))
        elif problem.sites.owed[reason.site] == 0:
            assert reason.why is Why.NOT_OWED
        else:
            assert reason.why is expected(problem, *one)
            assert reason.loss is None or (reason.loss >= -1e-6 and reason.instead_of in planned)
    owed = [(site, turn) for site in range(len(problem.sites.owed)) for turn in range(max(1, problem.sites.owed[site]))]
    assert [(reason.site, reason.turn) for reason in given_reasons] == owed


def test_what_is_in_says_whether_it_is_due_worth_most_or_on_the_way():
    problem = in_a_row(4, hours=(540, 730), risk=[5.0, 9.0, 30.0, 10.0], due_day=[1000, 0, 1000, 1000])
    far = replace(problem, sites=replace(problem.sites, service_min=np.array([60, 60, 60, 150])))
    why = {reason.site: reason for reason in reasons(far, plan(far, turns=200))}
    assert [why[site].why for site in range(4)] == [Why.ON_THE_WAY, Why.DUE, Why.RISK, Why.NO_TIME]
    assert why[0].detour_s == 0
    assert why[3].instead_of is None


def test_what_has_no_time_says_which_visit_would_have_to_give_way():
    problem = in_a_row(2, hours=(540, 605), risk=[10.0, 12.0])
    (inside, outside) = sorted(reasons(problem, plan(problem, turns=50)), key=lambda reason: reason.why is Why.NO_TIME)
    assert (inside.site, inside.why) == (1, Why.RISK)
    assert outside.instead_of == (1, 0)
    # Two kilometres of road less, but two of worth.
    assert outside.loss == pytest.approx(2.0 - 2 / 60)


def test_a_plan_of_another_problem_is_refused():
    problem = in_a_row(2)
    made = plan(problem, turns=10)
    shorter = replace(problem, crews=replace(problem.crews, closes_min=np.array([560])))
    with pytest.raises(Invalid):
        reasons(shorter, made)
    assert reasons(shorter, Plan((), 0.0, 0, 0.0))[0].why is Why.HOURS
