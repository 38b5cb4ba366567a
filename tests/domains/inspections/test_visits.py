"""A visit from plan to file: licensed officers, answers, hazards once, signatures."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from anshu.domains.hazards import transitions as hazards
from anshu.domains.hazards.models import Grade, Hazard
from anshu.domains.inspections.models import Checklist, Recusal, Visit, VisitKind
from anshu.domains.inspections.queries.visits import announced_to, hazards_of
from anshu.domains.inspections.rules.forms import form_of
from anshu.domains.inspections.transitions import (
    announce,
    answer,
    assign,
    cancel,
    draft_checklist,
    file,
    join_checklists,
    plan_visit,
    publish,
    retire,
    sign,
    start,
    start_here,
    submit,
)
from anshu.kernel import clock
from anshu.kernel.errors import Forbidden, Invalid, Refused
from anshu.workflow.models import Clock
from tests.domains.inspections.conftest import CONTENT, LAT, LON, licence, person_with_account, published

GOOD = {"exit_clear": {"value": "pass"}, "storeys": {"value": 1}}
BAD = {"exit_clear": {"value": "fail", "note": "堆放纸箱"}, "window": {"value": "pass"}}


def planned(street: SimpleNamespace, **fields: Any) -> Visit:
    usual = {
        "by": street.chief.actor,
        "site": street.site,
        "checklist": street.list,
        "kind": VisitKind.ENFORCEMENT,
        "planned_on": clock.now().date(),
        "lead": street.one.person,
        "second": street.two.person,
    }
    return plan_visit(**(usual | fields))


def begun(street: SimpleNamespace) -> Visit:
    return start(planned(street), by=street.one.actor, lon=LON, lat=LAT)


def test_from_plan_to_file(street: SimpleNamespace) -> None:
    visit = planned(street)
    assert visit.enterprise == street.firm
    start(visit, by=street.two.actor, lon=LON, lat=LAT)
    assert (visit.away_m, visit.flags) == (0.0, [])
    answer(visit, by=street.one.actor, answers=BAD)
    submit(visit, by=street.one.actor)
    hazard = hazards_of(visit).get()
    assert (hazard.summary, hazard.clause) == ("疏散通道被占用：堆放纸箱", "消防法 第二十八条")
    assert hazard.source == Hazard.Source.ENFORCEMENT
    assert (hazard.origin, hazard.finder) == (visit.number, street.one.account)
    assert (visit.found_count, visit.passed_count, visit.score_percent) == (1, 1, 25.0)
    sign(visit, by=street.one.actor, signer="王厂长")
    with pytest.raises(Refused, match="not graded"):
        file(visit, by=street.chief.actor)
    hazards.judge(hazard, by=street.chief.actor, grade=Grade.GENERAL)
    file(visit, by=street.chief.actor)
    assert visit.state == Visit.State.CLOSED
    assert not Clock.objects.filter(subject_id=visit.pk, stopped_at=None).exists()


def test_a_visit_that_finds_nothing_is_a_visit(street: SimpleNamespace) -> None:
    visit = begun(street)
    answer(visit, by=street.one.actor, answers=GOOD)
    submit(visit, by=street.one.actor)
    assert (visit.found_count, visit.score_percent, Hazard.objects.count()) == (0, 100.0, 0)
    sign(visit, by=street.one.actor, refused_to_sign=True, witness="社区李某")
    file(visit, by=street.chief.actor)


def test_nothing_is_handed_in_while_answers_are_owed(street: SimpleNamespace) -> None:
    visit = begun(street)
    answer(visit, by=street.one.actor, answers={"exit_clear": {"value": "fail"}})
    with pytest.raises(Refused, match="1 still unanswered: 二层以上是否有逃生窗"):
        submit(visit, by=street.one.actor)
    with pytest.raises(Invalid, check=lambda error: error.field == "window"):
        answer(visit, by=street.one.actor, answers={"window": {"value": "perhaps"}})


@pytest.mark.parametrize(
    ("second", "field"), [(None, "second"), ("one", "second"), ("grid", "second")], ids=["alone", "twice", "unlicensed"]
)
def test_enforcement_takes_two_licensed_officers(street: SimpleNamespace, second: str | None, field: str) -> None:
    person = getattr(street, second).person if second else None
    with pytest.raises(Invalid, check=lambda error: error.field == field):
        planned(street, second=person)
    assert planned(street, second=person if second != "one" else None, kind=VisitKind.PATROL)


def test_a_licence_counts_on_the_day_and_for_the_field(street: SimpleNamespace) -> None:
    third = person_with_account("third", "enforcement_officer", "440303001", street.office)
    paper = licence(third.person, valid_until=clock.now().date(), fields=["hazardous_chemicals"])
    chemicals = published(street.section.actor, code="chemicals", licence_field="hazardous_chemicals")
    dust = published(street.section.actor, code="dust", licence_field="dust")
    assert planned(street, checklist=chemicals, second=third.person)
    with pytest.raises(Invalid, match="no licence"):
        planned(street, checklist=dust, second=third.person)
    with pytest.raises(Invalid, match="no licence"):
        planned(street, checklist=chemicals, second=third.person, planned_on=paper.valid_until + timedelta(days=1))


def test_who_is_recused_does_not_go(street: SimpleNamespace) -> None:
    visit = planned(street)
    Recusal.objects.create(
        number="H1", person=street.two.person, enterprise=street.firm, ground="配偶在该企业任职", since=date(2026, 1, 1)
    )
    with pytest.raises(Invalid, match="配偶"):
        start(visit, by=street.one.actor)
    with pytest.raises(Invalid, match="recused"):
        assign(visit, by=street.chief.actor, lead=street.one.person, second=street.two.person)


def test_only_those_named_begin_it(street: SimpleNamespace) -> None:
    with pytest.raises(Refused, match="that of"):
        start(planned(street), by=street.grid.actor)
    with pytest.raises(Forbidden):
        start(planned(street), by=street.stranger.actor)


def test_an_announced_visit_is_announced_first(street: SimpleNamespace) -> None:
    street.firm.credit_code = "91440300MA5TEST000"
    street.firm.save()
    visit = planned(street, kind=VisitKind.ANNOUNCED)
    planned(street, kind=VisitKind.COVERT)
    with pytest.raises(Refused, match="first"):
        start(visit, by=street.one.actor)
    assert list(announced_to(street.firm.credit_code)) == []
    announce(visit, by=street.chief.actor)
    assert list(announced_to(street.firm.credit_code)) == [visit]
    start(visit, by=street.one.actor)
    with pytest.raises(Refused):
        announce(planned(street), by=street.chief.actor)


def test_a_patrol_begins_where_nobody_planned_one(street: SimpleNamespace) -> None:
    visit = start_here(by=street.grid.actor, site=street.site, checklist=street.list, lon=LON + 0.01, lat=LAT)
    assert (visit.lead, visit.state, visit.flags) == (street.grid.person, "started", ["far_from_site"])
    with pytest.raises(Invalid, match="two officers"):
        start_here(by=street.one.actor, site=street.site, checklist=street.list, kind=VisitKind.ENFORCEMENT)
    with pytest.raises(Forbidden):
        start_here(by=street.stranger.actor, site=street.site, checklist=street.list)
    with pytest.raises(Invalid, match="future"):
        start_here(
            by=street.grid.actor, site=street.site, checklist=street.list, started_at=clock.now() + timedelta(minutes=1)
        )


def test_cancelling_says_why(street: SimpleNamespace) -> None:
    visit = planned(street)
    with pytest.raises(Invalid):
        cancel(visit, by=street.chief.actor, reason=" ")
    cancel(visit, by=street.chief.actor, reason="企业停产")


def test_a_published_version_never_changes_and_the_next_retires_it(street: SimpleNamespace) -> None:
    first = street.list
    first.uses = ["patrol"]
    with pytest.raises(ValidationError, match="never changes"):
        first.full_clean()
    first.refresh_from_db()
    visit = begun(street)
    second = draft_checklist(
        by=street.section.actor, code=first.code, title=first.title, content={"items": CONTENT["items"][:1]}
    )
    assert second.number == "three-small-v2"
    publish(second, by=street.section.actor)
    first.refresh_from_db()
    assert first.state == Checklist.State.RETIRED
    with pytest.raises(Refused, match="not in force"):
        planned(street)
    answer(visit, by=street.one.actor, answers=GOOD)
    assert submit(visit, by=street.one.actor).checklist == first
    with pytest.raises(Invalid):
        retire(second, by=street.section.actor, reason="")


def test_lists_are_joined_for_one_visit(street: SimpleNamespace) -> None:
    other = published(
        street.section.actor,
        {"items": [CONTENT["items"][0], {"key": "lift", "text": "电梯是否检验", "clause": "特种设备安全法 第四十条"}]},
        code="lifts",
        department="市监",
    )
    joint = join_checklists(by=street.section.actor, code="once", title="综合查一次", parts=[street.list, other])
    assert joint.item_count == 5
    assert form_of(joint).item("exit_clear").departments == ("三小场所消防安全检查", "市监")
    publish(joint, by=street.section.actor)
    with pytest.raises(Invalid, match="not for this kind"):
        planned(street, checklist=joint)
    assert planned(street, checklist=joint, kind=VisitKind.JOINT)
