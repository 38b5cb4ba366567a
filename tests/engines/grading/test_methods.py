"""Every grade beside its bound, from the pack that is shipped."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.engines.grading import Bands, Substance, danger, major_hazard, premium, read_tables, risk, worst
from anshu.kernel.errors import Invalid
from anshu.kernel.rule_packs import RulePack, load_rule_packs

ON = date(2026, 8, 1)
PACK = load_rule_packs()["risk_grading"]
TABLES = read_tables(PACK, ON)
ALL_DANGERS = list(product(TABLES.lec.likelihood, TABLES.lec.exposure, TABLES.lec.consequence))


def dec(*texts):
    return tuple(Decimal(text) for text in texts)


@pytest.mark.parametrize(
    ("values", "product_of", "level", "colour"),
    [
        (("6", "6", "15"), "540", "level_1", "red"),
        (("3", "6", "15"), "270", "level_2", "orange"),
        (("3", "3", "15"), "135", "level_3", "yellow"),
        (("10", "1", "7"), "70", "level_3", "yellow"),
        (("6", "3", "3"), "54", "level_4", "blue"),
        (("0.5", "1", "40"), "20.0", "level_4", "blue"),
        (("0.1", "0.5", "1"), "0.05", "level_5", "blue"),
    ],
)
def test_the_danger_of_work(values, product_of, level, colour):
    found = danger(TABLES.lec, *dec(*values))
    assert (found.value, found.level, found.colour) == (Decimal(product_of), level, colour)


def test_every_danger_there_is_has_the_level_of_its_number():
    assert len(ALL_DANGERS) == 7 * 6 * 6
    for values in ALL_DANGERS:
        found = danger(TABLES.lec, *values)
        tenths = int(values[0] * 10) * int(values[1] * 10) * int(values[2])  # in hundredths, all whole
        rank = 1 + (tenths <= 32000) + (tenths < 16000) + (tenths < 7000) + (tenths < 2000)
        assert found.level == f"level_{rank}"


def test_who_owns_a_bound_is_said_by_the_table():
    bands = TABLES.lec.levels
    assert [bands.of(Decimal(bound)) for bound in (320, 160, 70, 20)] == ["level_2", "level_2", "level_3", "level_4"]
    assert bands.of(Decimal("320.001")) == "level_1"
    strict = replace(bands, inclusive=(False,) * 4)
    assert [strict.of(Decimal(bound)) for bound in (320, 160, 70, 20)] == ["level_2", "level_3", "level_4", "level_5"]


def test_the_matrix_has_the_colours_of_its_bands():
    found = {(one, other): risk(TABLES.ls, one, other) for one, other in product(range(1, 6), repeat=2)}
    colours = {value: {colour for number, colour in found.values() if number == value} for value, _ in found.values()}
    assert {value for value, (colour,) in colours.items() if colour == "red"} == {20, 25}
    assert {value for value, (colour,) in colours.items() if colour == "orange"} == {15, 16}
    assert {value for value, (colour,) in colours.items() if colour == "yellow"} == {9, 10, 12}
    assert {value for value, (colour,) in colours.items() if colour == "blue"} == {1, 2, 3, 4, 5, 6, 8}


@pytest.mark.parametrize(
    ("exposed", "index", "level"),
    [
        (0, 25, "level_3"),
        (1, 50, "level_2"),
        (29, 50, "level_2"),
        (30, 60, "level_2"),
        (49, 60, "level_2"),
        (50, 75, "level_2"),
        (99, 75, "level_2"),
        (100, 100, "level_1"),
    ],
)
def test_people_exposed_move_a_major_hazard_source_up(exposed, index, level):
    found = major_hazard(TABLES.major_hazard, [Substance(*dec("125", "5", "2"))], exposed)
    assert (found.ratio, found.index, found.level) == (25, index, level)


def test_a_major_hazard_source_begins_at_a_ratio_of_exactly_one():
    thirds = [Substance(*dec("1", "3", "1.5"))] * 3
    assert major_hazard(TABLES.major_hazard, thirds, 1).level == "level_4"
    assert major_hazard(TABLES.major_hazard, thirds, 1).index == Fraction(3, 2)
    less = [*thirds[:2], Substance(*dec("0.999999", "3", "1.5"))]
    assert major_hazard(TABLES.major_hazard, less, 500).level is None
    assert major_hazard(TABLES.major_hazard, [], 0).ratio == 0


@pytest.mark.parametrize(
    ("changes", "yuan"),
    [
        ((), "1000.01"),
        (("no_accident",), "900.01"),
        (("high_award", "no_accident"), "810.01"),
        (("award", "general"), "1045.01"),
        (("serious", "major"), "1500.02"),
        (("major",), "1300.01"),
    ],
)
def test_the_premium_floats_within_its_limits_and_is_rounded_once(changes, yuan):
    assert premium(TABLES.premium, Decimal("1000.01"), changes) == Decimal(yuan)


@given(st.sets(st.sampled_from(sorted(TABLES.premium.changes_percent))), st.decimals(0, 10**9, places=2))
def test_no_premium_leaves_its_limits_whatever_the_order(changes, base):
    found = premium(TABLES.premium, base, sorted(changes))
    assert found == premium(TABLES.premium, base, sorted(changes, reverse=True))
    half_a_fen = Decimal("0.005")
    assert base * TABLES.premium.least - half_a_fen <= found <= base * TABLES.premium.most + half_a_fen


def test_an_area_is_as_bad_as_its_worst_point():
    order = ("red", "orange", "yellow", "blue")
    assert worst(order, ["blue", "orange", "yellow"]) == "orange"
    assert worst(order, []) is None


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("likelihood", lambda: danger(TABLES.lec, *dec("2", "1", "1"))),
        ("exposure", lambda: danger(TABLES.lec, *dec("1", "4", "1"))),
        ("consequence", lambda: danger(TABLES.lec, *dec("1", "1", "2"))),
        ("severity", lambda: risk(TABLES.ls, 5, 6)),
        ("likelihood", lambda: risk(TABLES.ls, 0, 1)),
        ("substances", lambda: major_hazard(TABLES.major_hazard, [Substance(*dec("1", "0", "1"))], 0)),
        ("exposed", lambda: major_hazard(TABLES.major_hazard, [], -1)),
        ("changes", lambda: premium(TABLES.premium, Decimal(1), ["award", "award"])),
        ("changes", lambda: premium(TABLES.premium, Decimal(1), ["unknown"])),
        ("base_yuan", lambda: premium(TABLES.premium, Decimal(-1), [])),
        ("colours", lambda: worst(("red",), ["green"])),
        ("bounds", lambda: Bands(("a", "b"), dec("1", "2"), (True, True))),
        ("bounds", lambda: Bands(("a", "b", "c"), dec("1", "2"), (True, True))),
    ],
)
def test_what_cannot_be_graded_is_refused(field, wrong):
    with pytest.raises(Invalid) as caught:
        wrong()
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("key", "value"),
    [("lec.bounds", "[a, b, c, d]"), ("premium.changes_percent", "[1]"), ("premium.limits", "{least: 1}")],
)
def test_a_table_that_is_none_is_refused(key, value):
    row = f"  - {{key: {key}, value: {value}, effective_from: ~, source: s, verified: false}}\n"
    local = RulePack.from_yaml(f"pack: risk_grading\njurisdiction: 全国\nrows:\n{row}", "local.yaml")
    with pytest.raises(Invalid):
        read_tables(replace(PACK, layers=local.layers + PACK.layers), ON)
