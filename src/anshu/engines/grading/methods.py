"""The methods: LEC, LS, major hazard sources (GB 18218), floating premiums; and the worst of several colours."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from anshu.engines.grading.tables import LecTable, LsTable, MajorHazardTable, PremiumTable
from anshu.kernel.errors import Invalid

FEN = Decimal("0.01")
WHOLE = Decimal(100)


@dataclass(frozen=True, slots=True)
class Danger:
    """D = L × E × C, its level and its colour."""

    value: Decimal
    level: str
    colour: str


@dataclass(frozen=True, slots=True)
class Substance:
    """What lies in a unit: quantity q and critical quantity Q in tonnes, correction factor β of its kind."""

    quantity_t: Decimal
    critical_t: Decimal
    factor: Decimal


@dataclass(frozen=True, slots=True)
class MajorHazard:
    """S = Σ q/Q, and R = α Σ β q/Q with its level; both None when S is below the threshold, as it is none then."""

    ratio: Fraction
    index: Fraction | None
    level: str | None


def danger(table: LecTable, likelihood: Decimal, exposure: Decimal, consequence: Decimal) -> Danger:
    """The danger of work in its conditions; Invalid for a value that the table does not have."""
    given = {"likelihood": likelihood, "exposure": exposure, "consequence": consequence}
    for name, value in given.items():
        if value not in getattr(table, name):
            allowed = ", ".join(str(one) for one in getattr(table, name))
            message = "%(value)s is none of %(allowed)s"
            raise Invalid(message, field=name, code="grading_value", value=str(value), allowed=allowed)
    value = likelihood * exposure * consequence
    return Danger(value, table.levels.of(value), table.colours.of(value))


def risk(table: LsTable, likelihood: int, severity: int) -> tuple[int, str]:
    """R = L × S and its colour; Invalid for a value outside 1 to the largest."""
    for name, value in (("likelihood", likelihood), ("severity", severity)):
        if not 1 <= value <= table.largest:
            message = "%(value)d is not from 1 to %(largest)d"
            raise Invalid(message, field=name, code="grading_value", value=value, largest=table.largest)
    return likelihood * severity, table.colours.of(Decimal(likelihood * severity))


def major_hazard(table: MajorHazardTable, substances: Sequence[Substance], exposed: int) -> MajorHazard:
    """Whether a unit is a major hazard source, and of which level; `exposed` people outside within the distance.

    Invalid for a quantity below zero, a critical quantity or factor that is not above it, or fewer than no people.
    """
    for one in substances:
        if one.quantity_t < 0 or one.critical_t <= 0 or one.factor <= 0:
            message = "quantities must not be negative, critical quantities and factors must be above zero"
            raise Invalid(message, field="substances", code="grading_substance")
    if exposed < 0:
        raise Invalid("people exposed must not be negative", field="exposed", code="grading_exposed")
    shares = [Fraction(one.quantity_t) / Fraction(one.critical_t) for one in substances]
    ratio = sum(shares, Fraction(0))
    if ratio < Fraction(table.threshold):
        return MajorHazard(ratio, None, None)
    alpha = next(factor for people_from, factor in table.exposure if exposed >= people_from)
    corrected = (Fraction(one.factor) * share for one, share in zip(substances, shares, strict=True))
    index = Fraction(alpha) * sum(corrected, Fraction(0))
    return MajorHazard(ratio, index, table.levels.of(index))


def premium(table: PremiumTable, base_yuan: Decimal, changes: Iterable[str]) -> Decimal:
    """Base × clamp(Π(1 + δ)), rounded once to fen; Invalid for a change unknown or given twice, or a negative base."""
    named = list(changes)
    for name in named:
        if name not in table.changes_percent or named.count(name) > 1:
            message = "%(name)s is given twice, or is none of %(allowed)s"
            allowed = ", ".join(table.changes_percent)
            raise Invalid(message, field="changes", code="grading_change", name=name, allowed=allowed)
    if base_yuan < 0:
        raise Invalid("the premium must not be negative", field="base_yuan", code="grading_premium")
    factor = Decimal(1)
    for name in named:
        factor *= 1 + table.changes_percent[name] / WHOLE
    return (base_yuan * min(max(factor, table.least), table.most)).quantize(FEN, ROUND_HALF_UP)


def worst(order: Sequence[str], colours: Iterable[str]) -> str | None:
    """The first of the colours in the order of badness: the colour of an area is that of its worst point; None of none.

    Invalid for a colour that the order does not have.
    """
    found = list(colours)
    unknown = [colour for colour in found if colour not in order]
    if unknown:
        message = "%(colour)s is none of %(allowed)s"
        raise Invalid(message, field="colours", code="grading_colour", colour=unknown[0], allowed=", ".join(order))
    return min(found, key=list(order).index, default=None)
