"""Bands, surcharges and limitations hold for every amount and day; the vectors are the law's."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.domains.enforcement.rules import band_of, limitation_ends, owed, surcharge

YUAN = st.decimals(min_value=0, max_value=1_000_000, places=2)
DAY = date(2026, 11, 30)
PARTING = (Decimal(30), Decimal(70))


@given(YUAN, YUAN, st.sets(st.sampled_from(["first", "corrected"])), st.sets(st.sampled_from(["repeated", "harm"])))
def test_a_band_lies_in_the_range_and_follows_the_balance(one, other, lighter, heavier):
    least, most = sorted((one.quantize(Decimal(1)), other.quantize(Decimal(1))))
    band = band_of(least, most, PARTING, lighter, heavier)
    assert least <= band.least <= band.most <= most
    expected = (
        {True: "light", False: "heavy"}[len(lighter) > len(heavier)] if len(lighter) != len(heavier) else "normal"
    )
    assert band.step == expected and band.holds(band.least) and band.holds(band.most)


def test_the_bands_of_a_range_meet():
    light, normal, heavy = (
        band_of(Decimal(5000), Decimal(50000), PARTING, lighter, heavier)
        for lighter, heavier in (({"first"}, ()), ((), ()), ((), {"harm"}))
    )
    assert (light.least, light.most, normal.least, normal.most, heavy.least, heavy.most) == (
        5000,
        18500,
        18500,
        36500,
        36500,
        50000,
    )


@given(YUAN, st.integers(-400, 400))
def test_a_surcharge_is_three_per_cent_a_day_and_never_more_than_the_fine(fine, late):
    added = surcharge(fine, DAY, DAY + timedelta(days=late), Decimal(3))
    assert 0 <= added <= fine
    if late <= 0:
        assert added == 0
    elif late >= 34:
        assert added == fine


@pytest.mark.parametrize(
    ("late", "due"), [(0, "10000"), (1, "10300.00"), (10, "13000.00"), (33, "19900.00"), (34, "20000"), (90, "20000")]
)
def test_what_is_owed_by_day(late, due):
    assert owed(Decimal(10000), Decimal(0), DAY, DAY + timedelta(days=late), Decimal(3)) == Decimal(due)


def test_a_payment_is_taken_off():
    assert owed(Decimal(10000), Decimal(4000), DAY, DAY, Decimal(3)) == 6000
    assert owed(Decimal(10000), Decimal(20000), DAY, DAY, Decimal(3)) == 0


def test_a_breach_on_a_leap_day_ends_on_the_twenty_eighth():
    assert limitation_ends(date(2024, 2, 29), 2) == date(2026, 2, 28)
    assert limitation_ends(date(2024, 11, 24), 2) == date(2026, 11, 24)
