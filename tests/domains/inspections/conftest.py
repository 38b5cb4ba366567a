"""A street with a workshop, two licensed officers, a grid officer and a published list."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings

from anshu.access.models import Account, Grant
from anshu.access.policy import Person as Actor
from anshu.domains.enterprises.models import Enterprise
from anshu.domains.inspections.models import OfficerLicence
from anshu.domains.inspections.transitions import draft_checklist, publish
from anshu.domains.people.models import Organisation, Person
from anshu.domains.places.models import Site
from anshu.kernel import clock

DISTRICT, STREET, OTHER_STREET, COMMUNITY = "440303", "440303001", "440303002", "440303001001"
LON, LAT = 114.12, 22.55
MORNING = datetime(2026, 6, 11, 1, 0, tzinfo=UTC)  # 09:00 in Shenzhen

CONTENT: dict[str, Any] = {
    "groups": [{"key": "rooms", "text": "房间", "repeats": True}],
    "items": [
        {
            "key": "exit_clear",
            "text": "疏散通道、安全出口是否畅通",
            "defect": "疏散通道被占用",
            "clause": "消防法 第二十八条",
            "penalty": "消防法 第六十条",
            "kind": "fire",
            "points": 3,
        },
        {
            "key": "storeys",
            "text": "层数",
            "answer": "number",
            "needed": False,
        },
        {
            "key": "window",
            "text": "二层以上是否有逃生窗",
            "clause": "消防法 第二十八条",
            "kind": "fire",
            "relevant": "${exit_clear} = 'fail' or ${storeys} >= 2",
        },
        {
            "key": "lives_in",
            "text": "是否住人",
            "answer": "choice",
            "choices": [{"key": "no", "text": "否"}, {"key": "yes", "text": "是", "fails": True}],
            "clause": "消防法 第十九条",
            "kind": "fire",
            "group": "rooms",
        },
    ],
}


def person_with_account(number: str, role: str, territory: str, unit: Organisation) -> SimpleNamespace:
    account = Account.objects.create(username=number, name=number, post=role)
    Grant.objects.create(account=account, role=role, territory=territory)
    person = Person.objects.create(number=number, name=number, organisation=unit, territory=territory, account=account)
    return SimpleNamespace(actor=Actor(account), person=person, account=account)


def licence(person: Person, **fields: Any) -> OfficerLicence:
    usual = {"valid_from": date(2025, 1, 1), "valid_until": date(2027, 12, 31), "territory": person.territory}
    return OfficerLicence.objects.create(number=f"ZF-{person.number}", person=person, **(usual | fields))


@pytest.fixture
def time() -> Iterator[clock.FrozenTime]:
    with clock.frozen(MORNING) as standing:
        yield standing


@pytest.fixture
def street(db: None, time: clock.FrozenTime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    monkeypatch.setattr(settings, "ANSHU", settings.ANSHU.model_copy(update={"state_dir": tmp_path}))
    place = SimpleNamespace()
    office = Organisation.objects.create(
        number="office", name="office", kind=Organisation.Kind.STREET, territory=STREET
    )
    place.office = office
    place.site = Site.objects.create(
        number="S1", name="恒远五金厂", kind=Site.Kind.ENTERPRISE, territory=COMMUNITY, lon=LON, lat=LAT
    )
    place.firm = Enterprise.objects.create(number="E1", name="恒远五金厂", site=place.site, territory=COMMUNITY)
    place.one = person_with_account("one", "enforcement_officer", STREET, office)
    place.two = person_with_account("two", "enforcement_officer", STREET, office)
    place.grid = person_with_account("grid", "grid_officer", COMMUNITY, office)
    place.chief = person_with_account("chief", "street_officer", STREET, office)
    place.section = person_with_account("section", "section_officer", DISTRICT, office)
    place.commission = person_with_account("commission", "safety_commission", DISTRICT, office)
    place.stranger = person_with_account("stranger", "grid_officer", OTHER_STREET, office)
    for who in (place.one, place.two):
        licence(who.person)
    place.list = published(place.section.actor)
    return place


def published(by: Actor, content: dict[str, Any] | None = None, **fields: Any) -> Any:
    made = draft_checklist(
        by=by,
        code=fields.pop("code", "three-small"),
        title="三小场所消防安全检查",
        content=content or CONTENT,
        **fields,
    )
    return publish(made, by=by)
