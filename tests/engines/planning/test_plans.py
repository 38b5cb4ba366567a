"""What must hold of every plan, whatever is asked; and that it is as good as can be where all plans can be tried."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anshu.engines.planning import (
    Aims,
    Problem,
    compare,
    in_a_straight_line,
    pair_up,
    plan,
    plan_anew,
    risk_first,
)
from anshu.kernel.errors import Invalid
from tests.engines.planning.worlds import best_worth, breaches, crews, problems, sites, worth

SMALL = settings(max_examples=150, deadline=None)


def in_a_row(count, crew_count=1, days=1, hours=(540, 1020), **columns):
    """Sites a kilometre apart on a road of 60 km/h (a minute each), crews at home before the first."""
    x = np.append(np.arange(1, count + 1), np.zeros(crew_count)) * 1000.0
    who = crews(crew_count, days, count, count, opens_min=[hours[0]] * crew_count, closes_min=[hours[1]] * crew_count)
    return Problem(sites(count, **columns), who, in_a_straight_line(x, np.zeros(len(x)), 60.0), Aims(0.1, 1.0))


@SMALL
@given(problems(), st.integers(0, 2**63))
def test_no_plan_breaks_a_rule_and_its_worth_is_what_it_says(problem, seed):
    made = plan(problem, turns=300, seed=seed)
    assert breaches(problem, made) == []
    assert made.worth == pytest.approx(worth(problem, made), abs=1e-6)
    assert made.worth >= risk_first(problem).worth - 1e-6


@SMALL
@given(problems())
def test_risk_first_breaks_no_rule_either(problem):
    made = risk_first(problem)
    assert breaches(problem, made) == []
    assert made.worth == pytest.approx(worth(problem, made), abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(problems(most_sites=6, most_crews=1, most_days=1))
def test_where_all_plans_can_be_tried_the_best_is_found(problem):
    works = np.ones_like(problem.crews.works)
    problem = replace(problem, crews=replace(problem.crews, works=works))
    assert plan(problem, turns=3000, seed=1).worth == pytest.approx(best_worth(problem), abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(problems(), st.integers(0, 1000))
def test_equal_arguments_give_equal_plans(problem, seed):
    assert plan(problem, turns=200, seed=seed) == plan(problem, turns=200, seed=seed)


def test_what_is_due_comes_before_what_is_not():
    made = plan(in_a_row(3, hours=(540, 604), due_day=[1000, 0, 1000]), turns=50)
    assert [(stop.site, stop.arrive_s, stop.leave_s) for stop in made.stops] == [(1, 542 * 60, 602 * 60)]
    assert (made.road_s, made.collected) == (240, 11.0)


def test_an_overdue_visit_is_made_on_the_first_day():
    made = plan(in_a_row(2, days=3, due_day=[1000, -5], hours=(540, 604)), turns=200)
    assert {stop.site: stop.day for stop in made.stops}[1] == 0


def test_visits_owed_to_one_site_have_parts_of_the_horizon_with_a_rest():
    made = plan(in_a_row(1, days=8, owed=[2]), turns=50)
    first, second = sorted(stop.day for stop in made.stops)
    assert first <= 2
    assert second >= 4


def test_more_visits_than_days_are_refused():
    with pytest.raises(Invalid) as caught:
        plan(in_a_row(2, owed=[1, 2]), turns=1)
    assert (caught.value.field, caught.value.params["row"]) == ("owed", 1)


def test_a_pair_works_when_both_do_with_the_licences_of_either_and_the_recusals_of_both():
    officers = crews(
        2,
        2,
        3,
        3,
        works=[[True, True], [True, False]],
        opens_min=[540, 600],
        closes_min=[1020, 1080],
        holds=[1, 2],
        recused=[[True, False, False], [False, True, False]],
    )
    (pair,) = [pair_up(officers, np.array([[0, 1]]))]
    assert (pair.works.tolist(), pair.recused.tolist()) == ([[True, False]], [[True, True, False]])
    assert (pair.opens_min[0], pair.closes_min[0], pair.holds[0], pair.home[0]) == (600, 1020, 3, 3)
    with pytest.raises(Invalid):
        pair_up(officers, np.array([[1, 1]]))


@settings(max_examples=60, deadline=None)
@given(problems(most_crews=3), st.integers(0, 100))
def test_a_plan_made_anew_without_a_crew_breaks_no_rule(problem, seed):
    before = plan(problem, turns=200, seed=seed)
    works = problem.crews.works.copy()
    works[0] = False
    changed = replace(problem, crews=replace(problem.crews, works=works), aims=replace(problem.aims, stay=1000.0))
    after = plan_anew(changed, before, turns=200, seed=seed)
    assert breaches(changed, after) == []
    others = {(stop.site, stop.turn, stop.crew, stop.day) for stop in before.stops if stop.crew != 0}
    assert others <= {(stop.site, stop.turn, stop.crew, stop.day) for stop in after.stops}
    moved = compare(before, after)
    assert moved.kept == len(others)
    assert moved.kept + moved.moved + moved.added == len(after.stops)


def test_a_shift_that_became_too_short_is_planned_anew():
    problem = in_a_row(4, hours=(540, 800))
    before = plan(problem, turns=50)
    shorter = replace(problem, crews=replace(problem.crews, closes_min=np.array([700])))
    after = plan_anew(shorter, before, turns=50)
    assert (len(before.stops), len(after.stops)) == (4, 2)
    assert breaches(shorter, after) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [("risk", [np.nan, 1.0]), ("owed", [-1, 1]), ("service_min", [0, 5]), ("closes_min", [1441, 5]), ("point", [7, 0])],
)
def test_a_wrong_column_is_named(field, value):
    with pytest.raises(Invalid) as caught:
        in_a_row(2, **{field: value})
    assert caught.value.field == field


def test_negative_turns_and_wrong_aims_are_refused():
    with pytest.raises(Invalid):
        plan(in_a_row(1), turns=-1)
    with pytest.raises(Invalid):
        Aims(-0.1, 1.0)
    with pytest.raises(Invalid):
        Aims(0.1, 1.0, rest_share=1.0)
