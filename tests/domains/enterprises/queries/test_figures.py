"""Figures counted from rows: each formula once by hand, the eyes of whoever asks, and no exercise ever."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from anshu.domains.enterprises.models import (
    Asset,
    Certificate,
    Enterprise,
    Improvement,
    ListEntry,
    Policy,
    RiskArea,
    RiskDeclaration,
    RiskPoint,
    Service,
    Standardisation,
)
from anshu.domains.people.models import Organisation, Person
from anshu.indicators.book import enterprises, insurance, risks
from anshu.indicators.figures import FIGURES, Scope
from anshu.kernel import clock
from anshu.web.pages.portrait import by_color

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
YEAR = {"first": date(2026, 1, 1), "last": date(2026, 12, 31)}


@pytest.fixture
def scope(street):
    return Scope(street.section, "440307", **YEAR)


@pytest.fixture
def firms(street):
    """The workshop, a high-hazard firm, a closed one, one of another district, and one of an exercise."""
    made = [street.firm]
    for number, more in (
        ("H", {"high_hazard": True, "key": True, "industry": "C2641"}),
        ("Z", {"standing": "closed", "key": True}),
        ("F", {"territory": "440308001", "key": True}),
        ("X", {"exercise": True, "key": True}),
    ):
        made.append(Enterprise.objects.create(**({"number": number, "name": number, "territory": "440307001"} | more)))
    return made


def test_enterprises(scope, firms, street):
    assert enterprises.key_enterprises_registered(scope) == 1
    assert risks.risk_assessment_entities(scope) == 2
    assert risks.risk_assessment_entities(Scope(street.rival)) == 0
    Enterprise.objects.filter(number="H").update(risk_color="1")
    assert by_color(scope) == {"": 1, "1": 1}


def test_the_review_rate_is_reviewed_by_handed_in(scope, firms):
    for firm, handed_in, reviewed in ((firms[0], True, True), (firms[1], True, False), (firms[2], False, False)):
        at = clock.now()
        RiskDeclaration.objects.create(
            enterprise=firm,
            state="reviewed" if reviewed else "submitted" if handed_in else "draft",
            submitted_at=at if handed_in else None,
            reviewed_at=at if reviewed else None,
        )
    counted = (
        risks.risk_records_reported(scope),
        risks.risk_records_reviewed(scope),
        risks.risk_review_rate(scope),
    )
    assert counted == (2, 1, 50)
    assert risks.risk_review_rate(Scope(scope.actor, first=date(2027, 1, 1))) is None


def test_insurance(scope, firms):
    def policy(number, firm, **more):
        details = {
            "starts_on": TODAY - timedelta(days=10),
            "ends_on": date(2027, 1, 10),
            "sum_insured_yuan": 100,
            "base_premium_yuan": 7,
            "insurer": "x",
        } | more
        return Policy.objects.create(number=number, enterprise=firm, territory="440307001", **details)

    policy("1", firms[0])
    policy("2", firms[0])
    assert (insurance.insured_enterprises(scope), insurance.insurance_coverage_rate(scope)) == (1, 0)
    policy("3", firms[1])
    policy("4", firms[1], state="cancelled", sum_insured_yuan=900)
    policy("5", firms[1], ends_on=TODAY, sum_insured_yuan=900)  # over before the last day counted
    assert (insurance.insured_enterprises(scope), insurance.insurance_coverage_rate(scope)) == (2, 100)
    assert insurance.insurance_sum_insured_cny(scope) == 300
    policy("6", None, kind="rural_house", premium_yuan=Decimal("5.5"))
    policy("7", None, kind="rural_house")
    assert FIGURES["rural_house_insurance_cny"](scope) == Decimal("12.5")


def test_services_in_visits_and_in_enterprises(scope, firms):
    for day, firm, kind in ((1, 1, "assistance"), (2, 1, "assistance"), (3, 0, "assistance"), (4, 0, "prevention")):
        Service.objects.create(enterprise=firms[firm], kind=kind, served_on=date(2026, 5, day), server="x")
    Service.objects.create(enterprise=firms[1], kind="training", served_on=date(2025, 5, 1), server="x")
    assert enterprises.enterprise_service_visits(scope) == 4
    assert enterprises.key_enterprises_assisted(scope) == 1
    assert insurance.insurance_prevention_services(scope) == 1


def test_risk_points_and_areas(scope, firms, street):
    for n, (state, measures) in enumerate((("identified", ""), ("controlled", "x"), ("removed", "x"))):
        RiskPoint.objects.create(
            enterprise=firms[0],
            number=str(n),
            name="p",
            threat="fire",
            likelihood=1,
            severity=1,
            state=state,
            measures=measures,
        )
    assert risks.risk_points_identified(scope) == 2
    assert (risks.risk_points_controlled(scope), risks.risk_control_measures(scope)) == (1, 1)
    unit = Organisation.objects.create(number="U", name="u", kind="street", territory="440307001")
    leader = Person.objects.create(number="L", name="l", organisation=unit, territory="440307001")
    for n, (state, sponsor) in enumerate((("listed", None), ("sponsored", leader), ("delisted", leader))):
        RiskArea.objects.create(number=str(n), name="a", territory="440307001", state=state, sponsor=sponsor)
    assert risks.high_risk_areas_and_points(scope) == 2
    assert risks.high_risk_leader_assignment_rate(scope) == 50
    assert risks.fire_high_risk_areas_under_rectification(scope) == 1


def test_laboratories_improvements_lists_and_papers(scope, firms):
    for n, (firm, chemicals, in_use) in enumerate(
        ((0, True, True), (0, True, True), (1, True, True), (1, False, True), (1, True, False))
    ):
        Asset.objects.create(
            enterprise=firms[firm],
            number=str(n),
            kind="laboratory",
            name="lab",
            with_chemicals=chemicals,
            in_use=in_use,
        )
    assert (enterprises.labs_managed(scope), enterprises.lab_enterprises_managed(scope)) == (3, 2)
    for kind, quantity, household, done in (
        ("gas_meter", 10, True, date(2026, 3, 1)),
        ("gas_meter", 5, False, date(2026, 3, 1)),
        ("gas_meter", 99, True, None),
        ("bottle_to_pipe", 3, False, date(2026, 3, 1)),
        ("bottle_to_pipe", 9, True, date(2026, 3, 1)),
        ("upgrade", 1, False, date(2026, 3, 1)),
    ):
        Improvement.objects.create(enterprise=firms[1], kind=kind, quantity=quantity, household=household, done_on=done)
    assert FIGURES["gas_smart_meters_replaced"](scope) == 15
    assert FIGURES["gas_bottle_to_pipe_conversions"](scope) == 3
    assert [FIGURES[f"enterprises_upgraded{name}"](scope) for name in ("", "_chemical", "_construction")] == [1, 1, 0]
    for kind, state, published in (("red", "published", True), ("black", "ended", True), ("white", "published", True)):
        ListEntry.objects.create(
            enterprise=firms[1],
            kind=kind,
            state=state,
            basis="x",
            reason="x",
            from_on=TODAY,
            until_on=TODAY,
            published_at=clock.now() if published else None,
        )
    assert (enterprises.red_black_lists(scope), enterprises.whitelist_industries(scope)) == (2, 1)
    Certificate.objects.create(enterprise=firms[0], number="1", kind="other", expires_on=TODAY, state="expired")
    assert enterprises.certificates_expired(scope) == 1
    for n, (online, accepted) in enumerate(((True, TODAY), (False, None))):
        Standardisation.objects.create(
            enterprise=firms[n],
            online=online,
            reviewed_on=TODAY,
            accepted_on=accepted,
            state="accepted" if accepted else "reviewed",
        )
    assert enterprises.standardisation_reviews_done(scope) == 1
    assert enterprises.standardisation_acceptances(scope) == 1
