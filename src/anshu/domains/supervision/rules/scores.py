"""The score of a unit. Pure: counts and weights in, a card out."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Deduction:
    """So many of a thing, at so many points each."""

    key: str
    count: int
    each: Decimal

    @property
    def points(self) -> Decimal:
        return self.count * self.each


@dataclass(frozen=True)
class Card:
    """The score, never below nought, and every deduction that was made."""

    total: Decimal
    deductions: tuple[Deduction, ...]


def reckon(counts: Mapping[str, int], each: Mapping[str, float], full: float) -> Card:
    """Full marks less so many points for each thing counted; what no weight names is not deducted."""
    made = tuple(
        Deduction(key, count, Decimal(str(each[key]))) for key, count in counts.items() if count and key in each
    )
    total = Decimal(str(full)) - sum((row.points for row in made), Decimal(0))
    return Card(max(total, Decimal(0)).quantize(TENTH), made)
