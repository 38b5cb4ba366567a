"""The index of words finds whatever reading every record would find, whichever way the records were written."""

import random
from collections.abc import Iterator

import pytest
from django.db import connection

from anshu.access.models import Account, Grant
from anshu.access.policy import Person
from anshu.domains.places.ledger import SITES
from anshu.domains.places.models import Site
from anshu.ledger import word_index
from anshu.ledger.query import first, rows

pytestmark = pytest.mark.django_db
SIGNS = '疏散通道aB1-_%"*( '
embedded = pytest.mark.once  # the index is SQLite's alone


@pytest.fixture
def officer(db: None) -> Person:
    account = Account.objects.create(username="a", name="a")
    Grant.objects.create(account=account, role="duty_officer", territory="440306")
    return Person(account)


@pytest.fixture
def named(officer: Person) -> dict[str, str]:
    """Two hundred sites with names of all kinds: number → what a search may find."""
    chosen = random.Random(7)
    names = ["".join(chosen.choices(SIGNS, k=chosen.randrange(9))) for _site in range(200)]
    sites = [Site(number=f"S{n}", name=name, kind="slope", territory="440306001") for n, name in enumerate(names)]
    for site in sites:
        site.save()
    return {site.number: site.search_text for site in sites}


def asked(named: dict[str, str]) -> Iterator[str]:
    """Parts of what is there, of every length, at the end too; two words; and what is not there."""
    chosen = random.Random(8)
    for text in chosen.choices(list(named.values()), k=60):
        at, signs = chosen.randrange(max(1, len(text))), chosen.randrange(1, 6)
        yield text[at : at + signs]
        yield text[-signs:]
    yield from ("散 道", "s1 疏散", "ZZZ", "疏 ", '"', "s19 S199", "𠮷野家")


def test_a_search_finds_what_has_the_words_and_nothing_else(named: dict[str, str], officer: Person) -> None:
    for words in set(asked(named)):
        expected = {number for number, text in named.items() if all(word in text for word in words.lower().split())}
        assert {row.number for row in rows(SITES, officer, {"q": words})} == expected, words
        if words.strip():
            assert len(first(SITES, officer, words, 6)) == min(6, len(expected)), words


@pytest.mark.parametrize("odd", ["s199 \0", "s1\0s199", " ".join(["s199"] * 5000), '"', "NEAR(", "s199 *", "x" * 5000])
def test_no_words_are_too_odd(odd: str, named: dict[str, str], officer: Person) -> None:
    found = {row.number for row in rows(SITES, officer, {"q": odd})}
    assert found == {row.number for row in first(SITES, officer, odd, 300)}
    assert ("s199" not in odd or "*" in odd) or found == {"S199"}


@embedded
def test_it_narrows_what_is_rare_and_gives_way_where_it_cannot(named: dict[str, str]) -> None:
    assert word_index.candidates(Site, "s199", 10) == [Site.objects.get(number="S199").pk]
    assert word_index.candidates(Site, "疏散 zz", 10) == [] == word_index.candidates(Site, "zzz", 10)
    assert word_index.candidates(Site, "s1", 10) is None and word_index.candidates(Site, "疏", 1000) is None
    assert len(word_index.candidates(Site, "s1", 1000) or ()) >= 111


def test_what_is_changed_by_any_door_is_found_as_it_is_now(named: dict[str, str], officer: Person) -> None:
    Site.objects.filter(number="S1").update(search_text="s1 新名")
    Site.objects.bulk_create([Site(number="S900", search_text="s900 新名", kind="slope", territory="440306001")])
    Site.objects.filter(number__in=("S2", "S900")).delete()
    found = [[row.number for row in rows(SITES, officer, {"q": words})] for words in ("新名", "s900", "S2 ")]
    assert found[:2] == [["S1"], []] and "S2" not in found[2]


@embedded
def test_a_table_made_anew_is_entered_again(named: dict[str, str]) -> None:
    with connection.cursor() as cursor:
        for ending in ("new", "gone", "other"):  # as they go with the table that a migration replaces
            cursor.execute(f"DROP TRIGGER places_site_signs_{ending}")
        cursor.execute("UPDATE places_site SET rowid = rowid + 1000")
    Site.objects.create(number="S901", name="later", kind="slope", territory="440306001")
    word_index.enter()
    assert [len(word_index.candidates(Site, words, 10) or ()) for words in ("s901", "s199")] == [1, 1]


@embedded
def test_rows_that_were_given_other_numbers_are_entered_again(named: dict[str, str]) -> None:
    """As VACUUM may do it: no trigger hears of that."""
    assert word_index.astray() == []
    with connection.cursor() as cursor:
        cursor.execute("UPDATE places_site SET rowid = rowid + 1000")
    assert word_index.astray() == ["places_site"]
    word_index.enter()
    assert word_index.astray() == [] and len(word_index.candidates(Site, "s199", 10) or ()) == 1
