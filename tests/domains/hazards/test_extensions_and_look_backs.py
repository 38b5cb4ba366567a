"""A date moves only by what was asked for in time and granted; what is closed may be looked at again by others."""

from datetime import date

import pytest
from regulated import COMMUNITY

from anshu.domains.hazards import tasks
from anshu.domains.hazards.models import Extension, Hazard, LookBack, LookBackDraw
from anshu.domains.hazards.tasks import look_back
from anshu.domains.hazards.transitions import (
    close_out,
    draw_look_back,
    draw_lot,
    find_again,
    find_in_order,
    grant_extension,
    pass_recheck,
    postpone,
    refuse_extension,
    request_extension,
    take_up,
)
from anshu.kernel import clock
from anshu.kernel.errors import Forbidden, Invalid, Refused
from anshu.project import drawing
from anshu.workflow import clocks
from anshu.workflow.loop import LOOPS
from anshu.workflow.models import Change

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


@pytest.fixture
def month(street, closed, time):
    """Closed in November: the one of the fixture, twelve general ones and two major ones; it is December now."""
    Hazard.objects.filter(pk=closed.pk).update(number="YH-00")
    now, common = clock.now(), {"site": street.site, "kind": "fire", "source": "patrol", "territory": COMMUNITY}
    for serial in range(1, 15):
        Hazard.objects.create(
            number=f"YH-{serial:02d}", summary="x", grade="major" if serial > 12 else "general", state="closed",
            found_at=now, closed_at=now, **common,
        )  # fmt: skip
    Hazard.objects.create(number="YH-90", summary="x", state="closed", closed_at=now, found_at=now,
                          exercise=True, **common)  # fmt: skip
    Hazard.objects.create(number="YH-91", summary="x", state="rectifying", found_at=now, **common)
    assert look_back() is False and not LookBackDraw.objects.exists()  # October had none
    time.advance(days=10)
    return closed


def test_the_lot_of_a_month_is_drawn_by_grade_once_and_can_be_repeated(month):
    assert look_back() is False
    draw = LookBackDraw.objects.get()
    assert (draw.territory, draw.frame_size, draw.wanted) == ("440307", 15, 4)
    drawn = LookBack.objects.select_related("hazard")
    assert sorted(look.hazard.grade for look in drawn) == ["general", "general", "major", "major"]
    assert {look.seed for look in drawn} == {draw.record["seed"]} and {look.draw for look in drawn} == {draw}
    assert drawing.verify(draw.number) == 0
    assert look_back() is False
    assert (LookBackDraw.objects.count(), LookBack.objects.count()) == (1, 4)
    assert draw.record["seed"] not in str(list(Change.objects.filter(subject="hazards.lookbackdraw").values()))


def test_what_was_broken_off_is_taken_up_where_it_stood(month, monkeypatch):
    monkeypatch.setattr(tasks, "AT_ONCE", 3)
    assert look_back() is True
    assert LookBack.objects.count() == 3
    left = {row["site"] for row in LookBackDraw.objects.get().record["drawn"]}
    left -= set(LookBack.objects.values_list("hazard__number", flat=True))
    Hazard.objects.filter(number__in=left).update(state="rectifying")  # opened again meanwhile: there is nothing to see
    assert look_back() is False
    assert LookBack.objects.count() == 3


def test_it_goes_to_the_nearest_who_had_no_hand_in_it(street, month):
    """The street officer rechecked it, the grid officer found it: of those nearest to it, the other street officer."""
    look = draw_look_back(by=street.section, hazard=month, seed="0" * 64)
    assert look.looker == street.street_two.account
    mine = LOOPS[LookBack].mine
    assert mine(look.looker)(look) and not mine(street.street.account)(look)
    street.street_two.account.grants.all().delete()
    elsewhere = Hazard.objects.get(number="YH-01")
    assert draw_look_back(by=street.section, hazard=elsewhere, seed="0" * 64).looker == street.street.account


def test_a_month_is_drawn_when_it_is_over_and_once(street, month):
    with pytest.raises(Refused, check=lambda error: error.code == "month_not_over"):
        draw_lot(by=street.section, month=date(2026, 12, 1), area="440307")
    draw_lot(by=street.section, month=date(2026, 11, 30), area="440307")
    with pytest.raises(Refused, check=lambda error: error.code == "drawn_already"):
        draw_lot(by=street.section, month=date(2026, 11, 1), area="440307")
    with pytest.raises(Refused, check=lambda error: error.code == "nothing_closed"):
        draw_lot(by=street.section, month=date(2026, 10, 1), area="440307")
