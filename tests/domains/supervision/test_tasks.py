"""Supervised tasks from being wanted to being done, or accounted for; and dates that move only by approval."""

from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from anshu.access.policy import Person
from anshu.domains.hazards.models import Hazard
from anshu.domains.situation.queries import in_hand
from anshu.domains.supervision import queries, transitions
from anshu.domains.supervision.models import DateChange, DutyRule, SupervisedTask
from anshu.kernel.errors import Forbidden, Invalid, Refused
from anshu.workflow import clocks
from anshu.workflow.models import Change

from .conftest import DISTRICT, DUE, STREET

State = SupervisedTask.State
Make = Callable[..., SupervisedTask]


def test_from_wanted_to_finished(district: SimpleNamespace, task: Make) -> None:
    one = task(district.housing, "reported")
    with pytest.raises(Forbidden):
        transitions.review_report(one, by=district.housing_officer, opinion="好")
    transitions.review_report(one, by=district.office, opinion="属实")
    transitions.conclude_finished(one, by=district.office)
    assert (one.state, one.percent) == (State.FINISHED, 100) and one.concluded_at is not None


def test_only_the_lead_unit_does_it(district: SimpleNamespace, task: Make) -> None:
    one = task(district.housing)
    with pytest.raises(Refused, check=lambda error: error.code == "other_unit"):
        transitions.sign_task(one, by=district.water_officer)
    assert [hand.record for hand in in_hand(district.housing_officer)] == [one]
    assert in_hand(district.water_officer) == []
    transitions.add_support(one, by=district.housing_officer, unit=district.water)
    with pytest.raises(Refused):
        transitions.add_support(one, by=district.housing_officer, unit=district.housing)
    assert one.supporting == "water"


def test_a_report_may_come_back(district: SimpleNamespace, task: Make) -> None:
    one = task(district.housing, "reported")
    transitions.return_report(one, by=district.office, reason="缺照片")
    assert (one.state, one.returned, one.reported_at) == (State.EXECUTING, 1, None)


def test_what_was_not_done_is_accounted_for(district: SimpleNamespace, task: Make) -> None:
    one = task(district.housing, "executing")
    with pytest.raises(Invalid):
        transitions.conclude_unfinished(one, by=district.office, reason="")
    transitions.conclude_unfinished(one, by=district.office, reason="到期未完成")
    with pytest.raises(Invalid):
        transitions.account_for(one, by=district.office, consequence=" ")
    transitions.account_for(one, by=district.office, consequence="扣分并约谈")
    assert one.state == State.ACCOUNTED


def test_parts_are_done_before_the_whole(district: SimpleNamespace, task: Make) -> None:
    whole = task()
    transitions.decompose(whole, by=district.office, text="第一批\n\n  第二批 ")
    parts = list(SupervisedTask.objects.filter(parent=whole).order_by("number"))
    assert [(part.title, part.state) for part in parts] == [("第一批", "decomposed"), ("第二批", "decomposed")]
    transitions.assign_task(whole, by=district.office, lead=district.housing)
    transitions.sign_task(whole, by=district.housing_officer)
    transitions.feed_back_first(whole, by=district.housing_officer, plan="分两批")
    with pytest.raises(Refused, check=lambda error: error.code == "parts_open"):
        transitions.report_done(whole, by=district.housing_officer, report="完成")
    SupervisedTask.objects.filter(parent=whole).update(state=State.FINISHED)
    transitions.report_done(whole, by=district.housing_officer, report="完成")


def test_no_task_without_a_date_or_a_measure(district: SimpleNamespace, task: Make) -> None:
    with pytest.raises(Invalid, check=lambda error: error.field == "result"):
        task(result=" ")
    one = task(due_on=None)
    transitions.decompose(one, by=district.office)
    with pytest.raises(Invalid, check=lambda error: error.field == "due_on"):
        transitions.assign_task(one, by=district.office, lead=district.housing)
    with pytest.raises(Invalid, check=lambda error: error.field == "due_on"):
        transitions.assign_task(one, by=district.office, lead=district.housing, due_on=date(2026, 6, 9))
    transitions.assign_task(one, by=district.office, lead=district.housing, due_on=DUE, supports=[district.water])
    assert one.first_due_on == DUE and one.supporting == "water"


