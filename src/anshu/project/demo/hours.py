"""The hours at which people of the demonstration work: what they did was done in office hours."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from django.utils import timezone

from anshu.kernel.working_days import shipped_calendar

OPENS = time(9, 10)
STEP_MIN, SPREAD_MIN, SERIAL_MIN = 25, 20, 7
LATEST_MIN = 90


@dataclass(order=True)
class Turn:
    """Something that is done at an hour."""

    at: datetime
    act: Callable[[], object] = field(compare=False)


def office_hour(now: datetime, days_ago: int, serial: int, step: int) -> datetime:
    """An instant so many working days ago; the steps of one record follow one another on a day, and records of
    different serial numbers keep different minutes. Never after now."""
    day = timezone.localdate(now)
    while not shipped_calendar().is_working_day(day):
        day -= timedelta(days=1)
    opens = timezone.make_aware(datetime.combine(shipped_calendar().shift(day, -days_ago), OPENS))
    at = opens + timedelta(minutes=step * STEP_MIN + serial * SERIAL_MIN % SPREAD_MIN)
    return min(at, now - timedelta(minutes=LATEST_MIN - step))
