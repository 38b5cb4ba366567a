"""What frames a Word document: the red head, the feet with page numbers, and the foot of a letter (版记)."""

from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from anshu.kernel.chinese_numerals import date_in_figures
from anshu.reports.paper.document import Document, Face, Foot, Layout, plain
from anshu.reports.paper.measures import (
    BOTTOM_MM,
    DOUBLE_RULE_FOOT_MM,
    DOUBLE_RULE_MM,
    FOOT_HAIRLINE,
    FOOT_RULE,
    LETTERHEAD_TOP_MM,
    MM,
    PAGE_NUMBER_MM,
    RED_TOP_MM,
    RULE_GAP_MM,
    SIZE_FOUR,
    SIZE_SMALL_FOUR,
    SIZE_THREE,
    TEXT_MM,
    TEXT_WIDTH,
    Measures,
)
from anshu.reports.word_parts import field, float_to_bottom, indent, rule, set_borders, space, tab_at, write

_LARGEST_HEAD = 46.0
_HEAD_WIDTH = 0.94 * TEXT_WIDTH
_FOOT_PITCH = 22.0
_EXERCISE, _EXERCISE_SIZE, _EXERCISE_PITCH = "演练", 36.0, 42.0


def write_page_frame(section: Any, document: Document) -> None:
    """Page numbers, and above each page of an exercise the word 演练."""
    section.footer_distance = Pt((BOTTOM_MM - PAGE_NUMBER_MM) * MM - SIZE_FOUR)
    feet = (section.footer, section.even_page_footer)
    for even, foot in enumerate(feet):
        _page_number(foot, document, even=bool(even))
    heads = [section.header, section.even_page_header]
    if document.layout is Layout.CORRESPONDENCE:
        section.different_first_page_header_footer = True
        section.header_distance = Pt(LETTERHEAD_TOP_MM * MM - (_EXERCISE_PITCH if document.exercise else 0))
        section.footer_distance = Pt(DOUBLE_RULE_FOOT_MM * MM)
        _letterhead(section, document)
        heads.append(section.first_page_header)
    if document.exercise:
        for head in heads:
            _exercise(head)


def _exercise(head: Any) -> None:
    head.is_linked_to_previous = False
    paragraph = head.paragraphs[0].insert_paragraph_before()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    space(paragraph, _EXERCISE_PITCH)
    write(paragraph, plain(_EXERCISE), Face.SONG, _EXERCISE_SIZE, red=True)


def _page_number(foot: Any, document: Document, *, even: bool) -> None:
    foot.is_linked_to_previous = False
    paragraph = foot.paragraphs[0]
    if document.layout is Layout.FORM:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        for text, code in (("第", "PAGE"), ("页\u3000共", "NUMPAGES")):
            write(paragraph, plain(text), Face.FANGSONG, SIZE_SMALL_FOUR)
            field(paragraph, code, Face.FANGSONG, SIZE_SMALL_FOUR)
        write(paragraph, plain("页"), Face.FANGSONG, SIZE_SMALL_FOUR)
        return
    paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT if even else WD_ALIGN_PARAGRAPH.RIGHT
    indent(paragraph, SIZE_FOUR, **{"left" if even else "right": 1})
    write(paragraph, plain("—"), Face.FANGSONG, SIZE_FOUR)
    field(paragraph, "PAGE", Face.FANGSONG, SIZE_FOUR)
    write(paragraph, plain("—"), Face.FANGSONG, SIZE_FOUR)


def write_head(made: Any, document: Document, measures: Measures) -> None:
    """What stands above the title in the text area."""
    if document.layout is Layout.FORM:
        if document.head:
            _centred(made, document.head, SIZE_THREE, 28)
        return
    beside = document.number if document.layout is Layout.CORRESPONDENCE else ""
    for place, mark in enumerate(list(document.marks) or [""] * bool(beside)):
        paragraph = made.add_paragraph()
        face = Face.FANGSONG if mark == document.marks.copy_number else Face.HEI
        write(paragraph, plain(mark), face, measures.size, running=True)
        if beside and place == 0:
            tab_at(paragraph, TEXT_MM[0])
            write(paragraph, plain(f"\t{beside}"), Face.FANGSONG, measures.size, running=True)
    if document.layout is Layout.LETTER:
        _red_head(made, document, measures)


def _red_head(made: Any, document: Document, measures: Measures) -> None:
    taken = sum(1 for _ in document.marks) * measures.pitch
    if document.head:
        size = _head_size(document.head)
        paragraph = _centred(made, document.head, size, size * 1.15, red=True)
        space(paragraph, size * 1.15, before=RED_TOP_MM * MM - taken)
    number = made.add_paragraph()
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    space(number, measures.pitch, before=1.5 * measures.pitch)
    write(number, plain(document.number), Face.FANGSONG, measures.size, running=True)
    rule(number, "bottom", "single", 1.5, RULE_GAP_MM * MM)


def _head_size(authority: str) -> float:
    return int(2 * min(_LARGEST_HEAD, _HEAD_WIDTH / len(authority))) / 2


def _letterhead(section: Any, document: Document) -> None:
    """Name and double rules stand in the margins of the first page."""
    wider = (TEXT_MM[0] - DOUBLE_RULE_MM) / 2 * MM
    head, foot = section.first_page_header, section.first_page_footer
    size = _head_size(document.head)
    head.is_linked_to_previous = foot.is_linked_to_previous = False
    for frame, side, kind in ((head, "bottom", "thickThin"), (foot, "top", "thinThick")):
        paragraph = frame.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Pt(wider)
        rule(paragraph, side, f"{kind}SmallGap", 3, RULE_GAP_MM * MM if side == "bottom" else 0)
    space(head.paragraphs[0], size * 1.15)
    write(head.paragraphs[0], plain(document.head), Face.SONG, size, red=True)


def _centred(made: Any, text: str, size: float, pitch: float, *, red: bool = False) -> Any:
    paragraph = made.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    space(paragraph, pitch)
    write(paragraph, plain(text), Face.SONG, size, red=red)
    return paragraph


def write_foot(made: Any, document: Document) -> None:
    """Copies and printing office on the lower edge of the last page."""
    foot = document.foot
    ruled = document.layout is Layout.LETTER
    lines = _foot_lines(foot, printed=ruled) if foot else []
    if not lines:
        return
    table = made.add_table(len(lines), 1)
    table.autofit = False
    table.columns[0].width = Pt(TEXT_WIDTH)
    if ruled:
        set_borders(table, [("top", FOOT_RULE), ("bottom", FOOT_RULE), ("insideH", FOOT_HAIRLINE)])
    for row, text in zip(table.rows, lines, strict=True):
        paragraph = row.cells[0].paragraphs[0]
        row.cells[0].width = Pt(TEXT_WIDTH)
        space(paragraph, _FOOT_PITCH)
        indent(paragraph, SIZE_FOUR, left=1, right=1)
        tab_at(paragraph, TEXT_MM[0] - SIZE_FOUR / MM)
        write(paragraph, plain(text), Face.FANGSONG, SIZE_FOUR)
    float_to_bottom(table)
    space(made.add_paragraph(), 1)


def _foot_lines(foot: Foot, *, printed: bool) -> list[str]:
    lines = [f"抄送：{foot.copies_to}。"] if foot.copies_to else []
    if printed and (foot.printed_by or foot.printed_on):
        day = f"\t{date_in_figures(foot.printed_on)}印发" if foot.printed_on else ""
        lines.append(foot.printed_by + day)
    return lines
