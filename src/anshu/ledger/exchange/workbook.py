"""A workbook (xlsx) that is sent while its rows come: a package of parts (ECMA-376) written into a stream that cannot
be wound back, sheets first, what names them last. It holds no more of the rows than the piece being packed."""

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import chain, islice
from math import isfinite
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from anshu.ledger.exchange.table import FORMULA_SIGNS, letters

"""Rows below the heading that one sheet can hold; what comes after them stands on the next."""
SHEET_ROWS = 1_048_575
"""So that no part needs the long form of a package's sizes, which Excel refuses where they are told after the part."""
SHEET_BYTES = 1 << 30
"""How much is packed before it is sent, and how many rows are put into words at once."""
PIECE, ROWS_AT_ONCE = 1 << 16, 200
"""Signs that a cell can hold, with room for what is escaped; a sheet's name has 31."""
CELL_SIGNS, NAME_SIGNS = 32_000, 31
"""The least packing: more would take twice the time and save a tenth of the bytes."""
PACKING = 1

"""The looks of a cell, by their places in `STYLES`."""
HEADING, MOMENT, DAY, QUOTED = 1, 2, 3, 4
"""Days are counted from here; before the second day Excel counts one that never was."""
DAY_NOUGHT, FIRST_DAY = datetime(1899, 12, 30), date(1900, 3, 1)  # noqa: DTZ001  # a spreadsheet knows no zones

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
TYPES = (
    f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Default Extension="xml" ContentType="{_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>'
)
ROOT = (
    f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy-mm-dd hh:mm:ss"/>'
    '<numFmt numFmtId="165" formatCode="yyyy-mm-dd"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border>'
    '<border><left/><right/><top/><bottom style="thin"/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="1" xfId="0" applyFont="1" applyBorder="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)

"""What cannot stand in the text of a cell as it is: marks of XML, signs that XML has not, and what looks like our own
escape of one of these."""
_ODD = re.compile("[&<>\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_MARKS = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


class Outgoing(io.RawIOBase):
    """What has been packed and not yet been taken; it cannot be wound back, so that each part's sizes follow it."""

    def __init__(self) -> None:
        self.held = bytearray()

    def write(self, piece: Any) -> int:
        self.held += piece
        return len(piece)

    def taken(self) -> bytes:
        """What is held, once."""
        piece = bytes(self.held)
        self.held.clear()
        return piece


def stream(title: str, labels: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """The pieces of a workbook: a bold heading that stays in sight, and the rows. Text is never taken for a formula;
    numbers and dates (naive, in the reader's zone) are such; whatever else there is leaves its cell empty."""
    outgoing, waiting = Outgoing(), iter(rows)
    with ZipFile(outgoing, "w", ZIP_DEFLATED, compresslevel=PACKING) as package:
        package.writestr("[Content_Types].xml", TYPES)
        yield outgoing.taken()
        sheets, following = 0, next(waiting, None)
        while following is not None or not sheets:
            sheets += 1
            ahead = chain([following], waiting) if following is not None else waiting
            with package.open(f"xl/worksheets/sheet{sheets}.xml", "w") as sheet:
                for part in _sheet(labels, ahead):
                    sheet.write(part)
                    if len(outgoing.held) > PIECE:
                        yield outgoing.taken()
            following = next(waiting, None)
        for name, content in _frame(title, sheets):
            package.writestr(name, content)
    yield outgoing.taken()


def _sheet(labels: Sequence[str], rows: Iterator[Sequence[Any]]) -> Iterator[bytes]:
    """One sheet, with as many of the rows as it can hold."""
    columns = [letters(column) for column in range(len(labels))]
    widths = "".join(
        f'<col min="{number}" max="{number}" width="{min(40, max(10, 2 * len(label) + 4))}" customWidth="1"/>'
        for number, label in enumerate(labels, 1)
    )
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    head = "".join(_text(f"{letter}1", label, HEADING) for letter, label in zip(columns, labels, strict=True))
    yield (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
        f'<cols>{widths}</cols><sheetData><row r="1">{head}</row>'
    ).encode()
    line, size = 1, 0
    while size < SHEET_BYTES and (some := list(islice(rows, min(ROWS_AT_ONCE, SHEET_ROWS + 1 - line)))):
        part = "".join(_row(number, columns, values) for number, values in enumerate(some, line + 1)).encode()
        line, size = line + len(some), size + len(part)
        yield part
    yield b"</sheetData></worksheet>"


def _row(number: int, columns: Sequence[str], values: Sequence[Any]) -> str:
    cells = "".join(_cell(f"{letter}{number}", value) for letter, value in zip(columns, values, strict=True))
    return f'<row r="{number}">{cells}</row>'


def _cell(at: str, value: Any) -> str:
    """One cell, or nothing."""
    if isinstance(value, str):
        return _text(at, value, QUOTED if value.startswith(FORMULA_SIGNS) else 0) if value else ""
    if isinstance(value, (int, float)):
        return f'<c r="{at}"><v>{value + 0!r}</v></c>' if isfinite(value) else ""
    if isinstance(value, datetime):
        days = (value - DAY_NOUGHT).total_seconds() / 86_400
        return f'<c r="{at}" s="{MOMENT}"><v>{days!r}</v></c>' if value.date() >= FIRST_DAY else _text(at, f"{value}")
    if isinstance(value, date):
        days = (value - DAY_NOUGHT.date()).days
        return f'<c r="{at}" s="{DAY}"><v>{days}</v></c>' if value >= FIRST_DAY else _text(at, f"{value}")
    return ""


def _text(at: str, value: str, look: int = 0) -> str:
    said = _ODD.sub(_escaped, value[:CELL_SIGNS])
    style = f' s="{look}"' if look else ""
    space = ' xml:space="preserve"' if said[:1].isspace() or said[-1:].isspace() else ""
    return f'<c r="{at}"{style} t="inlineStr"><is><t{space}>{said}</t></is></c>'


def _escaped(found: re.Match[str]) -> str:
    """A mark of XML by its name; any other by its number, as ECMA-376 writes it (22.9.2.19)."""
    sign = found.group()
    return _MARKS.get(sign) or f"_x{ord(sign):04X}_"


def _frame(title: str, sheets: int) -> Iterator[tuple[str, str]]:
    """The parts that name the sheets and say how cells look."""
    numbers = range(1, sheets + 1)
    named = "".join(f'<sheet name="{_name(title, n)}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
    )
    styles = f'<Relationship Id="rId{sheets + 1}" Type="{_OFFICE}/styles" Target="styles.xml"/>'
    yield (
        "xl/workbook.xml",
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><bookViews><workbookView/></bookViews>'
        f"<sheets>{named}</sheets></workbook>",
    )
    yield (
        "xl/_rels/workbook.xml.rels",
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{related}{styles}</Relationships>',
    )
    yield "xl/styles.xml", STYLES
    yield "_rels/.rels", ROOT


def sheet_name(title: str) -> str:
    """A title as a sheet may be called."""
    return "".join(sign for sign in title if sign not in "[]:*?/\\'")[:NAME_SIGNS] or "Sheet1"


def _name(title: str, number: int) -> str:
    """The name of a sheet within XML; from the second on with its number."""
    ending = f" {number}" if number > 1 else ""
    name = sheet_name(title)[: NAME_SIGNS - len(ending)] + ending
    return _ODD.sub(_escaped, name).replace('"', "&quot;")
