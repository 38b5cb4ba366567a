"""The parts of a .docx that python-docx has no words for: East Asian fonts, the grid, fields, rules, fixed bytes."""

import math
import zipfile
from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

from anshu.reports.paper.document import Face, Text
from anshu.reports.paper.measures import LEFT_MM, MM, PAGE_MM, TEXT_MM, Measures

RED = RGBColor(0xD9, 0, 0)
"""The faces as an office machine names them, and what stands in for one that it has not."""
FONTS: Mapping[Face, tuple[str, str]] = {
    Face.FANGSONG: ("仿宋_GB2312", "仿宋,FangSong,STFangsong"),
    Face.KAI: ("楷体_GB2312", "楷体,KaiTi,STKaiti"),
    Face.HEI: ("黑体", "SimHei,STHeiti"),
    Face.SONG: ("方正小标宋简体", "方正小标宋_GBK,华文中宋,STZhongsong,宋体"),
}
# The order in which Word wants the properties of a paragraph and of a table, as far as they are used here.
_PARAGRAPH = (
    "w:pBdr",
    "w:tabs",
    "w:overflowPunct",
    "w:autoSpaceDE",
    "w:autoSpaceDN",
    "w:snapToGrid",
    "w:spacing",
    "w:ind",
    "w:jc",
    "w:outlineLvl",
    "w:rPr",
    "w:sectPr",
)
_TABLE = ("w:tblpPr", "w:tblW", "w:jc", "w:tblBorders", "w:tblLayout", "w:tblCellMar", "w:tblLook")


def twips(points: float) -> str:
    """Points as Word counts them: twentieths, rounded down so that 22 lines never need more than the page has."""
    return str(int(points * 20))


def element(tag: str, **attributes: object) -> Any:
    """An element such as `w:spacing` with its `w:` attributes."""
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), str(value))
    return made


def add_property(properties: Any, tag: str, order: tuple[str, ...] = _PARAGRAPH, **attributes: object) -> Any:
    """A property of a paragraph, or of what `order` is for, put where Word wants it; returned to be filled."""
    made = element(tag, **attributes)
    properties.insert_element_before(made, *order[order.index(tag) + 1 :])
    return made


def set_fonts(properties: Any, face: Face) -> None:
    """One face for Chinese and Latin alike; fonts of a theme are put aside."""
    fonts = properties.get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for name in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{name}"), FONTS[face][0])
    # Quotes and dashes are Chinese ones here.
    fonts.set(qn("w:hint"), "eastAsia")


def write(paragraph: Any, text: Text, face: Face, size: float, *, red: bool = False, running: bool = False) -> None:
    """Add text to a paragraph; running text stands as close as the grid wants it.

    What stretches is drawn on to the tab stop at the right margin.
    """
    for span in text:
        # A blank to write in keeps its width at the end of a line, where spaces that break would be swallowed.
        said = span.text.replace("\u3000", "\u00a0\u00a0") if span.underlined else span.text
        run = paragraph.add_run(said + ("\t" if span.stretches else ""))
        set_fonts(run._element.get_or_add_rPr(), face)
        run.font.size = Pt(size)
        run.font.underline = True if span.underlined else None
        if not running:
            run._element.rPr.insert_element_before(element("w:spacing", val=0), "w:sz", "w:szCs", "w:u")
        if red:
            run.font.color.rgb = RED


def space(paragraph: Any, pitch: float, *, before: float = 0) -> None:
    """Exact distance of base lines, in points, and what is left empty above."""
    spacing = paragraph._p.get_or_add_pPr().get_or_add_spacing()
    for name, value in (("before", twips(before)), ("after", "0"), ("line", twips(pitch)), ("lineRule", "exact")):
        spacing.set(qn(f"w:{name}"), value)


def indent(paragraph: Any, advance: float, **characters: float) -> None:
    """Indent by characters: firstLine, left or right; `advance` is their width, for programs that know points alone."""
    ind = paragraph._p.get_or_add_pPr().get_or_add_ind()
    for side, count in characters.items():
        ind.set(qn(f"w:{side}Chars"), str(round(count * 100)))
        ind.set(qn(f"w:{side}"), twips(count * advance))


def tab_at(paragraph: Any, position_mm: float) -> None:
    """A tab stop at the right, measured from the left margin."""
    tabs = add_property(paragraph._p.get_or_add_pPr(), "w:tabs")
    tabs.append(element("w:tab", val="right", pos=twips(position_mm * MM)))


def rule(paragraph: Any, side: str, kind: str, width: float, gap: float) -> None:
    """A red rule above (top) or below (bottom) a paragraph; width and gap in points."""
    borders = add_property(paragraph._p.get_or_add_pPr(), "w:pBdr")
    borders.append(element(f"w:{side}", val=kind, sz=round(width * 8), space=round(gap), color="D90000"))


