"""Reading xlsx and xls. The fast reader leaves formula errors out, so these are found in the file itself."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from lxml import etree
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum, ZipError

from anshu.kernel.errors import Invalid
from anshu.ledger.exchange.table import ErrorValue, Known, Table, empty, heading_row, letters, typed

LARGEST_UNPACKED = 1_000_000_000
MOST_CELLS = 30_000_000
OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
"""A cell that holds an error: its place and the error."""
ERROR_CELL = re.compile(
    rb'<c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]{1,3})(\d+)"[^>]*>(?:(?!</c>).)*?<v>([^<]*)</v>', re.DOTALL
)
SAFELY = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
"""The sheet that our own template adds."""
CHOICES = gettext_lazy("choices")


def read_spreadsheet(content: bytes, known: Known) -> Table:
    """The first visible sheet that is not empty; Invalid says what is wrong with the file as a whole."""
    book = _open(content)
    shown = [m.name for m in book.sheets_metadata if m.visible is SheetVisibleEnum.Visible] or list(book.sheet_names)
    packed = content[:2] == b"PK"
    filled: list[tuple[str, CalamineSheet, bytes]] = []
    for name in shown:
        raw = _sheet_xml(content, name) if packed else b""
        _refuse_sprawling(name, raw)
        sheet = book.get_sheet_by_name(name)
        if sheet.start is not None and not filled:
            filled.append((name, sheet, raw))
        elif sheet.start is not None and name not in (str(CHOICES), "choices", "可选值"):
            filled.append((name, sheet, b""))
    if not filled:
        raise Invalid(gettext_lazy("The file has no rows: every sheet is empty."), field="file", code="file_empty")
    name, sheet, raw = filled[0]
    table = _table(name, sheet, raw, known)
    others = [other for other, *_rest in filled[1:]]
    if others:
        note = _("Only the sheet “%(name)s” is read, not %(others)s.") % {"name": name, "others": "、".join(others)}
        table = replace(table, notes=(*table.notes, note))
    return table


def _open(content: bytes) -> CalamineWorkbook:
    if content[:8] == OLD_OFFICE and "EncryptedPackage".encode("utf-16-le") in content:
        raise _locked()
    try:
        if content[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                if sum(part.file_size for part in packed.infolist()) > LARGEST_UNPACKED:
                    raise Invalid(
                        gettext_lazy("The file is too large when unpacked."), field="file", code="file_too_large"
                    )
        return CalamineWorkbook.from_filelike(io.BytesIO(content))
    except PasswordError as error:
        raise _locked() from error
    except (CalamineError, ZipError, zipfile.BadZipFile, OSError, ValueError) as error:
        raise _damaged() from error


def _locked() -> Invalid:
    return Invalid(
        gettext_lazy("The file is locked with a password. Open it, save it without one, and drop it again."),
        field="file",
        code="file_locked",
    )


def _damaged() -> Invalid:
    return Invalid(
        gettext_lazy("This is not an Excel file, or it is damaged. Save it again as xlsx (or as csv)."),
        field="file",
        code="file_damaged",
    )


def _sheet_xml(content: bytes, name: str) -> bytes:
    """The sheet as it is written in the file; nothing where the file is laid out in another way."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            relations = etree.fromstring(packed.read("xl/_rels/workbook.xml.rels"), SAFELY)
            targets = {item.get("Id"): item.get("Target", "") for item in relations}
            book = etree.fromstring(packed.read("xl/workbook.xml"), SAFELY)
            for sheet in book.iter("{http://schemas.openxmlformats.org/spreadsheetml/2006/main}sheet"):
                if sheet.get("name") == name:
                    target = targets[sheet.get(RELATION)]
                    return packed.read(target.lstrip("/") if target.startswith("/") else f"xl/{target}")
    except (KeyError, etree.XMLSyntaxError, zipfile.BadZipFile):
        return b""
    return b""


def _refuse_sprawling(name: str, raw: bytes) -> None:
    """One stray cell in the last corner makes a sheet of thousands of millions of cells."""
    at = raw.rfind(b"<row ")
    last = re.search(rb'\br="(\d+)"', raw[at : at + 200]) if at >= 0 else None
    columns = set(re.findall(rb'<c r="([A-Z]{1,3})\d', raw)) if last else set()
    right = max(map(_column, columns), default=0)
    if last and int(last[1]) * (right + 1) > MOST_CELLS:
        raise Invalid(
            gettext_lazy(
                "The sheet “%(name)s” reaches to cell %(cell)s. Delete what stands far out, and save it again."
            ),
            field="file",
            code="sheet_sprawling",
            name=name,
            cell=f"{letters(right)}{int(last[1])}",
        )


def _column(name: bytes) -> int:
    number = 0
    for letter in name:
        number = number * 26 + letter - 64
    return number - 1


def _table(name: str, sheet: CalamineSheet, raw: bytes, known: Known) -> Table:
    top, left = sheet.start or (0, 0)
    try:
        rows = sheet.to_python(skip_empty_area=True)
    except CalamineError as error:
        raise _damaged() from error
    for row, column, text in _error_cells(raw):
        if top <= row < top + len(rows) and left <= column < left + len(rows[0]):
            rows[row - top][column - left] = ErrorValue(text)
    at = heading_row(rows, known)
    if at is None:
        raise Invalid(gettext_lazy("The file has no rows: every sheet is empty."), field="file", code="file_empty")
    _refuse_merged_heading(sheet, top + at)
    notes = [_("%(count)d rows above the headings are passed over.") % {"count": at}] if at else []
    return table_of(rows, at, Table("xlsx", name, (), (), (), left, tuple(notes)), top)


def _error_cells(raw: bytes) -> Iterator[tuple[int, int, str]]:
    if b't="e"' in raw:
        for found in ERROR_CELL.finditer(raw):
            yield int(found[2]) - 1, _column(found[1]), found[3].decode("utf-8", "replace")


def _refuse_merged_heading(sheet: CalamineSheet, row: int) -> None:
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if top <= row <= bottom:
            raise Invalid(
                gettext_lazy(
                    "The headings in row %(row)d are merged over %(cells)s. Unmerge them, so that each column has one "
                    "heading in one row."
                ),
                field="file",
                code="heading_merged",
                row=row + 1,
                cells=f"{letters(left)}{top + 1}:{letters(right)}{bottom + 1}",
            )


def table_of(rows: list[list[Any]], at: int, shape: Table, top: int) -> Table:
    """The rows under the headings in row `at`, empty ones left out; `top` is the line of the first row, from 0."""
    headings = [typed(value).strip() for value in rows[at]]
    width = max((i + 1 for i, heading in enumerate(headings) if heading), default=0)
    kept = [(top + i + 1, row) for i, row in enumerate(rows) if i > at and not all(map(empty, row))]
    if not kept:
        raise Invalid(gettext_lazy("The file has headings but no rows under them."), field="file", code="file_empty")
    used = [i for i in range(width) if headings[i] or any(not empty(row[i]) for _line, row in kept)]
    width = max(used, default=0) + 1
    columns = tuple(list(column) for column in zip(*(row[:width] for _line, row in kept), strict=True))
    named = tuple(
        f"{heading} ({shape.letter(i)})" if heading and heading in headings[:i] else heading
        for i, heading in enumerate(headings[:width])
    )
    return replace(shape, headings=named, columns=columns, lines=[line for line, _row in kept])
