"""Chinese working days and the deadlines counted in them.

A limit of a few days means working days (行政处罚法 art. 85); holidays are exchanged for make-up days (调休)
by a yearly notice of the State Council, which is shipped as data.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Self

import yaml

from anshu.kernel.errors import Invalid

SHIPPED_CALENDAR = Path(__file__).parent / "data" / "calendar_cn.yaml"

_LIMIT_PATTERN = re.compile(r"(\d{1,6})\s*(s|min|h|wd|d)")
_SATURDAY = 5


class LimitUnit(StrEnum):
    """What a limit is counted in; the value is the suffix it is written with."""

    SECOND = "s"
    MINUTE = "min"
    HOUR = "h"
    WORKING_DAY = "wd"
    DAY = "d"


_ELAPSED = {
    LimitUnit.SECOND: timedelta(seconds=1),
    LimitUnit.MINUTE: timedelta(minutes=1),
    LimitUnit.HOUR: timedelta(hours=1),
}


@dataclass(frozen=True, slots=True)
class Limit:
    """How long something may take: a positive whole number of one unit, written like 5min, 2h, 3wd or 15d."""

    amount: int
    unit: LimitUnit

    def __post_init__(self) -> None:
        if self.amount <= 0:
            raise Invalid("a limit must be longer than zero", field="limit", code="limit_not_positive")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a limit from its written form; Invalid (field limit) when it is not one."""
        match = _LIMIT_PATTERN.fullmatch(text.strip())
        if match is None:
            raise Invalid(
                "%(text)r is not a limit: write a number and s, min, h, d (days) or wd (working days), such as 30min",
                field="limit",
                code="limit_unreadable",
                text=text,
            )
        return cls(int(match[1]), LimitUnit(match[2]))

    def __str__(self) -> str:
        return f"{self.amount}{self.unit.value}"

    @property
    def elapsed(self) -> timedelta | None:
        """The exact duration of a limit in seconds, minutes or hours; None for one counted in days."""
        step = _ELAPSED.get(self.unit)
        return None if step is None else step * self.amount

    @staticmethod
    def fraction(start: datetime, due: datetime, ratio: float) -> datetime:
        """The instant at `ratio` of the time from start to due (0.5 half-way, 1.5 half as long again after due)."""
        _require_aware(start, "start")
        _require_aware(due, "due")
        return (start + (due - start) * ratio).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """Where one year's holidays come from, and whether the notice itself was read."""

    year: int
    source: str
    verified: bool


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Which dates are worked. A year without data is taken as Monday to Friday; `covers` tells."""

    years: Mapping[int, CalendarYear] = field(default_factory=dict)
    holidays: Mapping[date, str] = field(default_factory=dict)
    make_up_days: frozenset[date] = frozenset()

    @classmethod
    def from_yaml(cls, text: str) -> Self:
        """Read `years: [{year, source, verified, holidays: [{name, first, last, make_up}]}]`; Invalid when wrong."""
        years: dict[int, CalendarYear] = {}
        holidays: dict[date, str] = {}
        make_up_days: set[date] = set()
        for entry in _years_in(text):
            year = CalendarYear(int(entry["year"]), str(entry["source"]), entry["verified"] is True)
            if year.year in years:
                raise Invalid("year %(year)s is given twice", field="year", code="calendar_year_twice", year=year.year)
            years[year.year] = year
            for holiday in entry["holidays"]:
                holidays.update(dict.fromkeys(_dates_of(holiday), str(holiday["name"])))
                make_up_days.update(holiday.get("make_up", ()))
        _refuse_contradictions(holidays, make_up_days)
        return cls(years, holidays, frozenset(make_up_days))

    @property
    def known_years(self) -> frozenset[int]:
        """Years whose holidays are on file; any other year is guessed as Monday to Friday."""
        return frozenset(self.years)

    def covers(self, first: date, last: date) -> bool:
        """Whether every year from first to last is on file, so that a count between them is not a guess."""
        return all(year in self.years for year in range(first.year, last.year + 1))

    def is_working_day(self, day: date) -> bool:
        """Whether the day is worked: make-up days are, holidays are not, otherwise Monday to Friday are."""
        if day in self.make_up_days:
            return True
        return day not in self.holidays and day.weekday() < _SATURDAY

    def shift(self, day: date, working_days: int) -> date:
        """The n-th working day after (or, for a negative number, before) the day; the day itself for zero."""
        step = timedelta(days=1 if working_days > 0 else -1)
        left = abs(working_days)
        while left:
            day += step
            left -= self.is_working_day(day)
        return day

    def add_working_days(self, instant: datetime, working_days: int, zone: tzinfo) -> datetime:
        """End (24:00 in the zone) of the n-th working day after the instant's local date, as UTC."""
        _require_positive(working_days)
        return _end_of(self.shift(_local_date(instant, zone), working_days), zone)

    def add_calendar_days(self, instant: datetime, days: int, zone: tzinfo) -> datetime:
        """End (24:00 in the zone) of the n-th day after the instant's local date, as UTC; holidays count."""
        _require_positive(days)
        return _end_of(_local_date(instant, zone) + timedelta(days=days), zone)

    def deadline(self, start: datetime, limit: Limit, zone: tzinfo) -> datetime:
        """When a limit that starts at `start` (aware) runs out, as UTC.

        Seconds, minutes and hours run on at once and through holidays; days and working days count from the
        following day and end at 24:00 local time of the last one.
        """
        _require_aware(start, "start")
        if limit.elapsed is not None:
            return start.astimezone(UTC) + limit.elapsed
        if limit.unit is LimitUnit.WORKING_DAY:
            return self.add_working_days(start, limit.amount, zone)
        return self.add_calendar_days(start, limit.amount, zone)


