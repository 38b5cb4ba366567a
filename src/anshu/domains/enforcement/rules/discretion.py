"""The band of a fine (裁量基准): which part of the range of the law the circumstances lead to."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True, slots=True)
class Band:
    """A part of the range: light, normal or heavy, from `least` to `most` yuan, with what led to it."""

    step: str
    least: Decimal
    most: Decimal
    lighter: tuple[str, ...]
    heavier: tuple[str, ...]

    def holds(self, fine: Decimal) -> bool:
        """Whether a fine lies within it."""
        return self.least <= fine <= self.most


def band_of(
    least: Decimal, most: Decimal, parting: tuple[Decimal, Decimal], lighter: Collection[str], heavier: Collection[str]
) -> Band:
    """The band of a range (yuan) that is parted at two shares (per cent): light when more circumstances lighten than
    weigh, heavy when more weigh, else normal. Bounds are rounded to whole yuan."""
    low, high = (
        (least + (most - least) * share / 100).quantize(Decimal(1), rounding=ROUND_HALF_UP) for share in parting
    )
    balance = len(heavier) - len(lighter)
    step, bounds = (
        ("light", (least, low)) if balance < 0 else ("heavy", (high, most)) if balance > 0 else ("normal", (low, high))
    )
    return Band(step, *bounds, tuple(sorted(lighter)), tuple(sorted(heavier)))
