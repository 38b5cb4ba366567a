"""Signatures decide who has the watch, for an area or the nearest one above it, and not the roster."""

from datetime import UTC, datetime, timedelta

import pytest

from anshu.domains.duty.models import Shift
from anshu.domains.duty.queries import watch_over
from anshu.domains.people.models import Organisation, Person

pytestmark = pytest.mark.django_db
DISTRICT, STREET, OTHER = "440303", "440303001", "440303002"


def shift(number: str, territory: str, state: str, begins_in_h: float) -> Shift:
    unit, _made = Organisation.objects.get_or_create(number="B", name="bureau", kind="bureau")
    officer, leader = (Person.objects.create(number=f"{number}{n}", name=f"{n}", organisation=unit) for n in (0, 1))
    begins = datetime.now(UTC) + timedelta(hours=begins_in_h)
    made: Shift = Shift.objects.create(
        number=number,
        territory=territory,
        state=state,
        officer=officer,
        leader=leader,
        starts_at=begins,
        ends_at=begins + timedelta(hours=12),
    )
    return made


def test_whoever_signed_for_the_watch_has_it_before_their_hour() -> None:
    shift("day", DISTRICT, Shift.State.HANDED_OVER, -6)
    night = shift("night", DISTRICT, Shift.State.ON_DUTY, 6)
    assert watch_over(DISTRICT) == night


def test_a_street_has_its_own_watch_or_that_of_the_district() -> None:
    district, street = shift("D", DISTRICT, Shift.State.ON_DUTY, -2), shift("S", STREET, Shift.State.HANDING_OVER, -1)
    assert watch_over(DISTRICT) == district
    assert watch_over(STREET) == watch_over(f"{STREET}007") == street
    assert watch_over(OTHER) == watch_over(f"{OTHER}007") == district
    assert watch_over("440304") is None
    assert watch_over("") is not None
