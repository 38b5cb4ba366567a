"""A filled return as a file, as the superior reads it: in Chinese, whatever language its maker reads."""

import csv
import hashlib
import io
import tempfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from anshu.indicators.figures import Scope
from anshu.kernel import clock
from anshu.ledger.declaration import label_of
from anshu.ledger.exchange.workbook import sheet_name
from anshu.ledger.exchange.writing import guarded, new_book
from anshu.reports.returns.declaration import Column, Selection, resolve
from anshu.reports.returns.reckoning import Filled
from anshu.workflow import rules

CHINESE = "zh-hans"


def table(filled: Filled) -> list[list[Any]]:
    """The values as JSON and a spreadsheet hold them: numbers as such, days as text, nothing as an empty text."""
    lines = (*filled.lines, *([filled.whole] if filled.whole else []))
    return [[plain(value) for value in line.values] for line in lines]


def plain(value: Any) -> Any:
    """One value of the table."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, date) else "" if value is None else value


def digest(filled: Filled) -> str:
    """SHA-256 of the table: the same figures, the same digest, whichever file they went out in."""
    return hashlib.sha256(repr(table(filled)).encode()).hexdigest()


def delimited(filled: Filled, scope: Scope) -> bytes:
    """UTF-8 with the mark by which Excel knows it: columns and lines, nothing else."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([column.title for column in filled.form.columns])
    for values in table(filled):
        writer.writerow([guarded(value) if isinstance(value, str) else value for value in values])
    return f"\ufeff{buffer.getvalue()}".encode()


def workbook(filled: Filled, scope: Scope) -> bytes:
    """The form on one sheet, and on another what each figure was counted from."""
    with tempfile.TemporaryDirectory(prefix="anshu-") as folder, translation.override(CHINESE):
        path = Path(folder) / "return.xlsx"
        book = new_book(path)
        large, bold = book.add_format({"bold": True, "font_size": 16}), book.add_format({"bold": True, "border": 1})
        boxed = book.add_format({"border": 1})
        sheet = book.add_worksheet(sheet_name(filled.form.title.zh))
        for place, column in enumerate(filled.form.columns):
            sheet.set_column(place, place, min(40, max(10, 2 * len(column.title) + 2)))
        sheet.write_string(0, 0, filled.form.title.zh, large)
        sheet.write_string(1, 0, _under_title(scope))
        headings = [column.title for column in filled.form.columns]
        for number, values in enumerate([headings, *table(filled)], start=2):
            for place, value in enumerate(values):
                sheet.write(number, place, value, bold if number == 2 else boxed)
        basis = book.add_worksheet("填表口径")
        basis.set_column(0, 1, 48)
        basis.write_string(0, 0, f"{filled.form.superior}：{filled.form.basis}")
        for number, column in enumerate(filled.form.columns, start=1):
            basis.write_string(number, 0, column.title)
            basis.write_string(number, 1, definition(column))
        book.close()
        return path.read_bytes()


def _under_title(scope: Scope) -> str:
    """Who files it, for which days, and when it was made out."""
    made = f"{timezone.localtime(clock.now()):%Y-%m-%d %H:%M}"
    unit = rules.at("bureau/name").text()
    return f"填报单位：{unit}　　统计期间：{scope.first} 至 {scope.last}　　填报时间：{made}"


def definition(column: Column) -> str:
    """What a column counts, in the reader's language; empty for one that shows what a record says."""
    if column.share:
        return _("%(part)s as per cent of %(whole)s") % {"part": column.share[0], "whole": column.share[1]}
    return "；".join(_parts(column, column.selection)) if column.selection is not None else ""


def _parts(column: Column, selection: Selection) -> Iterator[str]:
    model = selection.ledger.model

    def label(path: str) -> str:
        return label_of(model, path) if "." not in path else str(resolve(model, path).verbose_name)

    yield selection.ledger.title
    for sign, wanted in (("=", selection.where), ("≠", selection.unless)):
        yield from (f"{label(path)} {sign} {_words(selection, path, value)}" for path, value in wanted.items())
    if selection.when:
        yield _("%(date)s in the period") % {"date": label(selection.when)}
    for words, span in (
        (_("on the last day after %(begin)s, before %(end)s"), selection.standing),
        (_("on any day of the period after %(begin)s, before %(end)s"), selection.present),
    ):
        if span:
            yield words % {"begin": label(span[0]), "end": label(span[1])}
    if selection.late:
        yield _("%(date)s before the last day") % {"date": label(selection.late)}
    if column.distinct:
        yield _("each %(what)s counts once") % {"what": label(column.distinct)}
    if column.total:
        yield _("sum of %(what)s") % {"what": label(column.total)}


def _words(selection: Selection, path: str, wanted: Any) -> str:
    """Stored values by what they are called."""
    known = {str(value): str(word) for value, word in getattr(resolve(selection.ledger.model, path), "flatchoices", ())}
    return "、".join(known.get(str(value), str(value)) for value in (wanted if isinstance(wanted, list) else [wanted]))
