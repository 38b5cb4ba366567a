"""An official document, before it is Word or PDF: who speaks, to whom, what, and how it is signed.

Elements and their order are those of GB/T 9704-2012 (党政机关公文格式). Blocks follow one another down the page.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from anshu.kernel.chinese_numerals import counted


class Layout(StrEnum):
    """Which of the house's three sheets a document is set on."""

    LETTER = "letter"  # 公文: red head, number under it, 22 lines of 28 characters
    CORRESPONDENCE = "correspondence"  # 信函格式: red double rules, number at the right
    FORM = "form"  # 执法文书: no red, smaller type, boxes


class Face(StrEnum):
    """The four faces that official documents are set in; the value is the name of the font's file."""

    FANGSONG = "fangsong"
    KAI = "kai"
    HEI = "hei"
    SONG = "song"  # 小标宋, for titles


class Align(StrEnum):
    """Where a line stands between its margins; a justified one reaches both."""

    JUSTIFIED = "justified"
    LEFT = "left"
    CENTRED = "centred"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text. Underlined it is what was filled in; `stretches` draws that line on to the margin."""

    text: str
    underlined: bool = False
    stretches: bool = False


Text: TypeAlias = tuple[Span, ...]


def plain(text: str) -> Text:
    """Text without anything filled in."""
    return (Span(text),)


def read(text: Text) -> str:
    """The words alone."""
    return "".join(span.text for span in text)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; indented by two characters unless it stands flush."""

    text: Text
    indented: bool = True
    align: Align = Align.JUSTIFIED
    face: Face = Face.FANGSONG


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 4; its number (一、 （一） 1. （1）) is counted, never written."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class NumberedList:
    """Items numbered 1. 2. 3. below one another."""

    items: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One box of a table, `columns` wide. A label stands in the middle of its box."""

    lines: tuple[Text, ...]
    columns: int = 1
    label: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """Boxes side by side, at least `height_mm` high."""

    cells: tuple[Cell, ...]
    height_mm: float = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A ruled table. `widths` are in proportion; the first `head` rows are repeated on each page."""

    widths: tuple[float, ...]
    rows: tuple[Row, ...]
    head: int = 0

    def __post_init__(self) -> None:
        for row in self.rows:
            if sum(cell.columns for cell in row.cells) != len(self.widths):
                raise ValueError(f"a row of {len(self.widths)} columns is filled otherwise: {row}")


@dataclass(frozen=True, slots=True)
class Signatures:
    """Lines on which people sign, kept together on one page."""

    lines: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture (JPEG or PNG bytes) and what is written under it."""

    content: bytes = field(repr=False)
    caption: str


@dataclass(frozen=True, slots=True)
class Photos:
    """Pictures, two beside one another; a single one stands alone in the middle."""

    photos: tuple[Photo, ...]


Block: TypeAlias = Paragraph | Heading | NumberedList | Table | Signatures | Photos


@dataclass(frozen=True, slots=True)
class Marks:
    """What stands at the top left of a letter: copy number (份号), secrecy (密级), urgency (紧急程度)."""

    copy_number: str = ""
    secrecy: str = ""
    urgency: str = ""

    def __iter__(self) -> Iterator[str]:
        return (mark for mark in (self.copy_number, self.secrecy, self.urgency) if mark)


@dataclass(frozen=True, slots=True)
class Closing:
    """Who signs and when. With `seal` the place of the seal is named above the date, as forms have it."""

    authority: str
    on: date | None
    seal: bool = False


@dataclass(frozen=True, slots=True)
class Foot:
    """The foot of a letter (版记): who gets copies, which office printed it and when."""

    copies_to: str = ""
    printed_by: str = ""
    printed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One document. `head` is the issuing authority as it is printed on top; `exercise` marks every page 演练."""

    title: str
    body: tuple[Block, ...]
    layout: Layout = Layout.LETTER
    head: str = ""
    marks: Marks = Marks()
    number: str = ""
    recipient: str = ""
    attachments: tuple[str, ...] = ()
    closing: Closing | None = None
    note: str = ""
    foot: Foot | None = None
    exercise: bool = False


def numbered(blocks: Iterable[Block]) -> Iterator[tuple[Block, str]]:
    """Each block with the number of a heading: 一、 （一） 1. （1）, counted anew under the heading above; else ''."""
    counts = [0, 0, 0, 0]
    for block in blocks:
        if isinstance(block, Heading):
            counts[block.level - 1] += 1
            counts[block.level :] = [0] * (4 - block.level)
            yield block, heading_number(block.level, counts[block.level - 1])
        else:
            yield block, ""


def heading_number(level: int, count: int) -> str:
    """一、 or （一） or 1. or （1）."""
    return (f"{counted(count)}、", f"（{counted(count)}）", f"{count}.", f"（{count}）")[level - 1]


def attachment_lines(attachments: tuple[str, ...]) -> tuple[str, ...]:
    """The note of attachments: 附件：name, or numbered when there are several."""
    if len(attachments) == 1:
        return (f"附件：{attachments[0]}",)
    return tuple(("附件：" if n == 1 else "\u3000" * 3) + f"{n}.{name}" for n, name in enumerate(attachments, 1))
