"""Major hazard sources and the floating premium, against vectors worked out by hand, and as properties."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.domains.enterprises.rules.grading import Held, band, floating_premium, major_source

ALPHA = {0: 0.5, 1: 1.0, 30: 1.2, 50: 1.5, 100: 2.0}
LEVELS = (100.0, 50.0, 10.0)
FACTORS = {"award": -0.05, "no_accident": -0.10, "general": 0.10, "serious": 0.20, "major": 0.30}

tonnes = st.floats(min_value=0.01, max_value=2000, allow_nan=False)
held = st.lists(st.builds(Held, tonnes, tonnes, st.sampled_from([1.0, 1.5, 2.0, 4.0])), max_size=6)


@pytest.mark.parametrize(
    ("kept", "exposed", "s", "r", "level"),
    [
        ([Held(10, 10, 2.0)], 0, 1.0, 1.0, 4),  # exactly the critical quantity is a major hazard source
        ([Held(9.99, 10, 2.0)], 120, 0.999, 3.996, None),
        ([Held(5, 10, 2.0), Held(25, 50, 1.5)], 29, 1.0, 1.75, 4),  # half and half add up to one
        ([Held(30, 5, 4.0)], 99, 6.0, 36.0, 3),
        ([Held(30, 5, 4.0)], 100, 6.0, 48.0, 3),
        ([Held(62.5, 5, 4.0)], 0, 12.5, 25.0, 3),
        ([Held(125, 5, 4.0)], 0, 25.0, 50.0, 2),
        ([Held(125, 5, 4.0)], 100, 25.0, 200.0, 1),
        ([], 0, 0.0, 0.0, None),
    ],
)
def test_sources_by_hand(kept, exposed, s, r, level):
    found = major_source(kept, exposed, ALPHA, LEVELS)
    assert (found.s, found.r) == (pytest.approx(s), pytest.approx(r))
    assert found.level == level


@given(held, st.integers(0, 500), st.integers(0, 500))
def test_more_people_never_make_it_milder(kept, fewer, more):
    low, high = sorted((fewer, more))
    first, second = (major_source(kept, people, ALPHA, LEVELS) for people in (low, high))
    assert first.s == second.s
    assert first.r <= second.r
    assert (first.level is None) == (second.level is None) == (first.s < 1)
    if first.level is not None and second.level is not None:
        assert second.level <= first.level


@given(held, held)
def test_units_reckoned_together_add_up(one, other):
    apart = major_source(one, 0, ALPHA, LEVELS).s + major_source(other, 0, ALPHA, LEVELS).s
    assert major_source([*one, *other], 0, ALPHA, LEVELS).s == pytest.approx(apart)


@pytest.mark.parametrize(
    ("names", "yuan"),
    [
        ([], "10000.00"),
        (["no_accident"], "9000.00"),
        (["award", "no_accident"], "8550.00"),
        (["serious"], "12000.00"),
        (["major"], "13000.00"),
    ],
)
def test_premiums_by_hand(names, yuan):
    premium = floating_premium(Decimal(10000), {name: FACTORS[name] for name in names}, 0.6, 1.6)
    assert premium.yuan == Decimal(yuan)
    assert [name for name, _share in premium.factors] == names


@given(
    st.decimals(min_value=1, max_value=10**6, places=2),
    st.dictionaries(st.sampled_from(sorted(FACTORS)), st.floats(min_value=-0.9, max_value=3), max_size=5),
)
def test_a_premium_stays_between_its_limits(base, factors):
    premium = floating_premium(base, factors, 0.6, 1.6)
    cent = Decimal("0.01")
    assert base * Decimal("0.6") - cent <= premium.yuan <= base * Decimal("1.6") + cent


def test_a_band_begins_at_its_first_value():
    bands = {"red": 20, "orange": 15, "yellow": 9, "blue": 1}
    told = [(20, "red"), (16, "orange"), (15, "orange"), (12, "yellow"), (9, "yellow"), (8, "blue"), (1, "blue")]
    assert [band(value, bands, "blue") for value, _color in told] == [color for _value, color in told]
