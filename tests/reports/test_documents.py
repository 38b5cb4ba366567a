"""Every form, as Word and as PDF: opened again by other programs' eyes, all that was filled in stands there."""

import re
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import docx
import pypdfium2
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from paper_specimens import specimen, values

from anshu.kernel.errors import Invalid
from anshu.reports.documents import MEDIA_TYPES, form, make
from anshu.reports.forms.declaration import FormField, Kind, forms
from anshu.reports.forms.printing import lines_of

KINDS = sorted(forms())
LISTED = [
    "inspection_scheme",
    "inspection_record",
    "onsite_measure_decision",
    "rectification_order",
    "recheck_opinion",
    "case_opening_approval",
    "inquiry_notice",
    "inquiry_record",
    "scene_record",
    "sampling_receipt",
    "evidence_preservation_approval",
    "evidence_preservation_notice",
    "evidence_preservation_disposal",
    "coercive_measure_decision",
    "appraisal_commission",
    "penalty_notice",
    "statement_record",
    "hearing_rights_notice",
    "hearing_notice",
    "hearing_record",
    "hearing_report",
    "case_handling_approval",
    "collective_discussion_record",
    "penalty_decision",
    "payment_extension_approval",
    "payment_extension_grant",
    "payment_demand",
    "enforcement_application",
    "delivery_receipt",
    "case_closing_approval",
    "file_cover",
    "file_contents",
    "case_transfer_letter",
    "reminder_letter",
    "supervision_letter",
    "warning_letter",
    "bulletin",
    "talk_notice",
    "talk_minutes",
    "listing_notice",
    "delisting_notice",
    "report_reply",
    "reward_notice",
    "summary_penalty_decision",
]


def said_in_word(content: bytes) -> str:
    """All that the document says, in boxes and feet too, without spaces."""
    document = docx.Document(BytesIO(content))
    texts = document.element.xpath("//w:t")
    for section in document.sections:
        for frame in (section.header, section.footer, section.first_page_header):
            texts += frame._element.xpath(".//w:t")
    return "".join("".join(one.text or "" for one in texts).split())


def said_in_pdf(content: bytes) -> str:
    pages = pypdfium2.PdfDocument(content)
    said = "".join(page.get_textpage().get_text_range() for page in pages)
    return re.sub(r"第\d+页共\d+页|—\d+—", "", "".join(said.split()))


def expected(field: FormField, value: Any) -> list[str]:
    """What must be found of a value."""
    if field.kind is Kind.TABLE:
        return [text for row in value for text in row]
    if field.kind is Kind.PHOTOS:
        return [photo.caption for photo in value]
    if field.kind is Kind.LIST:
        return list(value)
    return ["".join(line.split()) for line in lines_of(field, value)]


def test_every_document_of_the_trade_has_its_form() -> None:
    assert sorted(LISTED) == KINDS


@pytest.mark.usefixtures("built_typefaces")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("optional", [True, False])
def test_every_value_is_found_on_paper(kind: str, optional: bool) -> None:
    given_values = specimen(form(kind), optional=optional)
    for text in (
        said_in_word(make(kind, given_values, as_="docx")),
        said_in_pdf(make(kind, given_values, as_="pdf")),
    ):
        for name, value in given_values.items():
            for words in expected(form(kind).fields[name], value):
                assert words in text, (name, words)
        assert "{" not in text and "}" not in text


@pytest.mark.usefixtures("built_typefaces")
@pytest.mark.parametrize("kind", ["penalty_decision", "supervision_letter", "bulletin", "inspection_record"])
@settings(max_examples=8, phases=[Phase.generate])
@given(st.data())
def test_any_values_are_found_on_paper(kind: str, data: st.DataObject) -> None:
    given_values = data.draw(values(form(kind)))
    text = said_in_pdf(make(kind, given_values, as_="pdf"))
    assert text == said_in_pdf(make(kind, given_values, as_="pdf"))
    for name in ("issuer", "number"):
        assert str(given_values[name]) in text
    for name, value in given_values.items():
        for line in expected(form(kind).fields[name], value):
            assert line in text


@pytest.mark.usefixtures("built_typefaces")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("as_", ["docx", "pdf"])
def test_the_same_document_is_the_same_bytes_and_small(kind: str, as_: Any) -> None:
    made = make(kind, specimen(form(kind)), as_=as_)
    assert made == make(kind, specimen(form(kind)), as_=as_)
    assert len(made) < 200_000


@pytest.mark.usefixtures("built_typefaces")
def test_many_can_print_at_once() -> None:
    some = KINDS[::4]
    alone = [make(kind, specimen(form(kind)), as_="pdf") for kind in some]
    with ThreadPoolExecutor(4) as pool:
        together = pool.map(lambda kind: make(kind, specimen(form(kind)), as_="pdf"), some)
        assert list(together) == alone


@pytest.mark.usefixtures("built_typefaces")
@pytest.mark.parametrize("kind", ["penalty_decision", "supervision_letter", "bulletin"])
@pytest.mark.parametrize("as_", ["docx", "pdf"])
def test_an_exercise_is_told_on_every_page(kind: str, as_: Any) -> None:
    real, played = (make(kind, specimen(form(kind)), as_=as_, exercise=played) for played in (False, True))
    if as_ == "pdf":
        assert "演练" not in said_in_pdf(real)
        assert all("演练" in page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(played))
    else:
        assert "演练" not in said_in_word(real)
        section = docx.Document(BytesIO(played)).sections[0]
        heads = [section.header, section.even_page_header]
        heads += [section.first_page_header] if section.different_first_page_header_footer else []
        assert all("演练" in head.paragraphs[0].text for head in heads)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_mandatory_is_asked_for_by_its_name_on_paper(kind: str) -> None:
    for field in form(kind).fields.values():
        if not field.optional:
            with pytest.raises(Invalid) as caught:
                make(kind, {**specimen(form(kind)), field.name: None}, as_="docx")
            assert caught.value.field == field.name
            assert field.label in str(caught.value)


def test_what_no_form_knows_is_refused() -> None:
    with pytest.raises(Invalid) as caught:
        make("love_letter", {}, as_="docx")
    assert caught.value.field == "kind"
    with pytest.raises(Invalid) as caught:
        make("bulletin", {**specimen(form("bulletin")), "colour": "red"}, as_="docx")
    assert caught.value.field == "colour"


def test_media_types() -> None:
    assert set(MEDIA_TYPES) == {"docx", "pdf"}
