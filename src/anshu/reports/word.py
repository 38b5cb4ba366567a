"""Document → .docx that an office may go on editing: real fields and tables, East Asian fonts, the standard's grid."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from io import BytesIO
from typing import Any

from docx import Document as new_document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.image.image import Image
from docx.shared import Pt

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
    Text,
    attachment_lines,
    numbered,
    plain,
    read,
)
from anshu.reports.paper.measures import (
    CELL_MARGIN,
    CELL_PADDING,
    CELL_PITCH,
    HEADING_FACES,
    MEASURES,
    MM,
    SIZE_SMALL_FOUR,
    SIZE_TWO,
    TEXT_MM,
    TEXT_WIDTH,
    TITLE_PITCH,
    Measures,
)
from anshu.reports.paper.tables import cell_align
from anshu.reports.word_frame import write_foot, write_head, write_page_frame
from anshu.reports.word_parts import (
    add_property,
    element,
    fixed,
    indent,
    name_fonts,
    set_borders,
    set_grid,
    set_margins,
    set_padding,
    set_settings,
    set_styles,
    space,
    tab_at,
    twips,
    write,
)

_ALIGNED = {
    Align.JUSTIFIED: WD_ALIGN_PARAGRAPH.JUSTIFY,
    Align.LEFT: WD_ALIGN_PARAGRAPH.LEFT,
    Align.CENTRED: WD_ALIGN_PARAGRAPH.CENTER,
    Align.RIGHT: WD_ALIGN_PARAGRAPH.RIGHT,
}
_UNDATED = date(2000, 1, 1)
_PHOTO_MM = (156.0, 80.0)
_PAIR_MM = (74.0, 56.0)
_RIGHT_OF_DATE = 4
_WHOLE = 300  # characters up to which a row of a table is not cut by the end of a page


def word(document: Document) -> bytes:
    """The document as .docx: the same bytes for the same document."""
    made: Any = new_document()
    measures = MEASURES[document.layout]
    section = made.sections[0]
    set_margins(section)
    set_grid(section, measures)
    set_styles(made, measures)
    set_settings(made)
    name_fonts(made)
    write_page_frame(section, document)
    write_head(made, document, measures)
    _write_title(made, document, measures)
    followers = (*document.body[1:], None)
    for (block, number), follower in zip(numbered(document.body), followers, strict=False):
        _WRITERS[type(block)](made, block, number, measures)
        # Words that announce a table or a picture stay with it.
        if isinstance(block, Paragraph) and isinstance(follower, Table | Photos):
            made.paragraphs[-1].paragraph_format.keep_with_next = True
    _write_end(made, document, measures)
    write_foot(made, document)
    _describe(made, document)
    out = BytesIO()
    made.save(out)
    return fixed(out.getvalue())


def _describe(made: Any, document: Document) -> None:
    day = document.closing.on if document.closing and document.closing.on else _UNDATED
    properties = made.core_properties
    properties.title, properties.subject, properties.language = document.title, document.number, "zh-CN"
    properties.author = document.closing.authority if document.closing else document.head
    properties.comments = properties.last_modified_by = ""
    properties.created = properties.modified = datetime.combine(day, time(), UTC)


def _add(place: Any, text: Text, measures: Measures, align: Align = Align.JUSTIFIED, face: Face = Face.FANGSONG) -> Any:
    """A paragraph of running text."""
    paragraph = place.add_paragraph()
    stretched = any(span.stretches for span in text)
    paragraph.alignment = _ALIGNED[Align.LEFT if stretched else align]
    if stretched:
        tab_at(paragraph, TEXT_MM[0])
    write(paragraph, text, face, measures.size, running=True)
    return paragraph


def _write_title(made: Any, document: Document, measures: Measures) -> None:
    title = made.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    space(title, TITLE_PITCH, before=0 if document.layout is Layout.FORM else measures.pitch)
    write(title, plain(document.title), Face.SONG, SIZE_TWO)
    if document.layout is Layout.FORM:
        if document.number:
            _add(made, plain(document.number), measures, Align.RIGHT)
    else:
        _add(made, (), measures)
    if document.recipient:
        _add(made, plain(f"{document.recipient}："), measures)


def _write_paragraph(made: Any, block: Any, _number: str, measures: Measures) -> None:
    paragraph = _add(made, block.text, measures, block.align, block.face)
    if block.indented:
        indent(paragraph, measures.advance, firstLine=2)


def _write_heading(made: Any, block: Any, number: str, measures: Measures) -> None:
    paragraph = _add(made, plain(number + block.text), measures, Align.JUSTIFIED, HEADING_FACES[block.level - 1])
    indent(paragraph, measures.advance, firstLine=2)
    paragraph.paragraph_format.keep_with_next = True
    # The navigation pane of Word lists what has an outline level.
    add_property(paragraph._p.get_or_add_pPr(), "w:outlineLvl", val=block.level - 1)


def _write_list(made: Any, block: Any, _number: str, measures: Measures) -> None:
    for place, item in enumerate(block.items, 1):
        indent(_add(made, (Span(f"{place}."), *item), measures), measures.advance, firstLine=2)


def _write_signatures(made: Any, block: Any, _number: str, measures: Measures) -> None:
    for text in block.lines:
        _add(made, text, measures, Align.LEFT).paragraph_format.keep_with_next = text is not block.lines[-1]


def _write_table(made: Any, block: Any, _number: str, _measures: Measures) -> None:
    table = _ruled(made, len(block.rows), block.widths)
    for place, row in enumerate(block.rows):
        properties = table.rows[place]._tr.get_or_add_trPr()
        if row.height_mm:
            properties.append(element("w:trHeight", val=twips(row.height_mm * MM), hRule="atLeast"))
        if all(sum(len(read(text)) for text in cell.lines) < _WHOLE for cell in row.cells):
            properties.append(element("w:cantSplit"))
        if place < block.head:
            properties.append(element("w:tblHeader"))
        column = 0
        for cell in row.cells:
            box = table.cell(place, column)
            if cell.columns > 1:
                box = box.merge(table.cell(place, column + cell.columns - 1))
            width = TEXT_WIDTH * sum(block.widths[column : column + cell.columns]) / sum(block.widths)
            _fill(box, cell.lines, cell_align(cell, width))
            column += cell.columns
    space(made.add_paragraph(), 6)


def _ruled(made: Any, rows: int, widths: tuple[float, ...]) -> Any:
    table = made.add_table(rows, len(widths))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    set_borders(table, [(side, 0.5) for side in ("top", "left", "bottom", "right", "insideH", "insideV")])
    set_padding(table, CELL_MARGIN, CELL_PADDING)
    for column, width in zip(table.columns, widths, strict=True):
        points = TEXT_WIDTH * width / sum(widths)
        column.width = Pt(points)
        for cell in column.cells:
            cell.width = Pt(points)
    return table


def _fill(box: Any, lines: tuple[Text, ...], align: Align) -> None:
    box.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    for place, text in enumerate(lines):
        paragraph = box.paragraphs[0] if place == 0 else box.add_paragraph()
        paragraph.alignment = _ALIGNED[align]
        space(paragraph, CELL_PITCH)
        write(paragraph, text, Face.FANGSONG, SIZE_SMALL_FOUR)


def _write_photos(made: Any, block: Any, _number: str, _measures: Measures) -> None:
    abreast = 1 if len(block.photos) == 1 else 2
    box = _PHOTO_MM if abreast == 1 else _PAIR_MM
    table = made.add_table(-(-len(block.photos) // abreast), abreast)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for place, photo in enumerate(block.photos):
        cell = table.cell(place // abreast, place % abreast)
        picture = cell.paragraphs[0]
        picture.alignment = WD_ALIGN_PARAGRAPH.CENTER
        picture.paragraph_format.keep_with_next = True
        picture.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        picture.add_run().add_picture(BytesIO(photo.content), width=Pt(_picture_width(photo, box)))
        caption = cell.add_paragraph()
        caption.alignment = WD_ALIGN_PARAGRAPH.CENTER
        space(caption, CELL_PITCH)
        write(caption, plain(photo.caption), Face.FANGSONG, SIZE_SMALL_FOUR)
    space(made.add_paragraph(), 6)


def _picture_width(photo: Photo, box_mm: tuple[float, float]) -> float:
    """Points, so that the picture fills the box in one direction and fits in the other."""
    image = Image.from_blob(photo.content)
    return min(box_mm[0], box_mm[1] * image.px_width / image.px_height) * MM


_WRITERS: dict[type[Block], Callable[[Any, Any, str, Measures], None]] = {
    Paragraph: _write_paragraph,
    Heading: _write_heading,
    NumberedList: _write_list,
    Table: _write_table,
    Signatures: _write_signatures,
    Photos: _write_photos,
}


def _write_end(made: Any, document: Document, measures: Measures) -> None:
    """Attachments, who signs, and the note."""
    if document.attachments:
        _add(made, (), measures)
        for line in attachment_lines(document.attachments):
            indent(_add(made, plain(line), measures), measures.advance, firstLine=2)
    if document.closing is not None:
        for _ in range(1 if document.closing.seal else 2):
            _add(made, (), measures).paragraph_format.keep_with_next = True
        day = date_in_figures(document.closing.on) if document.closing.on else "年\u3000月\u3000日"
        names = [document.closing.authority, *(["（印章）"] if document.closing.seal else []), day]
        widest = max(map(_characters, names))
        for name in names:
            line = _add(made, plain(name), measures, Align.RIGHT)
            indent(line, measures.advance, right=_RIGHT_OF_DATE + (widest - _characters(name)) / 2)
            line.paragraph_format.keep_with_next = name is not names[-1]
    if document.note:
        note = made.add_paragraph()
        space(note, CELL_PITCH, before=CELL_PITCH / 2)
        write(note, plain(document.note), Face.FANGSONG, SIZE_SMALL_FOUR)


def _characters(text: str) -> float:
    """How many full-width characters the text is as wide as."""
    return sum(0.5 if character.isascii() else 1 for character in text)
