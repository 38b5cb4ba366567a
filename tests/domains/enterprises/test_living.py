"""The living grade as it is kept: events once, colours with their reasons, set aside by hand and for a time only."""

from datetime import date, timedelta

import pytest

from anshu.domains.enterprises import queries
from anshu.domains.enterprises.models import Enterprise, GradeEvent, GradeOverride
from anshu.domains.enterprises.tasks import follow_file, keep_grades
from anshu.domains.enterprises.transitions import end_events, end_override, note_event, override_grade, regrade
from anshu.kernel import clock
from anshu.kernel.errors import Forbidden, Invalid, Refused
from anshu.ledger import edit
from anshu.ledger.declaration import LEDGERS
from anshu.workflow import clocks
from anshu.workflow.clocks import WORK
from anshu.workflow.models import Change

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
Kind = GradeEvent.Kind


def color(street):
    return Enterprise.objects.get(pk=street.firm.pk).risk_color


def note(street, kind=Kind.HAZARD_MAJOR, **more):
    return note_event(by=WORK, enterprise=street.firm, kind=kind, summary="通道堵塞", **more)


def test_a_colour_changes_with_one_row_that_says_why(street):
    note(street, lasts=True, cause=street.site)
    assert color(street) == "3"
    row = Change.objects.get(verb="enterprises.regrade")
    assert row.details["changed"] == {"risk_color": ["", "3"]}
    assert [reason[0] for reason in row.details["reasons"]] == ["base", "hazard_major"]
    assert row.basis
    note(street, Kind.CHECK_PASSED)
    assert Change.objects.filter(verb="enterprises.regrade").count() == 1  # still yellow: nothing to say


def test_the_same_cause_counts_once(street):
    assert note(street, lasts=True, cause=street.site) is not None
    assert note(street, lasts=True, cause=street.site) is None
    assert GradeEvent.objects.count() == 1
    assert end_events(by=WORK, cause=street.site) == 1
    assert end_events(by=WORK, cause=street.site) == 0
    assert note(street, lasts=True, cause=street.site) is not None  # it is back, and lasts again
    assert GradeEvent.objects.get().ended_at is None


def test_points_fade_night_by_night(street, time):
    note(street, lasts=True, cause=street.site)
    end_events(by=WORK, cause=street.site)
    time.advance(days=60)
    assert color(street) == "3"  # nobody has looked since
    assert keep_grades() is False
    assert color(street) == "4"
    assert Enterprise.objects.get(pk=street.firm.pk).grade_points == 12.5
    graded_at = Enterprise.objects.get(pk=street.firm.pk).graded_at
    time.advance(hours=3)
    keep_grades()
    assert Enterprise.objects.get(pk=street.firm.pk).graded_at == graded_at  # once a day is enough


def test_enterprises_without_events_are_left_alone(street, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert keep_grades() is False


def test_a_grade_of_the_file_is_followed(street):
    edit.change(LEDGERS["enterprises"], street.firm, by=street.section, values={"base_color": "2"})
    follow_file(Change.objects.get(verb="enterprises.change"))
    assert color(street) == "2"


def test_an_event_added_by_hand_is_followed(street):
    values = {"enterprise": "QY-1", "kind": "accident", "summary": "机械伤害", "began_at": "2026-11-23T10:00+08:00"}
    edit.add(LEDGERS["grade-events"], by=street.section, values=values)
    follow_file(Change.objects.get(verb="enterprises.add"))
    assert color(street) == "3"
    assert GradeEvent.objects.get().territory == street.firm.territory


def test_set_by_hand_with_reason_and_end(street, time):
    with pytest.raises(Invalid, check=lambda error: error.field == "until_on"):
        override(street, until_on=TODAY + timedelta(days=91))
    with pytest.raises(Invalid, check=lambda error: error.field == "reason"):
        override(street, reason=" ")
    override(street)
    assert color(street) == "1"
    with pytest.raises(Refused, check=lambda error: error.code == "overridden_already"):
        override(street)
    assert Change.objects.get(verb="enterprises.regrade").reason == "重大活动保障"
    time.advance(days=31)
    while clocks.step():
        pass
    assert GradeOverride.objects.get().state == "ended"
    assert color(street) == ""


def override(street, **more):
    details = {"risk_color": "1", "reason": "重大活动保障", "until_on": TODAY + timedelta(days=30)} | more
    return override_grade(by=street.section, enterprise=street.firm, **details)


def test_ended_early_with_a_reason(street):
    standing = override(street)
    with pytest.raises(Invalid):
        end_override(standing, by=street.section)
    end_override(standing, by=street.section, reason="活动取消")
    assert queries.override_of(street.firm) is None


@pytest.mark.parametrize("who", ["owner", "grid", "street", "expert"])
def test_who_may_not_set_a_grade(street, who):
    with pytest.raises(Forbidden):
        override_grade(by=getattr(street, who), enterprise=street.firm, risk_color="4", reason="x", until_on=TODAY)
    with pytest.raises(Forbidden):
        regrade(street.firm, by=getattr(street, who))


def test_an_exercise_counts_nothing(street):
    GradeEvent.objects.create(
        enterprise=street.firm, kind=Kind.ACCIDENT, summary="演练", began_at=clock.now(), exercise=True
    )
    regrade(street.firm, by=WORK)
    assert color(street) == ""
