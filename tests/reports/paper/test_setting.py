"""Pages as they are set, measured on the PDF against GB/T 9704-2012. Distances in millimetres."""

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from itertools import pairwise

import pypdfium2
import pytest
from paper_specimens import photo

from anshu.reports.paper.document import (
    Block,
    Cell,
    Closing,
    Document,
    Foot,
    Heading,
    Layout,
    Marks,
    Paragraph,
    Photos,
    Row,
    Table,
    plain,
)
from anshu.reports.paper.measures import MM
from anshu.reports.pdf import pdf

pytestmark = pytest.mark.usefixtures("built_typefaces")

LEFT, TOP, WIDTH, HEIGHT = 28, 37, 156, 225
TEXT = "各街道各部门要深刻吸取教训举一反三全面排查辖区内三小场所和有限空间作业的重大事故隐患建立台账"


def letter(*body: Block, layout: Layout = Layout.LETTER, **more: object) -> Document:
    return Document(title="关于开展隐患排查的通知", body=body, layout=layout, head="深圳市龙岗区应急管理局", **more)  # type: ignore[arg-type]


def paragraph(characters: int) -> Paragraph:
    return Paragraph(plain((TEXT * (characters // len(TEXT) + 1))[:characters]))


Character = tuple[str, float, float, float, float]


def characters(page: pypdfium2.PdfPage) -> list[Character]:
    """Each printed character with the left, top, right and bottom of its box, in millimetres from the top left."""
    text = page.get_textpage()
    height = page.get_height()
    found = []
    for index in range(text.count_chars()):
        left, bottom, right, top = text.get_charbox(index, loose=True)
        character = text.get_text_range(index, 1)
        if character.strip():
            found.append((character, left / MM, (height - top) / MM, right / MM, (height - bottom) / MM))
    return found


def pages_of(document: Document) -> list[list[Character]]:
    return [characters(page) for page in pypdfium2.PdfDocument(pdf(document))]


def lines_of(page: Sequence[Character]) -> list[list[Character]]:
    """Characters of the text area by line, from the top."""
    lines: dict[int, list[Character]] = {}
    for one in page:
        if one[4] <= TOP + HEIGHT + 2:
            lines.setdefault(round(one[4]), []).append(one)
    return [lines[key] for key in sorted(lines)]


def test_a_page_has_22_lines_of_28_characters_inside_the_margins() -> None:
    pages = pages_of(letter(paragraph(28 * 60)))
    full = pages[1]
    body = [one for one in full if one[0] in TEXT]
    lines = lines_of(body)
    assert len(lines) == 22
    assert {len(line) for line in lines} == {28}
    assert min(one[1] for one in body) == pytest.approx(LEFT, abs=0.4)
    assert max(one[3] for one in body) == pytest.approx(LEFT + WIDTH, abs=0.4)
    ends = sorted({round(one[4], 3) for one in body})
    assert all(below - above == pytest.approx(HEIGHT / 22, abs=0.05) for above, below in pairwise(ends))
    assert TOP < ends[0] < TOP + HEIGHT / 22
    assert TOP + HEIGHT - HEIGHT / 22 < ends[-1] < TOP + HEIGHT + 0.5


def test_a_form_has_26_lines_of_32_characters() -> None:
    full = pages_of(letter(paragraph(32 * 60), layout=Layout.FORM))[1]
    lines = lines_of([one for one in full if one[0] in TEXT])
    assert (len(lines), {len(line) for line in lines}) == (26, {32})


def test_a_paragraph_begins_two_characters_in() -> None:
    first = lines_of(pages_of(letter(paragraph(60)))[0])
    begins = [min(one[1] for one in line) for line in first]
    assert any(begin == pytest.approx(LEFT + 2 * WIDTH / 28, abs=0.4) for begin in begins)


def test_page_numbers_stand_outside_on_the_right_and_then_on_the_left() -> None:
    pages = pages_of(letter(paragraph(28 * 60)))
    assert len(pages) == 4
    for number, page in enumerate(pages, 1):
        found = [one for one in page if one[4] > TOP + HEIGHT + 2]
        assert "".join(one[0] for one in found) == f"—{number}—"
        inner = max(one[3] for one in found) if number % 2 else min(one[1] for one in found)
        edge = LEFT + WIDTH - 14 / MM if number % 2 else LEFT + 14 / MM
        assert inner == pytest.approx(edge, abs=0.4)


def test_the_head_stands_35_mm_below_the_text_area_s_top_and_is_red() -> None:
    document = letter(paragraph(30), marks=Marks("000001", "机密★1年", "特急"), number="深龙应急〔2026〕1号")
    page = pypdfium2.PdfDocument(pdf(document))[0]
    head = [one for one in characters(page) if one[0] in "圳"]
    assert head[0][2] == pytest.approx(TOP + 35, abs=2.5)
    image = page.render(scale=1).to_numpy()
    reddish = (image[..., 2] > 150) & (image[..., 1] < 90) & (image[..., 0] < 90)
    rule = max(range(image.shape[0]), key=lambda row: int(reddish[row].sum()))
    assert reddish[rule].sum() / MM == pytest.approx(WIDTH, abs=2)
    assert reddish[rule].nonzero()[0][0] / MM == pytest.approx(LEFT, abs=1)


def test_correspondence_has_red_rules_of_170_mm_and_no_number_on_its_first_page() -> None:
    document = letter(paragraph(28 * 30), layout=Layout.CORRESPONDENCE, number="深龙应急函〔2026〕1号")
    made = pypdfium2.PdfDocument(pdf(document))
    image = made[0].render(scale=1).to_numpy()
    reddish = (image[..., 2] > 150) & (image[..., 1] < 120) & (image[..., 0] < 120)
    rules = [row for row in range(image.shape[0]) if reddish[row].sum() / MM > 150]
    assert all(reddish[row].sum() / MM == pytest.approx(170, abs=2) for row in rules)
    assert rules[-1] / MM == pytest.approx(297 - 20, abs=1.5)
    assert "—1—" not in made[0].get_textpage().get_text_range()
    assert "—2—" in made[1].get_textpage().get_text_range()


@pytest.mark.parametrize("characters_before", range(28 * 2, 28 * 12, 28))
def test_nobody_signs_a_page_without_text(characters_before: int) -> None:
    closing = Closing("深圳市龙岗区应急管理局", date(2026, 3, 5))
    last = pages_of(letter(paragraph(characters_before), attachments=("清单",), closing=closing))[-1]
    said = "".join(one[0] for one in last)
    assert "2026年3月5日" in said
    assert any(text in said for text in (TEXT[:4], TEXT[10:14], TEXT[20:24], TEXT[-4:]))


def test_the_date_ends_four_characters_from_the_margin_under_the_middle_of_the_name() -> None:
    closing = Closing("深圳市龙岗区应急管理局", date(2026, 3, 5))
    lines = lines_of(pages_of(letter(paragraph(30), closing=closing))[-1])
    name, day = lines[-2:]
    assert max(one[3] for one in name) == pytest.approx(LEFT + WIDTH - 4 * WIDTH / 28, abs=0.6)
    middle = [(min(one[1] for one in line) + max(one[3] for one in line)) / 2 for line in (name, day)]
    assert middle[0] == pytest.approx(middle[1], abs=0.8)


def test_the_foot_stands_on_the_lower_edge_of_the_text_area() -> None:
    foot = Foot("区委办公室", "区应急管理局办公室", date(2026, 3, 6))
    last = pages_of(letter(paragraph(30), foot=foot))[-1]
    printed = [one for one in last if one[0] == "印"]
    assert printed[0][4] == pytest.approx(TOP + HEIGHT, abs=2.5)


def test_a_table_repeats_its_head_and_breaks_a_tall_row() -> None:
    head = Row((Cell((plain("序号表头"),), label=True), Cell((plain("内容表头"),), label=True)))
    short = [Row((Cell((plain(f"行{n}"),)), Cell((plain(TEXT),)))) for n in range(40)]
    tall = Row((Cell((plain("高"),)), Cell((plain("甲" * 2500 + "末"),))))
    pages = pages_of(letter(Table((1, 3), (head, *short, tall), head=1), layout=Layout.FORM))
    said = ["".join(one[0] for one in page) for page in pages]
    assert len(pages) > 3
    assert all("内容表头" in page for page in said)
    assert sum(page.count("甲") for page in said) == 2500
    assert all(one[4] <= TOP + HEIGHT + 1 for page in pages for one in page if one[0] in "甲末行")


def test_photos_stand_two_abreast_and_whole() -> None:
    document = letter(Photos(tuple(photo(f"照片{n}") for n in range(5))), layout=Layout.FORM)
    made = pypdfium2.PdfDocument(pdf(document))
    boxes = [one.get_bounds() for page in made for one in page.get_objects() if one.type == 3]
    assert len(boxes) == 5
    assert all(
        (right - left) / (top - bottom) == pytest.approx(40 / 30, abs=0.02) for left, bottom, right, top in boxes
    )
    assert all(left >= LEFT * MM - 1 and right <= (LEFT + WIDTH) * MM + 1 for left, _, right, _ in boxes)


def test_a_heading_is_never_the_last_line_of_a_page() -> None:
    for lines in range(1, 24):
        pages = pages_of(letter(paragraph(28 * lines - 2), Heading(1, "甲乙丙"), paragraph(20), layout=Layout.FORM))
        for page in pages:
            found = ["".join(one[0] for one in line) for line in lines_of(page)]
            assert "一、甲乙丙" not in found[-1:]


@pytest.mark.parametrize("lines", range(8, 25))
def test_what_announces_pictures_stands_on_their_page(lines: int) -> None:
    words = Paragraph(plain("照片如下"), indented=False)
    document = letter(paragraph(32 * lines - 2), words, Photos((photo("甲"),)), layout=Layout.FORM)
    for page in pypdfium2.PdfDocument(pdf(document)):
        announced = "照片如下" in page.get_textpage().get_text_range()
        assert announced is any(one.type == 3 for one in page.get_objects())


def test_text_can_be_taken_out_again_and_rare_characters_are_there() -> None:
    made = pypdfium2.PdfDocument(BytesIO(pdf(letter(Paragraph(plain("朱镕基、王堃、㙍头村，“三小场所”占5%℃。"))))))
    said = "".join(made[0].get_textpage().get_text_range().split())
    assert "朱镕基、王堃、㙍头村，“三小场所”占5%℃。" in said
