"""What forms keep and what they never show: personal data, what was typed, where one is led."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from one_of_each import COMMUNITY, DISTRICT, PHONES, enter, records, still

from anshu.access.models import Account
from anshu.domains.places.models import Site
from anshu.workflow.models import Change

__all__ = ["enter", "records", "still"]
pytestmark = pytest.mark.django_db


def test_unmasking_needs_a_reason_and_keeps_it(enter: Callable[..., Client], records: dict[str, Any]) -> None:
    person = records["people"]
    officer, address = enter("duty_officer"), f"/r/people/{person.pk}/unmask"
    assert officer.post(address, {"field": "phone", "reason": " "}).status_code == 422
    assert not Change.objects.filter(verb="people.unmask").exists()
    shown = officer.post(address, {"field": "phone", "reason": "叫应无人接听"})
    assert shown.content.decode() == PHONES[0] and shown["Cache-Control"] == "no-store"
    row = Change.objects.get(verb="people.unmask")
    assert (row.subject_id, row.actor, row.reason, row.details) == (
        person.pk,
        "duty_officer",
        "叫应无人接听",
        {"field": "phone"},
    )
    assert officer.post(address, {"field": "name", "reason": "想看"}).status_code == 404
    assert enter("duty_officer", "440303002").post(address, {"field": "phone", "reason": "想看"}).status_code == 404
    assert enter("registrar").post(address, {"field": "phone", "reason": "想看"}).status_code == 403
    assert Change.objects.filter(verb="people.unmask").count() == 1


def test_a_caller_is_not_named_in_the_log(enter: Callable[..., Client], records: dict[str, Any]) -> None:
    officer = enter("duty_officer")
    form = {
        "title": "围墙倒塌",
        "level": "2",
        "lon": "114.0",
        "lat": "22.5",
        "caller": "赵钱孙",
        "caller_phone": PHONES[0],
        "place": "某路",
    }
    answer = officer.post("/intake", form)
    assert answer.status_code == 302, answer.content.decode()
    told = "".join(str(row.details) for row in Change.objects.all())
    assert PHONES[0] not in told and "139****5678" in told
    assert PHONES[0] not in officer.get(answer["Location"]).content.decode()


@pytest.mark.parametrize("missing", [{"kind": "no such kind"}, {"territory": ""}])
def test_a_form_that_has_to_be_mended_keeps_what_was_typed(
    missing: dict[str, str], enter: Callable[..., Client], records: dict[str, Any]
) -> None:
    typed = {"name": "新的场所", "kind": "slope", "number": "N-9", "territory": COMMUNITY}
    answer = enter("registrar").post("/r/sites/new", typed | missing)
    assert answer.status_code in (403, 422) and "新的场所" in answer.content.decode()
    assert not Site.objects.filter(number="N-9").exists()


def test_a_telephone_number_that_is_not_shown_is_not_lost(
    enter: Callable[..., Client], records: dict[str, Any]
) -> None:
    keeper, person = enter("registrar"), records["people"]
    form = {"name": "张三丰", "number": "P0", "organisation": "S1", "rank": "3", "territory": COMMUNITY, "phone": ""}
    assert keeper.post(f"/r/people/{person.pk}/edit", form).status_code == 302
    person.refresh_from_db()
    assert (person.name, person.phone) == ("张三丰", PHONES[0])
    assert keeper.post(f"/r/people/{person.pk}/edit", form | {"phone": PHONES[2]}).status_code == 302
    person.refresh_from_db()
    assert person.phone == PHONES[2]


@pytest.mark.parametrize(
    "address", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_nobody_is_led_away_after_logging_in(address: str, db: None) -> None:
    Account.objects.open("someone", name="某人", password="Right-Horse-9")
    answer = Client().post("/login", {"username": "someone", "password": "Right-Horse-9", "next": address})
    assert answer.status_code == 302 and answer["Location"] in ("/today", "/desk")


def test_an_idle_log_in_ends_except_for_whoever_has_the_watch(
    enter: Callable[..., Client], records: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    idle, watching = enter("registrar"), enter("duty_officer")
    officer = records["shifts"].officer
    officer.account = Account.objects.get(username=f"duty_officer{DISTRICT}")
    officer.save()
    for browser in (idle, watching):
        assert browser.get("/today").status_code == 200
    later = datetime.now(UTC) + timedelta(minutes=settings.ANSHU.idle_minutes + 1)
    monkeypatch.setattr("anshu.web.middleware.timezone.now", lambda: later)
    assert idle.get("/today").status_code == 302 and watching.get("/today").status_code == 200
