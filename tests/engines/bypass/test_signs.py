"""The planted cheats of a generated year are found, and nearly nobody else."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from anshu.engines.bypass import Case, Limits, Picture, Sign, Visit, look
from anshu.engines.district.regulation import PLANTED, year

LIMITS = Limits(
    bulk_count=10,
    bulk_min=20,
    night_from_h=23,
    night_until_h=5,
    seconds=60,
    seconds_count=3,
    postponed_count=3,
    text_length=15,
    text_count=5,
    month_end_days=2,
    fewest=5,
    level=0.01,
)
NOON = datetime(2026, 6, 15, 12, 0)  # noqa: DTZ001  # local by contract


def case(key: str, **facts: object) -> Case:
    plain = {
        "place": f"s{key}",
        "unit": "u1",
        "firm": f"f{key}",
        "finder": "a",
        "fixer": f"f{key}",
        "verifier": "b",
        "ordered_at": NOON - timedelta(days=9),
        "submitted_at": NOON - timedelta(days=2),
        "rechecked_at": NOON,
    }
    return Case(key=key, **(plain | facts))


@pytest.fixture(scope="module")
def made():
    return year(7, cases=6000, visits=9000, people=150, firms=1500, start=datetime(2026, 1, 1))  # noqa: DTZ001


@pytest.fixture(scope="module")
def cards(made):
    return look(made.cases, made.visits, made.pictures, LIMITS)


@pytest.mark.parametrize("sign", PLANTED)
def test_what_is_planted_is_found(made, cards, sign):
    assert {card.who for card in cards if card.sign is sign} >= made.truth[sign]


def test_nearly_nobody_else_is_pointed_at(made, cards):
    wrong = [card for card in cards if card.who not in made.truth.get(card.sign, ())]
    assert len(wrong) <= 2, wrong  # of nine signs among 150 people and 1,500 firms


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_an_honest_year_makes_next_to_no_card(seed):
    made = year(seed, cases=3000, visits=4000, people=120, firms=900, start=datetime(2026, 1, 1))  # noqa: DTZ001
    guilty = frozenset().union(*made.truth.values())
    cases = [c for c in made.cases if not {c.verifier, c.firm, c.unit} & guilty]
    visits = [v for v in made.visits if v.officer not in guilty]
    assert len(look(cases, visits, [], LIMITS)) <= 1


def test_every_row_of_a_card_is_a_row_that_was_given(made, cards):
    keys = {row.key for row in (*made.cases, *made.visits)}
    for card in cards:
        assert card.rows and set(card.rows) <= keys
        assert 0 < card.count <= card.of


def test_who_verifies_what_they_found_is_told():
    (card,) = look([case("1", verifier="a")], [], [], LIMITS)
    assert (card.sign, card.who, card.rows) == (Sign.SELF_VERIFIED, "a", ("1",))


def test_a_block_done_in_one_place_is_no_bulk_but_ten_places_are():
    at = [NOON + timedelta(minutes=n) for n in range(12)]
    one_place = [case(str(n), place="s", rechecked_at=moment) for n, moment in enumerate(at)]
    assert not look(one_place, [], [], LIMITS)
    (card,) = look([replace(c, place=f"s{n}") for n, c in enumerate(one_place)], [], [], LIMITS)
    assert (card.sign, card.count) == (Sign.BULK, 12)


def test_set_phrases_are_no_copies_and_long_ones_are():
    short = [case(str(n), fixer="f", text="已整改", rechecked_at=NOON + timedelta(days=n)) for n in range(9)]
    assert not look(short, [], [], LIMITS)
    (card,) = look([replace(c, text="已对现场进行全面整改并举一反三 加强管理") for c in short], [], [], LIMITS)
    assert (card.sign, card.who) == (Sign.COPIED_TEXT, "f")


def test_a_reused_picture_names_both_cases():
    (card,) = look([], [], [Picture("2", "1", "maker")], LIMITS)
    assert (card.sign, card.rows, card.who) == (Sign.REUSED_PICTURE, ("2", "1"), "maker")


def test_nobody_is_compared_with_nobody():
    assert not look([], [Visit(str(n), "only one", 0) for n in range(50)], [], LIMITS)
