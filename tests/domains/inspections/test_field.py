"""Disorder of every kind from telephones: twice, out of order, two people, old forms, clocks that are wrong."""

import hashlib
import io
import itertools
import uuid
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from anshu.domains.hazards import transitions as hazards
from anshu.domains.hazards.models import Grade, Hazard
from anshu.domains.inspections.models import AnswerSheet, FieldConflict, FieldOperation, Visit
from anshu.domains.inspections.transitions import draft_checklist, publish, settle_conflict, start_here
from anshu.domains.inspections.transitions.field import Operation, Telephone, take, take_picture
from anshu.kernel import clock
from anshu.kernel.errors import Refused
from anshu.kernel.identifiers import uuid7
from anshu.ledger.attachments import Taken, keep_picture, pictures_of
from anshu.ledger.models import Attachment
from tests.domains.inspections.conftest import CONTENT, LAT, LON

Outcome = FieldOperation.Outcome


def telephone(street: SimpleNamespace, who: str = "grid", off_s: int = 0) -> Telephone:
    return Telephone(getattr(street, who).actor, f"phone of {who}", off_s)


def op(
    kind: str, subject: uuid.UUID, after: Operation | None = None, at: datetime | None = None, /, **payload: Any
) -> Operation:
    return Operation(uuid7(), kind, subject, at or clock.now(), payload, after.id if after else None)


def begin(street: SimpleNamespace, visit: uuid.UUID, **more: Any) -> Operation:
    usual = {"site": str(street.site.pk), "checklist": street.list.number, "kind": "patrol", "lon": LON, "lat": LAT}
    return op("start_here", visit, **(usual | more))


def say(visit: uuid.UUID, after: Operation | None, based: dict[str, str] | None = None, **values: Any) -> Operation:
    answers = {path: {"value": value} for path, value in values.items()}
    return op("answer", visit, after, answers=answers, based=based or {})


def whole(street: SimpleNamespace, visit: uuid.UUID) -> list[Operation]:
    """A visit as a telephone holds it: begun, answered twice, mended, handed in, signed."""
    first = begin(street, visit)
    second = say(visit, first, exit_clear="pass", storeys=1)
    third = say(visit, second, exit_clear="fail", window="fail")
    fourth = say(visit, third, window="pass")
    fifth = op("submit", visit, fourth, remarks="雨天")
    return [first, second, third, fourth, fifth, op("sign", visit, fifth, signer="店主")]


def outcomes(answers: list[Any]) -> list[str]:
    return [answer.outcome for answer in answers]


def test_a_visit_made_without_network_arrives(street: SimpleNamespace) -> None:
    visit = uuid7()
    assert outcomes(take(whole(street, visit), telephone(street))) == ["kept"] * 6
    made = Visit.objects.get(pk=visit)
    assert (made.state, made.remarks, made.found_count, made.signer) == ("signed", "雨天", 1, "店主")
    assert Hazard.objects.get().origin_id == visit


def test_what_comes_twice_is_taken_once(street: SimpleNamespace) -> None:
    visit = uuid7()
    sent = whole(street, visit)
    take(sent, telephone(street))
    again = take(sent, telephone(street))
    assert outcomes(again) == ["duplicate"] * 6
    assert {answer.was for answer in again} == {"kept"}
    assert (Visit.objects.count(), Hazard.objects.count(), FieldOperation.objects.count()) == (1, 1, 6)


@pytest.mark.django_db
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_in_whatever_order_and_batches_it_comes_the_same_stands(street: SimpleNamespace, data: st.DataObject) -> None:
    """The newer update first, each alone, halves, repeats: the end is the same, and nothing waits for ever."""
    visit = uuid7()
    sent = data.draw(st.permutations(whole(street, visit)))
    cuts = data.draw(st.lists(st.integers(0, 6), max_size=3).map(sorted))
    edges = [0, *cuts, 6]
    for low, high in itertools.pairwise(edges):
        take(sent[low:high] + sent[: min(1, low)], telephone(street))
    made = Visit.objects.get(pk=visit)
    values = {path: entry["value"] for path, entry in AnswerSheet.objects.get(visit=made).answers.items()}
    assert values == {"exit_clear": "fail", "storeys": 1, "window": "pass"}
    assert made.state == Visit.State.SIGNED
    assert Hazard.objects.filter(origin_id=visit).count() == 1
    assert not FieldConflict.objects.filter(subject_id=visit, state="open").exists()
    assert not FieldOperation.objects.filter(subject_id=visit).exclude(outcome=Outcome.KEPT).exists()


