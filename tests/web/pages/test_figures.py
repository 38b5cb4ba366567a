"""The pages of figures: asked for an area and days, opened, frozen, and moved since."""

from types import SimpleNamespace

import pytest
from django.conf import settings
from django.test import Client
from regulated import found, street, time

from anshu.domains.hazards.models import Hazard
from anshu.domains.places.models import Area
from anshu.indicators.models import Statement

__all__ = ["found", "street", "time"]
pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def browser(street: SimpleNamespace) -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(street.commission.account)
    Area.objects.create(number="440307001", name="龙城街道", level="street", territory="440307001")
    return client


def text(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_a_figure_opens_onto_its_rows(browser: Client, street: SimpleNamespace, found) -> None:
    hazard = found()
    assert "/figures/part/hazards?area=440307&amp;span=year" in text(browser, "/figures")
    assert "/figures/hazards_found?area=440307&amp;span=year" in text(browser, "/figures/part/hazards")
    assert browser.get("/figures/part/nothing").status_code == 404
    shown = text(browser, "/figures/hazards_found?span=month")
    assert f"/r/hazards/{hazard.pk}" in shown and "龙城街道" in shown
    assert f"/r/hazards/{hazard.pk}" not in text(browser, "/figures/hazards_found?span=last")
    own = "/figures/hazards_found?span=own&from={}&to={}"
    assert f"/r/hazards/{hazard.pk}" in text(browser, own.format("2026-11-24", "2026-11-24"))
    assert f"/r/hazards/{hazard.pk}" not in text(browser, own.format("2026-11-25", ""))
    assert f"/r/hazards/{hazard.pk}" in text(browser, own.format("", "")), "no days: all of them"
    for hostile in ("2026-13-45", "nonsense", "0001-01-01", "9999-12-31", "٣"):
        assert browser.get(own.format(hostile, "")).status_code == 422, hostile
        assert browser.get(own.format("", hostile)).status_code == 422, hostile
    for hostile in ("0", "-1", "²", "x", "9" * 30, "9" * 5000):
        assert browser.get(f"/figures/hazards_found?page={hostile}").status_code in (200, 422), hostile
    assert browser.get("/figures/no_such_figure").status_code == 404


def test_an_area_out_of_reach_is_not_asked(browser: Client, street: SimpleNamespace, found) -> None:
    hazard = found()
    Hazard.objects.filter(pk=hazard.pk).update(territory="440308001")
    for area in ("440308", "44", "", "x"):
        assert str(hazard.pk) not in text(browser, f"/figures/hazards_found?area={area}")


def test_more_rows_than_a_page_holds_come_one_page_after_another(browser: Client, street: SimpleNamespace) -> None:
    Hazard.objects.bulk_create(
        Hazard(
            site=street.site, summary=f"n{n}", kind="fire", source="patrol", found_at="2026-11-24T01:00Z",
            territory="440307001",
        )
        for n in range(51)
    )  # fmt: skip
    first = text(browser, "/figures/hazards_found")
    second = text(browser, "/figures/hazards_found?page=2")
    assert (first.count("<tr data-row"), second.count("<tr data-row")) == (50, 1)
    assert "page=2" in first and "page=3" not in second


def test_frozen_shown_and_restated(browser: Client, street: SimpleNamespace, found) -> None:
    found()
    answer = browser.post("/figures/freeze", {"title": "2026 report", "area": "440307", "span": "year"})
    statement = Statement.objects.get()
    assert answer["Location"] == f"/figures/frozen/{statement.pk}"
    assert f"{answer['Location']}/hazards" in text(browser, answer["Location"])
    assert "Nothing has moved since" in text(browser, f"{answer['Location']}/hazards")
    later = found(summary="later")
    shown = text(browser, f"{answer['Location']}/hazards")
    assert f"/r/hazards/{later.pk}" in shown and "Nothing has moved since" not in shown
    refused = browser.post("/figures/freeze", {"title": "again", "earlier": str(statement.pk)})
    assert refused.status_code == 422 and "say why it is restated" in refused.content.decode()
    browser.post("/figures/freeze", {"title": "again", "earlier": str(statement.pk), "reason": "one was late"})
    assert "one was late" in text(browser, f"/figures/frozen/{statement.pk}")
    assert "Nothing has moved since" in text(
        browser, f"/figures/frozen/{Statement.objects.get(title='again').pk}/hazards"
    )


def test_who_may_look_may_not_freeze(browser: Client, street: SimpleNamespace) -> None:
    browser.force_login(street.street.account)
    assert "#freeze" not in text(browser, "/figures")
    assert browser.post("/figures/freeze", {"title": "x", "area": "440307001"}).status_code == 403
    browser.force_login(street.owner.account)
    assert browser.post("/figures/freeze", {"title": "x"}).status_code == 403, "an enterprise, which reaches no area"
    assert browser.get("/figures").status_code == 403
    assert not Statement.objects.exists()