def field(paragraph: Any, code: str, face: Face, size: float) -> None:
    """A field that Word counts, such as PAGE."""
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("shown", "1"), ("end", "")):
        run = paragraph.add_run(text if kind == "shown" else "")
        set_fonts(run._element.get_or_add_rPr(), face)
        run.font.size = Pt(size)
        if kind in ("begin", "separate", "end"):
            run._element.append(element("w:fldChar", fldCharType=kind))
        elif not kind:
            instruction = element("w:instrText")
            instruction.text = f" {text} "
            run._element.append(instruction)


def set_grid(section: Any, measures: Measures) -> None:
    """The grid of the page, as its settings show it: so many lines, so many characters in each."""
    properties = section._sectPr
    for old in properties.findall(qn("w:docGrid")):
        properties.remove(old)
    # The pitch of characters is told as what is added to the size of running text, in 4096ths of a point.
    extra = round(measures.spacing * 4096)
    properties.append(element("w:docGrid", type="linesAndChars", linePitch=twips(measures.pitch), charSpace=extra))


def set_styles(document: Any, measures: Measures) -> None:
    """Running text is the style that everything rests on.

    It keeps lines and characters of the grid by exact distances of its own: programs differ in how they snap to a grid
    whose characters stand closer than their size, and some of them double every space.
    """
    defaults = document.styles.element.find(qn("w:docDefaults"))
    letters = defaults.find(qn("w:rPrDefault")).find(qn("w:rPr"))
    set_fonts(letters, Face.FANGSONG)
    letters.find(qn("w:lang")).set(qn("w:val"), "zh-CN")
    letters.find(qn("w:lang")).set(qn("w:eastAsia"), "zh-CN")
    for name in ("w:sz", "w:szCs"):
        letters.find(qn(name)).set(qn("w:val"), str(round(2 * measures.size)))
    defaults.find(qn("w:pPrDefault")).clear()
    normal = document.styles["Normal"]
    set_fonts(normal.element.get_or_add_rPr(), Face.FANGSONG)
    normal.font.size = Pt(measures.size)
    normal.element.rPr.insert_element_before(element("w:spacing", val=_closer(measures)), "w:sz", "w:szCs")
    paragraph = normal.element.get_or_add_pPr()
    # Punctuation stays inside the text area, and no space is slipped in between Chinese characters and figures: a line
    # holds as many as the grid says.
    for name in ("w:overflowPunct", "w:autoSpaceDE", "w:autoSpaceDN", "w:snapToGrid"):
        add_property(paragraph, name, val=0)
    add_property(paragraph, "w:spacing", before=0, after=0, line=twips(measures.pitch), lineRule="exact")


def _closer(measures: Measures) -> int:
    """What is added after each character, in twentieths of a point, so that a whole line of them fits."""
    return math.floor(measures.spacing * 20)


def set_settings(document: Any) -> None:
    """Different feet on odd and even pages; blanks at the end of a line keep their line."""
    settings = document.settings.element
    document.settings.odd_and_even_pages_header_footer = True
    compat = settings.find(qn("w:compat"))
    if compat is None:
        compat = element("w:compat")
        settings.append(compat)
    compat.insert(0, element("w:ulTrailSpace"))


def name_fonts(document: Any) -> None:
    """Say in the font table what may stand in for a font that a machine has not."""
    part = next(one.target_part for one in document.part.rels.values() if one.reltype.endswith("/fontTable"))
    entries = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in FONTS.values()
    )
    space_name = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    xml = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts xmlns:w="{space_name}">{entries}</w:fonts>'
    part._blob = xml.encode()


def set_borders(table: Any, borders: Iterable[tuple[str, float]]) -> None:
    """Rules of a table by side, in points; none elsewhere."""
    made = add_property(table._tbl.tblPr, "w:tblBorders", _TABLE)
    for side, width in borders:
        made.append(element(f"w:{side}", val="single", sz=round(width * 8), space=0, color="000000"))


def set_padding(table: Any, across: float, along: float) -> None:
    """What is left empty beside (across), above and below (along) the text of each cell, in points."""
    made = add_property(table._tbl.tblPr, "w:tblCellMar", _TABLE)
    for side, points in (("top", along), ("left", across), ("bottom", along), ("right", across)):
        made.append(element(f"w:{side}", w=twips(points), type="dxa"))


def float_to_bottom(table: Any) -> None:
    """Let a table stand on the lower edge of the text area, wherever the text before it ends."""
    add_property(table._tbl.tblPr, "w:tblpPr", _TABLE, vertAnchor="margin", horzAnchor="margin", tblpYSpec="bottom")


def set_margins(section: Any) -> None:
    """A4 with the text area of the standard."""
    for name, value in (
        ("page_width", PAGE_MM[0]),
        ("page_height", PAGE_MM[1]),
        ("top_margin", 37.0),
        ("bottom_margin", PAGE_MM[1] - 37.0 - TEXT_MM[1]),
        ("left_margin", LEFT_MM),
        ("right_margin", PAGE_MM[0] - LEFT_MM - TEXT_MM[0]),
    ):
        setattr(section, name, Pt(value * MM))


def fixed(content: bytes) -> bytes:
    """The same package with the same bytes whenever it is written."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            # Dated 1980, the earliest that a zip file can name, instead of now.
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            target.writestr(entry, source.read(name))
    return out.getvalue()
