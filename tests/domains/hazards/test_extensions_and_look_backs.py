"""A date moves only by what was asked for in time and granted; what is closed may be looked at again by others."""

from datetime import date

import pytest

from anshu.domains.hazards.models import Extension, Hazard, LookBack
from anshu.domains.hazards.transitions import (
    close_out,
    draw_look_back,
    find_again,
    find_in_order,
    grant_extension,
    pass_recheck,
    postpone,
    refuse_extension,
    request_extension,
    take_up,
)
from anshu.kernel.errors import Forbidden, Invalid, Refused
from anshu.workflow import clocks

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(street, ordered):
    hazard = ordered()
    take_up(hazard, by=street.owner)
    extension = request_extension(
        by=street.owner, hazard=hazard, wanted_on=date(2026, 12, 20), why="配件未到", measures="专人看守"
    )
    return hazard, extension


def test_a_granted_extension_moves_date_and_clock(street, asked):
    hazard, extension = asked
    grant_extension(extension, by=street.section, answer="同意，至十五日", until=date(2026, 12, 15))
    hazard.refresh_from_db()
    assert (hazard.due_on, hazard.ordered_due_on) == (date(2026, 12, 15), date(2026, 12, 10))
    running = clocks.running(hazard)
    assert running is not None
    assert running.due_at.date() == date(2026, 12, 15)


def test_a_refused_one_moves_nothing(street, asked):
    hazard, extension = asked
    refuse_extension(extension, by=street.section, answer="配件可就近采购")
    hazard.refresh_from_db()
    assert (hazard.due_on, extension.state) == (date(2026, 12, 10), Extension.State.REFUSED)


def test_it_is_asked_for_before_the_date_and_granted_no_further_than_asked(street, ordered, asked, time):
    _hazard, extension = asked
    for until in (date(2026, 12, 10), date(2026, 12, 21)):
        with pytest.raises(Invalid, check=lambda error: error.field == "until"):
            grant_extension(extension, by=street.section, answer="?", until=until)
    late = ordered()
    take_up(late, by=street.owner)
    time.advance(days=17)
    with pytest.raises(Refused, check=lambda error: error.code == "too_late"):
        request_extension(by=street.owner, hazard=late, wanted_on=date(2026, 12, 30), why="x", measures="y")


def test_nobody_moves_a_date_by_hand(street, asked):
    hazard, _extension = asked
    with pytest.raises(Forbidden):
        postpone(hazard, by=street.section, due_on=date(2027, 1, 1))


@pytest.fixture
def closed(street, submitted):
    hazard = submitted()
    pass_recheck(hazard, by=street.street)
    close_out(hazard, by=street.section)
    return hazard


def test_a_second_look_by_others_opens_it_again(street, closed):
    look = draw_look_back(by=street.section, hazard=closed, seed="2026-11")
    with pytest.raises(Refused, check=lambda error: error.code == "own_work"):
        find_again(look, by=street.street, finding="又堆上了", due_on=date(2026, 12, 30))
    find_again(look, by=street.street_two, finding="又堆上了", due_on=date(2026, 12, 30))
    closed.refresh_from_db()
    assert (look.state, closed.state) == (LookBack.State.FAILED, Hazard.State.RECTIFYING)


def test_a_second_look_may_find_it_in_order(street, closed):
    look = draw_look_back(by=street.section, hazard=closed, seed="2026-11")
    find_in_order(look, by=street.street_two)
    closed.refresh_from_db()
    assert (look.state, closed.state) == (LookBack.State.HOLDS, Hazard.State.CLOSED)


def test_only_what_is_closed_is_drawn(street, submitted):
    with pytest.raises(Refused):
        draw_look_back(by=street.section, hazard=submitted(), seed="2026-11")
