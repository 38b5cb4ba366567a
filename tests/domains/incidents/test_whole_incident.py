"""One incident from the alarm to the final report, with the clock moved along, as the bureau would live it."""

from datetime import timedelta

import pytest

from anshu.access.policy import Robot
from anshu.domains.incidents import queries, tasks, transitions
from anshu.domains.incidents.models import Incident, Report, Task
from anshu.domains.teams.models import Team
from anshu.domains.warnings.models import Alarm
from anshu.kernel import clock
from anshu.kernel.errors import Forbidden, Refused
from anshu.workflow import clocks, log
from anshu.workflow.models import Change, Clock

pytestmark = pytest.mark.django_db
WORK = Robot("work")


def change_of(record, verb, state=""):
    return Change(id=0, verb=verb, subject=record._meta.label_lower, subject_id=record.pk, to_state=state)


def opened(district):
    tasks.open_or_absorb(change_of(district.alarm, "warnings.confirm", "confirmed"))
    return Incident.objects.get()


def recover(alarm):
    Alarm.objects.filter(pk=alarm.pk).update(recovered_at=clock.now())
    tasks.note_recovery(change_of(alarm, "warnings.recover"))


def test_from_alarm_to_final_report(district, time):
    incident = opened(district)
    assert (incident.state, incident.level, incident.site) == ("opened", "2", district.site)
    assert incident.sensed_at == time.now() - timedelta(minutes=4)
    assert incident.warned_at == incident.received_at == time.now()
    assert {c.name for c in Clock.objects.filter(subject="incidents.incident", stopped_at=None)} == {
        "state",
        "first_report",
        "written_report",
    }

    time.advance(seconds=30)
    transitions.dispatch(incident, by=district.officer, order_text="封路排水")
    task = Task.objects.get()
    assert (task.organisation, task.territory, incident.state) == (
        district.office,
        district.office.territory,
        "dispatched",
    )
    assert task.explanation["chosen"] == "object"

    with pytest.raises(Forbidden):
        transitions.sign_for(task, by=district.stranger)
    time.advance(minutes=2)
    transitions.sign_for(task, by=district.street)
    time.advance(minutes=3)
    transitions.depart(task, by=district.street)
    time.advance(minutes=12)
    transitions.arrive(task, by=district.street, lon=district.lon + 0.001, lat=district.lat)
    incident.refresh_from_db()
    assert incident.state == "handling"
    links = {link.name: (round(link.minutes or 0), link.state) for link in queries.chain(incident)}
    assert links == {
        "sense": (0, "done"),
        "warn": (4, "done"),
        "answer": (2, "done"),
        "move": (3, "done"),
        "arrive": (12, "done"),
        "clear": (0, "running"),
    }

    draft = transitions.draft_first(by=district.officer, incident=incident)
    with pytest.raises(Forbidden):
        transitions.sign_report(draft, by=district.officer)
    transitions.sign_report(draft, by=district.leader)
    time.advance(minutes=2)
    transitions.send_report(draft, by=district.officer)
    sent = Change.objects.filter(verb="incidents.send_report").get()
    assert sent.details["minutes"] == 19.5 and sent.details["on_time"] is True
    incident.refresh_from_db()
    assert incident.reported_at == time.now()
    assert clocks.running(incident, "first_report") is None and clocks.running(incident, "follow_up") is not None

    order = transitions.instruct(
        by=district.mayor, incident=incident, words="确保无人员伤亡", organisation=district.office
    )
    transitions.finish(task, by=district.street, result="已排干")
    incident.refresh_from_db()
    assert incident.state == "handled"
    with pytest.raises(Refused) as refusal:
        transitions.close(incident, by=district.officer)
    for record in (district.alarm, task, order):
        assert record.number in str(refusal.value)

    with pytest.raises(Refused, check=lambda error: error.code == "own_work"):
        transitions.verify(task, by=_promoted(district.street))
    transitions.verify(task, by=district.officer)
    transitions.relay(order, by=district.officer)
    transitions.acknowledge_instruction(order, by=district.street)
    transitions.feed_back(order, by=district.street, feedback="无伤亡")
    time.advance(minutes=40)
    recover(district.alarm)
    incident.refresh_from_db()
    assert incident.cleared_at == time.now()
    transitions.close(incident, by=district.officer)
    assert incident.state == "closed"
    assert clocks.running(incident, "final_report") is not None and clocks.running(incident) is None

    final = transitions.draft_final(by=district.officer, incident=incident, cause="暴雨")
    transitions.sign_report(final, by=district.leader)
    transitions.send_report(final, by=district.officer)
    assert not Clock.objects.filter(subject_id=incident.pk, stopped_at=None).exists()
    assert [*log.faults()] == []

    told = queries.timeline(incident)
    verbs = [row["verb"] for row in told]
    wanted = [
        "incidents.open_from_alarm",
        "incidents.assign",
        "incidents.dispatch",
        "incidents.sign_for",
        "incidents.arrive",
        "incidents.finish",
        "incidents.complete",
        "incidents.verify",
        "incidents.close",
        "incidents.send_report",
    ]
    places = [verbs.index(verb) for verb in wanted[:4]]
    assert set(wanted) <= set(verbs) and places == sorted(places)
    assert all(row["title"] and row["at"] for row in told)