def test_what_lacks_its_predecessor_waits_in_sight(street: SimpleNamespace) -> None:
    visit = uuid7()
    sent = whole(street, visit)
    (answer,) = take(sent[2:3], telephone(street))
    assert (answer.outcome, answer.waits) == ("kept", True)
    conflict = FieldConflict.objects.get()
    assert (conflict.kind, conflict.sent["answers"]["window"]["value"]) == ("waiting", "fail")
    (again,) = take(sent[2:3], telephone(street))
    assert (again.outcome, again.waits) == ("duplicate", True)
    take(sent[:2], telephone(street))
    conflict.refresh_from_db()
    assert conflict.state == FieldConflict.State.SETTLED


def test_a_person_may_let_go_on_what_waits(street: SimpleNamespace) -> None:
    visit = start_here(by=street.grid.actor, site=street.site, checklist=street.list)
    lost = say(visit.pk, None, storeys=1)
    take([say(visit.pk, lost, exit_clear="pass")], telephone(street))
    settle_conflict(FieldConflict.objects.get(), by=street.chief.actor, kept="sent")
    assert AnswerSheet.objects.get(visit=visit).answers["exit_clear"]["value"] == "pass"


def test_two_answers_to_one_item_are_shown_side_by_side(street: SimpleNamespace) -> None:
    visit = uuid7()
    first = begin(street, visit)
    take([first, say(visit, first, exit_clear="pass", storeys=1)], telephone(street))
    (answer,) = take([say(visit, None, exit_clear="fail", window="fail")], telephone(street, "one"))
    assert answer.outcome == "conflict"
    conflict = FieldConflict.objects.get(number=answer.conflicts[0])
    assert (conflict.about, conflict.standing["value"], conflict.sent["value"]) == ("exit_clear", "pass", "fail")
    assert (conflict.standing["who"], conflict.sent["who"]) == ("grid", "one")
    sheet = AnswerSheet.objects.get(visit=visit)
    assert sheet.answers["exit_clear"]["value"] == "pass"
    assert sheet.answers["window"]["value"] == "fail"  # what nobody else had answered is taken
    settle_conflict(conflict, by=street.chief.actor, kept="sent", note="现场核实")
    sheet.refresh_from_db()
    assert sheet.answers["exit_clear"]["value"] == "fail"


def test_an_answer_based_on_what_stands_replaces_it(street: SimpleNamespace) -> None:
    visit = uuid7()
    first = begin(street, visit)
    second = say(visit, first, exit_clear="pass")
    take([first, second], telephone(street))
    mended = say(visit, None, {"exit_clear": str(second.id)}, exit_clear="fail")
    assert outcomes(take([mended], telephone(street, "one"))) == ["kept"]
    alike = say(visit, None, exit_clear="fail")
    assert outcomes(take([alike], telephone(street, "two"))) == ["kept"]


def test_what_comes_after_handing_in_is_not_lost_and_may_still_count(street: SimpleNamespace) -> None:
    visit = uuid7()
    take(whole(street, visit)[:5], telephone(street))
    (answer,) = take([say(visit, None, **{"rooms/1/lives_in": "yes"})], telephone(street, "one"))
    conflict = FieldConflict.objects.get(number=answer.conflicts[0])
    assert (answer.outcome, conflict.kind) == ("conflict", "late")
    settle_conflict(conflict, by=street.chief.actor, kept="sent")
    assert Hazard.objects.filter(origin_id=visit).count() == 2
    assert Visit.objects.get(pk=visit).found_count == 2


def test_an_old_version_of_the_list_is_taken_as_it_was(street: SimpleNamespace) -> None:
    visit, old = uuid7(), street.list
    first = begin(street, visit, checklist=old.number)
    newer = draft_checklist(by=street.section.actor, code=old.code, title="新", content={"items": CONTENT["items"][:1]})
    publish(newer, by=street.section.actor)
    take([first, say(visit, first, exit_clear="fail", window="pass")], telephone(street))
    made = Visit.objects.get(pk=visit)
    assert (made.checklist, made.flags) == (old, ["old_form_version"])
    other = uuid7()
    begun = begin(street, other, checklist=newer.number)
    answer = op("answer", other, begun, answers={"window": {"value": "fail"}}, form=old.number)
    take([begun, answer], telephone(street))
    kept = AnswerSheet.objects.get(visit_id=other).answers["window"]
    assert (kept["value"], kept["form"]) == ("fail", old.number)
    assert "old_form_version" in Visit.objects.get(pk=other).flags


def test_a_clock_a_day_off_is_put_right_and_said(street: SimpleNamespace) -> None:
    day = 86_400
    visit = uuid7()
    seen_at = clock.now() - timedelta(minutes=40)
    first = op(
        "start_here", visit, None, seen_at + timedelta(seconds=day),
        site=str(street.site.pk), checklist=street.list.number, kind="patrol",
    )  # fmt: skip
    assert outcomes(take([first], telephone(street, off_s=day))) == ["kept"]
    made = Visit.objects.get(pk=visit)
    assert (made.started_at, made.flags) == (seen_at, ["device_clock_off"])


