"""The draw keeps its rules whatever the frame, its chances are what they say, and it is the same everywhere."""

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anshu.engines.sampling import Frame, Officer, Site, Terms, commitment, draw, frame_hash
from anshu.engines.sampling.chance import Chance, digest
from anshu.engines.sampling.drawing import draw_sites
from anshu.kernel.errors import Invalid

SEED = "00" * 31 + "07"
SEEDS = st.integers(0, 2**256 - 1).map(lambda number: f"{number:064x}")
LICENCES = st.frozensets(st.sampled_from(["chemicals", "mines"]), max_size=2)


def seed_of(number):
    return digest(number)


@st.composite
def draws(draw_from):
    """(frame, terms) of any small shape."""
    strata = draw_from(st.lists(st.sampled_from(["red", "yellow", "blue"]), max_size=14))
    weights = draw_from(st.lists(st.integers(1, 50), min_size=len(strata), max_size=len(strata)))
    sites = tuple(
        Site(f"s{at}", stratum, weight, draw_from(LICENCES))
        for at, (stratum, weight) in enumerate(zip(strata, weights, strict=True))
    )
    officers = tuple(Officer(f"o{at}", draw_from(LICENCES)) for at in range(draw_from(st.integers(0, 6))))
    spots = [(officer.key, site.key) for officer in officers for site in sites]
    recused = draw_from(st.frozensets(st.sampled_from(spots))) if spots else frozenset()
    pairs = [frozenset(two) for two in combinations([officer.key for officer in officers], 2)]
    past = draw_from(st.frozensets(st.sampled_from(pairs))) if pairs else frozenset()
    sizes = {one: draw_from(st.integers(0, strata.count(one))) for one in sorted(set(strata))}
    return Frame(sites, officers, recused, past), Terms(sizes, "monthly")


def may_go(frame, site, two):
    held = frozenset().union(*(officer.holds for officer in frame.officers if officer.key in two))
    return site.needs <= held and not any((officer, site.key) in frame.recused for officer in two)


@settings(max_examples=200, deadline=None)
@given(draws(), SEEDS)
def test_every_draw_keeps_to_its_terms_and_its_frame(given_draw, seed):
    frame, terms = given_draw
    record = draw(seed, frame, terms)
    sites = {site.key: site for site in frame.sites}
    assert Counter(one.stratum for one in record.result) == Counter({k: v for k, v in terms.sizes.items() if v})
    assert len({one.site for one in record.result}) == len(record.result)
    sent = Counter(frozenset(one.officers) for one in record.result if one.officers)
    for one in record.result:
        site, pairs = sites[one.site], list(combinations([officer.key for officer in frame.officers], 2))
        assert site.stratum == one.stratum
        if not one.officers:
            assert not any(may_go(frame, site, two) for two in pairs)
            continue
        assert len(set(one.officers)) == 2
        assert may_go(frame, site, one.officers)
        if frozenset(one.officers) in frame.past_pairs:
            assert one.repeats
    own = [frozenset(one.officers) for one in record.result if one.officers and not one.repeats]
    assert len(set(own)) == len(own)
    assert all(sent[two] == 1 or any(one.repeats for one in record.result) for two in sent)


def most_without_repeating(frame, sites):
    """The greatest number of sites that can have a fresh pair of their own, by trying all."""
    pairs = combinations([officer.key for officer in frame.officers], 2)
    fresh = [two for two in pairs if frozenset(two) not in frame.past_pairs]

    def go(at, used):
        if at == len(sites):
            return 0
        found = go(at + 1, used)
        for two in fresh:
            if two not in used and may_go(frame, sites[at], two):
                found = max(found, 1 + go(at + 1, used | {two}))
        return found

    return go(0, frozenset())


@settings(max_examples=100, deadline=None)
@given(draws(), SEEDS)
def test_a_pair_is_repeated_only_when_it_cannot_be_otherwise(given_draw, seed):
    frame, _ = given_draw
    frame = replace(frame, officers=frame.officers[:3], recused=frozenset(), past_pairs=frozenset())
    frame = replace(frame, sites=frame.sites[:5])
    terms = Terms(dict(Counter(site.stratum for site in frame.sites)), "all")
    record = draw(seed, frame, terms)
    alone = sum(bool(one.officers) and not one.repeats for one in record.result)
    assert alone == most_without_repeating(frame, frame.sites)


def test_one_pair_and_two_sites_say_that_the_pool_is_too_small():
    frame = Frame((Site("a", "x", 1), Site("b", "x", 1)), (Officer("p"), Officer("q")))
    assert sorted(one.repeats for one in draw(SEED, frame, Terms({"x": 2}, "t")).result) == [False, True]
    once = replace(frame, past_pairs=frozenset({frozenset({"p", "q"})}))
    assert [one.repeats for one in draw(SEED, once, Terms({"x": 2}, "t")).result] == [True, True]
    alone = replace(frame, officers=frame.officers[:1])
    assert [one.officers for one in draw(SEED, alone, Terms({"x": 2}, "t")).result] == [(), ()]


def test_chances_are_told_exactly_and_add_up_to_the_size():
    sites = [Site(str(weight), "x", weight) for weight in (1, 2, 3, 4, 90)]
    drawn = draw_sites(Chance(SEED), sites, 5)
    assert all(chance == 1 for _, chance in drawn)
    for number in range(200):
        for site, chance in draw_sites(Chance(seed_of(number)), sites, 3):
            assert chance == (1 if site.weight == 90 else Fraction(2 * site.weight, 10))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(1, 30), min_size=1, max_size=12), st.data())
