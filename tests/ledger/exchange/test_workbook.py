"""Workbooks sent while their rows come: read back equal by others, flat in memory, nothing lost at a sheet's end."""

import io
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

import openpyxl
import pytest
import python_calamine
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from anshu.ledger.exchange import workbook

LABELS = ("number", "x")


def midnight(day: date) -> datetime:
    """As a spreadsheet knows it: without a zone."""
    return datetime.combine(day, time.min)


def read(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def whole(rows: list[Any], title: str = "sites") -> bytes:
    return b"".join(workbook.stream(title, LABELS, rows))


@pytest.mark.once
@given(
    st.one_of(
        st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20),
        st.sampled_from(("=1+1", "a_x0041_b", " two\nlines ", "\x0b", "&lt;", "\r\n", "疏散通道𠮷")),
        st.integers(-(10**15), 10**15),
        st.floats(allow_nan=False, allow_infinity=False),
        st.dates(date(1900, 3, 1), date(2200, 1, 1)),
        st.datetimes(midnight(date(1900, 3, 1)), midnight(date(2200, 1, 1))).map(lambda at: at.replace(microsecond=0)),
    )
)
def test_whatever_is_written_is_read_back_equal_and_never_runs(value: Any) -> None:
    cell = read(whole([("1", value)])).active["B2"]
    found = unescape(cell.value) if isinstance(value, str) else cell.value
    if type(value) is date:
        value = midnight(value)
    assert found == value and cell.data_type != "f"
    assert bool(cell.quotePrefix) is (isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")))


@pytest.mark.once
def test_what_a_cell_cannot_hold_is_left_out_or_said_in_words() -> None:
    rows: list[tuple[Any, Any]] = [
        (None, ""),
        (float("nan"), float("inf")),
        (date(1899, 1, 2), midnight(date(1, 1, 1))),
        ("x" * 40_000, True),
    ]
    sheet = read(whole(rows)).active
    assert [cell.value for row in sheet["A2:B4"] for cell in row] == [None] * 4 + ["1899-01-02", "0001-01-01 00:00:00"]
    assert len(sheet["A5"].value) == workbook.CELL_SIGNS and sheet["B5"].value == 1


@pytest.mark.once
def test_two_readers_see_the_same_and_the_heading_stays_in_sight() -> None:
    content = whole([("S1", 1.5), ("S2", date(2026, 9, 7))], '台账[1]:/a"&b')
    sheet = read(content).active
    assert (sheet.title, sheet.freeze_panes) == ('台账1a"&b', "A2")
    assert sheet["A1"].font.bold and sheet["B3"].number_format == "yyyy-mm-dd"
    other = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert other == [["number", "x"], ["S1", 1.5], ["S2", date(2026, 9, 7)]]


@pytest.mark.once
def test_the_first_piece_comes_before_any_row_and_no_piece_waits_for_the_last() -> None:
    asked: list[int] = []

    def rows() -> Iterator[tuple[str, float]]:
        for number in range(30_000):
            asked.append(number)
            yield str(number), number * 0.7310585

    pieces = workbook.stream("sites", LABELS, rows())
    assert next(pieces).startswith(b"PK") and not asked
    first = next(pieces)
    assert 0 < len(asked) < 20_000 and len(first) < 3 * workbook.PIECE
    assert all(len(piece) < 3 * workbook.PIECE for piece in pieces) and len(asked) == 30_000


@pytest.mark.once
@pytest.mark.parametrize("bound", ["SHEET_ROWS", "SHEET_BYTES"])
def test_what_one_sheet_cannot_hold_stands_on_the_next(bound: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, bound, 3 if bound == "SHEET_ROWS" else 1)
    monkeypatch.setattr(workbook, "ROWS_AT_ONCE", 3)
    book = read(whole([(f"S{number}", number) for number in range(7)], "a" * 40))
    assert book.sheetnames == ["a" * 31, f"{'a' * 29} 2", f"{'a' * 29} 3"]
    assert [[row[1].value for row in sheet.iter_rows()] for sheet in book] == [
        ["x", 0, 1, 2],
        ["x", 3, 4, 5],
        ["x", 6],
    ]
    assert read(whole([])).active.max_row == 1