def test_what_is_refused_is_kept_with_the_reason(street: SimpleNamespace) -> None:
    visit = uuid7()
    first = begin(street, visit)
    too_early = op("submit", visit, first)
    answers = take([first, too_early, op("dance", visit)], telephone(street))
    assert outcomes(answers) == ["kept", "refused", "refused"]
    assert "unanswered" in answers[1].told
    assert FieldOperation.objects.get(pk=too_early.id).told == answers[1].told
    assert outcomes(take([begin(street, uuid7())], telephone(street, "stranger"))) == ["refused"]


def test_nobody_takes_anothers_operation_for_their_own(street: SimpleNamespace) -> None:
    sent = [begin(street, uuid7())]
    take(sent, telephone(street))
    assert outcomes(take(sent, telephone(street, "one"))) == ["refused"]


def submitted_hazard(street: SimpleNamespace) -> Hazard:
    hazard = hazards.report(by=street.grid.actor, site=street.site, summary="配电箱无盖", kind=Hazard.Kind.ELECTRIC)
    hazards.judge(hazard, by=street.chief.actor, grade=Grade.GENERAL)
    hazards.order(hazard, by=street.chief.actor, due_on=clock.now().date(), responsible="店主")
    hazards.take_up(hazard, by=street.chief.actor)
    keep_picture(hazard, picture(), "after.png", Taken(purpose=Attachment.Purpose.AFTER), by=street.chief.actor)
    return hazards.submit(hazard, by=street.chief.actor, rectification="已加盖")


def picture(seed: int = 1) -> bytes:
    made = io.BytesIO()
    pixels = np.random.default_rng(seed).integers(0, 255, (64, 64, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(made, "PNG")
    return made.getvalue()


def test_two_people_recheck_one_hazard(street: SimpleNamespace) -> None:
    hazard = submitted_hazard(street)
    seen = hazard.submitted_at.isoformat()
    passed = op("recheck", hazard.pk, passed=True, note="已整改", submitted_at=seen)
    failed = op("recheck", hazard.pk, passed=False, note="仍然敞开", submitted_at=seen)
    assert outcomes(take([passed], telephone(street, "one"))) == ["kept"]
    (answer,) = take([failed], telephone(street, "two"))
    conflict = FieldConflict.objects.get(number=answer.conflicts[0])
    assert (answer.outcome, conflict.kind) == ("conflict", "moved")
    assert (conflict.standing["who"], conflict.standing["state"]) == ("one", "passed")
    assert conflict.sent["note"] == "仍然敞开"
    with pytest.raises(Refused, match="on the record itself"):
        settle_conflict(conflict, by=street.chief.actor, kept="sent")
    settle_conflict(conflict, by=street.chief.actor, kept="standing")


def test_a_recheck_of_what_was_submitted_before_is_in_conflict(street: SimpleNamespace, time: clock.FrozenTime) -> None:
    hazard = submitted_hazard(street)
    seen = hazard.submitted_at.isoformat()
    time.advance(minutes=5)
    hazards.fail_recheck(hazard, by=street.one.actor, reason="不合格")
    time.advance(minutes=5)
    hazards.submit(hazard, by=street.chief.actor, rectification="再次整改")
    sent = op("recheck", hazard.pk, passed=True, submitted_at=seen)
    assert outcomes(take([sent], telephone(street, "two"))) == ["conflict"]
    hazard.refresh_from_db()
    assert hazard.state == Hazard.State.SUBMITTED


def shot(visit: uuid.UUID, content: bytes) -> Operation:
    return op("picture", visit, sha256=hashlib.sha256(content).hexdigest(), name="1.png", lon=LON, lat=LAT)


def test_a_picture_may_come_before_its_visit(street: SimpleNamespace) -> None:
    visit, content = uuid7(), picture()
    taken = shot(visit, content)
    answer = take_picture(taken, content, telephone(street))
    assert (answer.outcome, answer.waits) == ("kept", True)
    sent = whole(street, visit)
    sent[2].payload["answers"]["exit_clear"]["pictures"] = [str(taken.id)]
    take(sent, telephone(street))
    kept = pictures_of(Visit.objects.get(pk=visit)).get()
    assert (kept.pk, kept.made_at) == (taken.id, taken.made_at)
    shown = pictures_of(Hazard.objects.get(origin_id=visit)).get()
    assert (shown.digest, shown.purpose) == (kept.digest, "before")
    assert take_picture(taken, content, telephone(street)).outcome == "duplicate"


def test_a_picture_may_come_after_all_else(street: SimpleNamespace) -> None:
    visit, content = uuid7(), picture(2)
    taken = shot(visit, content)
    sent = whole(street, visit)
    sent[2].payload["answers"]["exit_clear"]["pictures"] = [str(taken.id)]
    take(sent, telephone(street))
    assert take_picture(taken, content, telephone(street)).outcome == "kept"
    assert pictures_of(Hazard.objects.get(origin_id=visit)).count() == 1
