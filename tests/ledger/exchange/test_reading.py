"""Files as they come: good ones are tables, bad ones are told in words."""

import io
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.kernel.errors import Invalid
from anshu.ledger.exchange.reading import read
from anshu.ledger.exchange.table import ErrorValue, Table, letters

Make = Callable[..., bytes]
KNOWN = {"number", "name"}


def table(content: bytes, name: str) -> Table:
    return read(content, name, lambda heading: heading in KNOWN)


def code_of(content: bytes, name: str) -> str:
    with pytest.raises(Invalid) as caught:
        table(content, name)
    assert caught.value.field == "file" and str(caught.value)
    return str(caught.value.code)


def test_titles_above_the_headings_and_empty_rows_are_passed_over(xlsx: Make) -> None:
    found = table(
        xlsx([["罗湖区三小场所台账"], [], ["number", "name"], ["A1", "甲"], [None, None], ["A2", "乙"]]), "a.xlsx"
    )
    assert found.headings == ("number", "name")
    assert list(found.lines) == [4, 6]
    assert found.cell(1, 1) == "B6"
    assert found.row(1) == ["A2", "乙"]
    assert found.notes == ("2 rows above the headings are passed over.",)


def test_cells_keep_their_names_when_the_table_begins_elsewhere(xlsx: Make) -> None:
    found = table(xlsx([[], [None, "number", "name"], [None, "A1", "甲"]]), "a.xlsx")
    assert found.cell(0, 1) == "C3" and found.letter(0) == "B"


def test_formula_errors_are_seen(xlsx: Make) -> None:
    def dress(sheet: Any) -> None:
        sheet["B2"] = "#REF!"
        sheet["B2"].data_type = "e"

    found = table(xlsx([["number", "name"], ["A1", "x"]], dress), "a.xlsx")
    assert found.columns[1] == [ErrorValue("#REF!")] and isinstance(found.columns[1][0], ErrorValue)


def test_only_the_first_filled_sheet_is_read_and_that_is_said(xlsx: Make) -> None:
    def dress(sheet: Any) -> None:
        sheet.parent.create_sheet("二月").append(["number"])

    assert table(xlsx([["number"], ["A1"]], dress), "a.xlsx").notes == ("Only the sheet “Sheet” is read, not 二月.",)


def test_dates_numbers_and_double_headings(xlsx: Make) -> None:
    found = table(xlsx([["number", "remark", "remark"], [7, datetime(2026, 1, 2, 3, 4), 1.5]]), "a.xlsx")  # noqa: DTZ001
    assert found.headings == ("number", "remark", "remark (C)")
    assert found.row(0) == [7.0, datetime(2026, 1, 2, 3, 4), 1.5]  # noqa: DTZ001


def test_bad_workbooks_are_told_apart(xlsx: Make) -> None:
    def merged(sheet: Any) -> None:
        sheet.merge_cells("A1:B1")

    def far(sheet: Any) -> None:
        sheet["XFD1048576"] = "x"

    plain = xlsx([["number", "name"], ["A1", "x"]])
    assert code_of(b"", "a.xlsx") == "file_empty"
    assert code_of(b"hello", "a.xlsx") == "file_damaged"
    assert code_of(plain[: len(plain) // 2], "a.xlsx") == "file_damaged"
    assert code_of(b"PK\x03\x04" + b"\0" * 200, "a.xlsx") == "file_damaged"
    assert (
        code_of(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "a.xlsx")
        == "file_locked"
    )
    assert code_of(xlsx([]), "a.xlsx") == "file_empty"
    assert code_of(xlsx([["number", "name"]]), "a.xlsx") == "file_empty"
    assert code_of(xlsx([["number", "name"], ["A1", "x"]], merged), "a.xlsx") == "heading_merged"
    assert code_of(xlsx([["number", "name"], ["A1", "x"]], far), "a.xlsx") == "sheet_sprawling"
    assert code_of(b"x" * 50_000_001, "a.csv") == "file_too_large"
    assert code_of(b"\x89PNG\r\n\0\0", "a.csv") in ("file_kind", "file_encoding")
    assert code_of(b"\xff\xff\xff\x80\x80", "a.csv") == "file_encoding"


def test_a_workbook_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 2_000_000)
    monkeypatch.setattr("anshu.ledger.exchange.spreadsheet.LARGEST_UNPACKED", 1_000_000)
    assert code_of(buffer.getvalue(), "a.xlsx") == "file_too_large"


@pytest.mark.parametrize(
    ("encoding", "said"), [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("gb18030", "GB18030"), ("utf-16", "UTF-16")]
)
def test_the_encoding_of_csv_is_found_and_said(encoding: str, said: str) -> None:
    found = table("number,name\nA1,深圳市𠮷祥五金\n".encode(encoding), "a.csv")
    assert found.row(0) == ["A1", "深圳市𠮷祥五金"]
    assert found.notes == (f"The file was read as {said}.",)


def test_csv_with_semicolons_quotes_and_short_rows() -> None:
    found = table(b'number;name\nA1;"x; y"\nA2\n', "a.csv")
    assert found.columns == (["A1", "A2"], ["x; y", ""])


def test_geojson_points_become_columns() -> None:
    text = (
        '{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"GCJ-02"}},"features":['
        '{"type":"Feature","properties":{"number":"A1"},"geometry":{"type":"Point","coordinates":[114.1,22.5]}},'
        '{"type":"Feature","properties":null,"geometry":null},'
        '{"type":"Feature","properties":{"name":"x"},"geometry":{"type":"LineString","coordinates":[[1,2],[3,4]]}}]}'
    )
    found = table(text.encode(), "a.geojson")
    assert found.headings == ("number", "name", "lon", "lat") and found.crs == "GCJ-02"
    assert found.row(0) == ["A1", None, 114.1, 22.5] and found.row(1) == [None] * 4
    assert found.row(2)[2] == "LineString" and found.cell(2, 2) == "feature 3"
    assert code_of(b'{"type":"Feature"}', "a.geojson") == "geojson_type"
    assert code_of(b'{"type":', "a.json") == "json_damaged"


@given(st.binary(max_size=400), st.sampled_from(["a.csv", "a.xlsx", "a.geojson", "a"]))
def test_no_bytes_raise_anything_but_invalid(content: bytes, name: str) -> None:
    try:
        found = table(content, name)
    except Invalid:
        return
    assert all(len(column) == len(found) for column in found.columns)


@given(st.integers(0, 20_000))
def test_column_letters_count_in_order(column: int) -> None:
    number = 0
    for letter in letters(column):
        number = number * 26 + ord(letter) - 64
    assert number == column + 1
