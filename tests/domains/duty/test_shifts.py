"""The watch: nobody leaves it while something lies unread, unjudged or unanswered; nobody hands it to themselves."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from anshu.access.models import Account, Grant
from anshu.access.policy import Person as Actor
from anshu.domains.devices.models import Channel, Device
from anshu.domains.duty import queries, transitions
from anshu.domains.enterprises.models import Certificate, Enterprise
from anshu.domains.people.models import Organisation, Person
from anshu.domains.warnings.models import Alarm, AlarmGroup, Rule, Warning
from anshu.kernel import clock
from anshu.kernel.errors import Forbidden, Invalid, Refused
from anshu.workflow import clocks
from anshu.workflow.models import Change

pytestmark = pytest.mark.django_db
DISTRICT = "440303"
MORNING = datetime(2026, 6, 11, 0, 30, tzinfo=UTC)
HALF_DAY = timedelta(hours=12)


def code(wanted):
    return lambda error: error.code == wanted


@pytest.fixture
def time() -> Iterator[clock.FrozenTime]:
    with clock.frozen(MORNING) as standing:
        yield standing


@pytest.fixture
def crew(time) -> SimpleNamespace:
    bureau = Organisation.objects.create(number="B", name="bureau", kind="bureau", territory=DISTRICT)

    def person(name, role):
        account = Account.objects.create(username=name, name=name)
        Grant.objects.create(account=account, role=role, territory=DISTRICT)
        Person.objects.create(number=name, name=name, organisation=bureau, account=account, territory=DISTRICT)
        return Actor(account)

    return SimpleNamespace(
        early=person("early", "duty_officer"),
        late=person("late", "duty_officer"),
        leader=person("leader", "duty_leader"),
    )


def who(actor):
    return Person.objects.get(account=actor.account)


def planned(crew, officer, starts_at):
    return transitions.plan_shift(
        by=crew.leader, starts_at=starts_at, ends_at=starts_at + HALF_DAY, officer=who(officer), leader=who(crew.leader)
    )


@pytest.fixture
def shifts(crew):
    first, second = planned(crew, crew.early, MORNING), planned(crew, crew.late, MORNING + HALF_DAY)
    transitions.begin(first, by=crew.early)
    return first, second


def warning(**fields):
    return Warning.objects.create(
        identifier="W1",
        issuer="气象台",
        hazard="rainstorm",
        headline="暴雨红色",
        text="x",
        sent_at=clock.now(),
        door="cap",
        territory=DISTRICT,
        **fields,
    )


def alarm(state="raised"):
    device = Device.objects.create(number="D", name="d", kind="k")
    channel = Channel.objects.create(number="D.c", name="c", device=device, quantity="q", unit="m")
    rule = Rule.objects.create(name="r", quantity="q", steps=[])
    now = clock.now()
    return Alarm.objects.create(
        rule=rule,
        channel=channel,
        title="积水",
        level="1",
        highest="1",
        state=state,
        value=1,
        peak=1,
        sensed_at=now,
        raised_at=now,
        territory=DISTRICT + "001",
    )


def test_a_judged_group_of_alarms_is_nothing_to_hand_over(crew, shifts, time):
    group = AlarmGroup.objects.create(
        title="积水", family="water", level="3", first_at=time.now(), last_at=time.now(), territory=DISTRICT
    )
    clocks.wind(group)
    transitions.prepare_handover(shifts[0], by=crew.early)
    assert len(shifts[0].sheet["items"]) == 1
    AlarmGroup.objects.update(state="settled")
    clocks.wind(AlarmGroup.objects.get())
    transitions.prepare_handover(shifts[0], by=crew.early)
    assert shifts[0].sheet["items"] == []


def test_from_one_officer_to_the_next(crew, shifts, time):
    first, second = shifts
    assert queries.on_duty(territory=DISTRICT) == first
    judged = alarm()
    clocks.wind(judged)
    transitions.prepare_handover(first, by=crew.early)
    assert [item["label"] for item in first.sheet["items"]] == [f"{judged.number} 积水"]
    with pytest.raises(Refused, check=code("unjudged_alarms")):
        transitions.sign_out(first, by=crew.early)
    Alarm.objects.update(state="confirmed")
    unread = warning()
    with pytest.raises(Refused, check=code("unread_warnings")):
        transitions.sign_out(first, by=crew.early)
    Warning.objects.filter(pk=unread.pk).update(state="in_force")
    with pytest.raises(Refused, check=code("unanswered_items")) as refusal:
        transitions.sign_out(first, by=crew.early, answers={"something else": "carried"})
    assert judged.number in str(refusal.value)
    with pytest.raises(Refused, check=code("not_signed_out")):
        transitions.sign_in(first, by=crew.late, successor=second)
    key = first.sheet["items"][0]["key"]
    with pytest.raises(Refused, check=code("not_the_signatory")):
        transitions.sign_out(first, by=crew.late, answers={key: "carried"})
    transitions.sign_out(first, by=crew.early, answers={key: queries.CARRIED}, remarks="涵洞持续关注")
    assert (first.state, first.signed_out_at) == ("handing_over", time.now())

    with pytest.raises(Refused, check=code("not_the_signatory")):
        transitions.sign_in(first, by=crew.early, successor=second)
    time.advance(minutes=3)
    transitions.sign_in(first, by=crew.late, successor=second)
    second.refresh_from_db()
    assert (first.state, second.state, first.signed_in_at) == ("handed_over", "on_duty", time.now())
    assert [item["answer"] for item in second.sheet["carried"]] == ["carried"]
    assert queries.on_duty(territory=DISTRICT) == second
    assert Change.objects.filter(verb="duty.sign_in").get().actor == "late"


def test_what_opens_between_the_sheet_and_the_signature_needs_an_answer_too(crew, shifts):
    first, _second = shifts
    transitions.prepare_handover(first, by=crew.early)
    assert first.sheet["items"] == []
    clocks.wind(alarm("confirmed"))
    with pytest.raises(Refused, check=code("unanswered_items")):
        transitions.sign_out(first, by=crew.early)
    transitions.prepare_handover(first, by=crew.early)
    assert len(first.sheet["items"]) == 1


def test_preparing_again_takes_the_signature_back_and_keeps_the_answers(crew, shifts):
    first, _second = shifts
    clocks.wind(alarm("confirmed"))
    transitions.prepare_handover(first, by=crew.early)
    key = first.sheet["items"][0]["key"]
    transitions.sign_out(first, by=crew.early, answers={key: "泵已到"})
    transitions.prepare_handover(first, by=crew.early)
    assert first.signed_out_at is None and first.sheet["items"][0]["answer"] == "泵已到"


def test_the_watch_is_not_taken_from_somebody_who_has_it(crew, shifts):
    first, second = shifts
    with pytest.raises(Refused, check=code("held")):
        transitions.begin(second, by=crew.late)
    transitions.prepare_handover(first, by=crew.early)
    transitions.sign_out(first, by=crew.early)
    transitions.substitute(second, by=crew.leader, officer=who(crew.early), reason="病假")
    with pytest.raises(Refused, check=code("same_person")):
        transitions.sign_in(first, by=crew.early, successor=second)
    before = planned(crew, crew.late, MORNING - HALF_DAY)
    with pytest.raises(Refused, check=code("no_successor")):
        transitions.sign_in(first, by=crew.late, successor=before)


def test_the_roster_refuses_what_cannot_be(crew, shifts):
    with pytest.raises(Refused, check=code("overlap")):
        planned(crew, crew.late, MORNING + timedelta(hours=1))
    elsewhere = {
        "starts_at": MORNING,
        "ends_at": MORNING + HALF_DAY,
        "leader": who(crew.leader),
        "territory": "440303001",
    }
    with pytest.raises(Refused, check=code("officer_busy")):
        transitions.plan_shift(by=crew.leader, officer=who(crew.early), **elsewhere)
    with pytest.raises(Invalid, check=lambda error: error.field == "leader"):
        transitions.plan_shift(by=crew.leader, officer=who(crew.leader), **elsewhere)
    with pytest.raises(Invalid, check=lambda error: error.field == "ends_at"):
        transitions.plan_shift(by=crew.leader, officer=who(crew.late), **elsewhere | {"ends_at": MORNING})
    Person.objects.filter(name="late").update(leave_from=date(2026, 6, 10), leave_until=date(2026, 6, 11))
    with pytest.raises(Invalid, check=lambda error: error.field == "officer"):
        transitions.plan_shift(by=crew.leader, officer=who(crew.late), **elsewhere)
    street = Account.objects.create(username="s", name="s")
    Grant.objects.create(account=street, role="street_officer", territory="440303001")
    with pytest.raises(Forbidden):
        transitions.plan_shift(
            by=Actor(street),
            officer=who(crew.late),
            **elsewhere | {"starts_at": MORNING + 2 * HALF_DAY, "ends_at": MORNING + 3 * HALF_DAY},
        )


def test_gaps_are_the_hours_nobody_covers(crew, shifts):
    day = timedelta(days=1)
    third = planned(crew, crew.early, MORNING + day + timedelta(hours=2))
    assert queries.gaps(DISTRICT, MORNING - timedelta(hours=1), third.ends_at + timedelta(hours=1)) == [
        (MORNING - timedelta(hours=1), MORNING),
        (MORNING + day, third.starts_at),
        (third.ends_at, third.ends_at + timedelta(hours=1)),
    ]
    assert queries.gaps(DISTRICT, MORNING, MORNING + day) == []
    assert queries.on_duty(MORNING + HALF_DAY + timedelta(hours=1), DISTRICT) == shifts[1]
    assert queries.on_duty(MORNING + 9 * day, DISTRICT) is None


def test_a_shift_that_is_not_handed_over_is_reminded_after_its_end(crew, shifts, time):
    first, second = shifts
    time.advance(hours=12, minutes=14)
    assert not clocks.step()
    time.advance(minutes=1)
    assert clocks.step() and clocks.step()
    assert set(Change.objects.filter(verb="workflow.remind_owner").values_list("subject_id", flat=True)) == {
        first.pk,
        second.pk,
    }


def test_exercises_do_not_hold_up_a_real_handover(crew, shifts):
    first, _second = shifts
    practice = alarm()
    Alarm.objects.update(exercise=True)
    practice.refresh_from_db()
    clocks.wind(practice)
    transitions.prepare_handover(first, by=crew.early)
    transitions.sign_out(first, by=crew.early)
    assert first.sheet["items"] == []


def test_what_the_watch_has_no_part_in_is_not_handed_over(crew, shifts):
    """Certificates and declarations are open by the thousand, and none of them is the watch's."""
    before = queries.open_items(shifts[0])
    firm = Enterprise.objects.create(number="QY", name="x", territory=DISTRICT)
    paper = Certificate.objects.create(number="Z", enterprise=firm, kind="other", expires_on=date(2027, 1, 1))
    clocks.wind(paper)
    assert clocks.running(paper) is not None
    assert queries.open_items(shifts[0]) == before
