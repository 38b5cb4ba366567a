"""Work permits: levels that night and days off raise, gas tests that grow old, and time that runs out by itself."""

from datetime import UTC, datetime, timedelta

import pytest

from anshu.domains.construction.models import WorkPermit
from anshu.domains.construction.transitions import (
    apply_permit,
    approve_permit,
    expire_permit,
    finish_permit,
    interrupt_permit,
    measure_gas,
    resume_permit,
    revoke_permit,
    start_permit,
    withdraw_permit,
)
from anshu.domains.enterprises.models import GradeEvent
from anshu.kernel.errors import Forbidden, Invalid, Refused
from anshu.workflow import clocks

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # Tuesday, ten in Shenzhen
Kind = WorkPermit.Kind
HOURS = timedelta(hours=1)


def apply(street, kind=Kind.HOT_WORK, *, hours=4, starts_at=NOW, **more):
    details = {
        "summary": "焊接管道",
        "place": "二车间",
        "starts_at": starts_at,
        "ends_at": starts_at + hours * HOURS,
        "applicant": "李班长",
        "guardian": "周监护",
        "measures": "清理可燃物，配灭火器",
    } | ({"rank": "2"} if kind == Kind.HOT_WORK else {})
    return apply_permit(by=street.owner, enterprise=street.firm, kind=kind, **(details | more))


def gas(permit, street, oxygen=20.9, combustible=0.0, **more):
    measure_gas(
        permit, by=street.owner, tester="吴检测", oxygen_percent=oxygen, combustible_percent=combustible, **more
    )


def working(street, kind=Kind.HOT_WORK, **more):
    permit = apply(street, kind, **more)
    gas(permit, street)
    approve_permit(permit, by=street.owner, approver="王厂长")
    start_permit(permit, by=street.owner)
    return permit


def test_hot_work_goes_its_whole_way(street, time):
    permit = apply(street)
    assert (permit.rank, permit.raised, permit.territory) == ("2", "", street.firm.territory)
    with pytest.raises(Refused, check=lambda error: error.code == "no_test"):
        approve_permit(permit, by=street.owner, approver="王厂长")
    gas(permit, street)
    approve_permit(permit, by=street.owner, approver="王厂长")
    time.advance(minutes=30)
    start_permit(permit, by=street.owner)
    with pytest.raises(Invalid):
        finish_permit(permit, by=street.owner, note="")
    finish_permit(permit, by=street.owner, note="现场无余火")
    assert permit.state == "finished"


@pytest.mark.parametrize(
    ("starts_at", "rank", "raised"),
    [
        (NOW, "2", ""),
        (datetime(2026, 11, 24, 10, 0, tzinfo=UTC), "1", "夜间"),  # 18:00 to 22:00
        (datetime(2026, 11, 28, 2, 0, tzinfo=UTC), "1", "节假日"),  # Saturday
        (datetime(2027, 1, 1, 14, 0, tzinfo=UTC), "1", "节假日、夜间"),
    ],
)
def test_night_and_days_off_raise_the_level(street, starts_at, rank, raised):
    permit = apply(street, starts_at=starts_at)
    assert (permit.rank, permit.raised) == (rank, raised)


def test_special_stays_special(street):
    assert apply(street, rank="special", starts_at=datetime(2026, 11, 24, 14, 0, tzinfo=UTC)).rank == "special"


def test_planned_for_days_it_is_not_begun_at_night(street, time):
    permit = apply(street, hours=60)
    assert permit.rank == "2"
    time.advance(hours=11)
    gas(permit, street)
    approve_permit(permit, by=street.owner, approver="王厂长")
    with pytest.raises(Refused, check=lambda error: error.code == "level_too_low"):
        start_permit(permit, by=street.owner)


@pytest.mark.parametrize(
    ("kind", "longest", "more"),
    [
        (Kind.HOT_WORK, 72, {"rank": "2"}),
        (Kind.HOT_WORK, 8, {"rank": "1"}),
        (Kind.HOT_WORK, 8, {"rank": "special"}),
        (Kind.CONFINED_SPACE, 24, {}),
        (Kind.HEIGHT, 7 * 24, {"size": 4.0}),
        (Kind.TEMPORARY_POWER, 15 * 24, {}),
    ],
)
def test_a_permit_holds_no_longer_than_its_kind_allows(street, kind, longest, more):
    apply(street, kind, hours=longest, **more)
    with pytest.raises(Invalid, check=lambda error: error.field == "ends_at"):
        apply(street, kind, hours=longest + 0.1, **more)


@pytest.mark.parametrize(
    ("kind", "size", "rank"),
    [
        (Kind.HEIGHT, 2.5, "1"),
        (Kind.HEIGHT, 5, "1"),
        (Kind.HEIGHT, 5.1, "2"),
        (Kind.HEIGHT, 15.5, "3"),
        (Kind.HEIGHT, 31, "4"),
        (Kind.LIFTING, 39, "3"),
        (Kind.LIFTING, 100, "2"),
        (Kind.LIFTING, 101, "1"),
    ],
)
def test_height_and_weight_give_the_level(street, kind, size, rank):
    assert apply(street, kind, size=size).rank == rank


@pytest.mark.parametrize("kind", [Kind.HEIGHT, Kind.LIFTING])
def test_without_height_or_weight_there_is_no_level(street, kind):
    with pytest.raises(Invalid, check=lambda error: error.field == "size"):
        apply(street, kind)