def _promoted(actor):
    """The same person as one who may verify, so that the rule and not the permission refuses."""
    actor.account.grants.create(role="duty_officer", territory="440303")
    return type(actor)(type(actor.account).objects.get(pk=actor.account.pk))


def test_nobody_dispatches_so_the_rule_does(district, time):
    incident = opened(district)
    time.advance(seconds=59)
    assert not clocks.step()
    time.advance(seconds=1)
    assert clocks.step()
    incident.refresh_from_db()
    assert incident.state == "dispatched"
    assert Task.objects.get().organisation == district.office


def test_without_any_unit_a_person_is_asked_and_reminded(district, time):
    incident = opened(district)
    Incident.objects.update(site=None, territory="440303")
    type(district.bureau).objects.filter(pk=district.bureau.pk).update(kind="rescue")
    time.advance(minutes=1)
    assert clocks.step()
    incident.refresh_from_db()
    assert incident.state == "opened" and clocks.running(incident, "undispatched") is not None
    time.advance(minutes=6)
    assert clocks.step()
    assert Change.objects.filter(verb="workflow.remind_owner", subject_id=incident.pk).exists()
    with pytest.raises(Refused, check=lambda error: error.code == "no_owner"):
        transitions.dispatch(incident, by=district.officer)
    transitions.dispatch(incident, by=district.officer, organisation=district.water)
    assert clocks.running(incident, "undispatched") is None


def test_returned_task_goes_to_the_next_candidate_and_stays_visible(district):
    incident = opened(district)
    transitions.dispatch(incident, by=district.officer)
    first = Task.objects.get()
    transitions.return_task(first, by=district.street, reason="不属我街道")
    assert first.state == "returned"
    second = Task.objects.get(state="assigned")
    assert second.organisation == district.water and second.explanation["chosen"] == "sector"
    outcomes = {row["rule"]: row["outcome"] for row in second.explanation["considered"] if row["organisation"]}
    assert outcomes == {"object": "returned", "sector": "won", "community": "lower", "bureau": "lower"}
    assert "不属我街道" in [row["why"] for row in second.explanation["considered"]]
    for rule in ("community", "bureau"):
        task = Task.objects.get(state="assigned")
        transitions.return_task(task, by=district.officer, reason="no")
        assert Task.objects.get(state="assigned").explanation["chosen"] == rule
    transitions.return_task(Task.objects.get(state="assigned"), by=district.officer, reason="no")
    incident.refresh_from_db()
    assert incident.state == "opened" and not Task.objects.filter(state="assigned").exists()
    assert Task.objects.filter(state="returned").count() == 4


def test_team_that_returns_is_replaced_by_the_nearest_with_the_same_skill(district):
    near = _team("T2", ["pump", "tree"], 0.02)
    _team("T3", ["fire"], 0.001)
    incident = opened(district)
    transitions.dispatch(incident, by=district.officer, team=district.team)
    transitions.return_task(Task.objects.get(), by=district.officer, reason="pump broken")
    assert Task.objects.get(state="assigned").team == near


def _team(number, skills, east):
    return Team.objects.create(
        number=number,
        name=number,
        kind="grassroots",
        skills=skills,
        lon=114.12 + east,
        lat=22.55,
        territory="440303001",
    )


def test_same_unit_is_not_sent_twice(district):
    incident = opened(district)
    transitions.dispatch(incident, by=district.officer)
    with pytest.raises(Refused, check=lambda error: error.code == "sent_already"):
        transitions.dispatch(incident, by=district.officer)
    transitions.dispatch(incident, by=district.officer, team=district.team)
    assert Task.objects.count() == 2