def test_the_matrix_proposes_and_the_log_tells_when_another_is_chosen(district: SimpleNamespace, task: Make) -> None:
    def rule(number: str, unit: object, **fields: str) -> None:
        DutyRule.objects.create(number=number, unit=unit, territory=fields.pop("territory", DISTRICT), **fields)

    rule("1", district.water, kind=Hazard.Kind.CONSTRUCTION)
    rule("2", district.housing, kind=Hazard.Kind.CONSTRUCTION, industry="E")
    rule("3", district.bureau, industry="C26")
    assert queries.unit_for("construction", "", DISTRICT) == district.water
    assert queries.unit_for("construction", "E4700", DISTRICT) == district.housing
    assert queries.unit_for("fire", "C2641", DISTRICT) == district.bureau
    assert queries.unit_for("fire", "", STREET + "001") == district.street
    assert queries.unit_for("fire", "", DISTRICT) == district.bureau
    one = task(kind=Hazard.Kind.CONSTRUCTION)
    transitions.decompose(one, by=district.office)
    assert one.lead == district.water
    transitions.assign_task(one, by=district.office, lead=district.housing)
    assert Change.objects.get(verb="supervision.assign_task").details["proposed"] == "water"


def test_an_instruction_is_fed_back_within_a_day(district: SimpleNamespace, task: Make) -> None:
    one = task(district.housing, "signed", source=SupervisedTask.Source.INSTRUCTION)
    running = clocks.running(one)
    assert running is not None and running.due_at - running.started_at == timedelta(hours=24)


def test_a_date_moves_only_by_another_persons_approval(district: SimpleNamespace, task: Make) -> None:
    one = task(district.housing, "executing")
    later = DUE + timedelta(days=10)
    for field, given in (("wanted_on", {"wanted_on": DUE, "why": "x"}), ("why", {"wanted_on": later, "why": " "})):
        with pytest.raises(Invalid, check=lambda error, field=field: error.field == field):
            transitions.request_date(by=district.housing_officer, task=one, **given)  # type: ignore[arg-type]
    with pytest.raises(Refused, check=lambda error: error.code == "other_unit"):
        transitions.request_date(by=district.water_officer, task=one, wanted_on=later, why="雨季停工")
    change = transitions.request_date(by=district.housing_officer, task=one, wanted_on=later, why="雨季停工")
    with pytest.raises(Refused, check=lambda error: error.code == "needs_approval"):
        transitions.move_date(one, by=Unbound(district.office.account), due_on=later)
    with pytest.raises(Forbidden):
        transitions.grant_date(change, by=district.housing_officer, answer="好")
    transitions.grant_date(change, by=district.leader, answer="同意", until=later - timedelta(days=5))
    one.refresh_from_db()
    assert (one.due_on, one.first_due_on) == (later - timedelta(days=5), DUE)
    running = clocks.running(one)
    assert running is not None and running.due_at.date() == one.due_on
    again = transitions.request_date(by=district.housing_officer, task=one, wanted_on=later, why="再延")
    transitions.refuse_date(again, by=district.leader, answer="不再延")
    one.refresh_from_db()
    assert one.due_on == later - timedelta(days=5) and DateChange.objects.count() == 2
    district.time.advance(days=60)
    with pytest.raises(Refused, check=lambda error: error.code == "too_late"):
        transitions.request_date(by=district.housing_officer, task=one, wanted_on=date(2026, 12, 1), why="x")


class Unbound(Person):
    """Somebody who may do everything: what then still refuses is the rule."""

    def reach(self, code: str) -> list[str]:
        return [""]
