"""Sets what frames a document: the red head and its rules, the number, the foot (版记) and the page numbers."""

from anshu.kernel.chinese_numerals import date_in_figures
from anshu.reports.paper.document import Align, Document, Face, Foot, Layout, plain
from anshu.reports.paper.flow import Flow, Glyphs, Stroke, Type
from anshu.reports.paper.measures import (
    DOUBLE_RULE_FOOT_MM,
    DOUBLE_RULE_MM,
    FOOT_HAIRLINE,
    FOOT_RULE,
    LEFT,
    LETTERHEAD_TOP_MM,
    MM,
    PAGE_HEIGHT,
    PAGE_NUMBER_MM,
    PAGE_WIDTH,
    RED_TOP_MM,
    RULE_GAP_MM,
    SIZE_FOUR,
    SIZE_SMALL_FOUR,
    SIZE_THREE,
    TEXT_HEIGHT,
    TEXT_WIDTH,
    TOP,
)

_LARGEST_HEAD = 46.0
_HEAD_ASCENT = 0.85
_HEAD_WIDTH = TEXT_WIDTH * 0.94
_FOOT_PITCH = 22.0
_THICK, _THIN = 2.2, 0.7
_DIGIT = 0.6


def set_head(flow: Flow, document: Document) -> None:
    """What stands above the title."""
    if document.layout is Layout.LETTER:
        _letter_head(flow, document)
    elif document.layout is Layout.CORRESPONDENCE:
        _correspondence_head(flow, document)
    elif document.head:
        kind = Type(Face.SONG, SIZE_THREE, 28)
        flow.paragraph(plain(document.head), kind, align=Align.CENTRED)


def _marks(flow: Flow, document: Document) -> None:
    for mark in document.marks:
        face = Face.FANGSONG if mark == document.marks.copy_number else Face.HEI
        flow.paragraph(plain(mark), flow.faced(face))


def _authority(flow: Flow, document: Document, top: float) -> float:
    """The name in red, as large as its length allows; returns where it ends, measured from the top of the sheet."""
    natural = flow.gauge(document.head, Face.SONG, 1)
    size = min(_LARGEST_HEAD, _HEAD_WIDTH / natural)
    x = (PAGE_WIDTH - natural * size) / 2
    flow.put(Glyphs(x, top + _HEAD_ASCENT * size, document.head, Face.SONG, size, red=True))
    return top + size


def _letter_head(flow: Flow, document: Document) -> None:
    _marks(flow, document)
    flow.y = RED_TOP_MM * MM
    if document.head:
        flow.y = _authority(flow, document, TOP + RED_TOP_MM * MM) - TOP
    flow.skip(1.5)
    if document.number:
        flow.paragraph(plain(document.number), flow.type, align=Align.CENTRED)
    y = TOP + flow.y + RULE_GAP_MM * MM
    flow.put(Stroke((LEFT, y), (LEFT + TEXT_WIDTH, y), 1.6, red=True))
    flow.y = y - TOP
    flow.to_grid()
    flow.skip(1)


def _correspondence_head(flow: Flow, document: Document) -> None:
    below = _authority(flow, document, LETTERHEAD_TOP_MM * MM) + RULE_GAP_MM * MM
    _double_rule(flow, below, _THICK, _THIN)
    _double_rule(flow, PAGE_HEIGHT - DOUBLE_RULE_FOOT_MM * MM, _THIN, _THICK)
    flow.y = below - TOP + SIZE_THREE * 7 / 8
    begins = flow.y
    _marks(flow, document)
    ends = flow.y
    if document.number:
        flow.y = begins
        flow.paragraph(plain(document.number), flow.type, align=Align.RIGHT)
    flow.y = max(ends, flow.y)
    flow.skip(1.5)


def _double_rule(flow: Flow, y: float, upper: float, lower: float) -> None:
    left = (PAGE_WIDTH - DOUBLE_RULE_MM * MM) / 2
    right = PAGE_WIDTH - left
    flow.put(Stroke((left, y), (right, y), upper, red=True))
    flow.put(Stroke((left, y + 2.6), (right, y + 2.6), lower, red=True))


def set_foot(flow: Flow, document: Document) -> None:
    """Copies and printing office at the bottom of the last page, between rules."""
    foot = document.foot
    if foot is None:
        return
    kind = Type(Face.FANGSONG, SIZE_FOUR, _FOOT_PITCH)
    width = TEXT_WIDTH - 2 * SIZE_FOUR
    copies = flow.lines(plain(f"抄送：{foot.copies_to}。"), kind, width) if foot.copies_to else []
    printed = bool(foot.printed_by or foot.printed_on) and document.layout is Layout.LETTER
    height = (len(copies) + printed) * _FOOT_PITCH
    flow.need(height + flow.measures.pitch)
    flow.y = TEXT_HEIGHT - height
    ruled = document.layout is Layout.LETTER
    if ruled:
        _foot_rule(flow, FOOT_RULE)
    for line in copies:
        flow.line(line, kind, (LEFT + SIZE_FOUR, width), Align.JUSTIFIED)
        flow.y += _FOOT_PITCH
    if printed:
        if copies:
            _foot_rule(flow, FOOT_HAIRLINE)
        _printed(flow, foot, kind)
    if ruled:
        _foot_rule(flow, FOOT_RULE)


def _printed(flow: Flow, foot: Foot, kind: Type) -> None:
    column = (LEFT + SIZE_FOUR, TEXT_WIDTH - 2 * SIZE_FOUR)
    flow.line(flow.lines(plain(foot.printed_by), kind, column[1])[0], kind, column, Align.LEFT)
    if foot.printed_on:
        day = f"{date_in_figures(foot.printed_on)}印发"
        flow.line(flow.lines(plain(day), kind, column[1])[0], kind, column, Align.RIGHT)
    flow.y += kind.pitch


def _foot_rule(flow: Flow, width: float) -> None:
    y = TOP + flow.y
    flow.put(Stroke((LEFT, y), (LEFT + TEXT_WIDTH, y), width))


def set_page_numbers(flow: Flow, document: Document) -> None:
    """—1— outside the text area, right on odd pages and left on even ones; forms say which page of how many."""
    for number, page in enumerate(flow.pages, 1):
        if document.layout is Layout.FORM:
            text, size = f"第{number}页\u3000共{len(flow.pages)}页", SIZE_SMALL_FOUR
            x = (PAGE_WIDTH - flow.gauge(text, Face.FANGSONG, size)) / 2
        else:
            text, size = f"—{number}—", SIZE_FOUR
            width = flow.gauge(text, Face.FANGSONG, size)
            x = LEFT + TEXT_WIDTH - size - width if number % 2 else LEFT + size
        if document.layout is not Layout.CORRESPONDENCE or number > 1:
            page.append(Glyphs(x, TOP + TEXT_HEIGHT + PAGE_NUMBER_MM * MM + size * 0.38, text, Face.FANGSONG, size))