@cache
def shipped_calendar() -> WorkingCalendar:
    """The calendar that comes with the product, read once."""
    return WorkingCalendar.from_yaml(SHIPPED_CALENDAR.read_text(encoding="utf-8"))


def _years_in(text: str) -> list[dict[str, Any]]:
    try:
        document = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a date such as 30 February
        raise Invalid(
            "the calendar is not YAML: %(reason)s", field="calendar", code="calendar_unreadable", reason=str(error)
        ) from error
    entries = document.get("years") if isinstance(document, dict) else None
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise Invalid("the calendar has no list of years", field="years", code="calendar_unreadable")
    for entry in entries:
        missing = {"year", "source", "verified", "holidays"} - entry.keys()
        if missing:
            raise Invalid(
                "year %(year)s lacks %(names)s",
                field="years",
                code="calendar_incomplete",
                year=entry.get("year"),
                names=", ".join(sorted(missing)),
            )
    return entries


def _dates_of(holiday: Mapping[str, Any]) -> list[date]:
    first, last = holiday.get("first"), holiday.get("last")
    if not isinstance(first, date) or not isinstance(last, date) or last < first:
        raise Invalid(
            "holiday %(name)s needs a first and a last date in order",
            field="holidays",
            code="calendar_dates_wrong",
            name=holiday.get("name"),
        )
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]


def _refuse_contradictions(holidays: Mapping[date, str], make_up_days: set[date]) -> None:
    for day in sorted(make_up_days):
        if day in holidays:
            raise Invalid("%(day)s is a holiday and worked", field="make_up", code="calendar_contradiction", day=day)
        if day.weekday() < _SATURDAY:
            raise Invalid("%(day)s is no weekend day", field="make_up", code="calendar_contradiction", day=day)


def _local_date(instant: datetime, zone: tzinfo) -> date:
    _require_aware(instant, "start")
    return instant.astimezone(zone).date()


def _end_of(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=zone).astimezone(UTC)


def _require_aware(instant: datetime, name: str) -> None:
    if instant.utcoffset() is None:
        raise Invalid("%(name)s has no time zone", field=name, code="instant_naive", name=name)


def _require_positive(days: int) -> None:
    if days <= 0:
        raise Invalid("a number of days must be at least one", field="days", code="days_not_positive")
