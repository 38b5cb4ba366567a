"""Frozen figures stay as they were, say what came and went since, and are restated once, with a reason."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.access.policy import Person
from anshu.domains.hazards.models import Hazard
from anshu.domains.places.models import Area
from anshu.indicators.book import FIGURES, hazards
from anshu.indicators.comparing import Kept, compared, kept, parts
from anshu.indicators.figures import Scope
from anshu.indicators.models import FrozenFigure, Statement
from anshu.indicators.transitions import freeze, take
from anshu.kernel.errors import Forbidden, Invalid, Refused
from anshu.workflow.models import Change

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


@pytest.fixture
def statement(street: SimpleNamespace, found: Callable[..., Hazard]) -> Statement:
    for summary in ("一", "二"):
        found(summary=summary)
    return frozen(street.commission, "440307")


def frozen(by: Person, area: str, first: date = date(2026, 1, 1), last: date = TODAY, **more: Any) -> Statement:
    return freeze(by=by, title="年报", taken=take(Scope(by, area, first, last)), **more)


def of(statement: Statement, street: SimpleNamespace, key: str) -> Kept:
    return next(one for one in kept(statement, street.commission) if one.figure.key == key)


def test_it_keeps_number_and_rows(statement: Statement, street: SimpleNamespace) -> None:
    assert (statement.number[:2], statement.figures.count()) == ("TJ", len(FIGURES) - closed_to(street))
    one = of(statement, street, "hazards_found")
    assert (one.frozen.value, one.frozen.count, one.now, one.moved) == (2, 2, 2, False)
    assert one.frozen.keys == set(Hazard.objects.values_list("pk", flat=True))
    assert Change.objects.filter(verb="indicators.freeze").count() == 1


def closed_to(street: SimpleNamespace) -> int:
    return sum(not made.open_to(Scope(street.commission, "440307")) for made in FIGURES.values())


def test_what_came_and_what_went_shows(
    statement: Statement, street: SimpleNamespace, found: Callable[..., Hazard]
) -> None:
    gone = Hazard.objects.get(summary="一")
    Hazard.objects.filter(pk=gone.pk).update(state="void")
    came = found(summary="三")
    one = of(statement, street, "hazards_found")
    assert (one.frozen.value, one.now, one.moved) == (2, 2, True), "the number is the same and the rows are not"
    assert (one.came, one.gone) == ({came.pk}, {gone.pk})


def test_it_is_restated_once_and_says_why(statement: Statement, street: SimpleNamespace) -> None:
    with pytest.raises(Invalid, check=lambda error: error.field == "reason"):
        frozen(street.commission, "440307", earlier=statement)
    with pytest.raises(Invalid, check=lambda error: error.field == "earlier"):
        frozen(street.commission, "440307001", earlier=statement, reason="x")
    assert Statement.objects.count() == 1 and FrozenFigure.objects.exclude(statement=statement).count() == 0
    made = frozen(street.commission, "440307", earlier=statement, reason="漏报一处")
    assert (made.earlier, made.reason) == (statement, "漏报一处")
    with pytest.raises(Refused):
        frozen(street.commission, "440307", earlier=statement, reason="再来")


def test_only_days_that_are_over_and_only_by_those_who_may(street: SimpleNamespace) -> None:
    for field, wrong in (
        ("last_on", {"last": date(2026, 11, 25)}),
        ("last_on", {"last": date(2025, 1, 1)}),
        ("first_on", {"first": date(1, 1, 1)}),
    ):
        with pytest.raises(Invalid) as refusal:
            frozen(street.commission, "440307", **wrong)
        assert refusal.value.field == field
    with pytest.raises(Invalid, check=lambda error: error.field == "first_on"):
        take(Scope(street.commission, "440307"))
    for who, area in ((street.street, "440307001"), (street.commission, "440308"), (street.commission, "")):
        with pytest.raises(Forbidden):
            frozen(who, area)
    assert not Statement.objects.exists() and not FrozenFigure.objects.exists()


def test_compared_with_the_year_before(street: SimpleNamespace, found: Callable[..., Hazard]) -> None:
    one, _two, three = (found(summary=name) for name in "一二三")
    Hazard.objects.filter(pk=three.pk).update(found_at="2025-05-01T00:00Z")
    year = Scope(street.commission, "440307", date(2026, 1, 1), date(2026, 12, 31))
    (told,) = compared([hazards.hazards_found], year)
    assert (told.value, told.before, told.change) == (2, 1, 100)
    (told,) = compared([hazards.hazards_found], Scope(street.commission, "440307"))
    assert (told.value, told.before, told.change) == (3, None, None)
    Hazard.objects.filter(pk=one.pk).update(state="closed")
    (rate,) = compared(
        [hazards.hazard_rectification_rate], Scope(street.commission, "440307", date(2026, 1, 1), date(2026, 12, 31))
    )
    assert (rate.value, rate.before, rate.change) == (50, 0, 50), "shares differ by points"


def test_parts_by_area_are_those_right_below(street: SimpleNamespace, found: Callable[..., Hazard]) -> None:
    found()
    for number, level in (("440307", "district"), ("440307001", "street"), ("440307002", "street")):
        Area.objects.create(number=number, name=number, level=level, territory=number)
    told = parts(hazards.hazards_found, Scope(street.commission, "440307"))
    assert [(area.number, value) for area, value in told] == [("440307001", 1)]


@given(st.sets(st.uuids(), max_size=30))
def test_packed_keys_come_back(keys: set[UUID]) -> None:
    assert FrozenFigure(packed=FrozenFigure.pack(keys)).keys == keys
