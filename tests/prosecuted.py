"""The street with its workshop, two licensed officers with accounts, a reviewer and a head."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

import pytest
from regulated import DISTRICT, actor

from anshu.domains.enforcement.models import Case
from anshu.domains.enforcement.transitions import (
    add_evidence,
    conclude,
    open_case,
    pass_review,
    report_case,
    serve_notice,
)
from anshu.domains.inspections.models import OfficerLicence
from anshu.domains.people.models import Organisation, Person

FACTS = "2026年11月20日检查发现厂房疏散通道堆放货物，责令后仍未清理"


@pytest.fixture
def bureau(street: SimpleNamespace) -> SimpleNamespace:
    office = Organisation.objects.create(number="YJ", name="区应急管理局", kind="bureau", territory=DISTRICT)

    def officer(number: str, who: object, until: date = date(2028, 1, 1)) -> Person:
        person = Person.objects.create(
            number=number, name=number, organisation=office, territory=DISTRICT, account=getattr(who, "account", None)
        )
        OfficerLicence.objects.create(
            number=f"粤{number}", person=person, valid_from=date(2025, 1, 1), valid_until=until, territory=DISTRICT
        )
        return person

    street.officer_two = actor("officer two", "enforcement_officer", DISTRICT)
    street.one, street.two = officer("P1", street.officer), officer("P2", street.officer_two)
    street.expired = officer("P3", None, date(2026, 11, 1))
    street.host = officer("P4", None)
    street.reviewer = actor("reviewer", "legal_reviewer", DISTRICT)
    street.head = actor("head", "bureau_head", DISTRICT)
    return street


@pytest.fixture
def reported(bureau: SimpleNamespace) -> Callable[..., Case]:
    def make(**details: object) -> Case:
        wanted = {
            "matter": "exits_blocked",
            "facts": FACTS,
            "occurred_on": date(2026, 11, 20),
            "lead": bureau.one,
            "second": bureau.two,
            "enterprise": bureau.firm,
        }
        return report_case(by=bureau.officer, **(wanted | details))

    return make


@pytest.fixture
def opened(bureau: SimpleNamespace, reported: Callable[..., Case]) -> Callable[..., Case]:
    def make(**details: object) -> Case:
        case = reported(**details)
        open_case(case, by=bureau.head)
        add_evidence(case, by=bureau.officer, text="现场检查记录1份")
        return case

    return make


@pytest.fixture
def noticed(bureau: SimpleNamespace, opened: Callable[..., Case]) -> Callable[..., Case]:
    def make(fine: float = 20000.0, **proposed: object) -> Case:
        case = opened()
        conclude(case, by=bureau.officer, facts=FACTS, fine_yuan=fine, **proposed)
        pass_review(case, by=bureau.reviewer)
        serve_notice(case, by=bureau.officer, receiver="王厂长")
        return case

    return make
