"""A file as a table: headings, columns, and where in the file each value stands."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from django.db import models
from django.utils.translation import gettext as _

Known = Callable[[str], bool]
AnyField: TypeAlias = "models.Field[Any, Any]"
AnyForeignKey: TypeAlias = "models.ForeignKey[Any, Any]"

HEADING_WITHIN = 10
"""A text that begins so would be run as a formula by a spreadsheet."""
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


class ErrorValue(str):
    """What a formula left in a cell instead of a value, such as #REF!."""


@dataclass(frozen=True)
class Table:
    """`columns` stand beside `headings` and are equally long; `lines` are the rows' numbers as the file counts them.

    `notes` is what a reader should know about how the file was read; `crs` what the file says of its coordinates.
    """

    kind: str
    sheet: str
    headings: tuple[str, ...]
    columns: tuple[list[Any], ...]
    lines: Sequence[int]
    first_column: int = 0
    notes: tuple[str, ...] = field(default=())
    crs: str = ""

    def __len__(self) -> int:
        return len(self.lines)

    def cell(self, row: int, column: int) -> str:
        """B240; in GeoJSON, which has no cells, “feature 239”."""
        if self.kind == "geojson":
            return _("feature %(number)d") % {"number": self.lines[row]}
        return f"{letters(self.first_column + column)}{self.lines[row]}"

    def letter(self, column: int) -> str:
        """The name of a column: B."""
        return "" if self.kind == "geojson" else letters(self.first_column + column)

    def row(self, row: int) -> list[Any]:
        """The values of one row as they stand in the file."""
        return [column[row] for column in self.columns]


def letters(column: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    text = ""
    while column >= 0:
        text = chr(65 + column % 26) + text
        column = column // 26 - 1
    return text


def empty(value: Any) -> bool:
    """Whether nothing was written in a cell."""
    return value is None or (isinstance(value, str) and not value.strip())


def typed(value: Any) -> str:
    """A value as the person who typed it would know it."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return "" if value is None else str(value)


def heading_row(rows: Sequence[Sequence[Any]], known: Known) -> int | None:
    """Which of the first rows holds the headings: the one with most known ones, else the first with two words, else the
    first that is not empty. Titles above it are common."""
    best, most = None, 0
    for index, row in enumerate(rows[:HEADING_WITHIN]):
        hits = sum(1 for value in row if not empty(value) and known(typed(value)))
        if hits > most:
            best, most = index, hits
    if best is not None:
        return best
    filled = [sum(1 for value in row if not empty(value)) for row in rows[:HEADING_WITHIN]]
    wide = next((index for index, count in enumerate(filled) if count >= 2), None)
    return wide if wide is not None else next((index for index, count in enumerate(filled) if count), None)
