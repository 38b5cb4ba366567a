"""Reads the markup of a form's text (see the package) into lines and tables. Knows no fields, only their names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

_PLACE = re.compile(r"\{(?P<sort>[§=]?)(?P<name>[a-z_]+(?:\.[a-z0-9_]+)*)(?::(?P<width>\d+))?\}")
_SLOT = re.compile(r"\{([a-z_]+)\}")
_WHEN = re.compile(r"([?!])([a-z_]+) +(.*)")
_ROW = re.compile(r"\|(\d*) +(.*?) *\|?")
_LINE_BREAK = " // "


class Sort(StrEnum):
    """What stands in a place: the value of a field, an article of law, or a term."""

    FIELD = ""
    ARTICLE = "§"
    TERM = "="


class Style(StrEnum):
    """How a line stands; the value is what it begins with."""

    PARAGRAPH = ""
    HEADING_1 = "# "
    HEADING_2 = "## "
    HEADING_3 = "### "
    FLUSH = "@ "
    SIGNATURE = "~ "
    CENTRED = "= "


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is put in; `width` is the blank, in characters, that is left without it."""

    sort: Sort
    name: str
    width: int = 0


Words: TypeAlias = tuple[str | Place, ...]


@dataclass(frozen=True, slots=True)
class When:
    """The condition of a line: the field has a value, or has none."""

    field: str
    given: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """A line of text."""

    style: Style
    words: Words
    when: When | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """A field that is a block by itself."""

    name: str
    when: When | None = None


@dataclass(frozen=True, slots=True)
class BoxRow:
    """A row of a table: in each cell its lines; at least `height_mm` high."""

    cells: tuple[tuple[Words, ...], ...]
    height_mm: float
    when: When | None = None


@dataclass(frozen=True, slots=True)
class Boxes:
    """A table; `widths` in proportion."""

    widths: tuple[float, ...]
    rows: tuple[BoxRow, ...]


Item: TypeAlias = Sentence | Slot | Boxes


def parse(text: str) -> tuple[Item, ...]:
    """The items of a form's text; ValueError naming the line that cannot be read."""
    items: list[Item] = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                _add(items, line.strip())
            except ValueError as error:
                raise ValueError(f"line {number}: {error}: {line.strip()}") from error
    return tuple(items)


def words(text: str) -> Words:
    """Text and places in their order; ValueError for a brace that belongs to no place."""
    found: list[str | Place] = []
    end = 0
    for match in _PLACE.finditer(text):
        found += [text[end : match.start()], Place(Sort(match["sort"]), match["name"], int(match["width"] or 0))]
        end = match.end()
    found.append(text[end:])
    if any(isinstance(part, str) and set(part) & {"{", "}"} for part in found):
        raise ValueError("a brace that belongs to no place")
    return tuple(part for part in found if part != "")


def places(items: tuple[Item, ...]) -> Iterator[tuple[Place, When | None]]:
    """Every place of a form's text, with the condition it stands under."""
    for item in items:
        match item:
            case Sentence():
                yield from ((part, item.when) for part in item.words if isinstance(part, Place))
            case Slot():
                yield Place(Sort.FIELD, item.name), item.when
            case Boxes():
                for row in item.rows:
                    parts = (part for cell in row.cells for line in cell for part in line)
                    yield from ((part, row.when) for part in parts if isinstance(part, Place))


def _add(items: list[Item], line: str) -> None:
    if line.startswith("|- "):
        items.append(Boxes(tuple(map(float, line[3:].split())), ()))
        return
    when, line = _condition(line)
    if line.startswith("|"):
        if not items or not isinstance(items[-1], Boxes):
            raise ValueError("a row without a table before it")
        items[-1] = Boxes(items[-1].widths, (*items[-1].rows, _row(line, len(items[-1].widths), when)))
    elif slot := _SLOT.fullmatch(line):
        items.append(Slot(slot[1], when))
    else:
        # Every line begins with nothing, so the paragraph is asked last.
        style = next(style for style in reversed(Style) if line.startswith(style.value))
        items.append(Sentence(style, words(line.removeprefix(style.value)), when))


def _condition(line: str) -> tuple[When | None, str]:
    match = _WHEN.fullmatch(line)
    return (When(match[2], match[1] == "?"), match[3]) if match else (None, line)


def _row(line: str, columns: int, when: When | None) -> BoxRow:
    match = _ROW.fullmatch(line)
    if match is None:
        raise ValueError("a row that cannot be read")
    cells = [tuple(words(part) for part in cell.strip().split(_LINE_BREAK)) for cell in match[2].split("|")]
    if len(cells) > columns:
        raise ValueError(f"{len(cells)} cells in {columns} columns")
    return BoxRow(tuple(cells), float(match[1] or 0), when)
