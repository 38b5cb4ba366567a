"""What the radar hands over to the register of cards: a sign, whom it points at, its figure, and the rows behind it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from anshu.kernel.division import DivisionLevel


@dataclass(frozen=True, slots=True)
class Row:
    """A record behind a card: kind as in the log (`hazards.hazard`), id, and when it happened."""

    subject: str
    subject_id: Any
    at: datetime


@dataclass(frozen=True, slots=True)
class Finding:
    """A sign about one person (`account_id`), enterprise or unit; exactly one of the three ids is given.

    `seen` of `of` in the days from `first_on` to `last_on`; `expected` by the share of all others, or None.
    """

    sign: str
    key: str
    territory: str
    seen: int
    of: int
    expected: float | None
    first_on: date
    last_on: date
    rows: tuple[Row, ...]
    account_id: Any = None
    enterprise_id: Any = None
    unit_id: Any = None


def common_territory(codes: Collection[str]) -> str:
    """The smallest division that holds all of these; empty when there is none."""
    first, last = min(codes, default=""), max(codes, default="")
    alike = next((at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), len(first))
    return first[: max((level for level in DivisionLevel if level <= alike), default=0)]


def worth_opening_again(sign: str, fresh: int, again: dict[str, float]) -> bool:
    """Whether so many further rows ask anew what was judged already; `again` is how many each sign needs."""
    return fresh >= again.get(sign, again["default"])
