"""Figures of what is entered by hand: each counts the row that is meant, and none of the rows beside it."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from filling import filled

from anshu.access.models import Account, Grant
from anshu.access.policy import Person
from anshu.domains.accidents.models import Accident, AccidentBulletin
from anshu.domains.construction.models import RatingRound
from anshu.domains.enforcement.models import Closure
from anshu.domains.enterprises.models import RiskStudy
from anshu.domains.inspections.models import Confiscation, Visit
from anshu.domains.people.models import Expert, ExpertGroup, GridTeam, Organisation
from anshu.domains.people.models import Person as Staff
from anshu.domains.places.models import Area, Site
from anshu.domains.supervision.models import Assistance, Campaign, Target, Treatment
from anshu.domains.teams.models import Station
from anshu.domains.tipoffs.models import HotlineNotice
from anshu.indicators.book import FIGURES
from anshu.indicators.figures import Scope
from anshu.ledger.models import Registered

pytestmark = pytest.mark.django_db
DISTRICT, COMMUNITY, ELSEWHERE = "440307", "440307001001", "440399001001"
YEAR = {"first": date(2026, 1, 1), "last": date(2026, 12, 31)}
MARCH, BEFORE, AFTER = date(2026, 3, 1), date(2025, 12, 31), date(2027, 1, 1)
NOON, LAST_YEAR = datetime(2026, 3, 1, 4, tzinfo=UTC), datetime(2025, 12, 31, 15, 59, tzinfo=UTC)


@dataclass(frozen=True)
class Case:
    """A row that a figure counts, what it then says, and changes each of which makes a row that it does not count.
    `=slope` stands for the record of that name."""

    model: type[Registered]
    row: dict[str, Any]
    value: float
    beside: list[dict[str, Any]] = field(default_factory=list)


CASES = {
    "fire_fatal_accidents_count": Case(
        Accident,
        {"kind": "fire", "deaths": 1, "occurred_at": NOON},
        1,
        [{"deaths": 0, "serious_injuries": 3}, {"kind": "road"}, {"occurred_at": LAST_YEAR}],
    ),
    "accident_warning_bulletins_issued": Case(AccidentBulletin, {"issued_on": MARCH}, 1, [{"issued_on": BEFORE}]),
    "fire_rescue_posts_established": Case(
        Station, {"kind": "post", "opened_on": MARCH}, 1, [{"kind": "small"}, {"opened_on": BEFORE}]
    ),
    "fire_stations_city": Case(
        Station, {"kind": "city"}, 1, [{"kind": "small"}, {"closed_on": MARCH}, {"opened_on": AFTER}]
    ),
    "fire_stations_small": Case(Station, {"kind": "small", "opened_on": MARCH}, 1, [{"kind": "micro"}]),
    "fire_governance_programmes": Case(
        Campaign, {"kind": "campaign", "matter": "fire"}, 1, [{"matter": ""}, {"ends_on": BEFORE}]
    ),
    "campaign_indicators_assessed": Case(
        Target,
        {"campaign": "=campaign", "assessed_on": MARCH},
        1,
        [{"campaign": None}, {"assessed_on": None}, {"assessed_on": BEFORE}],
    ),
    "gas_city_targets_exceeded": Case(
        Target,
        {"matter": "gas", "origin": "city", "wanted": 10, "reached": 11, "assessed_on": MARCH},
        1,
        [{"reached": 10}, {"origin": "district"}, {"matter": "fire"}, {"assessed_on": BEFORE}],
    ),
    "street_assistance_months": Case(
        Assistance,
        {
            "kind": "people",
            "receiver": "=office",
            "full_time": True,
            "starts_on": MARCH,
            "ends_on": date(2026, 4, 30),
        },
        2.0,
        [{"full_time": False}, {"receiver": "=department"}, {"kind": "money"}, {"ends_on": None}],
    ),
    "street_assistance_funding_cny": Case(
        Assistance,
        {"kind": "money", "receiver": "=office", "starts_on": MARCH, "amount_yuan": 10_000_000},
        10_000_000,
        [{"kind": "people"}, {"receiver": "=department"}, {"starts_on": BEFORE}],
    ),
    "industrial_parks_rectified": Case(
        Treatment,
        {"kind": "rectification", "site": "=park", "starts_on": BEFORE, "finished_on": MARCH},
        1,
        [{"kind": "engineering"}, {"site": "=slope"}, {"finished_on": None}, {"finished_on": BEFORE}],
    ),
    "slopes_engineering_treatment": Case(
        Treatment,
        {"kind": "engineering", "site": "=slope", "starts_on": BEFORE},
        1,
        [{"kind": "rectification"}, {"site": "=park"}, {"starts_on": None}, {"finished_on": BEFORE}],
    ),
    "construction_sites_cross_inspected": Case(
        Visit,
        {"kind": "cross", "site": "=works", "state": "closed", "started_at": NOON},
        1,
        [{"kind": "patrol"}, {"site": "=park"}, {"state": "started"}, {"started_at": LAST_YEAR}],
    ),
    "fire_sources_confiscated": Case(
        Confiscation,
        {"kind": "fire_source", "quantity": 677, "unit": "pieces", "taken_on": MARCH},
        677,
        [{"kind": "fuel"}, {"unit": "boxes"}, {"taken_on": BEFORE}],
    ),
    "risk_domains_analysed": Case(RiskStudy, {"kind": "analysis", "made_on": MARCH}, 1, [{"kind": "map"}]),
    "risk_distribution_maps": Case(RiskStudy, {"kind": "map", "made_on": MARCH}, 1, [{"made_on": BEFORE}]),
    "enterprises_closed": Case(Closure, {"decided_on": MARCH}, 1, [{"decided_on": BEFORE}]),
    "hotline_notices_posted": Case(HotlineNotice, {"notices": 20, "posted_on": MARCH}, 20, [{"posted_on": BEFORE}]),
    "grid_post_levels": Case(Staff, {"grid_rank": "owner"}, 1, [{"grid_rank": ""}]),
    "village_safety_officers": Case(Staff, {"grid_service": "village"}, 1, [{"grid_service": "full_time"}]),
    "grid_worker_monthly_stipend_cny": Case(
        Staff,
        {"grid_service": "village", "monthly_allowance_yuan": 200},
        200,
        [{"grid_service": "full_time", "monthly_allowance_yuan": 900}, {"monthly_allowance_yuan": None}],
    ),
    "lab_expert_groups": Case(ExpertGroup, {"field": "laboratory"}, 1, [{"field": "fire"}]),
    "lab_experts": Case(Expert, {"group": "=group"}, 1, [{"left_on": MARCH}, {"group": "=other_group"}]),
    "site_ratings_per_month": Case(RatingRound, {"rated_on": MARCH}, 0, [{"rated_on": BEFORE}]),
}
OF_EVERY_KIND = [{"exercise": True}, {"territory": ELSEWHERE}]


@pytest.fixture
def scope(street: SimpleNamespace) -> Scope:
    """Somebody who may look at everything in the district, over a year."""
    account = Account.objects.create(username="all", name="all")
    for role in ("safety_commission", "tip_off_officer", "enforcement_officer"):
        Grant(account=account, role=role, territory=DISTRICT).save()
    street.known = {Organisation: street.office}
    street.department = Organisation.objects.create(number="BM", name="住建局", kind="sector_dept", territory=DISTRICT)
    for name, kind in (("slope", "slope"), ("park", "industrial_park"), ("works", "construction_site")):
        setattr(street, name, Site.objects.create(number=name, name=name, kind=kind, territory=COMMUNITY))
    street.campaign = Campaign.objects.create(number="ZX", name="专项行动", kind="campaign", territory=DISTRICT)
    for name, known in (("group", "laboratory"), ("other_group", "flood")):
        setattr(street, name, ExpertGroup.objects.create(number=name, name=name, field=known, territory=ELSEWHERE))
    return Scope(Person(account), DISTRICT, **YEAR)


def plant(street: SimpleNamespace, case: Case, changed: dict[str, Any], serial: int) -> Registered:
    values = {"territory": COMMUNITY, "number": f"N-{serial}"} | case.row | changed
    named = {
        name: getattr(street, value[1:]) if isinstance(value, str) and value[:1] == "=" else value
        for name, value in values.items()
    }
    return filled(case.model, street.known, **named)


@pytest.mark.parametrize("key", CASES)
def test_it_counts_the_row_that_is_meant_and_none_beside_it(street: SimpleNamespace, scope: Scope, key: str) -> None:
    case, figure = CASES[key], FIGURES[key]
    counted = plant(street, case, {}, 0)
    for serial, changed in enumerate([*case.beside, *OF_EVERY_KIND], start=1):
        plant(street, case, changed, serial)
    assert [row.pk for row in figure.rows(scope)] == [counted.pk]
    assert float(figure(scope) or 0) == case.value


def test_the_fewest_rounds_of_any_month_are_told(street: SimpleNamespace, scope: Scope) -> None:
    figure = FIGURES["site_ratings_per_month"]
    for serial, day in enumerate((3, 17)):
        plant(street, CASES[figure.key], {"rated_on": date(2026, 3, day)}, serial)
    assert figure(replace(scope, first=date(2026, 3, 1), last=date(2026, 3, 31))) == 2
    assert figure(replace(scope, first=date(2026, 3, 1), last=date(2026, 4, 1))) == 0


@pytest.mark.parametrize(
    ("last", "years"),
    [
        (date(2019, 12, 31), None),  # the register begins in 2020
        (date(2021, 12, 31), 2),
        (date(2022, 12, 31), 0),
        (date(2023, 12, 30), 0),  # 2023 is not over
        (date(2025, 12, 31), 3),
        (date(2026, 12, 31), 3),  # today is in November 2026
    ],
)
def test_years_without_a_fatal_fire_are_whole_and_on_record(scope: Scope, last: date, years: int | None) -> None:
    figure, held = FIGURES["fire_no_fatality_years"], {"territory": COMMUNITY, "title": "x"}
    assert figure(scope) is None, "nothing is known of a register that holds nothing"
    for kind, deaths, at in (
        ("road", 1, datetime(2019, 12, 31, 16, tzinfo=UTC)),  # the first of January 2020 here
        ("fire", 1, datetime(2022, 12, 31, 15, tzinfo=UTC)),
        ("fire", 0, datetime(2024, 5, 1, tzinfo=UTC)),
    ):
        Accident.objects.create(kind=kind, deaths=deaths, occurred_at=at, **held)
    assert figure(replace(scope, last=last)) == years


def test_a_part_is_known_since_the_register_is(scope: Scope) -> None:
    """A street in which nothing ever happened knows as many years as the district keeps."""
    first = {"kind": "road", "occurred_at": datetime(2021, 5, 1, tzinfo=UTC), "territory": COMMUNITY}
    Accident.objects.create(title="x", **first)
    assert FIGURES["fire_no_fatality_years"](replace(scope, territory="440307002")) == 5


def test_a_nought_is_told_only_of_what_is_recorded(scope: Scope) -> None:
    figure = FIGURES["fire_fatal_accidents_count"]
    assert figure(scope) is None
    Accident.objects.create(title="x", kind="road", occurred_at=NOON, territory=COMMUNITY)
    assert figure(scope) == 0


def test_grids_without_a_team_and_communities_without_an_officer_show(street: SimpleNamespace, scope: Scope) -> None:
    """One grid has two teams and the other one; one community of two has an officer."""
    places = (
        (COMMUNITY, "community"),
        ("440307001002", "community"),
        (f"{COMMUNITY}001", "grid"),
        (f"{COMMUNITY}002", "grid"),
    )
    for number, level in places:
        Area.objects.create(number=number, territory=number, name=number, level=level)
    fewest, coverage = FIGURES["teams_per_grid"], FIGURES["village_safety_officer_coverage"]
    assert fewest(scope) == 0 and coverage(scope) == 0
    for serial, grid in enumerate(("001", "001", "002")):
        GridTeam.objects.create(number=f"T{serial}", name=grid, territory=f"{COMMUNITY}{grid}")
    Staff.objects.create(
        number="P", name="x", grid_service="village", organisation=street.office, territory=f"{COMMUNITY}001"
    )
    assert fewest(scope) == 1 and coverage(scope) == 50
    assert [row.number for row in coverage.rows(scope)] == [COMMUNITY]
    assert fewest(replace(scope, territory="440307002")) is None
