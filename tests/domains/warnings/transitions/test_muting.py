"""Inhibition: a cause keeps what follows from it off the desk, whichever came first, and nothing is ever lost."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from domains.warnings.raising import SENSE, gauge, now_is, officer, rise
from domains.warnings.raising import begin as storm
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from anshu.access.models import Account
from anshu.access.policy import Person
from anshu.domains.warnings.models import Alarm, AlarmGroup, Level
from anshu.domains.warnings.queries.debt import causes
from anshu.domains.warnings.queries.lines import desk
from anshu.domains.warnings.queries.muting import cause_of
from anshu.domains.warnings.transitions import alarms, muting
from anshu.domains.warnings.transitions import silences as orders
from anshu.kernel import clock
from anshu.kernel.errors import Forbidden, Refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def time() -> Iterator[clock.FrozenTime]:
    with storm() as standing:
        yield standing


@pytest.fixture
def by() -> Person:
    return officer()


def cleared(alarm: Alarm) -> None:
    alarms.recover(now_is(alarm), by=SENSE, value=0.0, at=clock.now())


@pytest.mark.parametrize("cause_first", [True, False])
def test_a_silent_gateway_keeps_the_silence_behind_it_off_the_desk(by: Person, cause_first: bool) -> None:
    account = Account.objects.create(username="gateway")
    gateway, behind = gauge("GW", kind="gateway", account=account), gauge("A", account=account)
    elsewhere = gauge("B", account=Account.objects.create(username="other"))
    order = [gateway, behind, elsewhere] if cause_first else [behind, elsewhere, gateway]
    raised = {channel: rise(channel, judged="silence") for channel in order}
    assert now_is(raised[behind]).inhibited_by == raised[gateway]
    assert now_is(raised[elsewhere]).inhibited_by is None and now_is(raised[gateway]).inhibited_by is None
    assert [(cause.alarm, cause.alarms) for cause in causes(by)] == [(raised[gateway], 1)]
    assert rise(behind).inhibited_by is None, "water is not the gateway's silence"


def test_it_comes_back_when_the_cause_has_recovered(by: Person) -> None:
    red = rise(gauge("R", quantity="rain_1h"), Level.RED)
    blue, over = (rise(gauge(name, 6000, quantity="rain_1h"), Level.BLUE) for name in "BC")
    assert now_is(blue).inhibited_by == red
    cleared(over)
    assert now_is(over).state == "raised"
    cleared(red)
    assert (now_is(blue).inhibited_by, now_is(blue).shown_at) == (None, clock.now())
    assert now_is(over).state == "closed" and now_is(over).inhibited_by == red
    assert now_is(blue).group_id in {line.group.pk for line in desk(by).waiting}


@pytest.mark.parametrize("end", ["reject", "step down"])
def test_a_cause_that_was_false_or_is_no_longer_grave_enough_keeps_nothing_off(by: Person, end: str) -> None:
    red = rise(gauge("R", quantity="rain_1h"), Level.RED)
    blue = rise(gauge("B", 6000, quantity="rain_1h"), Level.BLUE)
    if end == "reject":
        alarms.reject(red, by=by, reason="设备故障")
    else:
        alarms.regrade(red, by=SENSE, level=Level.ORANGE, value=1, why={"threshold": 0.4})
    assert now_is(blue).inhibited_by is None and now_is(blue).group is not None


def test_what_follows_from_a_cause_leaves_when_it_is_no_longer_mild(by: Person) -> None:
    rise(gauge("R", quantity="rain_1h"), Level.RED)
    blue = rise(gauge("B", 6000, quantity="rain_1h"), Level.BLUE)
    alarms.regrade(now_is(blue), by=SENSE, level=Level.YELLOW, value=1, why={"threshold": 0.4})
    assert now_is(blue).inhibited_by is None and now_is(blue).group is not None


def test_the_cause_of_another_street_is_none_of_it() -> None:
    rise(gauge("R", quantity="rain_1h", territory="440303001001"), Level.RED)
    other = rise(gauge("B", quantity="rain_1h", territory="440303002001"), Level.BLUE)
    nowhere = rise(gauge("C", quantity="rain_1h", territory="440303"), Level.BLUE)
    assert now_is(other).inhibited_by is None and now_is(nowhere).inhibited_by is None


def test_a_cause_that_a_person_has_confirmed_still_is_one(by: Person) -> None:
    red = rise(gauge("R", quantity="rain_1h"), Level.RED)
    alarms.confirm(red, by=by)
    assert rise(gauge("B", quantity="rain_1h"), Level.BLUE).inhibited_by == red


def test_a_group_of_which_all_is_kept_off_waits_for_nobody(by: Person) -> None:
    channel = gauge("W", site="S")
    trend = rise(channel, Level.BLUE, judged="rate")
    assert now_is(trend).group.state == "waiting"  # type: ignore[union-attr]
    deep = rise(channel, Level.ORANGE)
    assert now_is(trend).inhibited_by == deep
    alarms.reject(deep, by=by, reason="设备故障")
    group = AlarmGroup.objects.get(pk=now_is(trend).group_id)
    assert (now_is(trend).inhibited_by, group.state) == (None, "waiting")


def test_nobody_but_the_program_keeps_off_or_shows(by: Person) -> None:
    alarm = rise(gauge("A"))
    for change in (alarms.keep_off, muting.show, muting.lapse):
        with pytest.raises(Forbidden):
            change(alarm, by=by)


steps = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.sampled_from(["rise", "rise", "rise", "recover", "climb", "calm", "true", "false", "silence", "lift"]),
    ),
    max_size=18,
)


@hypothesis_settings(max_examples=30)
@given(steps)
def test_whatever_happens_every_alarm_is_shown_silenced_inhibited_or_ended(done: list[tuple[int, str]]) -> None:
    with transaction.atomic():
        by = officer()
        account = Account.objects.create(username="gateway")
        channels = [
            (gauge("GW", kind="gateway", account=account), "silence"),
            (gauge("A", account=account), "silence"),
            (gauge("R", quantity="rain_1h"), "value"),
            (gauge("B", 900, quantity="rain_1h"), "value"),
            (gauge("W", 200, site="S"), "value"),
            (gauge("X", 200, 10, site="S"), "rate"),
        ]
        for which, what in done:
            happen(channels[which], what, by)
            balanced(by)
        transaction.set_rollback(True)


def happen(gauge_: tuple, what: str, by: Person) -> None:
    channel, judged = gauge_
    alarm = Alarm.objects.filter(channel=channel, state__in=("raised", "confirmed")).first()
    if what == "rise":
        if alarm is None:
            rise(channel, Level.BLUE, judged=judged)
        elif alarm.recovered_at is not None:
            alarms.regrade(alarm, by=SENSE, level=Level(alarm.level), value=1, why={"threshold": 1})
    elif what == "silence":
        orders.silence(by=by, channel=channel, reason="检修", ends_at=clock.now().replace(hour=23), red_too=True)
    elif what == "lift":
        for silence in orders.Silence.objects.filter(channel=channel, state="in_force"):
            orders.lift_silence(silence, by=by)
    elif alarm is not None:
        try:
            {
                "recover": lambda: alarms.recover(alarm, by=SENSE, value=0, at=clock.now()),
                "climb": lambda: alarms.regrade(alarm, by=SENSE, level=Level.RED, value=2, why={"threshold": 1}),
                "calm": lambda: alarms.regrade(alarm, by=SENSE, level=Level.BLUE, value=1, why={"threshold": 1}),
                "true": lambda: alarms.confirm(alarm, by=by),
                "false": lambda: alarms.reject(alarm, by=by, reason="设备故障"),
            }[what]()
        except Refused as refusal:
            assert refusal.code == "wrong_state"


def balanced(by: Person) -> None:
    """Raw = on the desk + silenced + inhibited + ended; and what is kept off has something that keeps it off."""
    everything = list(Alarm.objects.select_related("rule", "channel__device", "group", "silenced_by", "inhibited_by"))
    open_lines = {line.group.pk for line in (*desk(by, unfolded=True).waiting, *desk(by).held)}
    for alarm in everything:
        if alarm.state != "raised":
            continue
        if alarm.silenced_by is not None:
            assert alarm.silenced_by.state == "in_force"
        elif alarm.inhibited_by is not None:
            cause = alarm.inhibited_by
            assert (
                cause.state in ("raised", "confirmed") and cause.recovered_at is None and cause.inhibited_by_id is None
            )
        else:
            assert alarm.group_id in open_lines and cause_of(alarm) is None
