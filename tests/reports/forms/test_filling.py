"""Values in forms: how they are printed, what is left blank, what is refused."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from paper_specimens import photo, specimen

from anshu.kernel import clock
from anshu.kernel.document_numbers import DocumentNumber
from anshu.kernel.errors import Invalid
from anshu.reports.forms.declaration import forms
from anshu.reports.forms.filling import fill
from anshu.reports.paper.document import (
    Block,
    Document,
    Heading,
    Layout,
    NumberedList,
    Paragraph,
    Photos,
    Signatures,
    Span,
    Table,
    read,
)


def filled(kind: str, **changes: Any) -> Document:
    given = {**specimen(forms()[kind]), **changes}
    return fill(forms()[kind], {name: value for name, value in given.items() if value is not None})


def said(blocks: tuple[Block, ...]) -> str:
    """The words of all blocks, line by line."""
    lines: list[str] = []
    for block in blocks:
        match block:
            case Paragraph():
                lines.append(read(block.text))
            case Heading():
                lines.append(block.text)
            case NumberedList():
                lines += map(read, block.items)
            case Table():
                lines += [" | ".join("/".join(map(read, cell.lines)) for cell in row.cells) for row in block.rows]
            case Signatures():
                lines += map(read, block.lines)
            case Photos():
                lines += [one.caption for one in block.photos]
    return "\n".join(lines)


def test_a_penalty_decision_tells_rights_and_terms_with_their_articles() -> None:
    document = filled("penalty_decision", fine=Decimal("35000"))
    text = said(document.body)
    for words in (
        "人民币叁万伍仟元整（¥35,000.00）",
        "自收到本决定书之日起15日内",
        "每日按罚款数额的3%加处罚款，加处罚款的数额不超出罚款的数额（《中华人民共和国行政处罚法》第六十七条、第七十二条）",
        "60日内向行政复议机关之值申请行政复议，或者在6个月内向有管辖权的人民法院之值提起行政诉讼",
        "（《中华人民共和国行政复议法》第二十条、《中华人民共和国行政诉讼法》第四十六条）",
    ):
        assert words in text
    assert (document.layout, document.number) == (Layout.FORM, "（深龙）应急试〔2026〕15号")


def test_a_notice_tells_the_right_to_speak_and_to_be_heard() -> None:
    assert "收到本告知书之日起3个工作日内" in said(filled("penalty_notice").body)
    text = said(filled("hearing_rights_notice").body)
    assert "要求举行听证的权利" in text
    assert "收到本告知书之日起5个工作日内" in text


def test_a_document_cites_the_law_of_its_day() -> None:
    with pytest.raises(Invalid) as caught:
        filled("penalty_notice", issued_on=date(2021, 7, 14))
    assert caught.value.code == "rule_not_in_force"
    assert "第四十四条" in said(filled("penalty_notice", issued_on=date(2021, 7, 15)).body)


def test_a_form_that_people_date_by_hand_cites_the_law_of_today() -> None:
    values = specimen(forms()["penalty_notice"])
    assert "issued_on" in values
    with clock.frozen(datetime(2020, 1, 1, tzinfo=UTC)), pytest.raises(Invalid):
        filled("case_opening_approval")
    with clock.frozen(datetime(2026, 1, 1, tzinfo=UTC)):
        assert "第五十四条" in said(filled("case_opening_approval").body)


def test_lines_stand_only_where_their_field_has_a_value() -> None:
    assert "同时责令改正" in said(filled("penalty_decision").body)
    assert "同时责令改正" not in said(filled("penalty_decision", order=None).body)
    bare = {"fine": None, "bank": None, "account": None}
    assert "处以罚款的" not in said(filled("penalty_decision", **bare).body)


def test_a_form_leaves_an_underlined_blank_and_a_box_stays_empty() -> None:
    document = filled("inspection_record", post=None)
    spans = [span for block in document.body if isinstance(block, Paragraph) for span in block.text]
    assert Span("\u3000" * 10, underlined=True) in spans
    row = next(
        row
        for block in filled("inspection_scheme", contact=None).body
        if isinstance(block, Table)
        for row in block.rows
        if read(row.cells[0].lines[0]) == "联系人"
    )
    assert read(row.cells[1].lines[0]) == ""


def test_what_is_filled_in_stands_on_a_line_in_forms_and_not_in_letters() -> None:
    assert any(
        span.underlined
        for block in filled("penalty_decision").body
        if isinstance(block, Paragraph)
        for span in block.text
    )
    for kind, form in forms().items():
        if form.layout is not Layout.FORM:
            spans = [span for block in filled(kind).body if isinstance(block, Paragraph) for span in block.text]
            assert not any(span.underlined for span in spans), kind


def test_a_choice_shows_all_it_could_have_been() -> None:
    assert "■就地保存　□异地保存" in said(filled("evidence_preservation_notice", way="就地保存").body)
    two = ("查封", "扣押")
    assert "■查封　■扣押　□停止供电" in said(filled("coercive_measure_decision", measure=two).body)


def test_a_letter_has_head_recipient_foot_and_title() -> None:
    document = filled("bulletin")
    assert document.title == "关于通报事项之值的通报"
    assert document.head == "制发机关之值文件"
    assert document.recipient == "主送单位之值"
    assert document.foot is not None
    assert (document.foot.copies_to, document.foot.printed_on) == ("抄送机关之值", date(2026, 3, 5))
    assert list(document.marks) == ["份号之值", "密级和保密期限之值", "紧急程度之值"]
    assert document.attachments == ("附件之值甲", "附件之值乙")


def test_moments_are_told_in_the_zone_of_the_bureau() -> None:
    text = said(filled("inquiry_notice", at=datetime(2026, 3, 4, 23, 30, tzinfo=UTC)).body)
    assert "2026年3月5日7时30分" in text


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        ("penalty_decision", "fine", 35000),
        ("penalty_decision", "issued_on", datetime(2026, 3, 5, tzinfo=UTC)),
        ("penalty_decision", "issued_on", "2026-03-05"),
        ("penalty_decision", "number", "应急罚〔2026〕15号"),
        ("penalty_decision", "evidence", "笔录"),
        ("penalty_decision", "party", 5),
        ("inquiry_notice", "at", datetime(2026, 3, 5)),  # noqa: DTZ001
        ("inquiry_record", "times", True),
        ("inspection_record", "photos", (b"jpeg",)),
        ("inspection_record", "findings", (("甲", "乙"),)),
        ("inspection_record", "findings", ("甲乙丙",)),
        ("evidence_preservation_notice", "way", "带回家"),
    ],
)
def test_a_value_of_another_kind_is_refused_by_name(kind: str, name: str, value: object) -> None:
    with pytest.raises(Invalid) as caught:
        filled(kind, **{name: value})
    assert (caught.value.field, caught.value.code) == (name, "form_value")
    assert forms()[kind].fields[name].label in str(caught.value)


def test_nothing_given_is_dropped_in_silence() -> None:
    with pytest.raises(Invalid) as caught:
        filled("penalty_decision", fine=None)
    assert (caught.value.field, caught.value.code) == ("bank", "form_field_unprinted")


@pytest.mark.parametrize("missing", ["", "  \n", None, ()])
def test_blank_is_missing(missing: object) -> None:
    name = "evidence" if missing == () else "party"
    with pytest.raises(Invalid) as caught:
        fill(forms()["penalty_decision"], {**specimen(forms()["penalty_decision"]), name: missing})
    assert (caught.value.field, caught.value.code) == (name, "form_field_missing")


def test_several_numbers_and_photos_are_what_they_were() -> None:
    number = DocumentNumber("（深龙）应急罚", 2026, 1)
    document = filled("payment_demand", decision_number=number, paid=Decimal("0.5"))
    assert f"作出{number}行政处罚决定" in said(document.body)
    assert "人民币伍角整（¥0.50）" in said(document.body)
    photos = [block for block in filled("inspection_record", photos=[photo("甲")]).body if isinstance(block, Photos)]
    assert [one.caption for one in photos[0].photos] == ["甲"]