def test_each_site_is_drawn_as_often_as_its_chance_says_over_all_marks(weights, data):
    """Over every place where the first mark can fall, in any one order: counted, not sampled."""
    sites = [Site(f"{at:02d}", "x", weight) for at, weight in enumerate(weights)]
    size = data.draw(st.integers(0, len(sites)))
    total, hits, told = None, Counter(), {}

    class Fixed(Chance):
        """The mark at a given place, the order as it is."""

        mark = 0

        def below(self, count):
            nonlocal total
            total = count
            return self.mark

        def shuffled(self, items):
            return list(items)

    fixed = Fixed(SEED)
    while total is None or fixed.mark < total:
        drawn = draw_sites(fixed, sites, size)
        assert len(drawn) == size
        for site, chance in drawn:
            hits[site.key] += 1
            told[site.key] = chance
        if total is None:
            return
        fixed.mark += 1
    for key, chance in told.items():
        assert Fraction(hits[key], total) == chance


def test_sites_are_drawn_in_proportion_to_weight_within_four_standard_errors():
    weights, size, rounds = [1, 2, 3, 5, 8, 13, 2, 4], 3, 4000
    sites = [Site(str(at), "x", weight) for at, weight in enumerate(weights)]
    hits = Counter(site.key for at in range(rounds) for site, _ in draw_sites(Chance(seed_of(at)), sites, size))
    for at, weight in enumerate(weights):
        chance = min(1.0, size * weight / sum(weights))
        if chance == 1.0:
            assert hits[str(at)] == rounds
            continue
        certain = size * 13 >= sum(weights)
        chance = (size - 1) * weight / (sum(weights) - 13) if certain else chance
        error = (chance * (1 - chance) / rounds) ** 0.5
        assert abs(hits[str(at)] / rounds - chance) < 4 * error


def test_every_two_officers_go_together_equally_often_within_four_standard_errors():
    frame = Frame(tuple(Site(str(at), "x", 1) for at in range(4)), tuple(Officer(name) for name in "pqrst"))
    rounds, hits = 1500, Counter()
    for at in range(rounds):
        hits.update(one.officers for one in draw(seed_of(at), frame, Terms({"x": 4}, "t")).result)
    assert len(hits) == 10
    for count in hits.values():
        assert abs(count / rounds - 0.4) < 4 * (0.4 * 0.6 / rounds) ** 0.5


# Worked out apart from the code: SHA-256(key ‖ k) as a big-endian number, modulo 1000, for k = 0 … 5.
FIRST_NUMBERS = [127, 134, 681, 148, 796, 634]


def test_numbers_are_even_and_the_same_everywhere():
    chance = Chance(SEED)
    assert [chance.below(1000) for _ in range(6)] == FIRST_NUMBERS
    counts = Counter(chance.below(7) for _ in range(7000))
    assert sum((count - 1000) ** 2 / 1000 for count in counts.values()) < 22.5  # chi-square, 6 degrees, 0.1 %


def test_a_whole_draw_is_the_same_everywhere():
    frame = Frame(
        tuple(Site(f"企业{at}", "红" if at < 4 else "蓝", 1 + at) for at in range(12)),
        tuple(Officer(f"P{at}") for at in range(5)),
        frozenset({("P0", "企业3")}),
    )
    record = draw(SEED, frame, Terms({"红": 2, "蓝": 3}, "2026年第三季度"))
    assert record.frame_hash == "0352cae657873afbbda7447eb8bc2b73fb24bffba339d4199f261b7041758762"
    assert record.result_hash == "9bf9dac6e3ffc8d0311723f40b5f262d4c3d89b10816a7adcedaf79fe2f73aa6"


def test_order_means_nothing_and_everything_else_something():
    frame = Frame((Site("a", "x", 1), Site("b", "x", 2)), (Officer("p"), Officer("q")), frozenset({("p", "a")}))
    assert frame_hash(frame) == frame_hash(replace(frame, sites=frame.sites[::-1], officers=frame.officers[::-1]))
    others = [
        replace(frame, sites=(Site("a", "x", 1), Site("b", "x", 3))),
        replace(frame, sites=(Site("a", "x", 1), Site("b", "x", 2, frozenset({"l"})))),
        replace(frame, officers=(Officer("p"), Officer("q", frozenset({"l"})))),
        replace(frame, recused=frozenset()),
        replace(frame, past_pairs=frozenset({frozenset({"p", "q"})})),
    ]
    assert len({frame_hash(one) for one in [frame, *others]}) == 6
    terms = Terms({"x": 1}, "t")
    promised = {commitment(SEED, one, terms) for one in [frame, *others]}
    promised |= {commitment(seed_of(1), frame, terms), commitment(SEED, frame, Terms({"x": 1}, "u"))}
    assert len(promised) == 8
    assert draw(SEED, frame, terms).commitment == commitment(SEED, frame, terms)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("seed", lambda: draw("7", Frame((), ()), Terms({}, "t"))),
        ("seed", lambda: commitment("Z" * 64, Frame((), ()), Terms({}, "t"))),
        ("sizes", lambda: draw(SEED, Frame((), ()), Terms({"x": 1}, "t"))),
        ("sizes", lambda: Terms({"x": -1}, "t")),
        ("reason", lambda: Terms({}, "t", replaces="ab")),
        ("sites", lambda: Frame((Site("a", "x", 0),), ())),
        ("sites", lambda: Frame((Site("a", "x", 1), Site("a", "y", 1)), ())),
        ("officers", lambda: Frame((), (Officer("p"), Officer("p")))),
        ("recused", lambda: Frame((), (), frozenset({("p", "a")}))),
        ("past_pairs", lambda: Frame((), (), frozenset(), frozenset({frozenset({"p"})}))),
    ],
)
def test_what_cannot_be_drawn_from_is_refused(field, wrong):
    with pytest.raises(Invalid) as caught:
        wrong()
    assert caught.value.field == field
