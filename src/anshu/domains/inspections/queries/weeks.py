"""A week of inspections: who is owed a visit, which crews there are, and what the planner makes of it."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.utils import timezone

from anshu.domains.inspections.models import InspectionPlan, PlanTarget, Visit
from anshu.domains.inspections.queries import officers
from anshu.domains.inspections.rules.frames import COLORS
from anshu.domains.people.models import Person
from anshu.engines import planning
from anshu.engines.planning import NO_DUE_DAY, Aims, Crews, Plan, Problem, Reason, Sites, Travel
from anshu.kernel import clock
from anshu.kernel.working_days import shipped_calendar
from anshu.workflow import rules

DAYS = 7
"""So many sites are weighed for one week at most, those worth most first; a week of a few crews visits a few hundred.
"""
MOST_SITES = 1500
TravelOf = Callable[[Any, Any], Travel]


@dataclass(frozen=True)
class Week:
    """What a week is planned from: the first day, its crews of two, and whom they may visit."""

    first: date
    crews: tuple[tuple[Person, Person], ...]
    targets: tuple[PlanTarget, ...]
    problem: Problem

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(self.first + timedelta(days=day) for day in range(DAYS))


@dataclass(frozen=True)
class Made:
    """A week as planned, why each is in or out, and how much moved when somebody dropped out (None when nobody did)."""

    week: Week
    plan: Plan
    reasons: tuple[Reason, ...]
    moved: planning.Moved | None


def crews_of(plan: InspectionPlan, on: date, count: int) -> tuple[tuple[Person, Person], ...]:
    """`count` crews at most, of two officers licensed on the day in the plan's area, in the order of their numbers."""
    people = [
        person
        for person in officers.licensed_people(on, plan.checklist.licence_field)
        if person.territory.startswith(plan.territory)
    ]
    return tuple(zip(people[::2], people[1::2], strict=False))[:count]


def owed_now(plan: InspectionPlan) -> list[tuple[PlanTarget, int]]:
    """Enterprises whose place is known and that are owed more visits than have been made or planned, and how many."""
    rows = Visit.objects.filter(plan=plan, enterprise__isnull=False).exclude(state=Visit.State.CANCELLED)
    had = Counter(rows.values_list("enterprise_id", flat=True))
    targets = PlanTarget.objects.filter(plan=plan, owed__gt=0, site__lon__isnull=False, site__lat__isnull=False)
    found = []
    for target in targets.select_related("enterprise", "site").order_by("-weight", "enterprise__number"):
        left = target.owed - had[target.enterprise_id]
        if left > 0:
            found.append((target, left))
    return found[:MOST_SITES]


def week_of(plan: InspectionPlan, first: date, count: int, travel: TravelOf) -> Week:
    """The week that begins on `first` with `count` crews; on days off nobody goes."""
    crews, owed = crews_of(plan, first, count), owed_now(plan)
    targets = tuple(target for target, _left in owed)
    lon = np.array([target.site.lon for target in targets if target.site] or [0.0])
    lat = np.array([target.site.lat for target in targets if target.site] or [0.0])
    # Crews set out from the middle of what they have to do: offices have no position in the register.
    places = travel(np.append(lon, lon.mean()), np.append(lat, lat.mean()))
    sites = _sites(plan, first, targets)
    return Week(first, crews, targets, Problem(sites, _crews(first, crews, targets), places, _aims()))


def _sites(plan: InspectionPlan, first: date, targets: Sequence[PlanTarget]) -> Sites:
    count = len(targets)
    opens, closes = rules.at("inspection_loop/week.hours").items()
    service = int(rules.at("inspection_loop/week.service_min").number())
    weights = rules.at("inspection_loop/draw.weight")
    risk = [weights.number(COLORS.get(target.enterprise.risk_color, "none")) for target in targets]
    due = (plan.ends_on - first).days
    return Sites(
        point=np.arange(count),
        risk=np.array(risk, dtype=np.float64),
        owed=np.ones(count, dtype=np.int64),
        due_day=np.full(count, due if due < DAYS else NO_DUE_DAY, dtype=np.int64),
        service_min=np.full(count, service, dtype=np.int64),
        opens_min=np.full(count, int(str(opens)), dtype=np.int64),
        closes_min=np.full(count, int(str(closes)), dtype=np.int64),
        needs=np.zeros(count, dtype=np.int64),
    )


def _crews(first: date, crews: Sequence[tuple[Person, Person]], targets: Sequence[PlanTarget]) -> Crews:
    opens, closes = (int(str(each)) for each in rules.at("inspection_loop/week.hours").items())
    calendar = shipped_calendar()
    days = [first + timedelta(days=day) for day in range(DAYS)]
    working = [calendar.is_working_day(day) if calendar.covers(day, day) else day.weekday() < 5 for day in days]
    known = officers.recusals_of([person for pair in crews for person in pair], first)
    recused = [
        [any((person.pk, target.enterprise_id) in known for person in pair) for target in targets] for pair in crews
    ]
    count = len(crews)
    return Crews(
        home=np.full(count, len(targets), dtype=np.int64),
        works=np.array([[day and not _away(pair, on) for day, on in zip(working, days, strict=True)] for pair in crews])
        if crews
        else np.zeros((0, DAYS), dtype=np.bool_),
        opens_min=np.full(count, opens, dtype=np.int64),
        closes_min=np.full(count, closes, dtype=np.int64),
        holds=np.zeros(count, dtype=np.int64),
        recused=np.array(recused, dtype=np.bool_).reshape(count, len(targets)),
    )


def _away(pair: tuple[Person, Person], on: date) -> bool:
    """Whether one of the two is on leave."""
    return any(
        person.leave_from is not None and person.leave_from <= on <= (person.leave_until or on) for person in pair
    )


def _aims() -> Aims:
    travel, stay = (rules.at(f"inspection_loop/week.{name}").number() for name in ("travel_per_hour", "stay"))
    return Aims(late_per_day=0.0, travel_per_hour=travel, stay=stay)


def make(week: Week, out: frozenset[int] = frozenset()) -> Made:
    """The plan of the week; with crews that drop out (by number), the plan there was is kept as far as it can be.
    The same week and the same crews give the same plan."""
    turns = int(rules.at("inspection_loop/week.turns").number())
    plan = planning.plan(week.problem, turns=turns, seed=week.first.toordinal())
    if not out:
        return Made(week, plan, planning.reasons(week.problem, plan), None)
    works = week.problem.crews.works.copy()
    works[sorted(out)] = False
    fewer = replace(week.problem, crews=replace(week.problem.crews, works=works))
    anew = planning.plan_anew(fewer, plan, turns=turns // 4, seed=week.first.toordinal())
    return Made(week, anew, planning.reasons(fewer, anew), planning.compare(plan, anew))


def monday(of: date | None = None) -> date:
    """The Monday of the week to be planned: the next one, unless a day of another week is named."""
    day = of or timezone.localdate(clock.now()) + timedelta(days=7)
    return day - timedelta(days=day.weekday())
