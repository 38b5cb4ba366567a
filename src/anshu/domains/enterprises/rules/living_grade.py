"""The living grade (活等级): what has happened lately, in points that fade, on top of the grade given by review.

Pure: no clock, no database. The points of the reasons add up to the points of the grade, to the decimal place.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal

TENTH = Decimal("0.1")
DAY_S = 86_400.0
BLUE = "blue"


@dataclass(frozen=True)
class Weight:
    """What one kind of event counts: points of an ordinary case (below zero: taken off), days in which half of them
    fade, and the most that the kind may count in all."""

    points: float
    half_life_d: float
    at_most: float


@dataclass(frozen=True)
class Table:
    """The rule pack: base points and first points by colour, weights by kind, the most that may be taken off in all,
    and the points below which an event no longer counts."""

    base: Mapping[str, float]
    ladder: Mapping[str, float]
    weights: Mapping[str, Weight]
    credit_at_most: float
    least: float


@dataclass(frozen=True)
class Event:
    """Something that happened. While `lasts` and not `ended_at` it counts in full; from its end (or, when it does not
    last, from its beginning) its points fade. `weight` 1 is an ordinary case of its kind."""

    kind: str
    began_at: datetime
    ended_at: datetime | None = None
    lasts: bool = False
    weight: float = 1.0
    words: str = ""


@dataclass(frozen=True)
class Reason:
    """One line of the explanation: the kind of event (`base` for the grade by review, `limit` for what the limit of
    what may be taken off gives back), in words, since when, and its points."""

    kind: str
    words: str
    began_at: datetime | None
    points: Decimal


@dataclass(frozen=True)
class LivingGrade:
    """Points, the colour they give, and why: the reasons add up to the points."""

    points: Decimal
    color: str
    reasons: tuple[Reason, ...]


def living_grade(base: str, events: Iterable[Event], table: Table, now: datetime) -> LivingGrade:
    """The grade at `now` of an enterprise whose reviewed colour is `base` (blue when it has none)."""
    start = Decimal(str(table.base.get(base, table.base[BLUE]))).quantize(TENTH)
    counted = list(_counted(sorted(events, key=lambda event: event.began_at, reverse=True), table, now))
    reasons = [Reason("base", base, None, start), *counted, *_given_back(counted, table)]
    points = sum((reason.points for reason in reasons), Decimal(0))
    if points < 0:  # nobody is better than the best
        reasons.append(Reason("limit", "", None, -points))
        points = Decimal(0)
    return LivingGrade(points, color_of(points, table.ladder), tuple(reasons))


def color_of(points: Decimal, ladder: Mapping[str, float]) -> str:
    """The gravest colour whose first points are reached; blue below all of them."""
    reached = [(first, color) for color, first in ladder.items() if points >= Decimal(str(first))]
    return max(reached)[1] if reached else BLUE


def faded(event: Event, weight: Weight, now: datetime) -> float:
    """Points of one event at `now`: none before it began, all while it lasts, then half after each half-life."""
    if now < event.began_at:
        return 0.0
    whole = weight.points * event.weight
    over = event.ended_at if event.lasts else event.began_at
    if over is None or now <= over:
        return whole
    return float(whole * 0.5 ** ((now - over).total_seconds() / DAY_S / weight.half_life_d))


def _counted(events: Sequence[Event], table: Table, now: datetime) -> Iterable[Reason]:
    """The events that count, the newest first; what goes beyond the limit of its kind is cut off."""
    room = {kind: Decimal(str(weight.at_most)) for kind, weight in table.weights.items()}
    for event in events:
        weight = table.weights.get(event.kind)
        if weight is None:
            continue
        raw = Decimal(repr(faded(event, weight, now))).quantize(TENTH, ROUND_HALF_EVEN)
        points = max(min(raw, room[event.kind]), -room[event.kind])
        if abs(points) < Decimal(str(table.least)):
            continue
        room[event.kind] -= abs(points)
        yield Reason(event.kind, event.words, event.began_at, points)


def _given_back(counted: Sequence[Reason], table: Table) -> list[Reason]:
    """What was taken off beyond the limit for all kinds together, given back in one line."""
    credit = -sum((reason.points for reason in counted if reason.points < 0), Decimal(0))
    beyond = credit - Decimal(str(table.credit_at_most)).quantize(TENTH)
    return [Reason("limit", "", None, beyond)] if beyond > 0 else []
