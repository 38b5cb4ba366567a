"""Numbers, money and dates in Chinese words, read back by an independent reader."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.kernel.chinese_numerals import amount_in_words, counted, date_in_figures, date_in_words, moment_in_figures
from anshu.kernel.errors import Invalid

UNITS = {"拾": 10, "佰": 100, "仟": 1000}
HUNDREDS = ((100, "一百"), (102, "一百零二"), (110, "一百一十"), (119, "一百一十九"), (320, "三百二十"))
FIGURES = {figure: value for value, figure in enumerate("零壹贰叁肆伍陆柒捌玖")}


def read(words: str) -> Decimal:
    """What a person understands who reads from left to right."""
    total = group = figure = 0
    cents = Decimal(0)
    for sign in words.removesuffix("整"):
        if sign in FIGURES:
            figure = FIGURES[sign]
        elif sign in UNITS:
            group, figure = group + figure * UNITS[sign], 0
        elif sign in "万亿":
            total, group, figure = total + (group + figure) * (10**4 if sign == "万" else 10**8), 0, 0
        elif sign == "元":
            total, group, figure = total + group + figure, 0, 0
        else:
            cents, figure = cents + figure * Decimal("0.1" if sign == "角" else "0.01"), 0
    return total + cents


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "零元整"),
        ("35000", "叁万伍仟元整"),
        ("102.03", "壹佰零贰元零叁分"),
        ("100000", "壹拾万元整"),
        ("20050", "贰万零伍拾元整"),
        ("100030000", "壹亿零叁万元整"),
        ("100000003", "壹亿零叁元整"),
        ("0.5", "伍角整"),
        ("0.07", "柒分"),
        ("1.29", "壹元贰角玖分"),
        ("10000000.00", "壹仟万元整"),
    ],
)
def test_amounts_as_a_bank_writes_them(amount: str, words: str) -> None:
    assert amount_in_words(Decimal(amount)) == words


@given(st.decimals(0, Decimal("999999999999.99"), places=2))
def test_an_amount_is_read_back_as_it_was(amount: Decimal) -> None:
    words = amount_in_words(amount)
    assert read(words) == amount
    assert "零零" not in words
    assert words.endswith(("整", "分"))


@pytest.mark.parametrize("amount", ["-0.01", "1000000000000", "0.001", "NaN", "Infinity"])
def test_no_sum_of_money(amount: str) -> None:
    with pytest.raises(Invalid, match="not a sum of money"):
        amount_in_words(Decimal(amount))


@pytest.mark.parametrize(
    ("number", "word"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九"), *HUNDREDS]
)
def test_headings_and_articles_are_counted(number: int, word: str) -> None:
    assert counted(number) == word


@pytest.mark.parametrize("number", [-1, 0, 1000])
def test_counting_ends(number: int) -> None:
    with pytest.raises(ValueError, match="1 to 999"):
        counted(number)


def test_dates() -> None:
    assert date_in_figures(date(2026, 3, 5)) == "2026年3月5日"
    assert date_in_words(date(2026, 10, 25)) == "二〇二六年十月二十五日"
    moment = datetime(2026, 3, 5, 9, 5, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert moment_in_figures(moment) == "2026年3月5日9时05分"
