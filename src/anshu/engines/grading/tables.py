"""Tables of grading, as a rule pack gives them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from anshu.kernel.errors import Invalid
from anshu.kernel.rule_packs import Rule, RulePack, RuleValue


@dataclass(frozen=True, slots=True)
class Bands:
    """Classes parted by bounds in falling order, the class above the first bound first.

    `inclusive` says of each bound whether it belongs to the class above it. Invalid when bounds do not fall, or there
    is not one class more than bounds.
    """

    classes: tuple[str, ...]
    bounds: tuple[Decimal, ...]
    inclusive: tuple[bool, ...]

    def __post_init__(self) -> None:
        falling = all(one > other for one, other in zip(self.bounds, self.bounds[1:], strict=False))
        if not falling or not len(self.classes) - 1 == len(self.bounds) == len(self.inclusive):
            message = "bounds must fall, each be inclusive or not, and part one class more than there are bounds"
            raise Invalid(message, field="bounds", code="grading_bounds")

    def of(self, value: Decimal | Fraction) -> str:
        """The class that a value is in."""
        for name, bound, owned in zip(self.classes, self.bounds, self.inclusive, strict=False):
            if value > bound or (owned and value == bound):
                return name
        return self.classes[-1]


@dataclass(frozen=True, slots=True)
class LecTable:
    """The values that L, E and C may have; levels and colours of D."""

    likelihood: tuple[Decimal, ...]
    exposure: tuple[Decimal, ...]
    consequence: tuple[Decimal, ...]
    levels: Bands
    colours: Bands


@dataclass(frozen=True, slots=True)
class LsTable:
    """L and S run from 1 to `largest`; colours of R."""

    largest: int
    colours: Bands


@dataclass(frozen=True, slots=True)
class MajorHazardTable:
    """From which S on it is one; levels of R; (people from, factor α) in falling order."""

    threshold: Decimal
    levels: Bands
    exposure: tuple[tuple[int, Decimal], ...]


@dataclass(frozen=True, slots=True)
class PremiumTable:
    """What changes the premium by how many percent, and the least and most that all changes together may come to."""

    changes_percent: Mapping[str, Decimal]
    least: Decimal
    most: Decimal


@dataclass(frozen=True, slots=True)
class Tables:
    """All tables in force on a day."""

    lec: LecTable
    ls: LsTable
    major_hazard: MajorHazardTable
    premium: PremiumTable


def read_tables(pack: RulePack, on: date) -> Tables:
    """The tables that the pack `risk_grading` has in force on the day; Invalid naming the rule that is wrong."""
    limits = pack.at("premium.limits", on)
    changes = pack.at("premium.changes_percent", on)
    if not isinstance(changes.value, Mapping):
        raise Invalid("%(key)s must be a mapping", field=changes.key, code="grading_table", key=changes.key)
    return Tables(
        lec=LecTable(
            likelihood=_decimals(pack.at("lec.likelihood", on)),
            exposure=_decimals(pack.at("lec.exposure", on)),
            consequence=_decimals(pack.at("lec.consequence", on)),
            levels=_bands(pack, on, "lec", "levels"),
            colours=_bands(pack, on, "lec", "colours"),
        ),
        ls=LsTable(int(pack.at("ls.largest", on).number()), _bands(pack, on, "ls", "colours")),
        major_hazard=MajorHazardTable(
            threshold=_decimal(pack.at("major_hazard.threshold", on).value),
            levels=_bands(pack, on, "major_hazard", "levels"),
            exposure=_exposure(pack.at("major_hazard.exposure", on)),
        ),
        premium=PremiumTable(
            {name: _decimal(value) for name, value in changes.value.items()},
            _decimal(limits.member("least")),
            _decimal(limits.member("most")),
        ),
    )


def _bands(pack: RulePack, on: date, method: str, classes: str) -> Bands:
    return Bands(
        tuple(str(name) for name in pack.at(f"{method}.{classes}", on).items()),
        _decimals(pack.at(f"{method}.bounds", on)),
        tuple(bool(owned) for owned in pack.at(f"{method}.bounds_inclusive", on).items()),
    )


def _exposure(rule: Rule) -> tuple[tuple[int, Decimal], ...]:
    rows = [row for row in rule.items() if isinstance(row, Mapping)]
    found = [(int(_decimal(row["people_from"])), _decimal(row["factor"])) for row in rows]
    return tuple(sorted(found, reverse=True))


def _decimals(rule: Rule) -> tuple[Decimal, ...]:
    return tuple(_decimal(value) for value in rule.items())


def _decimal(value: RuleValue) -> Decimal:
    """The number as it is written in the pack: 0.1 is a tenth, not the binary fraction next to it."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Invalid("%(value)s is not a number", field="rules", code="grading_table", value=str(value))
    return Decimal(str(value))
