"""The weekly sheet, the campaign's tree, and the figures, counted by hand beside them."""

from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from anshu.domains.hazards.models import Hazard
from anshu.domains.people.models import Organisation
from anshu.domains.places.models import Site
from anshu.domains.supervision import queries, transitions
from anshu.domains.supervision.models import Campaign, LetterKind, Meeting, Round, SupervisedTask
from anshu.indicators.book import FIGURES, supervision
from anshu.indicators.figures import Scope

from .conftest import DISTRICT, NOW, STREET

Make = Callable[..., SupervisedTask]
TODAY = date(2026, 6, 10)
DAYS = {"first": (NOW - timedelta(days=1)).date(), "last": (NOW + timedelta(days=40)).date()}


def test_the_sheet_names_each_unit_with_what_is_red(district: SimpleNamespace, task: Make) -> None:
    late = task(district.housing, "executing", due_on=date(2026, 6, 11))
    soon = task(district.water, "executing", due_on=date(2026, 6, 18))
    task(district.water, "executing", due_on=date(2026, 8, 1))
    task(district.housing, "reported", due_on=date(2026, 6, 11))
    site = Site.objects.create(number="X", name="x", kind="other", territory=STREET + "001")
    for grade in ("major", "general"):
        Hazard.objects.create(
            site=site, summary="x", kind="fire", source="patrol", found_at=NOW, grade=grade, state="rectifying",
            due_on=TODAY, territory=STREET + "001",
        )  # fmt: skip
    district.time.advance(days=2)
    found = {each.unit.number: each for each in queries.red_items(district.office, TODAY + timedelta(days=2))}
    assert set(found) == {"housing", "water", "street"}
    assert found["housing"].overdue == [late] and found["housing"].red == 1
    assert found["water"].soon == [soon] and found["water"].red == 0
    assert (found["street"].hazards, found["street"].major_hazards, found["street"].red) == (2, 1, 1)


def test_the_sheet_asks_the_database_as_often_for_many_units_as_for_few(district: SimpleNamespace, task: Make) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            queries.red_items(district.office, TODAY + timedelta(days=30))
        return len(seen)

    task(district.housing, "executing", due_on=date(2026, 6, 11))
    few = asked()
    for number in range(8):
        unit = Organisation.objects.create(number=f"u{number}", name="u", kind="sector_dept", territory=DISTRICT)
        made = task(due_on=date(2026, 6, 11))
        SupervisedTask.objects.filter(pk=made.pk).update(lead=unit, state="executing")
    assert asked() == few


def node(number: str, kind: str, parent: Campaign | None = None, **fields: object) -> Campaign:
    return Campaign.objects.create(number=number, name=number, kind=kind, parent=parent, territory=DISTRICT, **fields)


def test_a_tree_counts_itself(district: SimpleNamespace, task: Make) -> None:
    root = node("ZB", "campaign", small_cut=True)
    action, other = node("ZB-1", "action", root), node("ZB-2", "action", root, sector="消防")
    measure = node("ZB-1-1", "measure", action)
    node("ZB-F", "sub_plan", root, sector="燃气")
    task(district.housing, "executing", campaign=measure, due_on=date(2026, 6, 12))
    done = task(district.housing, "reported", campaign=action)
    transitions.review_report(done, by=district.office, opinion="好")
    transitions.conclude_finished(done, by=district.office)
    task(campaign=root)
    assert measure.root == root and queries.counts_of(root, district.office) == {
        "action": 2, "measure": 1, "sub_plan": 1, "task": 3,
    }  # fmt: skip
    with CaptureQueriesContext(connection) as seen:
        top = queries.tree(root, district.office, date(2026, 6, 20))
    assert len(seen) <= 3
    assert (top.count, top.finished, top.overdue, top.percent) == (3, 1, 1, 33)
    first = top.below[0]
    assert (first.node, first.count, first.finished) == (action, 2, 1)
    assert top.below[1].node == other and top.below[1].percent is None
    assert supervision.campaign_key_sectors(Scope(district.office)) == 2
    assert supervision.small_cut_campaigns(Scope(district.office, first=TODAY, last=TODAY)) == 1


def test_a_tree_is_a_tree(district: SimpleNamespace) -> None:
    root = node("ZB", "campaign")
    action = node("ZB-1", "action", root)
    root.parent = action
    for wrong in (root, Campaign(name="x", kind="action"), Campaign(name="x", kind="campaign", parent=root)):
        with pytest.raises(ValidationError):
            wrong.clean()
    root.parent, root.kind = action, "action"
    with pytest.raises(ValidationError):
        root.clean()


