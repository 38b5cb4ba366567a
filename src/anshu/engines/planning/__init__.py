"""Who visits which site on which day, in what order: a week, a month or a year of inspections.

    made = plan(problem, turns=200_000, seed=1)
    reasons(problem, made); plan_anew(changed_problem, made, turns=20_000)

**Given.** Sites that are owed visits within a horizon of days, with risk, due day, minutes of work, opening hours and
licences needed; crews with a home, working days and hours, licences and recusals; how long the roads are; what is worth
how much (`Aims`). Where the law wants two officers, two are one crew (`pair_up`). A site that is owed several visits
gets them in as many equal parts of the horizon, with a rest in between.

**Sought.** The plan that is worth most. A plan is worth

    Σ risk + Σ risk × late_per_day × (days of lateness that the visit ends)  −  travel_per_hour × hours on the road

over its visits. A visit left out is late from its due day to the end of the horizon, one made late until it is made;
so the worth of a plan is what it gains over leaving all out. The road counts from home to home.

**Always kept.** A crew is within its hours from leaving home to being back; a visit lies within the site's hours and on
one of its days; nobody goes without licence or where he is recused; no visit is made twice, and none at the same time.

**How.** Sites by worth, each where it adds most (`risk_first`, what one does by hand); then ruin and recreate with
simulated annealing (SISR: Christiaens and Vanden Berghe 2020), adapted to plans that leave most sites out; then
fillings and exchanges until no single one adds anything, which is what the reason "no time" promises. Compiled by
Numba. Equal arguments, equal plan: it stops by turns, not by the clock. Measured in docs/decisions/0010.
"""

from anshu.engines.planning.plan import Moved, Plan, Stop, compare
from anshu.engines.planning.problem import NO_DUE_DAY, Aims, Crews, Problem, Sites, pair_up
from anshu.engines.planning.reasons import Reason, Why, reasons
from anshu.engines.planning.search import plan, plan_anew, risk_first
from anshu.engines.planning.travel import Travel, by_road, in_a_straight_line

__all__ = [
    "NO_DUE_DAY",
    "Aims",
    "Crews",
    "Moved",
    "Plan",
    "Problem",
    "Reason",
    "Sites",
    "Stop",
    "Travel",
    "Why",
    "by_road",
    "compare",
    "in_a_straight_line",
    "pair_up",
    "plan",
    "plan_anew",
    "reasons",
    "risk_first",
]
