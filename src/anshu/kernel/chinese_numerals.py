"""Numbers, sums of money and dates as Chinese documents write them."""

from datetime import date, datetime
from decimal import Decimal

from anshu.kernel.errors import Invalid

_DIGITS = "〇一二三四五六七八九"
_CAPITALS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿")
_LIMIT = Decimal(10) ** 12
_CENT = Decimal("0.01")
_TEN = 10


def counted(number: int) -> str:
    """1 to 999 as headings and articles are numbered: 一, 十, 十一, 二十, 一百零二; ValueError beyond."""
    if not 0 < number < _TEN**3:
        raise ValueError(f"counted are 1 to 999, not {number}")
    hundreds, rest = divmod(number, _TEN**2)
    tens, ones = divmod(rest, _TEN)
    begins = f"{_DIGITS[hundreds]}百" if hundreds else ""
    middle = "十" if tens == 1 and not hundreds else f"{_DIGITS[tens]}十" if tens else "零" if hundreds and ones else ""
    return begins + middle + (_DIGITS[ones] if ones else "")


def date_in_figures(day: date) -> str:
    """2026年3月5日: figures without leading zeros, as the date of a document is written (GB/T 9704-2012)."""
    return f"{day.year}年{day.month}月{day.day}日"


def date_in_words(day: date) -> str:
    """二〇二六年三月五日, as the date on a certificate or a plaque is written."""
    return f"{''.join(_DIGITS[int(figure)] for figure in str(day.year))}年{counted(day.month)}月{counted(day.day)}日"


def moment_in_figures(moment: datetime) -> str:
    """2026年3月5日9时05分, in the zone that the datetime carries."""
    return f"{date_in_figures(moment)}{moment.hour}时{moment.minute:02}分"


def amount_in_words(yuan: Decimal) -> str:
    """A sum in capital numerals (人民币大写): 叁万伍仟元整, 壹佰零贰元零叁分.

    Invalid (field amount) below zero, from a trillion (万亿) yuan, or with parts of a cent.
    """
    if not yuan.is_finite() or not 0 <= yuan < _LIMIT or yuan != yuan.quantize(_CENT):
        raise Invalid(
            "%(amount)s is not a sum of money: from 0 to less than a trillion yuan, in whole cents",
            field="amount",
            code="amount_wrong",
            amount=yuan,
        )
    whole, cents = divmod(int(yuan * 100), 100)
    if not cents:
        return f"{_whole(whole) or '零'}元整"
    jiao, fen = divmod(cents, _TEN)
    tail = f"{_CAPITALS[jiao]}角" if jiao else "零" if whole else ""
    return f"{f'{_whole(whole)}元' if whole else ''}{tail}{f'{_CAPITALS[fen]}分' if fen else '整'}"


def _whole(number: int) -> str:
    """Groups of four figures; a gap of zeros between what is written is one 零."""
    words = ""
    for position in range(len(_GROUPS) - 1, -1, -1):
        group = number // 10_000**position % 10_000
        if not group:
            continue
        # The figures above this group end in a zero that must be heard: 壹亿零叁万, 贰万零伍拾.
        gap = words and (group < 1000 or number // 10_000 ** (position + 1) % 10_000 == 0)
        words += ("零" if gap else "") + _group(group) + _GROUPS[position]
    return words


def _group(number: int) -> str:
    """1 to 9999 without the group's own name."""
    words, gap = "", False
    for position in range(len(_PLACES) - 1, -1, -1):
        figure = number // _TEN**position % _TEN
        if figure:
            words += ("零" if gap else "") + _CAPITALS[figure] + _PLACES[position]
        gap = bool(words) and not figure
    return words
