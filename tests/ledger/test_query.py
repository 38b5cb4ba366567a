"""Pages of a register: what is on them, and how many rows there are in all, whether counted or seen."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from anshu.access.models import Account, Grant
from anshu.access.policy import Person
from anshu.domains.enterprises.models import Enterprise
from anshu.domains.places.ledger import SITES
from anshu.domains.places.models import Site
from anshu.kernel.errors import Invalid
from anshu.ledger import query
from anshu.ledger.declaration import LEDGERS, Ledger, field_of
from anshu.ledger.indexes import Words
from anshu.ledger.query import first, page, rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def seven(db: None) -> None:
    for serial in range(7):
        name = f"place {serial % 2}"
        Site.objects.create(number=f"S{serial}", name=name, kind=Site.Kind.SCHOOL, territory="440306001")


@pytest.mark.parametrize("size", [1, 2, 3, 6, 7, 8])
@pytest.mark.parametrize("number", [1, 2, 3, 4, 7, 8])
def test_the_count_is_of_all_rows_on_every_page(seven: None, number: int, size: int) -> None:
    cut = page(Site.objects.order_by("number"), {"page": str(number), "size": str(size)})
    assert cut.count == 7
    expected = [f"S{serial}" for serial in range(7)]
    assert [row.number for row in cut.rows] == expected[(number - 1) * size : number * size]


def test_an_empty_list_counts_nothing(db: None) -> None:
    cut = page(Site.objects.order_by("number"), {})
    assert (cut.rows, cut.count, cut.pages) == ([], 0, 1)


def test_a_page_that_is_not_full_is_not_counted(seven: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(2):  # which, and what
        assert page(Site.objects.order_by("number"), {}).count == 7


def test_a_search_counts_what_it_found(seven: None) -> None:
    account = Account.objects.create(username="a", name="a")
    Grant.objects.create(account=account, role="duty_officer", territory="440306")
    found = rows(SITES, Person(account), {"q": "place 1"})
    assert [row.number for row in found] == ["S1", "S3", "S5"]
    assert page(found, {"size": "2"}).count == 3


@pytest.mark.parametrize(
    ("number", "counted", "expected"),
    [("1", 3, (3, True, True)), ("2", 3, (4, True, True)), ("1", 6, (6, True, True)), ("1", 7, (7, False, True))],
)
def test_a_screen_counts_no_further_than_it_must(
    seven: None, number: str, counted: int, expected: tuple[int, bool, bool]
) -> None:
    cut = page(Site.objects.order_by("number"), {"page": number, "size": "2"}, counted=counted)
    assert (cut.count, cut.more, cut.further) == expected


def test_the_last_page_is_told_from_those_before_it(seven: None) -> None:
    found = Site.objects.order_by("number")
    further = [page(found, {"page": str(n), "size": "3"}, counted=1).further for n in (1, 2, 3)]
    assert further == [True, True, False]


@pytest.fixture
def officer(seven: None) -> Person:
    account = Account.objects.create(username="a", name="a")
    Grant.objects.create(account=account, role="duty_officer", territory="440306")
    return Person(account)


@pytest.mark.parametrize("most", [1, 2, 3, 7, 8])
def test_few_or_many_the_same_rows_in_the_same_order(
    officer: Person, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(query, "FEW", most)
    for order, numbers in (("", "S1 S3 S5"), ("-number", "S5 S3 S1"), ("name", "S1 S3 S5")):
        found = rows(SITES, officer, {"q": "place 1", "order": order})
        assert [row.number for row in found] == numbers.split()


def test_equal_values_follow_the_order_of_the_list_in_the_same_direction(officer: Person) -> None:
    up, down = (rows(SITES, officer, {"order": order}) for order in ("name", "-name"))
    assert [row.number for row in up] == ["S0", "S2", "S4", "S6", "S1", "S3", "S5"]
    assert [row.number for row in down] == ["S5", "S3", "S1", "S6", "S4", "S2", "S0"]


def test_a_search_in_every_register_shows_a_few_that_may_be_seen(officer: Person) -> None:
    Site.objects.create(number="S9", name="place 1", kind=Site.Kind.SCHOOL, territory="440307001")
    assert [row.number for row in first(SITES, officer, "place 1", 6)] == ["S1", "S3", "S5"]
    assert len(first(SITES, officer, "place", 2)) == 2 and first(SITES, officer, "elsewhere", 6) == []


def test_a_day_without_a_zone_is_the_readers_own(officer: Person) -> None:
    early, late = datetime(2026, 1, 31, 15, tzinfo=UTC), datetime(2026, 1, 31, 17, tzinfo=UTC)  # midnight is at 16
    Site.objects.filter(number="S1").update(created_at=early)
    Site.objects.filter(number="S2").update(created_at=late)
    found = rows(SITES, officer, {"since": "2026-02-01", "until": "2026-02-02"})
    assert [row.number for row in found] == ["S2"]


LARGE = [ledger for ledger in LEDGERS.values() if any(isinstance(i, Words) for i in ledger.model._meta.indexes)]


@pytest.mark.once
@pytest.mark.parametrize("ledger", LARGE, ids=lambda ledger: ledger.slug)
def test_a_large_register_is_read_off_an_index_in_every_order_and_by_every_filter(ledger: Ledger) -> None:
    order = ledger.order[0].lstrip("-")
    indexed = [list(index.fields) for index in ledger.model._meta.indexes]
    assert [order, "id", "territory"] in indexed
    for name in dict.fromkeys((*ledger.columns, *ledger.filters)):
        field = field_of(ledger.model, name)
        if field is not None and not field.is_relation and name not in (order, "number", "territory"):
            assert [name] in indexed or [name, order] in [fields[:2] for fields in indexed], name


@given(number=st.integers(max_value=0) | st.integers(min_value=10**10) | st.text("abc", min_size=1))
def test_a_page_that_is_no_number_is_refused(number: int | str) -> None:
    with pytest.raises(Invalid):
        page(Site.objects.order_by("number"), {"page": str(number)})


@pytest.mark.parametrize(("asked", "found"), [("true", ["Z1"]), ("false", ["Z2"]), ("True", ["Z1"])])
def test_yes_and_no_are_understood_as_lists_write_them(db: None, asked: str, found: list[str]) -> None:
    account = Account.objects.create(username="keeper", name="keeper")
    Grant.objects.create(account=account, role="registrar", territory="440306")
    for number, key in (("Z1", True), ("Z2", False)):
        Enterprise.objects.create(number=number, name=number, key=key, territory="440306001")
    shown = rows(LEDGERS["enterprises"], Person(account), {"key": asked})
    assert [row.number for row in shown] == found
