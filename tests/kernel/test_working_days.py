"""Working days, limits and deadlines, against the published notices and by property."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.kernel.errors import Invalid
from anshu.kernel.working_days import Limit, LimitUnit, WorkingCalendar, shipped_calendar

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = shipped_calendar()

instants = st.datetimes(datetime(2024, 1, 1), datetime(2026, 11, 30), timezones=st.just(ZONE))  # noqa: DTZ001
days = st.dates(date(2024, 1, 1), date(2026, 12, 1))
limits = st.builds(Limit, st.integers(1, 60), st.sampled_from(LimitUnit))


def local(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 2, 14), True),  # Saturday worked for the Spring Festival
        (date(2026, 2, 16), False),  # Monday inside it
        (date(2026, 2, 24), True),
        (date(2026, 9, 20), True),  # Sunday worked for the National Day
        (date(2026, 10, 7), False),
        (date(2025, 10, 8), False),
        (date(2024, 2, 9), True),  # the eve was not a holiday in 2024
        (date(2024, 2, 4), True),
        (date(2024, 6, 8), False),  # an ordinary Saturday
        (date(2031, 10, 1), True),  # Wednesday of a year without a notice: Monday to Friday
    ],
)
def test_single_days(day: date, worked: bool) -> None:
    assert CALENDAR.is_working_day(day) is worked


@pytest.mark.parametrize(("year", "working_days"), [(2024, 251), (2025, 248), (2026, 248)])
def test_working_days_of_a_year(year: int, working_days: int) -> None:
    first = date(year, 1, 1)
    length = (date(year + 1, 1, 1) - first).days
    assert sum(CALENDAR.is_working_day(first + timedelta(days=n)) for n in range(length)) == working_days


def test_known_years_say_what_is_a_guess() -> None:
    assert {2024, 2025, 2026} <= CALENDAR.known_years
    assert CALENDAR.covers(date(2024, 5, 1), date(2026, 12, 31))
    assert not CALENDAR.covers(date(2026, 12, 1), date(2031, 1, 4))
    assert all(year.source and year.verified for year in CALENDAR.years.values())


@pytest.mark.parametrize(
    ("limit", "start", "due"),
    [
        ("5min", local(2026, 10, 1, 23, 58), local(2026, 10, 2, 0, 3)),
        ("2h", local(2026, 2, 15, 23), local(2026, 2, 16, 1)),
        ("20s", local(2026, 2, 15), local(2026, 2, 15) + timedelta(seconds=20)),
        # Friday before the holiday: Sunday 20 September is worked, so it is the first day
        ("1wd", local(2026, 9, 18, 9), local(2026, 9, 21)),
        # 30 September, then 1-7 October off, 8, 9 and the made-up Saturday 10 October
        ("3wd", local(2026, 9, 30, 17, 59), local(2026, 10, 11)),
        ("7wd", local(2026, 2, 13, 8), local(2026, 3, 3)),
        ("15d", local(2026, 9, 20, 1), local(2026, 10, 6)),
        ("1d", local(2026, 2, 28, 23, 59), local(2026, 3, 2)),
    ],
)
def test_deadlines(limit: str, start: datetime, due: datetime) -> None:
    assert CALENDAR.deadline(start, Limit.parse(limit), ZONE) == due


def test_days_are_those_of_the_zone() -> None:
    late = datetime(2026, 3, 2, 17, tzinfo=UTC)  # already 3 March in Shanghai
    assert CALENDAR.add_calendar_days(late, 1, ZONE) == local(2026, 3, 5)
    assert CALENDAR.add_calendar_days(late, 1, UTC) == datetime(2026, 3, 4, tzinfo=UTC)


@given(instants, limits)
def test_a_deadline_is_later_and_in_utc(start: datetime, limit: Limit) -> None:
    due = CALENDAR.deadline(start, limit, ZONE)
    assert due > start
    assert due.tzinfo is UTC


@given(instants, st.timedeltas(timedelta(0), timedelta(days=40)), limits)
def test_deadlines_are_monotone(start: datetime, later: timedelta, limit: Limit) -> None:
    assert CALENDAR.deadline(start, limit, ZONE) <= CALENDAR.deadline(start + later, limit, ZONE)
    longer = Limit(limit.amount + 1, limit.unit)
    assert CALENDAR.deadline(start, limit, ZONE) < CALENDAR.deadline(start, longer, ZONE)


@given(instants, st.integers(1, 60))
def test_working_days_end_on_a_worked_day_and_hold_exactly_n(start: datetime, count: int) -> None:
    due = CALENDAR.add_working_days(start, count, ZONE).astimezone(ZONE)
    last = due.date() - timedelta(days=1)
    assert (due.hour, due.minute) == (0, 0)
    assert CALENDAR.is_working_day(last)
    between = (last - start.date()).days
    assert sum(CALENDAR.is_working_day(start.date() + timedelta(days=n)) for n in range(1, between + 1)) == count


@given(st.sampled_from(sorted(CALENDAR.make_up_days)))
def test_make_up_days_count(day: date) -> None:
    assert CALENDAR.shift(day - timedelta(days=1), 1) == day
    assert WorkingCalendar().shift(day - timedelta(days=1), 1) > day


@given(days, st.integers(-40, 40))
def test_shifting_back_returns(day: date, count: int) -> None:
    worked = CALENDAR.shift(day, 1)
    assert CALENDAR.shift(CALENDAR.shift(worked, count), -count) == worked
    assert CALENDAR.shift(day, 0) == day


@given(limits)
def test_limits_survive_writing(limit: Limit) -> None:
    assert Limit.parse(str(limit)) == limit
    assert (limit.elapsed is None) == (limit.unit in (LimitUnit.DAY, LimitUnit.WORKING_DAY))


@pytest.mark.parametrize("text", ["", "5", "min", "0min", "-2h", "1.5h", "3 weeks", "3wd2h", "9999999d", "５min5"])
def test_unreadable_limits_are_refused(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        Limit.parse(text)
    assert caught.value.field == "limit"


@pytest.mark.parametrize(("ratio", "minutes"), [(0.5, 15), (0.8, 24), (1.0, 30), (1.5, 45)])
def test_fractions_of_a_limit(ratio: float, minutes: int) -> None:
    start = local(2026, 6, 1, 8)
    due = CALENDAR.deadline(start, Limit.parse("30min"), ZONE)
    assert Limit.fraction(start, due, ratio) == start + timedelta(minutes=minutes)


def test_naive_instants_are_refused() -> None:
    naive = datetime(2026, 1, 5, 8)  # noqa: DTZ001
    with pytest.raises(Invalid) as caught:
        CALENDAR.deadline(naive, Limit.parse("1h"), ZONE)
    assert caught.value.code == "instant_naive"


@pytest.mark.parametrize(
    ("holidays", "code"),
    [
        ("[{name: x, first: 2026-05-05, last: 2026-05-01}]", "calendar_dates_wrong"),
        ("[{name: x, first: 2026-05-01, last: 2026-05-05, make_up: [2026-05-02]}]", "calendar_contradiction"),
        ("[{name: x, first: 2026-05-01, last: 2026-05-05, make_up: [2026-05-06]}]", "calendar_contradiction"),
    ],
)
def test_wrong_calendars_are_refused(holidays: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        WorkingCalendar.from_yaml(f"years: [{{year: 2026, source: s, verified: true, holidays: {holidays}}}]")
    assert caught.value.code == code
    assert str(caught.value)


@pytest.mark.parametrize(
    "text", ["", "years: 5", "years: [{year: 2026}]", "years: [", "[1]", "years: [{year: 2026-02-30}]"]
)
def test_malformed_calendars_are_refused(text: str) -> None:
    with pytest.raises(Invalid):
        WorkingCalendar.from_yaml(text)
