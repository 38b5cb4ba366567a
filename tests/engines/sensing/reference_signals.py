"""What the slow reference derives from readings: windows, schedules and the two anomaly detectors."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone

from anshu.engines.sensing import Quantity, Schedule


def window(quantity: Quantity, taken: list[tuple[int, float]]) -> list[tuple[int, float]]:
    """The readings that lie in the newest panes."""
    pane_ms = round(quantity.over_s * 1000) // quantity.panes
    newest = max(at // pane_ms for at, _ in taken)
    return [(at, value) for at, value in taken if at // pane_ms > newest - quantity.panes]


def is_open(when: Schedule, at_ms: int, utc_offset_s: float) -> bool:
    """Does the schedule hold at this instant?"""
    local = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at_ms)).astimezone(
        timezone(timedelta(seconds=utc_offset_s))
    )
    day, minute = (local.month, local.day), local.hour * 60 + local.minute
    if when.first_day <= when.last_day:
        in_season = when.first_day <= day <= when.last_day
    else:
        in_season = day >= when.first_day or day <= when.last_day
    if when.from_minute < when.to_minute:
        in_hours = when.from_minute <= minute < when.to_minute
    else:
        in_hours = minute >= when.from_minute or minute < when.to_minute
    return in_season and in_hours and local.isoweekday() in when.weekdays


@dataclass
class Detector:
    """What is usual, by hour of the day (or all in hour 0): mean, mean absolute deviation, number learnt."""

    grain: float | None = None
    hours: dict[int, tuple[float, float, int]] = field(default_factory=dict)

    def surprise(self, hour: int, value: float, step: float) -> float | None:
        if step > 0 and (self.grain is None or step < self.grain):
            self.grain = step
        mean, spread, count = self.hours.get(hour, (value, 0.0, 0))
        off = value - mean
        sigma = max(1.25 * spread, self.grain or 0.0, 0.001 * abs(mean))
        warm = count >= 30 and sigma > 0
        lesson = min(max(off, -3 * sigma), 3 * sigma) if warm else off
        weight = 1 / min(count + 1, 288)
        self.hours[hour] = (mean + weight * lesson, spread + weight * (abs(lesson) - spread), count + 1)
        return abs(off) / sigma if warm else None
