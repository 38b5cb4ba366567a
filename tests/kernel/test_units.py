"""Units convert exactly, refuse nonsense, and tell impossible readings."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.kernel.errors import Invalid
from anshu.kernel.units import QuantityTable, convert, quantity_kind, shipped_quantities, unit

TABLE = shipped_quantities()
PAIRS = [(a, b) for a, b in product(TABLE.units.values(), repeat=2) if a.dimension == b.dimension]


@pytest.mark.parametrize(
    ("value", "source", "target", "result"),
    [
        (57, "cm", "m", 0.57),
        (400, "mm", "m", 0.4),
        (0, "deg_c", "k", 273.15),
        (100, "deg_c", "deg_f", 212.0),
        (-40, "deg_f", "deg_c", -40.0),
        (0.6, "mpa", "kpa", 600.0),
        (1013.25, "hpa", "pa", 101325.0),
        (36, "km_h", "m_s", 10.0),
        (1, "kn", "km_h", 1.852),
        (3600, "m3_h", "m3_s", 1.0),
        (10000, "ppm", "pct_vol", 1.0),
        (180, "deg", "rad", math.pi),
        (15, "mu", "ha", 1.0),
        (24, "mm_d", "mm_h", 1.0),
    ],
)
def test_known_conversions(value: float, source: str, target: str, result: float) -> None:
    assert convert(value, source, target) == pytest.approx(result, rel=1e-14)


@given(st.integers(-100_000, 100_000))
def test_whole_centimetres_become_the_nearest_metres(centimetres: int) -> None:
    assert convert(float(centimetres), "cm", "m") == centimetres / 100


@given(st.sampled_from(PAIRS), st.floats(-1e6, 1e6))
def test_there_and_back(pair: tuple[object, object], value: float) -> None:
    source, target = (getattr(side, "symbol", "") for side in pair)
    there = convert(value, source, target)
    assert convert(there, target, source) == pytest.approx(value, rel=1e-9, abs=1e-9)


def test_arrays_convert_like_numbers() -> None:
    values = np.array([0.0, 12.5, -3.0, np.nan])
    expected = [convert(float(value), "deg_c", "deg_f") for value in values]
    np.testing.assert_array_equal(convert(values, "deg_c", "deg_f"), expected)


@pytest.mark.parametrize(
    ("source", "target"), [("pct_lel", "pct_vol"), ("m", "m3_s"), ("ppm", "mg_m3"), ("pct", "pct_lel"), ("v", "a")]
)
def test_incompatible_units_are_refused(source: str, target: str) -> None:
    with pytest.raises(Invalid) as caught:
        convert(1.0, source, target)
    assert caught.value.code == "units_incompatible"
    assert source in str(caught.value)
    assert target in str(caught.value)


def test_unknown_names_are_refused() -> None:
    with pytest.raises(Invalid, match="furlong") as caught:
        unit("furlong")
    assert caught.value.field == "unit"
    with pytest.raises(Invalid) as caught:
        quantity_kind("mood")
    assert caught.value.field == "quantity"


@pytest.mark.parametrize(
    ("kind", "real", "impossible"),
    [
        ("road_water_depth", 0.4, 99.99),
        ("rain_5min", 18.5, 999.0),
        ("combustible_gas", 25.0, 101.0),
        ("oxygen", 20.9, -1.0),
        ("air_temperature", 39.5, 85.0),
        ("wind_speed", 63.0, 655.35),
    ],
)
def test_impossible_readings(kind: str, real: float, impossible: float) -> None:
    quantity = quantity_kind(kind)
    assert quantity.is_possible(real)
    readings = np.array([real, impossible, np.nan, np.inf])
    np.testing.assert_array_equal(quantity.possible(readings), [True, False, False, False])
    assert [quantity.is_possible(float(reading)) for reading in readings] == [True, False, False, False]


def test_canonical_units() -> None:
    assert quantity_kind("road_water_depth").canonical(27.0, "cm") == 0.27
    with pytest.raises(Invalid):
        quantity_kind("combustible_gas").canonical(1.0, "pct_vol")


def test_every_entry_has_both_names() -> None:
    names = [(entry.name_zh, entry.name_en) for entry in TABLE.units.values()]
    names += [(entry.name_zh, entry.name_en) for entry in TABLE.kinds.values()]
    assert len(names) > 100
    assert all(chinese and english for chinese, english in names)


@pytest.mark.parametrize(
    "kinds",
    [
        "{x: {unit: m, possible: [2, 1], zh: a, en: b}}",
        "{x: {unit: q, possible: [0, 1], zh: a, en: b}}",
        "{x: {unit: m}}",
    ],
)
def test_wrong_tables_are_refused(kinds: str) -> None:
    units = "{m: {dimension: length, factor: 1, sign: m, zh: a, en: b}}"
    with pytest.raises(Invalid, match="x:") as caught:
        QuantityTable.from_yaml(f"units: {units}\nkinds: {kinds}")
    assert caught.value.code == "quantities_wrong"
