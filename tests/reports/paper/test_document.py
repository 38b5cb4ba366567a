"""The model of a document."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.reports.paper.document import Cell, Heading, Paragraph, Row, Table, attachment_lines, numbered, plain


def test_headings_count_themselves() -> None:
    levels = (1, 2, 2, 3, 3, 4, 1, 2, 3)
    blocks = [Heading(level, "题") for level in levels] + [Paragraph(plain("文"))]
    assert [number for _, number in numbered(blocks)] == [
        *("一、", "（一）", "（二）", "1.", "2.", "（1）", "二、", "（一）", "1."),
        "",
    ]


@given(st.lists(st.integers(1, 4), max_size=90))
def test_a_number_never_repeats_under_one_heading(levels: list[int]) -> None:
    path: list[str] = []
    seen = set()
    for block, number in numbered([Heading(level, "题") for level in levels]):
        assert isinstance(block, Heading)
        path = [*path[: block.level - 1], *[""] * (block.level - 1 - len(path)), number]
        assert tuple(path) not in seen
        seen.add(tuple(path))


def test_one_attachment_has_no_number() -> None:
    assert attachment_lines(("清单",)) == ("附件：清单",)
    assert attachment_lines(("清单", "照片")) == ("附件：1.清单", "\u3000\u3000\u30002.照片")


def test_a_row_fills_its_table() -> None:
    with pytest.raises(ValueError, match="3 columns"):
        Table((1, 1, 1), (Row((Cell((plain("甲"),)), Cell((plain("乙"),)))),))
