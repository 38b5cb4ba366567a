"""The hand-made pages of inspections: answers, items, workbooks in and out, draws, the planner."""

import io
import json
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.test import Client

from anshu.domains.enterprises.models import Enterprise
from anshu.domains.inspections.models import Checklist, Draw, Visit
from anshu.domains.inspections.queries import weeks
from anshu.domains.inspections.queries.draws import unsealed
from anshu.domains.inspections.transitions import (
    answer,
    approve_plan,
    draft_plan,
    draw_lots,
    reveal,
    run_plan,
    start_here,
)
from anshu.domains.places.models import Area, Site
from anshu.kernel import clock
from anshu.web.pages import planner
from tests.domains.inspections.conftest import COMMUNITY, LAT, LON, STREET, licence, person_with_account, street, time

__all__ = ["street", "time"]


def browser(who: SimpleNamespace) -> Client:
    client = Client()
    client.force_login(who.account, "django.contrib.auth.backends.ModelBackend")
    who.account.language = "en"
    who.account.save()
    return client


@pytest.fixture
def plan(street: SimpleNamespace) -> Any:
    """A running plan over twelve red firms a few hundred metres apart, and four licensed officers."""
    for serial in range(12):
        site = Site.objects.create(
            number=f"S-{serial:02d}", name=f"site {serial}", kind="enterprise", territory=COMMUNITY,
            lon=LON + serial / 300, lat=LAT,
        )  # fmt: skip
        Enterprise.objects.create(
            number=f"F-{serial:02d}", name=f"firm {serial}", site=site, territory=COMMUNITY,
            risk_color="1" if serial < 9 else "",
        )  # fmt: skip
    for name in ("three", "four"):
        licence(person_with_account(name, "enforcement_officer", STREET, street.office).person)
    area = Area.objects.create(number=STREET, name="街道", level=Area.Level.STREET, territory=STREET)
    day = clock.now().date()
    made = draft_plan(
        by=street.section.actor, name="plan", area=area, starts_on=day, ends_on=day + timedelta(days=364),
        checklist=street.list,
    )  # fmt: skip
    approve_plan(made, by=street.commission.actor, document="1")
    return run_plan(made, by=street.section.actor)


def test_the_answers_of_a_visit_stand_in_the_order_of_its_list(street: SimpleNamespace) -> None:
    visit = start_here(by=street.grid.actor, site=street.site, checklist=street.list)
    answer(
        visit, by=street.grid.actor, answers={"exit_clear": {"value": "fail", "note": "堆放"}, "old": {"value": "x"}}
    )
    page = browser(street.chief).get(f"/inspections/visits/{visit.pk}/answers").content.decode()
    assert page.index("疏散通道") < page.index("层数")
    assert 'data-level="red"' in page
    assert "asked by another version" in page
    assert browser(street.stranger).get(f"/inspections/visits/{visit.pk}/answers").status_code == 404


def test_a_list_goes_out_as_a_workbook_and_comes_back_as_a_draft(street: SimpleNamespace) -> None:
    section = browser(street.section)
    assert "消防法 第六十条" in section.get(f"/inspections/checklists/{street.list.pk}/items").content.decode()
    book = section.get(f"/inspections/checklists/{street.list.pk}.xlsx").content
    answered = section.post("/inspections/checklists/import", {"file": io.BytesIO(book)})
    made = Checklist.objects.get(number="three-small-v2")
    assert (answered["Location"], made.state) == (f"/r/checklists/{made.pk}", "draft")
    assert made.content == street.list.content


def test_a_workbook_with_faults_is_told_by_row_and_not_taken(street: SimpleNamespace) -> None:
    sheet = openpyxl.Workbook()
    assert sheet.active is not None
    sheet.active.title = "survey"
    for row in (["type", "name", "label"], ["text", "Bad", "x"], ["colour", "b", "y"]):
        sheet.active.append(row)
    held = io.BytesIO()
    sheet.save(held)
    held.seek(0)
    section = browser(street.section)
    page = section.post("/inspections/checklists/import", {"file": held})
    assert page.status_code == 422
    assert "survey 2" in page.content.decode() and "survey 3" in page.content.decode()
    assert Checklist.objects.count() == 1
    assert section.post("/inspections/checklists/import", {}).status_code == 422
    assert browser(street.grid).get("/inspections/checklists/import").status_code == 403


