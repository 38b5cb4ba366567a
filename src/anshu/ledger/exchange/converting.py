"""Cells to values: a converter per field, made once for a whole file, which returns the value or raises `Wrong`."""

import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from typing import Any

import orjson
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from anshu.access.secrets import PersonalField
from anshu.ledger.exchange.features import NoPoint
from anshu.ledger.exchange.table import AnyField, AnyForeignKey, ErrorValue, typed
from anshu.ledger.lookups import Book, Divisions

Converter = Callable[[Any], Any]

YES = frozenset(("1", "true", "yes", "y", "是", "有", "√", "✓", "对", "t"))
NO = frozenset(("0", "false", "no", "n", "否", "无", "×", "✗", "f"))
"""Excel counts days from here (its 1900 is taken for a leap year)."""
SERIAL_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001  # a day of the calendar, no instant
SERIAL_MOST = 2_958_465
"""Whole numbers beyond this have lost digits in a spreadsheet."""
EXACT = 1e15
DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
CLOCK = re.compile(r"\s*T?\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?")
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
INVISIBLE = str.maketrans("", "", "\u200b\ufeff\u200e\u200f")
RANGES = {"lon": 180.0, "lat": 90.0}


class Wrong(Exception):
    """One cell that cannot be: what is wrong, how to mend it, and what was perhaps meant."""

    def __init__(self, what: str, mend: str = "", suggestion: str = "") -> None:
        super().__init__(what)
        self.what, self.mend, self.suggestion = what, mend, suggestion


def converter(field: AnyField, books: dict[type[models.Model], Book], divisions: Divisions) -> Converter:
    """The converter of a field; empty cells become its default, "" or None, or are refused where it is needed."""
    convert = _by_kind(field, books, divisions)
    checks = [] if isinstance(field, models.CharField) else list(field.validators)
    blank = _blank(field)

    def run(value: Any) -> Any:
        if type(value) is str:
            value = value.translate(INVISIBLE).strip()
        if value is None or value == "":
            return blank()
        if isinstance(value, ErrorValue):
            raise Wrong(
                _("the formula gives an error (%(value)s)") % {"value": str(value)},
                _("mend the formula or type the value"),
            )
        made = convert(value)
        for check in checks:
            try:
                check(made)
            except ValidationError as error:
                raise Wrong(str(error.messages[0]).rstrip(".。")) from error
        return made

    return run


def _blank(field: AnyField) -> Callable[[], Any]:
    if field.has_default():
        return lambda: field.get_default()
    if field.null:
        return lambda: None
    if field.blank and field.empty_strings_allowed:
        return lambda: ""

    def needed() -> Any:
        raise Wrong(_("is needed and is empty"), _("fill it in"))

    return needed


def _by_kind(field: AnyField, books: dict[type[models.Model], Book], divisions: Divisions) -> Converter:
    if isinstance(field, models.ForeignKey):
        return _reference(field, books[field.related_model])
    if field.choices:
        return _choice(field)
    if field.name == "territory":
        return _territory(divisions)
    if isinstance(field, PersonalField):
        return _personal(field)
    for kind, make in KINDS:
        if isinstance(field, kind):
            return make(field)
    return lambda value: field.to_python(_text(value))


