"""Every figure: it counts what the actor may see, here, in these days, and never an exercise."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from one_of_each import DISTRICT, records

from anshu.access.models import Account, Grant
from anshu.access.policy import Person
from anshu.domains.hazards.models import Hazard
from anshu.domains.people.models import Person as Staff
from anshu.engines.district.people import DUTY_OFFICER, SAFETY_OFFICER
from anshu.indicators.book import FIGURES, hazards, people
from anshu.indicators.figures import Scope, figure
from anshu.ledger.declaration import LEDGERS

__all__ = ["records"]
pytestmark = pytest.mark.django_db
YEAR = {"first": date(2026, 1, 1), "last": date(2026, 12, 31)}


def everywhere(area: str) -> Person:
    """Somebody who may look at everything in an area."""
    account = Account.objects.create(username=f"all {area}", name="all")
    for role in ("district_leader", "safety_commission", "tip_off_officer", "enforcement_officer"):
        Grant(account=account, role=role, territory=area).save()
    return Person(account)


def test_every_figure_is_measured_and_opens(records: dict[str, Any]) -> None:
    scope, elsewhere = Scope(everywhere(DISTRICT), DISTRICT, **YEAR), Scope(everywhere("440399"), "440399", **YEAR)
    seen = 0
    for key, made in FIGURES.items():
        assert made.open_to(scope), key
        rows = made.rows(scope)
        assert rows.model in {ledger.model for ledger in LEDGERS.values()}, key
        value = made(scope)
        assert value is None or value >= 0, key
        seen += rows.exists()
        if rows.model._meta.model_name != "checklist":  # which holds for the whole house
            assert not made.rows(elsewhere).exists() and not made(elsewhere), key
    assert seen > 15, "most of these registers have a row that some figure counts"


def test_no_figure_counts_an_exercise(records: dict[str, Any]) -> None:
    for record in records.values():
        type(record).objects.update(exercise=True)
    scope = Scope(everywhere(DISTRICT), DISTRICT, **YEAR)
    assert [key for key, made in FIGURES.items() if made.rows(scope).filter(exercise=True).exists()] == []


def test_what_may_not_be_seen_is_unknown_and_not_nought(records: dict[str, Any]) -> None:
    account = Account.objects.create(username="grid", name="grid")
    Grant(account=account, role="duty_officer", territory=DISTRICT).save()
    scope = Scope(Person(account), DISTRICT, **YEAR)
    closed = {made.group for made in FIGURES.values() if not made.open_to(scope)}
    assert closed == {"enforcement", "supervision", "tipoffs"}


def test_a_part_is_not_told_as_the_whole(street: SimpleNamespace, found: Callable[..., Hazard]) -> None:
    """Somebody who may look at one street is not told of the district what that street has."""
    found()
    assert hazards.hazards_found.open_to(Scope(street.street, "440307001"))
    assert not hazards.hazards_found.open_to(Scope(street.street, "440307"))
    assert not hazards.hazards_found.open_to(Scope(street.street, ""))


def test_sources_are_numbers_of_the_list_and_each_is_claimed_by_figures_of_one_group() -> None:
    groups: dict[str, set[str]] = {}
    for made in FIGURES.values():
        for source in made.sources:
            assert source[:3] in ("LG-", "NS-", "GM-", "LH-", "GX-") and source[3:].isdigit(), made.key
            groups.setdefault(source, set()).add(made.group)
    assert len(groups) > 110
    assert [source for source, found in groups.items() if len(found) > 1] == []


def test_what_says_as_of_now_does_not_look_at_the_days(street: SimpleNamespace) -> None:
    scope = Scope(street.commission, "440307", **YEAR)
    undated = {key for key, made in FIGURES.items() if made.open_to(scope) and not made.dated(scope)}
    told = {key for key, made in FIGURES.items() if made.open_to(scope) and "as of now" in str(made.says)}
    assert told <= undated
    assert "hazards_found" not in undated and "hazard_rectification_rate" not in undated


def test_a_key_is_given_once() -> None:
    with pytest.raises(ValueError, match="hazards_found"):
        figure("hazards", "x", says="x", unit="x")(hazards.hazards_found.find)


def test_a_share_is_of_the_same_rows(street: SimpleNamespace, submitted: Callable[..., Hazard]) -> None:
    submitted()
    closed = submitted(summary="灭火器失效")
    Hazard.objects.filter(pk=closed.pk).update(state="closed")
    assert hazards.hazard_rectification_rate(Scope(street.section)) == 50
    assert hazards.hazard_rectification_rate(Scope(street.rival)) is None


def test_officers_of_the_grid_are_known_by_the_post_that_the_register_gives_them(street: SimpleNamespace) -> None:
    for number, post in (("P1", SAFETY_OFFICER), ("P2", DUTY_OFFICER)):
        Staff.objects.create(number=number, name=number, post=post, organisation=street.office, territory="440307001")
    assert [row.number for row in people.grid_workers.rows(Scope(street.commission, "440307"))] == ["P1"]


def test_the_year_before_a_leap_day() -> None:
    scope = Scope(None, "", date(2024, 2, 29), date(2024, 3, 1))  # type: ignore[arg-type]
    before = scope.year_before()
    assert (before.first, before.last) == (date(2023, 2, 28), date(2023, 3, 1))
    assert Scope(None).year_before() == Scope(None)  # type: ignore[arg-type]
