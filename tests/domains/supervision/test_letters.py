"""The ladder of letters: one rung after the other, by hand or because a clock ran out."""

from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.domains.hazards import transitions as hazards
from anshu.domains.hazards.models import Listing
from anshu.domains.places.models import Area
from anshu.domains.supervision import transitions
from anshu.domains.supervision.models import Letter, LetterKind, SupervisedTask
from anshu.domains.supervision.rules.ladder import next_rung, require_reason_to_skip
from anshu.domains.supervision.transitions.letters import ladder
from anshu.kernel.document_numbers import DocumentNumber
from anshu.kernel.errors import Invalid, Refused
from anshu.ledger.papers import Draft, make_out
from anshu.project.reactions import REACTIONS
from anshu.reports import contents
from anshu.reports.documents import form, make
from anshu.workflow import clocks, outbox

from .conftest import DISTRICT, NOW

RUNGS = tuple(LetterKind.values)
State = Letter.State
Make = Callable[..., SupervisedTask]


def draft(district: SimpleNamespace, one: SupervisedTask, **fields: object) -> Letter:
    known = {"unit": district.housing, "about": one.title, "demand": "请办结", "task": one}
    return transitions.draft_letter(by=district.office, **(known | fields))  # type: ignore[arg-type]


@given(last=st.sampled_from(("", *RUNGS)), wanted=st.sampled_from(RUNGS), reason=st.sampled_from(("", "严重")))
def test_a_rung_is_skipped_only_with_a_reason_and_never_climbed_down(last: str, wanted: str, reason: str) -> None:
    place, due = RUNGS.index(wanted), RUNGS.index(next_rung(RUNGS, last))
    if last and place < RUNGS.index(last):
        with pytest.raises(Invalid, check=lambda error: error.field == "kind"):
            require_reason_to_skip(RUNGS, last, wanted, reason)
    elif place > due and not reason:
        with pytest.raises(Invalid, check=lambda error: error.field == "reason"):
            require_reason_to_skip(RUNGS, last, wanted, reason)
    else:
        assert require_reason_to_skip(RUNGS, last, wanted, reason) == (place > due)


def test_the_ladder_of_the_rule_pack_is_the_one_letters_have() -> None:
    assert ladder() == RUNGS


def test_a_letter_from_draft_to_closed(district: SimpleNamespace, task: Make) -> None:
    letter = draft(district, task(district.housing))
    assert (letter.kind, letter.answer_due_on) == (LetterKind.REMINDER, date(2026, 6, 17))
    transitions.sign_letter(letter, by=district.office, text="请抓紧")
    assert letter.document_number.endswith("应急提醒函〔2026〕1号") and letter.text == "请抓紧"
    transitions.serve_letter(letter, by=district.office, received_by="办公室")
    with pytest.raises(Refused, check=lambda error: error.code == "other_unit"):
        transitions.answer_letter(letter, by=district.water_officer, answer="x")
    transitions.answer_letter(letter, by=district.housing_officer, answer="已办")
    transitions.close_letter(letter, by=district.office, conclusion="属实")
    assert letter.state == State.CLOSED


def test_document_numbers_are_given_once_by_head_and_year(district: SimpleNamespace, task: Make) -> None:
    one, other = task(district.housing), task(district.water)
    letters = [draft(district, one), draft(district, other), draft(district, one)]
    for letter in letters:
        transitions.sign_letter(letter, by=district.office)
    transitions.withdraw_letter(letters[1], by=district.office, reason="已办结")
    third = draft(district, other)
    transitions.sign_letter(third, by=district.office)
    numbers = [letter.document_number.partition("应急")[2] for letter in (*letters, third)]
    assert numbers == ["提醒函〔2026〕1号", "提醒函〔2026〕2号", "督办函〔2026〕1号", "提醒函〔2026〕3号"]
    assert letters[2].earlier == letters[0] and third.earlier is None


