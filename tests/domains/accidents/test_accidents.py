"""Accidents: their grade follows from deaths, injuries and loss alone, whatever else is entered."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from anshu.domains.accidents.models import Accident
from anshu.domains.accidents.models.grading import grade_of
from anshu.domains.tipoffs.models import AccidentGrade
from anshu.kernel import clock

AT = datetime(2026, 5, 1, 4, 0, tzinfo=UTC)
ORDER = list(AccidentGrade)
NONE = {"deaths": 0, "serious_injuries": 0, "loss_yuan": Decimal(0)}
PEOPLE = st.integers(0, 200)
LOSS = st.decimals(0, 200_000_000, places=2)


@pytest.mark.once
@pytest.mark.parametrize(
    ("deaths", "injured", "loss", "grade"),
    [
        (2, 9, "9999999.99", AccidentGrade.ORDINARY),
        (2, 10, "0", AccidentGrade.LARGER),
        (3, 0, "0", AccidentGrade.LARGER),
        (0, 0, "10000000", AccidentGrade.LARGER),
        (9, 50, "0", AccidentGrade.MAJOR),
        (29, 100, "0", AccidentGrade.EXTREME),
        (0, 0, "100000000", AccidentGrade.EXTREME),
    ],
)
def test_a_bound_belongs_to_the_grade_above_it(deaths: int, injured: int, loss: str, grade: AccidentGrade) -> None:
    assert grade_of(AT, deaths=deaths, serious_injuries=injured, loss_yuan=Decimal(loss)) == grade


@pytest.mark.once
@given(PEOPLE, PEOPLE, LOSS)
def test_the_gravest_of_the_three_counts(deaths: int, injured: int, loss: Decimal) -> None:
    facts = {"deaths": deaths, "serious_injuries": injured, "loss_yuan": loss}
    alone = [grade_of(AT, **NONE | {name: value}) for name, value in facts.items()]
    assert grade_of(AT, **facts) == max(alone, key=ORDER.index)


@pytest.mark.django_db
def test_the_grade_follows_when_casualties_are_corrected() -> None:
    with clock.frozen(AT):
        accident = Accident.objects.create(title="车间爆燃", kind=Accident.Kind.TRADE, occurred_at=AT, deaths=2)
        assert accident.grade == AccidentGrade.ORDINARY
        accident.deaths = 3
        accident.save()
    assert Accident.objects.get().grade == AccidentGrade.LARGER


@pytest.mark.once
@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"occurred_at": AT + timedelta(minutes=1)}, "occurred_at"),
        ({"confirmed_by": "区应急管理局"}, "confirmed_on"),
        ({"confirmed_on": date(2026, 5, 1)}, "confirmed_by"),
    ],
)
def test_what_cannot_be_is_refused(values: dict[str, object], field: str) -> None:
    accident = Accident(**{"title": "x", "kind": Accident.Kind.FIRE, "occurred_at": AT} | values)
    with clock.frozen(AT), pytest.raises(ValidationError, check=lambda error: list(error.message_dict) == [field]):
        accident.clean()
