"""Call until answered, with time standing still between the steps."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from anshu.access.models import Account, Grant
from anshu.access.policy import Person as Somebody
from anshu.domains.warnings.models import Call, CallOut
from anshu.domains.warnings.queries import calls as queries
from anshu.domains.warnings.rules.calls import Verdict
from anshu.domains.warnings.transitions import calls
from anshu.kernel import clock
from anshu.kernel.clock import FrozenTime
from anshu.kernel.errors import Forbidden, Invalid, Refused
from anshu.workflow import checks, rules
from anshu.workflow.models import Change, Clock
from tests.domains.warnings.calling import NOON, WORK, District, answerable, district, latest, person, run_clocks

pytestmark = pytest.mark.django_db
State = CallOut.State


@pytest.fixture
def time() -> Iterator[FrozenTime]:
    with clock.frozen(NOON) as standing:
        yield standing


@pytest.fixture
def here(time: FrozenTime) -> District:
    return district()


def pick_up(call: Call) -> Call:
    calls.ring(call, by=WORK, outside_id="g-1")
    return calls.listen(call, by=WORK)


def press(call: Call, keys: str, time: FrozenTime, heard_s: float = 21.0) -> Verdict:
    time.advance(seconds=1)
    return calls.take_keys(call, by=WORK, keys=keys, heard_s=heard_s, at=time.now())


def right(call: Call) -> str:
    return str(call.read_back["expected"])


def ring_in_vain(call: Call, time: FrozenTime) -> None:
    """Ring when it is time, and let it ring out."""
    time.at = max(time.at, call.rings_at)
    calls.ring(call, by=WORK)
    time.advance(seconds=36)
    run_clocks()


def test_answered_at_once(here: District, time: FrozenTime) -> None:
    call_out = here.open()
    call = latest(call_out)
    assert (call.state, call.attempt, call.rings_at) == (Call.State.WAITING, 1, NOON)
    assert call.person == here.people["officer"]
    pick_up(call)
    assert press(call, right(call), time) is Verdict.HEARD
    call_out.refresh_from_db()
    assert (call_out.state, call_out.answered_by, call_out.answered_at) == (
        State.ANSWERED, here.people["officer"], time.now()
    )
    assert latest(call_out).state == Call.State.HEARD
    assert not Clock.objects.filter(stopped_at=None).exists()
    verbs = [v.removeprefix("warnings.") for v in Change.objects.order_by("id").values_list("verb", flat=True)]
    assert verbs == ["open_call_out", "place_call", "ring", "listen", "hear", "answer_call"]


def test_the_third_try_within_five_minutes_is_answered(here: District, time: FrozenTime) -> None:
    call_out = here.open()
    ring_in_vain(latest(call_out), time)
    ring_in_vain(latest(call_out), time)
    third = latest(call_out)
    assert (third.person, third.attempt) == (here.people["officer"], 3)
    assert third.rings_at - NOON < timedelta(minutes=5)
    time.at = third.rings_at
    pick_up(third)
    press(third, right(third), time)
    call_out.refresh_from_db()
    assert call_out.state == State.ANSWERED


def test_after_three_tries_the_next_in_rank_and_the_superior_unit(here: District, time: FrozenTime) -> None:
    call_out = here.open()
    for _ in range(3):
        ring_in_vain(latest(call_out), time)
    assert latest(call_out).person == here.people["deputy"]
    assert time.now() - NOON <= timedelta(minutes=5)
    for _ in range(6):
        ring_in_vain(latest(call_out), time)
    assert latest(call_out).person == here.people["bureau_officer"]


def test_nobody_answers_and_somebody_goes_to_the_door(here: District, time: FrozenTime) -> None:
    call_out = here.open()
    while CallOut.objects.filter(state=State.CALLING).exists():
        ring_in_vain(latest(call_out), time)
    call_out.refresh_from_db()
    assert call_out.state == State.UNANSWERED
    assert Call.objects.filter(call_out=call_out).count() == 5 * 3
    assert time.now() - NOON <= timedelta(minutes=5 * 5)
    assert Clock.objects.get(stopped_at=None).due_at == time.now() + timedelta(minutes=30)
    with pytest.raises(Invalid):
        calls.knock(call_out, by=WORK, note=" ")
    with pytest.raises(Invalid):
        calls.knock(call_out, by=WORK, note="x", lon=114.2)
    calls.knock(call_out, by=WORK, note="当面告知值班员陈某", lon=114.2, lat=22.7)
    assert call_out.state == State.KNOCKED
    assert not Clock.objects.filter(stopped_at=None).exists()


def test_a_wrong_read_back_is_repeated_once_and_then_not_understood(here: District, time: FrozenTime) -> None:
    call_out = here.open()
    call = pick_up(latest(call_out))
    assert press(call, "000", time) is Verdict.AGAIN
    call.refresh_from_db()
    assert call.state == Call.State.LISTENING
    at = time.now()
    assert calls.take_keys(call, by=WORK, keys="000", heard_s=21, at=at) is Verdict.AGAIN  # the same report once more
    call.refresh_from_db()
    assert call.state == Call.State.LISTENING
    assert press(call, "000", time) is Verdict.NOT_UNDERSTOOD
    call.refresh_from_db()
    assert call.state == Call.State.CUT_SHORT and "000" in call.remark
    assert latest(call_out).attempt == 2


def test_right_after_the_repetition_counts(here: District, time: FrozenTime) -> None:
    call = pick_up(latest(call_out := here.open()))
    press(call, "000", time)
    assert press(call, right(call), time, heard_s=45) is Verdict.HEARD
    call_out.refresh_from_db()
    assert call_out.state == State.ANSWERED


def test_less_than_twenty_seconds_heard_is_no_answer(here: District, time: FrozenTime) -> None:
    call = pick_up(latest(call_out := here.open()))
    with pytest.raises(Refused):
        calls.hear(call, by=WORK, read_back=right(call), heard_s=19.9)
    assert press(call, right(call), time, heard_s=19.9) is Verdict.AGAIN
    calls.cut_short(call, by=WORK, heard_s=19.9)
    call_out.refresh_from_db()
    assert call_out.state == State.CALLING and latest(call_out).attempt == 2


def test_who_says_it_cannot_be_done_is_passed_over_at_once(here: District, time: FrozenTime) -> None:
    call = pick_up(latest(call_out := here.open()))
    assert press(call, right(call)[:-1] + "9", time) is Verdict.DECLINED
    call.refresh_from_db()
    assert call.state == Call.State.REFUSED
    following = latest(call_out)
    assert (following.person, following.rings_at) == (here.people["deputy"], time.now())


def test_a_ring_pushed_away_is_tried_again(here: District, time: FrozenTime) -> None:
    call = latest(call_out := here.open())
    calls.ring(call, by=WORK)
    calls.refuse_call(call, by=WORK, reason="pushed away", decided=False)
    assert (latest(call_out).person, latest(call_out).attempt) == (call.person, 2)


def test_a_call_that_fails_goes_on_as_a_text_message(here: District, time: FrozenTime) -> None:
    call = latest(call_out := here.open())
    calls.fail_call(call, by=WORK, reason="no line")
    message = latest(call_out)
    assert (message.attempt, message.channel) == (2, "sms")
    time.at = message.rings_at
    calls.ring(message, by=WORK)
    assert calls.take_keys(message, by=WORK, keys=right(message), heard_s=None, at=time.now()) is Verdict.HEARD


def test_a_call_that_nobody_takes_up_fails_within_three_minutes(here: District, time: FrozenTime) -> None:
    first = latest(call_out := here.open())
    time.advance(minutes=3)
    run_clocks()
    first.refresh_from_db()
    assert first.state == Call.State.FAILED
    assert latest(call_out).attempt == 2


def test_a_late_read_back_still_counts_even_after_everybody_was_given_up(here: District, time: FrozenTime) -> None:
    first = latest(call_out := here.open())
    ring_in_vain(first, time)
    while CallOut.objects.filter(state=State.CALLING).exists():
        ring_in_vain(latest(call_out), time)
    assert calls.take_keys(first, by=WORK, keys=right(first), heard_s=22, at=NOON) is Verdict.HEARD
    call_out.refresh_from_db()
    assert (call_out.state, call_out.answered_by) == (State.ANSWERED, first.person)


def test_pre_flight_leaves_out_who_cannot_be_reached_and_says_why(here: District, time: FrozenTime) -> None:
    away = person("away", here.street, 4, leave_from=NOON.date(), leave_until=NOON.date())
    mute = person("mute", here.street, 4, phone="")
    dead = person("dead", here.street, 4, phone_state="dead")
    fresh = person("fresh", here.street, 4, phone_state="untested")
    back = person("back", here.street, 4, leave_until=NOON.date() - timedelta(days=1))
    for order, who in enumerate((away, mute, dead, fresh, back), start=1):
        answerable(who, here.site, order)
    call_out = here.open(site=here.site)
    told = {row["name"]: row["finding"] for row in call_out.gaps}
    assert told == {"away": "on_leave", "mute": "no_phone", "dead": "phone_dead", "fresh": "untested"}
    skipped = [(row["name"], row["skipped"]) for row in call_out.chain[:5]]
    assert skipped == [
        ("away", "on_leave"), ("mute", "no_phone"), ("dead", "phone_dead"), ("fresh", ""), ("back", ""),
    ]
    assert latest(call_out).person == fresh
    assert [row["why"] for row in call_out.chain[4:7]] == ["site_owner", "duty_officer", "deputy"]
    assert {row["finding"] for row in call_out.gaps} <= queries.FINDINGS.keys()
    assert {row["why"] for row in call_out.chain} <= queries.WHY.keys()
    assert not any("199-0000" in str(row) for row in call_out.chain)  # numbers are not copied


def test_the_order_is_site_then_area_then_unit_then_superior_and_nobody_twice(here: District) -> None:
    answerable(here.people["head"], here.site)
    answerable(keeper := person("keeper", here.street, 4), None)
    chain, gaps = queries.preflight(here.street, here.site, here.street.territory)
    assert [(row["name"], row["why"]) for row in chain] == [
        ("head", "site_owner"), ("keeper", "area_owner"), ("officer", "duty_officer"), ("deputy", "deputy"),
        ("bureau_officer", "superior_duty_officer"), ("bureau_head", "superior_head"),
    ]
    assert keeper.name == chain[1]["name"] and gaps == []


def test_one_officer_of_a_unit_is_called_and_it_is_the_one_on_shift(
    here: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_shift = person("officer2", here.street, 3)
    person("officer3", here.street, 3)
    monkeypatch.setattr(
        queries, "ROSTERS", [lambda unit, at: {on_shift.pk} if unit == here.street and at == NOON else None]
    )
    chain, gaps = queries.preflight(here.street, None, here.street.territory)
    officers = [(row["name"], row["skipped"]) for row in chain if row["why"] == "duty_officer"]
    assert officers == [("officer", "off_shift"), ("officer2", "")]
    assert [row["finding"] for row in gaps] == ["off_shift"]


def test_units_that_are_each_others_superior_end_the_chain(here: District) -> None:
    here.bureau.superior = here.street
    here.bureau.save()
    chain, _gaps = queries.preflight(here.street, None, here.street.territory)
    assert len(chain) == 5


def test_without_anybody_it_is_unanswered_at_once(here: District) -> None:
    for who in here.people.values():
        who.phone = ""
        who.save()
    call_out = here.open()
    assert call_out.state == State.UNANSWERED
    assert call_out.gaps[-1]["finding"] == "nobody"


def test_the_same_cause_calls_the_same_unit_once(here: District) -> None:
    first = here.open()
    with pytest.raises(Refused) as refusal:
        here.open()
    assert refusal.value.code == "duplicate" and first.number in str(refusal.value)
    here.open(words={"level": "1", "place": "凤岗街道", "action": "转移"})
    here.open(organisation=None, site=here.site)
    with pytest.raises(Refused):
        here.open(organisation=None, site=here.site)
    assert CallOut.objects.count() == 3


def test_a_call_out_must_say_level_place_and_action(here: District) -> None:
    with pytest.raises(Invalid) as error:
        here.open(words={"level": "1", "place": "x"})
    assert error.value.field == "action"
    with pytest.raises(Invalid):
        here.open(words={"level": "7", "place": "x", "action": "y", "message": "z"})


def test_it_carries_on_exercise_generated_and_territory_of_its_cause(here: District) -> None:
    here.site.exercise = here.site.generated = True
    here.site.save()
    call_out = here.open()
    for record in (call_out, latest(call_out)):
        assert (record.exercise, record.generated, record.territory) == (True, True, here.street.territory)


def officer_of(here: District, territory: str) -> Somebody:
    account = Account.objects.open("street", name="陈某", password="Feng-gang-2026!")
    Grant.objects.create(account=account, role="street_officer", territory=territory)
    who = here.people["officer"]
    who.account = account
    who.save()
    return Somebody(account)


def test_answered_by_hand_the_telephone_falls_silent(here: District, time: FrozenTime) -> None:
    call = latest(call_out := here.open())
    calls.ring(call, by=WORK)
    calls.answer_call(call_out, by=officer_of(here, here.street.territory))
    call.refresh_from_db()
    assert (call_out.state, call_out.answered_by) == (State.ANSWERED, here.people["officer"])
    assert call.state == Call.State.STOPPED
    time.advance(hours=1)
    run_clocks()
    assert Call.objects.filter(call_out=call_out).count() == 1


def test_another_street_may_not_answer(here: District) -> None:
    call_out = here.open()
    with pytest.raises(Forbidden):
        calls.answer_call(call_out, by=officer_of(here, "440399002"))


def test_stopped_when_the_cause_is_over(here: District, time: FrozenTime) -> None:
    call = latest(call_out := here.open())
    with pytest.raises(Invalid):
        calls.stop_call_out(call_out, by=WORK, reason="")
    calls.stop_call_out(call_out, by=WORK, reason="lifted")
    call.refresh_from_db()
    assert (call_out.state, call.state) == (State.STOPPED, Call.State.STOPPED)
    time.advance(hours=1)
    run_clocks()
    assert Call.objects.filter(call_out=call_out).count() == 1


def test_a_chain_whose_call_lost_its_clock_is_picked_up_by_the_watch(here: District, time: FrozenTime) -> None:
    call = latest(call_out := here.open())
    calls.ring(call, by=WORK)
    Clock.objects.filter(subject="warnings.call").delete()
    for _ in range(3):
        time.advance(minutes=1)
        run_clocks()
    call.refresh_from_db()
    assert call.state == Call.State.NO_ANSWER
    assert latest(call_out).attempt >= 2


def test_progress_tells_try_seconds_and_who_is_next(here: District, time: FrozenTime) -> None:
    call = pick_up(latest(call_out := here.open()))
    press(call, "000", time, heard_s=14)
    shown = queries.progress(call_out)
    assert shown.call == call
    assert (shown.tries, shown.heard_s, shown.needed_s, shown.after) == (3, 14.0, 20.0, "deputy")
    assert list(queries.under_way(viewer(here))) == [call_out]


def viewer(here: District) -> Somebody:
    return officer_of(here, here.street.territory)


def test_the_shipped_limits_let_three_whole_tries_fit_into_five_minutes() -> None:
    ring, listen = rules.at("call_outs/ring").limit("default").elapsed, rules.at("call_outs/listen").limit().elapsed
    assert ring is not None and listen is not None
    assert ring + listen <= queries.pace().spacing
    assert queries.pace().spacing * queries.pace().tries == timedelta(minutes=5)


def test_neither_loop_can_stall() -> None:
    assert [*checks.stalls(calls.CALL_OUT_LOOP), *checks.stalls(calls.CALL_LOOP)] == []