def test_work_that_is_not_good_enough_goes_on(district):
    incident = opened(district)
    transitions.dispatch(incident, by=district.officer)
    task = Task.objects.get()
    transitions.sign_for(task, by=district.street)
    with pytest.raises(Refused, check=lambda error: error.code == "too_far"):
        transitions.arrive(task, by=district.street, lon=district.lon + 0.02, lat=district.lat)
    with pytest.raises(Refused, check=lambda error: error.code == "no_position"):
        transitions.arrive(task, by=district.street)
    transitions.arrive(task, by=district.street, lon=district.lon + 0.02, lat=district.lat, reason="路被淹，绕行")
    assert Change.objects.get(verb="incidents.arrive").details["away_m"] > 500
    transitions.finish(task, by=district.street, result="done")
    transitions.redo(task, by=district.officer, reason="仍有积水")
    incident.refresh_from_db()
    assert (task.state, incident.state) == ("on_scene", "handling")
    transitions.stand_down(task, by=district.officer, reason="水退了")
    incident.refresh_from_db()
    assert incident.state == "handled" and incident.arrived_at == incident.departed_at


def test_reports_of_one_incident_only_tell_what_changed(district, time):
    incident = opened(district)
    _sent(transitions.draft_first(by=district.officer, incident=incident), district)
    with pytest.raises(Refused, check=lambda error: error.code == "first_sent"):
        transitions.draft_first(by=district.officer, incident=incident)
    zero = transitions.draft_follow_up(by=district.officer, incident=incident)
    assert zero.facts["changes"] == [] and zero.ordinal == 1
    _sent(zero, district)

    transitions.set_casualties(incident, by=district.officer, injured=4, evacuated=120)
    draft = transitions.draft_follow_up(by=district.officer, incident=incident, trend="水位下降")
    assert {row["fact"]: (row["from"], row["to"]) for row in draft.facts["changes"]} == {
        "injured": (0, 4),
        "evacuated": (0, 120),
        "trend": (None, "水位下降"),
    }
    with pytest.raises(Refused, check=lambda error: error.code == "jump_needs_reason"):
        transitions.sign_report(draft, by=district.leader)
    _sent(draft, district, jump_reason="核对医院名单后更新")
    assert (draft.ordinal, Report.objects.filter(kind="follow_up").count()) == (2, 2)
    assert [row["fact"] for row in queries.report_diff(zero, draft)][:2] == ["injured", "evacuated"]

    dropped = transitions.draft_follow_up(by=district.officer, incident=incident)
    transitions.void_report(dropped, by=district.officer, reason="写错")
    again = transitions.draft_follow_up(by=district.officer, incident=incident)
    assert again.ordinal == dropped.ordinal == 3 and again.number != dropped.number
    with pytest.raises(Refused, check=lambda error: error.code == "draft_waits"):
        transitions.draft_follow_up(by=district.officer, incident=incident)
    for verb in (transitions.revise, transitions.void_report):
        with pytest.raises(Refused, check=lambda error: error.code == "wrong_state"):
            verb(draft, by=district.leader, **({"text": "x"} if verb is transitions.revise else {"reason": "x"}))


def _sent(report, district, **details):
    transitions.sign_report(report, by=district.leader, **details)
    transitions.send_report(report, by=district.officer)


def test_leader_who_wrote_in_a_draft_cannot_sign_it(district):
    incident = opened(district)
    draft = transitions.draft_first(by=district.officer, incident=incident)
    transitions.revise(draft, by=district.leader, text="改过的文字")
    with pytest.raises(Refused, check=lambda error: error.code == "own_draft"):
        transitions.sign_report(draft, by=district.leader)
    transitions.sign_report(draft, by=district.mayor)
    assert draft.signatory == "mayor"
    with pytest.raises(Refused, check=lambda error: error.code == "needs_person"):
        transitions.sign_report(transitions.draft_first(by=WORK, incident=opened_elsewhere(district)), by=WORK)


def opened_elsewhere(district):
    return transitions.report_incident(
        by=district.officer, title="树倒", level="3", kind="tree", place="文锦路", territory="440303002"
    )


def test_late_first_report_is_measured_and_reminded(district, time):
    incident = opened(district)
    time.advance(minutes=16)
    while clocks.step():
        pass
    reminded = Change.objects.filter(verb="workflow.remind_owner", subject_id=incident.pk)
    assert "first_report" in {row.details["clock"] for row in reminded}
    transitions.report_by_phone(incident, by=district.officer, told="市应急局值班室")
    assert clocks.running(incident, "first_report") is None and clocks.running(incident, "written_report") is not None
    time.advance(minutes=20)
    draft = transitions.draft_first(by=district.officer, incident=incident)
    _sent(draft, district)
    assert Change.objects.get(verb="incidents.send_report").details["on_time"] is False
