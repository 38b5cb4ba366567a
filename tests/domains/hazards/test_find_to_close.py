"""From finding to closing: three different persons, a date, pictures; what is missing is said, and nothing changes."""

from datetime import date, timedelta

import pytest

from anshu.domains.enterprises.models import SelfCheck
from anshu.domains.hazards.models import Grade, Hazard
from anshu.domains.hazards.transitions import (
    close_out,
    dispute,
    fail_recheck,
    judge,
    order,
    pass_recheck,
    reopen,
    report,
    settle,
    submit,
    take_up,
    void,
)
from anshu.kernel import clock
from anshu.kernel.errors import Forbidden, Invalid, Refused
from anshu.workflow import clocks
from anshu.workflow.models import Change

pytestmark = pytest.mark.django_db
NEXT_MONTH = date(2026, 12, 24)


def test_a_hazard_goes_its_whole_way(street, found, after, time):
    hazard = found()
    assert (hazard.enterprise, hazard.territory, hazard.finder) == (street.firm, "440307001001", street.grid.account)
    judge(hazard, by=street.street, grade=Grade.GENERAL)
    order(hazard, by=street.street, due_on=date(2026, 12, 1), responsible="王厂长")
    take_up(hazard, by=street.owner)
    after(hazard)
    submit(hazard, by=street.owner, rectification="已清理通道")
    pass_recheck(hazard, by=street.street)
    close_out(hazard, by=street.section)
    assert hazard.state == Hazard.State.CLOSED
    assert hazard.closed_at == time.now()
    three = {hazard.finder_id, hazard.fixer_id, hazard.verifier_id}
    assert len(three) == 3
    verbs = Change.objects.filter(subject_id=hazard.pk).order_by("id").values_list("verb", flat=True)
    walked = ("report", "judge", "order", "take_up", "attach_picture", "submit", "pass_recheck", "close_out")
    assert list(verbs) == [f"hazards.{verb}" for verb in walked]


def test_an_order_has_a_date_that_has_not_passed(street, found):
    hazard = found()
    judge(hazard, by=street.street, grade=Grade.GENERAL)
    with pytest.raises(Invalid, check=lambda error: error.field == "due_on"):
        order(hazard, by=street.street, due_on=date(2026, 11, 23), responsible="王厂长")
    with pytest.raises(TypeError):
        order(hazard, by=street.street, responsible="王厂长")


@pytest.mark.parametrize("role", ["grid", "owner"])
def test_finder_and_fixer_do_not_recheck(street, submitted, role):
    hazard = submitted()
    Hazard.objects.filter(pk=hazard.pk).update(finder=street.street.account, fixer=street.street_two.account)
    hazard.refresh_from_db()
    for hand in (street.street, street.street_two):
        with pytest.raises(Refused, check=lambda error: error.code == "own_work"):
            pass_recheck(hazard, by=hand)
        with pytest.raises(Refused, check=lambda error: error.code == "own_work"):
            fail_recheck(hazard, by=hand, reason="?")
    with pytest.raises(Forbidden):
        pass_recheck(hazard, by=getattr(street, role))
    pass_recheck(hazard, by=street.officer)


def test_a_major_one_names_its_clause_its_protection_and_its_plan(street, found, after):
    hazard = found()
    with pytest.raises(Invalid, check=lambda error: error.field == "judging_clause"):
        judge(hazard, by=street.officer, grade=Grade.MAJOR)
    judge(hazard, by=street.officer, grade=Grade.MAJOR, judging_clause="GB 35181-2025 5.2")
    with pytest.raises(Invalid, check=lambda error: error.field == "measures"):
        order(hazard, by=street.officer, due_on=NEXT_MONTH, responsible="王厂长")
    order(hazard, by=street.officer, due_on=NEXT_MONTH, responsible="王厂长", measures="停用并封闭", suspended=True)
    five = dict.fromkeys(
        ("plan_measures", "plan_responsibility", "plan_money", "plan_deadline", "plan_emergency"), "有"
    )
    for missing in five:
        with pytest.raises(Invalid, check=lambda error, missing=missing: error.field == missing):
            take_up(hazard, by=street.owner, **(five | {missing: " "}))
    with pytest.raises(Refused, check=lambda error: error.code == "no_plan"):
        submit(hazard, by=street.owner, rectification="好了", cost_yuan=1.0)
    take_up(hazard, by=street.owner, **five)
    after(hazard)
    with pytest.raises(Invalid, check=lambda error: error.field == "cost_yuan"):
        submit(hazard, by=street.owner, rectification="好了")
    submit(hazard, by=street.owner, rectification="好了", cost_yuan=12000.5)
    for far in ({}, {"lon": street.lon + 0.01, "lat": street.lat}):
        with pytest.raises(Refused, check=lambda error: error.code == "not_on_site"):
            pass_recheck(hazard, by=street.officer, **far)
    pass_recheck(hazard, by=street.officer, lon=street.lon + 0.0005, lat=street.lat)


def test_no_submission_without_a_picture_of_afterwards(street, ordered):
    hazard = ordered()
    with pytest.raises(Refused, check=lambda error: error.code == "no_after_photo"):
        submit(hazard, by=street.owner, rectification="已清理")


def test_a_failed_recheck_sends_it_back_with_a_date_ahead(street, submitted, time):
    hazard = submitted()
    time.advance(days=30)
    with pytest.raises(Invalid, check=lambda error: error.field == "due_on"):
        fail_recheck(hazard, by=street.officer, reason="仍有杂物")
    fail_recheck(hazard, by=street.officer, reason="仍有杂物", due_on=date(2026, 12, 31))
    assert (hazard.state, hazard.failures, hazard.due_on) == (Hazard.State.RECTIFYING, 1, date(2026, 12, 31))
    assert hazard.ordered_due_on == date(2026, 12, 10)


