"""Work permits (GB 30871): levels, how long they hold, when a gas test still counts. Pure: no clock, no database."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

"""Levels of hot work from the mildest to the gravest; a step up is a step to the right."""
HOT_WORK = ("2", "1", "special")


@dataclass(frozen=True)
class Night:
    """The hours of the night, local: from `begins` on, until before `ends` of the next day."""

    begins: time
    ends: time

    def holds(self, at: datetime, zone: tzinfo) -> bool:
        """Whether the instant lies in the night."""
        local = at.astimezone(zone).time()
        return local >= self.begins or local < self.ends


def raised_by(
    starts_at: datetime, ends_at: datetime, night: Night, zone: tzinfo, worked: Callable[[date], bool]
) -> frozenset[str]:
    """What raises the level of hot work planned for this time: `night`, `holiday` (a day that is not worked), both or
    neither. One hour of it in the night is enough."""
    found = set()
    at, step = starts_at, timedelta(minutes=30)
    while at < ends_at:
        if night.holds(at, zone):
            found.add("night")
        if not worked(at.astimezone(zone).date()):
            found.add("holiday")
        at += step
    return frozenset(found)


def raised(rank: str) -> str:
    """One level graver, or the gravest."""
    place = HOT_WORK.index(rank)
    return HOT_WORK[min(place + 1, len(HOT_WORK) - 1)]


def rank_by_size(size: float, steps: Sequence[float], ranks: Sequence[str]) -> str:
    """The level of a height (m) or weight (t): `ranks` has one more entry than `steps`, which rise; a size equal to a
    step belongs to the lower side of it."""
    return ranks[sum(size > step for step in steps)]


@dataclass(frozen=True)
class GasLimits:
    """Oxygen between two shares (per cent by volume) and combustible gas at most (per cent by volume), the latter by
    whether its explosive limit lies below 4 %."""

    oxygen_least: float
    oxygen_most: float
    combustible_most: float
    combustible_most_low: float

    def passes(self, oxygen: float, combustible: float, *, low_limit: bool, toxic_ok: bool) -> bool:
        """Whether work may begin with these readings."""
        most = self.combustible_most_low if low_limit else self.combustible_most
        return toxic_ok and self.oxygen_least <= oxygen <= self.oxygen_most and 0 <= combustible <= most


def still_counts(tested_at: datetime | None, now: datetime, minutes: float, since: datetime | None = None) -> bool:
    """Whether a passed test is recent enough, and, where work was interrupted, was made after that."""
    if tested_at is None or now - tested_at > timedelta(minutes=minutes):
        return False
    return since is None or tested_at >= since


def longest(kind: str, rank: str, limits: Mapping[str, str]) -> str:
    """The limit of a kind and level as the rule pack writes it: `hot_work.2` before `hot_work` before `default`."""
    return next(limits[name] for name in (f"{kind}.{rank}", kind, "default") if name in limits)
