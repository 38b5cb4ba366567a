"""The rows of a file that were refused, as a file of their own: mend it there and drop it again."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import xlsxwriter

from anshu.ledger.exchange.checking import RowError
from anshu.ledger.exchange.matching import WHAT_IS_WRONG
from anshu.ledger.exchange.table import Table, typed

"""More would not fit on one sheet."""
MOST_ROWS = 1_000_000


def write(path: Path, table: Table, errors: Iterable[RowError]) -> None:
    """The refused rows under the file's own headings, and what is wrong with each; without errors, no file."""
    by_row: dict[int, list[RowError]] = defaultdict(list)
    for error in errors:
        by_row[error.row].append(error)
    path.unlink(missing_ok=True)
    if not by_row:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(
        str(path), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    bold, day, moment, red = (
        book.add_format(options)
        for options in (
            {"bold": True},
            {"num_format": "yyyy-mm-dd"},
            {"num_format": "yyyy-mm-dd hh:mm:ss"},
            {"font_color": "#b3261e"},
        )
    )
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for column, heading in enumerate((*table.headings, str(WHAT_IS_WRONG))):
        sheet.write_string(0, column, heading, bold)
    for line, (row, wrong) in enumerate(sorted(by_row.items())[:MOST_ROWS], 1):
        for column, value in enumerate(table.row(row)):
            _put(sheet, (line, column), value, (day, moment))
        told = "；".join(
            f"{error.cell} {error.heading}：{error.what}" + (f"（{error.mend}）" if error.mend else "")
            for error in wrong
        )
        sheet.write_string(line, len(table.headings), told[:32_000], red)
    book.close()


def _put(sheet: Any, at: tuple[int, int], value: Any, formats: tuple[Any, Any]) -> None:
    """A value as it stood in the file, never as a formula."""
    if isinstance(value, bool):
        sheet.write_boolean(*at, value)
    elif isinstance(value, (int, float)) and abs(value) < 1e15:
        sheet.write_number(*at, value)
    elif isinstance(value, datetime) and value.tzinfo is None and value.year >= 1900:
        sheet.write_datetime(*at, value, formats[1])
    elif isinstance(value, date) and not isinstance(value, datetime) and value.year >= 1900:
        sheet.write_datetime(*at, value, formats[0])
    elif value is not None and value != "":
        sheet.write_string(*at, (value.isoformat() if isinstance(value, time) else typed(value))[:32_000])
