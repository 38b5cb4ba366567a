"""Sets a whole document: head, title, blocks, closing and foot, as pages of marks."""

from collections.abc import Callable
from typing import Any

from anshu.kernel.chinese_numerals import date_in_figures
from anshu.reports.paper.document import (
    Align,
    Block,
    Document,
    Face,
    Heading,
    Layout,
    NumberedList,
    Paragraph,
    Photo,
    Photos,
    Signatures,
    Span,
    Table,
    attachment_lines,
    numbered,
    plain,
    read,
)
from anshu.reports.paper.flow import Flow, Gauge, Mark, Picture, Type
from anshu.reports.paper.head_and_foot import set_foot, set_head, set_page_numbers
from anshu.reports.paper.measures import (
    CELL_PITCH,
    HEADING_FACES,
    LEFT,
    MEASURES,
    MM,
    SIZE_SMALL_FOUR,
    SIZE_TWO,
    TEXT_WIDTH,
    TITLE_PITCH,
    TOP,
)
from anshu.reports.paper.tables import set_table

_PHOTO_HEIGHT = 80 * MM
_PAIR_HEIGHT = 56 * MM
_PHOTO_GAP = 4 * MM
_CAPTION = Type(Face.FANGSONG, SIZE_SMALL_FOUR, CELL_PITCH)
_TITLE = Type(Face.SONG, SIZE_TWO, TITLE_PITCH)
_RIGHT_OF_DATE = 4  # characters left empty to the right of the date (7.3.5.1)


def set_document(document: Document, gauge: Gauge) -> list[list[Mark]]:
    """The pages of a document; `gauge` knows the widths of the typefaces it will be printed in."""
    flow = Flow(MEASURES[document.layout], gauge)
    set_head(flow, document)
    _set_title(flow, document)
    blocks = list(numbered(document.body))
    following = [_begins(block) for block, _ in blocks[1:]] + [_after(flow, document)]
    for (block, number), keep in zip(blocks, following, strict=False):
        _SETTERS[type(block)](flow, block, number, keep)
    _set_attachments(flow, document)
    _set_closing(flow, document)
    if document.note:
        flow.skip(0.5)
        flow.paragraph(plain(document.note), _CAPTION)
    set_foot(flow, document)
    set_page_numbers(flow, document)
    return flow.pages


