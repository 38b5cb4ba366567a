"""Handing a register out: xlsx, csv or GeoJSON, row by row, so that 85,000 rows need no more memory than one page."""

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import xlsxwriter
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from anshu.access.secrets import PersonalField, mask
from anshu.ledger import show
from anshu.ledger.declaration import Ledger, field_of, label_of
from anshu.ledger.exchange import workbook
from anshu.ledger.exchange.table import FORMULA_SIGNS
from anshu.ledger.exchange.workbook import PIECE, SHEET_ROWS, sheet_name
from anshu.ledger.models import Registered

FORMS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "geojson": "application/geo+json",
}
AT_ONCE = 2000

Open = Callable[[Registered], bool]
Tell = Callable[[Registered], Any]


def nobody(_record: Registered) -> bool:
    """Personal data of no record is shown in clear."""
    return False


def export(ledger: Ledger, rows: "models.QuerySet[Any]", form: str, opened: Open = nobody) -> Iterator[bytes]:
    """The rows as a file, piece by piece. `opened` says of which records personal data is written in clear.

    Columns are those of the list, then the other fields of the record. Words are those of the language now active.
    """
    names = ledger.shown
    tellers = [teller(ledger, name, opened) for name in names]
    labels = [label_of(ledger.model, name) for name in names]
    records = rows.iterator(AT_ONCE)
    if form == "geojson":
        return _features(names, labels, tellers, records)
    told = ([tell(record) for tell in tellers] for record in records)
    return workbook.stream(ledger.title, labels, told) if form == "xlsx" else _csv(labels, told)


def teller(ledger: Ledger, name: str, opened: Open) -> Tell:
    """What a column says of a record: numbers and dates as such, the rest in words, personal data masked."""
    field = field_of(ledger.model, name)
    if isinstance(field, PersonalField):
        return lambda record: getattr(record, name) if opened(record) else mask(getattr(record, name) or "")
    if field is not None and getattr(field, "choices", None):
        words = {value: str(label) for value, label in field.flatchoices}
        return lambda record: words.get(getattr(record, name), getattr(record, name))
    if isinstance(field, models.DateTimeField):
        return lambda record: _local(getattr(record, name))
    if isinstance(field, models.BooleanField):
        said = {True: _("yes"), False: _("no"), None: ""}
        return lambda record: said[getattr(record, name)]
    if isinstance(
        field, (models.CharField, models.IntegerField, models.FloatField, models.DateField, models.TextField)
    ):
        return lambda record: getattr(record, name)
    return lambda record: show.words(getattr(record, name))


def _local(at: datetime | None) -> datetime | None:
    return None if at is None else timezone.localtime(at).replace(tzinfo=None, microsecond=0)


def guarded(text: str) -> str:
    """Text that a spreadsheet would take for a formula, made harmless by a leading apostrophe."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def _csv(labels: list[str], told: Iterable[list[Any]]) -> Iterator[bytes]:
    """UTF-8 with the mark by which Excel knows it."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(labels)
    yield "\ufeff".encode()
    for values in told:
        writer.writerow([guarded(value) if isinstance(value, str) else value for value in values])
        if buffer.tell() > PIECE:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def _features(names: Iterable[str], labels: list[str], tellers: list[Tell], records: Iterator[Any]) -> Iterator[bytes]:
    """RFC 7946, which knows WGS-84 only; said once more for programs that shift coordinates. Keys are field names."""
    columns = [(name, tell) for name, tell in zip(names, tellers, strict=True) if name not in ("lon", "lat")]
    legend = {name: label for name, label in zip(names, labels, strict=True) if name not in ("lon", "lat")}
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    head = orjson.dumps({"type": "FeatureCollection", "crs": crs, "coordinates": "WGS-84", "labels": legend})
    part, before = bytearray(head[:-1] + b',"features":['), b"\n"
    for record in records:
        place = (
            None
            if record.lon is None or record.lat is None
            else {"type": "Point", "coordinates": [record.lon, record.lat]}
        )
        properties = {name: tell(record) for name, tell in columns}
        part += before + orjson.dumps(
            {"type": "Feature", "id": str(record.pk), "geometry": place, "properties": properties}
        )
        before = b",\n"
        if len(part) > PIECE:
            yield bytes(part)
            part.clear()
    yield bytes(part + b"\n]}\n")


def new_book(path: Path) -> Any:
    """A workbook in which text is never taken for a formula or an address."""
    return xlsxwriter.Workbook(
        str(path), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )


def _head(book: Any, sheet: Any, labels: list[str]) -> None:
    bold = book.add_format({"bold": True, "bottom": 1})
    sheet.freeze_panes(1, 0)
    for column, label in enumerate(labels):
        sheet.set_column(column, column, min(40, max(10, 2 * len(label) + 4)))
    for column, label in enumerate(labels):
        sheet.write_string(0, column, label, bold)


def template(ledger: Ledger) -> bytes:
    """An empty workbook to fill in: a heading for each field (starred where needed), and what may be chosen."""
    with tempfile.TemporaryDirectory(prefix="anshu-") as folder:
        path = Path(folder) / "template.xlsx"
        book = new_book(path)
        fields = [field_of(ledger.model, name) for name in ledger.edit]
        sheet = book.add_worksheet(sheet_name(ledger.title))
        _head(
            book,
            sheet,
            [f"{field.verbose_name}{'' if field.blank or field.has_default() else ' *'}" for field in fields],
        )
        chosen = [(at, field) for at, field in enumerate(fields) if field.choices]
        lists = [[str(word) for value, word in field.flatchoices if value not in (None, "")] for _at, field in chosen]
        for column, ((at, _field), words) in enumerate(zip(chosen, lists, strict=True)):
            letter = chr(65 + column)
            source = f"='{_('choices')}'!${letter}$2:${letter}${len(words) + 1}"
            sheet.data_validation(1, at, SHEET_ROWS, at, {"validate": "list", "source": source})
        other = book.add_worksheet(sheet_name(_("choices")))
        _head(book, other, [str(field.verbose_name) for _at, field in chosen])
        for line in range(max(map(len, lists), default=0)):
            for column, words in enumerate(lists):
                if line < len(words):
                    other.write_string(line + 1, column, words[line])
        book.close()
        return path.read_bytes()
