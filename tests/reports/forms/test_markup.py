"""The small markup that forms are written in."""

import pytest

from anshu.reports.forms.markup import Boxes, BoxRow, Place, Sentence, Slot, Sort, Style, When, parse, places, words

FIELD = Place(Sort.FIELD, "party", 8)


def test_places() -> None:
    assert words("致{party:8}，依据{§apl.44}，在{=term.payment}内") == (
        *("致", FIELD, "，依据", Place(Sort.ARTICLE, "apl.44"), "，在", Place(Sort.TERM, "term.payment"), "内"),
    )
    assert words("") == ()


@pytest.mark.parametrize("text", ["{", "a}", "{Party}", "{party:}", "{§}", "{ party }"])
def test_a_brace_that_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="brace"):
        words(text)


def test_lines() -> None:
    items = parse(
        "# 甲\n## 乙\n### 丙\n\n@ 丁：{party:8}\n~ 戊\n= 己\n?fine 庚\n!fine 辛\n{rows}\n?rows {rows}\n壬 # 癸"
    )
    assert [(item.style, item.when) for item in items if isinstance(item, Sentence)] == [
        (Style.HEADING_1, None),
        (Style.HEADING_2, None),
        (Style.HEADING_3, None),
        (Style.FLUSH, None),
        (Style.SIGNATURE, None),
        (Style.CENTRED, None),
        (Style.PARAGRAPH, When("fine", True)),
        (Style.PARAGRAPH, When("fine", False)),
        (Style.PARAGRAPH, None),
    ]
    assert [item for item in items if isinstance(item, Slot)] == [Slot("rows"), Slot("rows", When("rows", True))]
    assert items[-1] == Sentence(Style.PARAGRAPH, ("壬 # 癸",))


def test_tables() -> None:
    (table,) = parse("|- 2 5 2.5\n| 名称 | {party:8} |\n|20 意见 | 甲 // 乙：{party:8} | 丙 |\n?fine | 罚款 | 丁 |")
    assert table == Boxes(
        (2, 5, 2.5),
        (
            BoxRow(((("名称",),), ((FIELD,),)), 0),
            BoxRow(((("意见",),), (("甲",), ("乙：", FIELD)), (("丙",),)), 20),
            BoxRow(((("罚款",),), (("丁",),)), 0, When("fine", True)),
        ),
    )
    assert [place for place, _ in places((table,))] == [FIELD, FIELD]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("文\n| 甲 | 乙 |", "line 2: a row without a table"),
        ("|- 1 1\n| 甲 | 乙 | 丙 |", "3 cells in 2 columns"),
        ("|- 1 1\n|甲 | 乙 |", "a row that cannot be read"),
        ("|- 1 甲", "line 1"),
        ("{party", "a brace"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        parse(text)
