"""XLSForm both ways: what we write is what pyxform takes, and what we read is what we wrote."""

import io
from typing import Any

import openpyxl
import pytest
from pyxform.xls2xform import convert

from anshu.domains.inspections.models import Checklist
from anshu.domains.inspections.rules import content
from anshu.domains.inspections.rules.forms import form_of
from anshu.domains.inspections.rules.shipped import shipped
from anshu.gateways.openrosa import reading, writing
from anshu.kernel.errors import Invalid


def checklist(details: dict[str, Any]) -> Checklist:
    return Checklist(**{**details, "version": 3})


@pytest.mark.parametrize("details", shipped(), ids=lambda each: each["code"])
def test_what_we_write_pyxform_takes_and_we_read_again(details: dict[str, Any]) -> None:
    made = checklist(details)
    book = writing.workbook(made)
    converted = convert(book, file_type=".xlsx", validate=False)
    assert f'id="{made.code}"' in converted.xform
    for item in form_of(made).items:
        assert f"/{item.key}" in converted.xform
    again = reading.read(book)
    assert again.faults == []
    assert content.digest(again.form) == content.digest(form_of(made))
    assert again.settings["form_id"] == made.code


def sheets(survey: list[list[Any]], choices: list[list[Any]] | None = None) -> bytes:
    """A workbook as people make one by hand."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "survey"
    for row in survey:
        sheet.append(row)
    second = book.create_sheet("choices")
    for row in choices or []:
        second.append(row)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


HEAD = ["type", "name", "label", "relevant", "required", "anshu_clause", "anshu_points"]


def test_a_workbook_made_elsewhere_is_read() -> None:
    found = reading.read(
        sheets(
            [
                ["type", "name", "label::English (en)", "label::中文 (zh)"],
                ["start", "start", "", ""],
                ["integer", "rooms", "Rooms", "房间数"],
                ["select_one yes_no", "gas", "Gas", "燃气"],
                ["image", "front", "Front", "门面"],
            ],
            [["list_name", "name", "label"], ["yes_no", "yes", "Yes"], ["yes_no", "no", "No"]],
        )
    )
    assert found.faults == []
    assert [(item.key, item.answer, item.text) for item in found.form.items] == [
        ("rooms", "number", "房间数"), ("gas", "choice", "燃气"), ("front", "photo", "门面"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["text", "Bad Name", "x"]], (2, "small letters")),
        ([["text", "a", "x"], ["geotrace", "b", "y"]], (3, "geotrace")),
        ([["select_one nowhere", "a", "x"]], (2, "nowhere")),
        ([["text", "a", "x", "${b} = 1"]], (2, "does not come before")),
        ([["text", "a", "x", "${b} ="], ["text", "b", "y"]], (2, "cannot be read")),
        ([["text", "a", "x"], ["text", "a", "y"]], (2, "used twice")),
        ([["select_one anshu_verdict", "a", "x"]], (2, "clause")),
        ([["select_one anshu_verdict", "a", "x", "", "", "第一条", "many"]], (2, "no number")),
        ([["begin group", "g", "G"], ["begin repeat", "h", "H"], ["text", "a", "x"]], (3, "inside")),
    ],
)
def test_faults_are_told_by_row(rows: list[list[Any]], expected: tuple[int, str]) -> None:
    found = reading.read(sheets([HEAD, *rows]))
    assert found.faults[0].row == expected[0]
    assert expected[1] in found.faults[0].what


@pytest.mark.parametrize("rubbish", [b"", b"PK\x03\x04 not a workbook", b"name,label\n"])
def test_what_is_no_workbook_is_refused(rubbish: bytes) -> None:
    with pytest.raises(Invalid, check=lambda error: error.field == "file"):
        reading.read(rubbish)