def test_a_draw_is_shown_when_it_is_opened_and_not_before(street: SimpleNamespace, plan: Any) -> None:
    draw = draw_lots(by=street.section.actor, plan=plan, wanted=2)
    section = browser(street.section)
    assert "firm" not in section.get(f"/inspections/draws/{draw.pk}/result").content.decode()
    assert section.get(f"/inspections/draws/{draw.pk}").status_code == 404
    assert section.get(f"/inspections/draws/{draw.pk}.json").status_code == 404
    told = json.dumps(section.get(f"/api/draws/{draw.pk}").json())
    assert unsealed(draw.sealed)["seed"] not in told
    reveal(draw, by=street.section.actor)
    assert "firm" in section.get(f"/inspections/draws/{draw.pk}/result").content.decode()
    assert Draw.objects.get().record["seed"] in section.get(f"/inspections/draws/{draw.pk}").content.decode()
    assert section.get(f"/inspections/draws/{draw.pk}.json").json() == draw.record


def test_a_week_is_planned_shown_and_adopted(street: SimpleNamespace, plan: Any) -> None:
    planner.planned.cache_clear()
    section = browser(street.section)
    page = section.get("/inspections/planner", {"crews": "2"}).content.decode()
    assert "/inspections/planner/week?crews=2" in page
    week = section.get("/inspections/planner/week", {"crews": "2"}).content.decode()
    assert week.count("/r/enterprises/") == 9
    rows = section.get("/inspections/planner/lines.json", {"crews": "2"}).json()
    assert len(rows) == 2
    lines = section.get(rows[0]["url"]).json()
    assert {feature["geometry"]["type"] for feature in lines["features"]} <= {"LineString"}
    section.post("/inspections/planner/adopt", {"crews": "2"})
    assert Visit.objects.filter(plan=plan, state="planned").count() == 9
    assert "/r/enterprises/" in section.get("/inspections/planner/week", {"crews": "2"}).content.decode()  # owed more
    assert browser(street.grid).get("/inspections/planner").status_code == 403


def test_when_a_crew_drops_out_the_others_keep_their_visits(street: SimpleNamespace, plan: Any) -> None:
    week = weeks.week_of(plan, weeks.monday(), 2, planner.travel)
    whole = weeks.make(week)
    fewer = weeks.make(week, frozenset({1}))
    assert fewer.moved is not None
    assert {stop.crew for stop in fewer.plan.stops} <= {0}
    before = {stop.site for stop in whole.plan.stops if stop.crew == 0}
    assert before <= {stop.site for stop in fewer.plan.stops}
    assert weeks.make(week).plan == whole.plan


def test_nobody_goes_on_leave_or_on_a_day_off(street: SimpleNamespace, plan: Any) -> None:
    first = weeks.monday()
    street.one.person.leave_from, street.one.person.leave_until = first, first + timedelta(days=2)
    street.one.person.save()
    week = weeks.week_of(plan, first, 2, planner.travel)
    with_one = next(number for number, pair in enumerate(week.crews) if street.one.person in pair)
    days = {stop.day for stop in weeks.make(week).plan.stops if stop.crew == with_one}
    assert not days & {0, 1, 2, 5, 6}


@pytest.mark.parametrize("query", [{"crews": "0"}, {"crews": "x"}, {"crews": "99"}, {"out": "x"}])
def test_what_cannot_be_planned_is_refused(street: SimpleNamespace, plan: Any, query: dict[str, str]) -> None:
    assert browser(street.section).get("/inspections/planner/week", query).status_code == 422


def test_the_worker_names_what_it_keeps_and_needs_no_log_in(street: SimpleNamespace) -> None:
    answer = Client().get("/field/worker.js")
    assert answer.status_code == 200
    assert "self.anshuAssets" in answer.content.decode()
    assert Client().get("/field/manifest.webmanifest").json()["start_url"] == "/field/"
    assert Client().get("/field/").status_code == 302
    assert browser(street.grid).get("/field/").status_code == 200
    assert browser(street.commission).get("/field/").status_code == 403


def test_on_a_telephone_the_day_begins_in_the_field(street: SimpleNamespace) -> None:
    grid = browser(street.grid)
    assert grid.get("/", headers={"Sec-CH-UA-Mobile": "?1"})["Location"] == "/field/"
    assert grid.get("/")["Location"] == "/today"
