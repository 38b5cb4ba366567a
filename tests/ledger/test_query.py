"""Pages of a register: what is on them, and how many rows there are in all, whether counted or seen."""

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
from anshu.ledger.declaration import LEDGERS
from anshu.ledger.query import page, rows

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


@given(number=st.integers(max_value=0) | st.text("abc", min_size=1))
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
