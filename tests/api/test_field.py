"""The doors of the field app, as a telephone uses them."""

import hashlib
import io
import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image

from anshu.access.models import Token
from anshu.api.field import FORMS
from anshu.domains.inspections.models import Visit
from anshu.domains.inspections.transitions import plan_visit
from anshu.domains.supervision.models import FormTime, RoleDay
from anshu.kernel import clock
from anshu.kernel.identifiers import uuid7
from anshu.ledger.attachments import pictures_of
from anshu.workflow.transitions import arrow_called
from tests.domains.inspections.conftest import LAT, LON, street, time

__all__ = ["street", "time"]


@pytest.fixture
def phone(street: Any) -> Client:
    token = Token.issue(street.grid.account, ["*"])
    return Client(headers={"Authorization": f"Bearer {token}"})


def batch(*operations: dict[str, Any], now: datetime | None = None) -> dict[str, Any]:
    return {"device": "d1", "clock_now": (now or clock.now()).isoformat(), "operations": list(operations)}


def begin(street: Any, visit: uuid.UUID) -> dict[str, Any]:
    payload = {"site": str(street.site.pk), "checklist": street.list.number, "kind": "patrol", "lon": LON, "lat": LAT}
    made = {"id": str(uuid7()), "kind": "start_here", "subject": str(visit), "at": clock.now().isoformat()}
    return made | {"payload": payload}


def send(phone: Client, body: dict[str, Any]) -> Any:
    return phone.post("/api/field/sync", json.dumps(body), content_type="application/json")


def test_what_is_taken_along(street: Any, phone: Client) -> None:
    plan_visit(
        by=street.chief.actor, site=street.site, checklist=street.list, kind="patrol", planned_on=clock.now().date(),
        lead=street.grid.person,
    )  # fmt: skip
    answer = phone.get("/api/field/package", {"lon": LON, "lat": LAT})
    body = answer.json()
    assert body["me"]["name"] == "grid"
    assert [visit["site"]["name"] for visit in body["visits"]] == ["恒远五金厂"]
    (checklist,) = body["checklists"]
    window = next(item for item in checklist["items"] if item["key"] == "window")
    assert window["condition"] == ["or", ["=", ["item", "exit_clear"], "fail"], [">=", ["item", "storeys"], 2]]
    assert body["sites"][0][2] == "恒远五金厂"
    assert body["officers"] == []
    again = phone.get("/api/field/package", {"lon": LON, "lat": LAT}, headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


def test_a_batch_is_answered_one_by_one(street: Any, phone: Client) -> None:
    visit = uuid7()
    first = begin(street, visit)
    bad = {**first, "id": str(uuid7()), "kind": "dance"}
    told = send(phone, batch(first, bad, now=clock.now() + timedelta(days=1))).json()
    assert (told["clock_off_s"], [row["outcome"] for row in told["answers"]]) == (86_400, ["kept", "refused"])
    assert send(phone, batch(first)).json()["answers"][0]["outcome"] == "duplicate"
    assert Visit.objects.get(pk=visit).flags == ["device_clock_off"]


def test_a_picture_comes_with_what_is_said_of_it(street: Any, phone: Client) -> None:
    visit, made = uuid7(), io.BytesIO()
    Image.fromarray(np.random.default_rng(5).integers(0, 255, (64, 64, 3), dtype=np.uint8)).save(made, "PNG")
    content = made.getvalue()
    operation = {
        "id": str(uuid7()),
        "subject": str(visit),
        "at": clock.now().isoformat(),
        "payload": {"sha256": hashlib.sha256(content).hexdigest(), "name": "门口.png", "lon": LON, "lat": LAT},
    }

    def upload(**more: Any) -> Any:
        form = {"operation": json.dumps(operation), "device": "d1", "clock_now": clock.now().isoformat()}
        return phone.post("/api/field/pictures", form | {"picture": io.BytesIO(content)} | more)

    assert upload().json()["answers"][0]["waits"]
    send(phone, batch(begin(street, visit)))
    assert pictures_of(Visit.objects.get(pk=visit)).get().name == "门口.png"
    assert upload().json()["answers"][0]["outcome"] == "duplicate"
    assert upload(clock_now="soon").status_code == 422
    assert upload(operation="{}").status_code == 422
    operation["id"] = str(uuid7())
    assert upload(picture=io.BytesIO(content + b"x")).json()["code"] == "altered"


def test_who_does_not_go_into_the_field_has_no_package(street: Any) -> None:
    commission = Client(headers={"Authorization": f"Bearer {Token.issue(street.commission.account, ['*'])}"})
    assert commission.get("/api/field/package").status_code == 403
    assert Client().get("/api/field/package").status_code == 401


def test_times_without_zone_are_refused(street: Any, phone: Client) -> None:
    wrong = batch(begin(street, uuid7()))
    wrong["clock_now"] = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None).isoformat()
    assert send(phone, wrong).status_code == 422


def test_the_seconds_with_a_form_are_summed_by_role_once_and_never_those_of_a_program(
    street: Any, phone: Client
) -> None:
    visit, browser = uuid7(), Client()
    browser.force_login(street.grid.account, backend="django.contrib.auth.backends.ModelBackend")
    yesterday = clock.now() - timedelta(days=1)
    first = begin(street, visit) | {"typed_s": 40, "at": yesterday.isoformat()}
    answer = {"id": str(uuid7()), "kind": "dance", "subject": str(visit), "at": clock.now().isoformat(), "typed_s": 9}
    late = begin(street, uuid7()) | {"id": str(uuid7()), "typed_s": 5}
    left_lying = begin(street, uuid7()) | {"id": str(uuid7()), "typed_s": 3601}
    send(phone, batch(begin(street, uuid7()) | {"typed_s": 7}))
    assert not FormTime.objects.exists()
    for _again in range(2):
        assert send(browser, batch(first, answer, late, left_lying)).status_code == 200
    today = timezone.localdate(clock.now())
    sums = FormTime.objects.order_by("day").values_list("day", "form", "times", "seconds")
    form = "inspections.start_here"
    assert list(sums) == [(today - timedelta(days=1), form, 1, 40), (today, form, 1, 5)]
    assert list(RoleDay.objects.order_by("day").values_list("people", flat=True)) == [1, 1]
    assert all(arrow_called(each) for each in FORMS.values())
