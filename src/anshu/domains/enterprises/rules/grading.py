"""Grading of risks and of major hazard sources, and the floating premium: arithmetic over tables of the rule pack."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

YUAN = Decimal("0.01")


def band(value: float, bands: Mapping[str, float], otherwise: str) -> str:
    """The gravest band whose first value is reached (lower bound included); `otherwise` below all of them."""
    reached = [(first, name) for name, first in bands.items() if Decimal(str(value)) >= Decimal(str(first))]
    return max(reached)[1] if reached else otherwise


def above(value: float, bands: Mapping[str, float]) -> str:
    """The gravest band whose first value is exceeded (lower bound not included); empty when none is."""
    reached = [(first, name) for name, first in bands.items() if Decimal(str(value)) > Decimal(str(first))]
    return max(reached)[1] if reached else ""


@dataclass(frozen=True)
class Held:
    """A chemical in a unit: the most kept and its critical quantity (both t), and its correction factor β."""

    quantity_t: float
    critical_t: float
    beta: float


@dataclass(frozen=True)
class MajorSource:
    """S = Σ q/Q of GB 18218; from 1 on it is a major hazard source, with R = α Σ β q/Q and a level, 1 the gravest."""

    s: float
    r: float
    level: int | None


def major_source(
    held: Iterable[Held], exposed: int, alpha: Mapping[int, float], levels: Sequence[float]
) -> MajorSource:
    """S, R and level of a unit. `alpha` is factor by least number of exposed people; `levels` the first R of levels
    1, 2 and 3, falling; below the last it is level 4."""
    rows = list(held)
    s = float(sum((_ratio(each) for each in rows), Decimal(0)))
    factor = alpha[max(least for least in alpha if exposed >= least)]
    r = float(Decimal(str(factor)) * sum((Decimal(str(each.beta)) * _ratio(each) for each in rows), Decimal(0)))
    if s < 1:
        return MajorSource(s, r, None)
    return MajorSource(s, r, next((rank for rank, first in enumerate(levels, 1) if r >= first), len(levels) + 1))


def _ratio(each: Held) -> Decimal:
    return Decimal(str(each.quantity_t)) / Decimal(str(each.critical_t))


@dataclass(frozen=True)
class Premium:
    """A premium in yuan, and the factors that made it: (name, share), such as ("award", -0.05)."""

    yuan: Decimal
    factors: tuple[tuple[str, Decimal], ...]
    product: Decimal


def floating_premium(base: Decimal, factors: Mapping[str, float], least: float, most: float) -> Premium:
    """base × Π(1 + share), the product kept between `least` and `most`; shares such as -0.05 (verified local table)."""
    shares = tuple((name, Decimal(str(share))) for name, share in factors.items())
    product = Decimal(1)
    for _name, share in shares:
        product *= 1 + share
    product = max(Decimal(str(least)), min(Decimal(str(most)), product))
    return Premium((base * product).quantize(YUAN, ROUND_HALF_UP), shares, product)
