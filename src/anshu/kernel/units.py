"""Units and the kinds of quantity measured in the field, both read from shipped data."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, overload

import numpy as np
import yaml
from numpy.typing import NDArray

from anshu.kernel.errors import Invalid, Words

SHIPPED_QUANTITIES = Path(__file__).parent / "data" / "quantities.yaml"

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: base value = value x factor + offset, in the base unit of its dimension."""

    symbol: str
    dimension: str
    factor: Fraction
    offset: Fraction
    sign: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class QuantityKind:
    """A kind of measured quantity, its canonical unit and the range outside which a reading cannot be real."""

    key: str
    unit: Unit
    low: float
    high: float
    name_zh: str
    name_en: str

    def is_possible(self, value: float) -> bool:
        """Whether a value in the canonical unit lies in the physical range; NaN and infinities do not."""
        return self.low <= value <= self.high

    def possible(self, values: FloatArray) -> NDArray[np.bool_]:
        """`is_possible` for an array in the canonical unit, element by element."""
        return (values >= self.low) & (values <= self.high)

    @overload
    def canonical(self, value: float, from_unit: str) -> float: ...
    @overload
    def canonical(self, value: FloatArray, from_unit: str) -> FloatArray: ...
    def canonical(self, value: float | FloatArray, from_unit: str) -> float | FloatArray:
        """Convert to the canonical unit; Invalid when the unit measures something else."""
        return convert(value, from_unit, self.unit.symbol)


@dataclass(frozen=True, slots=True)
class QuantityTable:
    """All units by symbol and all kinds by key."""

    units: Mapping[str, Unit]
    kinds: Mapping[str, QuantityKind]

    @classmethod
    def from_yaml(cls, text: str) -> "QuantityTable":
        """Read `units` and `kinds`; Invalid naming the entry that is wrong."""
        document = yaml.safe_load(text)
        units = {symbol: _unit(symbol, entry) for symbol, entry in document["units"].items()}
        kinds = {key: _kind(key, entry, units) for key, entry in document["kinds"].items()}
        return cls(MappingProxyType(units), MappingProxyType(kinds))


@cache
def shipped_quantities() -> QuantityTable:
    """The units and kinds that come with the product, read once."""
    return QuantityTable.from_yaml(SHIPPED_QUANTITIES.read_text(encoding="utf-8"))


def unit(symbol: str) -> Unit:
    """Unit by symbol; Invalid (field unit) when unknown."""
    found = shipped_quantities().units.get(symbol)
    if found is None:
        raise Invalid("unknown unit %(symbol)r", field="unit", code="unit_unknown", symbol=symbol)
    return found


def quantity_kind(key: str) -> QuantityKind:
    """Kind of quantity by key; Invalid (field quantity) when unknown."""
    found = shipped_quantities().kinds.get(key)
    if found is None:
        raise Invalid("unknown quantity %(key)r", field="quantity", code="quantity_unknown", key=key)
    return found


@overload
def convert(value: float, from_unit: str, to_unit: str) -> float: ...
@overload
def convert(value: FloatArray, from_unit: str, to_unit: str) -> FloatArray: ...
@overload
def convert(value: float | FloatArray, from_unit: str, to_unit: str) -> float | FloatArray: ...
def convert(value: float | FloatArray, from_unit: str, to_unit: str) -> float | FloatArray:
    """Convert a number or array between units; Invalid (field unit) when they measure different things."""
    numerator, denominator, shift = _conversion(from_unit, to_unit)
    # Multiplying and dividing by whole numbers keeps 57 cm at exactly 0.57 m, where x 0.01 would not.
    scaled = value * numerator / denominator
    return scaled + shift if shift else scaled


@cache
def _conversion(from_unit: str, to_unit: str) -> tuple[float, float, float]:
    source, target = unit(from_unit), unit(to_unit)
    if source.dimension != target.dimension:
        raise Invalid(
            "cannot convert %(from_unit)s (%(from_dimension)s) to %(to_unit)s (%(to_dimension)s)",
            field="unit",
            code="units_incompatible",
            from_unit=from_unit,
            to_unit=to_unit,
            from_dimension=source.dimension,
            to_dimension=target.dimension,
        )
    ratio = source.factor / target.factor
    shift = (source.offset - target.offset) / target.factor
    return float(ratio.numerator), float(ratio.denominator), float(shift)


def _unit(symbol: str, entry: Mapping[str, Any]) -> Unit:
    try:
        return Unit(
            symbol=symbol,
            dimension=str(entry["dimension"]),
            factor=Fraction(str(entry["factor"])),
            offset=Fraction(str(entry.get("offset", 0))),
            sign=str(entry["sign"]),
            name_zh=str(entry["zh"]),
            name_en=str(entry["en"]),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise _wrong(symbol, error) from error


def _kind(key: str, entry: Mapping[str, Any], units: Mapping[str, Unit]) -> QuantityKind:
    try:
        low, high = (float(bound) for bound in entry["possible"])
        kind = QuantityKind(key, units[entry["unit"]], low, high, str(entry["zh"]), str(entry["en"]))
    except (KeyError, ValueError, TypeError) as error:
        raise _wrong(key, error) from error
    if not low < high:
        raise _wrong(key, Words("the possible range is empty"))
    return kind


def _wrong(name: str, reason: object) -> Invalid:
    return Invalid("%(name)s: %(reason)s", field="quantities", code="quantities_wrong", name=name, reason=reason)
