"""The burden of filling in: what a form tells of its time, whom it is counted for, and what the page opens."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from one_of_each import COMMUNITY, NOW, enter, still

from anshu.access.models import Account
from anshu.access.policy import Person
from anshu.domains.construction.models import MinorWork
from anshu.domains.enterprises.models import Enterprise
from anshu.domains.hazards.models import Hazard
from anshu.domains.places.models import Site
from anshu.domains.supervision.models import FormTime, RoleDay
from anshu.domains.supervision.queries import burden
from anshu.kernel import clock
from anshu.kernel.identifiers import uuid7
from anshu.ledger.models import Attachment, Registered
from anshu.workflow import log

__all__ = ["enter", "still"]
pytestmark = pytest.mark.django_db
SITE = {"number": "CS-1", "name": "厂房", "kind": "enterprise", "territory": COMMUNITY}


def sums() -> dict[tuple[str, str], tuple[int, int]]:
    return {(row.role, row.form): (row.times, row.seconds) for row in FormTime.objects.order_by("role", "form")}


def test_a_form_that_was_taken_tells_its_seconds_by_role_and_never_by_person(enter: Callable[..., Client]) -> None:
    browser = enter("registrar")
    Account.objects.update(name="周登记")
    assert browser.post("/r/sites/new", SITE | {"typed_s": "42"}).status_code == 302
    site = Site.objects.get()
    browser.post(f"/r/sites/{site.pk}/edit", {"name": "新厂房", "typed_s": "8"})
    assert sums() == {("registrar", "sites/new"): (1, 42), ("registrar", "sites/edit"): (1, 8)}
    assert list(RoleDay.objects.values_list("role", "people")) == [("registrar", 1)]
    kept = {str(value) for row in (*FormTime.objects.values(), *RoleDay.objects.values()) for value in row.values()}
    account = Account.objects.get()
    assert not kept & {str(account.pk), account.username, account.name, "新厂房"}
    with clock.frozen(NOW + timedelta(days=1)):
        browser.post(f"/r/sites/{site.pk}/edit", {"name": "厂房", "typed_s": "3"})
    assert list(RoleDay.objects.order_by("day").values_list("people", flat=True)) == [1, 1]


@pytest.mark.parametrize("seconds", ["", "0", "-3", "1.5", "９", "x", "3601", "9" * 400, "9" * 5000])
def test_what_is_no_time_is_not_counted_and_keeps_nobody_from_the_form(
    seconds: str, enter: Callable[..., Client]
) -> None:
    assert enter("registrar").post("/r/sites/new", SITE | {"typed_s": seconds}).status_code == 302
    assert Site.objects.exists() and not FormTime.objects.exists()


def test_a_form_that_was_refused_is_not_counted(enter: Callable[..., Client]) -> None:
    assert enter("registrar").post("/r/sites/new", {"name": "", "typed_s": "9"}).status_code == 422
    assert enter("").post("/tell/similar", {"text": "x", "typed_s": "9"}).status_code < 500
    assert not FormTime.objects.exists()


def test_roles_of_few_people_are_told_together(enter: Callable[..., Client]) -> None:
    today = NOW.date()
    for role, people in (("registrar", 12), ("cashier", 1), ("expert", 2)):
        RoleDay.objects.create(day=today, role=role, people=people)
        FormTime.objects.create(day=today, role=role, form="sites/new", times=people, seconds=60 * people)
    FormTime.objects.create(day=today - timedelta(days=40), role="registrar", form="sites/new", times=1, seconds=9000)
    told = {time.role: (time.days, time.seconds, time.each) for time in burden.typing(today)}
    assert told == {"registrar": (12, 720, 60), "": (3, 180, 60)}
    page = enter("bureau_head").get("/burden/typing").content.decode()
    assert "台账管理员" not in page.split("<details")[0] and page.count("<details") == 2 and "出纳" not in page


def by_hand(record: Registered) -> None:
    """The log says that a person entered it."""
    account, _new = Account.objects.get_or_create(username="hand", name="hand")
    with transaction.atomic():
        log.write(f"{record._meta.app_label}.add", record, Person(account))


def test_the_same_words_in_two_forms_are_found_and_opened(enter: Callable[..., Client]) -> None:
    here: dict[str, Any] = {"territory": COMMUNITY}
    site = Site.objects.create(**SITE)
    firm = Enterprise.objects.create(number="E", name="宏达", credit_code="X", site=site, address="龙城路一号", **here)
    other = Enterprise.objects.create(number="F", name="别家", credit_code="Y", address="龙城路一号", **here)
    days = {"starts_on": NOW.date(), "ends_on": NOW.date()}
    for number, whose, address in (("W1", firm, "龙城路一号"), ("W2", firm, "别处的一号"), ("W3", other, "龙城路")):
        by_hand(MinorWork.objects.create(number=number, name=number, enterprise=whose, address=address, **days, **here))
    MinorWork.objects.create(number="W4", name="来自文件", enterprise=firm, address="龙城路一号", **days, **here)
    by_hand(firm)
    by_hand(other)
    keys = {pair.key for pair in burden.pairs()}
    assert "hazards.measures.enterprise~listings.measures.enterprise" in keys
    key = next(
        key
        for key in keys
        if {part.rpartition(".")[0] for part in key.split("~")} == {"enterprises.address", "works.address"}
    )
    browser = enter("bureau_head")
    page = browser.get("/burden/twice").content.decode()
    assert f"pair={key}" in page and page.count("pair=") == 2, "one pair, once for the page and once for its part"
    rows = browser.get("/burden/twice", {"pair": key}).content.decode()
    assert "龙城路一号" in rows and "W1" in rows and not {"W2", "W3", "W4"} & set(re.findall(r"W\d", rows))
    assert browser.get("/burden/twice", {"pair": "x"}).status_code == 404
    assert "pair=" not in enter("bureau_head", "440307").get("/burden/twice").content.decode()


def test_pictures_that_nobody_opened_are_counted_and_lead_to_their_records(enter: Callable[..., Client]) -> None:
    site = Site.objects.create(**SITE)
    hazard = Hazard.objects.create(
        number="YH-1", site=site, summary="堵", kind="fire", source="patrol", found_at=NOW, territory=COMMUNITY
    )
    for days, opened in ((8, None), (8, NOW), (9, None), (1, None), (60, None)):
        Attachment.objects.create(
            id=uuid7(), subject="hazards.hazard", subject_id=hazard.pk, purpose="after", digest="0" * 64, size=1,
            territory=COMMUNITY, uploaded_at=NOW - timedelta(days=days), opened_at=opened,
        )  # fmt: skip
    page = enter("district_leader").get("/burden/pictures").content.decode()
    assert '<span class="value">2<small>67 %' in page and page.count("YH-1") == 2
    elsewhere = enter("district_leader", "440307").get("/burden/pictures").content.decode()
    assert '<span class="value">0<' in elsewhere and "YH-1" not in elsewhere
