"""How the value of a field is printed: dates in figures, sums in figures and words, boxes of a choice."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from anshu.kernel.chinese_numerals import amount_in_words, counted, date_in_figures, moment_in_figures
from anshu.kernel.document_numbers import DocumentNumber
from anshu.kernel.errors import Invalid, Words
from anshu.kernel.rule_packs import Rule
from anshu.kernel.working_days import Limit, LimitUnit
from anshu.reports.forms.declaration import FormField, Kind
from anshu.reports.paper.document import Photo

_UNITS: Mapping[LimitUnit, str] = {
    LimitUnit.SECOND: "秒",
    LimitUnit.MINUTE: "分钟",
    LimitUnit.HOUR: "小时",
    LimitUnit.DAY: "日",
    LimitUnit.WORKING_DAY: "个工作日",
}
_WANTED: Mapping[Kind, Words] = {
    Kind.TEXT: Words("a text"),
    Kind.LINES: Words("a text"),
    Kind.DATE: Words("a date"),
    Kind.MOMENT: Words("a date with a time and a zone"),
    Kind.MONEY: Words("a sum in yuan, as a decimal number"),
    Kind.NUMBER: Words("a number"),
    Kind.DOCUMENT: Words("a document number"),
    Kind.LIST: Words("a list of texts"),
    Kind.TABLE: Words("rows with one text for each column"),
    Kind.PHOTOS: Words("a list of photographs"),
    Kind.CHOICE: Words("one or more of the words printed on the form"),
}
_CHOSEN, _OPEN = "■", "□"


def is_missing(value: object) -> bool:
    """Whether there is nothing to print."""
    return value is None or (isinstance(value, Sequence) and not (value.strip() if isinstance(value, str) else value))


def checked(field: FormField, value: object) -> None:
    """Invalid, naming the field as the form calls it, unless the value is of the field's kind."""
    if not _FITS[field.kind](field, value):
        raise Invalid(
            "%(label)s must be %(wanted)s",
            field=field.name,
            code="form_value",
            label=field.label,
            wanted=_WANTED[field.kind],
        )


def lines_of(field: FormField, value: Any) -> tuple[str, ...]:
    """The value as lines of text. A table or photographs have none: they are blocks."""
    match field.kind:
        case Kind.LINES:
            return tuple(line.strip() for line in value.splitlines() if line.strip())
        case Kind.LIST:
            return tuple(f"{place}.{item}" for place, item in enumerate(value, 1))
        case Kind.DATE:
            return (date_in_figures(value),)
        case Kind.MOMENT:
            return (moment_in_figures(timezone.localtime(value)),)
        case Kind.MONEY:
            return (f"人民币{amount_in_words(value)}（¥{value:,.2f}）",)
        case Kind.CHOICE:
            chosen = (value,) if isinstance(value, str) else value
            return ("\u3000".join(f"{_CHOSEN if one in chosen else _OPEN}{one}" for one in field.choices),)
    return (" ".join(str(value).split()),)


def unchosen(field: FormField) -> str:
    """The boxes of a choice, none of them marked, for a form that is filled in by hand."""
    return lines_of(field, ())[0]


def article(rule: Rule, *, named: bool) -> str:
    """《中华人民共和国行政处罚法》第四十四条, or the article alone."""
    return (f"《{rule.basis.source}》" if named else "") + f"第{counted(int(rule.number()))}条"


def term(rule: Rule) -> str:
    """5个工作日, 15日, or a bare number."""
    if isinstance(rule.value, str):
        limit = Limit.parse(rule.value)
        return f"{limit.amount}{_UNITS[limit.unit]}"
    return f"{rule.number():g}"


def _is_text(_field: FormField, value: object) -> bool:
    return isinstance(value, str)


def _is_list(_field: FormField, value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str) and all(isinstance(one, str) for one in value)


def _is_table(field: FormField, value: object) -> bool:
    return (
        isinstance(value, Sequence)
        and not isinstance(value, str)
        and all(_is_list(field, row) and len(row) == len(field.columns) for row in value)
    )


def _is_photos(_field: FormField, value: object) -> bool:
    return isinstance(value, Sequence) and all(isinstance(one, Photo) for one in value)


def _is_choice(field: FormField, value: object) -> bool:
    chosen = (value,) if isinstance(value, str) else value
    return isinstance(chosen, Sequence) and set(chosen) <= set(field.choices)


def _is_date(_field: FormField, value: object) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _is_moment(_field: FormField, value: object) -> bool:
    return isinstance(value, datetime) and value.tzinfo is not None


def _is_number(_field: FormField, value: object) -> bool:
    return isinstance(value, int | Decimal | float) and not isinstance(value, bool)


def _is_money(_field: FormField, value: object) -> bool:
    return isinstance(value, Decimal)


def _is_document(_field: FormField, value: object) -> bool:
    return isinstance(value, DocumentNumber)


_FITS: Mapping[Kind, Callable[[FormField, object], bool]] = {
    Kind.TEXT: _is_text,
    Kind.LINES: _is_text,
    Kind.DATE: _is_date,
    Kind.MOMENT: _is_moment,
    Kind.MONEY: _is_money,
    Kind.NUMBER: _is_number,
    Kind.DOCUMENT: _is_document,
    Kind.LIST: _is_list,
    Kind.TABLE: _is_table,
    Kind.PHOTOS: _is_photos,
    Kind.CHOICE: _is_choice,
}
