"""How grave an accident is (事故等级), as the rule pack `accident_grades` divides it."""

from datetime import datetime
from decimal import Decimal

from anshu.domains.tipoffs.models import AccidentGrade
from anshu.workflow import rules

MEASURES = ("deaths", "serious_injuries", "loss_yuan")


def grade_of(occurred_at: datetime, *, deaths: int, serious_injuries: int, loss_yuan: Decimal | None) -> AccidentGrade:
    """The gravest grade that any one of the three reaches, by the rules in force on the day of the accident; a bound
    belongs to the grade above it (国务院令493号 3). Raises Invalid where the pack lacks a bound."""
    values = dict(zip(MEASURES, (deaths, serious_injuries, loss_yuan or 0), strict=True))
    bounds = {name: rules.at(f"accident_grades/{name}", occurred_at) for name in MEASURES}
    for grade in (AccidentGrade.EXTREME, AccidentGrade.MAJOR, AccidentGrade.LARGER):
        if any(values[name] >= bounds[name].number(grade) for name in MEASURES):
            return grade
    return AccidentGrade.ORDINARY