def _set_title(flow: Flow, document: Document) -> None:
    whole = sum(line.width for line in flow.lines(plain(document.title), _TITLE, TEXT_WIDTH))
    count = int(whole // TEXT_WIDTH) + 1
    # Lines of about the same length, as titles are set.
    width = TEXT_WIDTH if count == 1 else min(TEXT_WIDTH, whole / count + 1.5 * SIZE_TWO)
    for line in flow.lines(plain(document.title), _TITLE, width):
        flow.line(line, _TITLE, (LEFT, TEXT_WIDTH), Align.CENTRED)
        flow.y += _TITLE.pitch
    if document.layout is Layout.FORM:
        _set_form_number(flow, document)
    else:
        flow.skip()
        flow.to_grid()
    if document.recipient:
        flow.paragraph(plain(f"{document.recipient}："), flow.type)


def _set_form_number(flow: Flow, document: Document) -> None:
    """A form has its number at the right under the title."""
    if document.number:
        flow.paragraph(plain(document.number), flow.type, align=Align.RIGHT)
    flow.skip(0.4)


def _set_paragraph(flow: Flow, block: Any, _number: str, keep: float) -> None:
    indent = 2 * flow.measures.advance if block.indented else 0
    flow.paragraph(block.text, flow.faced(block.face), indent=indent, align=block.align, keep=keep)


def _set_heading(flow: Flow, block: Any, number: str, _keep: float) -> None:
    kind = flow.faced(HEADING_FACES[block.level - 1])
    # A heading is not the last line of a page.
    flow.need(2 * kind.pitch)
    flow.paragraph(plain(number + block.text), kind, indent=2 * flow.measures.advance)


def _set_list(flow: Flow, block: Any, _number: str, keep: float) -> None:
    for place, item in enumerate(block.items, 1):
        last = keep if place == len(block.items) else 0
        text = (Span(f"{place}."), *item)
        flow.paragraph(text, flow.type, indent=2 * flow.measures.advance, keep=last)


def _set_table(flow: Flow, block: Any, _number: str, _keep: float) -> None:
    set_table(flow, block)


def _set_signatures(flow: Flow, block: Any, _number: str, _keep: float) -> None:
    lines = [flow.lines(text, flow.type, TEXT_WIDTH) for text in block.lines]
    flow.need(sum(map(len, lines)) * flow.measures.pitch)
    for text in block.lines:
        flow.paragraph(text, flow.type, align=Align.LEFT)


def _set_photos(flow: Flow, block: Any, _number: str, _keep: float) -> None:
    abreast = 1 if len(block.photos) == 1 else 2
    height = _PHOTO_HEIGHT if abreast == 1 else _PAIR_HEIGHT
    width = (TEXT_WIDTH - (abreast - 1) * _PHOTO_GAP) / abreast
    for first in range(0, len(block.photos), abreast):
        row: tuple[Photo, ...] = block.photos[first : first + abreast]
        captions = [flow.lines(plain(photo.caption), _CAPTION, width) for photo in row]
        below = max(map(len, captions)) * CELL_PITCH
        flow.need(height + below + _PHOTO_GAP)
        top = flow.y
        for place, photo in enumerate(row):
            left = LEFT + place * (width + _PHOTO_GAP)
            flow.put(Picture(left, TOP + top, width, height, photo.content))
            flow.y = top + height + MM
            for line in captions[place]:
                flow.line(line, _CAPTION, (left, width), Align.CENTRED)
                flow.y += CELL_PITCH
        flow.y = top + height + below + _PHOTO_GAP
    flow.to_grid()


_SETTERS: dict[type[Block], Callable[[Flow, Any, str, float], None]] = {
    Paragraph: _set_paragraph,
    Heading: _set_heading,
    NumberedList: _set_list,
    Table: _set_table,
    Signatures: _set_signatures,
    Photos: _set_photos,
}


def _begins(block: Block) -> float:
    """How much of a block must stand on the page of the words that announce it."""
    match block:
        case Photos():
            return (_PHOTO_HEIGHT if len(block.photos) == 1 else _PAIR_HEIGHT) + 2 * CELL_PITCH
        case Table():
            return (block.head + 2) * CELL_PITCH
    return 0


def _after(flow: Flow, document: Document) -> float:
    """How much must follow the text on its last page, so that nobody signs a page without text."""
    closing = _closing_lines(document)
    attached = len(document.attachments) + 1 if document.attachments else 0
    return (attached + closing) * flow.measures.pitch


def _closing_lines(document: Document) -> int:
    if document.closing is None:
        return 0
    return 5 if document.closing.seal else 4


def _set_attachments(flow: Flow, document: Document) -> None:
    if document.attachments:
        flow.skip()
        for line in attachment_lines(document.attachments):
            flow.paragraph(plain(line), flow.type, indent=2 * flow.measures.advance)


def _set_closing(flow: Flow, document: Document) -> None:
    """The authority stands over the middle of the date, the date four characters from the right."""
    closing = document.closing
    if closing is None:
        return
    if document.body and isinstance(document.body[-1], Table | Signatures | Photos):
        flow.need(_closing_lines(document) * flow.measures.pitch)
    flow.skip(2 if not closing.seal else 1)
    names = [closing.authority, *(["（印章）"] if closing.seal else [])]
    day = date_in_figures(closing.on) if closing.on else "年\u3000月\u3000日"
    widest = max(_width(flow, text) for text in (*names, day))
    right = _RIGHT_OF_DATE * flow.measures.advance if widest <= TEXT_WIDTH - 8 * flow.measures.advance else 0
    column = (LEFT + TEXT_WIDTH - right - widest, widest)
    for text in (*names, day):
        for line in flow.lines(plain(text), flow.type, TEXT_WIDTH):
            flow.need(flow.measures.pitch)
            flow.line(line, flow.type, column, Align.CENTRED)
            flow.y += flow.measures.pitch


def _width(flow: Flow, text: str) -> float:
    return sum(line.width for line in flow.lines(plain(read(plain(text))), flow.type, TEXT_WIDTH))
