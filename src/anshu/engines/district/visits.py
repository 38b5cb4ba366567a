"""Visits of the invented district: when somebody went where, by which list, how far it has got, and what was wrong."""

from collections.abc import Iterator
from dataclasses import dataclass

from numpy.random import Generator

# How far a visit of the last two weeks has got, and how many of each are wanted of a hundred.
STAGES: tuple[tuple[str, int], ...] = (
    ("planned", 26), ("started", 6), ("submitted", 14), ("signed", 12), ("closed", 36), ("cancelled", 6),
)  # fmt: skip
# Share of visits at which nothing is found; it is neither wished for nor frowned upon.
NOTHING_FOUND = 0.55
RECENT_DAYS, PAST_DAYS = 14, 60
PATROL_SHARE = 0.7


@dataclass(frozen=True, slots=True)
class Outing:
    """One visit: a place by its number in the list given, days back (negative: to come), the hour and minute it began,
    patrol or not, the stage it has reached, and which of a list's items failed (numbers, by chance, of any list)."""

    place: int
    days_ago: int
    hour: int
    minute: int
    patrol: bool
    stage: str
    failed: tuple[int, ...]


def outings(rng: Generator, places: int, count: int) -> Iterator[Outing]:
    """`count` visits of the last two weeks and the next, over so many places; none to a place twice."""
    order = rng.permutation(places)[:count]
    names = [name for name, share in STAGES for _ in range(share)]
    for place in order.tolist():
        stage = names[int(rng.integers(len(names)))]
        ahead = stage == "planned"
        days_ago = -int(rng.integers(0, 7)) if ahead else int(rng.integers(0 if stage != "closed" else 3, RECENT_DAYS))
        found = () if rng.random() < NOTHING_FOUND else tuple(rng.integers(0, 50, int(rng.integers(1, 4))).tolist())
        yield Outing(
            place=place,
            days_ago=days_ago,
            hour=int(rng.integers(9, 17)),
            minute=int(rng.integers(0, 60)),
            patrol=bool(rng.random() < PATROL_SHARE),
            stage=stage,
            failed=found,
        )


def past(rng: Generator, places: int, count: int) -> Iterator[Outing]:
    """`count` visits before those, each filed with nothing found."""
    for _serial in range(count):
        yield Outing(
            place=int(rng.integers(places)),
            days_ago=int(rng.integers(RECENT_DAYS, PAST_DAYS)),
            hour=int(rng.integers(9, 17)),
            minute=int(rng.integers(0, 60)),
            patrol=bool(rng.random() < PATROL_SHARE),
            stage="closed",
            failed=(),
        )
