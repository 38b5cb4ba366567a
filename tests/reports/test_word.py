"""The Word file, read as XML: measures, fonts and fields that an office program goes by."""

import zipfile
from dataclasses import replace
from datetime import date
from io import BytesIO

import docx
import pytest
from docx.oxml.ns import qn
from lxml import etree
from paper_specimens import photo

from anshu.reports.paper.document import (
    Cell,
    Closing,
    Document,
    Foot,
    Heading,
    Layout,
    Marks,
    NumberedList,
    Paragraph,
    Photos,
    Row,
    Span,
    Table,
    plain,
)
from anshu.reports.word import word

DOCUMENT = Document(
    title="关于开展隐患排查的通知",
    head="深圳市龙岗区应急管理局文件",
    marks=Marks("000001", "", "特急"),
    number="深龙应急〔2026〕1号",
    recipient="各街道办事处",
    body=(
        Heading(1, "总体要求"),
        Heading(2, "范围"),
        Paragraph(plain("按照“三管三必须”的要求，开展排查。")),
        Paragraph((Span("被检查单位："), Span("某某公司", underlined=True, stretches=True)), indented=False),
        NumberedList((plain("压实责任；"), plain("举一反三。"))),
        Table(
            (1, 3),
            (Row((Cell((plain("序号"),), label=True), Cell((plain("内容"),)))), Row((Cell((plain("甲"),), 2),), 20)),
            head=1,
        ),
        Photos((photo("照片一"), photo("照片二"))),
    ),
    attachments=("清单",),
    closing=Closing("深圳市龙岗区应急管理局", date(2026, 3, 5)),
    foot=Foot("区委办公室", "区应急管理局办公室", date(2026, 3, 6)),
)


def part(content: bytes, name: str) -> etree._Element:
    with zipfile.ZipFile(BytesIO(content)) as package:
        return etree.fromstring(package.read(name))


def found(root: etree._Element, path: str) -> list[etree._Element]:
    return root.findall(path, {"w": qn("w:x")[1:-2]})


@pytest.mark.parametrize(
    ("layout", "pitch", "size", "characters", "lines"),
    [(Layout.LETTER, 579, 32, 28, 22), (Layout.FORM, 490, 28, 32, 26)],
)
def test_the_sheet_is_that_of_the_standard(layout: Layout, pitch: int, size: int, characters: int, lines: int) -> None:
    made = word(Document(title="通知", body=(Paragraph(plain("文")),), layout=layout, head="局"))
    section = docx.Document(BytesIO(made)).sections[0]
    margins = [section.top_margin, section.left_margin, section.page_width, section.page_height]
    assert [round(one.mm, 1) for one in margins if one is not None] == [37, 28, 210, 297]
    assert section.right_margin is not None and section.bottom_margin is not None
    assert round(section.page_width.mm - section.left_margin.mm - section.right_margin.mm) == 156
    assert round(section.page_height.mm - section.top_margin.mm - section.bottom_margin.mm) == 225
    grid = section._sectPr.find(qn("w:docGrid"))
    assert (grid.get(qn("w:type")), grid.get(qn("w:linePitch"))) == ("linesAndChars", str(pitch))
    normal = docx.Document(BytesIO(made)).styles["Normal"].element
    closer = int(normal.find(f"{qn('w:rPr')}/{qn('w:spacing')}").get(qn("w:val")))
    assert normal.find(f"{qn('w:rPr')}/{qn('w:sz')}").get(qn("w:val")) == str(size)
    # As many characters and lines as the sheet should hold, and not one more.
    advance, width, height = size * 10 + closer, round(156 / 25.4 * 1440), round(225 / 25.4 * 1440)
    assert characters * advance <= width < (characters + 1) * advance
    exact = normal.find(f"{qn('w:pPr')}/{qn('w:spacing')}")
    assert (exact.get(qn("w:line")), exact.get(qn("w:lineRule"))) == (str(pitch), "exact")
    assert lines * pitch <= height < (lines + 1) * pitch


def test_every_run_names_a_chinese_font() -> None:
    root = part(word(DOCUMENT), "word/document.xml")
    fonts = {}
    for run in found(root, ".//w:r"):
        text = "".join(one.text or "" for one in found(run, "w:t"))
        for one in found(run, "w:rPr/w:rFonts"):
            fonts[text] = one.get(qn("w:eastAsia"))
            assert one.get(qn("w:hint")) == "eastAsia"
    assert fonts["关于开展隐患排查的通知"] == fonts["深圳市龙岗区应急管理局文件"] == "方正小标宋简体"
    assert fonts["一、总体要求"] == fonts["特急"] == "黑体"
    assert fonts["（一）范围"] == "楷体_GB2312"
    assert fonts["各街道办事处："] == fonts["000001"] == fonts["甲"] == "仿宋_GB2312"


def test_fonts_that_a_machine_may_lack_have_a_stand_in() -> None:
    root = part(word(DOCUMENT), "word/fontTable.xml")
    stands = {one.get(qn("w:name")): found(one, "w:altName")[0].get(qn("w:val")) for one in found(root, "w:font")}
    assert stands["仿宋_GB2312"].split(",")[0] == "仿宋"
    assert {"楷体_GB2312", "黑体", "方正小标宋简体"} < stands.keys()


def test_page_numbers_are_fields_on_both_sides() -> None:
    made = word(DOCUMENT)
    section = docx.Document(BytesIO(made)).sections[0]
    for foot, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        paragraph = foot.paragraphs[0]._p
        codes = [one.text.strip() for one in paragraph.iter(qn("w:instrText"))]
        assert codes == ["PAGE"]
        assert foot.paragraphs[0].text.startswith("—") and foot.paragraphs[0].text.endswith("—")
        assert paragraph.find(f"{qn('w:pPr')}/{qn('w:jc')}").get(qn("w:val")) == side
    assert found(part(made, "word/settings.xml"), "w:evenAndOddHeaders")