def test_letters_are_counted_by_rung_when_served(district: SimpleNamespace, task: Make) -> None:
    kinds = (LetterKind.REMINDER, LetterKind.SUPERVISION, LetterKind.CAUTION, LetterKind.BULLETIN, LetterKind.TALK)
    one = task(district.housing)
    for kind in kinds:
        letter = transitions.draft_letter(
            by=district.office, unit=district.housing, about="x", demand="y", task=one, kind=kind
        )
        transitions.sign_letter(letter, by=district.office)
        if kind != LetterKind.CAUTION:
            transitions.serve_letter(letter, by=district.office, received_by="z")
    assert FIGURES["supervision_letters_issued"](Scope(district.office, **DAYS)) == 2
    assert FIGURES["supervision_bulletins_issued"](Scope(district.office, **DAYS)) == 1
    assert FIGURES["warning_interviews_held"](Scope(district.office, **DAYS)) == 1
    assert FIGURES["supervision_letters_issued"](Scope(district.office, first=DAYS["last"])) == 0


def test_tasks_in_time_returned_and_late(district: SimpleNamespace, task: Make) -> None:
    assert supervision.tasks_on_time_rate(Scope(district.office, **DAYS)) is None
    for days, returned in ((0, False), (0, True), (14, False), (24, False)):
        one = task(district.housing, "executing", due_on=date(2026, 6, 12) + timedelta(days=days))
        if days:
            district.time.advance(days=days + 4)
        transitions.report_done(one, by=district.housing_officer, report="好")
        if returned:
            transitions.return_report(one, by=district.office, reason="缺")
            transitions.report_done(one, by=district.housing_officer, report="好")
        transitions.review_report(one, by=district.office, opinion="好")
        transitions.conclude_finished(one, by=district.office)
        district.time.at = NOW
    assert supervision.tasks_on_time_rate(Scope(district.office, **DAYS)) == 50.0
    assert supervision.tasks_returned_rate(Scope(district.office, **DAYS)) == 25.0
    assert supervision.tasks_overdue_days(Scope(district.office, **DAYS)) == 2.0


def test_rounds_are_summed(district: SimpleNamespace) -> None:
    def made(kind: str, day: int, teams: int, **fields: int) -> None:
        known = {"starts_on": date(2026, 6, day), "ends_on": date(2026, 6, day + 2), "territory": DISTRICT}
        Round.objects.create(number=f"D{kind}{day}", name="x", kind=kind, teams=teams, **(known | fields))

    made("special", 1, 5, checks=40, problems=10, problems_ordered=9)
    made("covert", 5, 3, checks=10, problems=0)
    made("covert", 6, 2, checks=1, problems=0)
    span = (date(2026, 6, 1), date(2026, 6, 30))
    assert FIGURES["supervision_rounds"](Scope(district.office, "", *span)) == 3
    assert FIGURES["supervision_teams_dispatched"](Scope(district.office, "", *span)) == 10
    assert FIGURES["supervision_inspections"](Scope(district.office, "", *span)) == 51
    assert FIGURES["supervision_hazards_found"](Scope(district.office, "", *span)) == 10
    assert supervision.supervision_hazard_order_rate(Scope(district.office, "", *span)) == 90.0
    assert (
        supervision.covert_inspection_teams_per_day(Scope(district.office, "", date(2026, 6, 5), date(2026, 6, 8))) == 2
    )
    assert (
        supervision.covert_inspection_teams_per_day(Scope(district.office, "", date(2026, 6, 4), date(2026, 6, 8))) == 0
    )


def test_meetings_by_the_week_the_month_and_the_quarter(district: SimpleNamespace) -> None:
    def held(kind: str, *days: date) -> None:
        for day in days:
            Meeting.objects.create(number=f"{kind}{day}", kind=kind, held_on=day, topic="x", territory=DISTRICT)

    held("dispatch", *(date(2026, 6, 3) + timedelta(weeks=n) for n in range(4)))
    held("analysis", date(2026, 1, 9), date(2026, 2, 9), date(2026, 3, 9))
    held("prevention", date(2026, 2, 1), date(2026, 5, 1), date(2026, 5, 2))
    held("leadership", date(2026, 5, 3))
    office = district.office
    assert FIGURES["dispatch_meetings_per_week"](Scope(office, "", date(2026, 6, 1), date(2026, 6, 28))) == 1
    assert FIGURES["dispatch_meetings_per_week"](Scope(office, "", date(2026, 6, 1), date(2026, 7, 5))) == 0
    assert FIGURES["dispatch_meetings_per_week"](Scope(office, "", date(2026, 6, 2), date(2026, 6, 6))) == 0
    assert FIGURES["situation_analyses_per_month"](Scope(office, "", date(2026, 1, 1), date(2026, 3, 31))) == 1
    assert FIGURES["situation_analyses_per_month"](Scope(office, "", date(2026, 1, 1), date(2026, 4, 1))) == 0
    assert FIGURES["major_accident_meetings_per_quarter"](Scope(office, "", date(2026, 1, 1), date(2026, 6, 30))) == 1
    assert FIGURES["summaries_per_quarter"](Scope(office, "", date(2026, 1, 1), date(2026, 6, 30))) == 0
    assert FIGURES["leadership_safety_meetings"](Scope(office, "", date(2026, 1, 1), date(2026, 6, 30))) == 1
