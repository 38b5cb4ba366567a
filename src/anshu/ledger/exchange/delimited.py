"""Reading csv: what encoding it is in is found out, and said."""

import csv
import io

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anshu.kernel.errors import Invalid
from anshu.ledger.exchange.spreadsheet import table_of
from anshu.ledger.exchange.table import FORMULA_SIGNS, Known, Table, heading_row

LONGEST_CELL = 1_000_000
MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def read_delimited(content: bytes, known: Known) -> Table:
    """Comma, semicolon or tab; UTF-8, UTF-16 or GB18030. Invalid when it is none of these."""
    text, encoding = decode(content)
    if "\0" in text:
        raise Invalid(
            gettext_lazy("This is neither a spreadsheet nor a text file. Save it as xlsx or csv."),
            field="file",
            code="file_kind",
        )
    csv.field_size_limit(LONGEST_CELL)
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",\t;", key=first.count)
    try:
        rows: list[list[str]] = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise Invalid(
            gettext_lazy("The csv cannot be read: %(reason)s. Save it again as xlsx."),
            field="file",
            code="csv_damaged",
            reason=str(error),
        ) from error
    width = max(map(len, rows), default=0)
    padded = [[_unguarded(text) for text in row] + [""] * (width - len(row)) for row in rows]
    at = heading_row(padded, known)
    if at is None:
        raise Invalid(gettext_lazy("The file is empty."), field="file", code="file_empty")
    note = _("The file was read as %(encoding)s.") % {"encoding": encoding}
    return table_of(padded, at, Table("csv", "", (), (), (), 0, (note,)), 0)


def _unguarded(text: str) -> str:
    """Without the sign that our own export puts before what a spreadsheet would take for a formula."""
    return text[1:] if text[:1] == "'" and text[1:2] in FORMULA_SIGNS and len(text) > 1 else text


def decode(content: bytes) -> tuple[str, str]:
    """The text and the name of its encoding; Invalid when no known encoding fits."""
    for mark, name in MARKS:
        if content.startswith(mark):
            return _strict(content, name), name.removesuffix("-sig").upper()
    try:
        return content.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        return _strict(content, "gb18030"), "GB18030"


def _strict(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Invalid(
            gettext_lazy("The letters of the file are neither UTF-8 nor GB18030. In Excel, save it as “CSV UTF-8”."),
            field="file",
            code="file_encoding",
        ) from error