def test_the_clock_of_rectification_ends_with_the_day_it_is_due(street, ordered):
    hazard = ordered()
    take_up(hazard, by=street.owner)
    running = clocks.running(hazard)
    assert running is not None
    assert running.due_at.isoformat().startswith("2026-12-10T15:59:59")  # midnight in Shenzhen


def test_a_contested_grade_goes_to_an_expert_who_is_not_the_finder(street, found):
    hazard = found()
    judge(hazard, by=street.street, grade=Grade.MAJOR, judging_clause="5.2")
    dispute(hazard, by=street.street, reason="企业对判定有异议")
    with pytest.raises(Invalid, check=lambda error: error.field == "opinion"):
        settle(hazard, by=street.expert, grade=Grade.GENERAL, opinion="")
    settle(hazard, by=street.expert, grade=Grade.GENERAL, opinion="可立即整改，判定为一般隐患")
    assert (hazard.grade, hazard.judging_clause, hazard.state) == (Grade.GENERAL, "", Hazard.State.GRADED)
    own = report(by=street.expert, site=street.site, summary="x", kind=Hazard.Kind.OTHER)
    judge(own, by=street.street, grade=Grade.GENERAL)
    dispute(own, by=street.street, reason="?")
    with pytest.raises(Refused, check=lambda error: error.code == "own_work"):
        settle(own, by=street.expert, grade=Grade.GENERAL, opinion="我看是一般")


def test_what_comes_back_at_the_same_place_says_why(street, found, after):
    first = found()
    Hazard.objects.filter(pk=first.pk).update(state=Hazard.State.CLOSED, closed_at=clock.now())
    again = found()
    other_kind = found(kind=Hazard.Kind.GAS)
    assert again.earlier == first
    assert other_kind.earlier is None
    judge(again, by=street.street, grade=Grade.GENERAL)
    order(again, by=street.street, due_on=NEXT_MONTH, responsible="王厂长")
    after(again)
    with pytest.raises(Invalid, check=lambda error: error.field == "cause"):
        submit(again, by=street.owner, rectification="已清理")
    submit(again, by=street.owner, rectification="已清理", cause="仓库太小，货物无处可放；已另租仓库")


def test_nothing_is_deleted(street, found):
    hazard = found()
    with pytest.raises(Invalid, check=lambda error: error.field == "reason"):
        void(hazard, by=street.grid, reason=" ")
    number = hazard.number
    void(hazard, by=street.grid, reason="现场核实为临时装卸")
    assert Hazard.objects.get(number=number).state == Hazard.State.VOID
    assert found().number != number


def test_it_is_opened_again_under_its_old_number(street, submitted):
    hazard = submitted()
    pass_recheck(hazard, by=street.street)
    close_out(hazard, by=street.section)
    number = hazard.number
    reopen(hazard, by=street.street, reason="回头看发现反弹", due_on=NEXT_MONTH)
    assert (hazard.number, hazard.state, hazard.closed_at) == (number, Hazard.State.RECTIFYING, None)


def test_a_firm_acts_on_its_own_and_sees_nothing_else(street, found, ordered):
    with pytest.raises(Forbidden):
        judge(found(), by=street.owner, grade=Grade.GENERAL)
    Hazard.objects.all().delete()
    hazard = ordered()
    assert list(Hazard.objects.visible_to(street.owner)) == [hazard]
    assert list(Hazard.objects.visible_to(street.rival)) == []
    with pytest.raises(Forbidden):
        take_up(hazard, by=street.rival)
    take_up(hazard, by=street.owner)


def test_not_found_in_the_future_and_not_without_words(street):
    ahead = clock.now() + timedelta(minutes=1)
    with pytest.raises(Invalid, check=lambda error: error.field == "found_at"):
        report(by=street.grid, site=street.site, summary="x", kind=Hazard.Kind.FIRE, found_at=ahead)
    with pytest.raises(Invalid, check=lambda error: error.field == "summary"):
        report(by=street.grid, site=street.site, summary="  ", kind=Hazard.Kind.FIRE)


@pytest.mark.parametrize(
    ("ago", "reason", "refused", "kept"),
    [
        (timedelta(hours=24), "", "", ""),
        (timedelta(hours=25), " ", "reason", ""),
        (timedelta(hours=25), "巡查时无网络", "", "巡查时无网络"),
        (timedelta(days=30), "专班移交台账", "", "专班移交台账"),
        (timedelta(days=31), "专班移交台账", "found_at", ""),
    ],
)
def test_what_is_entered_late_says_why_and_is_marked(found, ago, reason, refused, kept):
    if refused:
        with pytest.raises(Invalid, check=lambda error: error.field == refused):
            found(found_at=clock.now() - ago, reason=reason)
        return
    hazard = found(found_at=clock.now() - ago, reason=reason)
    hazard.refresh_from_db()
    assert (hazard.late_reason, hazard.flags) == (kept, ["late_entry"] if kept else [])
    assert (hazard.found_at, hazard.created_at) == (clock.now() - ago, clock.now())


def test_what_was_found_at_a_check_has_its_time_and_none_before(street, found):
    done = clock.now() - timedelta(days=60)
    check = SelfCheck.objects.create(
        enterprise=street.firm, from_on=done.date(), due_on=done.date(), done_at=done, state="done"
    )
    with pytest.raises(Invalid, check=lambda error: error.field == "found_at"):
        found(found_at=done - timedelta(minutes=1), origin_id=check.pk, reason="补")
    hazard = found(found_at=done, origin=check.number, origin_id=check.pk)
    assert check.number in hazard.late_reason and hazard.flags == ["late_entry"]