def test_the_head_is_red_over_a_red_rule() -> None:
    root = part(word(DOCUMENT), "word/document.xml")
    red = [one for one in found(root, ".//w:r") if found(one, "w:rPr/w:color")]
    assert ["".join(text.text or "" for text in found(one, "w:t")) for one in red] == ["深圳市龙岗区应急管理局文件"]
    (rule,) = found(root, ".//w:pBdr/w:bottom")
    assert rule.get(qn("w:color")) == "D90000"
    assert rule.get(qn("w:space")) == "11"  # points: 4 mm


def test_headings_are_listed_and_paragraphs_indented_by_two() -> None:
    root = part(word(DOCUMENT), "word/document.xml")
    assert [one.get(qn("w:val")) for one in found(root, ".//w:outlineLvl")] == ["0", "1"]
    assert {one.get(qn("w:firstLineChars")) for one in found(root, ".//w:ind")} >= {"200"}


def test_a_table_repeats_its_head_and_keeps_its_widths() -> None:
    root = part(word(DOCUMENT), "word/document.xml")
    table = found(root, ".//w:tbl")[0]
    rows = found(table, "w:tr")
    assert [len(found(row, "w:trPr/w:tblHeader")) for row in rows] == [1, 0]
    assert [len(found(row, "w:tc")) for row in rows] == [2, 1]
    assert found(rows[1], "w:tc/w:tcPr/w:gridSpan")[0].get(qn("w:val")) == "2"
    assert found(rows[1], "w:trPr/w:trHeight")[0].get(qn("w:hRule")) == "atLeast"
    widths = [int(one.get(qn("w:w"), "0")) for one in found(table, "w:tblGrid/w:gridCol")]
    assert widths[1] / widths[0] == pytest.approx(3, abs=0.05)


def test_a_blank_goes_on_to_the_margin() -> None:
    document = docx.Document(BytesIO(word(DOCUMENT)))
    (paragraph,) = (one for one in document.paragraphs if one.text.startswith("被检查单位"))
    assert [(run.text, bool(run.underline)) for run in paragraph.runs] == [
        ("被检查单位：", False),
        ("某某公司\t", True),
    ]
    (stop,) = paragraph.paragraph_format.tab_stops
    assert round(stop.position.mm) == 156


def test_the_foot_stands_on_the_lower_edge() -> None:
    root = part(word(DOCUMENT), "word/document.xml")
    (place,) = found(root, ".//w:tblpPr")
    assert (place.get(qn("w:vertAnchor")), place.get(qn("w:tblpYSpec"))) == ("margin", "bottom")


def test_pictures_fit_their_place() -> None:
    document = docx.Document(BytesIO(word(DOCUMENT)))
    assert len(document.inline_shapes) == 2
    for shape in document.inline_shapes:
        assert shape.width.mm <= 75 and shape.height.mm <= 57
        assert shape.width / shape.height == pytest.approx(40 / 30, abs=0.02)


@pytest.mark.parametrize(
    ("tag", "order"),
    [
        ("tblPr", "tblStyle tblpPr tblW jc tblBorders tblLayout tblCellMar tblLook"),
        ("rPr", "rStyle rFonts b color spacing kern sz szCs u lang"),
        ("sectPr", "headerReference footerReference type pgSz pgMar cols titlePg docGrid"),
    ],
)
def test_tables_runs_and_sections_keep_the_order_that_word_demands(tag: str, order: str) -> None:
    wanted = order.split()
    for content in (word(DOCUMENT), word(replace(DOCUMENT, layout=Layout.CORRESPONDENCE, exercise=True))):
        for properties in found(part(content, "word/document.xml"), f".//w:{tag}"):
            names = [etree.QName(one).localname for one in properties]
            known = [one for one in names if one in wanted]
            assert known == names
            if tag != "sectPr":
                assert known == sorted(known, key=wanted.index)


def test_the_order_of_properties_is_the_one_that_word_demands() -> None:
    order = ["pStyle", "keepNext", "pBdr", "tabs", "overflowPunct", "autoSpaceDE", "autoSpaceDN", "snapToGrid"]
    order += ["spacing", "ind", "jc", "outlineLvl", "rPr", "sectPr"]
    content = word(DOCUMENT)
    for name in ("word/document.xml", "word/styles.xml", "word/footer1.xml"):
        for properties in found(part(content, name), ".//w:pPr"):
            names = [etree.QName(one).localname for one in properties]
            known = [one for one in names if one in order]
            assert known == sorted(known, key=order.index), names


def test_correspondence_has_its_name_on_the_first_page_alone() -> None:
    letter = Document(title="函", body=(), layout=Layout.CORRESPONDENCE, head="某局", number="某函〔2026〕1号")
    made = docx.Document(BytesIO(word(letter)))
    section = made.sections[0]
    assert section.different_first_page_header_footer
    assert section.first_page_header.paragraphs[0].text == "某局"
    assert section.header.paragraphs[0].text == ""
    assert [one.text for one in made.paragraphs if "某函" in one.text] == ["\t某函〔2026〕1号"]


def test_nothing_in_the_file_tells_when_it_was_written() -> None:
    with zipfile.ZipFile(BytesIO(word(DOCUMENT))) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_what_the_file_says_of_itself() -> None:
    properties = docx.Document(BytesIO(word(DOCUMENT))).core_properties
    assert properties.title == "关于开展隐患排查的通知"
    assert properties.author == "深圳市龙岗区应急管理局"
    assert properties.created is not None
    assert properties.created.date() == date(2026, 3, 5)
    assert properties.last_modified_by == ""
