"""What a hazard tells the file of its enterprise, and what a self-check opens: once, however often it is heard."""

from datetime import date, timedelta

import pytest

from anshu.domains.enterprises.models import Enterprise, GradeEvent, SelfCheck
from anshu.domains.enterprises.transitions import complete_self_check, plan_self_check
from anshu.domains.hazards.models import Hazard
from anshu.domains.hazards.transitions import close_out, judge, pass_recheck, report, void
from anshu.indicators.book import FIGURES, hazards
from anshu.indicators.figures import Scope
from anshu.workflow import clocks, outbox
from anshu.workflow.clocks import WORK
from anshu.workflow.models import Delivery

pytestmark = pytest.mark.django_db


def hear():
    """Let everybody hear of everything, and then hear all of it again."""
    while outbox.step():
        pass
    assert not Delivery.objects.filter(done_at=None).exists()
    Delivery.objects.update(done_at=None, next_at="2026-01-01T00:00Z")
    while outbox.step():
        pass
    assert not Delivery.objects.exclude(error="").exists()


def test_an_open_hazard_counts_until_it_is_closed(street, submitted):
    hazard = submitted(major=True)
    hear()
    event = GradeEvent.objects.get()
    assert (event.kind, event.enterprise, event.cause_id, event.ended_at) == (
        "hazard_major",
        street.firm,
        hazard.pk,
        None,
    )
    assert Enterprise.objects.get().risk_color == "3"
    pass_recheck(hazard, by=street.street, lon=street.lon, lat=street.lat)
    close_out(hazard, by=street.section)
    hear()
    assert GradeEvent.objects.get().ended_at is not None


def test_an_overdue_one_counts_as_well_while_it_is_the_firms(street, ordered, time):
    hazard = ordered()
    hear()
    time.advance(days=20)
    while clocks.step():
        pass
    hear()
    kinds = set(GradeEvent.objects.filter(cause_id=hazard.pk, ended_at=None).values_list("kind", flat=True))
    assert kinds == {"hazard_general", "hazard_overdue"}


def test_one_that_was_none_counts_nothing(street, found):
    hazard = found()
    void(hazard, by=street.street, reason="误报")
    hear()
    assert not GradeEvent.objects.exists()


def test_each_failed_item_becomes_a_hazard_once(street):
    check = plan_self_check(by=WORK, enterprise=street.firm)
    given = {item["key"]: {"result": "pass"} for item in check.items}
    given["all.exits"] = {"result": "fail", "note": "二楼安全出口锁闭"}
    given["all.wiring"] = {"result": "fail", "note": "插线板串接"}
    complete_self_check(check, by=street.owner, checker="王安全", answers=given)
    hear()
    found = {hazard.summary: hazard for hazard in Hazard.objects.all()}
    assert set(found) == {"二楼安全出口锁闭", "插线板串接"}
    exits = found["二楼安全出口锁闭"]
    assert (exits.kind, exits.source, exits.site, exits.enterprise) == ("fire", "self_check", street.site, street.firm)
    assert (exits.origin, exits.origin_id, exits.found_at) == (check.number, check.pk, check.done_at)
    assert "消防法" in exits.clause
    assert SelfCheck.objects.get(pk=check.pk).findings == 2


def test_figures_by_kind(street, submitted):
    scope = Scope(street.section, first=date(2026, 11, 1), last=date(2026, 11, 30))
    hazard = submitted(kind=Hazard.Kind.GAS)
    report(by=street.grid, site=street.site, summary="软管老化", kind=Hazard.Kind.GAS)
    report(by=street.grid, site=street.site, summary="无警示标识", kind=Hazard.Kind.CHEMICAL)
    assert hazards.hazards_found(scope) == 3
    assert FIGURES["chemical_hazards_found"](scope) == 1
    assert hazards.hazard_rectification_rate(scope) == 0
    pass_recheck(hazard, by=street.street)
    close_out(hazard, by=street.section)
    assert (FIGURES["gas_hazards_rectified"](scope), FIGURES["fire_hazards_rectified"](scope)) == (1, 0)
    assert hazards.hazard_rectification_rate(scope) == pytest.approx(100 / 3)
    assert (hazards.hazards_open(scope), hazards.hazards_overdue(scope)) == (2, 0)
    assert hazards.hazards_found(Scope(street.section, first=date(2026, 12, 1))) == 0
    assert hazards.hazards_found(Scope(street.rival)) == 0
    assert hazards.hazard_rectification_rate(Scope(street.section, territory="440308")) is None


def test_what_is_late_is_counted_late(street, ordered, time):
    hazard = ordered()
    time.advance(days=17)
    assert hazards.hazards_overdue(Scope(street.section)) == 1
    judged = report(by=street.grid, site=street.site, summary="x", kind=Hazard.Kind.FIRE)
    judge(judged, by=street.street, grade="general")
    assert hazards.hazards_overdue(Scope(street.section)) == 1
    assert hazard.due_on + timedelta(days=1) == date(2026, 12, 11)
