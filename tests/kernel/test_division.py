"""Division codes: paths, subtrees, and the real table of two districts' worth of codes."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.kernel.division import (
    DivisionLevel,
    ancestors,
    from_statistical,
    is_within,
    level_of,
    parent,
    subtree_range,
)
from anshu.kernel.errors import Invalid

codes = st.sampled_from(list(DivisionLevel)).flatmap(
    lambda level: st.from_regex(rf"[1-8][0-9]{{{level.value - 1}}}", fullmatch=True)
)
near_codes = st.sampled_from(list(DivisionLevel)).flatmap(
    lambda level: st.text("089", min_size=level.value - 1, max_size=level.value - 1).map("8".__add__)
)


def test_levels_and_parents() -> None:
    assert level_of("440307001002003") is DivisionLevel.GRID
    assert parent("440307001002003") == "440307001002"
    assert parent("440307") == "4403"
    assert parent("44") is None
    assert ancestors("440307001") == ("44", "4403", "440307")


def test_subtree_bounds_carry_over_nines() -> None:
    assert subtree_range("440307") == ("440307", "440308")
    assert subtree_range("440399") == ("440399", "4404")
    assert subtree_range("89") == ("89", "9")


@given(codes | near_codes, codes | near_codes)
def test_the_range_selects_exactly_the_subtree(code: str, ancestor: str) -> None:
    low, high = subtree_range(ancestor)
    assert (low <= code < high) == is_within(code, ancestor) == (code == ancestor or ancestor in ancestors(code))


@given(codes)
def test_every_code_is_within_its_ancestors(code: str) -> None:
    assert all(is_within(code, above) for above in (*ancestors(code), code))
    assert (parent(code) or "") == (ancestors(code)[-1] if ancestors(code) else "")


@pytest.mark.parametrize("code", ["", "4", "044", "4403070", "44030a", "０４４０", "940301", "4403 7", "440307-1-2"])
def test_what_is_no_code_is_refused(code: str) -> None:
    with pytest.raises(Invalid) as caught:
        level_of(code)
    assert caught.value.field == "division_code"
    assert repr(code) in str(caught.value)


@pytest.mark.parametrize(
    ("padded", "short"),
    [
        ("440303000000", "440303"),
        ("440303001000", "440303001"),
        ("440303001001", "440303001001"),
        ("440300000000", "4403"),
        ("440000000000", "44"),
        ("500100000000", "5001"),
        ("100000000000", "10"),
        ("440303001", "440303001"),
    ],
)
def test_statistical_codes_are_shortened(padded: str, short: str) -> None:
    assert from_statistical(padded) == short


def test_real_table_agrees(data_dir: Path) -> None:
    with (data_dir / "code_tables" / "divisions_2023.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 1214
    for row in rows:
        assert (parent(row["code"]) or "") == row["parent"]
        assert level_of(row["code"]).name.lower() == row["level"]
        assert from_statistical(row["code"].ljust(12, "0")) == row["code"]