@pytest.mark.parametrize(
    ("oxygen", "combustible", "more", "passed"),
    [
        (20.9, 0.0, {}, True),
        (19.5, 0.5, {}, True),
        (23.5, 0.0, {}, True),
        (19.4, 0.0, {}, False),
        (23.6, 0.0, {}, False),
        (20.9, 0.51, {}, False),
        (20.9, 0.3, {"low_limit": True}, False),
        (20.9, 0.2, {"low_limit": True}, True),
        (20.9, 0.0, {"toxic_ok": False}, False),
    ],
)
def test_readings_with_which_work_may_begin(street, oxygen, combustible, more, passed):
    permit = apply(street, Kind.CONFINED_SPACE)
    gas(permit, street, oxygen, combustible, **more)
    assert (permit.state == "tested") is passed
    assert permit.tests[0]["passed"] is passed


def test_a_test_grows_old(street, time):
    permit = apply(street)
    gas(permit, street)
    approve_permit(permit, by=street.owner, approver="王厂长")
    time.advance(minutes=31)
    with pytest.raises(Refused, check=lambda error: error.code == "test_too_old"):
        start_permit(permit, by=street.owner)
    gas(permit, street)
    assert permit.state == "approved"
    start_permit(permit, by=street.owner)


def test_a_failed_test_takes_the_approval_back(street):
    permit = apply(street)
    gas(permit, street)
    approve_permit(permit, by=street.owner, approver="王厂长")
    gas(permit, street, oxygen=17)
    assert permit.state == "applied"


def test_a_failed_test_stops_the_work(street):
    permit = working(street)
    gas(permit, street, combustible=2)
    assert permit.state == "interrupted"
    with pytest.raises(Refused, check=lambda error: error.code == "test_too_old"):
        resume_permit(permit, by=street.owner)
    gas(permit, street)
    resume_permit(permit, by=street.owner)


@pytest.mark.parametrize(
    ("kind", "minutes", "again"),
    [
        (Kind.HOT_WORK, 30, False),
        (Kind.HOT_WORK, 31, True),
        (Kind.CONFINED_SPACE, 60, False),
        (Kind.CONFINED_SPACE, 61, True),
    ],
)
def test_after_a_long_rest_gas_is_tested_again(street, time, kind, minutes, again):
    permit = working(street, kind)
    interrupt_permit(permit, by=street.owner, reason="午休")
    time.advance(minutes=minutes)
    if again:
        with pytest.raises(Refused, check=lambda error: error.code == "test_too_old"):
            resume_permit(permit, by=street.owner)
        gas(permit, street)
    resume_permit(permit, by=street.owner)
    assert permit.state == "working"


@pytest.mark.parametrize("approver", ["", "李班长", "周监护"])
def test_somebody_else_approves(street, approver):
    permit = apply(street, Kind.EXCAVATION)
    with pytest.raises(Invalid, check=lambda error: error.field == "approver"):
        approve_permit(permit, by=street.owner, approver=approver)


def test_it_is_begun_in_its_time(street, time):
    permit = apply(street, Kind.EXCAVATION, starts_at=NOW + HOURS)
    approve_permit(permit, by=street.owner, approver="王厂长")
    with pytest.raises(Refused, check=lambda error: error.code == "not_now"):
        start_permit(permit, by=street.owner)
    time.advance(hours=1)
    start_permit(permit, by=street.owner)
    assert permit.valid_until == permit.ends_at


@pytest.mark.parametrize("upto", ["applied", "tested", "approved", "working", "interrupted"])
def test_time_runs_out_by_itself(street, time, upto):
    permit = apply(street)
    steps = {
        "tested": lambda: gas(permit, street),
        "approved": lambda: approve_permit(permit, by=street.owner, approver="王厂长"),
        "working": lambda: start_permit(permit, by=street.owner),
        "interrupted": lambda: interrupt_permit(permit, by=street.owner, reason="停电"),
    }
    for state, step in steps.items():
        if permit.state == upto:
            break
        step()
        assert permit.state == state
    with pytest.raises(Forbidden):
        expire_permit(permit, by=street.owner)
    time.advance(hours=4)
    while clocks.step():
        pass
    assert WorkPermit.objects.get().state == "expired"


def test_dangerous_work_counts_while_it_goes_on(street):
    permit = working(street, rank="1")
    event = GradeEvent.objects.get()
    assert (event.kind, event.ended_at) == ("dangerous_work", None)
    interrupt_permit(permit, by=street.owner, reason="午休")
    event.refresh_from_db()
    assert event.ended_at is not None
    resume_permit(permit, by=street.owner)
    event.refresh_from_db()
    assert event.ended_at is None
    revoke_permit(permit, by=street.street, reason="无人监护")
    event.refresh_from_db()
    assert event.ended_at is not None


def test_ordinary_work_counts_nothing(street):
    working(street, rank="2")
    assert not GradeEvent.objects.exists()


def test_the_firm_does_not_revoke_and_a_rival_does_nothing(street):
    permit = working(street)
    for move in (revoke_permit, interrupt_permit):
        with pytest.raises(Forbidden):
            move(permit, by=street.rival, reason="x")
    with pytest.raises(Forbidden):
        revoke_permit(permit, by=street.owner, reason="x")
    with pytest.raises(Forbidden):
        apply_permit(
            by=street.rival,
            enterprise=street.firm,
            kind=Kind.EXCAVATION,
            summary="挖",
            place="门口",
            starts_at=NOW,
            ends_at=NOW + HOURS,
            applicant="甲",
            guardian="乙",
            measures="围挡",
        )


def test_withdrawn_before_the_work(street):
    permit = apply(street)
    with pytest.raises(Invalid):
        withdraw_permit(permit, by=street.owner, reason=" ")
    withdraw_permit(permit, by=street.owner, reason="改期")
    assert clocks.running(permit) is None