@pytest.mark.parametrize("kind", [k for k in LetterKind if k != LetterKind.TRANSFER])
def test_each_rung_goes_out_on_paper_under_the_letters_own_number(
    district: SimpleNamespace, task: Make, kind: LetterKind
) -> None:
    letter = draft(district, task(district.housing), kind=kind, reason="严重超期", text="至今未办结")
    assert contents.kinds_for(letter) == ()
    transitions.sign_letter(letter, by=district.office)
    for name in contents.kinds_for(letter):
        known = {
            "talk_at": NOW,
            "place": "一号会议室",
            "by": "王副区长",
            "attendants": "各成员单位",
            "recorder": "李某",
        }
        known |= {"materials": ["自查报告"], "number": DocumentNumber.parse(letter.document_number)}
        said = {**contents.content_of(letter), **known}
        asked = {field: said[field] for field in form(name).fields if said.get(field)}
        if name == "talk_minutes":
            asked["reply"] = "已部署整改"
        assert make(name, asked, as_="docx")[:2] == b"PK"
        paper = make_out(letter, Draft(name, "函", form(name).sign, {}), by=district.office)
        assert paper.number == letter.document_number


def test_skipping_is_kept_with_its_reason(district: SimpleNamespace, task: Make) -> None:
    one = task(district.housing)
    with pytest.raises(Invalid, check=lambda error: error.field == "reason"):
        draft(district, one, kind=LetterKind.CAUTION)
    letter = draft(district, one, kind=LetterKind.CAUTION, reason="多次超期")
    assert letter.skipped == "多次超期"
    with pytest.raises(Invalid, check=lambda error: error.field == "kind"):
        draft(district, one, kind=LetterKind.REMINDER)


def run(district: SimpleNamespace, at: object) -> None:
    """Let clocks and reactions act until an instant."""
    outbox.wire(REACTIONS)
    district.time.at = at
    while clocks.step():
        pass
    while outbox.step():
        pass


def test_half_as_long_again_draws_a_letter_up_once_and_then_the_next(district: SimpleNamespace, task: Make) -> None:
    one = task(district.housing, "executing")
    running = clocks.running(one)
    assert running is not None
    half = (running.due_at - running.started_at) / 2
    run(district, running.due_at + timedelta(hours=1))
    assert not Letter.objects.exists()
    run(district, running.due_at + half + timedelta(hours=1))
    letter = Letter.objects.get()
    assert (letter.kind, letter.unit, letter.subject_id) == (LetterKind.SUPERVISION, district.housing, one.pk)
    assert letter.skipped and one.title in letter.text
    run(district, running.due_at + half + timedelta(hours=2))
    assert Letter.objects.count() == 1
    transitions.sign_letter(letter, by=district.office)
    transitions.serve_letter(letter, by=district.office, received_by="办公室")
    waiting = clocks.running(letter)
    assert waiting is not None
    run(district, waiting.due_at + (waiting.due_at - waiting.started_at) / 2 + timedelta(hours=1))
    graver = Letter.objects.get(kind=LetterKind.CAUTION)
    assert (graver.subject_id, graver.earlier, graver.unit) == (one.pk, letter, district.housing)


def test_what_the_office_itself_lets_lie_draws_no_letter(district: SimpleNamespace, task: Make) -> None:
    one = task()
    running = clocks.running(one)
    assert running is not None
    run(district, running.due_at + timedelta(days=30))
    assert not Letter.objects.exists()


def test_limits_of_hours_draw_no_letter(district: SimpleNamespace, task: Make) -> None:
    one = task(district.housing, source=SupervisedTask.Source.INSTRUCTION)
    running = clocks.running(one)
    assert running is not None and running.due_at - running.started_at < timedelta(hours=24)
    run(district, running.due_at + timedelta(days=30))
    assert not Letter.objects.exists()


def test_a_listing_is_reminded_of_on_the_day_after(district: SimpleNamespace) -> None:
    listing = hazards.propose_listing(
        by=district.office,
        subject="城中村消防通道",
        clause="GB 35181-2025",
        supervisor=district.housing,
        leader="王副区长",
        due_on=date(2026, 7, 10),
        area=Area.objects.create(number=DISTRICT, name="罗湖区", level="district", territory=DISTRICT),
    )
    Listing.objects.filter(pk=listing.pk).update(state=Listing.State.RECTIFYING)
    listing.refresh_from_db()
    clocks.wind(listing)
    running = clocks.running(listing)
    assert running is not None
    run(district, running.due_at + timedelta(hours=1))
    letter = Letter.objects.get()
    assert (letter.kind, letter.unit, letter.about) == (LetterKind.REMINDER, district.housing, "城中村消防通道")
