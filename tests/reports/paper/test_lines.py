"""How Chinese text is broken into lines."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.reports.paper.document import Span, plain, read
from anshu.reports.paper.lines import NOT_FIRST, NOT_LAST, broken


def ruler(text: str) -> float:
    """A full-width character is 2 wide, any other 1."""
    return float(sum(1 if character.isascii() else 2 for character in text))


def lines(text: str, width: float, first: float | None = None) -> list[str]:
    return [read(line.pieces) for line in broken(plain(text), ruler, width if first is None else first, width)]


sentences = st.text("深龙应急隐患，。、；：（）《》“”—…0123Ab .%", min_size=1, max_size=200)


@given(sentences, st.integers(20, 80))
def test_nothing_is_lost_and_no_line_is_too_wide(text: str, width: int) -> None:
    made = lines(text, width)
    assert "".join(made) == text
    # One sign may be drawn into a line that is long enough for it not to be seen.
    assert all(ruler(line) <= width * 1.05 + 1e-9 for line in made)


@given(sentences, st.integers(20, 80))
def test_no_punctuation_begins_a_line_and_no_bracket_ends_one(text: str, width: int) -> None:
    made = lines(text, width)
    for before, after in pairwise(made):
        # A line that is nothing but such signs cannot be helped.
        helped = set(before) - NOT_FIRST - NOT_LAST - {" "} and set(after) - NOT_FIRST - NOT_LAST - {" "}
        if len(before) > 3 and helped and not set(before[-3:]) & (NOT_FIRST | NOT_LAST | {" ", "A", "b"}):
            assert after[0] not in NOT_FIRST
            assert before[-1] not in NOT_LAST


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("一二三四五六七八", 8, ["一二三四", "五六七八"]),
        ("一二三四，五六七", 8, ["一二三", "四，五六", "七"]),
        ("一二三（四五六）", 8, ["一二三", "（四五", "六）"]),
        ("于2026年", 6, ["于2026", "年"]),
        ("到期于2026年", 8, ["到期于", "2026年"]),
        (
            "第一二三四五六七八九十甲乙丙丁戊己庚辛壬癸甲乙丙，丁",
            48,
            ["第一二三四五六七八九十甲乙丙丁戊己庚辛壬癸甲乙丙，", "丁"],
        ),
        ("1234567890", 4, ["1234", "5678", "90"]),
        ("", 8, [""]),
    ],
)
def test_examples(text: str, width: float, expected: list[str]) -> None:
    assert lines(text, width) == expected


def test_an_indented_line_is_shorter() -> None:
    assert lines("一二三四五六", 8, first=4) == ["一二", "三四五六"]


def test_what_was_filled_in_keeps_its_line() -> None:
    text = (Span("姓名："), Span("张三丰", underlined=True, stretches=True))
    made = broken(text, ruler, 10, 10)
    assert [[(piece.text, piece.underlined) for piece in line.pieces] for line in made] == [
        [("姓名：", False), ("张三", True)],
        [("丰", True)],
    ]
    assert [line.stretches for line in made] == [False, True]
    assert [line.ends for line in made] == [False, True]
