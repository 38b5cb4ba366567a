"""Silences: what they keep off the desk, what they never hide unsaid, and what comes back when they end."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import transaction
from domains.warnings.raising import DISTRICT, SENSE, STORM, gauge, now_is, officer, rise, rule
from domains.warnings.raising import begin as storm
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from anshu.access.policy import Person
from anshu.domains.warnings.models import Alarm, Level, Silence
from anshu.domains.warnings.queries.debt import debts, debts_of
from anshu.domains.warnings.queries.lines import desk
from anshu.domains.warnings.queries.muting import covered
from anshu.domains.warnings.rules.muting import silences as covers
from anshu.domains.warnings.transitions import alarms
from anshu.domains.warnings.transitions import silences as orders
from anshu.kernel import clock
from anshu.kernel.errors import Invalid
from anshu.workflow import clocks
from anshu.workflow.models import Change, Clock

pytestmark = pytest.mark.django_db
TWO_HOURS = STORM + timedelta(hours=2)


@pytest.fixture(autouse=True)
def time() -> Iterator[clock.FrozenTime]:
    with storm() as standing:
        yield standing


@pytest.fixture
def by() -> Person:
    return officer()


def settle() -> None:
    while clocks.step():
        pass


def on_the_desk(alarm: Alarm, by: Person) -> bool:
    found = now_is(alarm)
    return not found.muted and found.group_id in {line.group.pk for line in desk(by, unfolded=True).waiting}


def test_what_it_covers_leaves_the_desk_and_what_comes_later_never_gets_there(by: Person) -> None:
    channel = gauge("A", site="S1")
    before, other = rise(channel), rise(gauge("B", 2000))
    order = orders.silence(by=by, site=channel.device.site, reason="检修", ends_at=TWO_HOURS)
    after = rise(channel, judged="rate")
    assert (order.owner, order.territory, order.state) == ("周航", channel.device.site.territory, "in_force")
    assert [now_is(alarm).silenced_by for alarm in (before, after, other)] == [order, order, None]
    assert [on_the_desk(alarm, by) for alarm in (before, after, other)] == [False, False, True]
    assert Alarm.objects.filter(state="raised").count() == 3, "they are kept"
    assert not Clock.objects.filter(stopped_at=None, subject="warnings.alarm").exists()


def test_when_it_expires_by_itself_what_stands_comes_back_and_what_recovered_is_over(
    by: Person, time: clock.FrozenTime
) -> None:
    stands, recovered = rise(gauge("A")), rise(gauge("B", 50))
    order = orders.silence(by=by, rule=rule(), reason="检修", ends_at=TWO_HOURS)
    later = rise(gauge("C", 3000))
    alarms.recover(recovered, by=SENSE, value=0.0, at=clock.now())
    time.advance(hours=2)
    settle()
    order.refresh_from_db()
    assert (order.state, order.ended_at) == ("expired", clock.now())
    assert on_the_desk(stands, by) and on_the_desk(later, by)
    assert now_is(later).shown_at == clock.now()
    over = now_is(recovered)
    assert (over.state, over.silenced_by, over.judged_at) == ("closed", order, None)
    assert Change.objects.filter(verb="warnings.lapse").count() == 1


def test_lifted_by_hand_it_ends_at_once(by: Person) -> None:
    alarm = rise(gauge("A"))
    order = orders.silence(by=by, channel=alarm.channel, reason="检修", ends_at=TWO_HOURS)
    orders.lift_silence(order, by=by)
    assert on_the_desk(alarm, by) and clocks.running(order) is None


def test_what_is_shown_again_belongs_to_another_silence_that_still_holds(by: Person) -> None:
    alarm = rise(gauge("A"))
    short = orders.silence(by=by, channel=alarm.channel, reason="检修", ends_at=STORM + timedelta(hours=1))
    long = orders.silence(by=by, rule=alarm.rule, reason="调试", ends_at=TWO_HOURS)
    orders.lift_silence(short, by=by)
    assert now_is(alarm).silenced_by == long


def test_red_stays_on_the_desk_unless_ordered_and_then_the_desk_says_so(by: Person) -> None:
    red = rise(gauge("A"), Level.RED)
    mild = orders.silence(by=by, rule=rule(), reason="检修", ends_at=TWO_HOURS)
    assert on_the_desk(red, by) and desk(by).kept_off_red == []
    climbs = rise(gauge("B", 3000))
    assert now_is(climbs).silenced_by == mild
    alarms.regrade(climbs, by=SENSE, level=Level.RED, value=0.5, why={"threshold": 0.4})
    assert on_the_desk(climbs, by)
    orders.silence(by=by, rule=rule(), reason="全线检修", ends_at=TWO_HOURS, red_too=True)
    assert set(desk(by).kept_off_red) == {red, climbs} and desk(by).kept_off == 2


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "rule"),
        ({"quantity": "road_water_depth", "reason": " "}, "reason"),
        ({"quantity": "road_water_depth", "ends_at": STORM}, "ends_at"),
        ({"quantity": "road_water_depth", "ends_at": STORM + timedelta(hours=168, seconds=1)}, "ends_at"),
    ],
)
def test_without_a_matcher_a_reason_or_a_sane_end_it_is_refused(by: Person, given: dict, field: str) -> None:
    with pytest.raises(Invalid, check=lambda error: error.field == field):
        orders.silence(by=by, **{"reason": "检修", "ends_at": TWO_HOURS, **given})
    assert not Silence.objects.exists()


def test_it_is_prolonged_with_a_reason_but_never_beyond_the_longest(by: Person, time: clock.FrozenTime) -> None:
    order = orders.silence(by=by, rule=rule(), reason="检修", ends_at=TWO_HOURS)
    time.advance(hours=1)
    orders.prolong_silence(order, by=by, ends_at=STORM + timedelta(hours=10), reason="备件未到")
    assert clocks.running(order).due_at == STORM + timedelta(hours=10)  # type: ignore[union-attr]
    with pytest.raises(Invalid):
        orders.prolong_silence(order, by=by, ends_at=STORM + timedelta(hours=169), reason="备件未到")
    time.advance(hours=2)
    settle()
    order.refresh_from_db()
    assert order.state == "in_force"


def test_the_debt_tells_red_first_then_old_then_how_many(by: Person, time: clock.FrozenTime) -> None:
    old = orders.silence(by=by, quantity="tilt", reason="旧", ends_at=STORM + timedelta(hours=48))
    time.advance(hours=25)
    many = orders.silence(by=by, quantity="rain_1h", reason="多", ends_at=clock.now() + timedelta(hours=1))
    red = orders.silence(
        by=by, quantity="road_water_depth", reason="红", ends_at=clock.now() + timedelta(hours=1), red_too=True
    )
    for n in range(3):
        rise(gauge(f"R{n}", quantity="rain_1h"))
    rise(gauge("D"), Level.RED)
    rise(gauge("E"))
    found = debts(by)
    assert [debt.silence for debt in found] == [red, old, many]
    assert [(debt.alarms, debt.red, debt.old) for debt in found] == [(2, 1, False), (0, 0, True), (3, 0, False)]
    assert [debt.silence for debt in debts_of(by.account)] == [red, old, many]
    assert debts(officer("440304")) == []


wanted = st.fixed_dictionaries(
    {
        "rule": st.sampled_from(["", "value", "rate"]),
        "channel": st.sampled_from([None, 0, 1, 2]),
        "site": st.sampled_from([None, 0, 1, 2]),
        "quantity": st.sampled_from(["", "road_water_depth", "rain_1h"]),
        "territory": st.sampled_from(["", DISTRICT, "440303001", "440303002"]),
        "red_too": st.booleans(),
    }
)


@hypothesis_settings(max_examples=40)
@given(wanted, st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["value", "rate"]), st.sampled_from("1234"))))
def test_asked_of_an_alarm_or_of_the_database_it_covers_the_same(asked: dict, raised: list) -> None:
    with transaction.atomic():
        channels = [
            gauge("A", site="S1"),
            gauge("B", site="S2", territory="440303002001"),
            gauge("C", quantity="rain_1h"),
        ]
        for number, judged, level in dict.fromkeys(raised):
            if not Alarm.objects.filter(
                channel=channels[number], rule=rule(judged, channels[number].quantity)
            ).exists():
                rise(channels[number], level, judged=judged)
        silence = Silence(
            rule=rule(asked["rule"]) if asked["rule"] else None,
            channel=channels[asked["channel"]] if asked["channel"] is not None else None,
            site=channels[asked["site"]].device.site if asked["site"] is not None else None,
            quantity=asked["quantity"],
            territory=asked["territory"],
            red_too=asked["red_too"],
        )
        everything = Alarm.objects.select_related("rule", "channel")
        assert set(covered(silence)) == {alarm for alarm in everything if covers(silence, alarm)}
        transaction.set_rollback(True)