def _text(value: Any) -> str:
    """A cell as text; a number in it is written without the decimals that a spreadsheet adds."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, float) and abs(value) >= EXACT:
        raise Wrong(
            _("a long number that the spreadsheet has rounded"),
            _("format the column as text and type the number again"),
        )
    if isinstance(value, (datetime, date, time)):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, (list, dict)):
        raise Wrong(_("must be plain text"))
    return typed(value)


def _words(field: AnyField) -> Converter:
    longest = field.max_length

    def convert(value: Any) -> str:
        text = value if type(value) is str else _text(value)
        if longest is not None and len(text) > longest:
            raise Wrong(
                _("is longer than %(most)d signs (%(count)d)") % {"most": longest, "count": len(text)},
                _("shorten it"),
                text[:longest],
            )
        if "\0" in text:
            raise Wrong(_("holds a sign that cannot be stored"), _("type it again"))
        return text

    return convert


def _personal(field: AnyField) -> Converter:
    words = _words(field)

    def convert(value: Any) -> str:
        text: str = words(value)
        if "*" in text:
            raise Wrong(_("is a masked value, not the real one"), _("write it in full, or leave the column out"))
        return text

    return convert


def _territory(divisions: Divisions) -> Converter:
    def convert(value: Any) -> str:
        text = _text(value)
        if text.isascii() and text.isdigit():
            if len(text) > 15:
                raise Wrong(_("is not a division code"), _("2, 4, 6, 9, 12 or 15 digits"))
            given = text.removesuffix("000") if len(text) == 12 else text
            if not divisions.known(given):
                raise Wrong(_("there is no area with this code"), _("write a code from the register of areas"))
            return given
        code = divisions.code(text)
        if code is None:
            raise Wrong(
                _("there is no area of this name, or more than one"), _("write the division code"), divisions.near(text)
            )
        return code

    return convert


def _choice(field: AnyField) -> Converter:
    """A choice by its value or by its label in either language."""
    values: dict[str, Any] = {}
    shown = [str(label) for value, label in field.flatchoices if value not in (None, "")]
    for language in ("en", "zh-hans"):
        with translation.override(language):
            for value, label in field.flatchoices:
                values.setdefault(_plain(str(label)), value)
    for value, _label in field.flatchoices:
        values[_plain(str(value))] = value

    def convert(value: Any) -> Any:
        text = _text(value)
        found = values.get(_plain(text))
        if found is None:
            near = get_close_matches(text, [*shown, *values], 1, 0.5)
            raise Wrong(
                _("is not one of the choices"),
                _("one of: %(choices)s") % {"choices": "、".join(shown[:20])},
                near[0] if near else "",
            )
        return found

    return convert


def _plain(text: str) -> str:
    return "".join(text.split()).lower()


def _reference(field: AnyForeignKey, book: Book) -> Converter:
    noun = str(field.related_model._meta.verbose_name)

    def convert(value: Any) -> Any:
        text = _text(value)
        found = book.find(text)
        if found is None and text in book.ambiguous:
            raise Wrong(_("more than one %(noun)s has this name") % {"noun": noun}, _("write its number"))
        if found is None:
            raise Wrong(
                _("there is no such %(noun)s") % {"noun": noun},
                _("write its number or its exact name, or add it first"),
                book.near(text),
            )
        return found

    return convert


def _number(value: Any, what: str) -> float:
    if isinstance(value, bool):
        raise Wrong(what)
    if isinstance(value, (int, float)):
        return value
    text = _text(value)
    bare = text.replace(",", "").replace("，", "").strip()
    if NUMBER.fullmatch(bare):
        return float(bare)
    found = NUMBER.findall(bare)
    raise Wrong(what, _("write the number alone, without units"), found[0] if len(found) == 1 else "")


def _whole(field: AnyField) -> Converter:
    what = _("is not a whole number")

    def convert(value: Any) -> int:
        number = _number(value, what)
        if not math.isfinite(number) or number != int(number):
            raise Wrong(what, _("write it without decimals"), str(round(number)) if math.isfinite(number) else "")
        return int(number)

    return convert


def _decimal(field: AnyField) -> Converter:
    what, limit = _("is not a number"), RANGES.get(field.name, math.inf)

    def convert(value: Any) -> float:
        if isinstance(value, NoPoint):
            raise Wrong(
                _("the geometry is a %(kind)s, not a point") % {"kind": str(value)}, _("give the register points")
            )
        number = float(_number(value, what))
        if not math.isfinite(number):
            raise Wrong(what)
        if abs(number) > limit:
            raise Wrong(
                _("is not between -%(limit)d and %(limit)d degrees") % {"limit": limit}, _("give it in decimal degrees")
            )
        return number

    return convert


def _yes_no(field: AnyField) -> Converter:
    def convert(value: Any) -> bool:
        text = _text(value).lower()
        if text in YES or text in NO:
            return text in YES
        raise Wrong(_("is neither yes nor no"), _("write yes or no"))

    return convert


def _day(field: AnyField) -> Converter:
    return lambda value: _moment_in(value)[0].date()


def _instant(field: AnyField) -> Converter:
    def convert(value: Any) -> datetime:
        moment, zoned = _moment_in(value)
        return moment if zoned else timezone.make_aware(moment)

    return convert


def _moment_in(value: Any) -> tuple[datetime, bool]:
    """The moment that a cell holds and whether it names its zone: a date, a serial number, or a date in words."""
    if isinstance(value, datetime):
        return value, value.tzinfo is not None
    if isinstance(value, date):
        return datetime.combine(value, time()), False
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 1 <= value <= SERIAL_MOST:
        return SERIAL_ZERO + timedelta(seconds=round(float(value) * 86_400)), False
    text = _text(value)
    if re.fullmatch(r"\d{8}", text):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    found = DAY.match(text)
    rest = CLOCK.fullmatch(text[found.end() :]) if found else None
    if found is None or (rest is None and text[found.end() :].strip()):
        raise Wrong(_("is not a date"), _("write it like %(example)s") % {"example": "2026-12-02"})
    year, month, day = map(int, found.groups())
    try:
        moment = datetime(year, month, day)  # noqa: DTZ001  # its zone comes below
    except ValueError as error:
        near = f"{year}-{day:02d}-{month:02d}" if month > 12 >= day and month <= 31 else ""
        raise Wrong(_("is not a date"), _("write it like %(example)s") % {"example": "2026-12-02"}, near) from error
    return _with_clock(moment, rest)


def _with_clock(moment: datetime, rest: re.Match[str] | None) -> tuple[datetime, bool]:
    if rest is None:
        return moment, False
    try:
        moment = moment.replace(hour=int(rest[1]), minute=int(rest[2]), second=int(rest[3] or 0))
        if rest[4]:
            return datetime.fromisoformat(moment.isoformat() + rest[4].replace("Z", "+00:00")).astimezone(UTC), True
    except (ValueError, OverflowError) as error:
        raise Wrong(
            _("is not a time of day"), _("write it like %(example)s") % {"example": "2026-12-02 14:05"}
        ) from error
    return moment, False


def _structure(field: AnyField) -> Converter:
    """JSON as it is written, or a list of words parted by commas."""

    def convert(value: Any) -> Any:
        if isinstance(value, (list, dict)):
            return value
        text = _text(value)
        if text[:1] not in "[{":
            return [part for part in re.split(r"[\s,，、;；]+", text) if part]
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise Wrong(
                _("cannot be read: %(reason)s") % {"reason": str(error)}, _("words parted by commas, or JSON")
            ) from error

    return convert


KINDS: tuple[tuple[type[AnyField], Callable[[AnyField], Converter]], ...] = (
    (models.BooleanField, _yes_no),
    (models.DateTimeField, _instant),
    (models.DateField, _day),
    (models.IntegerField, _whole),
    (models.FloatField, _decimal),
    (models.JSONField, _structure),
    (models.CharField, _words),
    (models.TextField, _words),
)
