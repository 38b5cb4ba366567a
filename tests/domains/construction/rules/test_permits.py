"""The pure rules of permits."""

from datetime import UTC, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.domains.construction.rules.permits import (
    HOT_WORK,
    GasLimits,
    Night,
    longest,
    raised,
    raised_by,
    rank_by_size,
    still_counts,
)

BEIJING = timezone(timedelta(hours=8))
NIGHT = Night(time(20), time(6))
instants = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # made aware


@given(instants, st.integers(1, 24))
def test_a_plan_touches_the_night_when_an_hour_of_it_does(start, hours):
    end = start + timedelta(hours=hours)
    minutes = [start + timedelta(minutes=m) for m in range(0, hours * 60, 30)]
    found = raised_by(start, end, NIGHT, BEIJING, lambda _day: True)
    assert ("night" in found) == any(NIGHT.holds(at, BEIJING) for at in minutes)
    assert "holiday" not in found


@given(instants)
def test_night_is_ten_hours_of_the_day(start):
    held = sum(NIGHT.holds(start + timedelta(minutes=30 * n), BEIJING) for n in range(48))
    assert held == 20


def test_one_level_up_and_no_further():
    assert [raised(rank) for rank in HOT_WORK] == ["1", "special", "special"]


@given(st.floats(0.1, 500))
def test_more_is_never_a_milder_level(size):
    ranks = ["1", "2", "3", "4"]
    assert rank_by_size(size, (5, 15, 30), ranks) <= rank_by_size(size + 10, (5, 15, 30), ranks)


@pytest.mark.parametrize(
    ("age", "paused", "counts"),
    [(0, None, True), (30, None, True), (30.1, None, False), (5, 10, True), (10, 5, False), (None, None, False)],
)
def test_when_a_test_counts(age, paused, counts):
    now = datetime(2026, 11, 24, tzinfo=UTC)
    tested = None if age is None else now - timedelta(minutes=age)
    since = None if paused is None else now - timedelta(minutes=paused)
    assert still_counts(tested, now, 30, since) is counts


@given(st.floats(0, 100), st.floats(-1, 100), st.booleans())
def test_what_passes_the_stricter_limit_passes_the_other(oxygen, combustible, toxic_ok):
    limits = GasLimits(19.5, 23.5, 0.5, 0.2)
    strict = limits.passes(oxygen, combustible, low_limit=True, toxic_ok=toxic_ok)
    assert not strict or limits.passes(oxygen, combustible, low_limit=False, toxic_ok=toxic_ok)


def test_the_nearest_limit_holds():
    limits = {"hot_work.2": "72h", "hot_work": "8h", "default": "7d"}
    assert [longest(*key, limits) for key in (("hot_work", "2"), ("hot_work", "1"), ("lifting", ""))] == [
        "72h",
        "8h",
        "7d",
    ]
